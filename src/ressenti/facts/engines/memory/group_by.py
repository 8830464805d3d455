"""How rows in memory are counted and added up: what there is in a stretch of them is a difference of kept counts."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from math import prod

import numpy as np

from ressenti.facts.engines.memory.arrays import Array, Entries, RowIndexes
from ressenti.facts.engines.memory.dictionary_columns import EncodedListColumn
from ressenti.facts.engines.memory.prefix_sums import PrefixSums
from ressenti.facts.engines.memory.row_filter import FilteredRows, GroupBy, GroupByBuckets, GroupByIds, GroupByNumbers
from ressenti.facts.engines.memory.table import MemoryTable

LOW_BITS = 26
LOW = (1 << LOW_BITS) - 1
EXACT = 2**53
"""Below this, floats hold every whole number."""
NO_ROWS = np.empty(0, np.intp)


@dataclass(frozen=True)
class GroupCells:
    """What the rows of a question are counted under: all in one, under one thing, or under two at once."""

    chosen: FilteredRows
    under: tuple[GroupBy, ...]

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

    def entries(self, rows: RowIndexes | slice) -> Entries:
        """Return the cells of rows: those that all of them are in, then further ones with the places of their rows."""
        if not self.under:
            return [(np.zeros(_length(rows), np.uint8), None)]
        if isinstance(rows, slice):
            return self._entries(rows)
        return self.chosen.read(self.under, rows, lambda: self._entries(rows))

    @cached_property
    def few(self) -> EncodedListColumn | None:
        """Return the column of few different lists whose entries the rows are counted under, if that is all."""
        match self.under:
            case (GroupByIds(column),):
                return self.chosen.table.lists(column)
        return None

    def lists(self, few: EncodedListColumn, rows: RowIndexes | slice) -> Array:
        """Return the numbers of the rows' lists."""
        if isinstance(rows, slice):
            return few.lists(rows)
        return self.chosen.read(("lists", self.under), rows, lambda: few.lists(rows))

    def of_rows(self, name: str, numbers: Array, rows: RowIndexes | slice) -> Array:
        """Return the numbers of a column of these rows."""
        return numbers[rows] if isinstance(rows, slice) else self.chosen.read(name, rows, lambda: numbers[rows])

    def amounts(self, name: str, rows: RowIndexes | slice) -> tuple[Array, int]:
        """Return the amounts of these rows, 0 where there is none, and the unit they are in."""
        table = self.chosen.table
        if isinstance(rows, slice):
            return table.amounts(name, rows)
        return self.chosen.read(("amounts", name), rows, lambda: table.amounts(name, rows))

    def _entries(self, rows: RowIndexes | slice) -> Entries:
        table = self.chosen.table
        entries = self.under[0].entries(table, rows)
        for one in self.under[1:]:
            [(codes, _none)] = one.entries(table, rows)  # only what is under first may be several a row
            count = len(one.ids(table))
            entries = [
                (cells.astype(np.intp) * count + (codes if places is None else codes[places]), places)
                for cells, places in entries
            ]
        return entries


def of_places(numbers: Array, places: RowIndexes | None) -> Array:
    """Return the numbers of rows by the places of entries."""
    return numbers if places is None else numbers[places]


def _length(rows: RowIndexes | slice) -> int:
    return rows.stop - rows.start if isinstance(rows, slice) else len(rows)


CountCells = Callable[[GroupCells, RowIndexes | slice], Array]
"""What there is in some rows by cell, of a shape that is the same for any rows."""


def counted(cells: GroupCells, name: str, numbers: Array, width: int) -> Array:
    """Return how many rows there are of each number, 0 to width − 1, by cell: shape (cells, width)."""

    def count(cells: GroupCells, rows: RowIndexes | slice) -> Array:
        held = cells.of_rows(name, numbers, rows)
        if not cells.under:
            return np.bincount(held, minlength=width).astype(np.int32).reshape(1, width)
        if few := cells.few:
            return few.folded(counts(keys(cells.lists(few, rows), few.count, held, width), few.count, width))
        found = (keys(own, cells.count, of_places(held, at), width) for own, at in cells.entries(rows))
        return sum_of(counts(each, cells.count, width) for each in found)

    return _altogether(cells, (name, width), count)


