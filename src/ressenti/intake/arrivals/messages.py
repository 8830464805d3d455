"""How messages are written to the record, and what they tell of respondents and visitors."""

from collections.abc import Mapping, Sequence
from operator import itemgetter

from ressenti.intake.arrivals import read_back
from ressenti.intake.arrivals.attributes import attributes
from ressenti.intake.arrivals.batch import ImportBatch, Incoming, RowProblem
from ressenti.intake.arrivals.digest import RecordRow
from ressenti.intake.arrivals.known import conversations, rows_by_key
from ressenti.intake.arrivals.partial_updates import complete
from ressenti.intake.arrivals.unknown_references import stranger, unknown_conversation
from ressenti.intake.model import Rejection
from ressenti.intake.values.row_errors import quoted
from ressenti.kit.clock import from_us
from ressenti.kit.i18n import Sentence, _
from ressenti.record import messages
from ressenti.record.conversations import ConversationReference, set_visitors
from ressenti.record.messages import IncomingMessage, NewMessage

_OURS = frozenset({"agent", "bot"})
"""Roles whose author is a respondent."""


def accept(batch: ImportBatch) -> None:
    """Write a batch of messages; one that was there before is replaced."""
    known = rows_by_key(batch, messages.PROVENANCE)
    complete(batch, known, key=itemgetter(0), stored=read_back.messages)
    belongs = conversations(batch, {record.row[1] for record in batch.records if record.row is not None})
    found = batch.sort(messages.PROVENANCE, known, key=itemgetter(0), problem=_problem(batch, belongs))
    accepted = found.accepted
    respondents = batch.to.names.respondents.ensure(batch.connection, _respondents([one.row for one in accepted]))
    messages.add_many(batch.tx, _rows(batch, found.new, belongs, respondents))
    changed = _rows(batch, [incoming for _id, incoming in found.changed], belongs, respondents)
    ids = (own_id for own_id, _incoming in found.changed)
    messages.replace_many(batch.tx, dict(zip(ids, changed, strict=True)))
    _meet_visitors(batch, accepted, belongs)


def _rows(
    batch: ImportBatch,
    accepted: Sequence[Incoming],
    belongs: Mapping[str, ConversationReference],
    respondents: Mapping[str, int],
) -> list[IncomingMessage]:
    """Return what the door takes, noting rows outside their conversation or without author."""
    rows: list[IncomingMessage] = []
    is_one_outside = False
    ours, make = _OURS, NewMessage._make  # a call of the class takes three times as long
    for (place, row, _content), provenance in zip(accepted, batch.provenances(accepted), strict=True):
        external_id, conversation, created_at, role, author, text, is_automatic, is_internal, unknown = row
        conversation_id, opened_at, closed_at, *_rest = belongs[conversation]
        if created_at < opened_at or (closed_at is not None and created_at > closed_at):
            detail = "" if is_one_outside else _outside(row, belongs[conversation])  # many may be, and one is told
            batch.odd[place, "outside_conversation"] = detail
            is_one_outside = True
        if author is None and role == "agent" and not (is_automatic or is_internal):
            batch.odd[place, "no_author"] = ""
        author_id = respondents.get(author) if role in ours else None
        values = (external_id, created_at, role, author_id, is_automatic, is_internal, text or "", attributes(unknown))
        rows.append((conversation_id, make(values), provenance))
    return rows


def _outside(row: RecordRow, conversation: ConversationReference) -> Sentence:
    external_id, key, created_at, *_rest = row
    is_early = created_at < conversation.opened_at
    said = (
        _("message {message} is of {at}, and conversation {conversation} began at {limit}")
        if is_early
        else _("message {message} is of {at}, and conversation {conversation} ended at {limit}")
    )
    limit = conversation.opened_at if is_early else conversation.closed_at or 0
    return Sentence(said, message=quoted(external_id), at=_iso(created_at), conversation=quoted(key), limit=_iso(limit))


def _iso(at: int) -> str:
    return f"{from_us(at):%FT%TZ}"


def _meet_visitors(
    batch: ImportBatch, accepted: Sequence[Incoming], belongs: Mapping[str, ConversationReference]
) -> None:
    """Tell the conversations that name no visitor who theirs is: the first author of a visitor's message."""
    met: dict[int, str] = {}
    for _place, row, _content in accepted:
        if row[3] == "visitor" and row[4] is not None and belongs[row[1]].visitor_id is None:
            met.setdefault(belongs[row[1]].id, row[4])
    if met:
        visitors = batch.to.names.visitors.ensure(batch.connection, met.values())
        set_visitors(batch.tx, {own_id: visitors[who] for own_id, who in met.items()})


def _respondents(rows: Sequence[RecordRow]) -> set[str | None]:
    return {row[4] for row in rows if row[3] in _OURS}


def _problem(batch: ImportBatch, belongs: Mapping[str, ConversationReference]) -> RowProblem:
    if batch.to.may_create:
        return lambda row: None if row[1] in belongs else unknown_conversation(row[1])
    rows = [record.row for record in batch.records if record.row is not None]
    respondents = batch.to.names.respondents.find(batch.connection, _respondents(rows))

    def problem(row: RecordRow) -> Rejection | None:
        if row[1] not in belongs:
            return unknown_conversation(row[1])
        return stranger("respondent", "author_id", (row[4],), respondents) if row[3] in _OURS else None

    return problem
