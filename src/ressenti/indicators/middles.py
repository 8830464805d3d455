"""How medians of rows in memory are found: exactly, and by counting rather than sorting.

It takes two steps. Counting rows by what they are under and by bin tells in which bin each median lies, and how many
rows of that bin are shorter; then only the rows of those bins are looked at.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from ressenti.facts.columns.arrays import Array, Places
from ressenti.facts.columns.spans import BINS, NO_BIN, Span
from ressenti.indicators.choosing import Buckets, Chosen
from ressenti.indicators.tally import Cells, counted, counts, keys

WIDTH = NO_BIN + 1
MOST_CELLS = 4_000_000
"""More counts than this are not made: what has so many groups is sorted."""

Medians = list[tuple[int, float]]
"""How many rows have a duration, and the exact median of them, 0 where there is none, by cell."""


def medians(cells: Cells, name: str, span: Span) -> Medians:
    """Return how many rows have a duration, and the exact median of them, by cell."""
    if cells.chosen.stretch == (0, 0):
        return _of_listed(cells, name, span)
    match cells.under:
        case (Buckets() as buckets,) if buckets.are_once:
            return _of_slices(cells, buckets, name, span)
        case under if any(isinstance(one, Buckets) for one in under):
            return _of_listed(Cells(cells.chosen.listed, under), name, span)
    return _of_stretch(cells, name, span)


@dataclass(frozen=True)
class Ranks:
    """Where the two middle rows of each cell stand, the same twice where they are odd: in a bin, after some of it."""

    counts: Array
    """By cell and bin."""

    @cached_property
    def totals(self) -> Array:
        """Return how many rows with a duration each cell has."""
        found: Array = self._until[:, -1]
        return found

    @cached_property
    def low(self) -> Array:
        """Return the bin of the lower one, by cell."""
        return self._bins((self.totals - 1) // 2)

    @cached_property
    def high(self) -> Array:
        """Return the bin of the upper one, by cell."""
        return self._bins(self.totals // 2)

    @cached_property
    def after(self) -> Array:
        """Return how many rows of the lower one's bin are shorter, by cell."""
        before: Array = np.take_along_axis(self._until - self.counts[:, :BINS], self.low[:, None], axis=1)[:, 0]
        return (self.totals - 1) // 2 - before

    @cached_property
    def are_near(self) -> Array:
        """Return by cell and bin whether its rows are looked at."""
        found = np.zeros(self.counts.shape, bool)
        there = np.flatnonzero(self.totals)
        found[there, self.low[there]] = True
        found[there, self.high[there]] = True
        return found

    def middles(self, own: Array, values: Array) -> Medians:
        """Return the medians, from the cells of all rows that are near and their durations."""
        order = np.lexsort((values, own))
        starts, values = np.searchsorted(own[order], np.arange(len(self.totals))), values[order]
        there = np.flatnonzero(self.totals)
        first = starts[there] + self.after[there]
        found = np.zeros(len(self.totals))
        found[there] = _mean(values[first], values[first + (self.totals[there] % 2 == 0)])
        return list(zip(self.totals.tolist(), found.tolist(), strict=True))

    @cached_property
    def _until(self) -> Array:
        return np.cumsum(self.counts[:, :BINS], axis=1)

    def _bins(self, places: Array) -> Array:
        found: Array = (self._until > places[:, None]).argmax(axis=1)
        return found


def _of_stretch(cells: Cells, name: str, span: Span) -> Medians:
    """Find medians of a stretch: the rows of a bin are known."""
    ranks = Ranks(counted(cells, name, span.bins, WIDTH))
    rows, bins = _in_bins(span, np.flatnonzero(ranks.are_near.any(axis=0)), cells.chosen)
    own, places = cells.entries(rows)
    if places is not None:
        rows, bins = rows[places], bins[places]
    return _near(ranks, own, rows, bins, span)


