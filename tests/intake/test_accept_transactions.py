"""How sales arrive, with the conversation or the visitor they belong to (D16)."""

from pathlib import Path

import pytest

from tests.support.importing import Desk, codes, counts

HEAD = "transaction_id,at,amount,currency,conversation_id,visitor_id,shop\n"
TALKED = "conversation_id,opened_at,visitor_id\nc1,2026-05-01T10:00:00Z,v1\nc2,2026-05-02T10:00:00Z,v1\n"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.bring({"source": "desk"}, conversations=TALKED)
    return desk


def test_a_sale_arrives_in_millionths_with_its_conversation(desk: Desk) -> None:
    outcome = desk.give(transactions=HEAD + "t1,2026-05-01T12:00:00Z,12.85,EUR,c1,,Lyon\n")

    assert counts(outcome) == (1, 1, 0, 0, 0)
    sale = 'SELECT amount_millionths, currency, conversation_id, visitor_id, attributes FROM "transaction"'
    assert desk.ask(sale) == [(12_850_000, "EUR", 1, None, '{"shop":"Lyon"}')]
    assert desk.journal()[2:] == [(3, "conversation.changed", 1)]


def test_a_sale_to_a_visitor_changes_all_conversations_it_may_be_credited_to(desk: Desk) -> None:
    desk.give(transactions=HEAD + "t1,2026-05-02T12:00:00Z,10,EUR,,v1,\n")

    assert desk.ask('SELECT v.source_id FROM "transaction" JOIN visitor v ON v.id = visitor_id') == [(1,)]
    assert [entry[1:] for entry in desk.journal()[2:]] == [("conversation.changed", 1), ("conversation.changed", 2)]


def test_a_visitor_nobody_has_seen_is_made(desk: Desk) -> None:
    assert counts(desk.give(transactions=HEAD + "t1,2026-05-02T12:00:00Z,10,EUR,,v7,\n")) == (1, 1, 0, 0, 0)
    assert desk.ask("SELECT external_id, source_id FROM visitor ORDER BY id") == [("v1", 1), ("v7", 2)]


def test_a_sale_of_a_conversation_nobody_knows_is_rejected(desk: Desk) -> None:
    assert codes(desk.give(transactions=HEAD + "t1,2026-05-02T12:00:00Z,10,EUR,ghost,v1,\n")) == [
        "unknown_conversation"
    ]


def test_a_sale_that_moves_changes_where_it_was_and_where_it_is(desk: Desk) -> None:
    desk.give(transactions=HEAD + "t1,2026-05-02T12:00:00Z,10,EUR,c1,,\n")
    before = len(desk.journal())

    assert counts(desk.give(transactions=HEAD + "t1,2026-05-02T12:00:00Z,10,EUR,c2,,\n")) == (1, 0, 1, 0, 0)
    assert sorted(entry[2] for entry in desk.journal()[before:]) == [1, 2]
