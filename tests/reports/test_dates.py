"""How dates read, in both languages."""

from datetime import date, datetime

import pytest

from ressenti.indicators.model import Grain
from ressenti.reports.dates import bucket, bucket_in_full, clock, day, days_before, moment, offset, span
from ressenti.reports.format import NARROW

AFTERNOON = datetime.fromisoformat("2026-11-21T18:42:00+01:00")


def test_a_moment_is_told_as_its_wall_clock_showed_it() -> None:
    assert moment(AFTERNOON) == "21 Nov 2026, 18:42"
    assert moment(AFTERNOON, language="fr") == f"21 nov. 2026, 18{NARROW}h{NARROW}42"
    assert clock(AFTERNOON.replace(hour=8), language="fr") == f"8{NARROW}h{NARROW}42"


def test_french_says_the_first_of_a_month_as_1er() -> None:
    assert day(date(2026, 9, 1), language="fr") == "1er sept. 2026"
    assert day(date(2026, 9, 1)) == "1 Sep 2026"
    assert day(date(2026, 9, 11), language="fr") == "11 sept. 2026"


def test_a_span_says_nothing_twice() -> None:
    assert span(date(2026, 10, 23), date(2026, 11, 21)) == "23 Oct – 21 Nov 2026"
    assert span(date(2025, 11, 22), date(2026, 11, 21)) == "22 Nov 2025 – 21 Nov 2026"
    assert span(date(2026, 11, 21), date(2026, 11, 21)) == "Sat 21 Nov 2026"
    assert span(date(2026, 10, 23), date(2026, 11, 21), language="fr") == "23 oct. – 21 nov. 2026"


@pytest.mark.parametrize(
    ("grain", "named", "short", "full"),
    [
        (Grain.HOUR, "18:42", "18:42", "Sat 21 Nov 2026, 18:42"),
        (Grain.THREE_HOURS, "18:42", "18:42", "Sat 21 Nov 2026, 18:42"),
        (Grain.DAY, "Sat 21 Nov", "21 Nov", "Sat 21 Nov 2026"),
        (Grain.WEEK, "21 Nov 2026", "21 Nov", "week of 21 Nov 2026"),
        (Grain.MONTH, "Nov 2026", "Nov 26", "Nov 2026"),
    ],
)
def test_a_bucket_is_named_by_its_grain(grain: Grain, named: str, short: str, full: str) -> None:
    assert bucket(AFTERNOON, grain) == named
    assert bucket(AFTERNOON, grain, is_short=True) == short
    assert bucket_in_full(AFTERNOON, grain) == full


def test_the_period_before_is_counted_in_days() -> None:
    assert days_before(30) == "30 days before"
    assert days_before(1) == "the day before"
    assert days_before(1, language="fr") == "la veille"


def test_the_two_hours_of_an_autumn_night_are_told_apart() -> None:
    assert offset(datetime.fromisoformat("2026-10-25T02:00:00+02:00")) == "UTC+02:00"
    assert offset(datetime.fromisoformat("2026-10-25T02:00:00-03:30")) == "UTC−03:30"
