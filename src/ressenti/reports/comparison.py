"""What changed between two periods, in which direction, for better or worse, and could it be chance?"""

from dataclasses import dataclass
from enum import StrEnum

from ressenti.indicators.model import Better, TargetValue, Unit, UsualValue, Value
from ressenti.indicators.significance import SIGNIFICANCE_LEVEL
from ressenti.indicators.usual import holds, is_unusual

FEW_ANSWERS = 5
"""Below this many in either period, a change is marked and says nothing (D12)."""

STABLE_POINTS = {Unit.PERCENT: 1.0, Unit.POINTS: 2.0, Unit.SCORE: 0.05, Unit.SCORE_OF_7: 0.06}
"""Differences smaller than this are "stable" (D12); a mean note's is a hundredth of its scale, rounded up."""
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
    """What it means for visitors: the word and the colour."""

    BETTER = "better"
    WORSE = "worse"
    NEUTRAL = "neutral"


class Clarity(StrEnum):
    """Whether the change can be told from chance, at 95 %; what is counted has no chance in it."""

    CLEAR = "clear"
    CHANCE = "chance"
    FEW = "few"
    UNTESTED = "untested"
    COUNTED = "counted"


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
        """Say how to colour the change: True, False, or None where it is stable, neutral, or not clear of chance."""
        if self.clarity not in {Clarity.CLEAR, Clarity.COUNTED} or self.verdict is ChangeVerdict.NEUTRAL:
            return None
        return self.verdict is ChangeVerdict.BETTER


def compare(now: Value, before: Value | None, *, unit: Unit, better: Better, p: float | None = None) -> Change | None:
    """Return what changed, or None where one of the two was not measured (E39) or there was too little before.

    `p` is how likely that is by chance, of many looked at together their false discovery rate; None where not tested.
    """
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
        clarity=_clarity(now, before, unit, p),
    )


def _is_too_little(now: Value, before: Value, unit: Unit) -> bool:
    """Say whether the period before holds next to nothing, where no test of chance would tell."""
    is_tested = unit in STABLE_POINTS or isinstance(before, UsualValue | TargetValue)
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


def _against_one_value(now: Value, other: UsualValue | TargetValue, unit: Unit) -> Clarity:
    """Say whether a value is clearly unlike the usual, or clearly no longer at a target (domain section 3.2)."""
    if now.n < FEW_ANSWERS and unit is not Unit.COUNT:
        return Clarity.FEW
    if now.low is None or other.value is None:
        return Clarity.UNTESTED
    is_clear = is_unusual(now, other) if isinstance(other, UsualValue) else not holds(now, other.value)
    return Clarity.CLEAR if is_clear else Clarity.CHANCE


def _clarity(now: Value, before: Value, unit: Unit, p: float | None) -> Clarity:
    if isinstance(before, UsualValue | TargetValue):
        return _against_one_value(now, before, unit)
    if unit is Unit.COUNT:
        return Clarity.COUNTED
    if min(now.n, before.n) < FEW_ANSWERS:
        return Clarity.FEW
    if unit is Unit.MONEY:
        return Clarity.COUNTED
    if p is None:
        return Clarity.UNTESTED
    return Clarity.CLEAR if p <= SIGNIFICANCE_LEVEL else Clarity.CHANCE
