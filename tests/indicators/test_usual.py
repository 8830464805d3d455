"""What is usual: the median of eight earlier values, incidents left out, and its band (domain section 3.2)."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from statistics import median
from typing import Any

import pytest

from ressenti.indicators.intervals import wilson
from ressenti.indicators.model import Better, Filter, Grain, TargetValue, Unit, UsualValue, Value
from ressenti.indicators.parse_question import read_comparison
from ressenti.indicators.periods import read_date
from ressenti.indicators.refusals import NoTarget, NothingFiltered, NothingToCompare
from ressenti.indicators.usual import is_unusual, usual_of
from ressenti.kit.clock import HOUR
from ressenti.reports.comparison import Clarity, compare
from tests.indicators.test_comparing import CHANGES, LATER, Asked, _talk, of, pairs
from tests.indicators.test_oracle import Bench
from tests.support import side_by_side


@pytest.fixture(scope="module", params=["in the file", "in order"])
def bench(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    made = Bench(tmp_path_factory.mktemp("usual"), request.param)
    yield made
    made.close()


@pytest.fixture
def asked(bench: Bench) -> Asked:
    return Asked(bench)


def share(hits: int, n: int = 100) -> Value:
    return Value(100 * hits / n, n, *wilson(hits, n))


def shares(*hits: int) -> list[Value]:
    return [share(one) for one in hits]


class TestTheUsual:
    def test_it_is_the_median_and_its_band_goes_from_the_second_lowest_to_the_second_highest(self) -> None:
        found = usual_of(shares(80, 82, 84, 86, 88, 90, 92, 94))

        assert found == UsualValue(87.0, 800, 82.0, 92.0, values=8)

    @pytest.mark.parametrize("tuesdays", [(86, 87, 85, 86, 45, 88, 86, 87), (86, 45, 85, 86, 45, 88, 86, 87)])
    def test_UN_11_an_incident_is_clear_and_so_is_the_second_one(self, tuesdays: tuple[int, ...]) -> None:  # noqa: N802 - the case's name
        usual = usual_of(shares(*tuesdays))

        assert usual.value == 86.0
        assert is_unusual(share(45), usual)
        change = compare(share(45), usual, unit=Unit.PERCENT, better=Better.HIGHER)
        assert change is not None
        assert (change.difference, change.clarity, change.is_good_news) == (-41.0, Clarity.CLEAR, False)

    def test_UN_11_without_leaving_incidents_out_the_second_would_be_within_the_band(self) -> None:  # noqa: N802 - the case's name
        found = sorted(one.value or 0 for one in shares(86, 45, 85, 86, 45, 88, 86, 87))

        assert found[1] == 45  # the control: what the band would begin with

    def test_of_fewer_than_four_nothing_is_usual(self) -> None:
        assert usual_of(shares(80, 82, 84)) == UsualValue(None, 300, values=3)
        assert usual_of([*shares(80, 82, 84), Value(None, 0)]).value is None
        assert usual_of(shares(80, 82, 84, 86)) == UsualValue(83.0, 400, 82.0, 84.0, values=4)

    def test_what_lies_within_the_band_or_could_be_chance_is_not_clear(self) -> None:
        usual = usual_of(shares(80, 82, 84, 86, 88, 90, 92, 94))

        assert not is_unusual(share(82), usual)  # in the band
        assert not is_unusual(share(16, 20), usual)  # below it, and its interval holds 87
        assert is_unusual(share(75), usual)

    def test_UN_04_from_zero_there_is_no_percentage_and_from_nothing_no_change(self) -> None:  # noqa: N802 - the case's name
        zeros = usual_of([Value(0, 0)] * 8)
        change = compare(Value(50, 50), zeros, unit=Unit.COUNT, better=Better.NEUTRAL)

        assert change is not None
        assert (change.difference, change.relative) == (50, None)
        none = compare(Value(0, 0), zeros, unit=Unit.COUNT, better=Better.NEUTRAL)
        assert none is not None
        assert none.direction == "stable"
        assert compare(Value(40, 12), usual_of([]), unit=Unit.SECONDS, better=Better.LOWER) is None


class TestAsked:
    def test_UN_10_a_monday_is_told_against_mondays_though_it_takes_three_times_as_long_as_sunday(  # noqa: N802 - the case's name
        self, asked: Asked
    ) -> None:
        first = read_date("2026-09-07T12:00", "UTC")
        days = [first + i * 24 * HOUR for i in range(57)]  # eight weeks, and the Monday after them
        waits = [40 if i % 7 > 4 else 120 for i in range(57)]
        asked.of([_talk(i, at, wait) for i, (at, wait) in enumerate(zip(days, waits, strict=True), start=1)])
        words = ("first_response_time", "2026-11-02", "2026-11-03")
        usual = asked(*words, "usual", "UTC", now=LATER)

        assert of(usual.total) == (120, 1)
        assert usual.previous == UsualValue(120, 8, 120, 120, values=8)
        assert of(asked(*words, "previous", "UTC", now=LATER).previous) == (40, 1)
        assert usual.as_json()["total"]["previous"] == {"value": 120, "n": 8, "low": 120, "high": 120, "values": 8}

    @pytest.mark.parametrize("zone", CHANGES)
    @pytest.mark.parametrize("grain", [Grain.HOUR, Grain.DAY])
    def test_every_bucket_has_the_median_of_the_same_one_in_the_eight_weeks_before(
        self, asked: Asked, zone: str, grain: Grain
    ) -> None:
        change = CHANGES[zone][-1]
        first = datetime.fromisoformat(change) + timedelta(days=15)  # the change lies in the weeks before
        start, end = first, first + timedelta(days=2)
        begun = read_date((first - timedelta(days=70)).isoformat(), zone)
        spread = [begun + (i * i * 37 % 1700) * HOUR for i in range(1, 260)]
        asked.of([_talk(i, at) for i, at in enumerate(spread, start=1)])
        words = (start.date().isoformat(), end.date().isoformat())
        answer = asked("conversations", *words, "usual", zone, grain=grain, now=LATER)

        name = "%Y-%m-%d %H" if grain is Grain.HOUR else "%Y-%m-%d"
        counts = Counter(f"{side_by_side.clock(at, zone):{name}}" for at in spread)
        for row in answer.rows:
            wall = datetime.fromisoformat(row.key or "").replace(tzinfo=None)
            earlier = [f"{wall - timedelta(weeks=back):{name}}" for back in range(1, 9)]
            assert row.previous is not None
            assert row.previous.value == _usual_count([counts[one] for one in earlier])

    def test_of_a_longer_period_the_whole_is_told_against_the_eight_before_it(self, asked: Asked) -> None:
        at = [read_date(f"2026-{month:02}-15T12:00", "UTC") for month in range(1, 13)]
        many = [moment + i * HOUR for month, moment in enumerate(at, start=1) for i in range(month)]
        asked.of([_talk(i, moment) for i, moment in enumerate(many, start=1)])

        month = asked("conversations", "2026-10-01", "2026-11-01", "usual", "UTC", now=LATER)
        assert month.previous == UsualValue(5.5, 44, 3, 8, values=8)  # February to September: 2 to 9
        young = asked("conversations", "2026-04-01", "2026-05-01", "usual", "UTC", now=LATER)
        assert young.previous == UsualValue(None, 6, values=3)  # what was before the first tells nothing

    def test_a_breakdown_has_the_usual_of_each_row(self, asked: Asked) -> None:
        first = read_date("2026-09-07T12:00", "UTC")
        asked.of([_talk(i, first + i // 4 * 7 * 24 * HOUR, 60) for i in range(36)])
        answer = asked("conversations", "2026-11-02", "2026-11-03", "usual", "UTC", by="channel", now=LATER)

        assert [(row.value.value, row.previous.value if row.previous else None) for row in answer.rows] == [
            (2, 2),
            (2, 2),
        ]

    def test_it_needs_a_period(self, asked: Asked, bench: Bench) -> None:
        asked.of([])
        with bench.store.read() as connection, pytest.raises(NothingToCompare):
            bench.ask(connection, "csat", compare=read_comparison("usual"), zone="UTC", now=LATER)


class TestTargetAndEveryone:
    def test_a_target_stands_beside_every_value(self, asked: Asked) -> None:
        asked.of([_talk(i, read_date("2026-11-02T12:00", "UTC") + i * HOUR) for i in range(1, 30)])
        answer = asked("csat", "2026-11-02", "2026-11-05", "85.5", "UTC", grain=Grain.DAY, now=LATER)

        assert answer.previous == TargetValue(85.5, 0)
        assert [then for _now, then in pairs(answer).values()] == [85.5] * 3

    def test_a_value_is_off_its_target_where_its_interval_does_not_hold_it(self) -> None:
        def clarity(hits: int, n: int) -> Clarity:
            found = compare(share(hits, n), TargetValue(85, 0), unit=Unit.PERCENT, better=Better.HIGHER)
            assert found is not None
            return found.clarity

        assert clarity(1600, 2000) is Clarity.CLEAR
        assert clarity(1680, 2000) is Clarity.CHANCE
        assert clarity(1, 4) is Clarity.FEW

    def test_several_shares_have_no_target(self, asked: Asked) -> None:
        asked.of([])
        with pytest.raises(NoTarget):
            asked("csat_distribution", "2026-11-02", "2026-11-05", "85", "UTC", now=LATER)

    def test_everyone_is_the_same_period_without_the_filters(self, asked: Asked) -> None:
        asked.of([_talk(i, read_date("2026-11-02T12:00", "UTC")) for i in range(1, 30)])
        words = ("csat", "2026-11-02", "2026-11-03")
        whole = asked(*words, "previous", "UTC", by="channel", now=LATER)
        key = whole.rows[0].key
        assert key is not None
        part = asked(*words, "everyone", "UTC", where=(Filter("channel", (key,)),), by="channel", now=LATER)

        assert part.previous == whole.total
        assert part.total == whole.rows[0].value
        assert [row.key for row in part.rows] == [key]

    def test_without_a_filter_there_is_nobody_else(self, asked: Asked) -> None:
        asked.of([])
        with pytest.raises(NothingFiltered):
            asked("csat", "2026-11-02", "2026-11-03", "everyone", "UTC", now=LATER)


def _usual_count(counts: list[int]) -> Any:
    """Return what is usual by these counts, the last one first, reckoned once more."""
    while counts and not counts[-1]:
        counts.pop()
    steady = counts
    if len(counts) >= 4:
        middle = median(counts)
        away = 5 * median([abs(one - middle) for one in counts])
        steady = [one for one in counts if abs(one - middle) <= max(away, 0.02 * middle)]
    return median(steady) if len(steady) >= 4 else None
