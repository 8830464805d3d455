"""Where does a row come from? The source and the import that brought it last, and the fingerprint of what it said then.

It tells a repeated row from a contradictory one, and is no part of what happened: who brings a row hands it to the door
beside the row.
"""

from collections.abc import Collection, Hashable, Iterable
from typing import NamedTuple

from sqlalchemy import Connection, Table, select, update

from ressenti.kit.iteration import batched
from ressenti.record.rows import CHUNK, last_id

UNDECLARED = 0
"""The digest of a respondent that a conversation names and no row of its own has declared."""


class Provenance(NamedTuple):
    """Where one row comes from; `arrival` is its place in the order of arrival where its id does not tell (D35)."""

    source_id: int
    digest: int
    import_id: int
    arrival: int | None = None


class KnownRow(NamedTuple):
    """A row the record has: its id (None while it is being written), its content, and the import that last gave it."""

    id: int | None
    digest: int
    import_id: int


class TableProvenance:
    """Where the rows of a table come from."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def last_id(self, connection: Connection) -> int:
        """Return the highest id of the table, 0 where it is empty."""
        return last_id(connection, self._table)

    def known(self, connection: Connection, source_id: int, keys: Collection[str]) -> dict[Hashable, KnownRow]:
        """Return the rows of a source that have these keys."""
        of = self._table.c
        found: dict[Hashable, KnownRow] = {}
        for part in batched(keys, CHUNK):
            query = select(of.external_id, of.id, of.digest, of.import_id)
            rows = connection.execute(query.where(of.source_id == source_id, of.external_id.in_(part)))
            found |= {external_id: KnownRow(*rest) for external_id, *rest in rows}
        return found

    def mark_seen(self, connection: Connection, ids: Iterable[int], import_id: int) -> None:
        """Note that an import repeated these rows, so that one that contradicts them is known for what it is."""
        for part in batched(ids, CHUNK):
            mark = update(self._table).where(self._table.c.id.in_(part)).values(import_id=import_id)
            connection.execute(mark)
