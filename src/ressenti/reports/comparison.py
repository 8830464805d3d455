"""What changed between two periods, in which direction, for better or worse, and could it be chance?"""

from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

from ressenti.indicators.intervals import Z
from ressenti.indicators.model import Better, Unit, Value

FEW_ANSWERS = 5
"""Below this many in either period, a change is marked and says nothing (D12)."""
ENOUGH_FOR_NPS = 30
"""Below this many answers the normal margin of an NPS is indicative only (domain section 7)."""

STABLE_POINTS = {Unit.PERCENT: 1.0, Unit.POINTS: 2.0, Unit.SCORE: 0.05}
"""Differences smaller than this are "stable" (D12); the mean note's is a hundredth of its scale, rounded up."""
STABLE_PERCENT = 2.0
"""Counts, money and durations are stable below this relative change, in % (D12)."""


LITTLE = 0.05
ENOUGH_TO_TELL = 100
"""Counts, money and delays are compared with nothing where the period before holds less than this share of what this
one does, and this one so many: it began before there was much to count, and a change would only tell its age."""


class Direction(StrEnum):
    """Where the number went: the arrow."""

    UP = "up"
    DOWN = "down"
    STABLE = "stable"


class ChangeVerdict(StrEnum):
    """What it means for customers: the word and the colour."""

    BETTER = "better"
    WORSE = "worse"
    NEUTRAL = "neutral"


class Clarity(StrEnum):
    """Whether the change can be told from chance, at 95 %."""

    CLEAR = "clear"
    CHANCE = "chance"
    FEW = "few"
    UNTESTED = "untested"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change against the period before. `difference` is in the indicator's own unit (points for shares and NPS).

    `relative` is in %, and None where the previous value was 0 (E40) or where points are what one compares.
    """

    difference: float
    relative: float | None
    direction: Direction
    verdict: ChangeVerdict
    clarity: Clarity

    @property
    def is_good_news(self) -> bool | None:
        """Say how to colour the change: True, False, or None where it is stable, neutral, or could be chance."""
        if self.clarity in {Clarity.CHANCE, Clarity.FEW} or self.verdict is ChangeVerdict.NEUTRAL:
            return None
        return self.verdict is ChangeVerdict.BETTER


def compare(now: Value, before: Value | None, *, unit: Unit, better: Better) -> Change | None:
    """Return what changed, or None where one of the two was not measured (E39) or there was too little before."""
    if before is None or now.value is None or before.value is None or _is_too_little(now, before, unit):
        return None
    difference = now.value - before.value
    relative = None if unit in STABLE_POINTS or before.value == 0 else 100 * difference / abs(before.value)
    direction = _direction(difference, relative, unit)
    return Change(
        difference=difference,
        relative=relative,
        direction=direction,
        verdict=_verdict(direction, better),
        clarity=_clarity(now, before, unit),
    )


def is_clear_share(now: Value, before: Value) -> bool:
    """Say whether two shares differ clearly: a two-proportion z test with the pooled share, at 95 %."""
    if now.value is None or before.value is None:
        return False
    ours, theirs = now.value / 100, before.value / 100
    pooled = (ours * now.n + theirs * before.n) / (now.n + before.n)
    error = sqrt(pooled * (1 - pooled) * (1 / now.n + 1 / before.n))
    return error > 0 and abs(ours - theirs) / error >= Z


def is_clear_nps(now: Value, before: Value) -> bool:
    """Say whether two NPS differ clearly: their difference over its standard error, at 95 %.

    Never clear with fewer than 30 answers, of which the error is not that of a normal law (D44).
    """
    if now.value is None or before.value is None or min(now.n, before.n) < ENOUGH_FOR_NPS:
        return False
    ours, theirs = nps_error(now), nps_error(before)
    return ours > 0 and theirs > 0 and abs(now.value - before.value) / sqrt(ours**2 + theirs**2) >= Z


def nps_error(value: Value) -> float:
    """Return the standard error of an NPS, in points, from its margin: the longer side, as the other may be cut."""
    if value.value is None or value.low is None or value.high is None:
        return 0.0
    return max(value.value - value.low, value.high - value.value) / Z


def _is_too_little(now: Value, before: Value, unit: Unit) -> bool:
    """Say whether the period before holds next to nothing, where no test of chance would tell."""
    is_tested = unit in STABLE_POINTS
    return not is_tested and now.n >= ENOUGH_TO_TELL and before.n < LITTLE * now.n


def _direction(difference: float, relative: float | None, unit: Unit) -> Direction:
    is_small = abs(difference) < STABLE_POINTS.get(unit, 0) if relative is None else abs(relative) < STABLE_PERCENT
    if difference == 0 or is_small:
        return Direction.STABLE
    return Direction.UP if difference > 0 else Direction.DOWN


def _verdict(direction: Direction, better: Better) -> ChangeVerdict:
    if direction is Direction.STABLE or better is Better.NEUTRAL:
        return ChangeVerdict.NEUTRAL
    return ChangeVerdict.BETTER if (direction is Direction.UP) == (better is Better.HIGHER) else ChangeVerdict.WORSE


def _clarity(now: Value, before: Value, unit: Unit) -> Clarity:
    if min(now.n, before.n) < FEW_ANSWERS and unit is not Unit.COUNT:
        return Clarity.FEW
    match unit:
        case Unit.PERCENT:
            return Clarity.CLEAR if is_clear_share(now, before) else Clarity.CHANCE
        case Unit.POINTS:
            return Clarity.CLEAR if is_clear_nps(now, before) else Clarity.CHANCE
        case _:
            return Clarity.UNTESTED
