"""The sentence the report opens with, for every state of its tiles."""

from dataclasses import replace

import pytest

from ressenti.indicators.model import Value
from ressenti.reports.choice import INDICATORS, read_report_choice
from ressenti.reports.experience.headline import Headline, headline
from ressenti.reports.experience.report import ReportReader, prepare_tile
from ressenti.reports.experience.standing import prepare_standing
from tests.support.fakes import NOW, TODAY, TOTALS, Pretend, nothing, wilson


def opening(ask: Pretend, language: str = "en") -> Headline:
    """Return the sentence the report opens with over pretended answers."""
    reading = ReportReader(
        choice=read_report_choice({}, today=TODAY), ask=ask, zone="Europe/Paris", now=NOW, currency="EUR"
    )
    tiles = {key: prepare_tile(reading, key) for key in INDICATORS}
    standing, _elsewhere = prepare_standing(reading, tiles.values())
    return headline(standing, tiles["csat"], tiles["first_response_time"], language=language)


def report(
    csat: tuple[Value, Value | None], wait: tuple[Value, Value | None] = TOTALS["first_response_time"]
) -> Pretend:
    return Pretend(totals=TOTALS | {"csat": csat, "first_response_time": wait})


def plain(text: object) -> str:
    """Write every kind of space as a space."""
    return str(text).replace("\u202f", " ").replace("\u00a0", " ")


STEADY, UNKNOWN = (Value(48.0, 500), Value(48.2, 500)), (Value(None, 0), Value(None, 0))
GOOD = wilson(3166, 3742)


@pytest.mark.parametrize(
    ("csat", "english", "french"),
    [
        (
            (GOOD, wilson(2978, 3601)),
            "More visitors left satisfied: 84.6 % of those who answered, up 1.9 points.",
            "Plus de visiteurs sont repartis satisfaits : 84,6 % de ceux qui ont répondu, en hausse de 1,9 point.",
        ),
        (
            (wilson(700, 1000), wilson(800, 1000)),
            "Fewer visitors left satisfied: 70.0 % of those who answered, down 10.0 points.",
            "Moins de visiteurs sont repartis satisfaits : 70,0 % de ceux qui ont répondu, en recul de 10,0 points.",
        ),
        (
            (wilson(60, 100), wilson(55, 100)),
            "60.0 % of the visitors who answered left satisfied: 5.0 points more, which could be chance.",
            "60,0 % des visiteurs qui ont répondu sont repartis satisfaits : 5,0 points de plus, peut-être par hasard.",
        ),
        (
            (wilson(55, 100), wilson(60, 100)),
            "55.0 % of the visitors who answered left satisfied: 5.0 points less, which could be chance.",
            (
                "55,0 % des visiteurs qui ont répondu sont repartis "
                "satisfaits : 5,0 points de moins, peut-être par hasard."
            ),
        ),
        (
            (GOOD, GOOD),
            "As many visitors left satisfied as before: 84.6 % of those who answered.",
            "Autant de visiteurs sont repartis satisfaits qu’avant : 84,6 % de ceux qui ont répondu.",
        ),
        (
            (GOOD, Value(None, 0)),
            "84.6 % of the visitors who answered left satisfied.",
            "84,6 % des visiteurs qui ont répondu sont repartis satisfaits.",
        ),
        (
            (wilson(6, 7), GOOD),
            "6 of the 7 visitors who answered left satisfied: too few to say more.",
            "6 visiteurs satisfaits sur les 7 qui ont répondu : trop peu pour en dire plus.",
        ),
        (
            (wilson(0, 1), GOOD),
            "Only one visitor answered: 0 of 1 left satisfied.",
            "Une seule réponse : 0 visiteur satisfait sur 1.",
        ),
        (
            (Value(None, 0), GOOD),
            "Nobody rated their conversation in this period.",
            "Personne n’a noté sa conversation pendant cette période.",
        ),
    ],
)
def test_satisfaction_is_said_as_it_was_measured(csat: tuple[Value, Value | None], english: str, french: str) -> None:
    shown = report(csat, UNKNOWN)

    assert plain(opening(shown)) == english
    assert plain(opening(shown, "fr")) == french


@pytest.mark.parametrize(
    ("wait", "english", "french"),
    [
        (
            TOTALS["first_response_time"],
            "Visitors waited 7 seconds less for a first answer.",
            "Les visiteurs ont attendu 7 secondes de moins avant la première réponse.",
        ),
        (
            (Value(3720.0, 500), Value(120.0, 500)),
            "Visitors waited 1 hour longer for a first answer.",
            "Les visiteurs ont attendu 1 heure de plus avant la première réponse.",
        ),
        (
            STEADY,
            "Visitors waited as long as before for a first answer: 48 seconds.",
            "Les visiteurs ont attendu la première réponse aussi longtemps qu’avant : 48 secondes.",
        ),
        (
            (Value(48.0, 500), None),
            "In half of the conversations, the first answer came within 48 seconds.",
            "Dans la moitié des conversations, la première réponse est arrivée en moins de 48 secondes.",
        ),
        (
            (Value(48.0, 4), Value(20.0, 500)),
            "In half of the conversations, the first answer came within 48 seconds.",
            "Dans la moitié des conversations, la première réponse est arrivée en moins de 48 secondes.",
        ),
        ((Value(48.0, 2), Value(20.0, 500)), "", ""),
        ((Value(48.0, 1), None), "", ""),
        (UNKNOWN, "", ""),
    ],
)
def test_the_wait_follows(wait: tuple[Value, Value | None], english: str, french: str) -> None:
    shown = report((GOOD, None), wait)

    assert plain(opening(shown).rest) == english
    assert plain(opening(shown, "fr").rest) == french


@pytest.mark.parametrize(
    ("wait", "english", "french"),
    [
        (
            (Value(55.0, 40), Value(48.0, 40)),
            "Visitors waited 7 seconds longer for a first answer, which could be chance.",
            "Les visiteurs ont attendu 7 secondes de plus avant la première réponse, peut-être par hasard.",
        ),
        (
            (Value(48.0, 40), Value(55.0, 40)),
            "Visitors waited 7 seconds less for a first answer, which could be chance.",
            "Les visiteurs ont attendu 7 secondes de moins avant la première réponse, peut-être par hasard.",
        ),
    ],
)
def test_a_wait_that_changed_no_more_than_by_chance_is_said_so(
    wait: tuple[Value, Value | None], english: str, french: str
) -> None:
    shown = replace(report((GOOD, None), wait), chance=0.2)

    assert plain(opening(shown).rest) == english
    assert plain(opening(shown, "fr").rest) == french


def test_a_change_too_small_to_be_written_is_no_change() -> None:
    assert "as long as before" in opening(report((GOOD, None), (Value(4.2, 500), Value(4.0, 500)))).rest


def test_the_figure_is_the_tile_s_own() -> None:
    shown = opening(report(TOTALS["csat"]))

    assert (shown.before, shown.figure) == ("More visitors left satisfied: ", "84.6\u202f%")


def test_an_empty_record_is_welcomed_and_an_empty_period_is_told() -> None:
    elsewhere = nothing()
    elsewhere.months = ["2019-03-01T00:00:00+01:00"]

    assert "nothing to measure yet" in str(opening(nothing()))
    assert "Nothing was measured" in str(opening(elsewhere))
