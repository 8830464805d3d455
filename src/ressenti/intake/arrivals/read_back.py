"""The rows of the record as a file would write them, to see what a row that says less leaves as it is."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from ressenti.intake.arrivals.batch import ImportBatch
from ressenti.intake.arrivals.digest import RecordRow
from ressenti.intake.model import FILES, FileKind
from ressenti.intake.values.rules import SLOTS
from ressenti.kit.iteration import batched
from ressenti.record import source_rows
from ressenti.record.rows import CHUNK
from ressenti.record.source_rows import SourceConversation
from ressenti.record.survey_answers import SurveyAnswer, answers_of

_KEPT_ASIDE = ("priority", "status", "reopens", "source_url")
"""Columns of conversations that are kept as attributes."""


def agents(batch: ImportBatch, ids: Collection[int]) -> dict[int, RecordRow]:
    """Return respondents with the groups they are in now."""
    respondents = source_rows.respondents(batch.connection, ids)
    return {
        own_id: (row.external_id, row.name, row.kind, row.groups, row.language, _unknown(row.attributes))
        for own_id, row in respondents.items()
    }


def conversations(batch: ImportBatch, ids: Collection[int]) -> dict[int, RecordRow]:
    """Return conversations with the names they use."""
    return {own_id: _conversation(row) for own_id, row in source_rows.conversations(batch.connection, ids).items()}


def handlings(batch: ImportBatch, ids: Collection[int]) -> dict[int, RecordRow]:
    """Return handlings with the names they use."""
    rows = source_rows.handlings(batch.connection, ids)
    return {own_id: (*row[:-1], _unknown(row.attributes)) for own_id, row in rows.items()}


def messages(batch: ImportBatch, ids: Collection[int]) -> dict[int, RecordRow]:
    """Return messages; who of a conversation's visitors wrote one is not kept with it."""
    rows = source_rows.messages(batch.connection, ids)
    return {own_id: (*row[:-1], _unknown(row.attributes)) for own_id, row in rows.items()}


def surveys(batch: ImportBatch, ids: Collection[int]) -> dict[int, RecordRow]:
    """Return surveys with what was answered, named by the conversations they were given on."""
    answered: dict[int, dict[str, Any]] = defaultdict(dict)
    for part in batched(ids, CHUNK):
        for answer in answers_of(batch.connection, part):
            answered[answer.offer_id] |= _cells(answer)
    rows: dict[int, RecordRow] = {}
    for own_id, row in source_rows.surveys(batch.connection, ids).items():
        cells = {
            "survey_id": row.external_id,
            "rated_at": row.answered_at,
            "offered_at": row.offered_at,
            "language": row.language,
            "survey": row.survey,
            "channel": row.channel,
            "agent_id": row.respondent,
            "group": row.group,
            "conversation_id": row.conversation,
        }
        rows[own_id] = _row(FileKind.SURVEYS, cells | answered[own_id], _unknown(row.attributes))
    return rows


def transactions(batch: ImportBatch, ids: Collection[int]) -> dict[int, RecordRow]:
    """Return sales, named by the conversations they themselves name."""
    rows = source_rows.transactions(batch.connection, ids)
    return {own_id: (*row[:-1], _unknown(row.attributes)) for own_id, row in rows.items()}


def _conversation(row: SourceConversation) -> RecordRow:
    attributes = _unknown(row.attributes) or {}
    cells = {
        "conversation_id": row.external_id,
        "opened_at": row.opened_at,
        "closed_at": row.closed_at,
        "resolved_at": row.resolved_at,
        "first_response_at": row.first_response_at,
        "first_response_s": row.first_response_us,
        "resolution_s": row.resolution_us,
        "channel": row.channel,
        "language": row.language,
        "topic": row.topic,
        "tags": row.tags,
        "visitor_id": row.visitor,
        "agent_id": row.respondents,
        "group": row.groups,
        "rule": row.rule,
        "distribution_group": row.distribution_group,
        "automation": row.automation,
        "campaign": row.campaign,
        "is_spam": row.is_spam,
        "previous_conversation_id": row.previous_external_id,
        "is_private": None if row.is_private else False,
        "resolution": row.resolution,
        "merged_into": row.merged_into_external_id,
        "visitor_email": row.visitor_email,
    }
    cells |= {name: attributes.pop(name) for name in _KEPT_ASIDE if name in attributes}
    return _row(FileKind.CONVERSATIONS, cells, attributes)


def _cells(answer: SurveyAnswer) -> dict[str, Any]:
    """Return the cells that an answer fills in the row of its survey."""
    match answer.question:
        case "comment":
            return {"comment": answer.text}
        case "resolved":
            return {"resolved": bool(answer.value)}
        case "csat":
            return {"csat": answer.value, "csat_scale": answer.scale}
        case question:
            return {question: answer.value}


def _row(kind: FileKind, cells: Mapping[str, Any], unknown: dict[str, Any] | None) -> RecordRow:
    row: list[Any] = [None] * len(FILES[kind])
    for name, value in cells.items():
        row[SLOTS[kind][name]] = value
    return (*row, unknown or None)


def _unknown(attributes: str | None) -> dict[str, Any] | None:
    return json.loads(attributes) if attributes else None
