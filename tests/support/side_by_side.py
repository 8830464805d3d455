"""Which bucket of another period stands beside which, once more: by looking at a clock every quarter of an hour."""

from collections.abc import Hashable
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from ressenti.kit.clock import MINUTE, from_us, to_us

QUARTER = 15 * MINUTE
DAY = timedelta(days=1)


@lru_cache(50_000)
def clock(at: int, zone: str) -> datetime:
    """Return what people in the zone see on the wall."""
    return from_us(at).astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def first_quarter(wall: datetime, zone: str) -> int:
    """Return the first moment at which the wall shows that time, or a later one."""
    at = to_us(datetime.fromisoformat(f"{wall:%Y-%m-%dT%H:%M}+00:00")) - 26 * 60 * MINUTE
    while clock(at, zone) < wall:
        at += QUARTER
    return at


def quarters(start: int, end: int) -> range:
    """Return every quarter of an hour of a period."""
    return range(start, end, QUARTER)


def other(kind: str, first: date, end: date, until: datetime, zone: str) -> tuple[int, int]:
    """Return the period that the days from `first` to before `end`, over as far as `until`, are compared with."""
    if length := _length(kind, first, end):
        return first_quarter(_midnight(first - length), zone), first_quarter(until - length, zone)
    months = 12 if kind == "year" else _months(first, end)
    begin = _back(first, months)
    while not _exists(*begin):
        begin = (*begin[:2], begin[2] - 1)
    last = _back(until.date(), months)
    if _exists(*last):
        wall = datetime.combine(date(*last), until.time())
    else:
        year, month, _day = _back(until.date().replace(day=28) + timedelta(days=4), months)
        wall = datetime.fromisoformat(f"{year}-{month:02}-01")
    return first_quarter(_midnight(date(*begin)), zone), first_quarter(wall, zone)


def names(kind: str, grain: str, start: int, end: int, zone: str) -> list[Hashable]:
    """Return what the buckets of a period are called, each once, in order."""
    return list(dict.fromkeys(name(kind, grain, clock(at, zone)) for at in quarters(start, end)))


@lru_cache(50_000)
def name(kind: str, grain: str, wall: datetime) -> Hashable:
    """Return what the bucket is called that a clock shows."""
    match grain:
        case "hour":
            return f"{wall:%Y-%m-%d %H}"
        case "3h":
            return f"{wall:%Y-%m-%d} {wall.hour // 3 * 3:02}"
        case "day":
            return f"{wall:%Y-%m-%d}"
        case "month":
            return f"{wall:%Y-%m}"
    if kind == "year":
        year, week, _weekday = wall.isocalendar()
        return f"{year}-W{week:02}"
    thursday = wall.date() - timedelta(days=wall.weekday()) + 3 * DAY
    place = sum((thursday - timedelta(weeks=back)).month == thursday.month for back in range(5))
    return f"{thursday:%Y-%m} week {place}"


def partner(kind: str, grain: str, of: str, first: date, end: date) -> Hashable:
    """Return what the partner of a bucket is called, there or not; of days of the period before, see `names`."""
    if length := _length(kind, first, end):
        return name(kind, grain, datetime.fromisoformat(f"{of}:00") - length)
    months = 12 if kind == "year" else _months(first, end)
    if kind == "year" and grain == "week":
        return f"{int(of[:4]) - 1}{of[4:]}"
    index = int(of[:4]) * 12 + int(of[5:7]) - 1 - months
    return f"{index // 12}-{index % 12 + 1:02}{of[7:]}"


def _length(kind: str, first: date, end: date) -> timedelta:
    """Return how many days back the other period lies, of those that are moved by days."""
    if kind == "previous":
        return end - first
    if kind == "weekdays":
        return next(timedelta(days=days) for days in range(7, 7_000, 7) if first + timedelta(days=days) >= end)
    return timedelta()


def _midnight(on: date) -> datetime:
    return datetime.fromisoformat(f"{on}T00:00")


def _months(first: date, end: date) -> int:
    return len({(first + DAY * i).replace(day=1) for i in range((end - first).days)})


def _back(on: date, months: int) -> tuple[int, int, int]:
    """Return year, month and day some months earlier, whether or not there is such a day."""
    year, month = on.year, on.month
    for _each in range(months):
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return year, month, on.day


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
