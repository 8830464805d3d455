"""Could a change be chance? Each test, its borders, and how often it is wrong over waits as they are."""

from collections.abc import Callable
from functools import cache
from math import erfc, sqrt

import numpy as np
import numpy.typing as npt
import pytest

from ressenti.facts.query import median_rank
from ressenti.indicators.significance import (
    SIGNIFICANCE_LEVEL,
    Sides,
    Sums,
    p_of_means,
    p_of_medians,
    q_values,
    student,
)
from tests.support.environment import NIGHTLY

Waits = npt.NDArray[np.float64]
Draw = Callable[[np.random.Generator, tuple[int, ...]], Waits]

DRAWS = 20_000 if NIGHTLY else 2_000
LEEWAY = 3.3
"""Standard errors of a simulated share by which it may miss: one in a thousand of as many checks does."""


def skewed(rng: np.random.Generator, size: tuple[int, ...]) -> Waits:
    return rng.lognormal(4, 1.2, size)


def in_minutes(rng: np.random.Generator, size: tuple[int, ...]) -> Waits:
    return 60 * np.round(rng.lognormal(4, 1.2, size) / 60)


def two_humped(rng: np.random.Generator, size: tuple[int, ...]) -> Waits:
    return np.where(rng.random(size) < 0.5, rng.normal(3, 0.5, size), rng.normal(200, 40, size))


def mostly_zero(rng: np.random.Generator, size: tuple[int, ...]) -> Waits:
    return np.where(rng.random(size) < 0.7, 0.0, rng.lognormal(4, 1, size))


SHAPES = pytest.mark.parametrize("draw", [skewed, in_minutes, two_humped, mostly_zero])
SIZES = ((10, 10), (10, 40), (12, 300), (25, 25), (60, 15), (200, 200), (1_000, 150))


def sides(now: Waits, before: Waits) -> tuple[npt.NDArray[np.int64], ...]:
    """Return how many lie on each side of the median of both, draw by draw: now's below and above, and before's."""
    middle = np.median(np.concatenate([now, before], axis=1), axis=1, keepdims=True)
    return tuple(of.sum(axis=1) for one in (now, before) for of in (one < middle, one > middle))


@cache
def median_of_all(draw: Draw) -> float:
    return float(np.median(draw(np.random.default_rng(1), (1, 1_000_001))))


def ps_of(now: Waits, before: Waits) -> list[float]:
    n, m = now.shape[1], before.shape[1]
    found = [p_of_medians(Sides(n, *one[:2]), Sides(m, *one[2:])) for one in zip(*sides(now, before), strict=True)]
    return [p for p in found if p is not None]


def without_continuity(now: Waits, before: Waits) -> list[float]:
    """Return the same without what one row can move: the control."""
    n, m, ps = now.shape[1], before.shape[1], []
    for below, above, was_below, was_above in zip(*(one.tolist() for one in sides(now, before)), strict=True):
        difference = abs((above - below) / n - (was_above - was_below) / m)
        scores = [(below + was_below) / (n + m), (above + was_above) / (n + m)]
        error = sqrt((sum(scores) - (scores[1] - scores[0]) ** 2) * (1 / n + 1 / m))
        ps.append(erfc(difference / error / sqrt(2)) if error else 1.0)
    return ps


def share_of_clear(ps: list[float]) -> float:
    return sum(p <= SIGNIFICANCE_LEVEL for p in ps) / len(ps)


def most(share: float, draws: int) -> float:
    return share + LEEWAY * sqrt(share * (1 - share) / draws)


