"""Handlings: their door, from which the pauses of a conversation follow, and how they are read again."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select, update

from ressenti.kit.iteration import batched
from ressenti.record import tables as t
from ressenti.record.arrival import arrival
from ressenti.record.pauses import renew
from ressenti.record.provenance import KnownRow, Provenance, TableProvenance
from ressenti.record.rows import CHUNK, RowScope, grouped, next_ids, replace
from ressenti.record.stores.sqlite import insert
from ressenti.record.write_transaction import WriteTransaction

PROVENANCE = TableProvenance(t.handling)


class NewHandling(NamedTuple):
    """A time in which one respondent had a conversation."""

    respondent_id: int
    started_at: int
    ended_at: int | None = None
    ended_by: str | None = None
    group_id: int | None = None
    rule_id: int | None = None
    distribution_group_id: int | None = None
    attributes: str | None = None


class Handling(NamedTuple):
    """One stretch of a conversation with one respondent, as it was recorded."""

    respondent: int
    started_at: int
    ended_at: int | None
    ended_by: str | None
    group_id: int | None = None
    rule_id: int | None = None
    distribution_group_id: int | None = None


class KnownHandling(NamedTuple):
    """A handling the record has: whose it is, as the source calls them, and when it was."""

    conversation_id: int
    respondent: str
    started_at: int
    ended_at: int | None
    row: KnownRow


IncomingHandling = tuple[int, NewHandling, Provenance]
"""The conversation a handling is of, the handling, and where it comes from."""


def add(tx: WriteTransaction, conversation: int, handling: NewHandling, provenance: Provenance) -> int:
    """Add a handling to a conversation, and return its id."""
    return add_many(tx, [(conversation, handling, provenance)])[0]


def add_many(tx: WriteTransaction, rows: Sequence[IncomingHandling]) -> list[int]:
    """Add handlings, and return their ids in the order they are given in."""
    first = next(next_ids(tx.connection, t.handling))
    columns = ("id", "conversation_id", *NewHandling._fields, "digest", "import_id", "arrival")
    values = (
        (own_id, conversation, *handling, provenance.digest, provenance.import_id, provenance.arrival)
        for own_id, (conversation, handling, provenance) in enumerate(rows, first)
    )
    insert(tx.connection, t.handling, columns, values)
    _follow(tx, (row[0] for row in rows))
    return list(range(first, first + len(rows)))


def end(tx: WriteTransaction, conversation: int, own_id: int, *, at: int, by: str | None) -> None:
    """End a handling: `closed`, `transferred`, `paused`; None where nobody of ours ended it."""
    tx.connection.execute(_END, {"row_id": own_id, "at": at, "by": by})
    _follow(tx, (conversation,))


_END = (
    update(t.handling)
    .where(t.handling.c.id == bindparam("row_id"))
    .values(ended_at=bindparam("at"), ended_by=bindparam("by"))
)


def replace_many(tx: WriteTransaction, rows: Mapping[int, IncomingHandling]) -> None:
    """Put others in the place of the handlings with these ids, of the same conversations."""
    columns = ("conversation_id", *NewHandling._fields, "digest", "import_id")
    values = (
        (own_id, (conversation, *handling, provenance.digest, provenance.import_id))
        for own_id, (conversation, handling, provenance) in rows.items()
    )
    replace(tx.connection, t.handling, columns, values)
    _follow(tx, (row[0] for row in rows.values()))


def known(connection: Connection, conversations: Iterable[int]) -> Iterator[KnownHandling]:
    """Return the handlings of these conversations."""
    of, who = t.handling.c, t.respondent.c
    columns = (of.conversation_id, who.external_id, of.started_at, of.ended_at, of.id, of.digest, of.import_id)
    for part in batched(conversations, CHUNK):
        query = select(*columns).join_from(t.handling, t.respondent).where(of.conversation_id.in_(part))
        for conversation, name, started_at, ended_at, *row in connection.execute(query):
            yield KnownHandling(conversation, name, started_at, ended_at, KnownRow(*row))


def by_conversation(connection: Connection, scope: RowScope) -> dict[int, list[Handling]]:
    """Return the handlings of each conversation in order of time, of one moment in order of arrival (D35)."""
    of = t.handling.c
    columns = (of.respondent_id, of.started_at, of.ended_at, of.ended_by)
    names = (of.group_id, of.rule_id, of.distribution_group_id)
    query = select(of.conversation_id, *columns, *names).where(scope(of.conversation_id))
    order = (of.conversation_id, of.started_at, arrival(t.handling))
    return grouped(connection, query.order_by(*order), Handling._make)


def _follow(tx: WriteTransaction, conversations: Iterable[int]) -> None:
    """Bring the pauses of conversations whose handlings were written up to date."""
    touched = dict.fromkeys(conversations)
    renew(tx.connection, touched)
    tx.tell_changed(touched)
