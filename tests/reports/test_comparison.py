"""What counts as a change, as good news, and as clear."""

import pytest

from ressenti.indicators.model import Better, Unit, Value
from ressenti.indicators.significance import SIGNIFICANCE_LEVEL, net_error, p_of_net_scores, p_of_shares
from ressenti.reports.comparison import Change, ChangeVerdict, Clarity, Direction, compare
from tests.support.fakes import nps, wilson


def change(now: Value, before: Value, unit: Unit = Unit.PERCENT, better: Better = Better.HIGHER) -> Change:
    tests = {Unit.PERCENT: p_of_shares, Unit.POINTS: p_of_net_scores}
    p = tests[unit](now, before) if unit in tests else None
    found = compare(now, before, unit=unit, better=better, p=p)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("now", "before"),
    [(Value(None, 0), wilson(3, 4)), (wilson(3, 4), Value(None, 0)), (wilson(3, 4), None)],
)
def test_nothing_is_compared_with_nobody(now: Value, before: Value | None) -> None:
    assert compare(now, before, unit=Unit.PERCENT, better=Better.HIGHER) is None


def test_shares_are_compared_in_points() -> None:
    found = change(wilson(3166, 3742), wilson(2978, 3601))

    assert found.difference == pytest.approx(1.9078, abs=1e-3)
    assert found.relative is None
    assert (found.direction, found.verdict, found.clarity) == (Direction.UP, ChangeVerdict.BETTER, Clarity.CLEAR)
    assert found.is_good_news is True


@pytest.mark.parametrize(
    ("good", "n", "was_good", "was_n", "is_clear"),
    [
        (60, 100, 45, 100, True),  # z = 2.12
        (60, 100, 47, 100, False),  # z = 1.84
        (600, 1000, 560, 1000, False),  # z = 1.81
        (610, 1000, 560, 1000, True),  # z = 2.27
        (10, 10, 10, 10, False),  # all satisfied twice: no difference and no spread
        (0, 10, 10, 10, True),
    ],
)
def test_two_shares_differ_clearly_past_a_z_of_1_96(
    good: int, n: int, was_good: int, was_n: int, is_clear: bool
) -> None:
    p = p_of_shares(wilson(good, n), wilson(was_good, was_n))

    assert p is not None
    assert (p <= SIGNIFICANCE_LEVEL) is is_clear


def test_the_error_of_an_nps_is_read_from_its_margin() -> None:
    assert net_error(nps(30, 20, 10)) == pytest.approx(9.62, abs=0.005)
    assert 1.96 * net_error(nps(200, 120, 80)) == pytest.approx(7.7, abs=0.05)


def test_the_error_of_an_nps_is_read_from_the_side_that_was_not_cut() -> None:
    cut = nps(38, 1, 1)

    assert cut.high == 100
    assert net_error(cut) == pytest.approx(5.46, abs=0.01)


def test_an_nps_changes_clearly_when_the_difference_exceeds_its_error() -> None:
    assert change(nps(300, 60, 40), nps(240, 80, 80), Unit.POINTS).clarity is Clarity.CLEAR
    assert change(nps(1540, 601, 470), nps(1500, 620, 480), Unit.POINTS).clarity is Clarity.CHANCE


def test_an_nps_of_few_answers_is_never_clear() -> None:
    assert change(nps(29, 0, 0), nps(0, 0, 29), Unit.POINTS).clarity is Clarity.CHANCE


def test_an_nps_of_unanimous_answers_has_an_error_to_be_compared_with() -> None:
    assert change(nps(40, 0, 0), nps(0, 20, 20), Unit.POINTS).clarity is Clarity.CLEAR
    assert change(nps(40, 0, 0), nps(39, 0, 1), Unit.POINTS).clarity is Clarity.CHANCE


