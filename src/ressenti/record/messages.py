"""The door of messages."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, select

from ressenti.kit.iteration import batched
from ressenti.record import tables as t
from ressenti.record.journal import EventKind
from ressenti.record.provenance import Provenance, TableProvenance
from ressenti.record.rows import CHUNK, next_ids, replace, values_where
from ressenti.record.stores.sqlite import insert
from ressenti.record.write_transaction import WriteTransaction

PROVENANCE = TableProvenance(t.message)


class NewMessage(NamedTuple):
    """A message as it was written; `respondent_id` is its author where that is one of ours."""

    external_id: str
    created_at: int
    author_role: str
    respondent_id: int | None
    is_automatic: bool
    is_internal: bool
    text: str
    attributes: str | None = None


IncomingMessage = tuple[int, NewMessage, Provenance]
"""The conversation a message is of, the message, and where it comes from."""


def add(tx: WriteTransaction, conversation: int, message: NewMessage, provenance: Provenance) -> int:
    """Add a message to a conversation, and return its id."""
    return add_many(tx, [(conversation, message, provenance)])[0]


def add_many(tx: WriteTransaction, rows: Sequence[IncomingMessage]) -> list[int]:
    """Add messages, and return their ids in the order they are given in."""
    first = next(next_ids(tx.connection, t.message))
    columns = ("id", "conversation_id", *NewMessage._fields, *Provenance._fields)
    values = [
        (own_id, conversation, *message, *provenance)
        for own_id, (conversation, message, provenance) in enumerate(rows, first)
    ]
    insert(tx.connection, t.message, columns, values)
    ids = list(range(first, first + len(rows)))
    if tx.is_bulk:
        tx.tell_changed(row[0] for row in rows)
    else:
        tx.tell(EventKind.MESSAGE_CREATED, ids)
    return ids


def replace_many(tx: WriteTransaction, rows: Mapping[int, IncomingMessage]) -> None:
    """Put others in the place of the messages with these ids, which may leave the conversation they were of."""
    if not rows:
        return
    tx.tell_changed(values_where(tx.connection, t.message.c.conversation_id, t.message.c.id, rows))
    columns = ("conversation_id", *NewMessage._fields, "digest", "import_id")
    values = (
        (own_id, (conversation, *message, provenance.digest, provenance.import_id))
        for own_id, (conversation, message, provenance) in rows.items()
    )
    replace(tx.connection, t.message, columns, values)
    tx.tell_changed(conversation for conversation, _message, _provenance in rows.values())


def visited(tx: WriteTransaction, conversations: Iterable[int]) -> set[int]:
    """Return those of these conversations in which a visitor wrote."""
    of = t.message.c
    found: set[int] = set()
    for part in batched(conversations, CHUNK):
        query = select(of.conversation_id).where(of.conversation_id.in_(part), of.author_role == "visitor")
        found |= set(tx.connection.execute(query.distinct()).scalars())
    return found


def conversations_by(connection: Connection, respondents: Collection[int]) -> set[int]:
    """Return the conversations in which any of these respondents wrote, automatic messages and notes included."""
    of = t.message.c
    return set(connection.execute(select(of.conversation_id).where(of.respondent_id.in_(respondents))).scalars())
