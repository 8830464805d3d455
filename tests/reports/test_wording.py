"""With which words changes, bases and buckets are told."""

import pytest

from ressenti.indicators.model import Better, Unit, Value
from ressenti.reports.choice import read_choice
from ressenti.reports.comparison import compare
from ressenti.reports.customer_experience import Report, prepare
from ressenti.reports.wording import (
    base,
    bucket_names,
    change_short,
    change_words,
    clarity_words,
    describe,
    evolution_title,
    few_share,
    previous_name,
    row_label,
)
from tests.reports.pretend import NOW, TODAY, Pretend, nps, wilson


def shown(query: dict[str, str]) -> Report:
    return prepare(read_choice(query, today=TODAY), ask=Pretend(), zone="Europe/Paris", now=NOW)


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("now", "before", "unit", "english", "french"),
    [
        (wilson(3166, 3742), wilson(2978, 3601), Unit.PERCENT, "1.9 pts better", "1,9 pt de mieux"),
        (wilson(700, 1000), wilson(800, 1000), Unit.PERCENT, "10.0 pts worse", "10,0 pts de moins bien"),
        (wilson(60, 100), wilson(55, 100), Unit.PERCENT, "5.0 pts higher", "5,0 pts de plus"),
        (wilson(80, 100), wilson(80, 100), Unit.PERCENT, "stable", "stable"),
        (nps(54, 20, 26), nps(52, 20, 28), Unit.POINTS, "4 pts higher", "4 pts de plus"),
        (Value(48, 500), Value(55, 500), Unit.SECONDS, "7 s faster", "7 s plus rapide"),
        (Value(4.1, 500), Value(4.0, 500), Unit.SECONDS, "2.5 % slower", "2,5 % plus lent"),
    ],
)
def test_a_change_is_told_in_a_word(now: Value, before: Value, unit: Unit, english: str, french: str) -> None:
    better = Better.LOWER if unit is Unit.SECONDS else Better.HIGHER
    change = compare(now, before, unit=unit, better=better)

    assert change is not None
    assert plain(change_words(change, unit)) == english
    assert plain(change_words(change, unit, language="fr")) == french


def test_a_column_shows_the_size_alone() -> None:
    change = compare(wilson(60, 100), wilson(55, 100), unit=Unit.PERCENT, better=Better.HIGHER)

    assert change is not None
    assert plain(change_short(change, Unit.PERCENT)) == "5.0 pts"
    assert clarity_words(change) == "could be chance"


def test_a_base_is_answers_or_conversations() -> None:
    assert base(Value(84.6, 3742), Unit.PERCENT) == "3,742 answers"
    assert base(Value(48, 11306), Unit.SECONDS) == "11,306 conversations"
    assert base(Value(100, 1), Unit.PERCENT) == "1 answer"
    assert base(Value(None, 0), Unit.PERCENT) == "0 answers"
    assert base(Value(None, 0), Unit.PERCENT, language="fr") == "0 réponse"
    assert few_share(wilson(6, 7), language="fr") == "6 sur 7"


def test_an_evolution_is_named_by_its_grain() -> None:
    assert evolution_title(shown({}).evolution) == "CSAT by day"
    assert evolution_title(shown({"period": "90d", "indicator": "nps"}).evolution, language="fr") == "NPS par semaine"


def test_the_two_hours_of_an_autumn_night_have_two_names() -> None:
    names = bucket_names(shown({"from": "2026-10-25", "to": "2026-10-26", "grain": "hour"}).evolution)

    assert names[1:5] == ("01:00", "02:00 UTC+02:00", "02:00 UTC+01:00", "03:00")


def test_days_tell_their_year_only_where_there_are_two() -> None:
    assert bucket_names(shown({}).evolution)[0] == "Fri 23 Oct"
    assert bucket_names(shown({"period": "12m", "grain": "day"}).evolution)[0] == "Sat 22 Nov 2025"
    assert bucket_names(shown({}).evolution)[-1] == "Sat 21 Nov, so far"


def test_the_period_before_is_named_by_its_length() -> None:
    assert previous_name(shown({})) == "30 days before"
    assert previous_name(shown({"period": "12m"}), language="fr") == "12 mois avant"
    assert previous_name(shown({"from": "2026-11-20", "to": "2026-11-21"})) == "the day before"


def test_a_tooltip_tells_all_that_the_table_does() -> None:
    evolution = shown({}).evolution

    assert plain(describe(evolution.points[22], evolution, "30 days before")) == (
        "Sat 14 Nov 2026: 72.6 %, 117 answers, 95 % interval 63.9 – 79.9, 30 days before 85.3 %"
    )
    assert plain(describe(evolution.points[19], evolution, "30 days before")) == (
        "Wed 11 Nov 2026: nobody was measured, 30 days before 84.1 %"
    )


def test_nobody_s_row_is_called_none_in_the_language() -> None:
    assert row_label(None, "none", language="fr") == "aucun"
    assert row_label("a1", "") == "–"
    assert row_label("a1", "Ana") == "Ana"
