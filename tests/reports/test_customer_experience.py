"""What the report asks, and what it makes of the answers."""

from datetime import UTC, date, datetime

import pytest

from ressenti.indicators.model import Anchor, Comparison, Grain, Value
from ressenti.kit.clock import to_us
from ressenti.reports.choice import read_choice
from ressenti.reports.comparison import Clarity, Direction
from ressenti.reports.customer_experience import MOST_ROWS, Elsewhere, Report, Standing, prepare
from ressenti.reports.period import Period
from tests.reports.pretend import NOW, TODAY, Pretend, nothing


def shown(query: dict[str, str] | None = None, ask: Pretend | None = None, zone: str = "Europe/Paris") -> Report:
    return prepare(read_choice(query or {}, today=TODAY), ask=ask or Pretend(), zone=zone, now=NOW)


def test_one_question_a_tile_and_one_for_the_ranking() -> None:
    ask = Pretend()

    shown(ask=ask)

    assert [(one.indicator, one.grain, one.by) for one in ask.asked] == [
        ("csat", Grain.DAY, None),
        ("nps", Grain.DAY, None),
        ("first_response_time", Grain.DAY, None),
        ("resolution_time", Grain.DAY, None),
        ("csat", None, "agent"),
    ]


def test_every_question_carries_the_choice() -> None:
    ask = Pretend()

    shown({"agent": "ines", "anchor": "opened", "from": "2026-10-25", "to": "2026-10-26"}, ask)

    assert {one.start for one in ask.asked} == {to_us(datetime(2026, 10, 24, 22, tzinfo=UTC))}
    assert {one.end for one in ask.asked} == {to_us(datetime(2026, 10, 25, 23, tzinfo=UTC))}
    assert {one.where for one in ask.asked} == {(("agent", ("ines",)),)}
    assert {(one.anchor, one.compare, one.now, one.zone) for one in ask.asked} == {
        (Anchor.OPENED, Comparison.PREVIOUS, NOW, "Europe/Paris")
    }


def test_a_tile_holds_its_value_its_change_and_its_shape() -> None:
    tile = shown().tile("csat")

    assert tile.value.n == 3742
    assert tile.change is not None
    assert (tile.change.direction, tile.change.clarity) == (Direction.UP, Clarity.CLEAR)
    assert len(tile.shape) == 30
    assert tile.shape[19] is None
    assert tile.is_chosen


def test_choosing_a_tile_shows_its_evolution() -> None:
    report = shown({"indicator": "nps"})

    assert report.evolution.indicator == "nps"
    assert [tile.indicator for tile in report.tiles if tile.is_chosen] == ["nps"]


def test_a_day_covers_itself_and_a_week_only_its_days_inside_the_period() -> None:
    days = [point.days for point in shown().evolution.points]
    weeks = [point.days for point in shown({"from": "2026-09-02", "to": "2026-10-14"}).evolution.points]

    assert days[0] == Period(date(2026, 10, 23), date(2026, 10, 24))
    assert days[-1] == Period(date(2026, 11, 21), date(2026, 11, 22))
    assert weeks[0] == Period(date(2026, 9, 2), date(2026, 9, 7))
    assert weeks[-1] == Period(date(2026, 10, 12), date(2026, 10, 14))


def test_parts_of_a_day_lead_nowhere() -> None:
    assert {point.days for point in shown({"from": "2026-03-29", "to": "2026-03-30"}).evolution.points} == {None}


def test_today_is_unfinished_and_tomorrow_has_not_begun() -> None:
    points = shown({"from": "2026-11-20", "to": "2026-11-24"}).evolution.points

    assert [point.is_unfinished for point in points] == [False, True, False, False]
    assert [point.is_future for point in points] == [False, False, True, True]


def test_a_period_that_is_over_has_nothing_unfinished() -> None:
    report = shown({"from": "2026-10-25", "to": "2026-10-26", "grain": "hour"})

    assert not report.is_unfinished
    assert not any(point.is_unfinished for point in report.evolution.points)
    assert shown().is_unfinished


@pytest.mark.parametrize(("on", "hours"), [("2026-03-29", 23), ("2026-10-25", 25)])
def test_days_of_changing_clocks_have_their_own_number_of_hours(on: str, hours: int) -> None:
    end = date.fromisoformat(on).toordinal() + 1
    report = shown({"from": on, "to": date.fromordinal(end).isoformat(), "grain": "hour"})

    assert len(report.evolution.points) == hours


