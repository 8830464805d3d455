"""How messages are written to the record, and what they tell of respondents and visitors."""

from collections.abc import Mapping, Sequence
from operator import attrgetter

from ressenti.intake.arrivals import read_back
from ressenti.intake.arrivals.attributes import attributes
from ressenti.intake.arrivals.batch import ImportBatch, Incoming, RowProblem
from ressenti.intake.arrivals.known import conversations, rows_by_key
from ressenti.intake.arrivals.partial_updates import complete
from ressenti.intake.arrivals.unknown_references import unknown_conversation, unknown_reference
from ressenti.intake.model import MessageRow, Rejection
from ressenti.intake.values.row_errors import quoted
from ressenti.kit.clock import from_us
from ressenti.kit.i18n import Sentence, _
from ressenti.record import messages
from ressenti.record.conversations import ConversationReference, set_visitors
from ressenti.record.messages import IncomingMessage, NewMessage

_OURS = frozenset({"agent", "bot"})
"""Roles whose author is a respondent."""
_key = attrgetter("message_id")


def accept(batch: ImportBatch[MessageRow]) -> None:
    """Write a batch of messages; one that was there before is replaced."""
    known = rows_by_key(batch, messages.PROVENANCE)
    complete(batch, known, key=_key, stored=read_back.messages)
    belongs = conversations(batch, {row.conversation_id for row in batch.readable})
    rows = batch.sort(messages.PROVENANCE, known, key=_key, problem=_problem(batch, belongs))
    authors = _respondents([incoming.row for incoming in rows.accepted])
    respondents = batch.to.names.respondents.ensure(batch.connection, authors)
    messages.add_many(batch.tx, _incoming(batch, rows.new, belongs, respondents))
    changed = _incoming(batch, [incoming for _id, incoming in rows.changed], belongs, respondents)
    ids = (own_id for own_id, _row in rows.changed)
    messages.replace_many(batch.tx, dict(zip(ids, changed, strict=True)))
    _meet_visitors(batch, rows.accepted, belongs)


def _incoming(
    batch: ImportBatch[MessageRow],
    accepted: Sequence[Incoming[MessageRow]],
    belongs: Mapping[str, ConversationReference],
    respondents: Mapping[str, int],
) -> list[IncomingMessage]:
    """Return what the door takes, noting rows outside their conversation or without author."""
    rows: list[IncomingMessage] = []
    is_one_outside = False
    ours, make = _OURS, NewMessage._make  # a call of the class takes three times as long
    for (place, row, _content), provenance in zip(accepted, batch.provenances(accepted), strict=True):
        external_id, key, created_at, role, author, text, is_automatic, is_internal, unknown = row
        conversation = belongs[key]
        if created_at < conversation.opened_at or (
            conversation.closed_at is not None and created_at > conversation.closed_at
        ):
            detail = "" if is_one_outside else _outside(row, conversation)  # many may be, and one is told
            batch.odd[place, "outside_conversation"] = detail
            is_one_outside = True
        if author is None and role == "agent" and not (is_automatic or is_internal):
            batch.odd[place, "no_author"] = ""
        author_id = respondents[author] if author is not None and role in ours else None
        values = (external_id, created_at, role, author_id, is_automatic, is_internal, text or "", attributes(unknown))
        rows.append((conversation.id, make(values), provenance))
    return rows


def _outside(row: MessageRow, conversation: ConversationReference) -> Sentence:
    is_early = row.created_at < conversation.opened_at
    sentence = (
        _("message {message} is of {at}, and conversation {conversation} began at {limit}")
        if is_early
        else _("message {message} is of {at}, and conversation {conversation} ended at {limit}")
    )
    limit = conversation.opened_at if is_early else conversation.closed_at or 0
    return Sentence(
        sentence,
        message=quoted(row.message_id),
        at=_iso(row.created_at),
        conversation=quoted(row.conversation_id),
        limit=_iso(limit),
    )


def _iso(at: int) -> str:
    return f"{from_us(at):%FT%TZ}"


def _meet_visitors(
    batch: ImportBatch[MessageRow],
    accepted: Sequence[Incoming[MessageRow]],
    belongs: Mapping[str, ConversationReference],
) -> None:
    """Tell the conversations that name no visitor who theirs is: the first author of a visitor's message."""
    met: dict[int, str] = {}
    for _place, row, _content in accepted:
        if row.author_role == "visitor" and row.author_id is not None:
            conversation = belongs[row.conversation_id]
            if conversation.visitor_id is None:
                met.setdefault(conversation.id, row.author_id)
    if met:
        visitors = batch.to.names.visitors.ensure(batch.connection, met.values())
        set_visitors(batch.tx, {own_id: visitors[who] for own_id, who in met.items()})


def _respondents(rows: Sequence[MessageRow]) -> set[str | None]:
    return {row.author_id for row in rows if row.author_role in _OURS}


def _problem(batch: ImportBatch[MessageRow], belongs: Mapping[str, ConversationReference]) -> RowProblem[MessageRow]:
    if batch.to.may_create:
        return lambda row: None if row.conversation_id in belongs else unknown_conversation(row.conversation_id)
    respondents = batch.to.names.respondents.find(batch.connection, _respondents(batch.readable))

    def problem(row: MessageRow) -> Rejection | None:
        if row.conversation_id not in belongs:
            return unknown_conversation(row.conversation_id)
        return (
            unknown_reference("respondent", "author_id", (row.author_id,), respondents)
            if row.author_role in _OURS
            else None
        )

    return problem
