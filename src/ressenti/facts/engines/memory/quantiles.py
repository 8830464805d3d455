"""Exact medians and percentiles of rows in memory, by counting rather than sorting.

It takes two steps. Counting rows by group and by bin shows in which bin the quantile lies, and how many
rows of that bin are shorter; then only the rows of those bins are looked at.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from ressenti.facts.engines.memory.arrays import Array, Entries, RowIndexes
from ressenti.facts.engines.memory.binned_durations import BINS, NO_BIN, BinnedDurations
from ressenti.facts.engines.memory.group_by import NO_ROWS, GroupCells, counted, of_places
from ressenti.facts.engines.memory.row_filter import GroupByBuckets, GroupByIds
from ressenti.facts.query import ColumnMedian, ColumnPercentile

WIDTH = NO_BIN + 1
MOST_CELLS = 4_000_000
"""More counts than this are not made: what has so many groups is sorted."""

RankOfCells = Callable[[Array], tuple[Array, Array]]
"""Of so many in order, which two are meant, counted from 0: their mean is taken. They may be the same."""

FoundQuantiles = list[tuple[int, float]]
"""How many rows have a duration, and the duration meant, 0 where there is none, by cell."""


def rank_of(one: ColumnMedian | ColumnPercentile) -> RankOfCells:
    """Return which of the rows in order are meant."""
    match one:
        case ColumnMedian():
            return lambda n: ((n - 1) // 2, n // 2)
        case ColumnPercentile(_, percent):
            return lambda n: ((n * percent - 1) // 100,) * 2


def ranked(cells: GroupCells, name: str, span: BinnedDurations, rank: RankOfCells) -> FoundQuantiles:
    """Return how many rows have a duration, and exactly the one that stands at that rank, by cell."""
    if cells.count * WIDTH > MOST_CELLS:
        return _sorted(cells, span, rank)
    match cells.under:
        case (GroupByBuckets() as buckets,) if buckets.are_once and cells.chosen.stretch != (0, 0):
            return _of_slices(cells, buckets, name, span, rank)
        case under if any(isinstance(one, GroupByBuckets) for one in under):
            return _counted(GroupCells(cells.chosen.listed, under), name, span, rank)
    return _counted(cells, name, span, rank)


@dataclass(frozen=True)
class QuantileRanks:
    """Where the two rows meant of each cell stand: in a bin, after some of it."""

    counts: Array
    """By cell and bin."""
    rank: RankOfCells

    @cached_property
    def totals(self) -> Array:
        """Return how many rows with a duration each cell has."""
        found: Array = self._until[:, -1]
        return found

    @cached_property
    def low(self) -> Array:
        """Return the bin of the lower one, by cell."""
        return self._bins(self._meant[0])

    @cached_property
    def high(self) -> Array:
        """Return the bin of the upper one, by cell."""
        return self._bins(self._meant[1])

    @cached_property
    def after(self) -> Array:
        """Return how many rows of the lower one's bin are shorter, by cell."""
        before: Array = np.take_along_axis(self._until - self.counts[:, :BINS], self.low[:, None], axis=1)[:, 0]
        return self._meant[0] - before

    @cached_property
    def are_near(self) -> Array:
        """Return by cell and bin whether its rows are looked at."""
        found = np.zeros(self.counts.shape, bool)
        there = np.flatnonzero(self.totals)
        found[there, self.low[there]] = True
        found[there, self.high[there]] = True
        return found

    def of(self, own: Array, values: Array) -> FoundQuantiles:
        """Return what is found, from the cells of all rows that are near and their durations."""
        order = np.lexsort((values, own))
        starts, values = np.searchsorted(own[order], np.arange(len(self.totals))), values[order]
        there = np.flatnonzero(self.totals)
        first, (low, high) = starts[there] + self.after[there], self._meant
        found = np.zeros(len(self.totals))
        found[there] = _mean(values[first], values[first + (high - low)[there]])
        return list(zip(self.totals.tolist(), found.tolist(), strict=True))

    @cached_property
    def _meant(self) -> tuple[Array, Array]:
        return self.rank(self.totals)

    @cached_property
    def _until(self) -> Array:
        return np.cumsum(self.counts[:, :BINS], axis=1)

    def _bins(self, places: Array) -> Array:
        found: Array = (self._until > places[:, None]).argmax(axis=1)
        return found


