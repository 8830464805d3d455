"""Status events, how the state of a conversation changed as a ticket log tells it: their door, and their reading."""

from collections.abc import Hashable, Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, select

from ressenti.kit.iteration import batched
from ressenti.record import tables as t
from ressenti.record.arrival import arrival
from ressenti.record.provenance import KnownRow, Provenance, TableProvenance
from ressenti.record.rows import CHUNK, RowScope, grouped, next_ids
from ressenti.record.stores.sqlite import insert
from ressenti.record.write_transaction import WriteTransaction

PROVENANCE = TableProvenance(t.status_event)


class NewStatusEvent(NamedTuple):
    """A change of state; `seq` is its number among those of one moment, where the source gives one."""

    at: int
    seq: int | None
    state: str
    respondent_id: int | None = None
    group_id: int | None = None
    attributes: str | None = None


class StatusEvent(NamedTuple):
    """A change of status in a ticket log. `seq` is its number among those of one moment, where its source gives one."""

    at: int
    state: str
    seq: int | None = None


class LoggedStatus(NamedTuple):
    """A change of status with the respondent who made it, where the log says so."""

    at: int
    state: str
    seq: int | None
    respondent_id: int | None


IncomingStatusEvent = tuple[int, NewStatusEvent, Provenance]
"""The conversation an event is of, the event, and where it comes from."""


def add(tx: WriteTransaction, conversation: int, event: NewStatusEvent, provenance: Provenance) -> int:
    """Add a status event to a conversation, and return its id."""
    return add_many(tx, [(conversation, event, provenance)])[0]


def add_many(tx: WriteTransaction, rows: Sequence[IncomingStatusEvent]) -> list[int]:
    """Add status events, and return their ids in the order they are given in."""
    first = next(next_ids(tx.connection, t.status_event))
    columns = ("id", "conversation_id", *NewStatusEvent._fields, "digest", "import_id", "arrival")
    values = (
        (own_id, conversation, *event, provenance.digest, provenance.import_id, provenance.arrival)
        for own_id, (conversation, event, provenance) in enumerate(rows, first)
    )
    insert(tx.connection, t.status_event, columns, values)
    tx.tell_changed(row[0] for row in rows)
    return list(range(first, first + len(rows)))


def known(connection: Connection, conversations: Iterable[int], import_id: int) -> dict[Hashable, KnownRow]:
    """Return the events of these conversations by conversation and digest, as if this import had brought them.

    An event has no id, so that one with other content is another event, and never a contradiction.
    """
    of = t.status_event.c
    found: dict[Hashable, KnownRow] = {}
    for part in batched(conversations, CHUNK):
        query = select(of.conversation_id, of.digest, of.id).where(of.conversation_id.in_(part))
        for conversation_id, content, own_id in connection.execute(query):
            found[conversation_id, content] = KnownRow(own_id, content, import_id)
    return found


def by_conversation(connection: Connection, scope: RowScope) -> dict[int, list[StatusEvent]]:
    """Return the log of each conversation in order of time, of one moment in order of arrival (D35)."""
    of = t.status_event.c
    query = select(of.conversation_id, of.at, of.state, of.seq).where(scope(of.conversation_id))
    order = (of.conversation_id, of.at, arrival(t.status_event))
    return grouped(connection, query.order_by(*order), StatusEvent._make)


def log_of(connection: Connection, conversation: int) -> list[LoggedStatus]:
    """Return the log of one conversation in order of time, of one moment in order of arrival (D35)."""
    of = t.status_event.c
    query = select(of.at, of.state, of.seq, of.respondent_id).where(of.conversation_id == conversation)
    return [LoggedStatus._make(row) for row in connection.execute(query.order_by(of.at, arrival(t.status_event)))]
