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
from ressenti.facts.query import Z

WIDTH = NO_BIN + 1
MOST_CELLS = 4_000_000
"""More counts than this are not made: what has so many groups is sorted."""

RanksOfCells = Callable[[Array], tuple[Array, ...]]
"""Of so many in order, which are meant, counted from 0 and in order."""

FoundQuantiles = tuple[Array, Array]
"""How many rows have a duration, by cell, and the durations meant, by rank and cell, 0 where there is none."""


def middle(n: Array) -> tuple[Array, Array]:
    """Return the two whose mean is the median."""
    return (n - 1) // 2, n // 2


def with_interval(n: Array) -> tuple[Array, ...]:
    """Return those two between the ends of the interval; the first and the last where there is none."""
    end = np.maximum(median_ranks(n), 1)
    return end - 1, *middle(n), n - end


def median_ranks(n: Array) -> Array:
    """Return what `median_rank` returns, of each."""
    ranks: Array = ((n + 1 - Z * np.sqrt(n)) / 2).astype(np.int64)
    return ranks


def at_percent(percent: int) -> RanksOfCells:
    """Return what gives the one that `percent` in a hundred do not exceed."""
    return lambda n: ((n * percent - 1) // 100,)


def mean_of(low: Array, high: Array) -> Array:
    """Return the middle of durations, reckoned as the engine reckons it: above 2^53 that shows."""
    return low.astype(float) * 0.5 + high.astype(float) * 0.5


def ranked(cells: GroupCells, name: str, span: BinnedDurations, rank: RanksOfCells) -> FoundQuantiles:
    """Return how many rows have a duration, and exactly those that stand at the ranks, by cell."""
    if cells.count * WIDTH > MOST_CELLS:
        return in_order(*all_values(cells, span), cells.count, rank)
    match cells.under:
        case (GroupByBuckets() as buckets,) if buckets.are_once and cells.chosen.stretch != (0, 0):
            return _of_slices(cells, buckets, name, span, rank)
        case under if any(isinstance(one, GroupByBuckets) for one in under):
            return _counted(GroupCells(cells.chosen.listed, under), name, span, rank)
    return _counted(cells, name, span, rank)


@dataclass(frozen=True)
class QuantileRanks:
    """Where the rows meant of each cell stand: in a bin, after some of it."""

    counts: Array
    """By cell and bin."""
    rank: RanksOfCells

    @cached_property
    def totals(self) -> Array:
        """Return how many rows with a duration each cell has."""
        found: Array = self._until[:, -1]
        return found

    @cached_property
    def are_near(self) -> Array:
        """Return by cell and bin whether its rows are looked at."""
        found = np.zeros(self.counts.shape, bool)
        there = np.flatnonzero(self.totals)
        for bins in self._bins:
            found[there, bins[there]] = True
        return found

    def of(self, own: Array, values: Array) -> FoundQuantiles:
        """Return what is found, from the cells of all rows that are near and their durations."""
        order = np.lexsort((values, own))
        starts, values = np.searchsorted(own[order], np.arange(len(self.totals))), values[order]
        there = np.flatnonzero(self.totals)
        far = np.cumsum(np.where(self.are_near[:, :BINS], 0, self.counts[:, :BINS]), axis=1)
        found = np.zeros((len(self._meant), len(self.totals)), np.int64)
        for place, (ranks, bins) in enumerate(zip(self._meant, self._bins, strict=True)):
            found[place, there] = values[(starts + ranks - far[np.arange(len(far)), bins])[there]]
        return self.totals, found

    @cached_property
    def _meant(self) -> tuple[Array, ...]:
        return self.rank(self.totals)

    @cached_property
    def _bins(self) -> list[Array]:
        """Return the bins of those meant, by cell."""
        return [(self._until > ranks[:, None]).argmax(axis=1) for ranks in self._meant]

    @cached_property
    def _until(self) -> Array:
        return np.cumsum(self.counts[:, :BINS], axis=1)


def near_values(cells: GroupCells, name: str, span: BinnedDurations, are_near: Array) -> tuple[Array, Array]:
    """Return the cells of the rows that are in some bins, by cell and bin, and their durations."""
    rows = _in_bins(cells, name, span, np.flatnonzero(are_near.any(axis=0)))
    return _picked(are_near, cells.entries(rows), rows, span)


def all_values(cells: GroupCells, span: BinnedDurations) -> tuple[Array, Array]:
    """Return the cells of all rows that have a duration, and these."""
    rows = cells.chosen.listed.rows
    rows = rows[span.bins[rows] != NO_BIN]
    entries = cells.entries(rows)
    own = np.concatenate([own for own, _at in entries])
    return own, span.at(np.concatenate([of_places(rows, at) for _own, at in entries]))


def in_order(own: Array, values: Array, count: int, rank: RanksOfCells) -> FoundQuantiles:
    """Find them by sorting, where there are too many cells to count in."""
    order = np.lexsort((values, own))
    starts = np.searchsorted(own[order], np.arange(count + 1))
    n, values = np.diff(starts), values[order]
    there, meant = np.flatnonzero(n), rank(n)
    found = np.zeros((len(meant), count), np.int64)
    for place, ranks in enumerate(meant):
        found[place, there] = values[(starts[:-1] + ranks)[there]]
    return n, found


def _counted(cells: GroupCells, name: str, span: BinnedDurations, rank: RanksOfCells) -> FoundQuantiles:
    """Find them by counting, then in the rows of the bins that they are in."""
    ranks = QuantileRanks(counted(cells, name, span.bins, WIDTH), rank)
    return ranks.of(*near_values(cells, name, span, ranks.are_near))


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


def _picked(are_near: Array, entries: Entries, rows: RowIndexes, span: BinnedDurations) -> tuple[Array, Array]:
    """Return the cells and the durations of rows that are in the bins of their cells."""
    bins = span.bins[rows]
    picks = [(own, at, are_near[own, of_places(bins, at)]) for own, at in entries]
    own = np.concatenate([own[are] for own, _at, are in picks])
    near = np.concatenate([rows[are if at is None else at[are]] for _own, at, are in picks])
    return own, span.at(near)


def _of_slices(
    cells: GroupCells, buckets: GroupByBuckets, name: str, span: BinnedDurations, rank: RanksOfCells
) -> FoundQuantiles:
    """Find those of buckets of time: rows in order of time are slices of the stretch."""
    chosen, table = cells.chosen, cells.chosen.table
    ranks = QuantileRanks(counted(cells, name, span.bins, WIDTH), rank)
    own, rows = [buckets.places(table, chosen.rows)], [chosen.rows]
    for cell, (start, end) in enumerate(pairwise(buckets.edges(table, *chosen.stretch))):
        found = np.flatnonzero(ranks.are_near[cell][span.bins[start:end]]) + start
        if len(chosen.less):
            found = found[table.alive[found]]
        own.append(np.full(len(found), cell))
        rows.append(found)
    return ranks.of(*_picked(ranks.are_near, [(np.concatenate(own), None)], np.concatenate(rows), span))
