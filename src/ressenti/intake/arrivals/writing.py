"""How many rows are written at once, and rows that were written before replaced."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, bindparam, delete, update

from ressenti.intake.arrivals.names import CHUNK
from ressenti.kit.iteration import batched

_encode = msgspec.json.Encoder(decimal_format="number").encode


def replace(
    connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[tuple[int, Sequence[Any]]]
) -> None:
    """Put new values, in the order of `columns`, in the rows with these ids."""
    values = [{"row_id": own_id} | dict(zip(columns, row, strict=True)) for own_id, row in rows]
    if values:
        change = (
            update(table).where(table.c.id == bindparam("row_id")).values({name: bindparam(name) for name in columns})
        )
        connection.execute(change, values)


def remove(connection: Connection, table: Table, column: str, ids: Iterable[int]) -> None:
    """Delete the rows that belong to these."""
    for part in batched(ids, CHUNK):
        connection.execute(delete(table).where(table.c[column].in_(part)))


def attributes(columns: dict[str, Any] | None) -> str | None:
    """Return the columns we do not know as they are kept, or None where there are none."""
    return _encode(columns).decode() if columns else None