class TestMedians:
    @SHAPES
    @pytest.mark.parametrize(("n", "m"), SIZES)
    def test_of_waits_that_did_not_change_at_most_one_in_twenty_is_called_clear(
        self, draw: Draw, n: int, m: int
    ) -> None:
        rng = np.random.default_rng(20261130 + n)

        ps = ps_of(draw(rng, (DRAWS, n)), draw(rng, (DRAWS, m)))

        assert share_of_clear(ps) <= most(SIGNIFICANCE_LEVEL, DRAWS)

    def test_without_continuity_more_are_called_clear(self) -> None:
        rng = np.random.default_rng(7)
        wrong = [
            share_of_clear(without_continuity(draw(rng, (DRAWS, n)), draw(rng, (DRAWS, m))))
            for draw in (skewed, two_humped)
            for n, m in SIZES
        ]

        assert max(wrong) > most(SIGNIFICANCE_LEVEL, DRAWS)

    @SHAPES
    def test_of_blocks_of_many_rows_at_most_one_in_twenty_has_any(self, draw: Draw) -> None:
        rng, rows = np.random.default_rng(11), 20
        blocks = DRAWS // 5
        by_size = [ps_of(draw(rng, (blocks, n)), draw(rng, (blocks, m))) for n, m in (*SIZES, *SIZES, *SIZES)[:rows]]

        any_clear = [min(q_values(list(ps))) <= SIGNIFICANCE_LEVEL for ps in zip(*by_size, strict=True)]
        uncorrected = [min(ps) <= SIGNIFICANCE_LEVEL for ps in zip(*by_size, strict=True)]

        assert sum(any_clear) / blocks <= most(SIGNIFICANCE_LEVEL, blocks)
        assert sum(uncorrected) / blocks > 2 * SIGNIFICANCE_LEVEL

    def test_half_as_long_again_is_found_in_most_cases(self) -> None:
        rng = np.random.default_rng(3)

        ps = ps_of(1.5 * rng.lognormal(4, 1, (DRAWS, 200)), rng.lognormal(4, 1, (DRAWS, 200)))

        assert share_of_clear(ps) > 0.8

    @pytest.mark.parametrize(
        ("now", "before", "p"),
        [
            (Sides(10, 0, 10), Sides(10, 10, 0), 7.7e-5),  # (2 − 0.2) ÷ √0.2 = 4.02 … of 3.95 at 20 rows
            (Sides(20, 10, 10), Sides(20, 10, 10), 1.0),
            (Sides(20, 0, 0), Sides(20, 0, 0), 1.0),  # all of them equal
            (Sides(1, 0, 1), Sides(1, 1, 0), 1.0),
        ],
    )
    def test_two_medians_are_tested_by_counts_alone(self, now: Sides, before: Sides, p: float) -> None:
        found = p_of_medians(now, before)

        assert found == pytest.approx(p, rel=0.3)
        assert p_of_medians(before, now) == found

    def test_without_rows_in_a_period_nothing_is_tested(self) -> None:
        assert p_of_medians(Sides(0, 0, 0), Sides(10, 5, 5)) is None


class TestInterval:
    @SHAPES
    @pytest.mark.parametrize("n", [6, 10, 17, 30, 44, 100, 501])
    def test_it_holds_the_median_of_all_in_93_of_100_draws_or_more(self, draw: Draw, n: int) -> None:
        rng = np.random.default_rng(n)
        truth = median_of_all(draw)
        ordered, rank = np.sort(draw(rng, (DRAWS, n)), axis=1), median_rank(n)

        held = (ordered[:, rank - 1] <= truth) & (truth <= ordered[:, n - rank])

        assert held.mean() >= 0.93

    def test_fewer_than_six_have_none(self) -> None:
        assert [median_rank(n) for n in (0, 1, 5, 6, 9, 20)] == [0, 0, 0, 1, 2, 6]


class TestMeans:
    def test_welch_s_test_of_a_textbook(self) -> None:
        first = [27.5, 21.0, 19.0, 23.6, 17.0, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1, 19.6, 19.0, 21.7, 21.4]
        second = [27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8, 22.0, 24.8, 20.2, 21.9, 22.1, 22.9, 20.5, 24.4]

        found = p_of_means(*(_sums([round(10 * one) for one in values]) for values in (first, second)))

        assert found == pytest.approx(0.02138, abs=0.0005)

    def test_one_row_has_no_variance(self) -> None:
        assert p_of_means(Sums(1, 5, 25), Sums(9, 40, 180)) is None

    @pytest.mark.parametrize(
        ("t", "freedom", "p"),
        [
            (12.706, 1, 0.05),
            (4.303, 2, 0.05),
            (2.228, 10, 0.05),
            (2.262, 9, 0.05),
            (2.045, 29, 0.05),
            (1.96, 5000, 0.05),
        ],
    )
    def test_student_s_law_as_in_its_table(self, t: float, freedom: int, p: float) -> None:
        assert student(t, freedom) == pytest.approx(p, rel=0.002)


def _sums(values: list[int]) -> Sums:
    return Sums(len(values), sum(values), sum(one * one for one in values))
