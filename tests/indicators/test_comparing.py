"""What stands beside what in a comparison: other periods to the day, buckets paired by the calendar (D36)."""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ressenti.facts.model import Conversation
from ressenti.indicators.catalogue import INDICATORS
from ressenti.indicators.comparing import compared
from ressenti.indicators.measures import Distribution
from ressenti.indicators.model import Answer, Comparison, Grain, OtherDates, Row, Value
from ressenti.indicators.parse_question import read_comparison
from ressenti.indicators.periods import first_of_day, read_date, say_date
from ressenti.indicators.refusals import NoCalendarUnit
from ressenti.kit.clock import HOUR, MINUTE, SECOND, from_us, to_us
from ressenti.record.messages import Message
from ressenti.record.survey_answers import SurveyOffer
from tests.indicators.test_oracle import IDS, PEOPLE, Bench
from tests.support import reference, side_by_side

LATER = to_us(datetime.fromisoformat("2030-01-01T00:00:00+00:00"))


@pytest.fixture(scope="module", params=["in the file", "in order", "changed since"])
def bench(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    made = Bench(tmp_path_factory.mktemp("comparing"), request.param)
    yield made
    made.close()


def every(step: int, start: str, end: str, zone: str) -> list[Conversation]:
    """Return one conversation every so often, closed when it was opened."""
    first, last = read_date(start, zone), read_date(end, zone)
    return [_talk(i, at) for i, at in enumerate(range(first, last, step), start=1)]


def _talk(number: int, at: int, wait: int = 60) -> Conversation:
    messages = (Message(at, "visitor", None), Message(at + wait * SECOND, "agent", PEOPLE[number % 3]))
    offer = SurveyOffer(number, at, at, IDS["survey"][0], None, 1 + number % 5, "5", number % 11)
    return Conversation(
        id=number,
        opened_at=at,
        closed_at=at,
        labels=(IDS["channel"][number % 2], None, None, None),
        messages=messages,
        offers=(offer,) if number % 4 else (),
    )


@dataclass(frozen=True)
class Asked:
    """A company, before which questions are put."""

    bench: Bench

    def of(self, talks: list[Conversation]) -> "Asked":
        self.bench.fill(talks, [])
        return self

    def __call__(self, key: str, start: str, end: str, compare: str, zone: str, **words: Any) -> Answer:
        asked = {"compare": read_comparison(compare), "zone": zone, **words}
        with self.bench.store.read() as connection:
            return self.bench.ask(connection, key, start=read_date(start, zone), end=read_date(end, zone), **asked)


@pytest.fixture
def asked(bench: Bench) -> Asked:
    return Asked(bench)


def of(value: Value | None) -> tuple[Any, int] | None:
    return (value.value, value.n) if value else None


def pairs(answer: Answer) -> dict[str, tuple[Any, Any]]:
    """Return the values of each bucket, now and then, by the bucket's start; None for no partner."""
    return {_key(row): (row.value.value, row.previous.value if row.previous else None) for row in answer.rows}


def _key(row: Row) -> str:
    return str(row.bucket or row.key)


class TestTheOtherPeriod:
    @pytest.mark.parametrize(
        ("kind", "start", "end", "zone", "before"),
        [
            ("previous", "2026-04-24", "2026-04-25", "Africa/Cairo", 24),  # midnight of the 24th is skipped
            ("year", "2026-04-24", "2026-04-25", "Africa/Cairo", 24),
            ("year", "2025-04-25", "2025-04-26", "Africa/Cairo", 24),
            ("month", "2026-04-24", "2026-04-25", "Africa/Cairo", 24),
            ("previous", "2026-04-25", "2026-04-26", "Africa/Cairo", 23),  # the day that has 23 hours itself
            ("previous", "2026-09-06", "2026-09-13", "America/Santiago", 168),
            ("previous", "2026-09-13", "2026-09-20", "America/Santiago", 167),
            ("previous", "2026-11-01", "2026-11-02", "America/Havana", 24),  # its midnight comes twice
            ("previous", "2026-11-02", "2026-11-03", "America/Havana", 25),
        ],
    )
    def test_a_day_begins_with_its_first_moment_whatever_the_clock_does_at_midnight(
        self, asked: Asked, kind: str, start: str, end: str, zone: str, before: int
    ) -> None:
        first, last = compared(Comparison(kind), read_date(start, zone), read_date(end, zone), zone, LATER)

        assert (last - first) // HOUR == before
        talks = [_talk(i, at) for i, at in enumerate(range(first - 3 * HOUR, last + 3 * HOUR, HOUR), start=1)]
        if len(talks) < 49:
            assert of(asked.of(talks)("conversations", start, end, kind, zone, now=LATER).previous) == (before, before)

    @pytest.mark.parametrize(
        ("kind", "start", "end", "before"),
        [
            ("year", "2024-02-28", "2024-02-29", ["2023-02-28", "2023-03-01"]),
            ("year", "2024-02-01", "2024-02-29", ["2023-02-01", "2023-03-01"]),
            ("year", "2024-02-29", "2024-03-01", ["2023-02-28", "2023-03-01"]),
            ("month", "2026-03-31", "2026-04-01", ["2026-02-28", "2026-03-01"]),
            ("month", "2024-03-30", "2024-03-31", ["2024-02-29", "2024-03-01"]),
            ("month", "2026-05-31", "2026-06-01", ["2026-04-30", "2026-05-01"]),
            ("month", "2026-03-29T10:00", "2026-03-29T12:00", ["2026-02-28T10:00:00+00:00", "2026-03-01"]),
        ],
    )
    def test_a_day_that_the_other_month_lacks_begins_with_its_last_and_ends_with_the_next_months_first(
        self, kind: str, start: str, end: str, before: list[str]
    ) -> None:
        span = compared(Comparison(kind), read_date(start, "UTC"), read_date(end, "UTC"), "UTC", LATER)

        assert [say_date(one, "UTC") for one in span] == before

    @pytest.mark.parametrize(
        ("start", "end", "kind", "before"),
        [
            ("2024-02-28", "2024-02-29", "year", 1),
            ("2024-02-01", "2024-02-29", "year", 28),
            ("2026-03-31", "2026-04-01", "month", 1),
        ],
    )
    def test_of_one_conversation_a_day_each_day_of_it_is_counted(
        self, asked: Asked, start: str, end: str, kind: str, before: int
    ) -> None:
        begin = "2023-02-01T12:00" if kind == "year" else "2026-02-01T12:00"
        found = asked.of(every(24 * HOUR, begin, begin[:5] + "03-15", "UTC"))(
            "conversations", start, end, kind, "UTC", now=LATER
        )

        assert of(found.previous) == (before, before)

    @pytest.mark.parametrize(
        ("day", "zone", "shown"),
        [
            ("2026-04-24", "Africa/Cairo", "2026-04-23T22:00:00+00:00"),
            ("2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00:00+00:00"),
            ("2026-11-01", "America/Havana", "2026-11-01T04:00:00+00:00"),
            ("1919-03-31", "America/Toronto", "1919-03-31T04:30:00+00:00"),  # at half past eleven the clock jumped
            ("2011-12-30", "Pacific/Apia", "2011-12-30T10:00:00+00:00"),  # no moment of it: the next day's first
        ],
    )
    def test_a_date_means_the_first_moment_of_that_day_and_is_told_as_the_date_again(
        self, day: str, zone: str, shown: str
    ) -> None:
        moment = read_date(day, zone)

        assert from_us(moment).isoformat() == shown
        assert moment == first_of_day(date.fromisoformat(day), zone)
        assert say_date(moment, zone) == (day if zone != "Pacific/Apia" else "2011-12-31")


class TestWeekdaysUnitsAndOwnDates:
    @pytest.mark.parametrize(
        ("start", "end", "before"),
        [
            ("2026-11-07", "2026-11-08", ["2026-10-31", "2026-11-01"]),  # a Saturday, and the one before
            ("2026-11-02", "2026-11-09", ["2026-10-26", "2026-11-02"]),
            ("2026-11-02", "2026-11-10", ["2026-10-19", "2026-10-27"]),  # eight days: two weeks back
            ("2026-10-23", "2026-11-22", ["2026-09-18", "2026-10-18"]),  # thirty days: five weeks
            ("2024-02-29", "2024-03-01", ["2024-02-22", "2024-02-23"]),
            ("2024-03-03", "2024-03-09", ["2024-02-25", "2024-03-02"]),
        ],
    )
    def test_the_same_weekdays_lie_the_least_number_of_weeks_back_that_clears_the_period(
        self, start: str, end: str, before: list[str]
    ) -> None:
        span = compared(Comparison.WEEKDAYS, read_date(start, "UTC"), read_date(end, "UTC"), "UTC", LATER)

        assert [say_date(one, "UTC") for one in span] == before
        assert date.fromisoformat(start).weekday() == date.fromisoformat(before[0]).weekday()

    @pytest.mark.parametrize(
        ("start", "end", "before"),
        [
            ("2026-11-02", "2026-11-09", ["2026-10-26", "2026-11-02"]),  # a week
            ("2026-03-01", "2026-04-01", ["2026-02-01", "2026-03-01"]),  # a month
            ("2026-04-01", "2026-07-01", ["2026-01-01", "2026-04-01"]),  # a quarter
            ("2025-01-01", "2026-01-01", ["2024-01-01", "2025-01-01"]),  # a year, and a leap year before
            ("2024-02-01", "2024-03-01", ["2024-01-01", "2024-02-01"]),
        ],
    )
    def test_a_calendar_unit_is_compared_with_the_one_before(self, start: str, end: str, before: list[str]) -> None:
        for zone in ("UTC", "Europe/Paris", "Africa/Cairo"):
            span = compared(Comparison.UNIT, read_date(start, zone), read_date(end, zone), zone, LATER)

            assert [say_date(one, zone) for one in span] == before

    @pytest.mark.parametrize("end", ["2026-11-03", "2026-11-04", "2026-12-02", "2026-11-09T12:00"])
    def test_days_that_are_no_calendar_unit_are_refused_and_not_rounded(self, end: str) -> None:
        with pytest.raises(NoCalendarUnit, match="no calendar unit"):
            compared(Comparison.UNIT, read_date("2026-11-02", "UTC"), read_date(end, "UTC"), "UTC", LATER)

    def test_weeks_of_a_year_are_paired_by_their_number_and_days_by_their_name(self, asked: Asked) -> None:
        words = ("conversations", "2025-01-01", "2026-01-01")
        asked.of(every(9 * 24 * HOUR, "2024-01-01T12:00", "2025-01-01", "UTC"))
        for grain in (Grain.DAY, Grain.WEEK, Grain.MONTH):
            unit = asked(*words, "unit", "UTC", grain=grain, now=LATER)

            assert unit == asked(*words, "year", "UTC", grain=grain, now=LATER)
            assert of(unit.previous) == (41, 41)

    def test_dates_of_ones_own_are_taken_as_they_are_and_their_days_paired_by_place(self, asked: Asked) -> None:
        talks = every(24 * HOUR, "2026-03-28T12:00", "2026-04-03", "Europe/Paris")
        answer = asked.of(talks)(
            "conversations", "2026-10-24", "2026-10-28", "2026-03-28..2026-03-31", "Europe/Paris", grain=Grain.DAY,
            now=LATER,
        )  # fmt: skip

        assert of(answer.previous) == (3, 3)
        assert [then for _now, then in pairs(answer).values()] == [1, 1, 1, None]

    def test_dates_of_ones_own_may_lie_later(self, asked: Asked) -> None:
        asked.of(every(HOUR, "2026-03-29", "2026-03-30", "Europe/Paris"))
        answer = asked(
            "conversations", "2026-03-28", "2026-03-29", "2026-03-29..2026-03-30", "Europe/Paris", grain=Grain.HOUR,
            now=LATER,
        )  # fmt: skip

        found = {key[11:13]: then for key, (_now, then) in pairs(answer).items()}
        assert found.pop("02") is None  # the hour that the clock skipped
        assert set(found.values()) == {1}
        assert of(answer.previous) == (23, 23)

    def test_of_a_period_that_runs_only_as_much_of_ones_own_dates_is_compared_and_never_more_than_they_are(
        self,
    ) -> None:
        start, end, now = (read_date(on, "UTC") for on in ("2026-05-01", "2026-05-08", "2026-05-03T12:00"))
        cut = compared(OtherDates(date(2026, 4, 1), date(2026, 4, 8)), start, end, "UTC", now)
        short = compared(OtherDates(date(2026, 4, 1), date(2026, 4, 2)), start, end, "UTC", now)

        assert [say_date(one, "UTC") for one in cut] == ["2026-04-01", "2026-04-03T12:00:00+00:00"]
        assert [say_date(one, "UTC") for one in short] == ["2026-04-01", "2026-04-02"]

    def test_an_hour_that_comes_twice_stands_beside_the_same_hour_of_the_week_before(self, asked: Asked) -> None:
        zone = "Europe/Paris"
        asked.of([_talk(1, read_date("2026-10-18T02:30", zone)), _talk(2, read_date("2026-10-18T03:30", zone))])
        answer = asked("conversations", "2026-10-25", "2026-10-26", "weekdays", zone, grain=Grain.HOUR, now=LATER)

        found = pairs(answer)
        assert found["2026-10-25T02:00:00+02:00"] == found["2026-10-25T02:00:00+01:00"] == (0, 1)


class TestPairs:
    def test_days_of_a_leap_february_stand_beside_those_of_the_same_name(self, asked: Asked) -> None:
        talks = [_talk(day, read_date(f"2023-02-{day}T12:00", "UTC")) for day in (27, 28)]
        talks += [_talk(30 + i, read_date("2023-03-01T12:00", "UTC")) for i in range(3)]
        answer = asked.of(talks)("conversations", "2024-02-27", "2024-03-03", "year", "UTC", grain=Grain.DAY, now=LATER)

        assert {key[5:10]: then for key, (_now, then) in pairs(answer).items()} == {
            "02-27": 1,
            "02-28": 1,
            "02-29": None,
            "03-01": 3,
            "03-02": 0,
        }
        assert of(answer.previous) == (5, 5)

    def test_and_the_other_way_round_nothing_stands_beside_the_29th(self, asked: Asked) -> None:
        talks = [_talk(i, read_date(f"2024-02-29T{i:02}:00", "UTC")) for i in range(1, 5)]
        talks.append(_talk(9, read_date("2024-03-01T12:00", "UTC")))
        answer = asked.of(talks)("conversations", "2025-02-27", "2025-03-03", "year", "UTC", grain=Grain.DAY, now=LATER)

        assert [then for _now, then in pairs(answer).values()] == [0, 0, 1, 0]
        assert of(answer.previous) == (5, 5)

    def test_days_of_a_longer_month_stand_beside_nothing(self, asked: Asked) -> None:
        talks = every(24 * HOUR, "2026-02-01T12:00", "2026-03-01", "UTC")
        answer = asked.of(talks)(
            "conversations", "2026-03-01", "2026-04-01", "month", "UTC", grain=Grain.DAY, now=LATER
        )

        assert [then for _now, then in pairs(answer).values()] == [1] * 28 + [None] * 3

    def test_an_hour_that_comes_twice_stands_both_times_beside_the_one_of_the_day_before(self, asked: Asked) -> None:
        zone = "Europe/Paris"
        talks = [_talk(1, read_date("2026-10-24T02:30", zone)), _talk(2, read_date("2026-10-24T03:30", zone))]
        talks.append(_talk(3, read_date("2026-10-24T02:40", zone)))
        answer = asked.of(talks)(
            "conversations", "2026-10-25", "2026-10-26", "previous", zone, grain=Grain.HOUR, now=LATER
        )

        found = pairs(answer)
        assert len(found) == 25
        assert found["2026-10-25T02:00:00+02:00"] == (0, 2)
        assert found["2026-10-25T02:00:00+01:00"] == (0, 2)
        assert found["2026-10-25T03:00:00+01:00"] == (0, 1)

    def test_beside_two_hours_of_one_name_stand_both_together_reckoned_from_their_rows(self, asked: Asked) -> None:
        zone = "Europe/Paris"
        first, again = read_date("2026-10-25T02:00:00+02:00", zone), read_date("2026-10-25T02:00:00+01:00", zone)
        talks = [_talk(i, first + i * MINUTE, wait) for i, wait in ((1, 10), (2, 20), (3, 30))]
        talks += [_talk(4, again, 600), _talk(5, again, 40)]
        asked.of(talks)
        words = ("2026-10-26", "2026-10-27", "previous", zone)
        waits = asked("first_response_time", *words, grain=Grain.HOUR, now=LATER)

        [row] = [row for row in waits.rows if row.key == "2026-10-26T02:00:00+01:00"]
        assert of(row.previous) == (30, 5)  # the median of 10, 20, 30, 40, 600; of the two hours' own it would be 170
        assert len(waits.rows) == 24
        by = asked("conversations", *words, grain=Grain.HOUR, by="channel", now=LATER)
        assert sum(row.previous.n for row in by.rows if row.previous) == 5
        ratings = asked("csat_distribution", *words, grain=Grain.HOUR, now=LATER)
        assert sum(row.previous.n for row in ratings.rows if row.previous) == 4

    def test_an_hour_that_the_other_day_skipped_has_nothing_beside_it(self, asked: Asked) -> None:
        zone = "Europe/Paris"
        talks = every(HOUR, "2026-03-29", "2026-03-30", zone)
        answer = asked.of(talks)(
            "conversations", "2026-03-30", "2026-03-31", "previous", zone, grain=Grain.HOUR, now=LATER
        )

        found = {key[11:13]: then for key, (_now, then) in pairs(answer).items()}
        assert found.pop("02") is None
        assert set(found.values()) == {1}

    def test_three_hours_stand_beside_the_same_three(self, asked: Asked) -> None:
        zone = "Europe/Paris"
        answer = asked.of(every(HOUR, "2026-10-25", "2026-10-26", zone))(
            "conversations", "2026-10-26", "2026-10-27", "previous", zone, grain=Grain.THREE_HOURS, now=LATER
        )

        assert [then for _now, then in pairs(answer).values()] == [4, 3, 3, 3, 3, 3, 3, 3]

    def test_days_of_the_period_before_are_paired_by_place(self, asked: Asked) -> None:
        talks = every(24 * HOUR, "2026-03-28T12:00", "2026-03-30", "Europe/Paris")
        answer = asked.of(talks)(
            "conversations", "2026-03-30", "2026-04-02", "previous", "Europe/Paris", grain=Grain.DAY, now=LATER
        )

        assert [then for _now, then in pairs(answer).values()] == [0, 1, 1]

    def test_weeks_of_a_year_before_are_paired_by_their_number(self, asked: Asked) -> None:
        talks = [_talk(1, read_date("2025-01-06T12:00", "UTC"))]  # week 2 of 2025; the same date is in week 2 of 2026
        answer = asked.of(talks)(
            "conversations", "2026-01-01", "2026-02-01", "year", "UTC", grain=Grain.WEEK, now=LATER
        )

        assert {key[:10]: then for key, (_now, then) in pairs(answer).items()} == {
            "2025-12-29": 0,
            "2026-01-05": 1,
            "2026-01-12": 0,
            "2026-01-19": 0,
            "2026-01-26": 0,
        }

    def test_what_is_still_to_come_stands_beside_nothing(self, asked: Asked) -> None:
        now = read_date("2026-05-02T12:00", "UTC")
        answer = asked.of(every(24 * HOUR, "2026-04-20T10:00", "2026-05-01", "UTC"))(
            "conversations", "2026-05-01", "2026-05-05", "previous", "UTC", grain=Grain.DAY, now=now
        )

        assert [then for _now, then in pairs(answer).values()] == [1, 1, None, None]


LEAP = ("2024-02-27", "2024-02-29", "2024-03-01", "2025-02-26", "2025-02-28", "2026-03-29", "2026-03-31", "2025-12-29")
CHANGES = {
    "UTC": LEAP,
    "Europe/Paris": ("2026-03-29", "2026-10-25"),
    "Africa/Cairo": ("2026-04-24", "2026-10-29"),
    "America/Santiago": ("2026-04-04", "2026-09-06"),
    "America/Havana": ("2026-03-08", "2026-11-01"),
    "Australia/Lord_Howe": ("2026-04-05", "2026-10-04"),
    "Asia/Kathmandu": LEAP,
}
"""Days on which clocks change, by zone; where they do not, days that other years and months lack, and around them."""


LATER_BY = {Comparison.PREVIOUS: 1, Comparison.WEEKDAYS: 7, Comparison.MONTH: 31, Comparison.YEAR: 365}
"""So many days after a day, it may lie in the other period. A calendar unit is compared as one of these, or refused."""


@st.composite
def comparisons(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a question with a comparison, often of or with a day of a change, and conversations in both periods."""
    zone, kind, grain = (draw(st.sampled_from(each)) for each in (list(CHANGES), list(LATER_BY), [Grain.HOUR, *Grain]))
    later = LATER_BY[kind]
    first = date.fromisoformat(draw(st.sampled_from(CHANGES[zone])))
    first += timedelta(days=draw(st.sampled_from((-1, 0, later, later, later + 1))))
    longest = {Grain.HOUR: 3, Grain.THREE_HOURS: 5, Grain.DAY: 20}.get(grain, 70)
    end = first + timedelta(days=draw(st.integers(1, longest)))
    since = draw(st.none() | st.integers(0, 95 * (end - first).days))
    early = draw(st.lists(st.integers(0, 28), max_size=8))
    return _drawn(zone, kind, grain, (first, end), since, [*early, *draw(st.lists(st.integers(0, 3000), max_size=8))])


def _drawn(
    zone: str, kind: Comparison, grain: Grain, days: tuple[date, date], since: int | None, places: list[int]
) -> dict[str, Any]:
    """Return a question, asked so many quarters of an hour after its period began, and conversations at `places`."""
    walls = [datetime.combine(on, datetime.min.time()) for on in days]
    start, stop = (side_by_side.first_quarter(wall, zone) for wall in walls)
    now = LATER if since is None else start + since * side_by_side.QUARTER
    until = walls[1] if now >= stop else walls[0] if now == start else side_by_side.clock(now, zone)
    there = side_by_side.other(kind, *days, until, zone)
    talks = [
        _talk(i, there[0] + place * side_by_side.QUARTER, 7 * i * i)
        for i, place in enumerate(places, start=1)
        if there[0] + place * side_by_side.QUARTER < there[1] + 8 * HOUR
    ]
    talks += [_talk(40 + i, start + i * 5 * HOUR, 60) for i in range(5)]
    asked = {"zone": zone, "grain": grain, "compare": kind, "start": start, "end": stop, "now": now}
    return {"asked": asked, "days": days, "there": there, "talks": talks}


@pytest.mark.parametrize("zone", [zone for zone, days in CHANGES.items() if days is not LEAP])
def test_hours_of_every_change_stand_beside_what_the_calendar_says(bench: Bench, zone: str) -> None:
    for change in map(date.fromisoformat, CHANGES[zone]):
        for later, kind, grain, key in (
            (1, Comparison.PREVIOUS, Grain.HOUR, "first_response_time"),
            (0, Comparison.PREVIOUS, Grain.HOUR, "nps_distribution"),
            (365, Comparison.YEAR, Grain.HOUR, "conversations"),
            (1, Comparison.PREVIOUS, Grain.THREE_HOURS, "conversations"),
        ):
            first = change + timedelta(days=later)
            check(
                bench, _drawn(zone, kind, grain, (first, first + timedelta(days=1)), None, list(range(24))), key, None
            )


@settings(deadline=None)
@given(drawn=comparisons(), key=st.sampled_from(list(INDICATORS)), by=st.none() | st.just("channel"))
def test_every_bucket_stands_beside_what_the_calendar_says(
    bench: Bench, drawn: dict[str, Any], key: str, by: str | None
) -> None:
    check(bench, drawn, key, by)


def check(bench: Bench, drawn: dict[str, Any], key: str, by: str | None) -> None:
    """Compare every row of an answer with what plain Python finds beside it."""
    bench.fill(drawn["talks"], [])
    asked, (start, end) = drawn["asked"], drawn["there"]
    zone, kind, grain = asked["zone"], asked["compare"].value, asked["grain"].value
    rules = {"anchor": "closed", "zone": zone, "period": (start, end), "window_us": 24 * HOUR, "now": asked["now"]}
    with bench.store.read() as connection:
        answer = bench.ask(connection, key, by=by, window_s=24 * 3600, **asked)
    is_spread = isinstance(INDICATORS[key].measure, Distribution)
    if not is_spread:
        whole = reference.expected(bench.rows, key, by=None, grain=None, **rules)
        assert _said(answer.previous) == _wanted(whole.get(()))
    there = side_by_side.names(kind, grain, start, end, zone)
    for place, moment in enumerate(dict.fromkeys(map(_key, answer.rows))):
        partner = _partner(drawn, there, place, moment)
        want = reference.expected(
            bench.rows,
            key,
            by=by,
            grain=None,
            only=lambda at, partner=partner: side_by_side.name(kind, grain, side_by_side.clock(at, zone)) == partner,  # type: ignore[misc]
            **rules,
        )
        for row in answer.rows:
            if _key(row) != moment:
                continue
            if partner in there:
                assert _said(row.previous) == _wanted(want.get(_cell(row, by)))
            else:
                assert row.previous is None


def _partner(drawn: dict[str, Any], there: Sequence[Hashable], place: int, moment: str) -> Hashable:
    """Return what the bucket is called that a bucket stands beside, by its place or by its own name."""
    kind, grain = drawn["asked"]["compare"].value, drawn["asked"]["grain"].value
    if kind in {"previous", "weekdays"} and grain in {"day", "week", "month"}:
        return there[place] if place < len(there) else None
    wall = datetime.fromisoformat(moment).replace(tzinfo=None)
    return side_by_side.partner(kind, grain, str(side_by_side.name(kind, grain, wall)), *drawn["days"])


def _cell(row: Row, by: str | None) -> tuple[Any, ...]:
    """Return how plain Python keys a row of one bucket."""
    own = [int(row.key.rpartition(" ")[2]) if row.key else None] if by else []
    return (*own, *([int(row.rating)] if row.rating else []))


def _said(value: Value | None) -> tuple[Any, int]:
    assert value is not None
    return (value.value or 0, value.n)


def _wanted(found: tuple[float, int] | None) -> tuple[Any, int]:
    return (pytest.approx(found[0], abs=1e-9), found[1]) if found else (0, 0)
