"""Which groups a change comes from: the clearest first, then what is left without it, until nothing clear is left.

The rows themselves are somebody else's: a function looks at them, with those of the causes found so far set aside.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from ressenti.indicators.drivers.decomposition import AgainstOthers, RateAndMix, TwoPeriods
from ressenti.indicators.drivers.kinds import MEAN_OF_ROWS, KindOfSum
from ressenti.indicators.significance import SIGNIFICANCE_LEVEL, q_values

LEAST_SHARE = 0.25
"""What a cause is worth at least, of the change that is left."""
MOST_CAUSES = 5
MOST_WITHOUT = 0.5
"""Rows without a value of a dimension are no cause where they are more than this share of all: they are the rest."""
LEAST_ROWS = 10
"""A group with fewer rows in both periods is not looked at by itself."""


class DriverGroup(NamedTuple):
    """A value of a dimension; `key` is its id, None for rows without any. `is_exclusive`: a row has one value of it."""

    dimension: str
    key: int | None
    is_exclusive: bool


@dataclass(frozen=True, slots=True)
class Observed:
    """The rows of an indicator in two periods: all of them, and those of each group."""

    whole: TwoPeriods
    groups: Mapping[DriverGroup, TwoPeriods]

    @property
    def small(self) -> tuple[DriverGroup, ...]:
        """Return the groups with too few rows to be looked at by themselves."""
        return tuple(group for group, rows in self.groups.items() if is_small(rows))


Look: TypeAlias = Callable[[tuple[DriverGroup, ...]], Observed]
"""Counts the rows that are in none of the groups given."""


@dataclass(frozen=True, slots=True)
class Driver:
    """A group as it was looked at: its parts of the change, and whether that could be chance.

    `split` is there where a row has one value of the dimension; its parts add up over the dimension.
    """

    group: DriverGroup
    rows: TwoPeriods
    effect: AgainstOthers
    split: RateAndMix | None
    q: float

    @property
    def is_clear(self) -> bool:
        """Return whether it stands out from everything that was looked at."""
        return self.q <= SIGNIFICANCE_LEVEL

    @property
    def part(self) -> float:
        """Return what it is worth: its part of the dimension's sum, or what it added more to the whole."""
        return self.split.part if self.split else self.effect.change


@dataclass(frozen=True, slots=True)
class ChainLink:
    """A cause in its place in the chain, as it was among the rows that no earlier cause holds."""

    group: DriverGroup
    rows: TwoPeriods
    effect: AgainstOthers

    @property
    def step(self) -> float:
        """Return what it changed among these rows."""
        return self.effect.change


@dataclass(frozen=True, slots=True)
class DriverChain:
    """Everything that was looked at, the causes in order, and what none of them explains.

    The steps and what is `unexplained` add up to `change`. No cause of a change that
    `is_clear` means: everywhere alike.
    """

    observed: Observed
    change: float
    is_clear: bool
    drivers: tuple[Driver, ...]
    chain: tuple[ChainLink, ...]
    unexplained: float


def explain(
    look: Look, *, least_part: float, kind: KindOfSum = MEAN_OF_ROWS, is_clear: bool | None = None
) -> DriverChain:
    """Take a change apart; both periods have rows. A cause is worth at least `least_part`, in the indicator's unit.

    `is_clear` says whether the change of the whole can be told from chance, by the test of its indicator: that verdict
    is the only one. None where the indicator has no test; then the sums of the rows tell.

    A group may be clear where the whole is not, which has the chance of all other rows in it too. It is named where
    the rest is quiet without it; else it would be told of as the cause of a change that others undid.
    """
    observed = look(())
    is_whole_clear = kind.is_clear(observed.whole) if is_clear is None else is_clear
    drivers = looked_at(observed, kind)
    chain: list[ChainLink] = []
    left, candidates = observed, drivers
    while len(chain) < MOST_CAUSES and (cause := _first_cause(left.whole, candidates, least_part, kind)):
        rest = look((*(link.group for link in chain), cause.group))
        is_left_clear = kind.is_clear(left.whole) if chain else is_whole_clear
        if not is_left_clear and not kind.may_hide_a_cause(rest.whole):
            break
        chain.append(ChainLink(cause.group, cause.rows, cause.effect))
        left = rest
        candidates = looked_at(left, kind)
    return DriverChain(
        observed=observed,
        change=kind.change(observed.whole),
        is_clear=is_whole_clear,
        drivers=drivers,
        chain=tuple(chain),
        unexplained=kind.change(left.whole),
    )


def looked_at(observed: Observed, kind: KindOfSum = MEAN_OF_ROWS) -> tuple[Driver, ...]:
    """Return every group that is not small, and that some rows have and some do not, with its q over all of them."""
    large = {group: rows for group, rows in observed.groups.items() if not is_small(rows)}
    effects = {group: kind.effect(rows, observed.whole) for group, rows in large.items()}
    seen = {group: effect for group, effect in effects.items() if effect is not None}
    qs = q_values([effect.p for effect in seen.values()])
    return tuple(
        Driver(
            group=group,
            rows=observed.groups[group],
            effect=effect,
            split=kind.split(observed.groups[group], observed.whole) if group.is_exclusive else None,
            q=q,
        )
        for (group, effect), q in zip(seen.items(), qs, strict=True)
    )


def is_small(rows: TwoPeriods) -> bool:
    """Return whether a group has too few rows in both periods."""
    return max(rows.before.n, rows.now.n) < LEAST_ROWS


def _first_cause(whole: TwoPeriods, drivers: tuple[Driver, ...], least_part: float, kind: KindOfSum) -> Driver | None:
    """Return the clear group that comes first in the direction of the change, where it is worth naming."""
    change = kind.change(whole)
    least = max(least_part, LEAST_SHARE * abs(change))
    named = [
        driver
        for driver in drivers
        if driver.is_clear
        and driver.part * change > 0
        and driver.effect.change * change > 0
        and abs(driver.part) >= least
        and not _is_rest(driver.group, driver.rows, whole)
    ]
    return max(named, key=lambda driver: kind.rank(driver.rows, whole, driver.part), default=None)


def _is_rest(group: DriverGroup, rows: TwoPeriods, whole: TwoPeriods) -> bool:
    """Return whether these are the rows that a dimension says nothing of, and most of all rows."""
    periods = ((rows.before, whole.before), (rows.now, whole.now))
    return group.key is None and all(own.n > MOST_WITHOUT * every.n for own, every in periods)