def added(cells: GroupCells, name: str) -> list[int]:
    """Return the exact sum of a column of amounts by cell."""

    def add(cells: GroupCells, rows: RowIndexes | slice) -> Array:
        held, unit = cells.amounts(name, rows)
        most = max(int(held.max(initial=0)), -int(held.min(initial=0)))

        def of(own: Array, numbers: Array) -> Array:
            if len(numbers) * most < EXACT:
                sums = _summed(cells, own, numbers)
                high, low = sums >> LOW_BITS, sums & LOW
            else:
                wide = numbers.astype(np.int64)
                high, low = (_summed(cells, own, part) for part in (wide >> LOW_BITS, wide & LOW))
            return np.stack([high * unit, low * unit], axis=1)

        return sum_of(of(own, of_places(held, at)) for own, at in cells.entries(rows))

    return [(int(high) << LOW_BITS) + int(low) for high, low in _altogether(cells, (name,), add)]


def keys(own: Array, count: int, numbers: Array, width: int) -> Array:
    """Return one number for a cell, of `count`, and a number from 0 to width − 1, in as few bytes as they need."""
    found = own.astype(np.min_scalar_type(count * width))
    found *= found.dtype.type(width)
    found += numbers
    return found


def counts(keys: Array, count: int, width: int) -> Array:
    """Return how many rows there are of each key: shape (count, width)."""
    return np.bincount(keys, minlength=count * width).astype(np.int32).reshape(count, width)


def sum_of(parts: Iterable[Array]) -> Array:
    """Return the sum of what there is in parts."""
    found: Array = reduce(np.add, parts)
    return found


def _summed(cells: GroupCells, own: Array, numbers: Array) -> Array:
    """Return sums by cell, exact as long as floats hold them."""
    if not cells.under:
        return np.array([numbers.sum(dtype=np.int64)])
    return np.bincount(own, numbers, cells.count).astype(np.int64)


def _altogether(cells: GroupCells, name: tuple[object, ...], count: CountCells) -> Array:
    """Return what a count gives for all rows chosen: for a stretch as a difference of counts that are kept."""
    chosen, table = cells.chosen, cells.chosen.table
    low, high = chosen.stretch
    if low == high:
        return count(cells, chosen.rows)
    match cells.under:
        case (GroupByBuckets() as buckets,) if buckets.are_once:
            counts = np.diff(_until(table, buckets.edges(table, low, high), name, count), axis=0)
        case under if any(isinstance(one, GroupByBuckets) for one in under):
            counts = count(cells, slice(low, high))  # where clocks are read anew for each question, nothing is kept
        case under:
            part = _kept(table, under, name, count).between(low, high)
            _codes, *inner = part.shape
            counts = np.zeros((cells.count, *inner), part.dtype)  # codes may have been added since it was made
            counts[: len(part)] = part
    if len(chosen.rows):
        counts = counts + count(cells, chosen.rows)
    if len(chosen.less):
        counts = counts - count(cells, chosen.less)
    return counts


def _until(table: MemoryTable, edges: Sequence[int], name: tuple[object, ...], count: CountCells) -> Array:
    """Return what there is up to each of some rows in order, by edge."""
    kept = _kept(table, (), name, count)
    return kept.until(edges, lambda rows, numbers: count(_every(table, (GroupByNumbers(numbers, len(edges)),)), rows))


def _kept(table: MemoryTable, under: tuple[GroupBy, ...], name: tuple[object, ...], count: CountCells) -> PrefixSums:
    """Return the counts of all rows in order, made once."""
    cells = _every(table, under)
    return table.running((*under, *name), lambda: PrefixSums(table.ordered, lambda a, b: count(cells, slice(a, b))))


def _every(table: MemoryTable, under: tuple[GroupBy, ...]) -> GroupCells:
    return GroupCells(FilteredRows(table, (0, table.ordered), NO_ROWS, NO_ROWS), under)
