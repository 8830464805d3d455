"""How sales are written to the record, and which conversations they may be credited to."""

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import select

from ressenti.intake.arrivals import read_back
from ressenti.intake.arrivals.batch import ImportBatch, Incoming
from ressenti.intake.arrivals.digest import RecordRow
from ressenti.intake.arrivals.known import Reference, conversations, ids_where, rows_by_key, visitors
from ressenti.intake.arrivals.names import CHUNK
from ressenti.intake.arrivals.partial_updates import complete
from ressenti.intake.arrivals.unknown_references import unknown_conversation
from ressenti.intake.arrivals.writing import attributes, replace
from ressenti.intake.model import Rejection
from ressenti.kit.iteration import batched
from ressenti.record import tables as t
from ressenti.record.journal import EventKind
from ressenti.record.stores.sqlite import insert

_COLUMNS = (
    "external_id",
    "at",
    "amount_millionths",
    "currency",
    "conversation_id",
    "given_on_id",
    "visitor_id",
    "attributes",
    "digest",
    "import_id",
)
_CONVERSATION, _VISITOR = _COLUMNS.index("conversation_id"), _COLUMNS.index("visitor_id")


def accept(batch: ImportBatch) -> None:
    """Write a batch of sales; one that was there before is replaced."""
    known = rows_by_key(batch, t.transaction)
    complete(batch, known, key=itemgetter(0), stored=read_back.transactions)
    keys = {record.row[4] for record in batch.records if record.row is not None}
    belongs = conversations(batch, keys - {None})

    def problem(row: RecordRow) -> Rejection | None:
        return None if row[4] is None or row[4] in belongs else unknown_conversation(row[4])

    found = batch.sort(t.transaction, known, key=itemgetter(0), problem=problem)
    batch.currencies.update(code for incoming in found.accepted if (code := incoming.row[3]) is not None)
    people = _visitors(batch, {incoming.row[5] for incoming in found.accepted} - {None})
    new = [_values(batch, incoming, belongs, people) for incoming in found.new]
    changed = [(own_id, _values(batch, incoming, belongs, people)) for own_id, incoming in found.changed]
    _tell(batch, _before(batch, [own_id for own_id, _row in changed]))
    columns = ("id", "arrival", "project_id", "source_id", *_COLUMNS)
    own = (batch.to.project_id, batch.to.source_id)
    places = zip(batch.places(t.transaction, found.new), new, strict=True)
    insert(batch.connection, t.transaction, columns, ((*place, *own, *row) for place, row in places))
    replace(batch.connection, t.transaction, _COLUMNS, changed)
    written = [*new, *(row for _id, row in changed)]
    _tell(batch, ((row[_CONVERSATION], row[_VISITOR]) for row in written))


def _values(
    batch: ImportBatch, incoming: Incoming, belongs: Mapping[str, Reference], people: Mapping[str, int]
) -> tuple[Any, ...]:
    external_id, at, amount, currency, conversation, visitor, unknown = incoming.row
    return (
        external_id,
        at,
        amount,
        currency,
        None if conversation is None else belongs[conversation].counts_for,
        None if conversation is None else belongs[conversation].given_on,
        people.get(visitor),
        attributes(unknown),
        incoming.digest,
        batch.to.import_id,
    )


def _visitors(batch: ImportBatch, keys: set[str]) -> dict[str, int]:
    """Return the visitors with these ids, made where no source of the project knows them."""
    found = visitors(batch, keys)
    return found | batch.to.names.visitors.ensure(batch.connection, keys - found.keys())


def _before(batch: ImportBatch, ids: Sequence[int]) -> list[tuple[int | None, int | None]]:
    of = t.transaction.c
    query = select(of.conversation_id, of.visitor_id)
    return [
        (conversation, visitor)
        for part in batched(ids, CHUNK)
        for conversation, visitor in batch.connection.execute(query.where(of.id.in_(part)))
    ]


def _tell(batch: ImportBatch, sales: Iterable[tuple[int | None, int | None]]) -> None:
    """Tell the journal of the conversations that have sales, or may be credited with one of their visitor's (D16)."""
    owners = list(sales)
    batch.change(
        EventKind.CONVERSATION_CHANGED, {conversation for conversation, _visitor in owners if conversation is not None}
    )
    loose = {visitor for conversation, visitor in owners if conversation is None and visitor is not None}
    of = t.conversation.c
    batch.change(EventKind.CONVERSATION_CHANGED, ids_where(batch.connection, of.id, of.visitor_id, loose))
