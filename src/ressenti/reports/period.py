"""Which days does a report speak of, and how finely are they cut."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from ressenti.indicators.model import Grain
from ressenti.kit.clock import to_us

PRESETS = ("7d", "30d", "90d", "12m")
DEFAULT_PRESET = "30d"
MOST_DAYS = 40 * 366
"""A longer period is a mistake, as it is for a question."""
MOST_BUCKETS = 400
"""A finer grain than this is not offered: a page shows a shape, an export has the rest."""

_PRESET_DAYS = {"7d": 7, "30d": 30, "90d": 90}
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
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
    def previous(self) -> "Period":
        """Return the period of equal length that ends where this one starts (D11)."""
        return Period(self.start - (self.end - self.start), self.start)

    def moments(self, zone: str) -> tuple[int, int]:
        """Return both ends in microseconds: the first moments of those days in the zone."""
        return midnight(self.start, zone), midnight(self.end, zone)


def midnight(on: date, zone: str) -> int:
    """Return the moment a local day begins, in microseconds since the epoch."""
    return to_us(datetime(on.year, on.month, on.day, tzinfo=ZoneInfo(zone)))


def preset(key: str, *, today: date) -> Period:
    """Return the days of a preset, ending with today."""
    end = today + _DAY
    if key == "12m":
        return Period(_a_year_before(end), end)
    return Period(end - timedelta(days=_PRESET_DAYS[key]), end)


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


def _a_year_before(on: date) -> date:
    leap_day = (on.month, on.day) == (2, 29)
    return on.replace(year=on.year - 1, day=28 if leap_day else on.day)
