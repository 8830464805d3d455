"""Where a moment falls on the clocks and calendars of a zone: days and buckets.

A bucket is a stretch of local wall-clock time; its edges are worked out here once, in Python, so that daylight saving
is right in every output. The engine only adds integer offsets.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from ressenti.facts.engines.dialect import Dialect
from ressenti.indicators.model import Grain
from ressenti.indicators.refusals import BadDate, EmptyPeriod, TooManyBuckets
from ressenti.kit.clock import DAY, HOUR, from_us, to_us

MOST_BUCKETS = 2_000
EARLIEST_YEAR, LATEST_YEAR = 1900, 2199
_LENGTHS = {Grain.HOUR: HOUR, Grain.THREE_HOURS: 3 * HOUR, Grain.DAY: DAY, Grain.WEEK: 7 * DAY, Grain.MONTH: 28 * DAY}
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch in which a zone keeps one offset from UTC; all in microseconds."""

    start: int
    end: int
    offset: int


@dataclass(frozen=True, slots=True)
class Bucket:
    """One bucket: its number as the engine computes it, its edges, and its start in local time as text."""

    index: int
    start: int
    end: int
    key: str


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


def segments(zone: str, start: int, end: int) -> list[Segment]:
    """Return the stretches of constant offset that cover a period."""
    first, last = from_us(start).year, from_us(end).year
    edges = [edge for year in range(first, last + 1) for edge in _transitions(zone, year) if start < edge <= end]
    starts = [start, *edges]
    ends = [*edges, end + 1]
    return [Segment(a, b, offset_at(zone, a)) for a, b in zip(starts, ends, strict=True)]


def offset_at(zone: str, moment: int) -> int:
    """Return a zone's offset from UTC at a moment, in microseconds."""
    offset = from_us(moment).astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
    return offset // timedelta(microseconds=1)


@cache
def _transitions(zone: str, year: int) -> tuple[int, ...]:
    """Return the moments of a year at which a zone changes its offset."""
    found = []
    day = to_us(datetime(year, 1, 1, tzinfo=ZoneInfo("UTC")))
    end = to_us(datetime(year + 1, 1, 1, tzinfo=ZoneInfo("UTC")))
    while day < end:
        if offset_at(zone, day) != offset_at(zone, day + DAY):
            low, high = day, day + DAY
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if offset_at(zone, middle) == offset_at(zone, low) else (low, middle)
            found.append(high)
        day += DAY
    return tuple(found)


def index_sql(
    grain: Grain, moment: str, offset: str, week_start: int, dialect: Dialect, *, by_clock: bool = False
) -> str:
    """Return the SQL of a bucket's number, of a moment and its offset; the twin of `_index`."""
    local, over = f"({moment} + {offset})", dialect.over.format
    day = f"({over(local, DAY)})"
    match grain:
        case Grain.HOUR if by_clock:
            return f"({over(local, HOUR)})"
        case Grain.HOUR:  # the moment its hour began on this side of a change of offset: 25 of them in autumn
            return f"({moment} - {dialect.rest.format(local, HOUR)})"
        case Grain.THREE_HOURS:
            return f"({over(local, 3 * HOUR)})"
        case Grain.DAY:
            return day
        case Grain.WEEK:
            return f"({over(f'({day} + {3 - week_start})', 7)})"
        case Grain.MONTH:
            return dialect.month.format(day)


def index_of(grain: Grain, moment: int, zone: str, week_start: int) -> int:
    """Return the number of the bucket that a moment falls in, as the engine computes it."""
    return _index(grain, moment, offset_at(zone, moment), week_start)


def _index(grain: Grain, moment: int, offset: int, week_start: int, *, by_clock: bool = False) -> int:
    local = moment + offset
    day = local // DAY
    match grain:
        case Grain.HOUR if by_clock:
            return local // HOUR
        case Grain.HOUR:
            return moment - local % HOUR
        case Grain.THREE_HOURS:
            return local // (3 * HOUR)
        case Grain.DAY:
            return day
        case Grain.WEEK:
            return (day + 3 - week_start) // 7
        case Grain.MONTH:
            at = _EPOCH + timedelta(days=day)
            return at.year * 12 + at.month - 1


@lru_cache(64)
def buckets(
    grain: Grain, start: int, end: int, zone: str, week_start: int, *, by_clock: bool = False
) -> tuple[Bucket, ...]:
    """Return every bucket that a period from `start` (inclusive) to `end` (exclusive) touches, whole, in order.

    `by_clock`: an hour that comes twice is one bucket. Raises TooManyBuckets.
    """
    if start >= end:
        return ()
    if (count := (end - start) // _LENGTHS[grain]) > MOST_BUCKETS:
        raise TooManyBuckets(count=count, limit=MOST_BUCKETS)
    found: dict[int, int] = {}
    for index, moment in _edges(grain, start - 32 * DAY, end + 32 * DAY, zone, week_start, by_clock=by_clock):
        found.setdefault(index, moment)
    starts = list(found.items())
    local = ZoneInfo(zone)
    return tuple(
        Bucket(index, a, b, from_us(a).astimezone(local).isoformat())
        for (index, a), (_next, b) in pairwise(starts)
        if b > start and a < end
    )


@lru_cache(64)
def edges(
    grain: Grain, start: int, end: int, zone: str, week_start: int, *, by_clock: bool = False
) -> tuple[tuple[int, int], ...]:
    """Return where buckets begin from one moment to another, and their numbers; a bucket may be come back to."""
    found: list[tuple[int, int]] = []
    for index, moment in _edges(grain, start, end, zone, week_start, by_clock=by_clock):
        if not found or found[-1][1] != index:
            found.append((moment, index))
    return tuple(found)


def _edges(
    grain: Grain, start: int, end: int, zone: str, week_start: int, *, by_clock: bool
) -> Iterator[tuple[int, int]]:
    """Walk through the period edge by edge: changes of bucket inside a segment, and changes of segment."""
    step = {Grain.HOUR: HOUR, Grain.THREE_HOURS: 3 * HOUR}.get(grain, DAY)
    for one in segments(zone, start, end):
        moment = one.start
        while moment < one.end:
            yield _index(grain, moment, one.offset, week_start, by_clock=by_clock), moment
            moment += step - (moment + one.offset) % step


def offset_sql(moment: str, zone: str, start: int, end: int) -> str:
    """Return the SQL of a zone's offset at a moment that lies in a period: integers only, no engine's calendar."""
    cut = segments(zone, start, end)
    if len(cut) == 1:
        return str(cut[0].offset)
    cases = " ".join(f"WHEN {moment} < {one.end} THEN {one.offset}" for one in cut[:-1])
    return f"CASE {cases} ELSE {cut[-1].offset} END"


def bucket_of(found: Sequence[Bucket], moment: int) -> Bucket | None:
    """Return the bucket that a moment falls in, or None outside all of them."""
    place = bisect_right([one.start for one in found], moment) - 1
    return found[place] if place >= 0 and moment < found[place].end else None
