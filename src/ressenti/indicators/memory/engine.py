"""How a question is answered from the columns in memory: the same rows as its statement gives, without the file.

The statement is the definition, and answers what is not held; every answer counted here equals its own.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ressenti.facts.engines.memory.arrays import RowIndexes
from ressenti.facts.engines.memory.binned_durations import NO_BIN
from ressenti.facts.engines.memory.table import MemoryTable
from ressenti.indicators.catalogue import INDICATORS, Indicator
from ressenti.indicators.dimensions import AGENT, GROUP, Dimension
from ressenti.indicators.measures import Count, Distribution, Median, Net, Percentile, PooledMean, Share
from ressenti.indicators.memory.group_by import NO_ROWS, GroupCells, added, counted
from ressenti.indicators.memory.quantiles import RankOfCells, rank_of, ranked
from ressenti.indicators.memory.row_filter import (
    FilteredRows,
    GroupBy,
    GroupByBuckets,
    GroupByClock,
    GroupByIds,
    RowCondition,
    choose,
)
from ressenti.indicators.memory.schema import TABLE_OF, amounts, category_code, span, width
from ressenti.indicators.model import Attribution, Grain
from ressenti.indicators.periods import edges
from ressenti.indicators.sql import Slice, anchor_column, key_column

MemoryRows = list[tuple[Any, ...]]

BLOCK = 65_536
"""How many rows are looked at at once for the first that is meant."""


def is_counted(key: str) -> bool:
    """Say whether an indicator is counted in memory, where its rows are held."""
    return key in INDICATORS and INDICATORS[key].facts in TABLE_OF


def can_count(
    tables: Mapping[str, MemoryTable], one: Indicator, by: Dimension | None, attribution: Attribution | None
) -> bool:
    """Say whether what a question needs is held."""
    if one.own_hits and by is AGENT and attribution is None:
        return False  # only the hits credited to that agent
    return TABLE_OF.get(one.facts) in tables


def count(
    tables: Mapping[str, MemoryTable],
    one: Indicator,
    cut: Slice,
    *,
    by: Dimension | None = None,
    grain: Grain | None = None,
    attribution: Attribution | None = None,
) -> MemoryRows:
    """Return the rows of `sql.statement`, (key, bucket, note, parts…), in no order; `cut.before` is not read."""
    chosen = _chosen(tables, one, cut)
    under: list[GroupBy] = []
    if by:
        under.append(_under(one, cut, by, attribution))
    if grain:
        under.append(_buckets(one, cut, grain))
    cells = GroupCells(chosen, tuple(under))
    if isinstance(one.measure, Median | Percentile):
        return _ranked(one, cells, rank_of(one.measure))
    return _tallies(one, cells)


def reach(tables: Mapping[str, MemoryTable], one: Indicator, cut: Slice) -> MemoryRows:
    """Return the row of `sql.extent`: the first and the last moment at which the question finds something."""
    chosen, moment = _chosen(tables, one, cut), anchor_column(one, cut.anchor)
    table, sql = chosen.table, span(one)

    def meant(rows: RowIndexes) -> RowIndexes:
        is_meant = table.span(sql).bins[rows] != NO_BIN if sql else table.digits(category_code(one))[rows] > 0
        found: RowIndexes = rows[is_meant & table.alive[rows]]
        return found

    low, high = chosen.stretch
    late = int(np.searchsorted(chosen.rows, table.ordered)) if table.is_in_order_of(moment) else 0
    found = [meant(chosen.rows[late:])]
    for count, at in ((high - low, lambda a, b: np.arange(low + a, low + b)), (late, lambda a, b: chosen.rows[a:b])):
        blocks = range(0, count, BLOCK)
        found += [
            next((rows for a in order if len(rows := meant(at(a, min(a + BLOCK, count))))), NO_ROWS)
            for order in (blocks, reversed(blocks))
        ]
    moments = table.moments(moment, np.concatenate(found))
    return [(int(moments.min()), int(moments.max()))] if len(moments) else [(None, None)]


def _chosen(tables: Mapping[str, MemoryTable], one: Indicator, cut: Slice) -> FilteredRows:
    moment = anchor_column(one, cut.anchor)
    among: list[tuple[GroupByIds | GroupByClock, tuple[int | None, ...]]] = [(GroupByIds("project_id"), cut.projects)]
    among += [(_of(one, cut, by), ids) for by, ids in cut.where]
    return choose(
        tables[TABLE_OF[one.facts]], RowCondition(moment=moment, start=cut.start, end=cut.end, among=tuple(among))
    )


def _of(one: Indicator, cut: Slice, by: Dimension) -> GroupByIds | GroupByClock:
    """Return what a filter looks at: who took part cuts conversations, not their handlings."""
    if one.facts == "handling" and by in {AGENT, GROUP}:
        return GroupByIds("involved_ids" if by is AGENT else "group_ids", of_conversation=True)
    return GroupByClock(anchor_column(one, cut.anchor), cut.zone, by) if by.column is None else GroupByIds(by.column)


def _under(one: Indicator, cut: Slice, by: Dimension, attribution: Attribution | None) -> GroupByIds | GroupByClock:
    if by.column is None:
        return GroupByClock(anchor_column(one, cut.anchor), cut.zone, by)
    return GroupByIds(key_column(one, by, attribution))


def _buckets(one: Indicator, cut: Slice, grain: Grain) -> GroupByBuckets:
    starts, numbers = zip(*edges(grain, *cut.extent, cut.zone, cut.week_start, by_clock=cut.by_clock), strict=True)
    return GroupByBuckets(anchor_column(one, cut.anchor), starts, numbers)


def _ranked(one: Indicator, cells: GroupCells, rank: RankOfCells) -> MemoryRows:
    sql = span(one) or ""
    found = ranked(cells, sql, cells.chosen.table.span(sql), rank)
    if not cells.under:
        return [found[0]]
    return [(*cells.keys(cell), n, value) for cell, (n, value) in enumerate(found) if n]


def _tallies(one: Indicator, cells: GroupCells) -> MemoryRows:
    table, sql = cells.chosen.table, category_code(one)
    counts = counted(cells, sql, table.digits(sql), width(one))
    base = counts[:, 1:].sum(axis=1)
    there = np.flatnonzero(base).tolist() if cells.under or isinstance(one.measure, Distribution) else [0]
    match one.measure:
        case Distribution(_, notes):
            return [
                (*cells.keys(cell), note, int(counts[cell, place]))
                for cell in there
                for place, note in enumerate(notes, start=1)
                if counts[cell, place]
            ]
        case Share() | Count(str()):
            parts = [base, counts[:, 2]]
        case Net():
            parts = [base, counts[:, 2], counts[:, 3]]
        case Count():
            parts = [base]
        case _:
            sums = [added(cells, column) for column in amounts(one)]
            parts = sums if isinstance(one.measure, PooledMean) else [base, *sums]
    given = (part[there].tolist() if isinstance(part, np.ndarray) else [part[cell] for cell in there] for part in parts)
    return [(*cells.keys(cell), *of) for cell, *of in zip(there, *given, strict=True)]
