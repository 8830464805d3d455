"""Where a moment falls on the clocks and calendars of a zone: days and buckets.

A bucket is a stretch of local wall-clock time; its edges are worked out here once, in Python, so that daylight saving
is right in every output (`facts.calendar`).
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from ressenti.facts.calendar import Grain, segments, walk_edges
from ressenti.indicators.refusals import BadDate, EmptyPeriod, TooManyBuckets
from ressenti.kit.clock import DAY, HOUR, from_us, to_us

MOST_BUCKETS = 2_000
EARLIEST_YEAR, LATEST_YEAR = 1900, 2199
_LENGTHS = {Grain.HOUR: HOUR, Grain.THREE_HOURS: 3 * HOUR, Grain.DAY: DAY, Grain.WEEK: 7 * DAY, Grain.MONTH: 28 * DAY}


@dataclass(frozen=True, slots=True)
class Bucket:
    """One bucket: its number as the engine computes it, its edges, and its start in local time as text."""

    index: int
    start: int
    end: int
    key: str


def read_day(text: str) -> date:
    """Return the day that a date names; raises BadDate, also for years nobody means."""
    try:
        on = date.fromisoformat(text.strip())
    except ValueError:
        raise BadDate(value=text) from None
    if not EARLIEST_YEAR <= on.year <= LATEST_YEAR:
        raise BadDate(value=text)
    return on


def read_date(text: str, zone: str) -> int:
    """Return the moment a date, or a date and time, names in a zone; a date is the first moment of that local day.

    Raises BadDate, also for years nobody means.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadDate(value=text) from None
    if not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
        raise BadDate(value=text)
    return first_moment(moment, zone) if moment.tzinfo is None else to_us(moment)


def say_date(moment: int, zone: str) -> str:
    """Return a moment as its local date if that day begins with it, else as local time with offset."""
    local = from_us(moment).astimezone(ZoneInfo(zone))
    return local.date().isoformat() if _is_first(moment, zone) else local.isoformat()


def first_moment(local: datetime, zone: str) -> int:
    """Return the first moment at which the clock of a zone shows a local time, or one after it where it skips that."""
    first, second = (to_us(local.replace(tzinfo=ZoneInfo(zone), fold=fold)) for fold in (0, 1))
    # A time that is skipped has its "first" moment after the change and its "second" before it.
    return first if first <= second else segments(zone, second, first)[-1].start


def first_of_day(on: date, zone: str) -> int:
    """Return the first moment of a local day, whether or not its midnight exists or comes twice (E33)."""
    return first_moment(datetime(on.year, on.month, on.day), zone)  # noqa: DTZ001 - a wall clock's


def local_time(moment: int, zone: str) -> datetime:
    """Return what the clock of a zone shows at a moment, without an offset."""
    return from_us(moment).astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def wall_clock(moment: int, zone: str) -> datetime:
    """Return the same, and midnight for the first moment of a day, whatever the clock shows then."""
    local = local_time(moment, zone)
    return datetime.combine(local.date(), time()) if _is_first(moment, zone) else local


def _is_first(moment: int, zone: str) -> bool:
    return moment == first_of_day(local_time(moment, zone).date(), zone)


def require_order(start: int | None, end: int | None, zone: str) -> None:
    """Refuse a period that ends before it begins; raises EmptyPeriod."""
    if start is not None and end is not None and start > end:
        raise EmptyPeriod(start=say_date(start, zone))


@lru_cache(64)
def buckets(
    grain: Grain,
    start: int,
    end: int,
    zone: str,
    week_start: int,
    *,
    by_clock: bool = False,
    most: int = MOST_BUCKETS,
) -> tuple[Bucket, ...]:
    """Return every bucket that a period from `start` (inclusive) to `end` (exclusive) touches, whole, in order.

    `by_clock`: an hour that comes twice is one bucket. Raises TooManyBuckets.
    """
    if start >= end:
        return ()
    if (count := (end - start) // _LENGTHS[grain]) > most:
        raise TooManyBuckets(count=count, limit=most)
    found: dict[int, int] = {}
    for index, moment in walk_edges(grain, start - 32 * DAY, end + 32 * DAY, zone, week_start, by_clock=by_clock):
        found.setdefault(index, moment)
    starts = list(found.items())
    local = ZoneInfo(zone)
    return tuple(
        Bucket(index, a, b, from_us(a).astimezone(local).isoformat())
        for (index, a), (_next, b) in pairwise(starts)
        if b > start and a < end
    )


def bucket_of(found: Sequence[Bucket], moment: int) -> Bucket | None:
    """Return the bucket that a moment falls in, or None outside all of them."""
    place = bisect_right([one.start for one in found], moment) - 1
    return found[place] if place >= 0 and moment < found[place].end else None
