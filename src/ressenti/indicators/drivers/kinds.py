"""What is taken apart: a mean of rows, or how many rows there are; each has its own parts and its own test."""

from math import sqrt
from typing import Protocol

from ressenti.indicators.drivers.decomposition import (
    AgainstOthers,
    RateAndMix,
    RowSums,
    TwoPeriods,
    against_others,
    rate_and_mix,
)
from ressenti.indicators.intervals import Z
from ressenti.indicators.significance import normal_p


class KindOfSum(Protocol):
    """How a whole is made of the rows of its groups, and what of a change is theirs."""

    def value(self, rows: RowSums) -> float | None:
        """Return the value of some rows, None where they have none."""

    def change(self, whole: TwoPeriods) -> float:
        """Return what changed, 0 where there is nothing to compare."""

    def is_clear(self, whole: TwoPeriods) -> bool:
        """Return whether chance makes as much of it in fewer than 5 of 100 draws, by the sums of the rows alone."""

    def may_hide_a_cause(self, rest: TwoPeriods) -> bool:
        """Return whether a group may be named of a whole that could be chance; `rest` are the rows without it."""

    def effect(self, group: TwoPeriods, whole: TwoPeriods) -> AgainstOthers | None:
        """Return a change as seen from a group, None where it cannot be told from the whole."""

    def split(self, group: TwoPeriods, whole: TwoPeriods) -> RateAndMix:
        """Return the parts of a group of a dimension with one value a row."""

    def rank(self, group: TwoPeriods, whole: TwoPeriods, part: float) -> float:
        """Return by what causes are ordered, the first the largest."""


class MeanOfRows:
    """Shares, scores and means: a group moves them by its own value and by its size."""

    def value(self, rows: RowSums) -> float | None:
        """Return the mean of some rows."""
        return rows.mean if rows.n else None

    def change(self, whole: TwoPeriods) -> float:
        """Return the difference of the means."""
        return whole.now.mean - whole.before.mean if whole.before.n and whole.now.n else 0.0

    def is_clear(self, whole: TwoPeriods) -> bool:
        """Return whether the means differ clearly."""
        before, now = whole.before, whole.now
        if not before.n or not now.n:
            return False
        return abs(self.change(whole)) > Z * sqrt(before.variance / before.n + now.variance / now.n)

    def may_hide_a_cause(self, rest: TwoPeriods) -> bool:
        """Return whether the rest is quiet."""
        return not self.is_clear(rest)

    def effect(self, group: TwoPeriods, whole: TwoPeriods) -> AgainstOthers | None:
        """Return a group set against all rows without it."""
        return against_others(group, whole)

    def split(self, group: TwoPeriods, whole: TwoPeriods) -> RateAndMix:
        """Return what its own value moved, and what its size did."""
        return rate_and_mix(group, whole)

    def rank(self, group: TwoPeriods, whole: TwoPeriods, part: float) -> float:  # noqa: ARG002 - one of two kinds
        """Return the size of the part."""
        return abs(part)


class CountOfRows:
    """Counts: the part of a group is the difference of its rows, and there is no mix.

    A group is clear where it grew unlike the others, and the one comes first of which that is the surest: where the
    same rows are in a large group and in a small one, that is the small one.
    """

    def value(self, rows: RowSums) -> float | None:
        """Return how many rows there are."""
        return float(rows.n)

    def change(self, whole: TwoPeriods) -> float:
        """Return how many more there are."""
        return float(whole.now.n - whole.before.n)

    def is_clear(self, whole: TwoPeriods) -> bool:
        """Return whether two counts of a Poisson law differ clearly."""
        return abs(self.change(whole)) > Z * sqrt(whole.before.n + whole.now.n)

    def may_hide_a_cause(self, rest: TwoPeriods) -> bool:  # noqa: ARG002 - one of two kinds
        """Return False: where as many came, that they came to others is no change of the whole."""
        return False

    def effect(self, group: TwoPeriods, whole: TwoPeriods) -> AgainstOthers | None:
        """Return the difference of a group, its interval, and how likely it is that it grew as the others did."""
        others = whole.without(group)
        if not others.before.n or not others.now.n or not (group.before.n or group.now.n):
            return None
        change, error = self.change(group), sqrt(group.before.n + group.now.n)
        return AgainstOthers(
            others_moved=self.change(others),
            mix=0.0,
            rate=change,
            change=change,
            low=change - Z * error,
            high=change + Z * error,
            p=normal_p(_unlike(group, whole), 1),
        )

    def split(self, group: TwoPeriods, whole: TwoPeriods) -> RateAndMix:  # noqa: ARG002 - one of two kinds
        """Return the difference of its rows."""
        return RateAndMix(self.change(group), 0.0)

    def rank(self, group: TwoPeriods, whole: TwoPeriods, part: float) -> float:  # noqa: ARG002 - one of two kinds
        """Return by how many standard errors the group grew unlike the others."""
        return _unlike(group, whole)


MEAN_OF_ROWS = MeanOfRows()
COUNT_OF_ROWS = CountOfRows()


def _unlike(group: TwoPeriods, whole: TwoPeriods) -> float:
    """Return by how many standard errors a group's share of the rows differs between two periods."""
    n0, n1 = whole.before.n, whole.now.n
    pooled = (group.before.n + group.now.n) / (n0 + n1)
    error = sqrt(pooled * (1 - pooled) * (1 / n0 + 1 / n1))
    return abs(group.now.n / n1 - group.before.n / n0) / error if error else 0.0
