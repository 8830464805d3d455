"""Durations whose medians are asked: beside each stands a bin of one byte, and the rows are known in order of length.

A bin holds as many rows as any other, and no row of a bin is longer than one of the next, so counting rows by bin shows
in which one the median lies, and only the rows of that bin have to be looked at.
"""

import numpy as np

from ressenti.facts.engines.memory.arrays import NOTHING, Array, GrowingArray, RowIndexes, ScaledArray

BINS = 254
NO_BIN = 255


class BinnedDurations:
    """A column of durations; a bin of its own stands for null."""

    def __init__(self, room: int) -> None:
        self._values = ScaledArray(room)
        self._bins = GrowingArray(np.uint8, room)
        self._firsts = np.full(1, NOTHING)
        self._sorted = np.empty(0, np.uint32)
        self._edges = np.zeros(2, np.int64)

    def at(self, rows: RowIndexes | slice) -> Array:
        """Return the durations of rows, 0 where there is none."""
        return self._values.at(rows)

    def scaled(self, rows: RowIndexes | slice) -> tuple[Array, int]:
        """Return the durations of rows in the unit they are held in, and that unit."""
        return self._values.scaled(rows)

    @property
    def bins(self) -> Array:
        """Return the bins by row, NO_BIN where there is nothing."""
        return self._bins.held

    def extend(self, values: Array) -> None:
        """Add rows at the end, each in the bin that its length belongs in."""
        bins = (np.searchsorted(self._firsts, values, side="right") - 1).clip(0).astype(np.uint8)
        is_nothing = values == NOTHING
        bins[is_nothing] = NO_BIN
        self._values.extend(np.where(is_nothing, 0, values))
        self._bins.extend(bins)

    def order(self, by: RowIndexes, room: int) -> None:
        """Put the rows in another order, and cut the bins anew."""
        there = np.flatnonzero(self._bins.held[by] != NO_BIN).astype(np.uint32)
        self._values.order(by, room)
        values = self._values.at(slice(0, len(by)))
        self._sorted = there[np.argsort(values[there], kind="stable")]
        count = min(BINS, max(1, len(there)))
        self._edges = np.linspace(0, len(there), count + 1).astype(np.int64)
        if len(there):
            self._firsts = values[self._sorted[self._edges[:-1]]]
        bins = np.full(len(values), NO_BIN, np.uint8)
        bins[self._sorted] = np.repeat(np.arange(count, dtype=np.uint8), np.diff(self._edges))
        self._bins.put(bins, room)

    @property
    def bounds(self) -> tuple[Array, Array]:
        """Return between which durations those of each bin lie, both ends included: one that comes twice may part."""
        least, most = np.full(NO_BIN, -np.inf), np.full(NO_BIN, np.inf)
        least[1 : len(self._firsts)] = self._firsts[1:]
        most[: len(self._firsts) - 1] = self._firsts[1:]
        return least, most

    def of_bin(self, number: int) -> Array:
        """Return the rows of a bin, shortest first; rows that were added since they were put in order are not there."""
        return self._sorted[self._edges[number] : self._edges[number + 1]]

    @property
    def bytes(self) -> int:
        """Return what it takes."""
        return self._values.bytes + self._bins.bytes + self._sorted.nbytes
