"""What a period is compared with, and which bucket stands beside which (D11, D36, D37)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeGuard, TypeVar

from ressenti.indicators.model import ComparedWith, Comparison, Grain, OtherDates
from ressenti.indicators.periods import Bucket, first_moment, local_time, wall_clock
from ressenti.indicators.refusals import NoCalendarUnit
from ressenti.kit.clock import MINUTE

_HOURS = {Grain.HOUR: 1, Grain.THREE_HOURS: 3}
_WEEK = timedelta(days=7)
_MONTHS_OF_YEAR = 12
EARLIER = 8
"""How many earlier periods tell what is usual, and of how many weeks a bucket's (domain section 3.2)."""

AnyDate = TypeVar("AnyDate", bound=date)


@dataclass(frozen=True, slots=True)
class PeriodShift:
    """How far back the other period lies: by calendar months, or by a length of wall-clock time."""

    months: int = 0
    length: timedelta = timedelta()


def is_other_period(kind: ComparedWith | None) -> TypeGuard[Comparison | OtherDates]:
    """Say whether one other period is compared with."""
    return isinstance(kind, OtherDates) or (isinstance(kind, Comparison) and kind.is_of_dates)


def move_of(kind: ComparedWith, start: int, end: int, zone: str) -> PeriodShift:
    """Return how far back the period lies that one from `start` to `end` (microseconds) is compared with.

    Raises NoCalendarUnit.
    """
    first, last = wall_clock(start, zone), wall_clock(end, zone)
    match kind:
        case OtherDates():
            return PeriodShift(length=first - _midnight(kind.start))
        case Comparison.UNIT:
            return move_of(require_unit(first, last), start, end, zone)
        case Comparison.WEEKDAYS:
            return PeriodShift(length=_weeks_clearing(first, last))
        case Comparison.YEAR:
            return PeriodShift(months=12)
        case Comparison.MONTH:
            return PeriodShift(months=_months_between(first, last))
        case Comparison.PREVIOUS:
            return PeriodShift(length=last - first)
    raise AssertionError(kind)  # what is usual, everyone and a target are no other period


def calendar_unit(first: datetime, last: datetime) -> Comparison | None:
    """Return with what a calendar unit is compared: of whole months with as many before, of whole weeks likewise.

    `first` and `last` are wall clocks, `last` excluded; a year is compared with the year before. None for what is no
    such unit.
    """
    is_of_days = first < last and first == _midnight(first.date()) and last == _midnight(last.date())
    if not is_of_days:
        return None
    if first.day == last.day == 1:
        return Comparison.YEAR if _months_between(first, last) == _MONTHS_OF_YEAR else Comparison.MONTH
    return Comparison.WEEKDAYS if (last - first) % _WEEK == timedelta() else None


def require_unit(first: datetime, last: datetime) -> Comparison:
    """Return with what a calendar unit is compared; raises NoCalendarUnit for what is none."""
    if found := calendar_unit(first, last):
        return found
    raise NoCalendarUnit(start=first.date().isoformat(), end=last.date().isoformat())


def compared(kind: ComparedWith, start: int, end: int, zone: str, now: int) -> tuple[int, int]:
    """Return the period a period is compared with: before it, earlier by weeks or months, or one's own (D11, D37).

    Local dates are moved, so that it starts and ends with a day where the period does. An unfinished period is
    compared with the same elapsed part, in whole minutes; dates of one's own are never made longer by that. Raises
    NoCalendarUnit.
    """
    move = move_of(kind, start, end, zone)
    elapsed = max(now - now % MINUTE, start)
    first, last = wall_clock(start, zone), wall_clock(min(end, elapsed), zone)
    if move.months:
        first, last = months_before(first, move.months), end_months_before(last, move.months)
    else:
        first, last = first - move.length, last - move.length
    if isinstance(kind, OtherDates):
        last = _midnight(kind.end) if elapsed >= end else min(last, _midnight(kind.end))
    return first_moment(first, zone), first_moment(last, zone)


