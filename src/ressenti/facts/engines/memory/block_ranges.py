"""In which rows a number stands, without looking at all: blocks of rows are passed over by what is in them at least."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from ressenti.facts.engines.memory.arrays import Array, RowIndexes

BLOCK = 65_536
FEW = 4


class BlockRanges:
    """The least and the greatest number in each block of a column's rows, those added since left out.

    Conversations are numbered as they come, so those of a block of time are near each other.
    """

    def __init__(self, numbers: Array) -> None:
        starts = np.arange(0, len(numbers), BLOCK)
        self._rows = len(numbers)
        self._least = np.minimum.reduceat(numbers, starts) if len(numbers) else numbers
        self._most = np.maximum.reduceat(numbers, starts) if len(numbers) else numbers

    def rows_of(self, wanted: Array, numbers: Array) -> RowIndexes:
        """Return the rows in which one of some numbers stands, of the column as it is now."""
        wanted, added = np.sort(wanted), numbers[self._rows :]
        is_wanted = _wanted(wanted, max(int(self._most.max(initial=0)), int(added.max(initial=0))))
        may_be = np.searchsorted(wanted, self._least) < np.searchsorted(wanted, self._most, side="right")
        starts = (np.flatnonzero(may_be) * BLOCK).tolist()
        found = [np.flatnonzero(is_wanted(numbers[at : min(at + BLOCK, self._rows)])) + at for at in starts]
        return np.concatenate([*found, np.flatnonzero(is_wanted(added)) + self._rows])


def _wanted(wanted: Array, most: int) -> Callable[[Array], npt.NDArray[np.bool_]]:
    """Return what says of each number, of which none is above `most`, whether it is wanted."""
    if len(wanted) <= FEW:
        return lambda numbers: np.logical_or.reduce([np.zeros(len(numbers), bool), *(numbers == one for one in wanted)])
    marks = np.zeros(max(most, int(wanted[-1])) + 2, bool)
    marks[wanted] = True
    return lambda numbers: marks[numbers]  # −1 finds the last place, which nobody wants
