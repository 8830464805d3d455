"""Prefix sums at every so many rows: the count between two rows is a difference and two short counts.

They depend on no day and no time zone, so any two moments can be asked for.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from ressenti.facts.engines.memory.arrays import Array, RowIndexes

LEAST_STEP = 16_384
LEAST, MOST, MOST_BYTES = 8, 128, 64 * 2**20
"""For how many rows counts are kept, as long as they take no more memory."""
SMALL_STEP, MOST_SMALL_BYTES = 1_024, 4 * 2**20
"""Counts of one kind, which many edges are asked of at once, are kept for many more rows."""

CountBetween = Callable[[int, int], Array]
"""What there is between two rows, of a shape that is always the same."""


class PrefixSums:
    """What there is of something up to each of some rows."""

    def __init__(self, rows: int, count: CountBetween) -> None:
        """Count all rows once, stretch by stretch."""
        self._count = count
        nothing = count(0, 0)
        if len(nothing) == 1:
            self._step = max(SMALL_STEP, -(-rows // (MOST_SMALL_BYTES // max(1, nothing.nbytes))))
        else:
            kept = min(MOST, max(LEAST, MOST_BYTES // max(1, nothing.nbytes)))
            self._step = max(LEAST_STEP, -(-rows // kept))
        edges = [*range(0, rows, self._step), rows]
        self._until = np.zeros((len(edges), *nothing.shape), nothing.dtype)
        for place, (low, high) in enumerate(pairwise(edges), start=1):
            self._until[place] = self._until[place - 1] + count(low, high)
        self._rows = rows

    def between(self, low: int, high: int) -> Array:
        """Return what there is from one row to before another."""
        if low >= high:
            return self._count(0, 0)
        if high - low <= self._step:
            return self._count(low, high)
        return _plus(self._up_to(high), -self._up_to(low))

    def until(self, edges: Sequence[int], count: Callable[[RowIndexes, RowIndexes], Array]) -> Array:
        """Return what there is up to each of some rows, by edge, of counts with one kind.

        `count` counts the rows listed, by the number of the edge they come before.
        """
        ends = np.array(edges, np.intp)
        places = ends // self._step
        lengths = ends - places * self._step
        numbers = np.repeat(np.arange(len(ends)), lengths)
        rows = np.arange(len(numbers)) + np.repeat(ends - np.cumsum(lengths), lengths)
        found: Array = self._until[places, 0] + count(rows, numbers)
        return found

    def _up_to(self, row: int) -> Array:
        if row == self._rows:
            last: Array = self._until[-1]
            return last
        place = row // self._step
        return _plus(self._until[place], self._count(place * self._step, row))

    @property
    def bytes(self) -> int:
        """Return what it takes."""
        return self._until.nbytes


def _plus(one: Array, other: Array) -> Array:
    """Add counts up: those that were made later may have more kinds, at their end."""
    longer, shorter = (one, other) if len(one) >= len(other) else (other, one)
    found = longer.copy()
    found[: len(shorter)] += shorter
    return found
