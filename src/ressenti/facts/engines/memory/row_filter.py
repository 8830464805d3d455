"""The row filter: which rows of a table in memory a query selects, and by what they are grouped."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from ressenti.facts.calendar import segments
from ressenti.facts.engines.memory.arrays import NOTHING, Array, Entries, RowIndexes
from ressenti.facts.engines.memory.table import MemoryTable
from ressenti.facts.query import ClockPart
from ressenti.kit.clock import DAY, HOUR
from ressenti.kit.single_flight import SingleFlight

ReadColumn = TypeVar("ReadColumn")

MOST_KEPT = 2_000_000
"""Of more rows than this it is not kept what they are under: it would take as much memory as the table."""
READ = 64
"""How much of a question's rows is kept that was read of them: more than all indicators read by all dimensions."""

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class GroupByIds:
    """Rows are counted under the ids of a column; those of handlings may be cut by their conversations' instead."""

    column: str
    of_conversation: bool = False

    def ids(self, table: MemoryTable) -> list[int | None]:
        """Return what is counted under, by code."""
        return table.ids(self.column)

    def entries(self, table: MemoryTable, rows: RowIndexes | slice) -> Entries:
        """Return the codes of rows."""
        return table.entries(self.column, rows)

    def any_of(self, table: MemoryTable, ids: tuple[int | None, ...], rows: slice) -> Mask:
        """Say of each row in a stretch whether it is under one of these ids."""
        return table.any_of(self.column, ids, rows, of_linked=self.of_conversation)


@dataclass(frozen=True)
class GroupByClock:
    """Rows are counted under what the clock of a zone showed at a moment of theirs."""

    moment: str
    zone: str
    part: ClockPart

    def ids(self, _table: MemoryTable) -> list[int | None]:
        """Return what is counted under, by code."""
        return [None, *self.part.values]

    def entries(self, table: MemoryTable, rows: RowIndexes | slice) -> Entries:
        """Return the codes of rows."""
        return [(self.shown(table, rows), None)]

    def shown(self, table: MemoryTable, rows: RowIndexes | slice) -> Array:
        """Return what the clock showed at rows, by code."""
        if isinstance(rows, slice):
            rows = np.arange(rows.start, rows.stop)
        known = table.made((self,), lambda: self._codes(table.moments(self.moment, slice(0, table.ordered))))
        late = int(np.searchsorted(rows, table.ordered))
        if late == len(rows):
            return known[rows]
        return np.concatenate([known[rows[:late]], self._codes(table.moments(self.moment, rows[late:]))])

    def any_of(self, table: MemoryTable, ids: tuple[int | None, ...], rows: slice) -> Mask:
        """Say of each row in a stretch whether it is under one of these."""
        wanted = np.array([one in ids for one in self.ids(table)])
        found: Mask = wanted[self.shown(table, rows)]
        return found

    def _codes(self, moments: Array) -> Array:
        there = moments[moments != NOTHING]
        if not len(there):
            return np.zeros(len(moments), np.uint8)
        clock_segments = segments(self.zone, int(there.min()), int(there.max()))
        offsets = np.array([one.offset for one in clock_segments])
        place = np.searchsorted(np.array([one.end for one in clock_segments[:-1]]), moments, side="right")
        local = moments + offsets[place]
        shown = local // HOUR % 24 if self.part is ClockPart.HOUR else (local // DAY + 3) % 7
        codes: Array = (shown + 1).astype(np.uint8)
        codes[moments == NOTHING] = 0
        return codes


@dataclass(frozen=True)
class GroupByBuckets:
    """Rows are counted under the bucket of time that a moment of theirs falls in; `starts` are in order."""

    moment: str
    starts: tuple[int, ...]
    numbers: tuple[int, ...]

    @cached_property
    def known(self) -> list[int | None]:
        """Return the buckets' numbers, each once."""
        return list(dict.fromkeys(self.numbers))

    @cached_property
    def codes(self) -> Array:
        """Return by stretch between two starts the place of its bucket: a change of the clock can come back to one."""
        places = {number: place for place, number in enumerate(self.known)}
        return np.array([places[number] for number in self.numbers], np.uint32)

    @property
    def are_once(self) -> bool:
        """Say whether each is one stretch of time, as all are but where a clock is put back over an edge."""
        return len(self.known) == len(self.numbers)

    def ids(self, _table: MemoryTable) -> list[int | None]:
        """Return what is counted under, by code."""
        return self.known

    def edges(self, table: MemoryTable, low: int, high: int) -> list[int]:
        """Return between which rows of a stretch in order of the moment each lies: one more than there are starts."""
        return [low, *table.before(np.array(self.starts[1:], np.int64)).clip(low, high).tolist(), high]

    def entries(self, table: MemoryTable, rows: RowIndexes | slice) -> Entries:
        """Return the codes of rows, which stand in their order and all lie in one of the buckets."""
        return [(self.places(table, rows), None)]

    def places(self, table: MemoryTable, rows: RowIndexes | slice) -> Array:
        """Return the codes of rows, each once."""
        rows = np.arange(rows.start, rows.stop) if isinstance(rows, slice) else rows
        late = int(np.searchsorted(rows, table.ordered)) if table.is_in_order_of(self.moment) else 0
        edges = np.array(self.starts[1:], np.int64)
        ends = np.searchsorted(rows[:late], table.before(edges))
        in_order = np.repeat(self.codes, np.diff(ends, prepend=0, append=late))
        moments = table.moments(self.moment, rows[late:])
        return np.concatenate([in_order, self.codes[np.searchsorted(edges, moments, side="right")]])


