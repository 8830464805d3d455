"""The rows of the record as a file would write them, to see what a row that says less leaves as it is."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, Table, select
from sqlalchemy.orm import aliased

from ressenti.intake.arrivals.batch import ImportBatch
from ressenti.intake.arrivals.digest import RecordRow
from ressenti.intake.model import FILES, FileKind
from ressenti.intake.values.rules import SLOTS
from ressenti.kit.iteration import batched
from ressenti.record import tables as t
from ressenti.record.rows import CHUNK

_KEPT_ASIDE = ("priority", "status", "reopens", "source_url")
"""Columns of conversations that are kept as attributes."""


def agents(batch: ImportBatch, ids: Collection[int]) -> dict[int, RecordRow]:
    """Return respondents with the groups they are in now."""
    of, times = t.respondent.c, t.membership.c
    query = select(of.id, of.external_id, of.name, of.kind, of.language, of.attributes)
    now = select(times.respondent_id, t.agent_group.c.key).join_from(t.membership, t.agent_group)
    groups = _listed(batch, now.where(times.until_at.is_(None)).order_by(times.id), times.respondent_id, ids)
    return {
        own_id: (key, name, kind, groups.get(own_id, ()), language, _unknown(attributes))
        for own_id, key, name, kind, language, attributes in _rows(batch, query, of.id, ids)
    }


def conversations(batch: ImportBatch, ids: Collection[int]) -> dict[int, RecordRow]:
    """Return conversations with the names they use."""
    of = t.conversation.c
    labels = ("channel", "language", "topic", "rule", "distribution_group", "campaign")
    plain = {
        "conversation_id": of.external_id,
        "opened_at": of.opened_at,
        "closed_at": of.closed_at,
        "resolved_at": of.resolved_at,
        "first_response_at": of.first_response_at,
        "first_response_s": of.first_response_us,
        "resolution_s": of.resolution_us,
        "automation": of.automation,
        "is_spam": of.is_spam,
        "is_private": of.is_private,
        "resolution": of.resolution,
        "merged_into": of.merged_into_external_id,
        "visitor_email": of.visitor_email,
        "previous_conversation_id": of.previous_external_id,
    }
    columns = [*plain.values(), *(of[f"{name}_id"] for name in labels), t.visitor.c.external_id, of.attributes]
    query = select(of.id, *columns).outerjoin_from(t.conversation, t.visitor, t.visitor.c.id == of.visitor_id)
    found = list(_rows(batch, query, of.id, ids))
    first = 1 + len(plain)
    known = _labels(batch, {row[place] for row in found for place in range(first, first + len(labels))})
    lists = {
        "tags": _hanging(batch, t.conversation_tag, t.label.c.key, ids),
        "group": _hanging(batch, t.conversation_group, t.agent_group.c.key, ids),
        "agent_id": _hanging(batch, t.conversation_respondent, t.respondent.c.external_id, ids),
    }
    rows: dict[int, RecordRow] = {}
    for own_id, *values in found:
        told = dict(zip(plain, values, strict=False))
        told |= {name: known.get(label) for name, label in zip(labels, values[len(plain) :], strict=False)}
        told["visitor_id"], attributes = values[-2:]
        told["is_private"] = None if told["is_private"] else False
        told |= {name: names.get(own_id, ()) for name, names in lists.items()}
        aside = _unknown(attributes) or {}
        told |= {name: aside.pop(name) for name in _KEPT_ASIDE if name in aside}
        rows[own_id] = _row(FileKind.CONVERSATIONS, told, aside)
    return rows


def handlings(batch: ImportBatch, ids: Collection[int]) -> dict[int, RecordRow]:
    """Return handlings with the names they use."""
    of = t.handling.c
    names = (t.conversation.c.external_id, t.respondent.c.external_id)
    own = (of.started_at, of.ended_at, of.ended_by, t.agent_group.c.key, of.rule_id, of.distribution_group_id)
    query = select(of.id, *names, *own, of.attributes).join_from(t.handling, t.conversation)
    query = query.join(t.respondent, t.respondent.c.id == of.respondent_id)
    query = query.outerjoin(t.agent_group, t.agent_group.c.id == of.group_id)
    found = list(_rows(batch, query, of.id, ids))
    known = _labels(batch, {one for row in found for one in row[-3:-1]})
    return {
        own_id: (*values[:-3], known.get(values[-3]), known.get(values[-2]), _unknown(values[-1]))
        for own_id, *values in found
    }


def messages(batch: ImportBatch, ids: Collection[int]) -> dict[int, RecordRow]:
    """Return messages; who of a conversation's visitors wrote one is not kept with it."""
    of = t.message.c
    own = (of.created_at, of.author_role, t.respondent.c.external_id, of.text, of.is_automatic, of.is_internal)
    query = select(of.id, of.external_id, t.conversation.c.external_id, *own, of.attributes)
    query = query.join_from(t.message, t.conversation, t.conversation.c.id == of.conversation_id)
    query = query.outerjoin(t.respondent, t.respondent.c.id == of.respondent_id)
    return {own_id: (*values[:-1], _unknown(values[-1])) for own_id, *values in _rows(batch, query, of.id, ids)}


