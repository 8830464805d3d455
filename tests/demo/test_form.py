"""Every row is one that the import takes, and the year looks like a shop's year."""

from collections import Counter, defaultdict
from datetime import timedelta
from itertools import pairwise

import pytest

from ressenti.demo.people import AGENTS
from ressenti.intake.model import FILES, FileKind
from tests.support.generated_files import TODAY, GeneratedFiles, day, local_hour, moment

KINDS = [
    FileKind.AGENTS,
    FileKind.CONVERSATIONS,
    FileKind.HANDLINGS,
    FileKind.MESSAGES,
    FileKind.SURVEYS,
    FileKind.TRANSACTIONS,
]


@pytest.mark.parametrize("kind", KINDS)
def test_every_column_is_known_and_every_required_one_is_filled(year: GeneratedFiles, kind: FileKind) -> None:
    rows, columns = year.rows(kind), FILES[kind]
    required = [column.name for column in columns if column.required]

    assert set(rows[0]) <= {column.name for column in columns}
    assert [row for row in rows if not all(row[name] for name in required)] == []


@pytest.mark.parametrize("kind", KINDS)
def test_words_to_choose_from_are_the_formats(year: GeneratedFiles, kind: FileKind) -> None:
    choices = {column.name: {"", *column.choices} for column in FILES[kind] if column.choices}
    used = {name: {row[name] for row in year.rows(kind)} for name in choices}

    assert all(used[name] <= choices[name] for name in choices)


def test_no_id_is_used_twice(year: GeneratedFiles) -> None:
    for name, key in [("messages", "message_id"), ("surveys", "survey_id"), ("transactions", "transaction_id")]:
        keys = [row[key] for row in year.rows(name)]
        assert len(keys) == len(set(keys))
    assert len(year.conversations) == 20_000
    assert len({(row["conversation_id"], row["agent_id"], row["started_at"]) for row in year.handlings}) == len(
        year.handlings
    )


def test_every_row_is_of_a_known_conversation_and_a_known_respondent(year: GeneratedFiles) -> None:
    named = {row["conversation_id"] for row in year.messages + year.handlings + year.surveys} | year.sold
    writers = {row["author_id"] for row in year.messages if row["author_role"] in ("agent", "bot")}
    previous = {row["previous_conversation_id"] for row in year.conversations.values()} - {""}

    assert named == set(year.conversations)
    assert writers | {row["agent_id"] for row in year.handlings} == set(year.agents)
    assert previous < set(year.conversations)


def test_messages_lie_between_opening_and_closing(year: GeneratedFiles) -> None:
    for row in year.messages:
        conversation = year.conversations[row["conversation_id"]]
        assert conversation["opened_at"] <= row["created_at"] <= (conversation["closed_at"] or "9")


def test_messages_stand_in_order_and_the_visitor_begins(year: GeneratedFiles) -> None:
    first: dict[str, str] = {}
    for before, row in pairwise([{"conversation_id": "", "created_at": ""}, *year.messages]):
        if before["conversation_id"] == row["conversation_id"]:
            assert before["created_at"] <= row["created_at"]
        first.setdefault(row["conversation_id"], row["author_role"])

    assert set(first.values()) == {"visitor"}


def test_handlings_of_a_conversation_do_not_overlap_and_the_last_ends_with_it(year: GeneratedFiles) -> None:
    handlings = defaultdict(list)
    for row in year.handlings:
        handlings[row["conversation_id"]].append(row)

    for key, rows in handlings.items():
        closed_at = year.conversations[key]["closed_at"]
        assert all(row["started_at"] <= (row["ended_at"] or "9") for row in rows)
        assert all(before["ended_at"] and before["ended_at"] <= after["started_at"] for before, after in pairwise(rows))
        assert all(row["ended_by"] != "closed" for row in rows[:-1])
        if rows[-1]["ended_by"] == "closed":
            assert rows[-1]["ended_at"] == closed_at


def test_answers_are_written_while_the_writer_has_the_conversation(year: GeneratedFiles) -> None:
    handlings = defaultdict(list)
    for row in year.handlings:
        handlings[row["conversation_id"], row["agent_id"]].append((row["started_at"], row["ended_at"] or "9"))

    for row in year.messages:
        if row["author_role"] in ("agent", "bot"):
            mine = handlings[row["conversation_id"], row["author_id"]]
            assert any(start <= row["created_at"] <= end for start, end in mine)


def test_automation_is_what_the_messages_say(year: GeneratedFiles) -> None:
    degrees = {(): "", ("bot",): "full", ("agent", "bot"): "partial", ("agent",): "none"}
    for key, row in year.conversations.items():
        roles = {answer["author_role"] for answer in year.answers_by_conversation[key]}
        assert not row["closed_at"] or row["automation"] == degrees[tuple(sorted(roles))]


def test_an_agent_works_only_while_employed(year: GeneratedFiles) -> None:
    ages = defaultdict(set)
    for row in year.handlings:
        ages[row["agent_id"]].add((TODAY - moment(row["started_at"]).date()).days)

    for agent in AGENTS:
        assert max(ages[agent.key]) <= (agent.hired if agent.hired is not None else 365)
        assert min(ages[agent.key]) >= (agent.left or 0)
    assert sum(agent.hired is not None for agent in AGENTS) == 4
    assert sum(agent.left is not None for agent in AGENTS) == 3


def test_nothing_lies_after_this_morning_or_before_the_year(year: GeneratedFiles) -> None:
    moments = [row["opened_at"] for row in year.conversations.values()]
    moments += [row["closed_at"] for row in year.conversations.values()]
    moments += [row["created_at"] for row in year.messages]
    moments += [row["rated_at"] for row in year.surveys] + [row["at"] for row in year.transactions]

    assert max(moments) <= "2026-11-22T08:00:00Z"
    assert min(text for text in moments if text).startswith(("2025-11-21T23", "2025-11-22"))


