"""The doors of the record: rows that come one at a time and many at once leave the same record and the same journal."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from ressenti.record import (
    conversations,
    handlings,
    messages,
    respondents,
    status_events,
    surveys,
    transactions,
)
from ressenti.record.conversations import ConversationNames, NewConversation
from ressenti.record.handlings import NewHandling
from ressenti.record.messages import NewMessage
from ressenti.record.names import NameIds
from ressenti.record.projects import ensure_project
from ressenti.record.provenance import Provenance
from ressenti.record.respondents import IncomingRespondent, NewRespondent
from ressenti.record.status_events import NewStatusEvent
from ressenti.record.stores.integrity import damaged_pages, damaged_rows
from ressenti.record.stores.sqlite import Store
from ressenti.record.surveys import IncomingSurvey, NewAnswer, NewSurvey
from ressenti.record.transactions import NewTransaction
from ressenti.record.write_transaction import WriteTransaction, writing

NOW = 1_780_000_000_000_000
SOURCE, IMPORT = 1, 7
LIVE = ("conversation.opened", "conversation.closed", "message.created", "survey.offered", "survey.answered")

Write = Callable[[WriteTransaction, "Rows"], object]


class Rows:
    """A few rows of every kind, chosen by a seed: two respondents, three conversations, and what hangs on them."""

    def __init__(self, seed: int) -> None:
        choose = random.Random(seed)
        self._choose, self._number = choose, 0
        self.respondents = [
            IncomingRespondent(NewRespondent(f"r{n}", "Ana", self.some("human", "bot")), (1,), self.provenance())
            for n in range(2)
        ]
        self.conversations = [
            (
                NewConversation(f"c{n}", NOW + n, self.some(NOW + 60 + n), visitor_id=self.some(1)),
                ConversationNames(choose.sample([1, 2], choose.randint(0, 2)), (), choose.sample([1, 2], 1)),
                self.provenance(),
            )
            for n in range(3)
        ]
        self.messages = [
            (choose.randint(1, 3), NewMessage(f"m{n}", NOW + n, "agent", 1, False, False, "Hi"), self.provenance())
            for n in range(choose.randint(0, 6))
        ]
        self.handlings = [
            (choose.randint(1, 3), NewHandling(1, NOW + n, NOW + n + 1, self.some("paused")), self.provenance())
            for n in range(choose.randint(0, 4))
        ]
        self.status_events = [
            (choose.randint(1, 3), NewStatusEvent(NOW + n, self.some(n), "open"), self.provenance())
            for n in range(choose.randint(0, 4))
        ]
        self.surveys = [
            IncomingSurvey(
                self.some(choose.randint(1, 3)),
                NewSurvey(f"s{n}", offered_at=self.some(NOW), answered_at=NOW),
                [NewAnswer("nps", n, None, None)] if choose.random() < 0.5 else [],
                self.provenance(),
            )
            for n in range(choose.randint(0, 5))
        ]
        self.transactions = [
            (
                self.some(choose.randint(1, 3)),
                NewTransaction(f"t{n}", NOW, n, visitor_id=self.some(1)),
                self.provenance(),
            )
            for n in range(choose.randint(0, 4))
        ]

    def some(self, *values: Any) -> Any:
        """Return one of these, or None."""
        return self._choose.choice([None, *values])

    def provenance(self) -> Provenance:
        self._number += 1
        return Provenance(SOURCE, self._number, IMPORT, self.some(self._number))


def one_by_one(tx: WriteTransaction, rows: Rows) -> None:
    for respondent, groups, provenance in rows.respondents:
        respondents.add(tx, respondent, provenance, groups=groups)
    for conversation, names, provenance in rows.conversations:
        conversations.add(tx, conversation, names, provenance)
    for message in rows.messages:
        messages.add(tx, *message)
    for handling in rows.handlings:
        handlings.add(tx, *handling)
    for event in rows.status_events:
        status_events.add(tx, *event)
    for owner, survey, answers, provenance in rows.surveys:
        surveys.add(tx, owner, survey, provenance, answers=answers)
    for transaction in rows.transactions:
        transactions.add(tx, *transaction)


def many_at_once(tx: WriteTransaction, rows: Rows) -> None:
    respondents.add_many(tx, rows.respondents)
    conversations.add_many(tx, rows.conversations)
    messages.add_many(tx, rows.messages)
    handlings.add_many(tx, rows.handlings)
    status_events.add_many(tx, rows.status_events)
    surveys.add_many(tx, rows.surveys)
    transactions.add_many(tx, rows.transactions)


def written(folder: Path, write: Write, rows: Rows, *, is_bulk: bool) -> dict[str, list[tuple[Any, ...]]]:
    """Return all that is in a new record after rows were written, the numbers of pauses aside: they are made anew."""
    store = Store.open(f"sqlite:///{folder / write.__name__}.db", create=True)
    with store.write() as connection:
        project = ensure_project(connection, "default")
        connection.exec_driver_sql("INSERT INTO source (id, project_id, name) VALUES (1, ?, 'import')", (project.id,))
        names = NameIds(project_id=project.id, source_id=SOURCE, import_id=IMPORT)
        names.visitors.ensure(connection, ["v1"])
        names.groups.ensure(connection, ["Sales"])
        names.tags.ensure(connection, ["late", "sure"])
        with writing(connection, project.id, now=NOW, is_bulk=is_bulk) as tx:
            write(tx, rows)
    with store.read() as connection:
        tables = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
        found = {
            name: sorted(map(tuple, connection.execute(text(f'SELECT * FROM "{name}"'))), key=repr) for name in tables
        }
    assert (damaged_pages(store.path), damaged_rows(store.path)) == ((), ())
    store.close()
    return found | {"pause": sorted((row[1:] for row in found["pause"]), key=repr)}


def events(record: dict[str, list[tuple[Any, ...]]], among: tuple[str, ...] = ()) -> list[tuple[str, int]]:
    """Return what the journal says, as it says it, but for the project.

    A survey by itself may tell that others were never offered, which the next one takes back (D40).
    """
    entries = [(kind, own_id) for _project, _seq, _at, kind, own_id, _detail in sorted(record["journal"])]
    return [entry for entry in entries if entry[0] != "project.changed" and (not among or entry[0] in among)]


def contents(record: dict[str, list[tuple[Any, ...]]]) -> dict[str, list[tuple[Any, ...]]]:
    """Return all rows but the journal's, and the project's, which has its last number."""
    return {name: rows for name, rows in record.items() if name not in {"journal", "project"}}


@given(seed=st.integers(0, 2**32), is_bulk=st.booleans())
@settings(max_examples=8, deadline=None)
def test_one_row_at_a_time_leaves_what_many_at_once_leave(seed: int, is_bulk: bool) -> None:
    with TemporaryDirectory() as folder:
        one = written(Path(folder), one_by_one, Rows(seed), is_bulk=is_bulk)
        many = written(Path(folder), many_at_once, Rows(seed), is_bulk=is_bulk)

    assert events(one, LIVE) == events(many, LIVE)
    assert sorted(events(one)) == sorted(events(many))
    assert contents(one) == contents(many)
    assert len(one["conversation"]) == 3


@pytest.fixture
def tx(tmp_path: Path) -> Iterator[WriteTransaction]:
    store = Store.open(f"sqlite:///{tmp_path / 'record.db'}", create=True)
    with store.write() as connection:
        project = ensure_project(connection, "default")
        connection.exec_driver_sql("INSERT INTO source (id, project_id, name) VALUES (1, ?, 'live')", (project.id,))
        with writing(connection, project.id, now=NOW) as made:
            yield made
    store.close()


def told(tx: WriteTransaction) -> list[tuple[str, int]]:
    return [(kind.value, own_id) for kind, own_id in tx.events]


def test_one_who_writes_one_row_at_a_time_tells_the_journal_what_it_was(tx: WriteTransaction) -> None:
    where = Provenance(SOURCE, 1, IMPORT)
    open_one = conversations.add(tx, NewConversation("c1", NOW), ConversationNames(), where)
    conversations.add(tx, NewConversation("c2", NOW, NOW + 1), ConversationNames(), where)
    messages.add(tx, open_one, NewMessage("m1", NOW, "visitor", None, False, False, "Hello"), where)
    surveys.add(tx, open_one, NewSurvey("s1", offered_at=NOW), where, answers=[NewAnswer("nps", 9, None, None)])

    assert told(tx) == [
        ("conversation.opened", 1),
        ("conversation.opened", 2),
        ("conversation.closed", 2),
        ("message.created", 1),
        ("survey.offered", 1),
        ("survey.answered", 1),
    ]


def test_in_bulk_a_conversation_is_told_once_however_many_of_its_rows_come(tx: WriteTransaction) -> None:
    bulk = WriteTransaction(connection=tx.connection, project_id=tx.project_id, now=NOW, is_bulk=True)
    where = Provenance(SOURCE, 1, IMPORT)
    own = conversations.add(bulk, NewConversation("c1", NOW, NOW + 1), ConversationNames(), where)
    rows = [(own, NewMessage(f"m{n}", NOW, "visitor", None, False, False, "Hello"), where) for n in range(5)]
    assert messages.add_many(bulk, rows) == [1, 2, 3, 4, 5]

    assert told(bulk) == [("conversation.changed", 1)]
