"""Which groups a change comes from: the clearest first, then what is left without it, until nothing clear is left.

The rows themselves are somebody else's: a function looks at them, with those of the causes found so far set aside.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple, TypeAlias

from ressenti.indicators.decomposition import (
    AgainstOthers,
    RateAndMix,
    TwoPeriods,
    against_others,
    q_values,
    rate_and_mix,
)
from ressenti.indicators.intervals import Z

CLEAR_Q = 0.05
"""The false discovery rate below which a row is clear, over everything looked at."""
LEAST_POINTS = 0.5
LEAST_SHARE = 0.25
"""What a cause is worth at least: in the indicator's unit, and of the change that is left."""
MOST_CAUSES = 5


class Group(NamedTuple):
    """A value of a dimension; `key` is None for rows without any. `is_exclusive`: a row has one value of it."""

    dimension: str
    key: int | str | None
    is_exclusive: bool


@dataclass(frozen=True, slots=True)
class Observed:
    """The rows of an indicator in two periods: all of them, and those of each group."""

    whole: TwoPeriods
    groups: Mapping[Group, TwoPeriods]


Look: TypeAlias = Callable[[tuple[Group, ...]], Observed]
"""Counts the rows that are in none of the groups given."""


@dataclass(frozen=True, slots=True)
class Driver:
    """A group as it was looked at: its parts of the change, and whether that could be chance.

    `split` is there where a row has one value of the dimension; its parts add up over the dimension.
    """

    group: Group
    rows: TwoPeriods
    effect: AgainstOthers
    split: RateAndMix | None
    q: float

    @property
    def is_clear(self) -> bool:
        """Return whether it stands out from everything that was looked at."""
        return self.q < CLEAR_Q

    @property
    def part(self) -> float:
        """Return what it is ranked by: its part of the dimension's sum, or what it added more to the whole."""
        return self.split.part if self.split else self.effect.change


@dataclass(frozen=True, slots=True)
class ChainLink:
    """A cause in its place in the chain. `step` is what it changed among the rows that no earlier cause holds."""

    group: Group
    step: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that was looked at, the causes in order, and what none of them explains.

    The steps and what is `unexplained` add up to `change`. No cause where the change is clear means: everywhere alike.
    """

    change: float
    is_clear: bool
    drivers: tuple[Driver, ...]
    chain: tuple[ChainLink, ...]
    unexplained: float


def explain(look: Look) -> Explanation:
    """Take a change apart; both periods have rows."""
    observed = look(())
    drivers = looked_at(observed)
    chain: list[ChainLink] = []
    left, candidates = observed, drivers
    while len(chain) < MOST_CAUSES and is_clear(left.whole) and (cause := _first_cause(left.whole, candidates)):
        chain.append(ChainLink(cause.group, cause.effect.change))
        left = look(tuple(link.group for link in chain))
        candidates = looked_at(left)
    return Explanation(
        change=_change(observed.whole),
        is_clear=is_clear(observed.whole),
        drivers=drivers,
        chain=tuple(chain),
        unexplained=_change(left.whole),
    )


def looked_at(observed: Observed) -> tuple[Driver, ...]:
    """Return every group that some rows have and some do not, with its q over all of them."""
    effects = {group: against_others(rows, observed.whole) for group, rows in observed.groups.items()}
    seen = {group: effect for group, effect in effects.items() if effect is not None}
    qs = q_values([effect.p for effect in seen.values()])
    return tuple(
        Driver(
            group=group,
            rows=observed.groups[group],
            effect=effect,
            split=rate_and_mix(observed.groups[group], observed.whole) if group.is_exclusive else None,
            q=q,
        )
        for (group, effect), q in zip(seen.items(), qs, strict=True)
    )


def is_clear(whole: TwoPeriods) -> bool:
    """Return whether two means differ by more than chance makes of it in 95 of 100 draws."""
    before, now = whole.before, whole.now
    if not before.n or not now.n:
        return False
    error = sqrt(before.variance / before.n + now.variance / now.n)
    return abs(_change(whole)) > Z * error


def _change(whole: TwoPeriods) -> float:
    return whole.now.mean - whole.before.mean if whole.before.n and whole.now.n else 0.0


def _first_cause(whole: TwoPeriods, drivers: tuple[Driver, ...]) -> Driver | None:
    """Return the clear group with the largest part in the direction of the change, where it is worth naming."""
    change = _change(whole)
    least = max(LEAST_POINTS, LEAST_SHARE * abs(change))
    named = [driver for driver in drivers if driver.is_clear and driver.part * change > 0 and abs(driver.part) >= least]
    return max(named, key=lambda driver: abs(driver.part), default=None)
