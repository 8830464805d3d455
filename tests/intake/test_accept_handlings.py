"""How handlings arrive: one after the other in a conversation, with the pauses between them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ressenti.kit.clock import to_us
from tests.support.importing import CONVERSATION, Desk, codes, counts, rejected

HEAD = "conversation_id,agent_id,started_at,ended_at,ended_by,group,rule\n"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.give(conversations=CONVERSATION + "c2,2026-05-01T10:00:00Z,\n")
    return desk


def at(time: str) -> int:
    return to_us(datetime.fromisoformat(f"2026-05-01T{time}").replace(tzinfo=UTC))


def handled(*lines: str) -> str:
    """Return a file of handlings: conversation, agent, start, end, ended by."""
    rows = []
    for line in lines:
        conversation, who, start, end, how = line.split()
        ended = "" if end == "-" else f"2026-05-01T{end}:00Z"
        rows.append(f"{conversation},{who},2026-05-01T{start}:00Z,{ended},{how.strip('-')},Sales,vip\n")
    return HEAD + "".join(rows)


def test_handlings_arrive_one_after_the_other(desk: Desk) -> None:
    outcome = desk.give(handlings=handled("c1 ana 10:00 10:20 transferred", "c1 bo 10:20 11:00 closed"))

    assert counts(outcome) == (2, 2, 0, 0, 0)
    people = "SELECT r.external_id, h.started_at, h.ended_by FROM handling h JOIN respondent r ON r.id = respondent_id"
    assert desk.ask(f"{people} ORDER BY h.id") == [("ana", at("10:00"), "transferred"), ("bo", at("10:20"), "closed")]
    assert desk.ask("SELECT DISTINCT g.key FROM handling JOIN agent_group g ON g.id = group_id") == [("Sales",)]
    assert desk.journal()[2:] == [(3, "conversation.changed", 1)]


def test_the_end_of_a_handling_arrives_the_next_day(desk: Desk) -> None:
    desk.give(handlings=handled("c1 ana 10:00 - -"))

    assert counts(desk.give(handlings=handled("c1 ana 10:00 10:20 closed"))) == (1, 0, 1, 0, 0)
    assert desk.ask("SELECT ended_at, ended_by FROM handling") == [(at("10:20"), "closed")]


def test_the_same_handling_twice_is_a_duplicate_and_with_another_end_a_conflict(desk: Desk) -> None:
    one, other = "c1 ana 10:00 10:20 closed", "c1 ana 10:00 10:30 closed"

    outcome = desk.give(handlings=handled(one, one, other))

    assert counts(outcome) == (3, 1, 0, 1, 1)
    assert rejected(outcome)[0]["kept"]["line"] == 2


def test_two_at_once_in_one_conversation_contradict_each_other(desk: Desk) -> None:
    outcome = desk.give(
        handlings=handled("c1 ana 10:00 10:20 -", "c1 bo 10:20 10:40 -", "c1 cy 10:10 10:30 -", "c2 cy 10:10 10:30 -")
    )

    assert counts(outcome) == (4, 3, 0, 0, 1)
    line = rejected(outcome)[0]
    assert (line["code"], line["line"]) == ("overlap", 4)
    assert line["detail"] == (
        "overlaps 'ana' 2026-05-01T10:00:00Z/2026-05-01T10:20:00Z, 'bo' 2026-05-01T10:20:00Z/2026-05-01T10:40:00Z"
    )


@pytest.mark.parametrize("second", ["c1 bo 10:10 10:15 -", "c1 bo 10:10 - -", "c1 bo 09:50 10:10 -", "c1 bo 10:00 - -"])
def test_one_across_a_handling_of_an_earlier_import_is_rejected_too(desk: Desk, second: str) -> None:
    desk.give(handlings=handled("c1 ana 10:00 10:20 closed"))

    assert codes(desk.give(handlings=handled(second))) == ["overlap"]


def test_an_end_nobody_told_is_before_whatever_came_next(desk: Desk) -> None:
    assert counts(desk.give(handlings=handled("c1 ana 10:00 - -", "c1 bo 10:20 - -"))) == (2, 2, 0, 0, 0)


@pytest.mark.parametrize("order", [1, -1])
def test_a_corrected_handling_makes_room_for_the_next_in_any_order(desk: Desk, order: int) -> None:
    desk.give(handlings=handled("c1 ana 10:00 11:00 closed"))
    rows = ["c1 ana 10:00 10:30 transferred", "c1 bo 10:30 11:00 closed"][::order]

    assert counts(desk.give(handlings=handled(*rows))) == (2, 1, 1, 0, 0)


def test_a_correction_that_lies_across_another_leaves_the_old_one(desk: Desk) -> None:
    desk.give(handlings=handled("c1 ana 10:00 10:20 -", "c1 bo 10:20 10:40 -"))

    outcome = desk.give(handlings=handled("c1 ana 10:00 10:30 -", "c1 cy 10:40 10:50 -"))

    assert (counts(outcome), codes(outcome)) == ((2, 1, 0, 0, 1), ["overlap"])
    assert desk.ask("SELECT ended_at FROM handling ORDER BY started_at") == [
        (at("10:20"),),
        (at("10:40"),),
        (at("10:50"),),
    ]


def test_a_pause_lasts_until_the_next_handling(desk: Desk) -> None:
    desk.give(handlings=handled("c1 ana 10:00 10:10 paused", "c1 bo 10:30 10:40 paused"))

    pauses = "SELECT r.external_id, p.started_at, p.resumed_at FROM pause p JOIN respondent r ON r.id = respondent_id"
    assert desk.ask(f"{pauses} ORDER BY p.started_at") == [("ana", at("10:10"), at("10:30")), ("bo", at("10:40"), None)]


def test_a_pause_ends_when_the_next_handling_arrives(desk: Desk) -> None:
    desk.give(handlings=handled("c1 ana 10:00 10:10 paused"))
    desk.give(handlings=handled("c1 ana 10:50 11:00 closed"))

    assert desk.ask("SELECT started_at, resumed_at FROM pause") == [(at("10:10"), at("10:50"))]


def test_a_handling_of_a_conversation_nobody_knows_is_rejected(desk: Desk) -> None:
    assert codes(desk.give(handlings=handled("ghost ana 10:00 10:10 closed"))) == ["unknown_conversation"]


def test_names_nobody_knows_may_be_refused(desk: Desk) -> None:
    outcome = desk.bring({"unknown": "reject"}, handlings=handled("c1 ana 10:00 10:10 closed"))
    assert codes(outcome) == ["unknown_respondent"]

    desk.give(agents="agent_id\nana\n")
    outcome = desk.bring({"unknown": "reject"}, handlings=handled("c1 ana 10:00 10:10 closed"))
    assert codes(outcome) == ["unknown_group"]
