"""When is something due that comes back daily, weekly or monthly, at a time on the clock of a zone?"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from ressenti.kit.clock import SECOND, from_us, to_us
from ressenti.kit.i18n import _
from ressenti.kit.refusals import Refusal

LAST_DAY = 28
"""The last day of a month that every month has."""

_TIME = re.compile(r"([0-9]{1,2}):([0-5][0-9])(:[0-5][0-9])?")
_LOOK_AHEAD = 70
"""Days among which there is always a next one: two months and what clocks may skip."""


class Recurrence(StrEnum):
    """How often something comes back."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


RECURRENCES = {
    Recurrence.DAILY: _("Every day"),
    Recurrence.WEEKLY: _("Every week"),
    Recurrence.MONTHLY: _("Every month"),
}


class UnknownRecurrence(Refusal):
    """A recurrence that does not exist."""

    code = "unknown_rhythm"
    sentence = _("“{value}” is not how often something can come. Choose one of: {known}.")


class BadDay(Refusal):
    """A day that the recurrence does not have."""

    code = "bad_day"
    sentence = _("Choose a day from 1 (Monday) to 7 (Sunday) for every week, or from 1 to 28 for every month.")


class BadTime(Refusal):
    """A time of day that no clock shows."""

    code = "bad_time"
    sentence = _("“{value}” is not a time of day. Write it as hours and minutes, for example 07:30.")


def read_recurrence(word: str, day: str | None) -> tuple[Recurrence, int | None]:
    """Return a recurrence and its day, None for daily; raises UnknownRecurrence and BadDay."""
    if word not in set(Recurrence):
        raise UnknownRecurrence(value=word, known=", ".join(Recurrence))
    recurrence = Recurrence(word)
    if recurrence is Recurrence.DAILY:
        return recurrence, None
    last = 7 if recurrence is Recurrence.WEEKLY else LAST_DAY
    if not (day and day.isascii() and day.isdecimal() and len(day) <= 2 and 1 <= int(day) <= last):
        raise BadDay
    return recurrence, int(day)


def read_time(text: str) -> int:
    """Return the minute of the day that `07:30` names; raises BadTime."""
    found = _TIME.fullmatch(text.strip())
    if found is None or int(found[1]) > 23:
        raise BadTime(value=text)
    return int(found[1]) * 60 + int(found[2])


def next_due(recurrence: Recurrence, day: int | None, minute: int, zone: str, after: int) -> int:
    """Return the first moment of a recurrence after a moment, both in microseconds.

    `day` is 1 (Monday) to 7 for weekly, 1 to 28 for monthly; `minute` is of the day, on the clock of the zone. A time
    that the clock skips is the first moment after the gap; one that it shows twice is the first of both.
    """
    local = ZoneInfo(zone)
    first = from_us(after).astimezone(local).date() - timedelta(days=1)
    moments = (_moment(on, minute, local) for on in _days(recurrence, day, first))
    return next(moment for moment in moments if moment > after)


def last_due(recurrence: Recurrence, day: int | None, minute: int, zone: str, *, since: int, now: int) -> int:
    """Return the last moment of a recurrence that is not after now, `since` if there was none after it."""
    last, coming = since, next_due(recurrence, day, minute, zone, since)
    while coming <= now:
        last, coming = coming, next_due(recurrence, day, minute, zone, coming)
    return last


def _days(recurrence: Recurrence, day: int | None, first: date) -> Iterator[date]:
    for i in range(_LOOK_AHEAD):
        on = first + timedelta(days=i)
        of_it = {Recurrence.DAILY: day, Recurrence.WEEKLY: on.isoweekday(), Recurrence.MONTHLY: on.day}[recurrence]
        if of_it == day:
            yield on


def _moment(on: date, minute: int, zone: ZoneInfo) -> int:
    """Return the first moment at which the clock shows that minute of that day, or a later one."""
    wall = datetime(on.year, on.month, on.day, minute // 60, minute % 60, tzinfo=zone)
    late = wall.astimezone(UTC)
    if late.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return to_us(late)
    return _end_of_gap(wall)


def _end_of_gap(wall: datetime) -> int:
    """Return the first moment after the gap that a time lies in: read with either offset, it is on either side."""
    zone = wall.tzinfo
    low, high = (to_us(wall.replace(fold=fold).astimezone(UTC)) // SECOND for fold in (1, 0))
    before = from_us(low * SECOND).astimezone(zone).utcoffset()
    while high - low > 1:
        middle = (low + high) // 2
        if from_us(middle * SECOND).astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high * SECOND
