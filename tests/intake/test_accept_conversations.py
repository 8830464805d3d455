"""How conversations arrive: with their names, their attributes, and again."""

import json
from pathlib import Path

import pytest

from tests.support.importing import LATER, Desk, codes, counts, rejected

HEAD = "conversation_id,opened_at,closed_at,channel,tags,agent_id,group,visitor_id,priority,reopens,mood\n"
FULL = HEAD + "c1,2026-05-01T10:00:00Z,2026-05-01T11:00:00Z,Chat,vip;late,ana;bo,Sales,v1,high,2,cross\n"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_conversation_arrives_with_all_its_names(desk: Desk) -> None:
    assert counts(desk.give(conversations=FULL)) == (1, 1, 0, 0, 0)

    assert desk.ask("SELECT c.external_id, l.key FROM conversation c JOIN label l ON l.id = c.channel_id") == [
        ("c1", "Chat")
    ]
    tags = "SELECT key, position FROM conversation_tag JOIN label ON label.id = label_id ORDER BY position"
    assert desk.ask(tags) == [("vip", 0), ("late", 1)]
    people = "SELECT external_id, kind FROM conversation_respondent JOIN respondent ON id = respondent_id"
    assert desk.ask(f"{people} ORDER BY position") == [("ana", None), ("bo", None)]
    assert desk.ask("SELECT key FROM conversation_group JOIN agent_group ON id = agent_group_id") == [("Sales",)]
    assert desk.ask("SELECT v.external_id FROM conversation c JOIN visitor v ON v.id = visitor_id") == [("v1",)]


def test_columns_without_a_place_of_their_own_are_kept_as_attributes(desk: Desk) -> None:
    desk.give(conversations=FULL)

    assert json.loads(desk.ask("SELECT attributes FROM conversation")[0][0]) == {
        "priority": "high",
        "reopens": 2,
        "mood": "cross",
    }


def test_a_conversation_without_attributes_keeps_none(desk: Desk) -> None:
    desk.give(conversations="conversation_id,opened_at\nc1,2026-05-01T10:00:00Z\n")

    assert desk.ask("SELECT attributes, channel_id, visitor_id FROM conversation") == [(None, None, None)]


def test_an_open_conversation_is_closed_by_the_export_of_the_next_day(desk: Desk) -> None:
    desk.give(conversations="conversation_id,opened_at,closed_at,tags\nc1,2026-05-01T10:00:00Z,,new\n")
    before = desk.journal()

    outcome = desk.give(
        conversations="conversation_id,opened_at,closed_at,tags\nc1,2026-05-01T10:00:00Z,2026-05-02T09:00:00Z,done\n"
    )

    assert counts(outcome) == (1, 0, 1, 0, 0)
    assert desk.ask("SELECT closed_at IS NOT NULL FROM conversation") == [(1,)]
    assert desk.ask("SELECT key FROM conversation_tag JOIN label ON label.id = label_id") == [("done",)]
    assert desk.journal()[len(before) :] == [(2, "conversation.changed", 1)]


def test_a_replaced_conversation_keeps_the_visitor_its_messages_told(desk: Desk) -> None:
    head = "conversation_id,opened_at,closed_at\nc1,2026-05-01T10:00:00Z,"
    said = "message_id,conversation_id,created_at,author_role,author_id\nm1,c1,2026-05-01T10:00:00Z,visitor,v9\n"
    desk.give(conversations=head + "\n", messages=said)

    desk.give(conversations=head + "2026-05-01T12:00:00Z\n")

    assert desk.ask("SELECT v.external_id FROM conversation c JOIN visitor v ON v.id = visitor_id") == [("v9",)]


def test_a_replaced_conversation_tells_the_journal_of_the_visitor_it_leaves(desk: Desk) -> None:
    head = "conversation_id,opened_at,visitor_id\n"
    desk.give(conversations=f"{head}c1,2026-05-01T10:00:00Z,v1\nc2,2026-05-01T10:00:00Z,v1\n")
    desk.give(conversations=f"{head}c2,2026-05-01T10:00:00Z,v2\n")

    assert sorted(entry[2] for entry in desk.journal()[2:]) == [1, 2]


