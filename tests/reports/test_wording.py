"""With which words changes, bases and buckets are told."""

from urllib.parse import parse_qs

import pytest

from ressenti.indicators.catalogue import INDICATORS as EVERY_INDICATOR
from ressenti.indicators.dimensions import DIMENSIONS, dimension
from ressenti.indicators.model import Anchor, Attribution, Better, Grain, Unit, Value
from ressenti.indicators.names import DELETED, NONE, WITHOUT
from ressenti.indicators.significance import p_of_net_scores, p_of_shares
from ressenti.reports import wording
from ressenti.reports.choice import INDICATORS, ORDERS, TABS, ReportChoice, read_report_choice
from ressenti.reports.comparison import compare
from ressenti.reports.comparison_wording import beside_name, change_short, change_words, clarity_words, previous_name
from ressenti.reports.experience.report import ReportReader, prepare_evolution, prepare_lines, prepare_ratings
from ressenti.reports.filter_wording import row_label, without_reason
from ressenti.reports.model import Evolution, NpsClass
from ressenti.reports.period import PRESETS
from ressenti.reports.wording import (
    base,
    base_of,
    bucket_names,
    describe,
    describe_line,
    describe_rating,
    evolution_title,
    few_share,
    name,
)
from tests.support.fakes import NOW, TODAY, Pretend, nps, wilson


def chosen(query: str = "") -> ReportChoice:
    return read_report_choice(parse_qs(query), today=TODAY)


def reading(query: str = "") -> ReportReader:
    return ReportReader(choice=chosen(query), ask=Pretend(), zone="Europe/Paris", now=NOW, currency="EUR")


def evolution(query: str = "") -> Evolution:
    return prepare_evolution(reading(query))


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("now", "before", "unit", "english", "french"),
    [
        (wilson(3166, 3742), wilson(2978, 3601), Unit.PERCENT, "1.9 pts better", "en progrès de 1,9 pt"),
        (wilson(700, 1000), wilson(800, 1000), Unit.PERCENT, "10.0 pts worse", "en recul de 10,0 pts"),
        (wilson(60, 100), wilson(55, 100), Unit.PERCENT, "5.0 pts higher", "5,0 pts de plus"),
        (wilson(80, 100), wilson(80, 100), Unit.PERCENT, "stable", "stable"),
        (nps(54, 20, 26), nps(52, 20, 28), Unit.POINTS, "4 pts higher", "4 pts de plus"),
        (Value(48, 500), Value(55, 500), Unit.SECONDS, "7 s faster", "7 s plus rapide"),
        (Value(4.1, 500), Value(4.0, 500), Unit.SECONDS, "2.5 % slower", "2,5 % plus lent"),
    ],
)
def test_a_change_is_told_in_a_word(now: Value, before: Value, unit: Unit, english: str, french: str) -> None:
    better = Better.LOWER if unit is Unit.SECONDS else Better.HIGHER
    p = {Unit.PERCENT: p_of_shares, Unit.POINTS: p_of_net_scores, Unit.SECONDS: lambda *_values: 0.01}[unit](
        now, before
    )
    change = compare(now, before, unit=unit, better=better, p=p)

    assert change is not None
    assert plain(change_words(change, unit)) == english
    assert plain(change_words(change, unit, language="fr")) == french


def test_a_column_shows_the_size_alone() -> None:
    now, before = wilson(60, 100), wilson(55, 100)
    change = compare(now, before, unit=Unit.PERCENT, better=Better.HIGHER, p=p_of_shares(now, before))

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
    assert evolution_title(evolution()) == "CSAT by day"
    assert evolution_title(evolution("period=90d&indicator=nps"), language="fr") == "NPS par semaine"


def test_the_two_hours_of_an_autumn_night_have_two_names() -> None:
    names = bucket_names(evolution("from=2026-10-25&to=2026-10-26&grain=hour"))

    assert names[1:5] == ("01:00", "02:00 UTC+02:00", "02:00 UTC+01:00", "03:00")


def test_days_tell_their_year_only_where_there_are_two() -> None:
    assert bucket_names(evolution())[0] == "Fri 23 Oct"
    assert bucket_names(evolution("period=12m&grain=day"))[0] == "Sat 22 Nov 2025"
    assert bucket_names(evolution())[-1] == "Sat 21 Nov, so far"


