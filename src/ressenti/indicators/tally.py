"""How rows in memory are counted, added up, and their medians found: exactly, and by counting rather than sorting.

A median takes two steps. Counting rows by what they are under and by bin tells in which bin each median lies, and how
many rows of that bin are shorter; then only the rows of those bins are looked at. The first step adds up, so for a
stretch of rows in order it is the difference of counts that are kept.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import prod

import numpy as np

from ressenti.facts.columns.arrays import Array, Few, Places
from ressenti.facts.columns.running import Running
from ressenti.facts.columns.spans import BINS, NO_BIN, Span
from ressenti.facts.columns.table import Table
from ressenti.indicators.choosing import Buckets, Chosen, Ids, Under

LOW_BITS = 26
LOW = (1 << LOW_BITS) - 1
EXACT = 2**53
"""Below this, floats hold every whole number."""
MOST_CELLS = 4_000_000
"""More counts than this are not made: what has so many groups is sorted."""


@dataclass(frozen=True)
class Cells:
    """What the rows of a question are counted under: all in one, under one thing, or under two at once."""

    chosen: Chosen
    under: tuple[Under, ...]

    @cached_property
    def _ids(self) -> list[list[int | None]]:
        return [one.ids(self.chosen.table) for one in self.under]

    @cached_property
    def count(self) -> int:
        """Return how many cells there are."""
        return prod(len(ids) for ids in self._ids)

    def keys(self, cell: int) -> tuple[int | None, ...]:
        """Return what the rows of a cell are under."""
        match self._ids:
            case []:
                return ()
            case [ids]:
                return (ids[cell],)
        found: list[int | None] = []
        for ids in reversed(self._ids):
            cell, code = divmod(cell, len(ids))
            found.insert(0, ids[code])
        return tuple(found)

    def entries(self, rows: Places | slice) -> tuple[Array, Places | None]:
        """Return the cells of rows, and where a row is in several, the place of the row that each belongs to."""
        if not self.under:
            return np.zeros(_length(rows), np.uint8), None
        if isinstance(rows, slice):
            return self._entries(rows)
        return self.chosen.read(self.under, rows, lambda: self._entries(rows))

    @cached_property
    def few(self) -> Few | None:
        """Return the column of few different lists whose entries the rows are counted under, if that is all."""
        match self.under:
            case (Ids(column),):
                return self.chosen.table.lists(column)
        return None

    def lists(self, few: Few, rows: Places | slice) -> Array:
        """Return the numbers of the rows' lists."""
        if isinstance(rows, slice):
            return few.lists(rows)
        return self.chosen.read(("lists", self.under), rows, lambda: few.lists(rows))

    def of_rows(self, name: str, numbers: Array, rows: Places | slice) -> Array:
        """Return the numbers of a column of these rows."""
        return numbers[rows] if isinstance(rows, slice) else self.chosen.read(name, rows, lambda: numbers[rows])

    def _entries(self, rows: Places | slice) -> tuple[Array, Places | None]:
        table = self.chosen.table
        cells, places = self.under[0].entries(table, rows)
        for one in self.under[1:]:
            codes, own = one.entries(table, rows)
            if own is not None:
                raise AssertionError(one)  # only what is under first may be several a row
            cells = cells.astype(np.intp) * len(one.ids(table)) + (codes if places is None else codes[places])
        return cells, places


def _length(rows: Places | slice) -> int:
    return rows.stop - rows.start if isinstance(rows, slice) else len(rows)