class TestRanking:
    def test_rows_stand_best_first(self) -> None:
        values = [row.value.value for row in shown().ranking.ranked]

        assert values == sorted(values, key=lambda value: -(value or 0))
        assert shown().ranking.ranked[0].label == "Inès Benali"

    def test_ties_go_to_the_larger_base_then_to_the_name(self) -> None:
        agents = [("b", "Bo", 20, 10, 50.0), ("a", "Ana", 20, 10, 50.0), ("c", "Cy", 40, 20, 50.0)]

        assert [row.label for row in shown(ask=Pretend(agents=agents)).ranking.ranked] == ["Cy", "Ana", "Bo"]

    def test_fewer_than_ten_answers_stand_apart(self) -> None:
        ranking = shown().ranking

        assert [row.label for row in ranking.few] == ["Élodie Vasseur", "Ben Carter", "Chloé Dubreuil"]
        assert all(row.value.n >= 10 for row in ranking.ranked)

    def test_what_is_credited_to_nobody_is_a_row(self) -> None:
        assert [row.label for row in shown().ranking.ranked if row.key is None] == ["none"]

    def test_an_agent_without_an_answer_is_left_out(self) -> None:
        ask = Pretend(agents=[("a", "Ana", 0, 0, 0.0), ("b", "Bo", 20, 10, 50.0)])

        assert [row.label for row in shown(ask=ask).ranking.ranked] == ["Bo"]

    def test_a_long_ranking_opens_with_its_first_rows_and_counts_the_others(self) -> None:
        ask = Pretend(agents=[(f"a{i}", f"Agent {i}", 50, 40, 80.0) for i in range(300)])

        assert len(shown(ask=ask).ranking.ranked) == MOST_ROWS
        assert shown(ask=ask).ranking.hidden_count == 300 - MOST_ROWS
        assert shown({"rows": "all"}, ask).ranking.hidden_count == 0

    def test_it_says_that_rows_do_not_add_up(self) -> None:
        assert not shown().ranking.adds_up


class TestStanding:
    def test_something_measured_is_a_report(self) -> None:
        report = shown()

        assert report.standing is Standing.MEASURED
        assert report.elsewhere is None

    def test_an_empty_record_is_told_from_an_empty_period(self) -> None:
        assert shown(ask=nothing()).standing is Standing.NOTHING_AT_ALL

        ask = nothing()
        ask.months = ["2019-01-01T00:00:00+01:00", "2019-03-01T00:00:00+01:00"]
        report = shown(ask=ask)

        assert report.standing is Standing.NOTHING_HERE
        assert report.elsewhere == Elsewhere(
            anchor=Anchor.CLOSED,
            latest=Period(date(2019, 3, 1), date(2019, 4, 1)),
            everything=Period(date(2019, 1, 1), date(2019, 4, 1)),
        )

    def test_an_agent_without_conversations_is_not_an_empty_record(self) -> None:
        assert shown({"agent": "nobody"}, nothing()).standing is Standing.NOTHING_HERE

    def test_where_the_data_may_be_is_looked_up_under_the_chosen_date_first(self) -> None:
        ask = nothing()

        shown({"anchor": "answered"}, ask)

        assert [(one.anchor, one.indicator) for one in ask.asked[5:]] == [
            (Anchor.ANSWERED, "csat"),
            (Anchor.ANSWERED, "nps"),
            (Anchor.CLOSED, "conversations"),
            (Anchor.OPENED, "conversations"),
        ]


def test_figures_may_change_for_fourteen_days() -> None:
    assert shown().may_change_until == date(2026, 12, 6)
    assert shown({"from": "2026-01-01", "to": "2026-02-01"}).may_change_until is None


@pytest.mark.parametrize("value", [Value(0.0, 1, 0.0, 79.3), Value(100.0, 1_000_000, 99.9, 100.0), Value(None, 0)])
def test_a_year_of_the_same_answer_is_borne(value: Value) -> None:
    def always(_i: int) -> Value:
        return value

    ask = Pretend(stories=dict.fromkeys(Pretend().stories, always))

    assert len(shown({"period": "12m", "grain": "day"}, ask).evolution.points) == 365