@pytest.mark.parametrize(
    ("query", "english"),
    [
        ("", "the same weekdays before"),
        ("period=7d", "7 days before"),
        ("compare=previous", "30 days before"),
        ("from=2026-11-20&to=2026-11-21&compare=previous", "the day before"),
        ("from=2026-11-20&to=2026-11-21", "a usual Friday"),
        ("compare=usual", "the usual"),
        ("period=last_month", "the month before"),
        ("from=2026-07-01&to=2026-10-01", "the quarter before"),
        ("from=2025-01-01&to=2026-01-01", "the year before"),
        ("from=2026-07-01&to=2026-09-01", "2 months before"),
        ("compare=2026-09-01..2026-09-08", "1 Sep – 7 Sep 2026"),
        ("compare=85", "the target of 85.0\N{NARROW NO-BREAK SPACE}%"),
        ("compare=everyone&where=channel%3DChat", "everyone"),
        ("compare=year", "a year before"),
        ("period=last_month&compare=year", "a year before"),
    ],
)
def test_what_is_compared_with_is_named_in_words(query: str, english: str) -> None:
    assert previous_name(chosen(query), currency="EUR") == english


def test_the_period_before_is_named_in_the_language() -> None:
    assert previous_name(chosen("period=yesterday"), currency="EUR", language="fr") == "un vendredi habituel"
    assert previous_name(chosen("compare=year"), currency="EUR", language="fr") != "a year before"
    assert previous_name(chosen("period=month"), currency="EUR", language="fr") != "the month before"


def test_a_tooltip_tells_all_that_the_table_does() -> None:
    found = evolution()

    assert plain(describe(found.points[22], found, "30 days before")) == (
        "Sat 14 Nov 2026: 72.6 %, 117 answers, 95 % interval 63.9 – 79.9, 30 days before 85.3 %"
    )
    assert plain(describe(found.points[19], found, "30 days before")) == (
        "Wed 11 Nov 2026: nobody was measured, 30 days before 84.1 %"
    )


def test_a_bar_of_a_distribution_tells_its_note_share_and_answers() -> None:
    csat, scale = (prepare_ratings(reading(), key) for key in ("csat", "nps"))

    assert plain(describe_rating(csat.ratings[4], distribution=csat)) == "5 Very satisfied: 47.2 %, 1,766 answers"
    assert plain(describe_rating(scale.ratings[10], distribution=scale)) == "10: 32.2 %, 840 answers"


def test_a_place_of_several_lines_tells_whose_it_is() -> None:
    lines = prepare_lines(reading("tab=agent&beside=ines"))

    assert plain(describe_line(lines.lines[0], 22, lines=lines)) == (
        "Sat 14 Nov 2026: Inès Benali, 72.6 %, 117 answers"
    )


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("csat", Value(84.6, 3742), "3,742 answers"),
        ("nps", Value(41.0, 1), "1 answer"),
        ("first_response_time", Value(48.0, 11306), "11,306 conversations"),
        ("response_rate", Value(33.0, 12150), "of 12,150 offered"),
        ("conversations", Value(12430, 12430), "conversations"),
        ("conversations", Value(1, 1), "conversation"),
    ],
)
def test_a_tile_tells_what_its_value_rests_on(key: str, value: Value, words: str) -> None:
    assert base_of(key, value) == words


def test_whoever_offered_surveys_did_not_get_as_many_answers() -> None:
    """The base of a response rate is what was offered, wherever it is told."""
    found = evolution("indicator=response_rate")

    said = plain(describe(found.points[0], found, "30 days before"))
    assert "answers" not in said
    assert f"of {found.points[0].value.n} offered" in said


def test_everything_that_can_be_chosen_has_a_name() -> None:
    assert wording.NAMES.keys() >= set(INDICATORS)
    assert wording.TABS.keys() == set(TABS)
    assert wording.PRESETS.keys() == set(PRESETS)
    assert wording.ORDERS.keys() == set(ORDERS)
    assert wording.ANCHORS.keys() == set(Anchor)
    assert wording.ATTRIBUTIONS.keys() == set(Attribution)
    assert wording.GRAINS.keys() == set(Grain)
    assert wording.CLASSES.keys() == set(NpsClass)


