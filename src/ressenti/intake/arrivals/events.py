"""How the status changes of a ticket log are written to the record."""

from collections.abc import Hashable, Mapping, Sequence

from ressenti.intake.arrivals.attributes import attributes
from ressenti.intake.arrivals.batch import ImportBatch, Incoming, RowProblem
from ressenti.intake.arrivals.digest import RecordRow, digest
from ressenti.intake.arrivals.known import conversations
from ressenti.intake.arrivals.unknown_references import stranger, unknown_conversation
from ressenti.intake.model import Rejection
from ressenti.record import status_events
from ressenti.record.conversations import ConversationReference
from ressenti.record.status_events import IncomingStatusEvent, NewStatusEvent


def accept(batch: ImportBatch) -> None:
    """Write a batch of status changes; one whose columns are all the same as another's is the same."""
    belongs = conversations(batch, {record.row[0] for record in batch.records if record.row is not None})

    def key(row: RecordRow) -> Hashable:
        found = belongs.get(row[0])
        return (found.id if found else None, digest(batch.kind, row))

    ids = [found.id for found in belongs.values()]
    known = status_events.known(batch.connection, ids, batch.to.import_id)
    new = batch.sort(status_events.PROVENANCE, known, key=key, problem=_problem(batch, belongs)).new
    status_events.add_many(batch.tx, _rows(batch, new, belongs))


def _rows(
    batch: ImportBatch, new: Sequence[Incoming], belongs: Mapping[str, ConversationReference]
) -> list[IncomingStatusEvent]:
    names, connection = batch.to.names, batch.connection
    respondents = names.respondents.ensure(connection, {one.row[3] for one in new})
    groups = names.groups.ensure(connection, {one.row[4] for one in new})
    rows: list[IncomingStatusEvent] = []
    for incoming in new:
        key, at, state, who, group, seq, unknown = incoming.row
        event = NewStatusEvent(at, seq, state, respondents.get(who), groups.get(group), attributes(unknown))
        rows.append((belongs[key].id, event, batch.provenance(incoming)))
    return rows


def _problem(batch: ImportBatch, belongs: Mapping[str, ConversationReference]) -> RowProblem:
    if batch.to.may_create:
        return lambda row: None if row[0] in belongs else unknown_conversation(row[0])
    rows = [record.row for record in batch.records if record.row is not None]
    respondents = batch.to.names.respondents.find(batch.connection, {row[3] for row in rows})
    groups = batch.to.names.groups.find(batch.connection, {row[4] for row in rows})

    def problem(row: RecordRow) -> Rejection | None:
        if row[0] not in belongs:
            return unknown_conversation(row[0])
        return stranger("respondent", "agent_id", (row[3],), respondents) or stranger(
            "group", "group", (row[4],), groups
        )

    return problem
