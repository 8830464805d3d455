"""Does what the report compares with rest on enough: asked once for all its figures, and said in one sentence (D37)."""

from dataclasses import replace
from datetime import date, datetime

from ressenti.indicators.catalogue import CONVERSATIONS, SURVEY_COMPLETION
from ressenti.indicators.comparing import compared, is_other_period
from ressenti.indicators.model import Anchor, Comparison, Grain, UsualValue
from ressenti.reports.experience.report import ReportReader

FEWEST_CONVERSATIONS = 5
"""Another period with fewer says nothing."""
MOST_EMPTY = 1 / 3
"""Nor does one of which this share of days, or more, is empty ..."""
TIMES_AS_EMPTY = 2
"""... and so many times as many as in the period itself: of few conversations many days are empty at any time."""
MOST_DAYS_LOOKED_AT = 1_900
"""Of longer periods only the whole is looked at."""


def settled(reading: ReportReader) -> ReportReader:
    """Return the reading with its comparison refused where the other period rests on too little.

    Refused where a third of the days of the other period hold no conversation although that weekday holds some in this
    one, or where it holds fewer than five in all; also where there were too few earlier periods to be usual.
    """
    is_refused = not reading.choice.is_refused and _is_too_little(reading)
    return replace(reading, choice=replace(reading.choice, is_refused=True)) if is_refused else reading


def _is_too_little(reading: ReportReader) -> bool:
    kind = reading.choice.comparison
    key = SURVEY_COMPLETION.key if reading.choice.anchor is Anchor.ANSWERED else CONVERSATIONS.key
    if kind is Comparison.USUAL:
        usual = reading.answer(key).previous
        return isinstance(usual, UsualValue) and (usual.value is None or usual.n < FEWEST_CONVERSATIONS)
    if not is_other_period(kind):
        return False
    start, end = reading.choice.period.moments(reading.zone)
    other = compared(kind, start, end, reading.zone, reading.now)
    if reading.choice.period.days > MOST_DAYS_LOOKED_AT:
        return reading.answer(key, compare=None, start=other[0], end=other[1]).total.n < FEWEST_CONVERSATIONS
    now, then = _days(reading, key, start, min(end, max(start, reading.now))), _days(reading, key, *other)
    if not any(now.values()):
        return False  # nothing is measured here: the report says so itself
    return sum(then.values()) < FEWEST_CONVERSATIONS or _is_empty(now, then)


def _days(reading: ReportReader, key: str, start: int, end: int) -> dict[date, int]:
    """Return on how much an indicator rests on each day of a period, in microseconds."""
    found = reading.answer(key, grain=Grain.DAY, compare=None, start=start, end=end)
    return {datetime.fromisoformat(row.key).date(): row.value.n for row in found.rows if row.key}


def _is_empty(now: dict[date, int], then: dict[date, int]) -> bool:
    weekdays = {on.weekday() for on, n in now.items() if n}
    empty, empty_now = (
        sum(not n for on, n in days.items() if on.weekday() in weekdays) / len(days) for days in (then, now)
    )
    return empty >= MOST_EMPTY and empty >= TIMES_AS_EMPTY * empty_now
