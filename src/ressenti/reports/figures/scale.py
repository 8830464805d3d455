"""From where to where does an axis go, and where do its ticks stand."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count
from math import ceil, floor

from ressenti.indicators.model import Unit
from ressenti.reports.format import amount, number, percent, points

MOST_STEPS = 6

_DAY = 86400
_NICE_SECONDS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200)
_NICE_SHARES = (1, 2, 5, 10, 20, 25)
_NICE_POINTS = (5, 10, 20, 25, 50)
_LEAST_SPAN = {Unit.PERCENT: 20.0, Unit.POINTS: 40.0, Unit.SCORE: 1.0}
"""Flat is flat: an axis never zooms in further than this."""
_LIMITS = {Unit.PERCENT: (0.0, 100.0), Unit.POINTS: (-100.0, 100.0), Unit.SCORE: (1.0, 5.0)}


@dataclass(frozen=True, slots=True)
class Scale:
    """A linear axis between two values, with a tick every `step` from `low`."""

    low: float
    high: float
    step: float

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


def scale_for(values: Iterable[float], unit: Unit) -> Scale:
    """Return the axis that shows these values. It need not start at zero: its labels say where it does."""
    known = list(values)
    low, high = (min(known), max(known)) if known else _LIMITS.get(unit, (0.0, 1.0))
    low, high = _widened(low, high, unit)
    step = _step(high - low, unit)
    lowest, highest = _LIMITS.get(unit, (0.0, float("inf")))
    return Scale(max(floor(low / step) * step, lowest), min(ceil(high / step) * step, highest), step)


def ranking_scale(values: Iterable[float]) -> Scale:
    """Return the axis of a ranking of shares: from 50 % where everyone stands above it, else from zero."""
    return Scale(50, 100, 10) if min(values, default=50) >= 50 else Scale(0, 100, 20)


def tick_label(value: float, unit: Unit, *, language: str, is_top: bool = False) -> str:
    """Return what stands beside a tick; a share names its unit once, at the top."""
    match unit:
        case Unit.PERCENT if not is_top:
            return number(value, language=language)
        case Unit.PERCENT:
            return percent(value, 0, language=language)
        case Unit.POINTS:
            return points(value, language=language)
        case Unit.SCORE:
            return number(value, 1, language=language)
        case _:
            return amount(value, unit, language=language)


def _widened(low: float, high: float, unit: Unit) -> tuple[float, float]:
    """Give a flat or narrow range room, and start sizes at zero where zero is not far."""
    if unit not in _LIMITS:
        low = 0.0 if low < high / 2 else low
        least = high / 2 or 1.0
    else:
        least = _LEAST_SPAN[unit]
    missing = max(0.0, least - (high - low)) / 2
    lowest, highest = _LIMITS.get(unit, (0.0, float("inf")))
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
        case Unit.SCORE:
            yield from (0.5, 1.0)
        case Unit.SECONDS:
            yield from _NICE_SECONDS
            yield from (_DAY * size for size in _decimal_steps())
        case _:
            yield from _decimal_steps()


def _decimal_steps() -> Iterable[float]:
    """Yield 1, 2, 5, 10, 20, 50 and so on."""
    for power in count():
        yield from (10**power, 2 * 10**power, 5 * 10**power)
