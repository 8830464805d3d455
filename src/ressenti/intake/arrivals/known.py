"""What of this batch does the record know already? Rows by their key, and the conversations they belong to."""

from collections.abc import Collection, Hashable, Iterable
from typing import Any, NamedTuple

from sqlalchemy import Column, Connection, Table, select

from ressenti.intake.arrivals.batch import ImportBatch, KnownRow
from ressenti.intake.arrivals.names import CHUNK
from ressenti.kit.iteration import batched
from ressenti.record import tables as t


class Reference(NamedTuple):
    """A conversation that a row belongs to."""

    id: int
    opened_at: int
    closed_at: int | None
    visitor_id: int | None
    became: int | None

    @property
    def counts_for(self) -> int:
        """Return the conversation that surveys and sales given on it are counted for (D34)."""
        return self.id if self.became is None else self.became

    @property
    def given_on(self) -> int | None:
        """Return its own id where that is another."""
        return None if self.became is None else self.id


def rows_by_key(batch: ImportBatch, table: Table) -> dict[Hashable, KnownRow]:
    """Return the rows of the source that have the keys of this batch, which stand first in every row."""
    of = table.c
    keys = {record.row[0] for record in batch.records if record.row is not None}
    found: dict[Hashable, KnownRow] = {}
    for part in batched(keys, CHUNK):
        query = select(of.external_id, of.id, of.digest, of.import_id)
        rows = batch.connection.execute(query.where(of.source_id == batch.to.source_id, of.external_id.in_(part)))
        found |= {external_id: KnownRow(*rest) for external_id, *rest in rows}
    return found


def conversations(batch: ImportBatch, keys: Collection[str]) -> dict[str, Reference]:
    """Return the conversations with these ids: the source's own, else those of the project's other sources."""
    found = _conversations(batch.connection, (batch.to.source_id,), keys)
    if len(found) < len(keys) and batch.to.other_sources:
        found = _conversations(batch.connection, batch.to.other_sources, set(keys) - found.keys()) | found
    return found


def visitors(batch: ImportBatch, keys: Collection[str]) -> dict[str, int]:
    """Return the visitors with these ids: the source's own, else those of the project's other sources."""
    of = t.visitor.c
    own = dict(batch.to.names.visitors.find(batch.connection, keys))
    missing = set(keys) - own.keys()
    for part in batched(missing if batch.to.other_sources else (), CHUNK):
        query = select(of.external_id, of.id).where(of.source_id.in_(batch.to.other_sources), of.external_id.in_(part))
        for external_id, own_id in batch.connection.execute(query.order_by(of.source_id)):
            own.setdefault(external_id, own_id)
    return own


def ids_where(connection: Connection, wanted: "Column[Any]", column: "Column[Any]", among: Iterable[Any]) -> list[Any]:
    """Return one column of the rows whose other column is among these values."""
    query = select(wanted)
    return [
        one for part in batched(among, CHUNK) for one in connection.execute(query.where(column.in_(part))).scalars()
    ]


def _conversations(connection: Connection, sources: Collection[int], keys: Collection[str]) -> dict[str, Reference]:
    of = t.conversation.c
    found: dict[str, Reference] = {}
    for part in batched(keys, CHUNK):
        query = select(of.external_id, of.id, of.opened_at, of.closed_at, of.visitor_id, of.merged_into_id)
        query = query.where(of.source_id.in_(sources), of.external_id.in_(part))
        for external_id, *rest in connection.execute(query.order_by(of.source_id)):
            found.setdefault(external_id, Reference(*rest))
    return found