def _counted(cells: GroupCells, name: str, span: BinnedDurations, rank: RankOfCells) -> FoundQuantiles:
    """Find them by counting, then in the rows of the bins that they are in."""
    ranks = QuantileRanks(counted(cells, name, span.bins, WIDTH), rank)
    rows = _in_bins(cells, name, span, np.flatnonzero(ranks.are_near.any(axis=0)))
    return _near(ranks, cells.entries(rows), rows, span)


def _in_bins(cells: GroupCells, name: str, span: BinnedDurations, numbers: Array) -> RowIndexes:
    """Return the rows chosen that are in some of the bins: of the bins' rows, or of those chosen, what is less."""
    chosen, late = cells.chosen, cells.chosen.late
    are_in = np.zeros(WIDTH, bool)
    are_in[numbers] = True
    bins = cells.of_rows(name, span.bins, chosen.rows)
    if 0 < late < len(numbers) * chosen.table.ordered // BINS:
        return chosen.rows[are_in[bins]]
    found = chosen.among(np.concatenate([NO_ROWS, *(span.of_bin(number) for number in numbers.tolist())]))
    if not all(isinstance(one, GroupByIds) for one in cells.under):
        found.sort()  # what they are under is read in the order of rows
    return np.concatenate([found, chosen.rows[late:][are_in[bins[late:]]]])


def _near(ranks: QuantileRanks, entries: Entries, rows: RowIndexes, span: BinnedDurations) -> FoundQuantiles:
    """Find them from rows among which are all those near, and what they are under."""
    bins = span.bins[rows]
    picks = [(own, at, ranks.are_near[own, of_places(bins, at)]) for own, at in entries]
    own = np.concatenate([own[are] for own, _at, are in picks])
    near = np.concatenate([rows[are if at is None else at[are]] for _own, at, are in picks])
    return ranks.of(own, span.at(near))


def _of_slices(
    cells: GroupCells, buckets: GroupByBuckets, name: str, span: BinnedDurations, rank: RankOfCells
) -> FoundQuantiles:
    """Find those of buckets of time: rows in order of time are slices of the stretch."""
    chosen, table = cells.chosen, cells.chosen.table
    ranks = QuantileRanks(counted(cells, name, span.bins, WIDTH), rank)
    own, rows = [buckets.places(table, chosen.rows)], [chosen.rows]
    for cell, (start, end) in enumerate(pairwise(buckets.edges(table, *chosen.stretch))):
        low, high, bins = ranks.low[cell], ranks.high[cell], span.bins[start:end]
        found = np.flatnonzero(bins == low if low == high else (bins == low) | (bins == high)) + start
        if len(chosen.less):
            found = found[table.alive[found]]
        own.append(np.full(len(found), cell))
        rows.append(found)
    near = np.concatenate(rows)
    return _near(ranks, [(np.concatenate(own), None)], near, span)


def _sorted(cells: GroupCells, span: BinnedDurations, rank: RankOfCells) -> FoundQuantiles:
    """Find them by sorting, where there are too many cells to count in."""
    rows, count = cells.chosen.listed.rows, cells.count
    rows = rows[span.bins[rows] != NO_BIN]
    entries = cells.entries(rows)
    own = np.concatenate([own for own, _at in entries])
    values = span.at(np.concatenate([of_places(rows, at) for _own, at in entries]))
    order = np.lexsort((values, own))
    starts = np.searchsorted(own[order], np.arange(count + 1))
    n = np.diff(starts)
    there = np.flatnonzero(n)
    values, found = values[order], np.zeros(count)
    low, high = ((starts[:-1] + meant)[there] for meant in rank(n))
    found[there] = _mean(values[low], values[high])
    return list(zip(n.tolist(), found.tolist(), strict=True))


def _mean(low: Array, high: Array) -> Array:
    """Return the middle of durations, reckoned as the engine reckons it: above 2^53 that shows."""
    return low.astype(float) * 0.5 + high.astype(float) * 0.5
