"""How the status changes of a ticket log arrive."""

from pathlib import Path

import pytest

from tests.support.importing import CONVERSATION, Desk, codes, counts

HEAD = "conversation_id,at,state,agent_id,group,seq,note\n"
RESOLVED = "c1,2026-05-01T10:30:00Z,Resolved,ana,Sales,1,x\n"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.give(conversations=CONVERSATION)
    return desk


def test_a_status_change_arrives_with_who_made_it(desk: Desk) -> None:
    assert counts(desk.give(events=HEAD + RESOLVED)) == (1, 1, 0, 0, 0)

    who = "SELECT e.state, e.seq, r.external_id, g.key FROM status_event e JOIN respondent r ON r.id = respondent_id"
    assert desk.ask(f"{who} JOIN agent_group g ON g.id = group_id") == [("Resolved", 1, "ana", "Sales")]
    assert desk.journal()[1:] == [(2, "conversation.changed", 1)]


def test_it_is_the_same_only_if_all_its_columns_are(desk: Desk) -> None:
    others = ["c1,2026-05-01T10:30:00Z,Resolved,ana,Sales,2,x\n", "c1,2026-05-01T10:30:00Z,Resolved,ana,Sales,1,y\n"]

    outcome = desk.give(events=HEAD + RESOLVED + RESOLVED + "".join(others))

    assert counts(outcome) == (4, 3, 0, 1, 0)


def test_given_again_it_is_a_duplicate(desk: Desk) -> None:
    desk.give(events=HEAD + RESOLVED)
    before = desk.content()

    assert counts(desk.give(events=HEAD + RESOLVED)) == (1, 0, 0, 1, 0)
    assert desk.content() == before


def test_one_of_a_conversation_nobody_knows_is_rejected(desk: Desk) -> None:
    row = "ghost,2026-05-01T10:30:00Z,Open,,,,\n"

    assert codes(desk.give(events=HEAD + row + row)) == ["unknown_conversation"] * 2


def test_names_nobody_knows_may_be_refused(desk: Desk) -> None:
    assert codes(desk.bring({"unknown": "reject"}, events=HEAD + RESOLVED)) == ["unknown_respondent"]
    desk.give(agents="agent_id\nana\n")
    assert codes(desk.bring({"unknown": "reject"}, events=HEAD + RESOLVED)) == ["unknown_group"]