@pytest.mark.parametrize(
    ("now", "before", "unit", "direction"),
    [
        (80.9, 80.0, Unit.PERCENT, Direction.STABLE),
        (81.0, 80.0, Unit.PERCENT, Direction.UP),
        (-1.9, 0.0, Unit.POINTS, Direction.STABLE),
        (-2.0, 0.0, Unit.POINTS, Direction.DOWN),
        (101.9, 100.0, Unit.COUNT, Direction.STABLE),
        (102.0, 100.0, Unit.COUNT, Direction.UP),
        (49.0, 50.0, Unit.SECONDS, Direction.DOWN),
        (49.1, 50.0, Unit.SECONDS, Direction.STABLE),
        (1019.0, 1000.0, Unit.MONEY, Direction.STABLE),
        (4.30, 4.26, Unit.SCORE, Direction.STABLE),
        (4.30, 4.20, Unit.SCORE, Direction.UP),
    ],
)
def test_small_changes_are_stable(now: float, before: float, unit: Unit, direction: Direction) -> None:
    assert change(Value(now, 500), Value(before, 500), unit).direction is direction


def test_a_delay_is_better_when_shorter_and_tells_both_seconds_and_percent() -> None:
    found = compare(Value(48, 11306), Value(55, 10988), unit=Unit.SECONDS, better=Better.LOWER, p=0.01)

    assert found is not None
    assert (found.direction, found.verdict, found.clarity) == (Direction.DOWN, ChangeVerdict.BETTER, Clarity.CLEAR)
    assert found.difference == -7
    assert found.relative == pytest.approx(-12.727, abs=1e-3)
    assert found.is_good_news is True


def test_a_delay_that_is_not_tested_or_could_be_chance_is_not_coloured() -> None:
    for p, clarity in ((None, Clarity.UNTESTED), (0.06, Clarity.CHANCE)):
        found = compare(Value(48, 11306), Value(55, 10988), unit=Unit.SECONDS, better=Better.LOWER, p=p)

        assert found is not None
        assert (found.clarity, found.is_good_news) == (clarity, None)


def test_a_count_has_no_chance_in_it() -> None:
    found = change(Value(120, 120), Value(100, 100), Unit.COUNT, Better.LOWER)

    assert (found.clarity, found.is_good_news) == (Clarity.COUNTED, False)


def test_rising_from_zero_has_no_percentage() -> None:
    found = change(Value(12, 12), Value(0, 0), Unit.COUNT, Better.NEUTRAL)

    assert found.direction is Direction.UP
    assert found.relative is None


@pytest.mark.parametrize("unit", [Unit.COUNT, Unit.SECONDS, Unit.MONEY])
@pytest.mark.parametrize(
    ("n", "was_n", "is_compared"),
    [
        (12_430, 41, False),  # a year with one morning
        (100, 4, False),
        (100, 5, True),
        (99, 1, True),
        (1_000, 0, False),
        (10, 5_000, True),  # next to nothing now is a change worth telling
    ],
)
def test_a_period_is_not_compared_with_one_that_holds_next_to_nothing(
    unit: Unit, n: int, was_n: int, is_compared: bool
) -> None:
    found = compare(Value(float(n), n), Value(float(was_n), was_n), unit=unit, better=Better.NEUTRAL)

    assert (found is not None) is is_compared


def test_scores_are_compared_with_few_answers_too_since_chance_is_weighed() -> None:
    assert change(wilson(900, 1000), wilson(10, 40)).clarity is Clarity.CLEAR
    assert change(nps(600, 300, 100), nps(10, 10, 12), Unit.POINTS).clarity is Clarity.CLEAR


def test_zero_twice_is_stable() -> None:
    assert change(Value(0, 0), Value(0, 0), Unit.COUNT, Better.NEUTRAL).direction is Direction.STABLE


def test_few_answers_say_nothing() -> None:
    found = change(wilson(4, 4), wilson(100, 400))

    assert found.clarity is Clarity.FEW
    assert found.is_good_news is None


def test_a_change_that_could_be_chance_is_not_coloured() -> None:
    assert change(wilson(60, 100), wilson(55, 100)).is_good_news is None


def test_a_neutral_indicator_is_never_coloured() -> None:
    assert change(Value(90, 90), Value(60, 60), Unit.SECONDS, Better.NEUTRAL).is_good_news is None


def test_a_clear_fall_is_bad_news() -> None:
    assert change(wilson(700, 1000), wilson(800, 1000)).is_good_news is False