def test_the_same_id_twice_with_other_content_is_a_conflict_and_both_are_kept(desk: Desk) -> None:
    head = "conversation_id,opened_at\n"
    first, second = "c1,2026-05-01T10:00:00Z\n", "c1,2026-05-01T10:30:00Z\n"

    outcome = desk.give(conversations=head + first + second)

    assert counts(outcome) == (2, 1, 0, 0, 1)
    assert outcome.exit_code == 1
    line = rejected(outcome)[0]
    assert (line["code"], line["line"], line["raw"]) == ("conflict", 3, second.strip())
    assert (line["kept"]["line"], line["kept"]["raw"], line["kept"]["offset"]) == (2, first.strip(), len(head))
    assert line["file"] == line["kept"]["file"] == "inbox/conversations.csv"
    assert "stands" not in line


def test_the_same_row_twice_is_a_duplicate(desk: Desk) -> None:
    row = "c1,2026-05-01T10:00:00Z\n"

    assert counts(desk.give(conversations=f"conversation_id,opened_at\n{row}{row}")) == (2, 1, 0, 1, 0)


def test_a_conflict_is_one_again_when_the_file_is_given_again(desk: Desk) -> None:
    files = {"conversations": "conversation_id,opened_at\nc1,2026-05-01T10:00:00Z\nc1,2026-05-01T10:30:00Z\n"}
    first = desk.give(**files)
    content = desk.content()

    again = desk.give(**files)

    assert counts(again) == (2, 0, 0, 1, 1)
    assert rejected(again) == rejected(first)
    assert desk.content() == content


def test_of_a_row_that_comes_three_times_with_another_content_first_and_last_are_one(desk: Desk) -> None:
    head = "conversation_id,opened_at\n"
    one, other = "c1,2026-05-01T10:00:00Z\n", "c1,2026-05-01T10:30:00Z\n"

    assert counts(desk.give(conversations=head + one + other + one)) == (3, 1, 0, 1, 1)


def test_an_update_contradicted_in_the_same_import_stands(desk: Desk) -> None:
    head = "conversation_id,opened_at\n"
    desk.give(conversations=head + "c1,2026-05-01T10:00:00Z\n")
    desk.now = LATER

    outcome = desk.give(conversations=head + "c1,2026-05-01T10:10:00Z\nc1,2026-05-01T10:20:00Z\n")

    assert counts(outcome) == (2, 0, 1, 0, 1)
    assert rejected(outcome)[0]["kept"]["raw"] == "c1,2026-05-01T10:10:00Z"


def test_keys_belong_to_their_source(desk: Desk) -> None:
    row = "conversation_id,opened_at\nc1,2026-05-01T10:00:00Z\n"
    desk.bring({"source": "desk"}, conversations=row)

    assert counts(desk.bring({"source": "chat"}, conversations=row)) == (1, 1, 0, 0, 0)
    assert desk.ask("SELECT count(*) FROM conversation") == [(2,)]


def test_projects_are_apart(desk: Desk) -> None:
    desk.bring({"project": "fr"}, conversations=FULL)
    desk.bring({"project": "en"}, conversations=FULL)

    assert desk.ask("SELECT p.key, count(*) FROM conversation c JOIN project p ON p.id = project_id GROUP BY 1") == [
        ("en", 1),
        ("fr", 1),
    ]
    assert desk.ask("SELECT project_id, seq FROM journal ORDER BY 1, 2") == [(1, 1), (2, 1)]


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("channel", "Fax", "unknown_channel"),
        ("group", "Sales;Ghosts", "unknown_group"),
        ("agent_id", "ana;nobody", "unknown_respondent"),
    ],
)
def test_names_nobody_knows_may_be_refused(desk: Desk, column: str, value: str, code: str) -> None:
    desk.give(conversations=FULL)
    row = f"conversation_id,opened_at,{column}\nc2,2026-05-01T10:00:00Z,{value}\n"

    outcome = desk.bring({"unknown": "reject"}, conversations=row)

    assert codes(outcome) == [code]
    assert value.rpartition(";")[2] in rejected(outcome)[0]["detail"]
    assert desk.ask("SELECT count(*) FROM conversation") == [(1,)]


def test_names_somebody_knows_are_taken_where_new_ones_are_refused(desk: Desk) -> None:
    desk.give(conversations=FULL)
    row = "conversation_id,opened_at,channel,group,agent_id,topic\nc2,2026-05-01T10:00:00Z,Chat,Sales,bo,Parcels\n"

    assert counts(desk.bring({"unknown": "reject"}, conversations=row)) == (1, 1, 0, 0, 0)


def test_the_largest_whole_number_is_kept(desk: Desk) -> None:
    largest = 2**63 - 1
    desk.give(conversations=f"conversation_id,opened_at,reopens\nc1,2026-05-01T10:00:00Z,{largest}\n")

    assert json.loads(desk.ask("SELECT attributes FROM conversation")[0][0]) == {"reopens": largest}
