"""How a change between two periods is taken apart, by the groups whose rows it is made of. Pure arithmetic.

Of an indicator that is a share or a mean of rows, with `w` a group's share of the rows, `y` its value, and a bar for
the mean of both periods. Where a row has one value of a dimension, the parts of all groups add up to the change:

    rate = w̄ · (y₁ − y₀)            the group's own value moved
    mix  = (w₁ − w₀) · (ȳ − C)      there is more or less of it;  C = (Y₀ + Y₁) / 2

Where a row may have several, each group is set against all rows without it: `d = y_in − y_out`, and `g = w · d` is what
the group adds to the whole:

    Y₁ − Y₀ = (y_out₁ − y_out₀)  +  d̄ · (w₁ − w₀)  +  w̄ · (d₁ − d₀)
"""

from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

from ressenti.indicators.intervals import Z
from ressenti.indicators.significance import normal_p


@dataclass(frozen=True, slots=True)
class RowSums:
    """The rows of a group in a period: how many, the sum of their values and of the squares of these."""

    n: int
    total: float
    squares: float

    @classmethod
    def of_share(cls, hits: int, n: int) -> "RowSums":
        """Return the sums of rows worth 100 or 0, so that their mean is a share in per cent."""
        return cls(n, 100 * hits, 10_000 * hits)

    def without(self, other: "RowSums") -> "RowSums":
        """Return the rest, once the rows of a group are set aside."""
        return RowSums(self.n - other.n, self.total - other.total, self.squares - other.squares)

    @property
    def mean(self) -> float:
        """Return the value of the rows; there has to be one."""
        return self.total / self.n

    @property
    def variance(self) -> float:
        """Return the variance of the rows' values around their mean."""
        return max(0.0, self.squares / self.n - self.mean**2)


@dataclass(frozen=True, slots=True)
class TwoPeriods:
    """The rows of a group, or of the whole, before and now."""

    before: RowSums
    now: RowSums

    def without(self, other: "TwoPeriods") -> "TwoPeriods":
        """Return the rest in both periods, once the rows of a group are set aside."""
        return TwoPeriods(self.before.without(other.before), self.now.without(other.now))


NO_ROWS = TwoPeriods(RowSums(0, 0, 0), RowSums(0, 0, 0))


class RateAndMix(NamedTuple):
    """What a group of a dimension with one value a row adds to the change: its own move, and that of its size."""

    rate: float
    mix: float

    @property
    def part(self) -> float:
        """Return both together; the parts of all groups are the change."""
        return self.rate + self.mix


class AgainstOthers(NamedTuple):
    """A change as seen from one group: the three terms add up to it.

    `change` is Δg, what the group added more to the whole than before, with its 95 % interval and the probability of as
    much by chance.
    """

    others_moved: float
    mix: float
    rate: float
    change: float
    low: float
    high: float
    p: float


def rate_and_mix(group: TwoPeriods, whole: TwoPeriods) -> RateAndMix:
    """Return the part of a group, new ones (no rows before) and gone ones (none now) included.

    The missing value of such a group is taken as the other one: it had no value that could have moved.
    """
    before, now = group.before, group.now
    if not before.n and not now.n:
        return RateAndMix(0.0, 0.0)
    y0 = before.mean if before.n else now.mean
    y1 = now.mean if now.n else before.mean
    w0, w1 = before.n / whole.before.n, now.n / whole.now.n
    middle = (whole.before.mean + whole.now.mean) / 2
    return RateAndMix((w0 + w1) / 2 * (y1 - y0), (w1 - w0) * ((y0 + y1) / 2 - middle))


def against_others(group: TwoPeriods, whole: TwoPeriods) -> AgainstOthers | None:
    """Return a change as seen from a group; None where in a period all rows are of it, or none are in both.

    Where the group has no rows in one period, its distance from the others is taken as that of the other period.
    """
    others = whole.without(group)
    if not others.before.n or not others.now.n or not (group.before.n or group.now.n):
        return None
    w0, w1 = group.before.n / whole.before.n, group.now.n / whole.now.n
    distance_before, distance_now = _distance(group.before, others.before), _distance(group.now, others.now)
    d0 = distance_before if group.before.n else distance_now
    d1 = distance_now if group.now.n else distance_before
    change = w1 * d1 - w0 * d0
    error = sqrt(_variance(group.before, others.before) + _variance(group.now, others.now))
    return AgainstOthers(
        others_moved=others.now.mean - others.before.mean,
        mix=(d0 + d1) / 2 * (w1 - w0),
        rate=(w0 + w1) / 2 * (d1 - d0),
        change=change,
        low=change - Z * error,
        high=change + Z * error,
        p=normal_p(change, error),
    )


def _distance(group: RowSums, others: RowSums) -> float:
    return group.mean - others.mean if group.n else 0.0


def _variance(group: RowSums, others: RowSums) -> float:
    """Return the variance of what a group adds to the whole in a period: of its size, its value and the others'."""
    if not group.n:
        return 0.0
    n = group.n + others.n
    w, d = group.n / n, group.mean - others.mean
    return (w * group.variance + w * (1 - w) * d**2) / n + w**2 * others.variance / others.n