@pytest.mark.parametrize("key", EVERY_INDICATOR)
def test_every_indicator_has_a_name_in_both_languages(key: str) -> None:
    assert name(key)
    assert name(key, language="fr")


def test_nobody_s_row_is_called_none_in_the_language() -> None:
    assert row_label("agent", None, NONE) == row_label("agent", WITHOUT, "") == "no agent"
    assert row_label("agent", None, NONE, language="fr") == "sans agent"
    assert row_label("group", None, NONE, language="fr") == "sans groupe"
    assert row_label("weekday", None, NONE) == "none"
    assert row_label("agent", WITHOUT, "", language="fr") == row_label("agent", None, NONE, language="fr")
    assert row_label("agent", "a1", "") == "–"
    assert row_label("agent", "a1", "Ana") == "Ana"


def test_only_our_own_words_are_translated() -> None:
    assert row_label("weekday", "1", "Monday", language="fr") == "lundi"
    assert row_label("automation", "full", "Fully automated", language="fr") != "Fully automated"
    assert row_label("agent", "x", DELETED, language="fr") == "Utilisateur supprimé"
    assert row_label("channel", "Monday", "Monday", language="fr") == "Monday"


def test_a_language_is_called_by_its_name_in_that_of_the_reader() -> None:
    assert row_label("language", "fr", "fr") == "French"
    assert row_label("language", "fr", "fr", language="fr") == "Français"
    assert row_label("language", "pt-BR", "pt-BR (Shop)", language="fr") == "Portugais (Brésil) (Shop)"
    assert row_label("language", "Klingon", "Klingon") == "Klingon"
    assert row_label("topic", "fr", "fr") == "fr"


def test_the_row_without_a_value_says_why_there_is_one() -> None:
    assert without_reason("group", None) == "Conversations that only a bot answered have no group."
    assert without_reason("group", WITHOUT, language="fr").endswith("n’ont pas de groupe.")
    assert without_reason("group", "Care") == ""
    assert without_reason("weekday", None) == ""


@pytest.mark.parametrize("by", DIMENSIONS)
def test_a_row_without_a_value_has_a_name_in_every_dimension(by: str) -> None:
    assert row_label(by, None, NONE) == dimension(by).without


@pytest.mark.parametrize(
    ("of", "none", "one", "many"),
    [
        ("csat", "0 answers", "1 answer", "2 réponses"),
        ("resolution_time", "0 conversations", "1 conversation", "2 conversations"),
        ("survey_coverage", "0 conversations", "1 conversation", "2 conversations"),
        ("survey_completion", "0 surveys", "1 survey", "2 questionnaires"),
        ("response_rate", "of 0 offered", "of 1 offered", "sur 2 proposés"),
        ("handling_time", "0 handlings", "1 handling", "2 prises en charge"),
        ("response_time", "0 replies", "1 reply", "2 réponses de personnes"),
        ("fcr", "0 first contacts", "1 first contact", "2 premiers contacts"),
        ("automation_rate", "0 conversations", "1 conversation", "2 conversations"),
        ("average_basket", "0 sales", "1 sale", "2 ventes"),
        ("revenue", "0 sales and refunds", "1 sale or refund", "2 ventes et remboursements"),
    ],
)
def test_n_is_named_as_its_indicator_declares(of: str, none: str, one: str, many: str) -> None:
    unit = EVERY_INDICATOR[of].unit

    assert [base(Value(None, n), unit, of=of) for n in (0, 1)] == [none, one]
    assert base(Value(None, 2), unit, of=of, language="fr") == many


def test_every_indicator_has_a_noun_of_its_own_facts() -> None:
    """Of 27 indicators, each says answers where its rows are answers, and nowhere else."""
    for key, indicator in EVERY_INDICATOR.items():
        said = base(Value(None, 0), indicator.unit, of=key)
        assert ("answers" in said) is (indicator.facts == "answer" and key != "response_rate")
        assert ("handlings" in said) is (indicator.facts == "handling" and key != "response_time")


def test_a_target_of_money_is_in_the_currency_of_the_project() -> None:
    choice = chosen("compare=50&indicator=revenue")

    assert previous_name(choice, currency="USD") == "the target of $50.00"
    assert beside_name(choice, currency="USD") == "the target of $50.00"
    assert previous_name(choice, currency="EUR", language="fr").startswith("l’objectif de 50,00")
