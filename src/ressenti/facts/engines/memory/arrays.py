"""Columns of whole numbers that grow at their end: plain arrays with room, appended to and put in order once."""

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
RowIndexes = npt.NDArray[np.intp]
"""Numbers of rows."""
Entries = list[tuple[Array, RowIndexes | None]]
"""The codes of the entries of rows: the first ones of all, then further ones with the places of their rows."""

UNITS = (1_000_000, 1_000, 1)

NOTHING = np.iinfo(np.int64).min
"""What a column of moments, durations or amounts holds where there is nothing."""


class GrowingArray:
    """Numbers of one kind. `held` is what there is of them; what it shares with later states never changes."""

    def __init__(self, kind: npt.DTypeLike, room: int = 0) -> None:
        self._all: Array = np.empty(room, kind)
        self.count = 0

    @property
    def held(self) -> Array:
        """Return the numbers there are."""
        return self._all[: self.count]

    def extend(self, more: Array) -> None:
        """Add numbers at the end; wider ones widen all."""
        kind = np.promote_types(self._all.dtype, more.dtype)
        end = self.count + len(more)
        if end > len(self._all) or kind != self._all.dtype:
            grown = np.empty(max(end, len(self._all)) + (len(self._all) // 8 if self.count else 0), kind)
            grown[: self.count] = self.held
            self._all = grown
        self._all[self.count : end] = more
        self.count = end

    def put(self, numbers: Array, room: int) -> None:
        """Hold other numbers instead, with room for so many more."""
        self._all = np.empty(len(numbers) + room, numbers.dtype)
        self._all[: len(numbers)] = numbers
        self.count = len(numbers)

    @property
    def bytes(self) -> int:
        """Return what it takes."""
        return self._all.nbytes


class ScaledArray:
    """Whole numbers in the coarsest unit that gives them all exactly: many durations are whole seconds."""

    def __init__(self, room: int) -> None:
        self._numbers = GrowingArray(np.uint8, room)
        self._units = list(UNITS)

    def extend(self, numbers: Array) -> None:
        """Add numbers at the end."""
        numbers = numbers.astype(np.int64)
        while self._units[0] > 1 and (numbers % self._units[0]).any():
            coarse = self._units.pop(0)
            finer = self._numbers.held.astype(np.int64) * (coarse // self._units[0])
            self._numbers.put(_narrowed(finer), 0)
        self._numbers.extend(_narrowed(numbers // self._units[0]))

    def order(self, by: RowIndexes, room: int) -> None:
        """Put the rows in another order."""
        self._numbers.put(self._numbers.held[by], room)

    def at(self, rows: RowIndexes | slice) -> Array:
        """Return the numbers of rows."""
        found: Array = self._numbers.held[rows].astype(np.int64) * self._units[0]
        return found

    def scaled(self, rows: RowIndexes | slice) -> tuple[Array, int]:
        """Return the numbers of rows in the unit they are held in, and that unit."""
        return self._numbers.held[rows], self._units[0]

    @property
    def bytes(self) -> int:
        """Return what it takes."""
        return self._numbers.bytes


def _narrowed(numbers: Array) -> Array:
    """Return the same numbers in as few bytes as hold them; any two of these kinds are held by a third."""
    least, most = int(numbers.min(initial=0)), int(numbers.max(initial=0))
    kinds = (np.uint8, np.int8, np.uint16, np.int16, np.int32, np.int64)
    return numbers.astype(next(one for one in kinds if np.iinfo(one).min <= least and most <= np.iinfo(one).max))
