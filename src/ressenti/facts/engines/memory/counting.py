"""How a query is answered from columns in memory: the same rows as its SQL gives, without the file.

The SQL is the definition, and answers what is not held; every answer counted here equals its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ressenti.facts.calendar import edges
from ressenti.facts.engines.memory.arrays import Array, RowIndexes
from ressenti.facts.engines.memory.group_by import NO_ROWS, GroupCells, added, counted
from ressenti.facts.engines.memory.median_sides import count_above, sides
from ressenti.facts.engines.memory.quantiles import at_percent, mean_of, median_ranks, ranked, with_interval
from ressenti.facts.engines.memory.row_filter import (
    FilteredRows,
    GroupBy,
    GroupByBuckets,
    GroupByClock,
    GroupByIds,
    IdsOfGroup,
    RowCondition,
    choose,
)
from ressenti.facts.engines.memory.schema import COUNTED, amount, category_code, conditions, duration, width
from ressenti.facts.engines.memory.table import MemoryTable
from ressenti.facts.query import (
    ClockKey,
    ColumnKey,
    ColumnMedian,
    ColumnPercentile,
    ColumnSum,
    CountAbove,
    MedianSides,
    MomentExtent,
    Query,
    QueryRows,
    RowCount,
    RowSelection,
    TimeBuckets,
)

BLOCK = 65_536
"""How many rows are looked at at once for the first that is meant."""


def can_count(tables: Mapping[str, MemoryTable], query: Query) -> bool:
    """Say whether all that a query needs is held."""
    table = tables.get(query.rows.table)
    if table is None or (query.bucket and isinstance(query.aggregates[0], MedianSides)):
        return False
    if query.day or (query.rating and not query.rating.ratings):
        return False
    if query.aggregates == (MomentExtent(),):
        return query.rows.condition in table.conditions
    if not all(isinstance(one, COUNTED) for one in query.aggregates):
        return False
    if sql := duration(query):
        return sql in table.spec.spans
    sums = [amount(query.rows, one.column) for one in query.aggregates if isinstance(one, ColumnSum)]
    return category_code(query) in table.spec.digits and {*table.spec.amounts, *table.spec.spans}.issuperset(sums)


def count(tables: Mapping[str, MemoryTable], query: Query) -> QueryRows:
    """Return the rows of a query that can be counted; of two periods, each is counted by itself."""
    if query.rows.earlier:
        start, end = query.rows.earlier
        periods = [replace(query.rows, earlier=None), replace(query.rows, start=start, end=end, earlier=None)]
        match query.aggregates:
            case (MedianSides(column),):
                return _sided(tables[query.rows.table], periods, query, column)
        return [
            (is_before, *row)
            for is_before, rows in enumerate(periods)
            for row in count(tables, replace(query, rows=rows))
        ]
    chosen = _chosen(tables[query.rows.table], query.rows)
    if query.aggregates == (MomentExtent(),):
        return _reach(chosen, query)
    cells = GroupCells(chosen, _groups(query))
    match query.aggregates:
        case (RowCount(), ColumnMedian() | ColumnPercentile() as one):
            return _ranked(amount(query.rows, one.column), cells, one)
        case (RowCount(), CountAbove(column, limit)):
            name = amount(query.rows, column)
            n, above = count_above(cells, name, cells.chosen.table.span(name), limit)
            return _found(cells, n, (n, above))
    return _tallies(query, cells)


def _groups(query: Query) -> tuple[GroupBy, ...]:
    """Return what the rows of a query are counted under."""
    under: list[GroupBy] = []
    if query.key:
        under.append(_under(query.key, query.rows.moment))
    if query.bucket:
        under.append(_buckets(query.bucket, query.rows.moment))
    return tuple(under)


def _chosen(table: MemoryTable, rows: RowSelection) -> FilteredRows:
    among: list[IdsOfGroup] = [(GroupByIds("project_id"), rows.projects)]
    outside: list[IdsOfGroup] = []
    for one in rows.filters:
        (outside if one.is_excluded else among).append((_under(one.key, rows.moment), one.ids))
    condition = RowCondition(
        moment=rows.moment, start=rows.start, end=rows.end, among=tuple(among), outside=tuple(outside)
    )
    return choose(table, condition)


def _under(key: ColumnKey | ClockKey, moment: str) -> GroupByIds | GroupByClock:
    match key:
        case ColumnKey(column, _, of_conversation):
            return GroupByIds(column, of_conversation)
        case ClockKey(part, clock):
            return GroupByClock(moment, clock.zone, part)


def _buckets(buckets: TimeBuckets, moment: str) -> GroupByBuckets:
    clock = buckets.clock
    found = edges(buckets.grain, clock.start, clock.end, clock.zone, buckets.week_start, by_clock=buckets.by_clock)
    starts, numbers = zip(*found, strict=True)
    return GroupByBuckets(moment, starts, numbers)


def _reach(chosen: FilteredRows, query: Query) -> QueryRows:
    """Return the first and the last moment at which a query finds something."""
    moment, table = query.rows.moment, chosen.table

    def meant(rows: RowIndexes) -> RowIndexes:
        matching: RowIndexes = rows[table.meets(query.rows.condition, rows) & table.alive[rows]]
        return matching

    low, high = chosen.stretch
    late = int(np.searchsorted(chosen.rows, table.ordered)) if table.is_in_order_of(moment) else 0
    candidates = [meant(chosen.rows[late:])]
    for count, at in ((high - low, lambda a, b: np.arange(low + a, low + b)), (late, lambda a, b: chosen.rows[a:b])):
        blocks = range(0, count, BLOCK)
        candidates += [
            next((rows for a in order if len(rows := meant(at(a, min(a + BLOCK, count))))), NO_ROWS)
            for order in (blocks, reversed(blocks))
        ]
    moments = table.moments(moment, np.concatenate(candidates))
    return [(int(moments.min()), int(moments.max()))] if len(moments) else [(None, None)]


def _ranked(name: str, cells: GroupCells, one: ColumnMedian | ColumnPercentile) -> QueryRows:
    span = cells.chosen.table.span(name)
    match one:
        case ColumnMedian():
            n, (low, *middle, high) = ranked(cells, name, span, with_interval)
            first, last = low.astype(object), high.astype(object)
            first[median_ranks(n) == 0] = last[median_ranks(n) == 0] = None
            return _found(cells, n, (n, first, mean_of(*middle), last))
        case ColumnPercentile(_, percent):
            n, (values,) = ranked(cells, name, span, at_percent(percent))
            return _found(cells, n, (n, values))


def _sided(table: MemoryTable, periods: Sequence[RowSelection], query: Query, column: str) -> QueryRows:
    """Return how the rows of two periods lie about the median of both, by cell."""
    name = amount(query.rows, column)
    cells = [GroupCells(_chosen(table, rows), _groups(query)) for rows in periods]
    now, *counts, before, below, above = sides(cells, name, table.span(name))
    return _found(cells[0], now + before, (now, *counts, before, below, above))


def _found(cells: GroupCells, n: Array, columns: Sequence[Array]) -> QueryRows:
    """Return the columns of the cells that hold anything; of all rows in one cell, also where they are none."""
    rows = zip(n.tolist(), *(column.tolist() for column in columns), strict=True)
    return [(*cells.keys(cell), *row) for cell, (there, *row) in enumerate(rows) if there or not cells.under]


def _tallies(query: Query, cells: GroupCells) -> QueryRows:
    table, sql = cells.chosen.table, category_code(query)
    counts = counted(cells, sql, table.digits(sql), width(query))
    base = counts[:, 1:].sum(axis=1)
    there = np.flatnonzero(base).tolist() if cells.under or query.rating else [0]
    if query.rating:
        return [
            (*cells.keys(cell), rating, int(counts[cell, place]))
            for cell in there
            for place, rating in enumerate(query.rating.ratings, start=1)
            if counts[cell, place]
        ]
    codes = {hit: code for code, hit in enumerate(conditions(query.aggregates), start=2)}
    parts: list[Sequence[Any]] = []
    for one in query.aggregates:
        match one:
            case RowCount(str(hit)):
                parts.append(counts[there, codes[hit]].tolist())
            case RowCount():
                parts.append(base[there].tolist())
            case ColumnSum(column):
                sums = added(cells, amount(query.rows, column))
                parts.append([sums[cell] for cell in there])
    return [(*cells.keys(cell), *of) for cell, *of in zip(there, *parts, strict=True)]
