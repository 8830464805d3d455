"""When is a rule open? Hours of the week in a zone, and the dates on which it is closed.

A time past midnight belongs to the day it began. The zone's rules of the moment decide, never a stored offset: hours
are times on the wall, and a time that comes twice in a night is meant as it first comes.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from ressenti.desk.refusals import BadClosedDay, BadHours, UnknownHours
from ressenti.kit.clock import from_us, to_us
from ressenti.record.projects import require_zone
from ressenti.record.stores.sqlite import put
from ressenti.record.tables import opening_hours as table

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LOOK_AHEAD_DAYS = 14
"""How far ahead the next opening is looked for."""

_PART = re.compile(
    r"(?P<first>[a-z]{3})(?:\s*-\s*(?P<last>[a-z]{3}))?\s+(?P<start>\d{1,2}:\d{2})\s*-\s*(?P<end>\d{1,2}:\d{2})"
)


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours: by weekday from 0 for Monday, the spans of each, a span past midnight with the day it began."""

    zone: ZoneInfo
    spans: tuple[tuple[tuple[time, time], ...], ...]
    closed: frozenset[date]

    def is_open(self, now: int) -> bool:
        """Say whether it is open at a moment."""
        return any(start <= now < end for start, end in self._around(now, days=2))

    def next_opening(self, now: int) -> int | None:
        """Return when it opens next, now if it is open; None where it does not within two weeks."""
        if self.is_open(now):
            return now
        return min((start for start, _end in self._around(now, days=LOOK_AHEAD_DAYS) if start > now), default=None)

    def _around(self, now: int, *, days: int) -> Iterator[tuple[int, int]]:
        """Return the spans that began yesterday or later, as moments."""
        yesterday = from_us(now).astimezone(self.zone).date() - timedelta(days=1)
        for day in (yesterday + timedelta(days=i) for i in range(days + 1)):
            if day in self.closed:
                continue
            for start, end in self.spans[day.weekday()]:
                last = day if end > start else day + timedelta(days=1)
                yield self._moment(day, start), self._moment(last, end)

    def _moment(self, day: date, at: time) -> int:
        return to_us(datetime.combine(day, at, self.zone))


def read_hours(words: str, zone: str, closed: list[str]) -> Hours:
    """Read "mon-fri 09:00-18:00, sat 21:00-02:00"; raises BadHours, BadClosedDay and UnknownZone."""
    spans: list[list[tuple[time, time]]] = [[] for _day in DAYS]
    for part in filter(None, map(str.strip, words.lower().split(","))):
        found = _PART.fullmatch(part)
        if found is None or found["first"] not in DAYS or (found["last"] or found["first"]) not in DAYS:
            raise BadHours(words=part)
        first, last = DAYS.index(found["first"]), DAYS.index(found["last"] or found["first"])
        start, end = _time(found["start"], part), _time(found["end"], part)
        for step in range((last - first) % 7 + 1):
            spans[(first + step) % 7].append((start, end))
    return Hours(ZoneInfo(require_zone(zone)), tuple(map(tuple, spans)), frozenset(map(_day, closed)))


def is_open(connection: Connection, hours_id: int | None, now: int) -> bool:
    """Say whether opening hours are on at a moment; without any, it is always open."""
    if hours_id is None:
        return True
    return hours_of(connection, hours_id).is_open(now)


def hours_of(connection: Connection, hours_id: int) -> Hours:
    """Return opening hours that a rule names."""
    of = table.c
    row = connection.execute(select(of.hours, of.zone, of.closed).where(of.id == hours_id)).one()
    return read_hours(row.hours, row.zone, json.loads(row.closed))


def _day(words: str) -> date:
    try:
        return date.fromisoformat(words)
    except ValueError as error:
        raise BadClosedDay(day=words) from error


def _time(text: str, part: str) -> time:
    hour, minute = map(int, text.split(":"))
    if (hour, minute) == (24, 0):
        return time(0)
    if hour > 23 or minute > 59:
        raise BadHours(words=part)
    return time(hour, minute)


def set_hours(
    connection: Connection, project_id: int, key: str, *, zone: str, words: str, closed: Sequence[str]
) -> int:
    """Declare opening hours of a project, or change those of this key; raises what `read_hours` raises."""
    read_hours(words, zone, list(closed))
    values = {"zone": zone, "hours": words, "closed": json.dumps(sorted(closed))}
    put(connection, table, {"project_id": project_id, "key": key}, values)
    return find(connection, project_id, key)


def find(connection: Connection, project_id: int, key: str) -> int:
    """Return the opening hours of a project that have this key; raises UnknownHours."""
    found = connection.execute(select(table.c.id).where(table.c.project_id == project_id, table.c.key == key)).scalar()
    if found is None:
        raise UnknownHours(key=key)
    return int(found)