def counted(cells: Cells, name: str, numbers: Array, width: int) -> Array:
    """Return how many rows there are of each number, 0 to width − 1, by cell: shape (cells, width)."""

    def count(rows: Places | slice) -> Array:
        held = cells.of_rows(name, numbers, rows)
        if few := cells.few:
            by_list = _counts(_keys(cells.lists(few, rows), width, held), few.count, width)
            return few.folded(by_list).astype(np.int32)
        own, places = cells.entries(rows)
        held = held if places is None else held[places]
        return _counts(_keys(own, width, held), cells.count, width).astype(np.int32)

    chosen = cells.chosen
    if len(cells.under) == 1 and isinstance(cells.under[0], Buckets) and cells.under[0].are_once and len(chosen.table):
        found = np.stack([np.bincount(numbers[a:b], minlength=width) for a, b in _slices(chosen, cells.under[0])])
        return found + count(chosen.rows) - count(chosen.less)
    return _altogether(cells, (name, width), count)


def added(cells: Cells, name: str) -> list[int]:
    """Return the exact sum of a column of amounts by cell."""

    def add(rows: Places | slice) -> Array:
        own, places = cells.entries(rows)
        held, unit = cells.chosen.table.amounts(name, rows)
        held = held if places is None else held[places]
        most = max(int(held.max(initial=0)), -int(held.min(initial=0)))
        if len(held) * most < EXACT:
            sums = _summed(cells, own, held)
            high, low = sums >> LOW_BITS, sums & LOW
        else:
            high, low = (_summed(cells, own, part) for part in (held >> LOW_BITS, held & LOW))
        return np.stack([high * unit, low * unit], axis=1)

    return [(int(high) << LOW_BITS) + int(low) for high, low in _altogether(cells, (name,), add)]


def _summed(cells: Cells, own: Array, numbers: Array) -> Array:
    """Return sums by cell, exact as long as floats hold them."""
    return np.bincount(own, numbers, cells.count).astype(np.int64)


def medians(cells: Cells, name: str, span: Span) -> list[tuple[int, float]]:
    """Return how many rows have a duration, and the exact median of them, by cell."""
    if cells.chosen.stretch == (0, 0):
        return _of_listed(cells, name, span)
    if len(cells.under) == 1 and isinstance(cells.under[0], Buckets) and cells.under[0].are_once:
        return _of_slices(cells, cells.under[0], name, span)
    if cells.under and any(isinstance(one, Buckets) for one in cells.under):
        return _of_listed(Cells(cells.chosen.listed, cells.under), name, span)
    return _of_stretch(cells, name, span)


def _altogether(cells: Cells, name: tuple[object, ...], count: Callable[[Places | slice], Array]) -> Array:
    """Return what a count gives for all rows chosen: for a stretch as a difference of counts that are kept."""
    chosen, table = cells.chosen, cells.chosen.table
    low, high = chosen.stretch
    if low == high:
        return count(chosen.rows)
    if any(isinstance(one, Buckets) for one in cells.under):
        found = count(slice(low, high))  # where clocks are read anew for each question, nothing is kept
    else:
        kept = table.running((*cells.under, *name), lambda: Running(table.ordered, lambda a, b: count(slice(a, b))))
        part = kept.between(low, high)
        found = np.zeros((cells.count, *part.shape[1:]), part.dtype)  # codes may have been added since it was made
        found[: len(part)] = part
    if len(chosen.rows):
        found = found + count(chosen.rows)
    if len(chosen.less):
        found = found - count(chosen.less)
    return found


@dataclass(frozen=True, slots=True)
class _Rank:
    """Where a row is looked for that stands at a place among those of its cell: in a bin, after some of it."""

    cell: int
    bin: int
    after: int


