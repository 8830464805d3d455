"""How messages arrive, and what they tell of who wrote."""

from pathlib import Path

import pytest

from tests.support.importing import CONVERSATION, Desk, codes, counts

HEAD = "message_id,conversation_id,created_at,author_role,author_id,text\n"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def said(*lines: str) -> str:
    return HEAD + "".join(f"{line}\n" for line in lines)


def test_messages_arrive_with_their_authors(desk: Desk) -> None:
    outcome = desk.give(
        conversations=CONVERSATION,
        messages=said(
            "m1,c1,2026-05-01T10:00:00Z,visitor,v1,Hello",
            "m2,c1,2026-05-01T10:01:00Z,agent,ana,Hi",
            "m3,c1,2026-05-01T10:02:00Z,bot,robi,",
            "m4,c1,2026-05-01T10:03:00Z,system,router,assigned",
        ),
    )

    assert counts(outcome) == (5, 5, 0, 0, 0)
    wrote = "SELECT m.author_role, r.external_id, m.text FROM message m LEFT JOIN respondent r ON r.id = respondent_id"
    assert desk.ask(f"{wrote} ORDER BY m.id") == [
        ("visitor", None, "Hello"),
        ("agent", "ana", "Hi"),
        ("bot", "robi", ""),
        ("system", None, "assigned"),
    ]
    assert desk.ask("SELECT external_id FROM visitor") == [("v1",)]


def test_a_message_without_a_text_column_has_an_empty_text(desk: Desk) -> None:
    head = "message_id,conversation_id,created_at,author_role\n"
    desk.give(conversations=CONVERSATION, messages=head + "m1,c1,2026-05-01T10:00:00Z,agent\n")

    assert desk.ask("SELECT text, respondent_id FROM message") == [("", None)]


def test_the_visitor_of_a_conversation_is_the_first_who_writes_in_it(desk: Desk) -> None:
    desk.give(
        conversations="conversation_id,opened_at,visitor_id\nc1,2026-05-01T10:00:00Z,\nc2,2026-05-01T10:00:00Z,v2\n",
        messages=said(
            "m1,c1,2026-05-01T10:00:00Z,visitor,v1,a",
            "m2,c1,2026-05-01T10:01:00Z,visitor,v3,b",
            "m3,c2,2026-05-01T10:01:00Z,visitor,v3,c",
        ),
    )

    visitors = "SELECT c.external_id, v.external_id FROM conversation c JOIN visitor v ON v.id = visitor_id ORDER BY 1"
    assert desk.ask(visitors) == [("c1", "v1"), ("c2", "v2")]


def test_a_message_of_a_conversation_nobody_knows_is_rejected(desk: Desk) -> None:
    outcome = desk.give(conversations=CONVERSATION, messages=said("m1,ghost,2026-05-01T10:00:00Z,visitor,v1,a"))

    assert codes(outcome) == ["unknown_conversation"]
    assert desk.ask("SELECT count(*) FROM message") == [(0,)]
    assert desk.ask("SELECT count(*) FROM visitor") == [(0,)]


def test_a_message_rejected_for_its_conversation_may_come_again_with_the_right_one(desk: Desk) -> None:
    outcome = desk.give(
        conversations=CONVERSATION,
        messages=said("m1,ghost,2026-05-01T10:00:00Z,visitor,v1,a", "m1,c1,2026-05-01T10:00:00Z,visitor,v1,a"),
    )

    assert counts(outcome) == (3, 2, 0, 0, 1)


def test_messages_find_a_conversation_of_another_source_of_the_project(desk: Desk) -> None:
    desk.bring({"source": "desk"}, conversations=CONVERSATION)

    outcome = desk.bring({"source": "chat"}, messages=said("m1,c1,2026-05-01T10:00:00Z,visitor,v1,a"))

    assert counts(outcome) == (1, 1, 0, 0, 0)
    assert desk.ask("SELECT conversation_id FROM message") == [(1,)]


def test_messages_do_not_find_a_conversation_of_another_project(desk: Desk) -> None:
    desk.bring({"project": "other"}, conversations=CONVERSATION)

    assert codes(desk.give(messages=said("m1,c1,2026-05-01T10:00:00Z,visitor,v1,a"))) == ["unknown_conversation"]


def test_a_message_finds_the_conversation_of_its_own_source_first(desk: Desk) -> None:
    for source in ("desk", "chat"):
        desk.bring({"source": source}, conversations=CONVERSATION)

    desk.bring({"source": "chat"}, messages=said("m1,c1,2026-05-01T10:00:00Z,visitor,v1,a"))

    assert desk.ask(
        "SELECT s.name FROM message JOIN conversation c ON c.id = conversation_id JOIN source s ON s.id = c.source_id"
    ) == [("chat",)]


def test_messages_outside_the_times_of_their_conversation_are_kept_and_counted(desk: Desk) -> None:
    outcome = desk.give(
        conversations=CONVERSATION,
        messages=said(
            "m1,c1,2026-05-01T09:59:59Z,visitor,v1,early",
            "m2,c1,2026-05-01T10:00:00Z,visitor,v1,first",
            "m3,c1,2026-05-01T11:00:00Z,agent,ana,last",
            "m4,c1,2026-05-01T11:00:01Z,visitor,v1,late",
        ),
    )

    assert outcome.warnings == {"outside_conversation": 2}
    assert counts(outcome) == (5, 5, 0, 0, 0)
    assert outcome.exit_code == 0


def test_one_entry_in_the_journal_for_all_messages_of_a_conversation(desk: Desk) -> None:
    desk.give(conversations=CONVERSATION)
    desk.give(messages=said(*(f"m{i},c1,2026-05-01T10:00:{i:02d}Z,visitor,v1,a" for i in range(60))))

    assert desk.journal() == [(1, "conversation.changed", 1), (2, "conversation.changed", 1)]


def test_a_message_that_moves_changes_both_conversations(desk: Desk) -> None:
    two = CONVERSATION + "c2,2026-05-01T10:00:00Z,\n"
    desk.give(conversations=two, messages=said("m1,c1,2026-05-01T10:00:00Z,visitor,v1,a"))
    before = len(desk.journal())

    assert counts(desk.give(messages=said("m1,c2,2026-05-01T10:00:00Z,visitor,v1,a"))) == (1, 0, 1, 0, 0)
    assert sorted(entry[1:] for entry in desk.journal()[before:]) == [
        ("conversation.changed", 1),
        ("conversation.changed", 2),
    ]


def test_an_author_nobody_knows_may_be_refused_but_a_visitor_is_always_new(desk: Desk) -> None:
    desk.give(conversations=CONVERSATION)

    outcome = desk.bring(
        {"unknown": "reject"},
        messages=said("m1,c1,2026-05-01T10:00:00Z,visitor,v1,a", "m2,c1,2026-05-01T10:01:00Z,agent,ana,b"),
    )

    assert counts(outcome) == (2, 1, 0, 0, 1)
    assert codes(outcome) == ["unknown_respondent"]
    assert desk.ask("SELECT count(*) FROM respondent") == [(0,)]


def test_the_same_author_in_another_source_is_another_respondent(desk: Desk) -> None:
    desk.bring({"source": "desk"}, conversations=CONVERSATION)
    for source in ("desk", "chat"):
        desk.bring({"source": source}, messages=said("m1,c1,2026-05-01T10:00:00Z,agent,7,a"))

    assert desk.ask("SELECT external_id, source_id FROM respondent ORDER BY id") == [("7", 1), ("7", 2)]
