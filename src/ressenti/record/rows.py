"""How many rows are written, replaced, deleted and looked up at once: what the doors of the record share."""

from collections.abc import Iterable, Sequence
from itertools import count
from typing import Any

from sqlalchemy import Column, Connection, Table, bindparam, delete, func, select, update

from ressenti.kit.iteration import batched

CHUNK = 5_000
"""How many keys are looked up at once."""


def next_ids(connection: Connection, table: Table) -> "count[int]":
    """Return the ids of the rows to come; they are ours, as there is one writer."""
    return count(last_id(connection, table) + 1)


def last_id(connection: Connection, table: Table) -> int:
    """Return the highest id of a table, 0 where it is empty."""
    return connection.execute(select(func.max(table.c.id))).scalar() or 0


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


def values_where(
    connection: Connection, selected: "Column[Any]", column: "Column[Any]", among: Iterable[Any]
) -> list[Any]:
    """Return one column of the rows whose other column is among these values."""
    query = select(selected)
    return [
        value for part in batched(among, CHUNK) for value in connection.execute(query.where(column.in_(part))).scalars()
    ]
