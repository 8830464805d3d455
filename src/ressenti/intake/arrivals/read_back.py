"""The rows of the record as a file would write them, to see what a row that says less leaves as it is."""

import json
from collections import defaultdict
from collections.abc import Collection
from typing import Any

from ressenti.intake.arrivals.attributes import KEPT_AS_ATTRIBUTES
from ressenti.intake.arrivals.batch import ImportBatch
from ressenti.intake.model import AgentRow, ConversationRow, HandlingRow, MessageRow, SurveyRow, TransactionRow
from ressenti.kit.iteration import batched
from ressenti.record import source_rows
from ressenti.record.rows import CHUNK
from ressenti.record.source_rows import SourceConversation
from ressenti.record.survey_answers import SurveyAnswer, answers_of


def agents(batch: ImportBatch[AgentRow], ids: Collection[int]) -> dict[int, AgentRow]:
    """Return respondents with the groups they are in now."""
    return {
        own_id: AgentRow(row.external_id, row.name, row.kind, row.groups, row.language, _unknown(row.attributes))
        for own_id, row in source_rows.respondents(batch.connection, ids).items()
    }


def conversations(batch: ImportBatch[ConversationRow], ids: Collection[int]) -> dict[int, ConversationRow]:
    """Return conversations with the names they use."""
    return {own_id: _conversation(row) for own_id, row in source_rows.conversations(batch.connection, ids).items()}


def _conversation(row: SourceConversation) -> ConversationRow:
    attributes = _unknown(row.attributes) or {}
    kept = {name: attributes.pop(name, None) for name in KEPT_AS_ATTRIBUTES}
    return ConversationRow(
        conversation_id=row.external_id,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        resolved_at=row.resolved_at,
        first_response_at=row.first_response_at,
        first_response_s=row.first_response_us,
        resolution_s=row.resolution_us,
        tags=row.tags,
        visitor_id=row.visitor,
        agent_id=row.respondents,
        group=row.groups,
        automation=row.automation,
        is_spam=row.is_spam,
        previous_conversation_id=row.previous_external_id,
        is_private=None if row.is_private else False,
        resolution=row.resolution,
        merged_into=row.merged_into_external_id,
        visitor_email=row.visitor_email,
        attributes=attributes or None,
        **row.labels,  # type: ignore[arg-type]
        **kept,
    )


def handlings(batch: ImportBatch[HandlingRow], ids: Collection[int]) -> dict[int, HandlingRow]:
    """Return handlings with the names they use."""
    return {
        own_id: HandlingRow(
            conversation_id=row.conversation,
            agent_id=row.respondent,
            started_at=row.started_at,
            ended_at=row.ended_at,
            ended_by=row.ended_by,
            group=row.group,
            rule=row.rule,
            distribution_group=row.distribution_group,
            attributes=_unknown(row.attributes),
        )
        for own_id, row in source_rows.handlings(batch.connection, ids).items()
    }


def messages(batch: ImportBatch[MessageRow], ids: Collection[int]) -> dict[int, MessageRow]:
    """Return messages; who of a conversation's visitors wrote one is not kept with it."""
    return {
        own_id: MessageRow(
            message_id=row.external_id,
            conversation_id=row.conversation,
            created_at=row.created_at,
            author_role=row.author_role,
            author_id=row.respondent,
            text=row.text,
            automatic=row.is_automatic,
            internal=row.is_internal,
            attributes=_unknown(row.attributes),
        )
        for own_id, row in source_rows.messages(batch.connection, ids).items()
    }


def surveys(batch: ImportBatch[SurveyRow], ids: Collection[int]) -> dict[int, SurveyRow]:
    """Return surveys with what was answered, named by the conversations they were given on."""
    answered: dict[int, dict[str, Any]] = defaultdict(dict)
    for part in batched(ids, CHUNK):
        for answer in answers_of(batch.connection, part):
            answered[answer.offer_id] |= _cells(answer)
    return {
        own_id: SurveyRow(
            survey_id=row.external_id,
            rated_at=row.answered_at,
            offered_at=row.offered_at,
            conversation_id=row.conversation,
            survey=row.survey,
            language=row.language,
            agent_id=row.respondent,
            group=row.group,
            channel=row.channel,
            attributes=_unknown(row.attributes),
            **(_UNANSWERED | answered[own_id]),
        )
        for own_id, row in source_rows.surveys(batch.connection, ids).items()
    }


_UNANSWERED: dict[str, Any] = dict.fromkeys(("csat", "csat_scale", "nps", "ces", "resolved", "comment"))


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


def transactions(batch: ImportBatch[TransactionRow], ids: Collection[int]) -> dict[int, TransactionRow]:
    """Return sales, named by the conversations they themselves name."""
    return {
        own_id: TransactionRow(
            transaction_id=row.external_id,
            at=row.at,
            amount=row.amount_millionths,
            currency=row.currency,
            conversation_id=row.conversation,
            visitor_id=row.visitor,
            attributes=_unknown(row.attributes),
        )
        for own_id, row in source_rows.transactions(batch.connection, ids).items()
    }


def _unknown(attributes: str | None) -> dict[str, Any] | None:
    return json.loads(attributes) if attributes else None
