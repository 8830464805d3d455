"""The rows of the record in the words of their source: keys and names where the tables have ids.

An import that says less than a whole row reads here what it leaves as it is.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Column, ColumnElement, Connection, Select, Table, func, select

from ressenti.kit.iteration import batched
from ressenti.record import tables as t
from ressenti.record.names import CONVERSATION_LABELS
from ressenti.record.rows import CHUNK


class SourceRespondent(NamedTuple):
    """A respondent; `groups` are those they are in now. Attributes are JSON, here and below."""

    external_id: str
    name: str | None
    kind: str | None
    language: str | None
    attributes: str | None
    groups: tuple[str, ...] = ()


class SourceConversation(NamedTuple):
    """A conversation; moments and durations are in microseconds.

    `labels` are those that it has one of each, by what they label (`CONVERSATION_LABELS`).
    """

    external_id: str
    opened_at: int
    closed_at: int | None
    resolved_at: int | None
    first_response_at: int | None
    first_response_us: int | None
    resolution_us: int | None
    visitor: str | None
    automation: str | None
    is_spam: bool
    previous_external_id: str | None
    is_private: bool
    resolution: str | None
    merged_into_external_id: str | None
    visitor_email: str | None
    attributes: str | None
    labels: Mapping[str, str | None]
    tags: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    respondents: tuple[str, ...] = ()


class SourceHandling(NamedTuple):
    """A handling of a conversation."""

    conversation: str
    respondent: str
    started_at: int
    ended_at: int | None
    ended_by: str | None
    group: str | None
    rule: str | None
    distribution_group: str | None
    attributes: str | None


class SourceMessage(NamedTuple):
    """A message of a conversation; `respondent` is None where a visitor wrote it."""

    external_id: str
    conversation: str
    created_at: int
    author_role: str
    respondent: str | None
    text: str
    is_automatic: bool
    is_internal: bool
    attributes: str | None


class SourceSurvey(NamedTuple):
    """A survey without its answers; `conversation` is the one it was given on, merged or not (D34)."""

    external_id: str
    answered_at: int | None
    offered_at: int | None
    language: str | None
    survey: str | None
    channel: str | None
    respondent: str | None
    group: str | None
    conversation: str | None
    attributes: str | None


class SourceTransaction(NamedTuple):
    """A sale; `conversation` is the one it names itself, merged or not (D34)."""

    external_id: str
    at: int
    amount_millionths: int
    currency: str | None
    conversation: str | None
    visitor: str | None
    attributes: str | None


def respondents(connection: Connection, ids: Collection[int]) -> dict[int, SourceRespondent]:
    """Return these respondents."""
    of, time = t.respondent.c, t.membership.c
    now_in = select(time.respondent_id, t.agent_group.c.key).join_from(t.membership, t.agent_group)
    groups = _lists(connection, now_in.where(time.until_at.is_(None)).order_by(time.id), time.respondent_id, ids)
    query = select(of.id, of.external_id, of.name, of.kind, of.language, of.attributes)
    return {
        own_id: SourceRespondent._make((*values, groups.get(own_id, ())))
        for own_id, *values in _rows(connection, query, of.id, ids)
    }


def conversations(connection: Connection, ids: Collection[int]) -> dict[int, SourceConversation]:
    """Return these conversations."""
    of = t.conversation.c
    tags = _named_by(connection, t.conversation_tag, t.label.c.key, ids)
    groups = _named_by(connection, t.conversation_group, t.agent_group.c.key, ids)
    listed = _named_by(connection, t.conversation_respondent, t.respondent.c.external_id, ids)
    own = (of.external_id, of.opened_at, of.closed_at, of.resolved_at)
    measured = (of.first_response_at, of.first_response_us, of.resolution_us)
    visitor = _key(t.visitor.c.external_id, of.visitor_id)
    told = (of.automation, of.is_spam, of.previous_external_id, of.is_private, of.resolution)
    query = select(of.id, *own, *measured, visitor, *told, of.merged_into_external_id, of.visitor_email, of.attributes)
    labelled = select(of.id, *(_label(of[column]) for column in CONVERSATION_LABELS.values()))
    labels = {
        own_id: dict(zip(CONVERSATION_LABELS, keys, strict=True))
        for own_id, *keys in _rows(connection, labelled, of.id, ids)
    }
    return {
        own_id: SourceConversation._make(
            (*values, labels[own_id], tags.get(own_id, ()), groups.get(own_id, ()), listed.get(own_id, ()))
        )
        for own_id, *values in _rows(connection, query, of.id, ids)
    }


def handlings(connection: Connection, ids: Collection[int]) -> dict[int, SourceHandling]:
    """Return these handlings."""
    of = t.handling.c
    names = (_conversation(of.conversation_id), _respondent(of.respondent_id))
    where = (_group(of.group_id), _label(of.rule_id), _label(of.distribution_group_id))
    query = select(of.id, *names, of.started_at, of.ended_at, of.ended_by, *where, of.attributes)
    return {own_id: SourceHandling(*values) for own_id, *values in _rows(connection, query, of.id, ids)}


def messages(connection: Connection, ids: Collection[int]) -> dict[int, SourceMessage]:
    """Return these messages."""
    of = t.message.c
    written = (of.created_at, of.author_role, _respondent(of.respondent_id), of.text, of.is_automatic, of.is_internal)
    query = select(of.id, of.external_id, _conversation(of.conversation_id), *written, of.attributes)
    return {own_id: SourceMessage(*values) for own_id, *values in _rows(connection, query, of.id, ids)}


def surveys(connection: Connection, ids: Collection[int]) -> dict[int, SourceSurvey]:
    """Return these surveys."""
    of = t.survey_offer.c
    labels = (_label(of.language_id), _label(of.survey_id), _label(of.channel_id))
    names = (*labels, _respondent(of.respondent_id), _group(of.group_id), _given_on(t.survey_offer))
    query = select(of.id, of.external_id, of.answered_at, of.offered_at, *names, of.attributes)
    return {own_id: SourceSurvey(*values) for own_id, *values in _rows(connection, query, of.id, ids)}


def transactions(connection: Connection, ids: Collection[int]) -> dict[int, SourceTransaction]:
    """Return these sales."""
    of = t.transaction.c
    names = (_given_on(t.transaction), _key(t.visitor.c.external_id, of.visitor_id))
    query = select(of.id, of.external_id, of.at, of.amount_millionths, of.currency, *names, of.attributes)
    return {own_id: SourceTransaction(*values) for own_id, *values in _rows(connection, query, of.id, ids)}


def _key(key: "Column[str]", reference: "Column[Any]") -> ColumnElement[Any]:
    """Return the key of the row that a column refers to."""
    return select(key).where(key.table.c.id == reference).correlate(reference.table).scalar_subquery()


def _label(reference: "Column[Any]") -> ColumnElement[Any]:
    return _key(t.label.c.key, reference)


def _group(reference: "Column[Any]") -> ColumnElement[Any]:
    return _key(t.agent_group.c.key, reference)


def _respondent(reference: "Column[Any]") -> ColumnElement[Any]:
    return _key(t.respondent.c.external_id, reference)


def _conversation(reference: "Column[Any]") -> ColumnElement[Any]:
    return _key(t.conversation.c.external_id, reference)


def _given_on(table: Table) -> ColumnElement[Any]:
    """Return the key of the merged conversation a row was given on, else of the one it counts for (D34)."""
    return func.coalesce(_conversation(table.c.given_on_id), _conversation(table.c.conversation_id))


def _named_by(
    connection: Connection, table: Table, key: "Column[str]", ids: Collection[int]
) -> dict[int, tuple[str, ...]]:
    """Return the keys that each of these conversations names, in its order."""
    query = select(table.c.conversation_id, key).join_from(table, key.table).order_by(table.c.position)
    return _lists(connection, query, table.c.conversation_id, ids)


def _lists(
    connection: Connection, query: Select[Any], column: "Column[Any]", ids: Collection[int]
) -> dict[int, tuple[str, ...]]:
    lists: dict[int, tuple[str, ...]] = {}
    for own_id, name in _rows(connection, query, column, ids):
        lists[own_id] = (*lists.get(own_id, ()), name)
    return lists


def _rows(
    connection: Connection, query: Select[Any], column: "Column[Any]", ids: Collection[int]
) -> Iterator[tuple[Any, ...]]:
    for part in batched(ids, CHUNK):
        yield from map(tuple, connection.execute(query.where(column.in_(part))))