def usual_periods(start: int, end: int, zone: str, now: int) -> list[tuple[int, int]]:
    """Return the eight periods that tell what is usual of one: the same weekdays, or calendar months, the last first.

    Of one that is not over, as much of each as has elapsed.
    """
    move = _usual_move(start, end, zone)
    first, last = wall_clock(start, zone), wall_clock(min(end, max(now - now % MINUTE, start)), zone)
    periods = []
    for times in range(1, EARLIER + 1):
        if move.months:
            ends = months_before(first, times * move.months), end_months_before(last, times * move.months)
        else:
            ends = first - times * move.length, last - times * move.length
        periods.append((first_moment(ends[0], zone), first_moment(ends[1], zone)))
    return periods


def usual_stretch(grain: Grain, start: int, end: int, zone: str) -> tuple[int, int]:
    """Return the stretch of time that holds, for every bucket of a period, the eight that tell what is usual of it."""
    first, last = wall_clock(start, zone), wall_clock(end, zone)
    if grain is Grain.MONTH:
        begin = _midnight(first.replace(day=1))
        return first_moment(months_before(begin, EARLIER), zone), first_moment(begin, zone)
    back = _weeks_clearing(first, last) + (EARLIER + 1) * _WEEK  # a week begins up to six days before the period
    return first_moment(first - back, zone), first_moment(first, zone)


def earlier_buckets(
    grain: Grain, period: tuple[int, int], zone: str, these: Sequence[Bucket], others: Sequence[Bucket]
) -> list[list[Bucket]]:
    """Return for each bucket of a period the eight before the period that tell what is usual of it, those there are.

    The same weekday and hour of the eight weeks before the period; of a month the eight months before it. So the
    stretch that is looked at never tells what is usual of itself.
    """
    by_start = {_shown(grain, one, zone): one for one in others if one.end <= period[0]}
    first, last = (wall_clock(moment, zone) for moment in period)
    clear = _weeks_clearing(first, last)
    earlier = []
    for one in these:
        shown = _shown(grain, one, zone)
        if grain is Grain.MONTH:
            starts = [months_before(_midnight(first.replace(day=1)), back) for back in range(1, EARLIER + 1)]
        else:
            starts = [shown - clear - back * _WEEK for back in range(EARLIER + 1)]
        earlier.append([by_start[start] for start in starts if start in by_start][:EARLIER])
    return earlier


def _usual_move(start: int, end: int, zone: str) -> PeriodShift:
    first, last = wall_clock(start, zone), wall_clock(end, zone)
    if calendar_unit(first, last) in {Comparison.MONTH, Comparison.YEAR}:
        return PeriodShift(months=_months_between(first, last))
    return PeriodShift(length=_weeks_clearing(first, last))


def _weeks_clearing(first: datetime, last: datetime) -> timedelta:
    """Return the least number of whole weeks that is as long as a period, or longer."""
    return max(1, -(-(last - first) // _WEEK)) * _WEEK


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
    kind: ComparedWith,
    grain: Grain,
    span: tuple[int, int],
    zone: str,
    these: Sequence[Bucket],
    others: Sequence[Bucket],
) -> list[Bucket | None]:
    """Return for each bucket of a period the one of the other period that it stands beside, None for none (D36).

    `span` is the period (microseconds). `others` are the other period's, of which hours that come twice are one.
    Hours are paired by the clock, days, weeks and months of a period moved by days by place; of a year or months
    before, all by what they are called on the calendar.
    """
    move = move_of(kind, *span, zone)
    if kind is Comparison.UNIT:
        kind = require_unit(*(wall_clock(moment, zone) for moment in span))
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


def _name(grain: Grain, kind: ComparedWith, shown: datetime, move: PeriodShift = PeriodShift()) -> tuple[int, ...]:
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


def _midnight(on: date) -> datetime:
    """Return what a wall clock shows as a day begins."""
    return datetime.combine(on, time())


def _month(on: date) -> int:
    """Return the number of a date's month, counted from year 0."""
    return on.year * 12 + on.month - 1


def _months_between(first: datetime, end: datetime) -> int:
    """Count the calendar months that a period touches."""
    last = max(first, end - timedelta(microseconds=1))
    return _month(last) - _month(first) + 1
