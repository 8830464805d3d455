"""Episodes: a stretch of days clearly unlike the usual is found, and chance is not (domain section 3.2)."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from ressenti.indicators.intervals import wilson
from ressenti.indicators.model import Unit, Value
from ressenti.reports.episodes import CLEAR_STANDARD_ERRORS, HISTORY, Episode, find_episode
from ressenti.reports.experience.episode import ToldEpisode
from ressenti.reports.experience.episode_words import episode_sentence
from ressenti.reports.period import ReportPeriod
from tests.support.environment import rounds

START = date(2026, 10, 23)
DAY = timedelta(days=1)
PAGES = rounds(100, nightly=1_000)
"""Pages of shuffled data that are looked at, of each kind."""

Days = dict[date, Value]


def share(hits: int, n: int) -> Value:
    return Value(100 * hits / n, n, *wilson(hits, n)) if n else Value(None, 0)


def days(satisfied: Callable[[date], float], many: Callable[[date], int] = lambda _on: 200, length: int = 30) -> Days:
    """Return the days of a period and of its history, with exactly that share of that many answers."""
    every = [START - HISTORY + DAY * i for i in range((HISTORY + DAY * length).days)]
    return {on: share(round(satisfied(on) * many(on)), many(on)) for on in every}


def told(found: Episode, *, goes_on: bool = False, since: Value | None = None) -> ToldEpisode:
    period = ReportPeriod(START, START + 30 * DAY)
    return ToldEpisode(indicator="csat", episode=found, period=period, goes_on=goes_on, since=since)


def fall(first: date, last: date, to: float = 0.6) -> Callable[[date], float]:
    """Return a satisfaction of 86 % that falls for these days, lowest on the fourth."""
    return lambda on: to - 0.1 * (on == first + 3 * DAY) if first <= on <= last else 0.86


NOVEMBER = date(2026, 11, 2), date(2026, 11, 8)


class TestFound:
    def test_a_week_of_failed_payments_has_its_days_its_lowest_and_its_end(self) -> None:
        found = find_episode(days(fall(*NOVEMBER)), START, Unit.PERCENT)

        assert found is not None
        assert (found.start, found.last, found.after) == (*NOVEMBER, date(2026, 11, 9))
        assert (found.extreme_on, found.extreme.value) == (date(2026, 11, 5), 50.0)
        assert (found.is_low, found.is_over, found.usual) == (True, True, 86.0)

    def test_a_day_alone_is_found_and_so_is_one_that_is_not_over(self) -> None:
        one = find_episode(days(fall(date(2026, 11, 5), date(2026, 11, 5), 0.5)), START, Unit.PERCENT)
        last = find_episode(days(fall(date(2026, 11, 19), date(2026, 12, 31))), START, Unit.PERCENT)

        assert one is not None
        assert one.start == one.last == date(2026, 11, 5)
        assert last is not None
        assert (last.start, last.is_over) == (date(2026, 11, 19), False)

    def test_a_rise_is_one_too(self) -> None:
        found = find_episode(days(lambda on: 0.97 if NOVEMBER[0] <= on <= NOVEMBER[1] else 0.7), START, Unit.PERCENT)

        assert found is not None
        assert (found.is_low, found.start, found.last) == (False, *NOVEMBER)

    def test_an_earlier_incident_does_not_make_the_next_one_usual(self) -> None:
        earlier = (date(2026, 10, 5), date(2026, 10, 11))
        story = lambda on: 0.6 if earlier[0] <= on <= earlier[1] else fall(*NOVEMBER)(on)  # noqa: E731
        found = find_episode(days(story), START, Unit.PERCENT)

        assert found is not None
        assert (found.start, found.last, found.usual) == (*NOVEMBER, 86.0)

    def test_UN_10_a_weekend_unlike_the_week_is_no_episode(self) -> None:  # noqa: N802 - the case's name
        weekend = days(lambda on: 0.6 if on.weekday() > 4 else 0.9)
        waits = {
            on: replace(one, value=40.0 if on.weekday() > 4 else 120.0, low=35.0, high=130.0)
            for on, one in weekend.items()
        }

        assert find_episode(weekend, START, Unit.PERCENT) is None
        assert find_episode(waits, START, Unit.SECONDS) is None


class TestNotFound:
    def test_of_a_short_history_nothing_is_usual(self) -> None:
        young = {on: one for on, one in days(fall(*NOVEMBER)).items() if on >= START - 20 * DAY}

        assert find_episode(young, START, Unit.PERCENT) is None

    def test_a_clear_difference_of_a_point_is_no_news(self) -> None:
        found = find_episode(
            days(lambda on: 0.85 if on >= NOVEMBER[0] else 0.86, lambda _on: 50_000), START, Unit.PERCENT
        )

        assert found is None

    def test_what_has_no_interval_has_no_episode(self) -> None:
        counts = {on: Value(one.n, one.n) for on, one in days(fall(*NOVEMBER)).items()}

        assert find_episode(counts, START, Unit.COUNT) is None


def shuffled(seed: int, many: int, share_of: float, apart: float) -> Days:
    """Return days of which nothing happened: answers at random, days also a little apart by themselves."""
    draw = random.Random(seed)

    def one(on: date) -> Value:
        n = max(0, round(draw.gauss(many, many**0.5) * (0.3 if on.weekday() > 4 else 1)))
        truth = min(0.99, max(0.01, share_of + draw.gauss(0, apart)))
        return share(sum(draw.random() < truth for _each in range(n)), n)

    return {START - HISTORY + DAY * i: one(START - HISTORY + DAY * i) for i in range((HISTORY + 30 * DAY).days)}


KINDS = [(20, 0.85, 0.0), (60, 0.86, 0.03), (8, 0.9, 0.0)]


@pytest.mark.parametrize(("many", "share_of", "apart"), KINDS)
def test_on_shuffled_data_at_most_one_page_in_a_hundred_has_an_episode(
    many: int, share_of: float, apart: float
) -> None:
    pages = (find_episode(shuffled(seed, many, share_of, apart), START, Unit.PERCENT) for seed in range(PAGES))
    found = [one for one in pages if one is not None]

    assert len(found) <= PAGES / 100


def test_the_simulation_finds_out_a_rule_that_is_too_easily_content(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ressenti.reports.episodes.CLEAR_STANDARD_ERRORS", CLEAR_STANDARD_ERRORS / 2)
    pages = (find_episode(shuffled(seed, 20, 0.85, 0.0), START, Unit.PERCENT) for seed in range(20))

    assert sum(one is not None for one in pages) > 2


class TestSentence:
    def test_it_tells_when_how_far_and_what_is_since(self) -> None:
        found = find_episode(days(fall(*NOVEMBER)), START, Unit.PERCENT)
        assert found is not None

        assert "".join(episode_sentence(told(found, since=share(865, 1000)))).replace("\u202f", " ").replace(
            "\xa0", " "
        ) == ("Satisfaction fell from 2 to 8 November, lowest 50.0 % on the 5th; since the 9th it is back at 86.5 %.")
        french = "".join(episode_sentence(told(found, since=share(865, 1000)), language="fr")).replace("\xa0", " ")
        assert "du 2 au 8 novembre" in french
        assert "depuis le 9" in french

    @pytest.mark.parametrize(
        ("first", "last", "goes_on", "said"),
        [
            (date(2026, 10, 28), date(2026, 11, 3), False, "fell from 28 October to 3 November, lowest 50"),
            (date(2026, 11, 5), date(2026, 11, 5), False, "fell on 5 November, to 60.0 %."),
            (date(2026, 11, 16), date(2026, 11, 30), True, "has been lower than usual since 16 November"),
            (START, date(2026, 11, 1), False, "was lower than usual from 23 October to 1 November, lowest 50.0 %"),
        ],
    )  # fmt: skip
    def test_the_words_follow_how_it_began_and_ended(self, first: date, last: date, goes_on: bool, said: str) -> None:
        found = find_episode(days(fall(first, last)), START, Unit.PERCENT)
        assert found is not None

        assert said in "".join(episode_sentence(told(found, goes_on=goes_on))).replace("\u202f", " ").replace(
            "\xa0", " "
        )
