"""Every indicator explains itself from its declaration."""

import re

import pytest

from ressenti.indicators.catalogue import INDICATORS
from ressenti.indicators.declaration import Indicator
from ressenti.indicators.describe import FAMILIES, explain, rows_of
from ressenti.indicators.dimensions import DIMENSIONS


def said(key: str, language: str = "en") -> dict[str, str]:
    return {point.title: point.words for point in explain(INDICATORS[key], language=language)}


@pytest.mark.parametrize("one", INDICATORS.values(), ids=list(INDICATORS))
def test_an_indicator_says_all_there_is_to_know_in_plain_words(one: Indicator) -> None:
    found = said(one.key)

    assert list(found) == ["Computed", "n counts", "Left out", "Date", "By agent", "Interval", "Unit", "Good news"]
    assert all(words.endswith(".") for words in found.values())
    assert re.findall(r"[{}_]|\bSQL\b|\b[DE]\d", " ".join(found.values())) == []


@pytest.mark.parametrize(
    ("key", "title", "words"),
    [
        ("nps", "Computed", "100 × (promoters − detractors) ÷ recommendation ratings."),
        ("csat_distribution", "Computed", "For each note from 1 to 5"),
        ("csat_distribution", "n counts", "Beside a note, the ratings with that note."),
        ("first_response_time", "Computed", "the middle one is taken"),
        ("first_response_time", "By agent", "The person who gave the first answer."),
        ("first_response_time_p90", "Computed", "the one is taken that 90 in a hundred do not exceed: the waits"),
        ("first_response_time_mean", "Computed", "Added up, then divided by how many there are"),
        ("response_time", "Computed", "the waits before replies ÷ replies by people"),
        ("response_time", "n counts", "Replies by people."),
        ("response_rate", "Date", "It can be dated by opening instead."),
        ("handling_time", "Good news", "Neither"),
        ("handlings", "Date", "on the day the handling ended"),
        ("unanswered_handlings", "Computed", "in which the visitor had written and nobody answered"),
        ("revenue", "Computed", "with refunds taken off"),
        ("transactions", "Left out", "Refunds. Spam and tests."),
        ("conversion_rate", "By agent", "a sale counts for the last person who wrote before it"),
        ("automation_rate", "Computed", "100 × conversations in which only bots answered ÷ conversations."),
    ],
)
def test_an_explanation_says_what_the_declaration_does(key: str, title: str, words: str) -> None:
    assert words in said(key)[title]


def test_every_indicator_stands_in_one_family() -> None:
    listed = [key for keys in FAMILIES.values() for key in keys]

    assert sorted(listed) == sorted(INDICATORS)


def test_a_dimension_says_whether_its_rows_add_up() -> None:
    adding = {key for key, one in DIMENSIONS.items() if "do not add up" not in rows_of(one)}

    assert adding == {key for key, one in DIMENSIONS.items() if one.adds_up}
