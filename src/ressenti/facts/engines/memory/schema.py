"""What is held of the tables so that given queries can be counted: each row's part in them, as small columns."""

from collections.abc import Iterable, Mapping, Sequence

from ressenti.facts.engines.memory.table import TableSpec
from ressenti.facts.query import (
    Aggregate,
    ColumnMedian,
    ColumnPercentile,
    ColumnSum,
    CountAbove,
    MedianSides,
    Query,
    RowCount,
    RowSelection,
)
from ressenti.facts.schema import TABLES

COUNTED = (RowCount, ColumnSum, ColumnMedian, MedianSides, ColumnPercentile, CountAbove)
"""The aggregates that are made of what is held."""


def category_code(query: Query) -> str:
    """Return the SQL of what a row is to a query: 0 nothing, else part of its base, and then what it counts as."""
    hits = conditions(query.aggregates)
    if query.rating and query.rating.ratings:
        own = f"{query.rating.column} - {query.rating.ratings[0]} + 1"
    elif hits:
        own = f"CASE {' '.join(f'WHEN {hit} THEN {code}' for code, hit in enumerate(hits, start=2))} ELSE 1 END"
    else:
        own = "1"
    return f"CASE WHEN is_counted AND ({query.rows.condition}) THEN {own} ELSE 0 END"


def conditions(aggregates: Iterable[Aggregate]) -> list[str]:
    """Return the conditions under which rows are counted, in the order of their codes, which begin at 2."""
    return [one.condition for one in aggregates if isinstance(one, RowCount) and one.condition is not None]


def amount(rows: RowSelection, column: str) -> str:
    """Return the SQL of what a row adds to a query, null where it is nothing to it."""
    return f"CASE WHEN is_counted AND ({rows.condition}) THEN {column} END"


def duration(query: Query) -> str | None:
    """Return the SQL of the durations whose order is asked for, None where none is."""
    for one in query.aggregates:
        if isinstance(one, ColumnMedian | MedianSides | ColumnPercentile | CountAbove):
            return amount(query.rows, one.column)
    return None


def width(query: Query) -> int:
    """Return how many codes a row can have in a query, 0 among them."""
    if query.rating:
        return len(query.rating.ratings) + 1
    return len(conditions(query.aggregates)) + 2


def table_specs(
    queries: Iterable[Query], keys: Mapping[str, bool], own_keys: Mapping[str, bool]
) -> tuple[TableSpec, ...]:
    """Return what has to be held to count these queries by any of some columns, each a list or not.

    `own_keys` are further columns, by which rows are asked only in the tables that have them.

    Of a query count its table, its moment, whom it is about and what is made of them. Tables the schema does not have
    are left to another engine.
    """
    asked = tuple(queries)
    return tuple(
        _table_spec(table, [one for one in asked if one.rows.table == table], keys, own_keys) for table in TABLES
    )


def _table_spec(
    table: str, asked: Sequence[Query], keys: Mapping[str, bool], own_keys: Mapping[str, bool]
) -> TableSpec:
    own = {column.name for column in TABLES[table]}
    every = {**keys, **own_keys}
    codes = dict.fromkeys(category_code(one) for one in asked if not duration(one))
    durations = dict.fromkeys(sql for one in asked if (sql := duration(one)))
    added = (amount(one.rows, by.column) for one in asked for by in one.aggregates if isinstance(by, ColumnSum))
    return TableSpec(
        table=table,
        source=f'"{table}"',
        moments=tuple(dict.fromkeys(one.rows.moment for one in asked)),
        ids=tuple(name for name, is_list in every.items() if name in own and not is_list),
        lists=tuple(name for name, is_list in every.items() if name in own and is_list),
        digits=tuple(codes),
        amounts=tuple(dict.fromkeys(sql for sql in added if sql not in durations)),
        spans=tuple(durations),
        conditions=tuple({one.rows.condition: duration(one) or category_code(one) for one in reversed(asked)}.items()),
        link=None if own >= keys.keys() else "conversation",
    )
