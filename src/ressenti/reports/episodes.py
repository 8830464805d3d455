"""Is there a stretch of days that is clearly unlike the usual: when it began, how far it went, whether it is over.

Pure: a series of values in, an episode out. The usual of a day is that of its weekday in the eight weeks before the
stretch, so that neither the stretch itself nor an earlier incident tells what is usual (domain section 3.2).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from math import sqrt
from statistics import fmean, median

from ressenti.indicators.comparing import EARLIER
from ressenti.indicators.intervals import Z
from ressenti.indicators.model import Unit, UsualValue, Value
from ressenti.indicators.usual import usual_of

HISTORY = timedelta(weeks=20)
"""How far before the period its days are needed: for the usual, and for how much days differ by themselves."""
LONGEST = 100
"""Periods of more days have no episodes looked for: in them a stretch is a season."""
CLEAR_STANDARD_ERRORS = 5.0
"""So many standard errors a stretch lies from the usual. With all stretches of a month looked at, at most one month in
a hundred has one by chance (measured in the tests)."""
LEAST = {Unit.PERCENT: 2.0, Unit.POINTS: 4.0}
"""A stretch that differs by less is no news, however clear; delays by a tenth of the usual."""
LEAST_RELATIVE = 0.1
FEWEST_ROWS = 30
"""Nor is a stretch of fewer rows looked at: of so few, chance has longer tails than a normal law."""
LEAST_ROWS_TO_NAME = 10
"""A day with fewer rows is never named as the lowest (D39)."""
_DAY = timedelta(days=1)
_LEAST_DAYS_BEFORE = 28
_WINSOR = 9.0
_OF_CHI_SQUARE = 0.4549
"""The median of a chi-squared variable of one degree of freedom."""
_OF_MEDIAN = 1.57
"""So many times the variance of a mean is that of a median, of as many rows."""

Days = Mapping[date, Value]
"""The value of each day, in a row, those without any among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """A stretch of days unlike the usual, both ends included; `extreme` is its lowest, or highest, day of enough rows.

    `usual` is what is usual of these days, `value` what the stretch had instead, each weighed by the rows of the days.
    `is_over`: days with values followed it in the period.
    """

    start: date
    last: date
    is_low: bool
    value: float
    usual: float
    extreme_on: date
    extreme: Value
    is_over: bool

    @property
    def after(self) -> date:
        """Return the first day after it."""
        return self.last + _DAY


def find_episode(days: Days, start: date, unit: Unit) -> Episode | None:
    """Return the clearest stretch unlike the usual from `start` on, None where none is clear.

    `days` begin `HISTORY` before it. Values without an interval cannot be told from chance, and have no episode.
    """
    period = [on for on in days if on >= start and _is_measured(days[on])]
    if not period or len(period) > LONGEST:
        return None
    usual = _usual_before(days)
    best = clearest_stretch(days, period, usual)
    variance = _variance_of_row(days, start, usual)
    if (
        best is None
        or variance is None
        or abs(best.distance) / sqrt(variance) < CLEAR_STANDARD_ERRORS
        or not _is_large(best, unit)
    ):
        return None
    return _episode(days, period, best)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of days, what it has and what is usual of it; `distance` is in standard deviations of one row."""

    start: date
    last: date
    value: float
    usual: float
    distance: float


UsualDay = Callable[[date, int], UsualValue]
"""Gives what is usual of a weekday (0 to 6) by the weeks before a date."""


def _usual_before(days: Days) -> UsualDay:
    @cache
    def usual(before: date, weekday: int) -> UsualValue:
        latest = before - timedelta(days=(before.weekday() - weekday - 1) % 7 + 1)
        earlier = (days.get(latest - timedelta(weeks=back)) for back in range(EARLIER))
        return usual_of([one for one in earlier if one is not None and _is_measured(one)])

    return usual


def _variance_of_row(days: Days, start: date, usual: UsualDay) -> float | None:
    """Return the variance of one row, from how much the days before the period differ from their usual.

    Never less than chance alone makes; incidents among those days are cut down. None where there are too few.
    """
    before = {on: one for on, one in days.items() if on < start and _is_measured(one)}
    rows = sum(one.n for one in before.values())
    squares = []
    for on, value in before.items():
        beside = usual(on, on.weekday())
        if beside.value is not None and value.value is not None:
            squares.append((value.value - beside.value) ** 2 / (1 / value.n + _OF_MEDIAN / beside.n))
    if len(squares) < _LEAST_DAYS_BEFORE:
        return None
    by_chance = sum(one.n**2 * _variance(one) for one in before.values()) / rows
    rough = max(by_chance, median(squares) / _OF_CHI_SQUARE)
    return max(by_chance, rough * fmean(min(one / rough, _WINSOR) for one in squares))


def clearest_stretch(days: Days, period: Sequence[date], usual: UsualDay) -> Stretch | None:
    """Return the stretch of these days that lies farthest from the usual, None where no day has one."""
    stretches = (one for i in range(len(period)) for one in _stretches(days, period[i:], usual))
    return max(stretches, key=lambda one: abs(one.distance), default=None)


def _stretches(days: Days, measured: Sequence[date], usual: UsualDay) -> Iterator[Stretch]:
    """Yield every stretch of these days that begins with the first of them, up to a day without a usual."""
    start = measured[0]
    total = beside = 0.0
    rows: dict[int, int] = {}
    usuals: dict[int, int] = {}
    for on in measured:
        one, other = days[on], usual(start, on.weekday())
        if one.value is None or other.value is None:
            return
        total, beside = total + one.n * one.value, beside + one.n * other.value
        rows[on.weekday()] = rows.get(on.weekday(), 0) + one.n
        usuals[on.weekday()] = other.n
        n = sum(rows.values())
        if n < FEWEST_ROWS:
            continue
        error = 1 / n + _OF_MEDIAN * sum((rows[one] / n) ** 2 / usuals[one] for one in rows)
        yield Stretch(start, on, total / n, beside / n, (total - beside) / n / sqrt(error))


def _is_large(stretch: Stretch, unit: Unit) -> bool:
    least = LEAST.get(unit, LEAST_RELATIVE * abs(stretch.usual))
    return abs(stretch.value - stretch.usual) >= least


def _episode(days: Days, period: Sequence[date], best: Stretch) -> Episode | None:
    is_low = best.value < best.usual
    counted = [on for on in period if best.start <= on <= best.last and days[on].n >= LEAST_ROWS_TO_NAME]
    if not counted:
        return None
    extreme_on = min(counted, key=lambda on: (days[on].value or 0) * (1 if is_low else -1))
    return Episode(
        start=best.start,
        last=best.last,
        is_low=is_low,
        value=best.value,
        usual=best.usual,
        extreme_on=extreme_on,
        extreme=days[extreme_on],
        is_over=best.last < period[-1],
    )


def _is_measured(value: Value) -> bool:
    """Say whether a value can be told from chance at all."""
    return value.value is not None and value.n > 0 and _variance(value) > 0


def _variance(value: Value) -> float:
    """Return the variance of a value, from its interval; 0 without one."""
    return 0.0 if value.low is None or value.high is None else ((value.high - value.low) / 2 / Z) ** 2
