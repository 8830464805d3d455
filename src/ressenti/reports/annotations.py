"""What was marked on the axis of time, and how an indicator stood before and after: beside each other, not because."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from ressenti.indicators.catalogue import indicator
from ressenti.indicators.model import Comparison, Unit, Value
from ressenti.indicators.periods import first_moment, local_time, wall_clock
from ressenti.kit.clock import MINUTE, from_us
from ressenti.kit.i18n import _
from ressenti.kit.refusals import Refusal
from ressenti.record.projects import Project
from ressenti.reports.choice import INDICATORS
from ressenti.reports.comparison import Change, compare
from ressenti.reports.experience.report import ReportReader
from ressenti.reports.model import DatedAnnotation
from ressenti.reports.period import ReportPeriod
from ressenti.workspace.annotations import list_annotations

WINDOWS = (7, 14, 28)
"""Days on each side that can be compared: whole weeks, so that both sides have as many Sundays."""
DEFAULT_WINDOW = 14


class UnknownWindow(Refusal):
    """A window of another length than those offered."""

    code = "unknown_window"
    sentence = _("“{value}” is not a number of days that can be compared. Choose one of: {known}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class SurroundingPeriods:
    """The two periods around an annotation, in microseconds: `start` to `at`, and `at` to `end`, equally long.

    `is_cut` says that less has passed since than was asked for.
    """

    start: int
    at: int
    end: int
    is_cut: bool

    @property
    def is_empty(self) -> bool:
        """Say whether what was marked is still to come."""
        return self.start >= self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class BeforeAfter:
    """One indicator on both sides of an annotation; `change` is None where one side was not measured."""

    indicator: str
    unit: Unit
    before: Value
    after: Value
    change: Change | None


def annotations_in(
    record: Connection, projects: Iterable[Project], period: ReportPeriod, zone: str
) -> tuple[DatedAnnotation, ...]:
    """Return what was marked in a period in these projects, oldest first, on the clock of the zone."""
    start, end = period.moments(zone)
    annotations = list_annotations(record, projects=[project.id for project in projects], start=start, end=end)
    local = ZoneInfo(zone)
    return tuple(
        DatedAnnotation(
            at=from_us(annotation.at).astimezone(local),
            kind=annotation.kind.value,
            words=annotation.words,
            id=annotation.id,
        )
        for annotation in annotations
    )


def read_window(value: str | None) -> int:
    """Return the days on each side, fourteen where none were said; raises UnknownWindow."""
    known = {str(days): days for days in WINDOWS}
    if not value:
        return DEFAULT_WINDOW
    if value not in known:
        raise UnknownWindow(value=value, known=", ".join(known))
    return known[value]


def around(at: int, days: int, *, zone: str, now: int) -> SurroundingPeriods:
    """Return as many days on either side of a moment, on the clock of the zone; cut at now, on both sides alike."""
    start, end = _moved(at, -days, zone), _moved(at, days, zone)
    if end <= now:
        return SurroundingPeriods(start=start, at=at, end=end, is_cut=False)
    passed = max(now - now % MINUTE - at, 0)
    return SurroundingPeriods(start=at - passed, at=at, end=at + passed, is_cut=True)


def prepare_before_after(reading: ReportReader, key: str, both: SurroundingPeriods) -> BeforeAfter:
    """Return an indicator before and after, of the chosen conversations."""
    before = reading.answer(key, start=both.start, end=both.at, compare=None).total
    after = reading.answer(key, start=both.at, end=both.end, compare=Comparison.PREVIOUS)
    # Where a change of the clock lies between, the one before is an hour longer, and its test is of other rows.
    p = after.p if after.previous == before else None
    return BeforeAfter(
        indicator=key,
        unit=after.unit,
        before=before,
        after=after.total,
        change=compare(after.total, before, unit=after.unit, better=indicator(key).better, p=p),
    )


def prepare_all_before_after(reading: ReportReader, both: SurroundingPeriods) -> list[BeforeAfter]:
    """Return the indicators that have a tile, before and after; none where what was marked is still to come."""
    if both.is_empty:
        return []
    return [prepare_before_after(reading, key, both) for key in INDICATORS]


def period_around(both: SurroundingPeriods, days: int, *, zone: str) -> ReportPeriod:
    """Return the whole days that a figure around an annotation shows."""
    first = local_time(_moved(both.at, -days, zone), zone).date()
    last = local_time(_moved(both.at, days, zone), zone).date()
    return ReportPeriod(first, last + timedelta(days=1))


def _moved(at: int, days: int, zone: str) -> int:
    """Return the moment the same clock shows so many days later, or the first one after it where it skips that."""
    return first_moment(wall_clock(at, zone) + timedelta(days=days), zone)
