"""How numbers read, in both languages."""

import pytest

from ressenti.indicators.model import Unit, Value
from ressenti.reports.format import (
    MINUS,
    NARROW,
    NO_BREAK,
    NOBODY,
    amount,
    amount_parts,
    count,
    duration,
    duration_in_words,
    few_of,
    interval,
    money,
    number,
    percent,
    points,
    score,
)


def narrow(text: str) -> str:
    """Write a narrow no-break space as _, to see it."""
    return text.replace("_", NARROW)


def test_numbers_follow_the_language() -> None:
    assert percent(84.6) == narrow("84.6_%")
    assert percent(84.6, language="fr") == narrow("84,6_%")
    assert count(12430) == "12,430"
    assert count(12430, language="fr") == narrow("12_430")
    assert count(1_000_000, language="fr") == narrow("1_000_000")
    assert score(4.3) == narrow("4.30_/_5")
    assert score(4.3, language="fr") == narrow("4,30_/_5")


def test_money_follows_the_language_and_the_currency() -> None:
    assert money(1240, "EUR") == "€1,240.00"
    assert money(1240, "EUR", language="fr") == narrow("1_240,00_€")
    assert money(-1240.5, "EUR") == f"{MINUS}€1,240.50"
    assert money(1000, "JPY") == "¥1,000"
    assert money(5, "CHF") == narrow("CHF_5.00")


@pytest.mark.parametrize(
    ("value", "digits", "written"),
    [
        (2.675, 2, "2.68"),
        (0.5, 0, "1"),
        (2.5, 0, "3"),
        (-2.5, 0, f"{MINUS}3"),
        (84.64999999999999, 1, "84.7"),
        (-0.04, 1, "0.0"),
    ],
)
def test_halves_are_rounded_up_as_the_reader_would(value: float, digits: int, written: str) -> None:
    assert number(value, digits) == written


@pytest.mark.parametrize(
    ("value", "written"), [(41.2, "+41"), (-12.4, f"{MINUS}12"), (0.3, "0"), (-0.3, "0"), (100, "+100")]
)
def test_points_keep_their_sign(value: float, written: str) -> None:
    assert points(value) == written
    assert points(value, language="fr") == written


def test_a_tooltip_shows_the_decimal_of_points() -> None:
    assert amount(33.333, Unit.POINTS, fine=True) == "+33.3"
    assert amount(33.333, Unit.POINTS) == "+33"


@pytest.mark.parametrize(
    ("seconds", "english", "french"),
    [
        (0, "0_s", "0_s"),
        (0.4, "0_s", "0_s"),
        (48, "48_s", "48_s"),
        (59.6, "1_min", "1_min"),
        (680, "11_min_20_s", "11_min_20_s"),
        (3599.5, "1_h", "1_h"),
        (3900, "1_h_5_min", "1_h_5_min"),
        (86_399, "1_d", "1_j"),
        (273_600, "3_d_4_h", "3_j_4_h"),
        (86_400_000, "1,000_d", "1_000_j"),
    ],
)
def test_a_duration_says_its_two_largest_units(seconds: float, english: str, french: str) -> None:
    assert duration(seconds) == narrow(english)
    assert duration(seconds, language="fr") == narrow(french)


def test_a_negative_duration_has_a_real_minus() -> None:
    assert duration(-90) == narrow(f"{MINUS}1_min_30_s")


def test_a_duration_is_said_in_words_that_do_not_break() -> None:
    assert duration_in_words(7) == f"7{NO_BREAK}seconds"
    assert duration_in_words(3661) == f"1{NO_BREAK}hour 1{NO_BREAK}minute"
    assert duration_in_words(0) == f"0{NO_BREAK}seconds"
    assert duration_in_words(7, language="fr") == f"7{NO_BREAK}secondes"
    assert duration_in_words(0, language="fr") == f"0{NO_BREAK}seconde"


@pytest.mark.parametrize("unit", list(Unit))
def test_nobody_measured_is_a_dash_and_never_zero(unit: Unit) -> None:
    assert amount(None, unit) == NOBODY
    assert amount(None, unit, language="fr") == NOBODY
    assert amount_parts(None, unit) == [(NOBODY, "")]


def test_a_large_figure_sets_its_unit_apart() -> None:
    assert amount_parts(84.6, Unit.PERCENT) == [("84.6", "%")]
    assert amount_parts(680, Unit.SECONDS) == [("11", "min"), ("20", "s")]
    assert amount_parts(-12, Unit.POINTS) == [(f"{MINUS}12", "")]


def test_an_interval_is_written_without_its_unit() -> None:
    assert interval(Value(90.9, 428, 87.8, 93.3), Unit.PERCENT) == "87.8 – 93.3"
    assert interval(Value(90.9, 428, 87.8, 93.3), Unit.PERCENT, language="fr") == "87,8 – 93,3"
    assert interval(Value(-5, 80, -20.2, 9.9), Unit.POINTS) == f"{MINUS}20 – +10"
    assert interval(Value(48, 11306), Unit.SECONDS) == NOBODY


@pytest.mark.parametrize(("share", "n", "some"), [(100 * 6 / 7, 7, 6), (0.0, 1, 0), (100.0, 3, 3), (100 / 3, 3, 1)])
def test_a_share_of_few_answers_gives_back_its_count(share: float, n: int, some: int) -> None:
    assert few_of(Value(share, n)) == some