def surveys(batch: ImportBatch, ids: Collection[int]) -> dict[int, RecordRow]:
    """Return surveys with what was answered, named by the conversations they were given on."""
    of, answer = t.survey_offer.c, t.survey_answer.c
    columns = (of.external_id, of.answered_at, of.offered_at, of.language_id, of.survey_id, of.channel_id)
    query = select(of.id, *columns, t.respondent.c.external_id, t.agent_group.c.key, *_given_on(t.survey_offer))
    query = query.outerjoin(t.respondent, t.respondent.c.id == of.respondent_id)
    query = query.outerjoin(t.agent_group, t.agent_group.c.id == of.group_id)
    found = list(_rows(batch, _named(query, t.survey_offer), of.id, ids))
    known = _labels(batch, {one for row in found for one in row[4:7]})
    given: dict[int, dict[str, Any]] = {}
    asked = select(answer.offer_id, answer.question, answer.value, answer.scale, answer.text)
    for own_id, question, value, scale, text in _rows(batch, asked, answer.offer_id, ids):
        said = given.setdefault(own_id, {})
        said[question] = text if question == "comment" else bool(value) if question == "resolved" else value
        if question == "csat":
            said["csat_scale"] = scale
    rows: dict[int, RecordRow] = {}
    for own_id, key, answered_at, offered_at, language, survey, channel, who, group, whole, part, attributes in found:
        told = {"survey_id": key, "rated_at": answered_at, "offered_at": offered_at, "agent_id": who, "group": group}
        told |= {"language": known.get(language), "survey": known.get(survey), "channel": known.get(channel)}
        told |= {"conversation_id": whole if part is None else part} | given.get(own_id, {})
        rows[own_id] = _row(FileKind.SURVEYS, told, _unknown(attributes))
    return rows


def transactions(batch: ImportBatch, ids: Collection[int]) -> dict[int, RecordRow]:
    """Return sales, named by the conversations they themselves name."""
    of = t.transaction.c
    query = select(of.id, of.external_id, of.at, of.amount_millionths, of.currency, t.visitor.c.external_id)
    query = query.add_columns(*_given_on(t.transaction)).outerjoin(t.visitor, t.visitor.c.id == of.visitor_id)
    return {
        own_id: (*own, whole if part is None else part, visitor, _unknown(attributes))
        for own_id, *own, visitor, whole, part, attributes in _rows(batch, _named(query, t.transaction), of.id, ids)
    }


_WHOLE, _PART = aliased(t.conversation), aliased(t.conversation)


def _given_on(table: Table) -> tuple[ColumnElement[Any], ...]:
    return _WHOLE.c.external_id, _PART.c.external_id, table.c.attributes


def _named(query: Select[Any], table: Table) -> Select[Any]:
    """Join the conversation that a row counts for, and the merged one it was given on (D34)."""
    query = query.outerjoin(_WHOLE, _WHOLE.c.id == table.c.conversation_id)
    return query.outerjoin(_PART, _PART.c.id == table.c.given_on_id)


def _row(kind: FileKind, told: Mapping[str, Any], unknown: dict[str, Any] | None) -> RecordRow:
    row: list[Any] = [None] * len(FILES[kind])
    for name, value in told.items():
        row[SLOTS[kind][name]] = value
    return (*row, unknown or None)


def _unknown(attributes: str | None) -> dict[str, Any] | None:
    return json.loads(attributes) if attributes else None


def _rows(
    batch: ImportBatch, query: Select[Any], column: "Column[Any]", ids: Collection[int]
) -> Iterator[Sequence[Any]]:
    for part in batched(ids, CHUNK):
        yield from batch.connection.execute(query.where(column.in_(part)))


def _labels(batch: ImportBatch, ids: set[int | None]) -> dict[int | None, str]:
    of = t.label.c
    wanted = [one for one in ids if one is not None]
    return dict(map(tuple, _rows(batch, select(of.id, of.key), of.id, wanted)))


def _hanging(batch: ImportBatch, pair: Table, name: "Column[str]", ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    query = select(pair.c.conversation_id, name).join_from(pair, name.table).order_by(pair.c.position)
    return _listed(batch, query, pair.c.conversation_id, ids)


def _listed(
    batch: ImportBatch, query: Select[Any], column: "Column[Any]", ids: Collection[int]
) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    for own_id, name in _rows(batch, query, column, ids):
        found[own_id] = (*found.get(own_id, ()), name)
    return found
