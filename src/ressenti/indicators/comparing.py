"""What a period is compared with, and which bucket stands beside which (D11, D36)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

from ressenti.indicators.model import Comparison, Grain
from ressenti.indicators.periods import Bucket, first_moment, local_time, wall_clock
from ressenti.kit.clock import MINUTE

_HOURS = {Grain.HOUR: 1, Grain.THREE_HOURS: 3}

AnyDate = TypeVar("AnyDate", bound=date)


@dataclass(frozen=True, slots=True)
class PeriodShift:
    """How far back the other period lies: by calendar months, or by a length of wall-clock time."""

    months: int = 0
    length: timedelta = timedelta()


def move_of(kind: Comparison, start: int, end: int, zone: str) -> PeriodShift:
    """Return how far back the period lies that one from `start` to `end` (microseconds) is compared with."""
    first, last = wall_clock(start, zone), wall_clock(end, zone)
    match kind:
        case Comparison.YEAR:
            return PeriodShift(months=12)
        case Comparison.MONTH:
            return PeriodShift(months=_months_between(first, last))
        case Comparison.PREVIOUS:
            return PeriodShift(length=last - first)


def compared(kind: Comparison, start: int, end: int, zone: str, now: int) -> tuple[int, int]:
    """Return the period a period is compared with: as long and just before it, or a year or months earlier (D11).

    Local dates are moved, so that it starts and ends with a day where the period does. An unfinished period is
    compared with the same elapsed part, in whole minutes.
    """
    move = move_of(kind, start, end, zone)
    elapsed = max(now - now % MINUTE, start)
    first, last = wall_clock(start, zone), wall_clock(min(end, elapsed), zone)
    if move.months:
        first, last = months_before(first, move.months), end_months_before(last, move.months)
    else:
        first, last = first - move.length, last - move.length
    return first_moment(first, zone), first_moment(last, zone)


def months_before(beginning: AnyDate, months: int) -> AnyDate:
    """Return the same day and time some months earlier; a day that month lacks is its last one."""
    index = _month(beginning) - months
    last = (date(index // 12, index % 12 + 1, 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return beginning.replace(year=last.year, month=last.month, day=min(beginning.day, last.day))


def end_months_before(end: datetime, months: int) -> datetime:
    """Return the same for an end, which is excluded: a day that month lacks is the first of the next (E38)."""
    found = months_before(end, months)
    return found if found.day == end.day else datetime(found.year, found.month, found.day) + timedelta(days=1)  # noqa: DTZ001 - a wall clock's


def partners(
    kind: Comparison,
    grain: Grain,
    span: tuple[int, int],
    zone: str,
    these: Sequence[Bucket],
    others: Sequence[Bucket],
) -> list[Bucket | None]:
    """Return for each bucket of a period the one of the other period that it stands beside, None for none (D36).

    `span` is the period (microseconds). `others` are the other period's, of which hours that come twice are one.
    Hours are paired by the clock, days, weeks and months of the period before by place; of a year or months before,
    all by what they are called on the calendar.
    """
    move = move_of(kind, *span, zone)
    if not move.months and grain not in _HOURS:
        return [others[place] if place < len(others) else None for place in range(len(these))]
    beside = {_name(grain, kind, _shown(grain, one, zone)): one for one in others}
    return [beside.get(_name(grain, kind, _shown(grain, one, zone), move)) for one in these]


def _shown(grain: Grain, one: Bucket, zone: str) -> datetime:
    """Return what the clock of a bucket shows at its beginning: of hours the whole one, where a change cut it."""
    local = local_time(one.start, zone)
    if grain not in _HOURS:
        return local
    return local.replace(hour=local.hour - local.hour % _HOURS[grain], minute=0, second=0, microsecond=0)


def _name(grain: Grain, kind: Comparison, shown: datetime, move: PeriodShift = PeriodShift()) -> tuple[int, ...]:
    """Return what a bucket is called on the calendar, in a month that lies that far back: the 5th of it, its 2nd week.

    A week belongs to the month, or to the year, that has most of its days (so does a week of ISO 8601).
    """
    if move.length:
        shown -= move.length
        shown -= timedelta(hours=shown.hour % _HOURS[grain], minutes=shown.minute, seconds=shown.second)
        shown = shown.replace(microsecond=0)
    match grain:
        case Grain.HOUR | Grain.THREE_HOURS:
            return _month(shown) - move.months, shown.day, shown.hour
        case Grain.DAY:
            return _month(shown) - move.months, shown.day
        case Grain.MONTH:
            return (_month(shown) - move.months,)
        case Grain.WEEK:
            middle = shown + timedelta(days=3)
            if kind is Comparison.YEAR:
                return middle.year * 12 - move.months, (middle.timetuple().tm_yday - 1) // 7
            return _month(middle) - move.months, (middle.day - 1) // 7


def _month(on: date) -> int:
    """Return the number of a date's month, counted from year 0."""
    return on.year * 12 + on.month - 1


def _months_between(first: datetime, end: datetime) -> int:
    """Count the calendar months that a period touches."""
    last = max(first, end - timedelta(microseconds=1))
    return _month(last) - _month(first) + 1
