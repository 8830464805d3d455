"""Which days a period holds and how finely it is cut."""

from datetime import UTC, date, datetime

import pytest

from ressenti.indicators.model import Grain
from ressenti.kit.clock import to_us
from ressenti.reports.period import Period, grain_for, grains_for, midnight, preset


@pytest.mark.parametrize(
    ("key", "start"),
    [
        ("7d", date(2026, 11, 15)),
        ("30d", date(2026, 10, 23)),
        ("90d", date(2026, 8, 24)),
        ("12m", date(2025, 11, 22)),
    ],
)
def test_a_preset_ends_with_today(key: str, start: date) -> None:
    assert preset(key, today=date(2026, 11, 21)) == Period(start, date(2026, 11, 22))


def test_twelve_months_before_a_leap_day_begin_on_the_28th() -> None:
    assert preset("12m", today=date(2028, 2, 28)).start == date(2027, 2, 28)


def test_the_previous_period_is_as_long_and_ends_where_this_one_begins() -> None:
    period = Period(date(2026, 10, 23), date(2026, 11, 22))

    assert period.days == 30
    assert period.last == date(2026, 11, 21)
    assert period.previous == Period(date(2026, 9, 23), date(2026, 10, 23))


def test_days_begin_when_they_begin_in_the_zone() -> None:
    start, end = Period(date(2026, 10, 25), date(2026, 10, 26)).moments("Europe/Paris")

    assert start == to_us(datetime(2026, 10, 24, 22, tzinfo=UTC))
    assert end - start == 25 * 3600 * 1_000_000


def test_a_day_without_a_midnight_begins_when_its_clock_does() -> None:
    assert midnight(date(2018, 11, 4), "America/Sao_Paulo") == to_us(datetime(2018, 11, 4, 3, tzinfo=UTC))


@pytest.mark.parametrize(
    ("days", "grain"),
    [
        (1, Grain.THREE_HOURS),
        (2, Grain.DAY),
        (31, Grain.DAY),
        (32, Grain.WEEK),
        (182, Grain.WEEK),
        (183, Grain.MONTH),
        (3650, Grain.MONTH),
    ],
)
def test_the_grain_follows_the_length(days: int, grain: Grain) -> None:
    assert grain_for(days) is grain


def test_only_grains_that_make_a_figure_are_offered() -> None:
    assert grains_for(1) == (Grain.HOUR, Grain.THREE_HOURS)
    assert grains_for(30) == (Grain.THREE_HOURS, Grain.DAY, Grain.WEEK)
    assert grains_for(366) == (Grain.DAY, Grain.WEEK, Grain.MONTH)
    assert all(grain_for(days) in grains_for(days) for days in (1, 2, 31, 32, 182, 183, 9000))
