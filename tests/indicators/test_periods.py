"""Where moments fall on clocks and calendars, on the days when clocks change."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ressenti.facts.calendar import segments
from ressenti.indicators.comparing import compared
from ressenti.indicators.model import Comparison, Grain
from ressenti.indicators.periods import bucket_of, buckets, read_date, require_order, say_date
from ressenti.indicators.refusals import BadDate, EmptyPeriod, TooManyBuckets
from ressenti.kit.clock import HOUR, from_us, to_us

ZONES = ("UTC", "Europe/Paris", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Chatham", "America/Chicago")


def keys(grain: Grain, start: str, end: str, zone: str, week_start: int = 0) -> list[str]:
    return [one.key for one in buckets(grain, read_date(start, zone), read_date(end, zone), zone, week_start)]


def hours(grain: Grain, start: str, end: str, zone: str) -> list[float]:
    found = buckets(grain, read_date(start, zone), read_date(end, zone), zone, 0)
    return [(one.end - one.start) / HOUR for one in found]


class TestDaysOnWhichClocksChange:
    def test_three_hour_buckets_of_paris_lose_an_hour_in_spring(self) -> None:
        assert hours(Grain.THREE_HOURS, "2025-03-30", "2025-03-31", "Europe/Paris") == [2, 3, 3, 3, 3, 3, 3, 3]

    def test_and_gain_one_in_autumn(self) -> None:
        assert hours(Grain.THREE_HOURS, "2025-10-26", "2025-10-27", "Europe/Paris") == [4, 3, 3, 3, 3, 3, 3, 3]

    def test_such_days_have_23_and_25_hours(self) -> None:
        assert hours(Grain.HOUR, "2025-03-30", "2025-03-31", "Europe/Paris") == [1] * 23
        assert hours(Grain.HOUR, "2025-10-26", "2025-10-27", "Europe/Paris") == [1] * 25

    def test_the_hour_that_comes_twice_is_two_buckets_told_apart_by_their_offset(self) -> None:
        found = keys(Grain.HOUR, "2025-10-26", "2025-10-27", "Europe/Paris")

        assert found[2:4] == ["2025-10-26T02:00:00+02:00", "2025-10-26T02:00:00+01:00"]

    def test_lord_howe_changes_by_half_an_hour(self) -> None:
        autumn = keys(Grain.HOUR, "2025-04-06", "2025-04-07", "Australia/Lord_Howe")
        spring = keys(Grain.HOUR, "2025-10-05", "2025-10-06", "Australia/Lord_Howe")

        assert autumn[1:4] == [
            "2025-04-06T01:00:00+11:00",
            "2025-04-06T01:30:00+10:30",
            "2025-04-06T02:00:00+10:30",
        ]
        assert spring[1:4] == [
            "2025-10-05T01:00:00+10:30",
            "2025-10-05T02:30:00+11:00",
            "2025-10-05T03:00:00+11:00",
        ]
        assert sum(hours(Grain.HOUR, "2025-04-06", "2025-04-07", "Australia/Lord_Howe")) == 24.5

    def test_kathmandu_starts_its_days_at_a_quarter_to(self) -> None:
        assert keys(Grain.DAY, "2025-05-01", "2025-05-03", "Asia/Kathmandu") == [
            "2025-05-01T00:00:00+05:45",
            "2025-05-02T00:00:00+05:45",
        ]

    def test_apia_skipped_a_day(self) -> None:
        found = keys(Grain.DAY, "2011-12-28", "2012-01-02", "Pacific/Apia")

        assert [key[:10] for key in found] == ["2011-12-28", "2011-12-29", "2011-12-31", "2012-01-01"]

    def test_sao_paulo_had_days_without_a_midnight(self) -> None:
        found = keys(Grain.DAY, "2018-11-04", "2018-11-06", "America/Sao_Paulo")

        assert found == ["2018-11-04T01:00:00-02:00", "2018-11-05T00:00:00-02:00"]


class TestWeeksAndMonths:
    def test_a_period_that_begins_within_a_week_begins_with_that_whole_week(self) -> None:
        found = keys(Grain.WEEK, "2020-10-01T12:00", "2020-11-01T12:00", "UTC", week_start=6)

        assert [key[:10] for key in found] == [
            "2020-09-27",
            "2020-10-04",
            "2020-10-11",
            "2020-10-18",
            "2020-10-25",
            "2020-11-01",
        ]

    def test_months_keep_the_offset_of_their_own_first_day(self) -> None:
        assert keys(Grain.MONTH, "2019-03-01", "2019-05-01", "Europe/Berlin") == [
            "2019-03-01T00:00:00+01:00",
            "2019-04-01T00:00:00+02:00",
        ]

    def test_more_than_two_thousand_buckets_are_refused(self) -> None:
        with pytest.raises(TooManyBuckets) as refused:
            keys(Grain.HOUR, "2024-01-01", "2024-06-01", "UTC")

        assert "3648" in str(refused.value)


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001 - the zone is drawn beside it
    st.integers(1, 40),
    st.sampled_from(ZONES),
    st.sampled_from(Grain),
)
def test_buckets_follow_each_other_without_a_gap_and_every_moment_is_in_the_one_its_clock_shows(
    start: datetime, days: int, zone: str, grain: Grain
) -> None:
    first = to_us(start.replace(tzinfo=UTC))
    last = first + days * 24 * HOUR
    found = buckets(grain, first, last, zone, 0)

    assert found[0].start <= first
    assert found[-1].end >= last
    assert all(a.end == b.start for a, b in pairwise(found))
    for moment in (first, (first + last) // 2, last - 1):
        bucket = bucket_of(found, moment)
        assert bucket is not None
        assert _label(from_us(moment).astimezone(ZoneInfo(zone)), grain) == _label(
            from_us(bucket.start).astimezone(ZoneInfo(zone)), grain
        )


def _label(local: datetime, grain: Grain) -> tuple[object, ...]:
    """Say which bucket a clock shows, by the calendar alone."""
    match grain:
        case Grain.HOUR:
            return local.date(), local.hour, local.utcoffset()
        case Grain.THREE_HOURS:
            return local.date(), local.hour // 3
        case Grain.DAY:
            return (local.date(),)
        case Grain.WEEK:
            return (local.date() - timedelta(days=local.weekday()),)
        case Grain.MONTH:
            return local.year, local.month


class TestComparisons:
    def moved(self, kind: Comparison, start: str, end: str, zone: str = "UTC", now: str = "2030-01-01") -> list[str]:
        found = compared(kind, read_date(start, zone), read_date(end, zone), zone, read_date(now, zone))
        return [say_date(one, zone) for one in found]

    def test_the_period_before_is_as_long_and_touches_this_one(self) -> None:
        assert self.moved(Comparison.PREVIOUS, "2024-03-01", "2024-03-31") == ["2024-01-31", "2024-03-01"]

    def test_days_are_compared_with_whole_days_across_a_change_of_clocks(self) -> None:
        assert self.moved(Comparison.PREVIOUS, "2025-03-30", "2025-04-06", "Europe/Paris") == [
            "2025-03-23",
            "2025-03-30",
        ]

    def test_an_unfinished_period_is_compared_with_the_same_elapsed_part(self) -> None:
        found = self.moved(Comparison.PREVIOUS, "2024-05-13", "2024-05-20", now="2024-05-15T12:00")

        assert found == ["2024-05-06", "2024-05-08T12:00:00+00:00"]

    def test_the_part_elapsed_is_counted_in_whole_minutes(self) -> None:
        found = self.moved(Comparison.PREVIOUS, "2024-05-13", "2024-05-20", now="2024-05-15T12:00:59.999999")

        assert found == ["2024-05-06", "2024-05-08T12:00:00+00:00"]

    def test_a_year_before_the_29th_of_february_is_the_28th(self) -> None:
        assert self.moved(Comparison.YEAR, "2024-02-29", "2024-03-02") == ["2023-02-28", "2023-03-02"]

    @pytest.mark.parametrize(
        ("start", "end", "before"),
        [
            ("2026-03-01", "2026-04-01", ["2026-02-01", "2026-03-01"]),  # 31 days with 28
            ("2024-03-01", "2024-04-01", ["2024-02-01", "2024-03-01"]),  # with 29
            ("2026-05-01", "2026-07-01", ["2026-03-01", "2026-05-01"]),  # two months with two
            ("2026-01-01", "2026-02-01", ["2025-12-01", "2026-01-01"]),
            ("2025-12-01", "2026-02-01", ["2025-10-01", "2025-12-01"]),  # over the end of the year
            ("2026-01-01", "2027-01-01", ["2025-01-01", "2026-01-01"]),
        ],
    )
    def test_months_are_compared_with_as_many_months_before_however_long_each_is(
        self, start: str, end: str, before: list[str]
    ) -> None:
        assert self.moved(Comparison.MONTH, start, end) == before

    @pytest.mark.parametrize(
        ("now", "until"),
        [
            ("2026-03-15T09:30", "2026-02-15T09:30:00+00:00"),
            ("2026-03-28T14:00", "2026-02-28T14:00:00+00:00"),
            ("2026-03-29T14:00", "2026-03-01"),  # February has no 29th: it is compared whole (E38)
            ("2026-03-31T14:00", "2026-03-01"),
            ("2026-04-01", "2026-03-01"),
        ],
    )
    def test_an_unfinished_month_is_compared_with_as_much_of_the_one_before(self, now: str, until: str) -> None:
        assert self.moved(Comparison.MONTH, "2026-03-01", "2026-04-01", now=now) == ["2026-02-01", until]

    @pytest.mark.parametrize(
        ("start", "end", "hours"),
        [
            ("2025-04-01", "2025-05-01", 31 * 24 - 1),  # March lost an hour
            ("2025-11-01", "2025-12-01", 31 * 24 + 1),  # October gained one
        ],
    )
    def test_a_month_with_a_change_of_clocks_is_compared_from_midnight_to_midnight(
        self, start: str, end: str, hours: int
    ) -> None:
        zone = "Europe/Paris"
        moments = (read_date(start, zone), read_date(end, zone), zone, read_date("2030-01-01", zone))
        first, last = compared(Comparison.MONTH, *moments)

        assert (last - first) // HOUR == hours
        assert last == moments[0]

    def test_a_running_month_is_compared_up_to_the_same_time_of_day_on_the_clock(self) -> None:
        found = self.moved(Comparison.MONTH, "2025-04-01", "2025-05-01", "Europe/Paris", now="2025-04-30T08:00")

        assert found == ["2025-03-01", "2025-03-30T08:00:00+02:00"]  # after the change of clocks of that night


class TestDates:
    def test_a_date_is_midnight_in_the_zone(self) -> None:
        assert from_us(read_date("2024-07-01", "Europe/Paris")) == datetime(2024, 6, 30, 22, tzinfo=UTC)

    def test_anything_else_is_refused_with_the_form_to_write(self) -> None:
        with pytest.raises(BadDate, match="year-month-day"):
            read_date("31/03/2024", "UTC")

    def test_a_period_that_ends_before_it_begins_is_refused(self) -> None:
        with pytest.raises(EmptyPeriod):
            require_order(read_date("2024-03-02", "UTC"), read_date("2024-03-01", "UTC"), "UTC")

    def test_offsets_are_found_to_the_microsecond(self) -> None:
        cut = segments("Europe/Paris", read_date("2025-03-01", "UTC"), read_date("2025-12-01", "UTC"))

        assert [from_us(one.end).isoformat() for one in cut[:-1]] == [
            "2025-03-30T01:00:00+00:00",
            "2025-10-26T01:00:00+00:00",
        ]
        assert [one.offset // HOUR for one in cut] == [1, 2, 1]
