"""How a population becomes a value: the test vectors of domain section 2.8, and what is said of nobody."""

import pytest

from ressenti.indicators.intervals import net_interval, wilson
from ressenti.indicators.measures import (
    Count,
    Distribution,
    Mean,
    Measure,
    Median,
    Net,
    Percentile,
    PooledMean,
    Share,
    Total,
    value_of,
)
from ressenti.indicators.model import Value


class TestIntervals:
    @pytest.mark.parametrize(
        ("hits", "n", "low", "high"),
        [
            (1, 1, 20.7, 100.0),
            (9, 10, 59.6, 98.2),
            (45, 50, 78.6, 95.7),
            (95, 95, 96.1, 100.0),
            (20, 20, 83.9, 100.0),
            (2, 2, 34.2, 100.0),
        ],
    )
    def test_wilson_intervals_are_those_of_the_domain(self, hits: int, n: int, low: float, high: float) -> None:
        found = wilson(hits, n)

        assert [round(end, 1) for end in found] == [low, high]

    def test_a_hundred_of_a_hundred_and_one_ranks_above_twenty_of_twenty(self) -> None:
        assert round(wilson(100, 101)[0], 1) == 94.6
        assert wilson(100, 101)[0] > wilson(20, 20)[0] > wilson(2, 2)[0]

    @pytest.mark.parametrize(
        ("promoters", "passives", "detractors", "value", "margin"),
        [(30, 20, 10, 33.3, 18.9), (200, 120, 80, 30.0, 7.7), (18, 12, 0, 60.0, 17.5)],
    )
    def test_nps_margins_are_those_of_the_domain(
        self, promoters: int, passives: int, detractors: int, value: float, margin: float
    ) -> None:
        n = promoters + passives + detractors
        low, high = net_interval(promoters, detractors, n)

        assert round(100 * (promoters - detractors) / n, 1) == value
        assert round((high - low) / 2, 1) == margin

    @pytest.mark.parametrize(
        ("promoters", "passives", "detractors", "low", "high"),
        [
            (5, 3, 2, -19.05, 65.21),  # (5.75 − 2.75) / 13 = 23.077, ± 196 √(0.600592 / 13)
            (1, 0, 0, -48.5, 100.0),  # 1 / 4 = 25, ± 73.5: 98.5, widened to the value
            (0, 1, 0, -60.01, 60.01),  # 0 / 4, ± 196 √(0.375 / 4)
            (0, 0, 1, -100.0, 48.5),
            (2, 0, 0, -24.41, 100.0),  # 2 / 5 = 40, ± 196 √(0.54 / 5) = 64.41, and here 104.41 is cut
            (30, 0, 0, 78.7, 100.0),  # unanimous: 30 / 33 = 90.909, ± 196 √(0.128099 / 33) = 12.212
            (0, 30, 0, -7.27, 7.27),  # 0, ± 196 √(0.045455 / 33)
            (0, 0, 400, -100.0, -98.23),
            (29, 0, 0, 78.04, 100.0),
            (15, 15, 0, 32.11, 67.89),  # from 30 on with two classes: 50 ± 195.996 √(0.25 / 30)
            (15, 14, 0, 28.03, 65.72),  # 29: 15 / 32 = 46.875, ± 196 √(0.295898 / 32) = 18.847
        ],
    )
    def test_nps_of_few_or_of_one_mind_has_three_answers_more(
        self, promoters: int, passives: int, detractors: int, low: float, high: float
    ) -> None:
        n = promoters + passives + detractors

        assert [round(end, 2) for end in net_interval(promoters, detractors, n)] == [low, high]

    def test_an_nps_interval_is_never_of_width_0_and_holds_its_value(self) -> None:
        for n in range(1, 40):
            for promoters in range(n + 1):
                for detractors in range(n + 1 - promoters):
                    low, high = net_interval(promoters, detractors, n)
                    assert -100 <= low <= 100 * (promoters - detractors) / n <= high <= 100
                    assert high - low > 5


class TestNobodyMeasured:
    @pytest.mark.parametrize(
        "measure",
        [Share("x"), Net("x", "y"), Median("x"), Percentile("x", 90), Mean("x"), PooledMean("x", "y")],
    )
    def test_is_nothing_never_zero(self, measure: Measure) -> None:
        assert value_of(measure, [0, None, None]) == Value(None, 0)
        assert value_of(measure, [None, None, None]) == Value(None, 0)

    def test_counts_and_totals_are_zero(self) -> None:
        assert value_of(Count(), [0]) == Value(0, 0)
        assert value_of(Count("x"), [0, 0]) == Value(0, 0)
        assert value_of(Total("x", 1_000_000), [0, None]) == Value(0, 0)

    def test_a_distribution_has_a_base_and_no_value_of_its_own(self) -> None:
        assert value_of(Distribution("x", (1, 2)), [7]) == Value(None, 7)


def test_a_mean_of_microseconds_comes_out_in_seconds() -> None:
    assert value_of(Mean("x", 1_000_000), [4, 94_367_000_000]) == Value(23_591.75, 4)


def test_a_pooled_mean_weighs_by_what_the_rows_hold() -> None:
    assert value_of(PooledMean("waits", "replies", 1), [40, 10 * 300 + 30 * 500]) == Value(450.0, 40)
