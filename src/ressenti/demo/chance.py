"""How is everything drawn, so that the same seed gives the same bytes on every machine?

Python promises one sequence for ever, that of `Random.random`; whatever else is drawn is made from it here with plain
arithmetic, never with logarithms or exponentials, whose last digit depends on the machine.
"""

from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate
from random import Random
from typing import TypeVar

T = TypeVar("T")

_TAIL = (0.16, 0.27, 0.36, 0.43, 0.51, 0.58, 0.66, 0.73, 0.82, 0.9, 1.0, 1.11, 1.22, 1.36, 1.52, 1.71, 1.96, 2.3)
_LONG_TAIL = (*_TAIL, 2.79, 3.73, 6.4)
"""Delays between people, in medians, at every twentieth: half under 1, one in twenty near 4, a few beyond."""


def cumulative(weights: Sequence[float]) -> tuple[float, ...]:
    """Return the running sums that `Chance.weighted` draws by."""
    return tuple(accumulate(weights))


class Chance:
    """A sequence of draws that depends on its seed alone."""

    def __init__(self, seed: int) -> None:
        self.draw = Random(seed).random

    def happens(self, probability: float) -> bool:
        """Return true as often as the probability says."""
        return self.draw() < probability

    def pick(self, options: Sequence[T]) -> T:
        """Return one of the options, each as likely as the others."""
        return options[int(self.draw() * len(options))]

    def between(self, low: int, high: int) -> int:
        """Return a whole number from low to high, both possible."""
        return low + int(self.draw() * (high - low + 1))

    def weighted(self, options: Sequence[T], sums: Sequence[float]) -> T:
        """Return one of the options, as likely as its weight; `sums` are the running sums of the weights."""
        return options[bisect(sums, self.draw() * sums[-1])]

    def delay_s(self, median_s: float) -> int:
        """Return a wait in seconds, one at least: half are under the median, a few are several times as long."""
        place = self.draw() * 20
        step = int(place)
        factor = _LONG_TAIL[step] + (_LONG_TAIL[step + 1] - _LONG_TAIL[step]) * (place - step)
        return int(median_s * factor) + 1
