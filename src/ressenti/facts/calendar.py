"""Where moments fall in buckets of local time: hours, days, weeks and months on the clock of a zone.

Edges are worked out here once, in Python, so that daylight saving is right whatever counts; an engine of SQL only adds
integer offsets.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from ressenti.kit.clock import DAY, HOUR, from_us, to_us

_EPOCH = date(1970, 1, 1)


class Grain(StrEnum):
    """The length of a bucket of time, in local wall-clock time (decision D13)."""

    HOUR = "hour"
    THREE_HOURS = "3h"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch in which a zone keeps one offset from UTC; all in microseconds."""

    start: int
    end: int
    offset: int


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
    moments = []
    day = to_us(datetime(year, 1, 1, tzinfo=ZoneInfo("UTC")))
    end = to_us(datetime(year + 1, 1, 1, tzinfo=ZoneInfo("UTC")))
    while day < end:
        if offset_at(zone, day) != offset_at(zone, day + DAY):
            low, high = day, day + DAY
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if offset_at(zone, middle) == offset_at(zone, low) else (low, middle)
            moments.append(high)
        day += DAY
    return tuple(moments)


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
def edges(
    grain: Grain, start: int, end: int, zone: str, week_start: int, *, by_clock: bool = False
) -> tuple[tuple[int, int], ...]:
    """Return where buckets begin from one moment to another, and their numbers; a bucket may be come back to."""
    found: list[tuple[int, int]] = []
    for index, moment in walk_edges(grain, start, end, zone, week_start, by_clock=by_clock):
        if not found or found[-1][1] != index:
            found.append((moment, index))
    return tuple(found)


def walk_edges(
    grain: Grain, start: int, end: int, zone: str, week_start: int, *, by_clock: bool
) -> Iterator[tuple[int, int]]:
    """Walk through the period edge by edge: changes of bucket inside a segment, and changes of segment."""
    step = {Grain.HOUR: HOUR, Grain.THREE_HOURS: 3 * HOUR}.get(grain, DAY)
    for one in segments(zone, start, end):
        moment = one.start
        while moment < one.end:
            yield _index(grain, moment, one.offset, week_start, by_clock=by_clock), moment
            moment += step - (moment + one.offset) % step
