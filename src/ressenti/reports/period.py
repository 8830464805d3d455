"""Which days does a report speak of, and how finely are they cut."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from ressenti.indicators.comparing import calendar_unit, compared, months_before, usual_periods
from ressenti.indicators.model import Comparison, Grain, OtherDates
from ressenti.indicators.periods import first_of_day, local_time

MOST_DAYS = 40 * 366
"""A longer period is a mistake, as it is for a question."""
MOST_BUCKETS = 400
"""A finer grain than this is not offered: a page shows a shape, an export has the rest."""

DAYS_OF_WEEK = 7
_DAY = timedelta(days=1)
_ROLLING = {"7d": 7, "30d": 30, "90d": 90}
PRESETS = ("today", "yesterday", "week", "last_week", "month", "last_month", "7d", "30d", "90d", "12m")
DEFAULT_PRESET = "30d"


@dataclass(frozen=True, slots=True)
class ReportPeriod:
    """Whole local days, from `start` (included) to `end` (excluded)."""

    start: date
    end: date

    @property
    def days(self) -> int:
        """Count the days of the calendar, whatever the length of each."""
        return (self.end - self.start).days

    @property
    def last(self) -> date:
        """Return the last day included."""
        return self.end - _DAY

    @property
    def unit(self) -> Comparison | None:
        """Return with what it is compared where it is a calendar unit, None where it is none."""
        return calendar_unit(datetime.combine(self.start, time()), datetime.combine(self.end, time()))

    def before(self, kind: Comparison | OtherDates, zone: str) -> "ReportPeriod":
        """Return the whole days of the other period it is compared with, over as it is (D11, D37)."""
        start, end = self.moments(zone)
        return _days_of(*compared(kind, start, end, zone, end), zone)

    def usual(self, zone: str) -> tuple["ReportPeriod", ...]:
        """Return the whole days of the eight periods that tell what is usual of it, the last one first."""
        start, end = self.moments(zone)
        return tuple(_days_of(*ends, zone) for ends in usual_periods(start, end, zone, end))

    def moments(self, zone: str) -> tuple[int, int]:
        """Return both ends in microseconds: the first moments of those days in the zone."""
        return first_of_day(self.start, zone), first_of_day(self.end, zone)


def comparison_for(period: ReportPeriod) -> Comparison:
    """Return what a period is compared with where nobody chose (D37)."""
    if period.days == 1:
        return Comparison.USUAL
    if period.unit in {Comparison.MONTH, Comparison.YEAR}:
        return Comparison.UNIT
    return Comparison.PREVIOUS if period.days < DAYS_OF_WEEK else Comparison.WEEKDAYS


def _days_of(first: int, last: int, zone: str) -> ReportPeriod:
    return ReportPeriod(local_time(first, zone).date(), local_time(last, zone).date())


def day_in(zone: str, now: int) -> date:
    """Return the day it is in a zone at a moment, in microseconds since the epoch."""
    return local_time(now, zone).date()


def preset(key: str, *, today: date, week_start: int = 0) -> ReportPeriod:
    """Return the days of a preset. `week_start` is 0 for Monday to 6 for Sunday (D14).

    A running week or month is whole: what is left of it is still to come.
    """
    tomorrow = today + _DAY
    monday = today - timedelta(days=(today.weekday() - week_start) % 7)
    first = today.replace(day=1)
    match key:
        case "today":
            return ReportPeriod(today, tomorrow)
        case "yesterday":
            return ReportPeriod(today - _DAY, today)
        case "week":
            return ReportPeriod(monday, monday + 7 * _DAY)
        case "last_week":
            return ReportPeriod(monday - 7 * _DAY, monday)
        case "month":
            return ReportPeriod(first, _next_month(first))
        case "last_month":
            return ReportPeriod((first - _DAY).replace(day=1), first)
        case "12m":
            return ReportPeriod(months_before(tomorrow, 12), tomorrow)
        case _:
            return ReportPeriod(tomorrow - timedelta(days=_ROLLING[key]), tomorrow)


def grain_for(days: int) -> Grain:
    """Return the length of bucket that shows so many days best (D13)."""
    if days <= 1:
        return Grain.THREE_HOURS
    if days <= 31:
        return Grain.DAY
    return Grain.WEEK if days <= 182 else Grain.MONTH


def grains_for(days: int) -> tuple[Grain, ...]:
    """Return the lengths of bucket a person may choose for so many days: at least two buckets, never a crowd."""
    buckets = {
        Grain.HOUR: days * 24,
        Grain.THREE_HOURS: days * 8,
        Grain.DAY: days,
        Grain.WEEK: days // 7,
        Grain.MONTH: days // 28,
    }
    return tuple(grain for grain, many in buckets.items() if 2 <= many <= MOST_BUCKETS)


def _next_month(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)