def test_a_few_conversations_are_still_open(year: GeneratedFiles) -> None:
    still_open = year.those(lambda row: not row["closed_at"])

    assert 2 <= len(still_open) <= 30
    assert all(day(row) >= TODAY.toordinal() - 3 for row in still_open)


def test_notes_are_on_their_scales_and_surveys_may_stop_midway(year: GeneratedFiles) -> None:
    answered = [row for row in year.surveys if row["rated_at"]]
    kinds = Counter((bool(row["csat"]), bool(row["nps"])) for row in answered)

    assert {row["csat"] for row in answered} == {"", "1", "2", "3", "4", "5"}
    assert {row["nps"] for row in answered} == {"", *map(str, range(11))}
    assert kinds[True, False] > kinds[False, True] > 20
    assert kinds[False, False] == 0
    assert 0.26 < len(answered) / len(year.surveys) < 0.34
    assert all(row["offered_at"] <= row["rated_at"] for row in answered)
    assert not any(row["csat"] or row["nps"] or row["comment"] for row in year.surveys if not row["rated_at"])


def test_surveys_are_offered_once_to_conversations_that_were_answered_and_closed(year: GeneratedFiles) -> None:
    offered = [row["conversation_id"] for row in year.surveys]

    assert len(offered) == len(set(offered))
    assert all(year.answers_by_conversation[key] and year.conversations[key]["closed_at"] for key in offered)


def test_spam_is_rare_and_nobody_answers_it(year: GeneratedFiles) -> None:
    spam = year.those(lambda row: row["is_spam"] == "true")

    assert 40 < len(spam) < 130
    assert not any(year.authors(row) for row in spam)


def test_some_visitors_leave_unanswered(year: GeneratedFiles) -> None:
    unanswered = year.those(lambda row: bool(row["closed_at"]) and not row["is_spam"] and not year.authors(row))

    assert 100 < len(unanswered) < 600


def test_some_sales_are_known_by_their_visitor_only(year: GeneratedFiles) -> None:
    closings = defaultdict(list)
    for row in year.conversations.values():
        closings[row["visitor_id"]].append(row["closed_at"])
    alone = [row for row in year.transactions if not row["conversation_id"]]
    soon = [
        row
        for row in alone
        if any(
            end and timedelta(0) <= moment(row["at"]) - moment(end) <= timedelta(hours=48)
            for end in closings[row["visitor_id"]]
        )
    ]

    assert all(row["visitor_id"] in closings for row in alone)
    assert 0.1 < len(alone) / len(year.transactions) < 0.3
    assert 0.5 < len(soon) / len(alone) < 1


def test_both_languages_write_and_comment(year: GeneratedFiles) -> None:
    languages = Counter(row["language"] for row in year.conversations.values())
    comments = Counter(row["language"] for row in year.surveys if row["comment"])

    assert 0.55 < languages["fr"] / 20_000 < 0.67
    assert comments["fr"] > comments["en"] > 400
    assert set(languages) == {"fr", "en"}


def test_most_comments_are_written_once(year: GeneratedFiles) -> None:
    comments = Counter(row["comment"] for row in year.surveys if row["comment"])

    assert len(comments) > 0.6 * comments.total()


def test_there_are_five_messages_to_a_conversation_at_most(year: GeneratedFiles) -> None:
    assert 4.5 < len(year.messages) / 20_000 < 5


def test_everybody_and_everything_is_there(year: GeneratedFiles) -> None:
    rows = list(year.conversations.values())

    assert Counter(row["kind"] for row in year.agents.values()) == {"human": 30, "bot": 3, "expert": 2}
    assert len({row["group"] for row in year.agents.values() if row["kind"] == "human"}) == 5
    assert len({row["channel"] for row in rows}) == 6
    assert len({row["topic"] for row in rows}) == 12
    assert len({row["rule"] for row in rows}) == 11
    assert len({row["distribution_group"] for row in rows}) == 6
    assert len({row["campaign"] for row in rows} - {""}) == 7
    assert Counter(row["ended_by"] for row in year.handlings).keys() >= {"closed", "transferred", "paused"}


def test_mondays_are_busy_and_sundays_quiet(year: GeneratedFiles) -> None:
    weekdays = Counter((day(row) - 1) % 7 for row in year.conversations.values())

    assert max(weekdays, key=lambda weekday: weekdays[weekday]) == 0
    assert weekdays[6] < 0.6 * weekdays[0]


def test_a_day_has_a_dip_at_lunch_and_little_at_night(year: GeneratedFiles) -> None:
    hours = Counter(local_hour(row) for row in year.conversations.values())

    assert hours[13] < 0.75 * hours[10]
    assert hours[13] < 0.75 * hours[15]
    assert sum(hours[hour] for hour in range(8, 20)) > 17_000


def test_december_is_the_peak_and_august_the_low(year: GeneratedFiles) -> None:
    months = Counter(row["opened_at"][:7] for row in year.conversations.values())
    whole = {month: count for month, count in months.items() if month not in ("2025-11", "2026-11")}

    assert max(whole, key=lambda month: whole[month]) == "2025-12"
    assert min(whole, key=lambda month: whole[month]) == "2026-08"


def test_the_chat_is_off_on_three_days(year: GeneratedFiles) -> None:
    opened = {moment(row["opened_at"]).date().isoformat() for row in year.conversations.values()}

    assert opened.isdisjoint({"2025-12-25", "2026-01-01", "2026-05-01"})
    assert len(opened) == 363
