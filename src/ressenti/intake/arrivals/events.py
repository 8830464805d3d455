"""How the status changes of a ticket log are written to the record."""

from collections.abc import Hashable, Mapping, Sequence

from ressenti.intake.arrivals.attributes import attributes
from ressenti.intake.arrivals.batch import ImportBatch, Incoming, RowProblem
from ressenti.intake.arrivals.digest import digest
from ressenti.intake.arrivals.known import conversations, id_of
from ressenti.intake.arrivals.unknown_references import unknown_conversation, unknown_reference
from ressenti.intake.model import EventRow, Rejection
from ressenti.record import status_events
from ressenti.record.conversations import ConversationReference
from ressenti.record.status_events import IncomingStatusEvent, NewStatusEvent


def accept(batch: ImportBatch[EventRow]) -> None:
    """Write a batch of status changes; one whose columns are all the same as another's is the same."""
    belongs = conversations(batch, {row.conversation_id for row in batch.readable})

    def key(row: EventRow) -> Hashable:
        conversation = belongs.get(row.conversation_id)
        return (conversation.id if conversation else None, digest(batch.kind, row))

    ids = [conversation.id for conversation in belongs.values()]
    known = status_events.known(batch.connection, ids, batch.to.import_id)
    new = batch.sort(status_events.PROVENANCE, known, key=key, problem=_problem(batch, belongs)).new
    status_events.add_many(batch.tx, _rows(batch, new, belongs))


def _rows(
    batch: ImportBatch[EventRow], new: Sequence[Incoming[EventRow]], belongs: Mapping[str, ConversationReference]
) -> list[IncomingStatusEvent]:
    names, connection = batch.to.names, batch.connection
    respondents = names.respondents.ensure(connection, {incoming.row.agent_id for incoming in new})
    groups = names.groups.ensure(connection, {incoming.row.group for incoming in new})
    rows: list[IncomingStatusEvent] = []
    for incoming in new:
        row = incoming.row
        event = NewStatusEvent(
            at=row.at,
            seq=row.seq,
            state=row.state,
            respondent_id=id_of(row.agent_id, respondents),
            group_id=id_of(row.group, groups),
            attributes=attributes(row.attributes),
        )
        rows.append((belongs[row.conversation_id].id, event, batch.provenance(incoming)))
    return rows


def _problem(batch: ImportBatch[EventRow], belongs: Mapping[str, ConversationReference]) -> RowProblem[EventRow]:
    if batch.to.may_create:
        return lambda row: None if row.conversation_id in belongs else unknown_conversation(row.conversation_id)
    rows = batch.readable
    respondents = batch.to.names.respondents.find(batch.connection, {row.agent_id for row in rows})
    groups = batch.to.names.groups.find(batch.connection, {row.group for row in rows})

    def problem(row: EventRow) -> Rejection | None:
        if row.conversation_id not in belongs:
            return unknown_conversation(row.conversation_id)
        return unknown_reference("respondent", "agent_id", (row.agent_id,), respondents) or unknown_reference(
            "group", "group", (row.group,), groups
        )

    return problem
