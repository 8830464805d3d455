"""How the status changes of a ticket log are written to the record."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from ressenti.intake.arrivals.batch import ImportBatch, Incoming, KnownRow, RowProblem
from ressenti.intake.arrivals.digest import RecordRow, digest
from ressenti.intake.arrivals.known import Reference, conversations
from ressenti.intake.arrivals.names import CHUNK
from ressenti.intake.arrivals.unknown_references import stranger, unknown_conversation
from ressenti.intake.arrivals.writing import attributes
from ressenti.intake.model import Rejection
from ressenti.kit.iteration import batched
from ressenti.record import tables as t
from ressenti.record.journal import EventKind
from ressenti.record.stores.sqlite import insert

_COLUMNS = (
    "conversation_id",
    "at",
    "seq",
    "state",
    "respondent_id",
    "group_id",
    "attributes",
    "digest",
    "import_id",
)


def accept(batch: ImportBatch) -> None:
    """Write a batch of status changes; one whose columns are all the same as another's is the same."""
    belongs = conversations(batch, {record.row[0] for record in batch.records if record.row is not None})

    def key(row: RecordRow) -> Hashable:
        found = belongs.get(row[0])
        return (found.id if found else None, digest(batch.kind, row))

    known = _known(batch, [found.id for found in belongs.values()])
    new = batch.sort(t.status_event, known, key=key, problem=_problem(batch, belongs)).new
    rows = zip(batch.places(t.status_event, new), _values(batch, new, belongs), strict=True)
    insert(batch.connection, t.status_event, ("id", "arrival", *_COLUMNS), ((*place, *row) for place, row in rows))
    batch.change(EventKind.CONVERSATION_CHANGED, (belongs[one.row[0]].id for one in new))


def _values(batch: ImportBatch, new: Sequence[Incoming], belongs: Mapping[str, Reference]) -> list[tuple[Any, ...]]:
    """Return the rows in the order of `_COLUMNS`."""
    names, connection, import_id = batch.to.names, batch.connection, batch.to.import_id
    respondents = names.respondents.ensure(connection, {one.row[3] for one in new})
    groups = names.groups.ensure(connection, {one.row[4] for one in new})
    return [
        (
            belongs[key].id,
            at,
            seq,
            state,
            respondents.get(who),
            groups.get(group),
            attributes(unknown),
            content,
            import_id,
        )
        for _place, (key, at, state, who, group, seq, unknown), content in new
    ]


def _known(batch: ImportBatch, ids: list[int]) -> dict[Hashable, KnownRow]:
    """Return the status changes of these conversations, as if this import had brought them: a repeat is a repeat."""
    of = t.status_event.c
    found: dict[Hashable, KnownRow] = {}
    for part in batched(ids, CHUNK):
        query = select(of.conversation_id, of.digest, of.id).where(of.conversation_id.in_(part))
        for conversation_id, content, own_id in batch.connection.execute(query):
            found[conversation_id, content] = KnownRow(own_id, content, batch.to.import_id)
    return found


def _problem(batch: ImportBatch, belongs: Mapping[str, Reference]) -> RowProblem:
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
