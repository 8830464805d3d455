"""Messages: the door by which they enter the record, and how they are read again."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Column, Connection, bindparam, select

from ressenti.kit.iteration import batched
from ressenti.record import tables as t
from ressenti.record.arrival import arrival
from ressenti.record.journal import EventKind
from ressenti.record.provenance import Provenance, TableProvenance
from ressenti.record.rows import CHUNK, RowScope, grouped, next_ids, replace, values_where
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


class Message(NamedTuple):
    """One message, without its text. `role` is visitor, agent, bot or system.

    `respondent` is None for a visitor or an unnamed agent.
    """

    at: int
    role: str
    respondent: int | None
    is_automatic: bool = False
    is_internal: bool = False


class KnownMessage(NamedTuple):
    """A message that its source has sent before: what of it tells a repetition."""

    id: int
    conversation_id: int
    created_at: int
    author_role: str
    respondent_id: int | None
    text: str


class WrittenMessage(NamedTuple):
    """A message of a conversation, with its text."""

    conversation_id: int
    message: Message
    text: str


class PublicText(NamedTuple):
    """What a visitor or a respondent wrote for the other to read."""

    conversation_id: int
    text: str


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


def known(connection: Connection, source_id: int, external_id: str) -> KnownMessage | None:
    """Return the message that a source calls so, None where it has sent none."""
    row = connection.execute(_KNOWN, {"source": source_id, "key": external_id}).one_or_none()
    return None if row is None else KnownMessage._make(row)


_KNOWN = select(*(t.message.c[name] for name in KnownMessage._fields)).where(
    t.message.c.source_id == bindparam("source"), t.message.c.external_id == bindparam("key")
)


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


def by_conversation(connection: Connection, scope: RowScope) -> dict[int, list[Message]]:
    """Return the messages of each conversation in order of time, of one moment in order of arrival (D35)."""
    of = t.message.c
    query = select(of.conversation_id, *_without_text()).where(scope(of.conversation_id))
    return grouped(connection, query.order_by(of.conversation_id, of.created_at, arrival(t.message)), Message._make)


def written_in(connection: Connection, conversations: Collection[int]) -> list[WrittenMessage]:
    """Return the messages of these conversations with their texts, in order of time, of one moment as they arrived."""
    of = t.message.c
    query = select(of.conversation_id, of.text, *_without_text()).where(of.conversation_id.in_(conversations))
    return [
        WrittenMessage(conversation_id, Message._make(values), text)
        for conversation_id, text, *values in connection.execute(query.order_by(of.created_at, arrival(t.message)))
    ]


def public_texts(connection: Connection, conversations: Collection[int]) -> Iterator[PublicText]:
    """Return what visitors and respondents wrote to each other, by conversation and in order of time.

    Automatic messages, notes among staff and what systems write are left out (D29).
    """
    of = t.message.c
    query = (
        select(of.conversation_id, of.text)
        .where(of.conversation_id.in_(conversations), of.author_role != "system", of.is_automatic.is_(False))
        .where(of.is_internal.is_(False))
        .order_by(of.conversation_id, of.created_at, arrival(t.message))
    )
    return map(PublicText._make, connection.execute(query))


def _without_text() -> tuple[Column[Any], ...]:
    """Return the columns of `Message`, all of them in one index, so that no text is read for them."""
    of = t.message.c
    return of.created_at, of.author_role, of.respondent_id, of.is_automatic, of.is_internal
