"""Conversations, with the tags, groups and respondents they name: their door, and how they are read and found again."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from types import MappingProxyType
from typing import NamedTuple

from sqlalchemy import Connection, Table, and_, bindparam, func, or_, select, update

from ressenti.kit.iteration import batched
from ressenti.record import tables as t
from ressenti.record.arrival import arrival
from ressenti.record.journal import EventKind
from ressenti.record.messages import visited
from ressenti.record.names import CONVERSATION_LABELS
from ressenti.record.provenance import Provenance, TableProvenance
from ressenti.record.rows import CHUNK, RowScope, grouped, next_ids, remove, replace, values_where
from ressenti.record.sources import SourceId
from ressenti.record.stores.corruption import ascending
from ressenti.record.stores.sqlite import insert
from ressenti.record.write_transaction import WriteTransaction

PROVENANCE = TableProvenance(t.conversation)


class NewConversation(NamedTuple):
    """A conversation as its source tells of it; names are ids by then, `labels` by what they label."""

    external_id: str
    opened_at: int
    closed_at: int | None = None
    resolved_at: int | None = None
    first_response_at: int | None = None
    first_response_us: int | None = None
    resolution_us: int | None = None
    visitor_id: int | None = None
    automation: str | None = None
    is_spam: bool = False
    previous_external_id: str | None = None
    is_private: bool = True
    resolution: str | None = None
    merged_into_external_id: str | None = None
    visitor_email: str | None = None
    attributes: str | None = None
    labels: Mapping[str, int | None] = MappingProxyType({})


_COLUMNS = (*(name for name in NewConversation._fields if name != "labels"), *CONVERSATION_LABELS.values())


def _cells(conversation: NewConversation) -> Iterator[object]:
    """Return what a conversation has in each of `_COLUMNS`."""
    *own, labels = conversation
    return chain(own, map(labels.get, CONVERSATION_LABELS))


_CLOSE = (
    update(t.conversation)
    .where(t.conversation.c.id == bindparam("row_id"))
    .values(closed_at=bindparam("at"), resolution=bindparam("resolved_with"))
)


class ConversationNames(NamedTuple):
    """The tags, groups and respondents a conversation names, in the order it names them."""

    tags: Sequence[int] = ()
    groups: Sequence[int] = ()
    respondents: Sequence[int] = ()


IncomingConversation = tuple[NewConversation, ConversationNames, Provenance]
"""A conversation, what it names, and where it comes from."""


class ConversationHeader(NamedTuple):
    """What the row of a conversation says of it, for measuring; names are ids, `labels` those that were asked for."""

    id: int
    opened_at: int
    source_id: int
    closed_at: int | None
    resolved_at: int | None
    first_response_at: int | None
    first_response_us: int | None
    resolution_us: int | None
    rule_id: int | None
    distribution_group_id: int | None
    visitor_id: int | None
    automation: str | None
    is_spam: bool
    labels: tuple[int | None, ...]


class ConversationIdentity(NamedTuple):
    """Which conversation it is: its project, and what its source calls it."""

    project_id: int
    external_id: str


class VisitorConversation(NamedTuple):
    """One of the conversations of a visitor, as its source calls it."""

    id: int
    external_id: str
    opened_at: int


class Neighbours(NamedTuple):
    """The conversations of a visitor before one of them and after it, the nearest first."""

    before: list[VisitorConversation]
    after: list[VisitorConversation]


class ConversationSpan(NamedTuple):
    """From when to when a conversation was, as its row says."""

    id: int
    opened_at: int
    closed_at: int | None
    resolved_at: int | None


class ConversationReference(NamedTuple):
    """A conversation that a row belongs to."""

    id: int
    opened_at: int
    closed_at: int | None
    visitor_id: int | None
    became: int | None

    @property
    def counts_for(self) -> int:
        """Return the conversation that surveys and sales given on it are counted for (D34)."""
        return self.id if self.became is None else self.became

    @property
    def given_on(self) -> int | None:
        """Return its own id where that is another."""
        return None if self.became is None else self.id


def add(tx: WriteTransaction, conversation: NewConversation, names: ConversationNames, provenance: Provenance) -> int:
    """Add a conversation, and return its id."""
    return add_many(tx, [(conversation, names, provenance)])[0]


def add_many(tx: WriteTransaction, rows: Sequence[IncomingConversation]) -> list[int]:
    """Add conversations, and return their ids in the order they are given in."""
    first = next(next_ids(tx.connection, t.conversation))
    columns = ("id", "project_id", *_COLUMNS, *Provenance._fields)
    values = (
        (own_id, tx.project_id, *_cells(conversation), *provenance)
        for own_id, (conversation, _names, provenance) in enumerate(rows, first)
    )
    insert(tx.connection, t.conversation, columns, values)
    ids = list(range(first, first + len(rows)))
    _write_names(tx, ids, rows)
    if tx.is_bulk:
        tx.tell_changed(ids)
        return ids
    for own_id, (conversation, _names, _provenance) in zip(ids, rows, strict=True):
        tx.tell(EventKind.CONVERSATION_OPENED, (own_id,))
        if conversation.closed_at is not None:
            tx.tell(EventKind.CONVERSATION_CLOSED, (own_id,))
    return ids


def replace_many(tx: WriteTransaction, rows: Mapping[int, IncomingConversation]) -> None:
    """Put others in the place of the conversations with these ids, together with what they name.

    A visitor whom messages may have told stays where the new row names none.
    """
    if not rows:
        return
    before = _visitors_of(tx.connection, rows)
    met = visited(tx, [own_id for own_id, row in rows.items() if row[0].visitor_id is None])
    now = {
        own_id: row[0]._replace(visitor_id=before[own_id]) if own_id in met else row[0] for own_id, row in rows.items()
    }
    columns = (*_COLUMNS, "digest", "import_id")
    values = (
        (own_id, (*_cells(now[own_id]), provenance.digest, provenance.import_id))
        for own_id, (_conversation, _names, provenance) in rows.items()
    )
    replace(tx.connection, t.conversation, columns, values)
    for table in (t.conversation_tag, t.conversation_group, t.conversation_respondent):
        remove(tx.connection, table, "conversation_id", rows)
    _write_names(tx, rows, rows.values())
    left = {before[own_id] for own_id, row in now.items() if before[own_id] != row.visitor_id} - {None}
    of = t.conversation.c
    tx.tell_changed(values_where(tx.connection, of.id, of.visitor_id, left))
    tx.tell_changed(rows)


def close(tx: WriteTransaction, own_id: int, *, at: int, resolution: str | None = None) -> None:
    """Note that a conversation is closed, and with what it was resolved; the caller tells who closed it."""
    tx.connection.execute(_CLOSE, {"row_id": own_id, "at": at, "resolved_with": resolution})
    tx.tell(EventKind.CONVERSATION_CLOSED, (own_id,))


def set_labels(tx: WriteTransaction, own_id: int, labels: Mapping[str, int | None]) -> None:
    """Give a conversation other labels, by what they label: `{"rule": 7}`."""
    values = {CONVERSATION_LABELS[label]: label_id for label, label_id in labels.items()}
    tx.connection.execute(update(t.conversation).where(t.conversation.c.id == own_id).values(values))
    tx.tell_changed((own_id,))


def set_tags(tx: WriteTransaction, own_id: int, tags: Sequence[int]) -> None:
    """Put these tags in the place of those a conversation has, in their order."""
    remove(tx.connection, t.conversation_tag, "conversation_id", (own_id,))
    rows = ((own_id, tag, place) for place, tag in enumerate(tags))
    insert(tx.connection, t.conversation_tag, ("conversation_id", "label_id", "position"), rows)
    tx.tell_with(EventKind.CONVERSATION_TAGGED, own_id, {"tags": list(tags)})


def set_visitors(tx: WriteTransaction, visitors: Mapping[int, int]) -> None:
    """Tell these conversations who their visitor is."""
    if visitors:
        of = t.conversation.c
        change = update(t.conversation).where(of.id == bindparam("row_id")).values(visitor_id=bindparam("met"))
        tx.connection.execute(change, [{"row_id": own_id, "met": visitor} for own_id, visitor in visitors.items()])
        tx.tell_changed(visitors)


def find(connection: Connection, sources: Collection[int], keys: Collection[str]) -> dict[str, ConversationReference]:
    """Return the conversations that these sources call so, as the first of them does."""
    of = t.conversation.c
    references: dict[str, ConversationReference] = {}
    for part in batched(keys, CHUNK):
        query = select(of.external_id, of.id, of.opened_at, of.closed_at, of.visitor_id, of.merged_into_id)
        query = query.where(of.source_id.in_(sources), of.external_id.in_(part))
        for external_id, *rest in connection.execute(query.order_by(of.source_id)):
            references.setdefault(external_id, ConversationReference(*rest))
    return references


def count_own(connection: Connection) -> int:
    """Return how many conversations there are; those that were merged into others are none (D34)."""
    own = select(func.count()).where(t.conversation.c.merged_into_id.is_(None))
    return connection.execute(own).scalar_one()


def ids_of_project(connection: Connection, project_id: int) -> set[int]:
    """Return all conversations of a project."""
    of = t.conversation.c
    return set(connection.execute(select(of.id).where(of.project_id == project_id)).scalars())


def ids_of_visitors(connection: Connection, visitors: Collection[int]) -> set[int]:
    """Return all conversations of these visitors."""
    of = t.conversation.c
    return set(values_where(connection, of.id, of.visitor_id, sorted(visitors)))


def visitors_of(connection: Connection, ids: Sequence[int]) -> set[int]:
    """Return the visitors of these conversations."""
    of = t.conversation.c
    return set(values_where(connection, of.visitor_id, of.id, ids)) - {None}


def next_own_ids(connection: Connection, project_id: int, *, after: int, limit: int) -> list[int]:
    """Return the next conversations of a project by their ids; those that were merged into others are none (D34)."""
    of = t.conversation.c
    query = select(of.id).where(of.project_id == project_id, of.merged_into_id.is_(None), of.id > after)
    return ascending(connection.execute(query.order_by(of.id).limit(limit)).scalars().all(), after=after)


def headers(
    connection: Connection, project_id: int, scope: RowScope, labels: Sequence[str]
) -> list[ConversationHeader]:
    """Return what the rows of conversations say, in the order of their ids; merged ones are left out (D34).

    `labels` are those of `names.CONVERSATION_LABELS` that are asked for: each header has their ids in that order.
    """
    of = t.conversation.c
    own = [of[name] for name in ConversationHeader._fields if name != "labels"]
    query = select(*own, *(of[f"{label}_id"] for label in labels))
    query = query.where(scope(of.id), of.project_id == project_id, of.merged_into_id.is_(None))
    rows = map(iter, connection.execute(query.order_by(of.id)))
    return [ConversationHeader._make((*islice(values, len(own)), tuple(values))) for values in rows]


def spans_by_visitor(
    connection: Connection, project_id: int, visitors: Collection[int]
) -> dict[int, list[ConversationSpan]]:
    """Return when the conversations of each visitor were, in the order they were begun; merged ones are left out."""
    of = t.conversation.c
    query = select(of.visitor_id, *(of[name] for name in ConversationSpan._fields))
    query = query.where(of.visitor_id.in_(visitors), of.project_id == project_id, of.merged_into_id.is_(None))
    order = (of.visitor_id, of.opened_at, arrival(t.conversation))
    return grouped(connection, query.order_by(*order), ConversationSpan._make)


def identity(connection: Connection, own_id: int) -> ConversationIdentity | None:
    """Return which conversation has this id, None where there is none."""
    of = t.conversation.c
    row = connection.execute(select(of.project_id, of.external_id).where(of.id == own_id)).one_or_none()
    return None if row is None else ConversationIdentity._make(row)


def ids_called(connection: Connection, key: str) -> list[int]:
    """Return the conversations that any source calls so, in the order of their ids."""
    of = t.conversation.c
    query = select(of.id).where(of.source_id.in_(select(t.source.c.id)), of.external_id == key)
    return list(connection.execute(query.order_by(of.id)).scalars())


def source_ids(connection: Connection, ids: Collection[int]) -> dict[int, SourceId]:
    """Return what its source calls each of these conversations."""
    of = t.conversation.c
    query = select(of.id, of.external_id, t.source.c.name).join(t.source).where(of.id.in_(ids))
    return {own_id: SourceId(key, name) for own_id, key, name in connection.execute(query)}


def visitor_keys(connection: Connection, ids: Collection[int]) -> dict[int, str]:
    """Return what its source calls the visitor of each of these conversations that has one."""
    of, visitor = t.conversation.c, t.visitor.c
    query = select(of.id, visitor.external_id).join(t.visitor, visitor.id == of.visitor_id).where(of.id.in_(ids))
    return dict(connection.execute(query).all())


def of_same_visitor(connection: Connection, own_id: int, *, limit: int) -> Neighbours:
    """Return the other conversations of the visitor of one, at most so many on either side."""
    of, arrived, own = t.conversation.c, arrival(t.conversation), t.conversation.alias()
    query = select(of.id, of.external_id, of.opened_at).join_from(
        t.conversation, own, own.c.visitor_id == of.visitor_id
    )
    query = query.where(own.c.id == own_id, of.id != own_id)
    is_before = or_(of.opened_at < own.c.opened_at, and_(of.opened_at == own.c.opened_at, arrived < arrival(own)))
    before = query.where(is_before).order_by(of.opened_at.desc(), arrived.desc()).limit(limit)
    after = query.where(~is_before).order_by(of.opened_at, arrived).limit(limit)
    return Neighbours(
        *([VisitorConversation._make(row) for row in connection.execute(side)] for side in (before, after))
    )


def tags(connection: Connection, scope: RowScope) -> dict[int, tuple[int, ...]]:
    """Return the labels of the tags of each conversation that has any, in the order it names them."""
    return _named_ids(connection, t.conversation_tag, scope)


def groups(connection: Connection, scope: RowScope) -> dict[int, tuple[int, ...]]:
    """Return the agent groups that each conversation names itself, in its order."""
    return _named_ids(connection, t.conversation_group, scope)


def respondents(connection: Connection, scope: RowScope) -> dict[int, tuple[int, ...]]:
    """Return the respondents that each conversation names itself, in its order."""
    return _named_ids(connection, t.conversation_respondent, scope)


def _named_ids(connection: Connection, table: Table, scope: RowScope) -> dict[int, tuple[int, ...]]:
    conversation_id, named = table.primary_key
    query = select(conversation_id, named).where(scope(conversation_id)).order_by(conversation_id, table.c.position)
    found: dict[int, tuple[int, ...]] = {}
    for own_id, named_id in connection.execute(query):
        found[own_id] = (*found.get(own_id, ()), named_id)
    return found


def _write_names(tx: WriteTransaction, ids: Iterable[int], rows: Iterable[IncomingConversation]) -> None:
    """Write the tags, groups and respondents that conversations name."""
    named = [(own_id, names) for own_id, (_conversation, names, _provenance) in zip(ids, rows, strict=True)]
    tags = ((own_id, one, place) for own_id, names in named for place, one in enumerate(names.tags))
    groups = ((own_id, one, place) for own_id, names in named for place, one in enumerate(names.groups))
    respondents = ((own_id, one, place) for own_id, names in named for place, one in enumerate(names.respondents))
    insert(tx.connection, t.conversation_tag, ("conversation_id", "label_id", "position"), tags)
    insert(tx.connection, t.conversation_group, ("conversation_id", "agent_group_id", "position"), groups)
    insert(tx.connection, t.conversation_respondent, ("conversation_id", "respondent_id", "position"), respondents)


def _visitors_of(connection: Connection, ids: Iterable[int]) -> dict[int, int | None]:
    of = t.conversation.c
    found: dict[int, int | None] = {}
    for part in batched(ids, CHUNK):
        query = select(of.id, of.visitor_id).where(of.id.in_(part))
        found |= dict(connection.execute(query).all())
    return found
