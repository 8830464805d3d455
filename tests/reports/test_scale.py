"""Where an axis begins, ends and carries its ticks."""

import pytest

from ressenti.indicators.model import Unit
from ressenti.reports.figures.scale import ranking_scale, scale_for, tick_label


@pytest.mark.parametrize(
    ("values", "unit", "ticks"),
    [
        ([82, 88, 71.7], Unit.PERCENT, (65, 70, 75, 80, 85, 90)),
        ([90, 90, 90], Unit.PERCENT, (80, 85, 90, 95, 100)),
        ([100], Unit.PERCENT, (80, 85, 90, 95, 100)),
        ([0], Unit.PERCENT, (0, 5, 10, 15, 20)),
        ([1, 100], Unit.PERCENT, (0, 20, 40, 60, 80, 100)),
        ([], Unit.PERCENT, (0, 20, 40, 60, 80, 100)),
        ([-12, 8], Unit.POINTS, (-30, -20, -10, 0, 10, 20)),
        ([-100, 100], Unit.POINTS, (-100, -50, 0, 50, 100)),
        ([45, 58], Unit.SECONDS, (30, 40, 50, 60, 70)),
        ([10, 90000], Unit.SECONDS, (0, 21600, 43200, 64800, 86400, 108000)),
        ([0], Unit.SECONDS, (0, 1)),
        ([3_000_000], Unit.COUNT, (0, 1_000_000, 2_000_000, 3_000_000)),
        ([-5, 20], Unit.MONEY, (-5, 0, 5, 10, 15, 20)),
    ],
)
def test_ticks_are_numbers_people_count_in(values: list[float], unit: Unit, ticks: tuple[float, ...]) -> None:
    assert scale_for(values, unit).ticks == ticks


def test_flat_is_flat_the_scale_does_not_zoom_in() -> None:
    scale = scale_for([84.1, 84.2, 84.3], Unit.PERCENT)

    assert scale.high - scale.low >= 20


@pytest.mark.parametrize("unit", list(Unit))
@pytest.mark.parametrize("values", [[], [0.0], [1.0], [1e-6], [3.7, 3.8], [0.0, 1e9]])
def test_every_value_finds_a_place_on_an_axis_of_at_most_eight_ticks(values: list[float], unit: Unit) -> None:
    scale = scale_for(values, unit)

    assert 2 <= len(scale.ticks) <= 8
    assert scale.low < scale.high
    assert all(0 <= scale.place(value) <= 1 for value in values)


def test_labels_name_the_unit_of_shares_once() -> None:
    assert tick_label(80, Unit.PERCENT, language="en", currency="EUR") == "80"
    assert tick_label(100, Unit.PERCENT, language="en", is_top=True, currency="EUR") == "100\u202f%"
    assert tick_label(-40, Unit.POINTS, language="en", currency="EUR") == "−40"
    assert tick_label(40, Unit.POINTS, language="en", currency="EUR") == "+40"
    assert tick_label(90, Unit.SECONDS, language="fr", currency="EUR") == "1\u202fmin\u202f30\u202fs"


def test_ticks_of_sums_are_short() -> None:
    assert tick_label(9_500, Unit.COUNT, language="en", currency="EUR") == "9,500"
    assert tick_label(1_500_000, Unit.COUNT, language="en", currency="EUR") == "1.5M"
    assert tick_label(1_500_000, Unit.COUNT, language="fr", currency="EUR") == "1,5\u202fM"
    assert tick_label(-2_000, Unit.MONEY, language="en", currency="USD") == "−$2,000"
    assert tick_label(20_000, Unit.MONEY, language="fr", currency="EUR") == "20\u202fk\u202f€"
    assert tick_label(0.5, Unit.MONEY, language="en", currency="EUR") == "€0.50"


@pytest.mark.parametrize(
    ("values", "unit", "ticks"),
    [
        ([79.2, 90.9], Unit.PERCENT, (50, 60, 70, 80, 90, 100)),
        ([40.0, 90.9], Unit.PERCENT, (0, 20, 40, 60, 80, 100)),
        ([], Unit.PERCENT, (50, 60, 70, 80, 90, 100)),
        ([41.0], Unit.POINTS, (-100, -50, 0, 50, 100)),
        ([4.3], Unit.SCORE, (1, 2, 3, 4, 5)),
        ([48, 55], Unit.SECONDS, (0, 15, 30, 45, 60)),
        ([48, 5_400], Unit.SECONDS, (0, 1_800, 3_600, 5_400)),
        ([], Unit.SECONDS, (0, 1)),
        ([7, 430], Unit.COUNT, (0, 100, 200, 300, 400, 500)),
        ([0], Unit.COUNT, (0, 1)),
        ([-640.0, 12_480.5], Unit.MONEY, (-5_000, 0, 5_000, 10_000, 15_000)),
    ],
)
def test_a_ranking_begins_where_its_unit_does(values: list[float], unit: Unit, ticks: tuple[float, ...]) -> None:
    assert ranking_scale(values, unit).ticks == ticks


@pytest.mark.parametrize("unit", list(Unit))
@pytest.mark.parametrize("values", [[], [0.0], [1e-6], [-3.0, 0.0], [3.7, 3.8], [0.0, 1e9]])
def test_a_column_has_at_most_six_ticks(values: list[float], unit: Unit) -> None:
    scale = ranking_scale(values, unit)

    assert 2 <= len(scale.ticks) <= 6
    assert scale.low < scale.high
