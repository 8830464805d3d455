"""In which order things of one moment happened (D35): measured and counted again from files as they arrive."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ressenti.facts.store import FactStore
from ressenti.facts.verify import verify
from tests.support.importing import Desk

AGENTS = "agent_id,kind\nAna,human\nBo,human\nRobo,bot\n"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.store.close()


def conversation(closed: str = "11:00:00") -> str:
    return f"conversation_id,opened_at,closed_at\nc1,2026-05-01T08:00:00Z,2026-05-01T{closed}Z\n"


def messages(*said: str, first: int = 1) -> str:
    """Return a file of messages, each written `who hh:mm:ss`."""
    lines = ["message_id,conversation_id,created_at,author_role,author_id"]
    for number, one in enumerate(said, start=first):
        who, clock = one.split()
        role = {"visitor": "visitor", "Robo": "bot"}.get(who, "agent")
        lines.append(f"m{number},c1,2026-05-01T{clock}Z,{role},{'' if role == 'visitor' else who}")
    return "\n".join(lines) + "\n"


def facts(desk: Desk, sql: str) -> list[tuple[Any, ...]]:
    """Ask the facts, which a recount agrees with."""
    with closing(FactStore(desk.store)) as fact_store:
        found = fact_store.using(lambda facts: facts.rows(sql, []))
        assert fact_store.using(lambda facts: verify(desk.store, facts)).differences == ()
    return [tuple(row) for row in found]


REPLIES = "SELECT sum(reply_wait_us) // 1000000, sum(reply_count) FROM handling"


def people(desk: Desk) -> list[str | None]:
    """Return who was first to write, last to write, and first to answer."""
    names = dict(desk.ask("SELECT id, external_id FROM respondent"))
    [row] = facts(desk, "SELECT first_respondent_id, last_respondent_id, first_responder_id FROM conversation")
    return [names.get(one) for one in row]


def test_an_answer_in_the_second_of_the_question_waited_0_seconds(desk: Desk) -> None:
    desk.give(conversations=conversation(), messages=messages("visitor 08:00:00", "Ana 08:00:00", "Ana 10:00:00"))

    assert facts(desk, REPLIES) == [(0, 1)]


def test_in_whole_minutes_each_answer_is_to_the_message_before_it(desk: Desk) -> None:
    said = ("visitor 08:00:00", "Ana 08:01:00", "visitor 08:01:00", "Ana 08:01:00", "visitor 08:03:00", "Ana 08:03:00")
    desk.give(conversations=conversation(), messages=messages(*said))

    assert facts(desk, REPLIES) == [(60, 3)]
    assert facts(desk, "SELECT first_response_us FROM conversation") == [(60_000_000,)]


def test_an_agent_who_wrote_before_the_visitor_in_one_moment_did_not_answer(desk: Desk) -> None:
    desk.give(conversations=conversation(), messages=messages("Ana 08:00:00", "visitor 08:00:00", "Ana 08:05:00"))

    assert facts(desk, "SELECT first_response_us FROM conversation") == [(300_000_000,)]


@pytest.mark.parametrize("order", [("Ana", "Bo"), ("Bo", "Ana")])
def test_first_and_last_of_two_in_one_moment_are_so_by_arrival(desk: Desk, order: tuple[str, str]) -> None:
    first, last = order
    desk.give(
        agents=AGENTS,
        conversations=conversation(),
        messages=messages("visitor 08:00:00", f"{first} 08:01:00", f"{last} 08:01:00"),
    )

    assert people(desk) == [first, last, first]


def test_a_file_whose_moments_only_fall_is_read_from_its_end(desk: Desk) -> None:
    said = ("Ana 10:00:00", "Bo 08:00:00", "Ana 08:00:00", "visitor 08:00:00")
    desk.give(agents=AGENTS, conversations=conversation(), messages=messages(*said))

    assert people(desk) == ["Ana", "Ana", "Ana"]
    assert facts(desk, REPLIES) == [(0, 1)]


def test_a_file_whose_moments_rise_once_is_read_from_its_beginning(desk: Desk) -> None:
    said = ("Ana 10:00:00", "visitor 08:00:00", "Bo 08:00:00", "Ana 08:00:00", "visitor 08:01:00")
    desk.give(agents=AGENTS, conversations=conversation(), messages=messages(*said))

    assert people(desk) == ["Bo", "Ana", "Bo"]


def test_a_replaced_message_keeps_its_place(desk: Desk) -> None:
    desk.give(
        agents=AGENTS,
        conversations=conversation(),
        messages=messages("visitor 08:00:00", "Ana 08:01:00", "Bo 08:01:00"),
    )
    before = people(desk)
    again = messages("Ana 08:01:00", first=2)
    desk.give(messages=again.replace("author_id", "author_id,text").replace("Ana", "Ana,Hi"))

    assert before == people(desk) == ["Ana", "Bo", "Ana"]


def test_what_arrives_later_in_another_file_comes_after(desk: Desk) -> None:
    """Also where the file before it was read from its end and held rows that are known already."""
    falling = ("Bo 09:00:00", "Ana 08:01:00", "visitor 08:00:00")
    desk.give(agents=AGENTS, conversations=conversation(), messages=messages(*falling))
    desk.give(messages=messages(*falling, "Ana 08:00:00"))
    desk.give(messages=messages("Bo 08:00:00", "Bo 08:00:01", first=9))

    names = dict(desk.ask("SELECT id, external_id FROM respondent"))
    [(first,)] = facts(desk, "SELECT first_responder_id FROM conversation")
    assert names[first] == "Ana"


def test_a_long_falling_file_keeps_its_order_across_batches(desk: Desk) -> None:
    """Of 6,001 messages of one moment, the visitor's stands in the file's last line, and so was first."""
    same = ["Bo 08:00:00"] * 3_000 + ["Ana 08:00:00"] * 3_000
    desk.give(agents=AGENTS, conversations=conversation(), messages=messages("Bo 09:00:00", *same, "visitor 08:00:00"))

    assert people(desk) == ["Ana", "Bo", "Ana"]


def test_a_falling_file_that_was_interrupted_keeps_its_order(desk: Desk) -> None:
    """The second half comes after another import has written into the same table."""
    same = ["Bo 08:00:00"] * 3_000 + ["Ana 08:00:00"] * 3_000
    falling = messages("Bo 09:00:00", *same, "visitor 08:00:00")
    desk.give(agents=AGENTS, conversations=conversation())

    def stop(*_done: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        desk.bring({"progress": stop}, messages=falling)
    desk.give(messages=messages("Ana 10:00:00", "Ana 10:01:00", first=90_000))
    outcome = desk.give(messages=falling)

    assert outcome.resumed
    assert people(desk) == ["Ana", "Ana", "Ana"]
    assert facts(desk, "SELECT count(*) FROM handling") == [(3,)]


def test_three_runs_in_one_moment_are_three_handlings_that_were_all_answered(desk: Desk) -> None:
    said = ("visitor 08:00:00", "Ana 08:00:00", "Bo 08:00:00", "Ana 08:00:00")
    desk.give(agents=AGENTS, conversations=conversation(), messages=messages(*said))

    assert facts(desk, "SELECT is_unanswered, reply_count FROM handling ORDER BY handling_id") == [
        (False, 1),
        (False, 0),
        (False, 0),
    ]


def test_a_bots_and_a_persons_answer_in_one_moment_stand_as_they_arrived(desk: Desk) -> None:
    desk.give(
        agents=AGENTS,
        conversations=conversation(),
        messages=messages("Robo 08:00:00", "visitor 08:00:00", "Ana 08:00:00"),
    )

    assert people(desk) == ["Robo", "Ana", "Ana"]


def test_of_two_surveys_answered_in_one_moment_the_later_in_the_file_was_given_last(desk: Desk) -> None:
    head = "survey_id,conversation_id,rated_at,csat\n"
    rows = "s1,c1,2026-05-01T12:00:00Z,5\ns2,c1,2026-05-01T12:00:00Z,1\n"
    desk.give(conversations=conversation(), surveys=head + rows)

    assert facts(desk, "SELECT rating FROM conversation") == [(1,)]


def test_of_two_surveys_in_a_falling_file_the_earlier_in_the_file_was_given_last(desk: Desk) -> None:
    head = "survey_id,conversation_id,rated_at,csat\n"
    rows = "s1,c1,2026-05-01T12:00:00Z,5\ns2,c1,2026-05-01T12:00:00Z,1\ns3,c1,2026-05-01T11:00:00Z,3\n"
    desk.give(conversations=conversation(), surveys=head + rows)

    assert facts(desk, "SELECT rating FROM conversation") == [(5,)]


def test_states_of_one_moment_stand_as_they_arrived(desk: Desk) -> None:
    head = "conversation_id,at,state\n"
    opened = "conversation_id,opened_at\nc1,2026-05-01T08:00:00Z\n"
    desk.give(conversations=opened, events=head + "c1,2026-05-02T08:00:00Z,Closed\nc1,2026-05-02T08:00:00Z,Open\n")

    assert facts(desk, "SELECT closed_at FROM conversation") == [(None,)]


def test_states_of_one_moment_in_a_falling_log_stand_the_other_way_round(desk: Desk) -> None:
    head = "conversation_id,at,state\n"
    rows = "c1,2026-05-02T08:00:00Z,Closed\nc1,2026-05-02T08:00:00Z,Open\nc1,2026-05-01T08:00:00Z,New\n"
    opened = "conversation_id,opened_at\nc1,2026-05-01T08:00:00Z\n"
    desk.give(conversations=opened, events=head + rows)

    assert facts(desk, "SELECT closed_at IS NOT NULL FROM conversation") == [(True,)]


def test_of_two_conversations_begun_in_one_moment_a_falling_file_has_the_later_first(desk: Desk) -> None:
    """A sale is credited to the one that was begun last (E45)."""
    head = "conversation_id,opened_at,visitor_id\n"
    rows = "b,2026-05-02T08:00:00Z,eve\na,2026-05-02T08:00:00Z,eve\nz,2026-05-01T08:00:00Z,eve\n"
    sale = "transaction_id,at,amount,visitor_id\nt1,2026-05-02T09:00:00Z,5,eve\n"
    desk.give(conversations=head + rows, transactions=sale)

    keys = dict(desk.ask("SELECT id, external_id FROM conversation"))
    assert [keys[one] for (one,) in facts(desk, "SELECT conversation_id FROM sale")] == ["b"]