@dataclass(frozen=True, eq=False)
class GroupByNumbers:
    """Rows are counted under numbers that are given with them, from 0 to before `count`."""

    given: Array
    count: int

    def ids(self, _table: MemoryTable) -> list[int | None]:
        """Return what is counted under, by code."""
        return list(range(self.count))

    def entries(self, _table: MemoryTable, _rows: RowIndexes | slice) -> Entries:
        """Return the codes of the rows they were given with."""
        return [(self.given, None)]


GroupBy = GroupByIds | GroupByClock | GroupByBuckets | GroupByNumbers


@dataclass(frozen=True)
class FilteredRows:
    """Rows of a table: a `stretch` of those in order, where all of it counts, without `less`, and `rows`."""

    table: MemoryTable
    stretch: tuple[int, int]
    less: RowIndexes
    rows: RowIndexes
    _read: SingleFlight[object, Any] = field(default_factory=lambda: SingleFlight(READ), init=False, compare=False)

    def read(self, key: object, rows: RowIndexes, make: Callable[[], ReadColumn]) -> ReadColumn:
        """Return what was read of the rows listed, read once unless they are very many; of others it is read."""
        if rows is not self.rows or len(rows) > MOST_KEPT:
            return make()
        found: ReadColumn = self._read(key, make)
        return found

    @cached_property
    def late(self) -> int:
        """Return at which place the rows listed are no longer in order, but were added since."""
        return int(np.searchsorted(self.rows, self.table.ordered))

    def among(self, rows: RowIndexes) -> RowIndexes:
        """Return those of some rows in order that are chosen."""
        if self.late:
            first = int(self.rows[0])
            near: RowIndexes = rows[(rows >= first) & (rows <= self.rows[self.late - 1])]
            chosen: RowIndexes = near[self._are_chosen[near - first]]
            return chosen
        low, high = self.stretch
        if (low, high) != (0, self.table.ordered):
            rows = rows[(rows >= low) & (rows < high)]
        found: RowIndexes = rows[self.table.alive[rows]] if len(self.less) else rows
        return found

    @cached_property
    def _are_chosen(self) -> Mask:
        """Return by row in order, from the first that is chosen to the last, whether it is."""
        in_order = self.rows[: self.late]
        found = np.zeros(in_order[-1] - in_order[0] + 1, bool)
        found[in_order - in_order[0]] = True
        return found

    @cached_property
    def listed(self) -> "FilteredRows":
        """Return the same, every row by its number."""
        low, high = self.stretch
        if low == high:
            return self
        there = np.flatnonzero(self.table.alive[low:high]) + low
        return FilteredRows(self.table, (0, 0), self.less[:0], np.concatenate([there, self.rows]))


IdsOfGroup = tuple[GroupByIds | GroupByClock, tuple[int | None, ...]]
"""What rows are counted under, and some of its ids."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowCondition:
    """Which rows are meant: dated from `start` to before `end`, and by the ids that they are under.

    They are under one of the ids of each of `among`, and under none of any of `outside`.
    """

    moment: str
    start: int | None
    end: int | None
    among: tuple[IdsOfGroup, ...] = ()
    outside: tuple[IdsOfGroup, ...] = ()


def choose(table: MemoryTable, asked: RowCondition) -> FilteredRows:
    """Return the rows that meet a condition and still stand, chosen once while the table stands still."""
    return table.chosen(asked, lambda: _choose(table, asked))


def _choose(table: MemoryTable, asked: RowCondition) -> FilteredRows:
    asked = replace(asked, among=tuple(one for one in asked.among if not _admits_all(table, *one)))
    is_in_order = table.is_in_order_of(asked.moment)
    low, high = _stretch(table, asked) if is_in_order else (0, table.ordered)
    added = _rows(table, asked, table.ordered, len(table), is_dated=False)
    if is_in_order and not asked.among and not asked.outside:
        dead = table.dead
        less = dead[np.searchsorted(dead, low) : np.searchsorted(dead, high)]
        return FilteredRows(table, (low, high), less, added)
    rows = _rows(table, asked, low, high, is_dated=is_in_order)
    return FilteredRows(table, (0, 0), table.dead[:0], np.concatenate([rows, added]))


def _admits_all(table: MemoryTable, under: GroupByIds | GroupByClock, ids: Sequence[int | None]) -> bool:
    """Say whether every row passes: so do those of all projects, where there are no others."""
    return (
        isinstance(under, GroupByIds) and under.column == "project_id" and set(table.ids("project_id")[1:]) <= set(ids)
    )


def _stretch(table: MemoryTable, asked: RowCondition) -> tuple[int, int]:
    low, high = 0, table.dated
    if asked.start is not None:
        [low] = table.before(np.array([asked.start])).tolist()
    if asked.end is not None:
        [high] = table.before(np.array([asked.end])).tolist()
    return low, max(low, high)


def _rows(table: MemoryTable, asked: RowCondition, low: int, high: int, *, is_dated: bool) -> RowIndexes:
    """Return which rows of a stretch meet the condition; those in order are `is_dated` by where they stand."""
    if low >= high:
        return np.empty(0, np.intp)
    rows = slice(low, high)
    mask = table.alive[rows].copy()
    if not is_dated:
        mask &= table.are_within(asked.moment, rows, asked.start, asked.end)
    for under, ids in asked.among:
        mask &= under.any_of(table, ids, rows)
    for under, ids in asked.outside:
        mask &= ~under.any_of(table, ids, rows)
    return np.flatnonzero(mask) + low
