"""How rows are written, replaced, deleted, looked up and grouped, many at once: what modules of the record share."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import count
from typing import Any, TypeVar

from sqlalchemy import Column, ColumnElement, Connection, Select, Table, bindparam, delete, func, select, update

from ressenti.kit.iteration import batched

CHUNK = 5_000
"""How many keys are looked up at once."""

GroupedRow = TypeVar("GroupedRow")
RowScope = Callable[["ColumnElement[int] | Column[int]"], ColumnElement[bool]]
"""Which conversations to read, as a condition on the column that names them."""


def between(first: int, last: int) -> RowScope:
    """Return the scope of all ids from the first to the last, both included."""
    return lambda column: column.between(first, last)


def among(ids: Collection[int]) -> RowScope:
    """Return the scope of these ids."""
    return lambda column: column.in_(ids)


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


def grouped(
    connection: Connection, query: Select[Any], make: Callable[[Iterable[Any]], GroupedRow]
) -> dict[int, list[GroupedRow]]:
    """Return by the first column of a query what is made of the others, in the order of the query."""
    groups: dict[int, list[GroupedRow]] = defaultdict(list)
    for key, *values in connection.execute(query):
        groups[key].append(make(values))
    return groups
