"""From where to where does an axis go, and where do its ticks stand."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count
from math import ceil, floor

from ressenti.indicators.model import Unit
from ressenti.reports.format import amount, compact, number, percent, points

MOST_STEPS = 6
MOST_STEPS_OF_A_ROW = 5
"""A column of a table is narrow, and durations are long words."""
SUMS = frozenset({Unit.COUNT, Unit.MONEY})
"""Sums are bars, and a bar begins at zero."""

_DAY = 86400
_NICE_SECONDS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200)
_NICE_SHARES = (1, 2, 5, 10, 20, 25)
_NICE_POINTS = (5, 10, 20, 25, 50)
_LEAST_SPAN = {Unit.PERCENT: 20.0, Unit.POINTS: 40.0, Unit.SCORE: 1.0, Unit.SCORE_OF_7: 1.0}
"""Flat is flat: an axis never zooms in further than this."""
_LIMITS = {
    Unit.PERCENT: (0.0, 100.0),
    Unit.POINTS: (-100.0, 100.0),
    Unit.SCORE: (1.0, 5.0),
    Unit.SCORE_OF_7: (1.0, 7.0),
}


@dataclass(frozen=True, slots=True)
class AxisScale:
    """A linear axis between two values, with a tick every `step` from `low`; `is_of_bars` where bars stand on zero."""

    low: float
    high: float
    step: float
    is_of_bars: bool = False

    @property
    def ticks(self) -> tuple[float, ...]:
        """Return the values that carry a line and a label."""
        many = round((self.high - self.low) / self.step)
        return tuple(self.low + i * self.step for i in range(many + 1))

    def place(self, value: float) -> float:
        """Return how far along the axis a value stands, 0 to 1; what lies beyond is held at the end."""
        return min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))

    def holds(self, value: float) -> bool:
        """Say whether a value lies on the axis at all."""
        return self.low <= value <= self.high


def scale_for(values: Iterable[float], unit: Unit) -> AxisScale:
    """Return the axis that shows these values. Sums start at zero; others say at their labels where they do."""
    known = [*values, 0.0] if unit in SUMS else list(values)
    low, high = (min(known), max(known)) if known else _LIMITS.get(unit, (0.0, 1.0))
    low, high = _widened(low, high, unit)
    step = _step(high - low, unit)
    lowest, highest = _LIMITS.get(unit, (float("-inf"), float("inf")))
    ends = max(floor(low / step) * step, lowest), min(ceil(high / step) * step, highest)
    return AxisScale(*ends, step, is_of_bars=unit in SUMS)


def ranking_scale(values: Iterable[float], unit: Unit = Unit.PERCENT) -> AxisScale:
    """Return the axis of a column of rows.

    Shares begin at 50 % where everyone stands above it, else at zero; net scores and ratings have their whole scale;
    delays and sums begin at zero.
    """
    known = list(values)
    match unit:
        case Unit.PERCENT:
            return AxisScale(50, 100, 10) if min(known, default=50) >= 50 else AxisScale(0, 100, 20)
        case Unit.POINTS:
            return AxisScale(-100, 100, 50)
        case Unit.SCORE:
            return AxisScale(1, 5, 1)
        case Unit.SCORE_OF_7:
            return AxisScale(1, 7, 2)
        case _:
            low, high = min(known, default=0.0), max(known, default=0.0)
            low, high = min(low, 0.0), max(high, 0.0) or float(low >= 0)
            step = next(step for step in _steps(unit) if ceil(high / step) - floor(low / step) <= MOST_STEPS_OF_A_ROW)
            return AxisScale(floor(low / step) * step, ceil(high / step) * step, step, is_of_bars=unit in SUMS)


def tick_label(value: float, unit: Unit, *, language: str, is_top: bool = False, currency: str) -> str:
    """Return what stands beside a tick; a share names its unit once, at the top, and sums are kept short."""
    match unit:
        case Unit.PERCENT if not is_top:
            return number(value, language=language)
        case Unit.PERCENT:
            return percent(value, 0, language=language)
        case Unit.POINTS:
            return points(value, language=language)
        case Unit.SCORE | Unit.SCORE_OF_7:
            return number(value, 0 if float(value).is_integer() else 1, language=language)
        case Unit.COUNT | Unit.MONEY:
            return compact(value, unit, language=language, currency=currency)
        case _:
            return amount(value, unit, language=language)


def _widened(low: float, high: float, unit: Unit) -> tuple[float, float]:
    """Give a flat or narrow range room, and start sizes at zero where zero is not far."""
    if unit not in _LIMITS:
        low = min(low, 0.0) if low < high / 2 or unit in SUMS else low
        least = max(abs(low), abs(high)) / 2 or 1.0
    else:
        least = _LEAST_SPAN[unit]
    missing = max(0.0, least - (high - low)) / 2
    lowest, highest = _LIMITS.get(unit, (min(low, 0.0), float("inf")))
    low, high = low - missing, high + missing
    return max(lowest, low - max(0.0, high - highest)), min(highest, high + max(0.0, lowest - low))


def _step(span: float, unit: Unit) -> float:
    return next(step for step in _steps(unit) if span / step <= MOST_STEPS - 1)


def _steps(unit: Unit) -> Iterable[float]:
    match unit:
        case Unit.PERCENT:
            yield from _NICE_SHARES
        case Unit.POINTS:
            yield from _NICE_POINTS
        case Unit.SCORE | Unit.SCORE_OF_7:
            yield from (0.5, 1.0, 2.0)
        case Unit.SECONDS:
            yield from _NICE_SECONDS
            yield from (_DAY * size for size in _decimal_steps())
        case Unit.MONEY:
            yield from (0.1, 0.2, 0.5)
            yield from _decimal_steps()
        case _:
            yield from _decimal_steps()


def _decimal_steps() -> Iterable[float]:
    """Yield 1, 2, 5, 10, 20, 50 and so on."""
    for power in count():
        yield from (10**power, 2 * 10**power, 5 * 10**power)
