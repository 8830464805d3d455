"""When something is due again: at the same time on the clock, whatever the clock does that day."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ressenti.jobs.recurrence import Recurrence, last_due, next_due, read_recurrence, read_time
from ressenti.kit.clock import DAY, SECOND, from_us, to_us
from ressenti.kit.refusals import Refusal

ZONES = [
    "UTC",
    "Europe/Paris",
    "America/New_York",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Asia/Kathmandu",
    "Pacific/Apia",
]


def us(text: str) -> int:
    return to_us(datetime.fromisoformat(text))


def due(recurrence: str, day: int | None, time: str, zone: str, after: str) -> str:
    found = next_due(Recurrence(recurrence), day, read_time(time), zone, us(after))
    return from_us(found).astimezone(ZoneInfo(zone)).isoformat()


@pytest.mark.parametrize(
    ("recurrence", "day", "time", "zone", "after", "expected"),
    [
        ("daily", None, "07:00", "UTC", "2026-11-20T06:59:00Z", "2026-11-20T07:00:00+00:00"),
        ("daily", None, "07:00", "UTC", "2026-11-20T07:00:00Z", "2026-11-21T07:00:00+00:00"),
        ("weekly", 1, "07:30", "Europe/Paris", "2026-11-20T12:00:00Z", "2026-11-23T07:30:00+01:00"),
        ("weekly", 7, "23:59", "Europe/Paris", "2026-11-22T22:58:59Z", "2026-11-22T23:59:00+01:00"),
        ("monthly", 1, "00:00", "Asia/Kathmandu", "2026-11-30T18:14:59Z", "2026-12-01T00:00:00+05:45"),
        ("monthly", 28, "08:00", "UTC", "2026-02-28T08:00:00Z", "2026-03-28T08:00:00+00:00"),
    ],
)
def test_the_next_moment_is_the_first_after(
    recurrence: str, day: int | None, time: str, zone: str, after: str, expected: str
) -> None:
    assert due(recurrence, day, time, zone, after) == expected


def test_a_time_that_the_clock_skips_is_the_first_moment_after() -> None:
    assert due("daily", None, "02:30", "Europe/Paris", "2026-03-28T12:00:00Z") == "2026-03-29T03:00:00+02:00"
    assert due("daily", None, "02:15", "Australia/Lord_Howe", "2026-10-03T12:00:00Z") == "2026-10-04T02:30:00+11:00"


def test_a_time_that_the_clock_shows_twice_is_the_first_of_both() -> None:
    assert due("daily", None, "02:30", "Europe/Paris", "2026-10-24T12:00:00Z") == "2026-10-25T02:30:00+02:00"
    assert due("daily", None, "02:30", "Europe/Paris", "2026-10-25T00:30:00Z") == "2026-10-26T02:30:00+01:00"


def test_a_day_that_a_country_skipped_is_due_when_the_next_begins() -> None:
    assert due("daily", None, "08:00", "Pacific/Apia", "2011-12-29T20:00:00Z") == "2011-12-31T00:00:00+14:00"


def test_of_many_missed_moments_the_last_counts() -> None:
    found = last_due(
        Recurrence.DAILY, None, 420, "UTC", since=us("2026-11-01T07:00:00Z"), now=us("2026-11-20T06:00:00Z")
    )

    assert found == us("2026-11-19T07:00:00Z")


@given(
    zone=st.sampled_from(ZONES),
    recurrence=st.sampled_from(Recurrence),
    number=st.integers(1, 28),
    minute=st.integers(0, 1439),
    start=st.integers(us("2010-01-01T00:00Z"), us("2037-01-01T00:00Z")),
)
def test_the_next_moment_shows_the_time_on_its_day_and_none_lies_between(
    zone: str, recurrence: Recurrence, number: int, minute: int, start: int
) -> None:
    day = {Recurrence.DAILY: None, Recurrence.WEEKLY: (number - 1) % 7 + 1, Recurrence.MONTHLY: number}[recurrence]
    found = next_due(recurrence, day, minute, zone, start)
    wall = from_us(found).astimezone(ZoneInfo(zone))

    assert start < found <= start + 33 * DAY
    is_exact = wall.hour * 60 + wall.minute == minute and wall.second == 0
    before = from_us(found - SECOND).astimezone(ZoneInfo(zone))
    assert is_exact or wall.utcoffset() != before.utcoffset()
    if is_exact and recurrence is Recurrence.WEEKLY:
        assert wall.isoweekday() == day
    if is_exact and recurrence is Recurrence.MONTHLY:
        assert wall.day == day
    assert next_due(recurrence, day, minute, zone, found - 1) == found
    middle = start + (found - start) // 2
    assert next_due(recurrence, day, minute, zone, middle) == found or middle == found


@given(
    zone=st.sampled_from(ZONES),
    minute=st.integers(0, 1439),
    start=st.integers(us("2015-01-01T00:00Z"), us("2030-01-01T00:00Z")),
)
def test_sixty_days_have_as_many_moments(zone: str, minute: int, start: int) -> None:
    at, count = start, 0
    while (at := next_due(Recurrence.DAILY, None, minute, zone, at)) <= start + 60 * DAY:
        count += 1

    assert count in {59, 60, 61}


@pytest.mark.parametrize("text", ["", "7", "24:00", "07:60", "-1:00", "７:00", "07:00x", "noon", "1e1:00"])
def test_a_time_that_no_clock_shows_is_refused(text: str) -> None:
    with pytest.raises(Refusal):
        read_time(text)


@pytest.mark.parametrize(
    ("recurrence", "day"),
    [("hourly", "1"), ("", None), ("weekly", "0"), ("weekly", "8"), ("weekly", None), ("monthly", "29")],
)
def test_a_day_that_a_rhythm_does_not_have_is_refused(recurrence: str, day: str | None) -> None:
    with pytest.raises(Refusal):
        read_recurrence(recurrence, day)
