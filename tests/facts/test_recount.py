"""The recount by itself: who wrote, when it closed, which groups; numbers one can check by hand."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from ressenti.facts.recount.conversations import columns_of
from ressenti.facts.recount.record import read_world
from ressenti.facts.schema import TABLES
from ressenti.kit.clock import SECOND
from tests.support.recounting import held, its, rows, s
from tests.support.small_records import SmallRecord

V, A, B = "visitor", "agent", "bot"


@pytest.fixture
def record(tmp_path: Path) -> Iterator[SmallRecord]:
    record = SmallRecord(tmp_path)
    yield record
    record.store.close()


def at(clock: str) -> int:
    """Return a time of day as seconds since midnight."""
    hours, minutes, seconds = (*map(int, clock.split(":")), 0)[:3]
    return 3600 * hours + 60 * minutes + seconds


class TestTheWorkedExample:
    """Domain section 1.3: a bot, then an agent who pauses and comes back."""

    @pytest.fixture
    def bot(self, record: SmallRecord) -> int:
        return record.respondent("B", "bot")

    @pytest.fixture
    def agent(self, record: SmallRecord) -> int:
        return record.respondent("A")

    @pytest.fixture
    def conversation(self, record: SmallRecord, bot: int, agent: int) -> int:
        return record.conversation(
            at("10:00"),
            at("14:10"),
            messages=[
                (V, at("10:00")),
                (B, at("10:00:02"), bot),
                (A, at("10:06"), agent),
                (V, at("14:00")),
                (A, at("14:04"), agent),
            ],
            handlings=[
                {"who": bot, "start": at("10:00"), "end": at("10:03"), "by": "transferred"},
                {"who": agent, "start": at("10:05"), "end": at("10:20"), "by": "paused"},
                {"who": agent, "start": at("14:00"), "end": at("14:10"), "by": "closed"},
            ],
        )

    def test_the_first_response_ignores_the_bot(self, record: SmallRecord, conversation: int, agent: int) -> None:
        row = its(record, conversation)

        assert s(row["first_response_us"]) == 360
        assert row["first_responder_id"] == agent

    def test_the_resolution_takes_four_hours_and_ten_minutes(self, record: SmallRecord, conversation: int) -> None:
        assert s(its(record, conversation)["resolution_us"]) == 15_000

    def test_automation_is_partial_and_both_are_credited(
        self, record: SmallRecord, conversation: int, bot: int, agent: int
    ) -> None:
        row = its(record, conversation)

        assert row["automation"] == 1
        assert row["respondent_ids"] == (bot, agent)
        assert (row["first_respondent_id"], row["last_respondent_id"], row["closer_id"]) == (bot, agent, agent)

    def test_there_are_three_handlings_two_of_a_person(self, record: SmallRecord, conversation: int) -> None:
        assert [row["is_human"] for row in held(record, conversation)] == [False, True, True]

    def test_handling_times_are_900_and_600_seconds(self, record: SmallRecord, conversation: int) -> None:
        assert [s(row["handling_us"]) for row in held(record, conversation)] == [180, 900, 600]

    def test_first_message_responses_are_60_and_240_seconds(self, record: SmallRecord, conversation: int) -> None:
        waits = [s(row["first_message_response_us"]) for row in held(record, conversation)]

        assert waits == [None, 60, 240]

    def test_the_closing_delay_counts_from_the_visitors_last_message(
        self, record: SmallRecord, conversation: int
    ) -> None:
        assert [s(row["closing_delay_us"]) for row in held(record, conversation)] == [None, None, 600]

    def test_no_handling_of_the_agent_is_unanswered(self, record: SmallRecord, conversation: int) -> None:
        assert [row["is_unanswered"] for row in held(record, conversation)] == [True, False, False]


class TestWhoWrote:
    def test_staff_notes_and_system_lines_are_nobodys(self, record: SmallRecord) -> None:
        ana, bo = record.respondent("Ana"), record.respondent("Bo")
        conversation = record.conversation(messages=[(V, 0), (A, 5, ana, "note"), ("system", 6), (A, 9, bo)])

        assert its(record, conversation)["respondent_ids"] == (bo,)
        assert s(its(record, conversation)["first_response_us"]) == 9

    def test_an_automatic_message_is_not_written_by_a_person_but_is_by_a_bot(self, record: SmallRecord) -> None:
        ana, bot = record.respondent("Ana"), record.respondent("Bot", "bot")
        conversation = record.conversation(messages=[(V, 0), (A, 1, ana, "auto"), (A, 2, bot, "auto")])

        assert its(record, conversation)["respondent_ids"] == (bot,)
        assert its(record, conversation)["first_response_us"] is None

    def test_the_order_is_that_of_the_first_messages(self, record: SmallRecord) -> None:
        ana, bo = record.respondent("Ana"), record.respondent("Bo")
        conversation = record.conversation(messages=[(A, 9, ana), (A, 4, bo), (A, 7, ana), (A, 12, bo)])

        assert its(record, conversation)["respondent_ids"] == (bo, ana)
        assert its(record, conversation)["last_respondent_id"] == bo

    def test_the_declared_kind_outweighs_the_role(self, record: SmallRecord) -> None:
        person, bot = record.respondent("P", "human"), record.respondent("R", "bot")
        conversation = record.conversation(messages=[(V, 0), (A, 3, bot), (B, 8, person)])

        assert s(its(record, conversation)["first_response_us"]) == 8
        assert its(record, conversation)["automation"] == 1

    def test_an_expert_is_a_person(self, record: SmallRecord) -> None:
        expert = record.respondent("E", "expert")
        conversation = record.conversation(messages=[(V, 0), (B, 8, expert)])

        assert its(record, conversation)["automation"] == 0
        assert its(record, conversation)["first_responder_id"] == expert

    def test_one_undeclared_respondent_can_write_as_both(self, record: SmallRecord) -> None:
        some = record.respondent("S")
        conversation = record.conversation(messages=[(V, 0), (B, 1, some), (A, 5, some)])

        assert its(record, conversation)["automation"] == 1
        assert [row["is_human"] for row in held(record, conversation)] == [False]

    def test_an_unnamed_agent_is_a_person_credited_to_nobody(self, record: SmallRecord) -> None:
        row = its(record, record.conversation(messages=[(V, 0), (A, 30)]))

        assert s(row["first_response_us"]) == 30
        assert (row["first_responder_id"], row["respondent_ids"], row["automation"]) == (None, (), 0)
        assert (row["closer_id"], row["last_respondent_id"]) == (None, None)

    def test_without_messages_it_is_whom_the_source_lists(self, record: SmallRecord) -> None:
        bot, ana, bo = record.respondent("Bot", "bot"), record.respondent("Ana"), record.respondent("Bo")
        row = its(record, record.conversation(listed=[bot, bo, ana]))

        assert row["respondent_ids"] == (bot, bo, ana)
        assert (row["first_respondent_id"], row["last_respondent_id"], row["closer_id"]) == (bot, ana, ana)
        assert row["first_responder_id"] == bo

    def test_where_a_message_is_there_the_list_is_not_asked(self, record: SmallRecord) -> None:
        ana = record.respondent("Ana")

        assert its(record, record.conversation(listed=[ana], messages=[(V, 0)]))["respondent_ids"] == ()

    def test_involved_is_who_wrote_then_who_held_it(self, record: SmallRecord) -> None:
        ana, bo, silent = record.respondent("Ana"), record.respondent("Bo"), record.respondent("Cy")
        conversation = record.conversation(
            messages=[(A, 20, bo)],
            handlings=[{"who": bo, "start": 15}, {"who": silent, "start": 3}, {"who": ana, "start": 1}],
        )

        assert its(record, conversation)["involved_ids"] == (bo, ana, silent)


class TestTheCloser:
    def test_is_the_last_handlings_respondent_if_they_closed_and_wrote(self, record: SmallRecord) -> None:
        ana, bo = record.respondent("Ana"), record.respondent("Bo")
        conversation = record.conversation(
            0,
            50,
            messages=[(V, 0), (A, 5, bo), (A, 9, ana)],
            handlings=[{"who": bo, "start": 4, "end": 50, "by": "closed"}, {"who": ana, "start": 1, "end": 4}],
        )

        assert its(record, conversation)["closer_id"] == bo

    def test_a_silent_closer_leaves_it_to_the_last_person_who_wrote(self, record: SmallRecord) -> None:
        ana, bot, silent = record.respondent("Ana"), record.respondent("Bot", "bot"), record.respondent("Cy")
        conversation = record.conversation(
            0,
            50,
            messages=[(V, 0), (A, 5, ana), (B, 9, bot)],
            handlings=[{"who": silent, "start": 10, "end": 50, "by": "closed"}],
        )

        assert its(record, conversation)["closer_id"] == ana

    def test_a_pause_is_no_closing(self, record: SmallRecord) -> None:
        ana, bot = record.respondent("Ana"), record.respondent("Bot", "bot")
        conversation = record.conversation(
            messages=[(V, 0), (A, 5, ana), (B, 9, bot)],
            handlings=[{"who": bot, "start": 8, "end": 20, "by": "paused"}],
        )

        assert its(record, conversation)["closer_id"] == ana

    def test_only_bots_wrote_so_the_last_of_them_closed(self, record: SmallRecord) -> None:
        one, two = record.respondent("One", "bot"), record.respondent("Two", "bot")

        assert its(record, record.conversation(messages=[(B, 1, one), (B, 2, two)]))["closer_id"] == two


class TestFirstResponse:
    def test_a_person_who_wrote_first_answers_with_the_next_message(self, record: SmallRecord) -> None:
        ana = record.respondent("Ana")
        conversation = record.conversation(messages=[(A, 0, ana), (V, 10), (A, 25, ana)])

        assert s(its(record, conversation)["first_response_us"]) == 15

    def test_nobody_answers_a_visitor_who_did_not_write(self, record: SmallRecord) -> None:
        row = its(record, record.conversation(0, 60, messages=[(A, 5, record.respondent("Ana"))]))

        assert (row["first_response_us"], row["resolution_us"], row["is_answered"]) == (None, None, False)

    def test_messages_win_over_measures(self, record: SmallRecord) -> None:
        conversation = record.conversation(
            messages=[(V, 0), (A, 7, record.respondent("Ana"))], first_response_us=99 * SECOND
        )

        assert s(its(record, conversation)["first_response_us"]) == 7

    def test_a_measure_wins_over_a_moment_where_there_are_no_messages(self, record: SmallRecord) -> None:
        given = record.conversation(100, first_response_us=99 * SECOND, first_response_at=130 * SECOND)
        from_opening = record.conversation(100, first_response_at=130 * SECOND)
        negative = record.conversation(100, first_response_at=90 * SECOND)

        waits = [s(its(record, one)["first_response_us"]) for one in (given, from_opening, negative)]
        assert waits == [99, 30, None]


class TestClosing:
    def test_is_the_closing_else_the_resolution_else_the_log(self, record: SmallRecord) -> None:
        log = [("Open", 30), ("CLOSED", 60), ("Resolved", 90)]
        stated = record.conversation(0, 10, resolved_at=5 * SECOND, events=log)
        bare = record.conversation(0, resolved_at=5 * SECOND)
        logged = record.conversation(0, resolved_at=5 * SECOND, events=log)
        only_resolved = record.conversation(0, events=[("Pending", 10), ("resolved", 20), ("RESOLVED", 30)])
        still_open = record.conversation(0, events=[("Pending", 33)])

        closings = [s(its(record, one)["closed_at"]) for one in (stated, bare, logged, only_resolved, still_open)]
        assert closings == [10, 5, 60, 30, None]

    def test_resolution_ends_when_resolved_not_when_closed(self, record: SmallRecord) -> None:
        said = [(V, 2)]
        stated = record.conversation(0, 90, resolved_at=12 * SECOND, messages=said, events=[("Resolved", 22)])
        logged = record.conversation(0, 90, messages=said, events=[("Resolved", 22), ("Resolved", 32)])
        closed = record.conversation(0, 90, messages=said)

        assert [s(its(record, one)["resolution_us"]) for one in (stated, logged, closed)] == [10, 30, 88]

    def test_there_is_no_resolution_while_it_is_open(self, record: SmallRecord) -> None:
        assert its(record, record.conversation(0, resolution_us=5))["resolution_us"] is None

    def test_without_messages_it_is_as_measured_else_from_the_opening(self, record: SmallRecord) -> None:
        measured = record.conversation(0, 90, resolution_us=70 * SECOND)
        counted = record.conversation(10, 90)
        backwards = record.conversation(10, 90, resolved_at=5 * SECOND)

        assert [s(its(record, one)["resolution_us"]) for one in (measured, counted, backwards)] == [70, 80, None]


class TestAutomation:
    def test_is_who_wrote_whatever_the_source_says(self, record: SmallRecord) -> None:
        ana = record.respondent("Ana")

        assert its(record, record.conversation(messages=[(A, 1, ana)], automation="full"))["automation"] == 0

    def test_is_what_the_source_says_where_nobody_wrote(self, record: SmallRecord) -> None:
        ana = record.respondent("Ana")
        silent = [record.conversation(messages=[(V, 0)], automation=said) for said in ("full", "partial", "none", None)]
        without = [record.conversation(listed=[ana], automation=said) for said in ("full", "partial", "none")]

        assert [its(record, one)["automation"] for one in silent] == [2, 1, 0, None]
        assert [its(record, one)["automation"] for one in without] == [2, 1, 0]

    def test_is_else_that_of_the_listed_people(self, record: SmallRecord) -> None:
        ana, bot = record.respondent("Ana"), record.respondent("Bot", "bot")
        listed: list[list[int]] = [[bot], [bot, ana], [ana], []]

        assert [its(record, record.conversation(listed=some))["automation"] for some in listed] == [2, 1, 0, None]


class TestGroups:
    def test_are_the_conversations_then_its_handlings(self, record: SmallRecord) -> None:
        ana = record.respondent("Ana")
        first, second, third = record.group("1"), record.group("2"), record.group("3")
        conversation = record.conversation(
            groups=[second, first],
            handlings=[{"who": ana, "start": 9, "group_id": third}, {"who": ana, "start": 2, "group_id": first}],
        )

        assert its(record, conversation)["group_ids"] == (second, first, third)
        assert [row["group_ids"] for row in held(record, conversation)] == [(first,), (third,)]

    def test_are_else_those_of_the_writers_when_they_first_wrote(self, record: SmallRecord) -> None:
        ana, old, new = record.respondent("Ana"), record.group("old"), record.group("new")
        record.member(ana, old, since=None, until=10)
        record.member(ana, new, since=10)

        before = record.conversation(messages=[(A, 9, ana), (A, 20, ana)])
        after = record.conversation(messages=[(A, 10, ana)])
        assert [its(record, one)["group_ids"] for one in (before, after)] == [(old,), (new,)]

    def test_are_those_of_the_listed_at_the_opening_where_there_are_no_messages(self, record: SmallRecord) -> None:
        ana, old = record.respondent("Ana"), record.group("old")
        record.member(ana, old, since=5, until=10)

        opened = [record.conversation(moment, listed=[ana]) for moment in (4, 5, 9, 10)]
        assert [its(record, one)["group_ids"] for one in opened] == [(), (old,), (old,), ()]

    def test_a_handling_has_its_respondents_groups_at_its_start(self, record: SmallRecord) -> None:
        ana, of_ana, of_all = record.respondent("Ana"), record.group("ana"), record.group("all")
        record.member(ana, of_ana, since=10)
        conversation = record.conversation(
            groups=[of_all], handlings=[{"who": ana, "start": 9}, {"who": ana, "start": 10}]
        )

        assert [row["group_ids"] for row in held(record, conversation)] == [(of_all,), (of_ana,)]

    def test_rules_are_its_own_then_its_handlings_by_start(self, record: SmallRecord) -> None:
        ana = record.respondent("Ana")
        one, two, three = (record.label("rule", key) for key in "123")
        conversation = record.conversation(
            rule_id=two,
            handlings=[
                {"who": ana, "start": 9, "rule_id": one},
                {"who": ana, "start": 2, "rule_id": three},
                {"who": ana, "start": 12},
            ],
        )

        assert its(record, conversation)["rule_ids"] == (two, three, one)
        assert [row["rule_ids"] for row in held(record, conversation)] == [(three,), (one,), (two, three, one)]


def test_spam_is_not_counted(record: SmallRecord) -> None:
    spam, real = record.conversation(is_spam=True), record.conversation()

    assert [its(record, one)["is_counted"] for one in (spam, real)] == [False, True]


def test_labels_and_tags_are_the_records(record: SmallRecord) -> None:
    kinds = ("channel", "topic", "campaign")
    about: dict[str, Any] = {f"{kind}_id": record.label(kind, kind) for kind in kinds}
    tags = [record.label("tag", key) for key in "ba"]
    row = its(record, record.conversation(tags=tags[::-1], **about))

    assert {name: row[name] for name in about} == about
    assert row["tag_ids"] == tuple(tags[::-1])


def test_every_column_of_every_table_is_recounted(record: SmallRecord) -> None:
    ana, eve = record.respondent("Ana"), record.visitor("Eve")
    conversation = record.conversation(0, 10, messages=[(V, 0), (A, 5, ana)], visitor_id=eve)
    record.survey(conversation, 12, csat=5)
    record.sale(11, visitor=eve)
    found = rows(record, conversation)

    assert {table: len(columns_of(table, *some)) for table, some in found.items()} == {
        table: len(columns) for table, columns in TABLES.items()
    }


def test_which_conversation_the_merged_ones_became_is_asked_once_for_all_of_them(record: SmallRecord) -> None:
    ids = [record.conversation() for _number in range(7)]
    asked: list[list[str]] = []
    for merged in (1, 4):
        for one in ids[:merged]:
            record.merge(one, ids[6])
        with record.store.read() as connection:
            asked.append([])
            event.listen(connection, "before_cursor_execute", lambda _c, _k, sql, *_more: asked[-1].append(sql))
            assert read_world(connection).became == dict.fromkeys(ids[:merged], ids[6])
    record.merge(ids[6], ids[5])  # a chain, and what leads out of the record
    record.merge(ids[4], ids[5])
    with record.store.read() as connection:
        assert read_world(connection).became == dict.fromkeys([*ids[:5], ids[6]], ids[5])

    assert len(asked[0]) == len(asked[1]) > 2
