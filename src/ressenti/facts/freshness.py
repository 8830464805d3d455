"""How fresh are the facts: which journal entry they hold last, and how long another has been waiting for its turn."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from ressenti.facts.store import FactStore
from ressenti.kit.clock import SECOND, from_us
from ressenti.record.journal import first_missing_at, last_held_at, last_seq


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """Where the facts stand. Moments are in microseconds.

    `number` is the journal number they stand at, 0 where they hold nothing; `at` is when the last entry they hold was
    written, None where there is none; `waiting_since` is when the oldest entry they lack was written, None where they
    lack none.
    """

    number: int = 0
    at: int | None = None
    waiting_since: int | None = None

    def when(self, zone: str) -> datetime | None:
        """Return `at` on the clock of a zone."""
        return None if self.at is None else from_us(self.at).astimezone(ZoneInfo(zone))

    def behind_s(self, now: int) -> int:
        """Return for how many whole seconds, at a moment, the oldest missing entry has been waiting; 0 if none is."""
        return 0 if self.waiting_since is None else max(0, (now - self.waiting_since) // SECOND)


def freshness(fact_store: FactStore) -> Freshness:
    """Return where the facts stand as they are: nothing is caught up for the asking."""
    marks = fact_store.watermarks()
    with fact_store.record.read() as record:
        return freshness_at(record, marks)


def freshness_at(record: Connection, marks: Mapping[int, int]) -> Freshness:
    """Return where facts stand that hold each project's journal up to its mark, by the project's surrogate id."""
    projects = last_seq(record)
    last = [moment for one in projects if (moment := last_held_at(record, one, marks.get(one, 0))) is not None]
    waiting = [moment for one in projects if (moment := first_missing_at(record, one, marks.get(one, 0))) is not None]
    return Freshness(
        number=max(marks.values(), default=0), at=max(last, default=None), waiting_since=min(waiting, default=None)
    )