def _in_bins(span: Span, bins: Array, chosen: Chosen) -> tuple[Places, Array]:
    """Return the rows chosen that are in some of the bins, and the bin of each."""
    low, high = chosen.stretch
    found = [np.empty(0, np.uint32)]
    for number in bins.tolist():
        rows = span.of_bin(number)
        if (low, high) != (0, chosen.table.ordered):
            rows = rows[(rows >= low) & (rows < high)]
        if len(chosen.less):
            rows = rows[chosen.table.alive[rows]]
        found.append(rows)
    of_rows = np.repeat(bins.astype(np.uint8), [len(rows) for rows in found[1:]])
    more = chosen.rows[np.isin(span.bins[chosen.rows], bins)]
    return np.concatenate([*found, more]).astype(np.intp), np.concatenate([of_rows, span.bins[more]])


def _near(ranks: Ranks, own: Array, rows: Places, bins: Array, span: Span) -> Medians:
    """Find medians from rows among which are all those near, what they are under, and their bins."""
    are_near = ranks.are_near[own, bins]
    return ranks.middles(own[are_near], span.at(rows[are_near]))


def _of_slices(cells: Cells, buckets: Buckets, name: str, span: Span) -> Medians:
    """Find the medians of buckets of time: rows in order of time are slices of the stretch."""
    chosen, table = cells.chosen, cells.chosen.table
    ranks = Ranks(counted(cells, name, span.bins, WIDTH))
    own, rows = [buckets.entries(table, chosen.rows)[0]], [chosen.rows]
    for cell, (start, end) in enumerate(pairwise(buckets.edges(table, *chosen.stretch))):
        low, high, bins = ranks.low[cell], ranks.high[cell], span.bins[start:end]
        found = np.flatnonzero(bins == low if low == high else (bins == low) | (bins == high)) + start
        if len(chosen.less):
            found = found[table.alive[found]]
        own.append(np.full(len(found), cell))
        rows.append(found)
    near = np.concatenate(rows)
    return _near(ranks, np.concatenate(own), near, span.bins[near], span)


def _of_listed(cells: Cells, name: str, span: Span) -> Medians:
    """Find medians of rows that are listed."""
    rows, count = cells.chosen.rows, cells.count
    bins = cells.of_rows(name, span.bins, rows)
    if count * WIDTH > MOST_CELLS:
        own, places = cells.entries(rows)
        there = np.flatnonzero((bins if places is None else bins[places]) != NO_BIN)
        return _sorted(own[there], span.at(rows[there if places is None else places[there]]), count)
    if few := cells.few:
        found = keys(cells.lists(few, rows), few.count, bins, WIDTH)
        ranks = Ranks(few.folded(counts(found, few.count, WIDTH)))
        near = rows[np.flatnonzero(few.any_in(ranks.are_near).ravel().take(found))] if few.count else rows
        own, places = few.entries(near)
        near = near if places is None else near[places]
        return _near(ranks, own, near, span.bins[near], span)
    own, places = cells.entries(rows)
    found = keys(own, count, bins if places is None else bins[places], WIDTH)
    ranks = Ranks(counts(found, count, WIDTH))
    at = np.flatnonzero(ranks.are_near.ravel().take(found))
    return ranks.middles(own[at], span.at(rows[at if places is None else places[at]]))


def _sorted(own: Array, values: Array, count: int) -> Medians:
    """Find medians by sorting, where there are too many cells to count in."""
    order = np.lexsort((values, own))
    starts = np.searchsorted(own[order], np.arange(count + 1))
    n = np.diff(starts)
    there = np.flatnonzero(n)
    values, found = values[order], np.zeros(count)
    found[there] = _mean(values[(starts[:-1] + (n - 1) // 2)[there]], values[(starts[:-1] + n // 2)[there]])
    return list(zip(n.tolist(), found.tolist(), strict=True))


def _mean(low: Array, high: Array) -> Array:
    """Return the middle of durations, reckoned as the engine reckons it: above 2^53 that shows."""
    return low.astype(float) * 0.5 + high.astype(float) * 0.5
