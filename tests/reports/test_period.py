"""Which days a period holds and how finely it is cut."""

from datetime import UTC, date, datetime, timedelta

import pytest

from ressenti.indicators.model import Comparison, Grain
from ressenti.indicators.periods import first_of_day
from ressenti.kit.clock import to_us
from ressenti.reports.period import DEFAULT_PRESET, PRESETS, ReportPeriod, grain_for, grains_for, preset

TODAY = date(2026, 11, 21)
"""A Saturday."""


@pytest.mark.parametrize(
    ("key", "start", "end"),
    [
        ("today", date(2026, 11, 21), date(2026, 11, 22)),
        ("yesterday", date(2026, 11, 20), date(2026, 11, 21)),
        ("week", date(2026, 11, 16), date(2026, 11, 23)),
        ("last_week", date(2026, 11, 9), date(2026, 11, 16)),
        ("month", date(2026, 11, 1), date(2026, 12, 1)),
        ("last_month", date(2026, 10, 1), date(2026, 11, 1)),
        ("7d", date(2026, 11, 15), date(2026, 11, 22)),
        ("30d", date(2026, 10, 23), date(2026, 11, 22)),
        ("90d", date(2026, 8, 24), date(2026, 11, 22)),
        ("12m", date(2025, 11, 22), date(2026, 11, 22)),
    ],
)
def test_a_preset_is_whole_days_up_to_today_or_to_the_end_of_what_runs(key: str, start: date, end: date) -> None:
    assert preset(key, today=TODAY) == ReportPeriod(start, end)


def test_every_preset_is_known() -> None:
    assert len(PRESETS) == 10
    assert DEFAULT_PRESET in PRESETS
    assert all(preset(key, today=TODAY).days > 0 for key in PRESETS)


@pytest.mark.parametrize(
    ("week_start", "start"), [(0, date(2026, 11, 16)), (5, date(2026, 11, 21)), (6, date(2026, 11, 15))]
)
def test_a_week_begins_on_the_project_s_own_day(week_start: int, start: date) -> None:
    assert preset("week", today=TODAY, week_start=week_start) == ReportPeriod(start, start + timedelta(days=7))
    assert preset("last_week", today=TODAY, week_start=week_start).end == start


@pytest.mark.parametrize(
    ("today", "last_month"),
    [
        (date(2027, 1, 31), ReportPeriod(date(2026, 12, 1), date(2027, 1, 1))),
        (date(2028, 3, 1), ReportPeriod(date(2028, 2, 1), date(2028, 3, 1))),
    ],
)
def test_last_month_is_a_whole_one_across_years_and_leap_days(today: date, last_month: ReportPeriod) -> None:
    assert preset("last_month", today=today) == last_month
    assert preset("month", today=today).start == last_month.end


def test_twelve_months_before_a_leap_day_begin_on_the_28th() -> None:
    assert preset("12m", today=date(2028, 2, 28)).start == date(2027, 2, 28)


def test_the_previous_period_is_as_long_and_ends_where_this_one_begins() -> None:
    period = ReportPeriod(date(2026, 10, 23), date(2026, 11, 22))

    assert period.days == 30
    assert period.last == date(2026, 11, 21)
    assert period.before(Comparison.PREVIOUS, "Europe/Paris") == ReportPeriod(date(2026, 9, 23), date(2026, 10, 23))


@pytest.mark.parametrize("zone", ["Europe/Paris", "America/Sao_Paulo", "Pacific/Apia", "UTC"])
@pytest.mark.parametrize(
    ("period", "kind", "before"),
    [
        (
            ReportPeriod(date(2026, 3, 1), date(2026, 4, 1)),
            Comparison.MONTH,
            ReportPeriod(date(2026, 2, 1), date(2026, 3, 1)),
        ),
        (
            ReportPeriod(date(2026, 3, 1), date(2026, 4, 1)),
            Comparison.PREVIOUS,
            ReportPeriod(date(2026, 1, 29), date(2026, 3, 1)),
        ),
        (
            ReportPeriod(date(2028, 2, 29), date(2028, 3, 1)),
            Comparison.YEAR,
            ReportPeriod(date(2027, 2, 28), date(2027, 3, 1)),
        ),
        (
            ReportPeriod(date(2026, 11, 16), date(2026, 11, 23)),
            Comparison.YEAR,
            ReportPeriod(date(2025, 11, 16), date(2025, 11, 23)),
        ),
    ],
)
def test_what_a_period_is_compared_with_is_whole_days_in_every_zone(
    zone: str, period: ReportPeriod, kind: Comparison, before: ReportPeriod
) -> None:
    assert period.before(kind, zone) == before


def test_days_begin_when_they_begin_in_the_zone() -> None:
    start, end = ReportPeriod(date(2026, 10, 25), date(2026, 10, 26)).moments("Europe/Paris")

    assert start == to_us(datetime(2026, 10, 24, 22, tzinfo=UTC))
    assert end - start == 25 * 3600 * 1_000_000


def test_a_day_without_a_midnight_begins_when_its_clock_does() -> None:
    assert first_of_day(date(2018, 11, 4), "America/Sao_Paulo") == to_us(datetime(2018, 11, 4, 3, tzinfo=UTC))


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
