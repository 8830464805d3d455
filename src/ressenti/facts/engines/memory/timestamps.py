"""Moments as a column: whole seconds, as most sources give them, take four bytes each."""

import numpy as np
import numpy.typing as npt

from ressenti.facts.engines.memory.arrays import NOTHING, Array, GrowingArray, RowIndexes
from ressenti.kit.clock import SECOND

_LIMITS = np.iinfo(np.int32)


class TimestampColumn:
    """Moments in microseconds, NOTHING where there is none, held as seconds as long as that gives all exactly."""

    def __init__(self, room: int) -> None:
        self._numbers = GrowingArray(np.int32, room)

    def extend(self, moments: Array) -> None:
        """Add rows at the end."""
        if self._are_seconds:
            is_nothing = moments == NOTHING
            seconds = np.where(is_nothing, _LIMITS.min, moments // SECOND)
            is_whole = is_nothing | ((moments % SECOND == 0) & (abs(seconds) < _LIMITS.max))
            if is_whole.all():
                self._numbers.extend(seconds.astype(np.int32))
                return
            self._numbers.put(self.at(slice(0, self._numbers.count)), 0)
        self._numbers.extend(moments)

    def order(self, by: RowIndexes, room: int) -> None:
        """Put the rows in another order."""
        self._numbers.put(self._numbers.held[by], room)

    def at(self, rows: RowIndexes | slice) -> Array:
        """Return the moments of rows."""
        held = self._numbers.held[rows]
        if not self._are_seconds:
            return held
        found: Array = held.astype(np.int64) * SECOND
        found[held == _LIMITS.min] = NOTHING
        return found

    def are_within(self, rows: slice, start: int | None, end: int | None) -> npt.NDArray[np.bool_]:
        """Say of each row in a stretch whether it is dated, from `start` to before `end`."""
        held = self._numbers.held[rows]
        least, *ends = self._as_held([NOTHING + 1 if start is None else start, *([] if end is None else [end])])
        found: npt.NDArray[np.bool_] = held >= least
        for each in ends:
            found &= held < each
        return found

    def before(self, moments: Array, rows: int) -> RowIndexes:
        """Return how many of the first rows, which are in order, are dated before each of some moments."""
        found: RowIndexes = np.searchsorted(self._numbers.held[:rows], self._as_held(moments))
        return found

    @property
    def bytes(self) -> int:
        """Return what it takes."""
        return self._numbers.bytes

    @property
    def _are_seconds(self) -> bool:
        return self._numbers.held.dtype == np.int32

    def _as_held(self, moments: npt.ArrayLike) -> Array:
        """Return the least numbers that are held for a moment, or one after it."""
        given = np.asarray(moments, np.int64)
        if not self._are_seconds:
            return given
        seconds = given // SECOND + (given % SECOND > 0)
        return seconds.clip(_LIMITS.min + 1, _LIMITS.max).astype(np.int32)