def _ranks(counts: Array) -> tuple[Array, list[tuple[_Rank, _Rank] | None]]:
    """Return how many rows each cell has, and where its two middle ones are, the same twice where they are odd."""
    until = np.cumsum(counts[:, :BINS], axis=1)
    totals = until[:, -1]
    found: list[tuple[_Rank, _Rank] | None] = [None] * len(totals)
    cells = np.flatnonzero(totals)
    if not len(cells):
        return totals, found
    pair = []
    for wanted in ((totals[cells] - 1) // 2, totals[cells] // 2):
        bins = (until[cells] > wanted[:, None]).argmax(axis=1)
        before = np.where(bins > 0, until[cells, bins - 1], 0)
        pair.append((bins, wanted - before))
    (low_bins, low_after), (high_bins, high_after) = pair
    for place, cell in enumerate(cells):
        low = _Rank(int(cell), int(low_bins[place]), int(low_after[place]))
        high = _Rank(int(cell), int(high_bins[place]), int(high_after[place]))
        found[cell] = low, high
    return totals, found


def _of_stretch(cells: Cells, name: str, span: Span) -> list[tuple[int, float]]:
    """Find medians of a stretch: the rows of a bin are known in order of length."""
    chosen = cells.chosen
    totals, ranks = _ranks(counted(cells, name, span.bins, NO_BIN + 1))
    wanted: dict[int, set[int]] = {}
    for pair in ranks:
        for one in pair or ():
            wanted.setdefault(one.bin, set()).add(one.cell)
    found: dict[tuple[int, int], Array] = {}
    for number, own in wanted.items():
        found |= _in_bin(cells, span, number, own, chosen)
    return [
        (int(n), 0.0) if pair is None else (int(n), _mean(*(int(found[one.cell, one.bin][one.after]) for one in pair)))
        for n, pair in zip(totals, ranks, strict=True)
    ]


def _in_bin(cells: Cells, span: Span, number: int, wanted: set[int], chosen: Chosen) -> dict[tuple[int, int], Array]:
    """Return the durations in a bin of each cell that is wanted, shortest first."""
    low, high = chosen.stretch
    rows = span.of_bin(number)
    if (low, high) != (0, chosen.table.ordered):
        rows = rows[(rows >= low) & (rows < high)]
    if len(chosen.less):
        rows = rows[chosen.table.alive[rows]]
    more = chosen.rows[span.bins[chosen.rows] == number]
    own, places = cells.entries(rows.astype(np.intp))
    own_more, places_more = cells.entries(more)
    found = {}
    for cell in wanted:
        at = np.flatnonzero(own == cell)
        values = span.at(rows[at if places is None else np.sort(places[at])])
        if len(more):
            at = np.flatnonzero(own_more == cell)
            other = span.at(more[at if places_more is None else places_more[at]])
            values = np.sort(np.concatenate([values, other]))
        found[cell, number] = values
    return found


def _of_slices(cells: Cells, buckets: Buckets, name: str, span: Span) -> list[tuple[int, float]]:
    """Find the medians of buckets of time: rows in order of time are slices of the stretch."""
    chosen, table = cells.chosen, cells.chosen.table
    kept = table.running((name, NO_BIN + 1), lambda: Running(table.ordered, lambda a, b: _binned(span.bins[a:b])))
    under = buckets.entries(table, chosen.rows)[0]
    slices = [
        (where, chosen.rows[under == place], chosen.less[slice(*np.searchsorted(chosen.less, where))])
        for place, where in enumerate(_slices(chosen, buckets))
    ]
    counts = [
        kept.between(*where) + _binned(span.bins[more]) - _binned(span.bins[less]) for where, more, less in slices
    ]
    totals, ranks = _ranks(np.concatenate(counts))
    return [
        (int(n), 0.0 if pair is None else _mean(*_in_slice(span, table, where, more, pair)))
        for (where, more, _less), n, pair in zip(slices, totals, ranks, strict=True)
    ]


def _slices(chosen: Chosen, buckets: Buckets) -> list[tuple[int, int]]:
    """Return between which rows of the stretch each bucket lies."""
    low, high = chosen.stretch
    moments = chosen.table.moments(buckets.moment)[low:high]
    edges = [low, *(np.searchsorted(moments, np.array(buckets.starts[1:], np.int64)) + low).tolist(), high]
    return list(pairwise(edges))


def _binned(bins: Array) -> Array:
    return np.bincount(bins, minlength=NO_BIN + 1).astype(np.int32).reshape(1, -1)


def _in_slice(
    span: Span, table: Table, where: tuple[int, int], more: Places, pair: tuple[_Rank, _Rank]
) -> Iterator[int]:
    for one in pair:
        rows = np.flatnonzero(span.bins[slice(*where)] == one.bin) + where[0]
        rows = np.concatenate([rows[table.alive[rows]], more[span.bins[more] == one.bin]])
        yield int(np.partition(span.at(rows), one.after)[one.after])


def _of_listed(cells: Cells, name: str, span: Span) -> list[tuple[int, float]]:
    """Find medians of rows that are listed: those of the bins are sorted."""
    rows, count = cells.chosen.rows, cells.count
    bins = cells.of_rows(name, span.bins, rows)
    if count * (NO_BIN + 1) > MOST_CELLS:
        own, places = cells.entries(rows)
        there = np.flatnonzero((bins if places is None else bins[places]) != NO_BIN)
        return _sorted(own[there], span.at(rows[there if places is None else places[there]]), count)
    if few := cells.few:
        keys = _keys(cells.lists(few, rows), NO_BIN + 1, bins)
        counts = few.folded(_counts(keys, few.count, NO_BIN + 1))
        is_near, totals, ranks = _near(counts)
        near = rows[np.flatnonzero(few.any_in(is_near).ravel()[keys])] if few.count else rows
        own, places = few.entries(near)
        near = near if places is None else near[places]
        is_wanted = is_near[own, span.bins[near]]
        own, near = own[is_wanted], near[is_wanted]
    else:
        own, places = cells.entries(rows)
        keys = _keys(own, NO_BIN + 1, bins if places is None else bins[places])
        is_near, totals, ranks = _near(_counts(keys, count, NO_BIN + 1))
        at = np.flatnonzero(is_near.ravel()[keys])
        own, near = own[at], rows[at if places is None else places[at]]
    values = span.at(near)
    order = np.lexsort((values, own))
    values = values[order]
    starts = np.searchsorted(own[order], np.arange(count))
    found = []
    for cell, pair in enumerate(ranks):
        if pair is None:
            found.append((0, 0.0))
            continue
        first = int(starts[cell]) + pair[0].after
        second = first + int(totals[cell] % 2 == 0)
        found.append((int(totals[cell]), _mean(int(values[first]), int(values[second]))))
    return found


def _near(counts: Array) -> tuple[Array, Array, list[tuple[_Rank, _Rank] | None]]:
    """Return which bins of each cell are looked at, how many rows it has, and where its two middle ones are."""
    totals, ranks = _ranks(counts)
    is_near = np.zeros(counts.shape, bool)
    for one in (one for pair in ranks for one in pair or ()):
        is_near[one.cell, one.bin] = True
    return is_near, totals, ranks


def _keys(own: Array, width: int, numbers: Array) -> Places:
    """Return one number for a cell and a number from 0 to width − 1."""
    keys: Places = np.multiply(own, width, dtype=np.intp)
    keys += numbers
    return keys


def _counts(keys: Places, count: int, width: int) -> Array:
    return np.bincount(keys, minlength=count * width).reshape(count, width)


def _sorted(own: Array, values: Array, count: int) -> list[tuple[int, float]]:
    """Find medians by sorting, where there are too many cells to count in."""
    order = np.lexsort((values, own))
    own, values = own[order], values[order]
    starts = np.searchsorted(own, np.arange(count + 1))
    found = []
    for low, high in pairwise(starts):
        n = int(high - low)
        middle = _mean(int(values[low + (n - 1) // 2]), int(values[low + n // 2])) if n else 0.0
        found.append((n, middle))
    return found


def _mean(low: int, high: int) -> float:
    """Return the middle of two durations, reckoned as the engine reckons it: above 2^53 that shows."""
    return float(low) * 0.5 + float(high) * 0.5
