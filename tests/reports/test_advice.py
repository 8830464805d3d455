"""Which results are weak enough to be given advice, and which are not."""

import pytest

from ressenti.indicators.catalogue import INDICATORS, indicator
from ressenti.indicators.intervals import net_interval, wilson
from ressenti.indicators.model import Better, Unit, Value
from ressenti.reports.advice import ADVICE, advice_on, is_weak, ours, weak_tiles
from ressenti.reports.comparison import compare
from ressenti.reports.model import Tile
from tests.support.fakes import p_of


def share(hits: int, n: int) -> Value:
    return Value(100 * hits / n, n, *wilson(hits, n))


def score(promoters: int, detractors: int, n: int) -> Value:
    return Value(100 * (promoters - detractors) / n, n, *net_interval(promoters, detractors, n))


def wait(seconds: float, n: int = 100) -> Value:
    return Value(seconds, n)


def weak(key: str, now: Value, before: Value | None = None) -> bool:
    one = indicator(key)
    return is_weak(key, now, compare(now, before, unit=one.unit, better=one.better, p=p_of(key, now, before)))


@pytest.mark.parametrize(
    ("now", "before", "is_so"),
    [
        (share(70, 100), share(90, 100), True),  # 20 points lower: clear
        (share(84, 100), share(90, 100), False),  # 6 points lower: could be chance
        (share(90, 100), share(70, 100), False),  # better
        (share(2, 9), share(90, 100), False),  # fewer than 10 answers
        (share(50, 100), None, False),  # low, but compared with nothing
    ],
)
def test_csat_is_weak_where_it_is_clearly_lower_than_before(now: Value, before: Value | None, is_so: bool) -> None:
    assert weak("csat", now, before) is is_so


@pytest.mark.parametrize(
    ("now", "before", "is_so"),
    [
        (score(10, 20, 60), None, True),  # −16.7
        (score(10, 10, 60), None, False),  # 0
        (score(9, 10, 29), None, False),  # −3.4 on 29 answers
        (score(40, 20, 100), score(70, 10, 100), True),  # +20 after +60
        (score(40, 20, 100), score(45, 20, 100), False),  # +20 after +25: could be chance
    ],
)
def test_nps_is_weak_where_it_is_negative_or_clearly_lower(now: Value, before: Value | None, is_so: bool) -> None:
    assert weak("nps", now, before) is is_so


@pytest.mark.parametrize("key", ["first_response_time", "resolution_time"])
@pytest.mark.parametrize(
    ("now", "before", "is_so"),
    [
        (wait(120), wait(100), True),
        (wait(119), wait(100), False),
        (wait(80), wait(100), False),
        (wait(300, n=9), wait(100), False),
        (wait(300), wait(100, n=4), False),  # few before
        (wait(300), wait(0), False),  # nothing to take a percentage of
        (wait(300), None, False),
    ],
)
def test_a_delay_is_weak_where_it_is_clearly_longer_by_a_fifth(
    key: str, now: Value, before: Value | None, is_so: bool
) -> None:
    assert weak(key, now, before) is is_so


def test_a_delay_that_is_longer_no_more_than_by_chance_is_not_weak() -> None:
    now, before = wait(300, n=12), wait(100, n=12)
    change = compare(now, before, unit=Unit.SECONDS, better=Better.LOWER, p=0.2)

    assert not is_weak("resolution_time", now, change)


@pytest.mark.parametrize(
    ("answered", "offered", "is_so"), [(14, 100, True), (15, 100, False), (0, 30, True), (1, 29, False)]
)
def test_a_response_rate_is_weak_under_15_percent_of_30_surveys(answered: int, offered: int, is_so: bool) -> None:
    assert weak("response_rate", share(answered, offered)) is is_so


def test_what_was_not_measured_is_not_weak() -> None:
    assert not any(weak(key, Value(None, 0), Value(5.0, 100)) for key in ADVICE)


@pytest.mark.parametrize("key", sorted(set(INDICATORS) - set(ADVICE)))
def test_an_indicator_without_advice_is_never_weak(key: str) -> None:
    assert not weak(key, share(1, 100), share(99, 100))
    assert ours(key, "en") == ""


def tile(key: str, now: Value, before: Value | None) -> Tile:
    one = indicator(key)
    change = compare(now, before, unit=one.unit, better=one.better, p=p_of(key, now, before))
    return Tile(
        indicator=key,
        unit=one.unit,
        value=now,
        previous=before,
        change=change,
        shape=(),
        is_chosen=False,
        currency="EUR",
    )


def test_the_weak_tiles_are_told_in_their_order() -> None:
    tiles = [
        tile("csat", share(70, 100), share(90, 100)),
        tile("nps", score(50, 10, 100), None),
        tile("first_response_time", wait(50), wait(100)),
        tile("resolution_time", wait(900), wait(300)),
        tile("response_rate", share(5, 100), None),
        tile("conversations", Value(10, 10), Value(1000, 1000)),
    ]

    assert weak_tiles(tiles) == ("csat", "resolution_time", "response_rate")


@pytest.mark.parametrize(
    ("cause", "indicator", "practice"),
    [
        ("topic", "csat", "low-scores"),
        ("topic", "first_response_time", "waiting"),
        ("hour_of_day", "first_response_time", "waiting"),
        ("hour_of_day", "csat", None),
        ("agent", "nps", "tool"),
    ],
)
def test_what_may_help_follows_from_the_cause_and_the_figure(cause: str, indicator: str, practice: str | None) -> None:
    found = advice_on(cause, indicator)

    assert (found.practice if found else None) == practice


def test_each_advice_is_two_to_four_sentences_and_has_its_practice() -> None:
    assert all(one.practice for one in ADVICE.values())
    assert {key: one.words for key, one in ADVICE.items() if not 2 <= one.words.count(".") <= 4} == {}
