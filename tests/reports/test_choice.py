"""What an address says, and that saying it again leads to the same place."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qs, parse_qsl

import pytest

from ressenti.indicators.model import Anchor, Attribution, Comparison, Filter, Grain, OtherDates, Target
from ressenti.indicators.names import WITHOUT
from ressenti.indicators.refusals import (
    BadChoice,
    BadComparison,
    BadDate,
    BadFilter,
    BadRange,
    EmptyPeriod,
    UnknownDimension,
)
from ressenti.kit.refusals import Refusal
from ressenti.record.refusals import UnknownZone
from ressenti.reports.choice import (
    MOST_BESIDE,
    TABS,
    ReportChoice,
    TooManyBeside,
    read_report_choice,
)
from ressenti.reports.drilldown import DrilldownTarget, address_behind
from ressenti.reports.period import PRESETS, ReportPeriod
from tests.support.fakes import NOW

TODAY = date(2026, 11, 21)
DAY = timedelta(days=1)
"""A Saturday."""


def chosen(query: dict[str, str] | str = "", **more: list[str]) -> ReportChoice:
    """Read an address, given as its parameters or as it stands behind the question mark."""
    asked = parse_qs(query, keep_blank_values=True) if isinstance(query, str) else {k: [v] for k, v in query.items()}
    return read_report_choice(asked | more, today=TODAY)


def test_nothing_chosen_is_the_last_thirty_days_of_csat() -> None:
    choice = chosen()

    assert choice.period == ReportPeriod(date(2026, 10, 23), date(2026, 11, 22))
    assert (choice.indicator, choice.tab, choice.anchor, choice.grain) == ("csat", "overview", Anchor.CLOSED, None)
    assert (choice.where, choice.beside, choice.order, choice.attribution) == ((), (), "value", None)
    assert choice.comparison is Comparison.WEEKDAYS
    assert choice.bucket is Grain.DAY
    assert choice.address() == "/"


@pytest.mark.parametrize(
    "query",
    [
        "",
        "period=90d&indicator=nps",
        "from=2026-01-01&to=2026-04-01&grain=month",
        "period=12m&grain=day",
        "anchor=answered&order=lower&rows=all",
        "figures=all",
        "indicator=fcr&tab=agent",
        "tab=agent&attribution=closer&compare=year",
        "zone=Asia%2FKathmandu&compare=none",
        "where=channel%3DChat&where=channel%3D&where=agent%3D%3Ca%26b%3E+%C3%A9",
        "where=campaign%3D%3DSUM%281%29",
        "tab=group&beside=Lyon&beside=Lille",
        *(f"period={key}" for key in PRESETS if key != "30d"),
        *(f"tab={tab}" for tab in TABS if tab != "overview"),
    ],
)
def test_an_address_leads_back_to_the_same_choice(query: str) -> None:
    choice = chosen(query)

    again = choice.address().removeprefix("/").removeprefix("?")

    assert sorted(parse_qsl(again, keep_blank_values=True)) == sorted(parse_qsl(query, keep_blank_values=True))
    assert chosen(again) == choice


def test_what_follows_by_itself_is_not_said() -> None:
    said = {"period": "30d", "indicator": "csat", "tab": "overview", "anchor": "closed", "compare": ""}

    assert chosen(said | {"order": "value", "attribution": "all", "grain": "", "zone": ""}).address() == "/"


def test_another_page_is_told_the_same_choice() -> None:
    assert chosen("period=7d&where=agent%3Dana").address("/comments") == "/comments?period=7d&where=agent%3Dana"


def test_the_last_day_of_a_form_is_included_and_the_end_of_an_address_is_not() -> None:
    form = chosen({"from": "2026-03-01", "last": "2026-03-31"})
    address = chosen({"from": "2026-03-01", "to": "2026-04-01"})

    assert form == address


def test_a_start_alone_reaches_to_today_and_an_end_alone_back_thirty_days() -> None:
    assert chosen("from=2026-11-01").period.last == TODAY
    assert chosen("to=2026-05-01").period.start == date(2026, 4, 1)


def test_days_outweigh_a_preset() -> None:
    choice = chosen("period=7d&from=2026-11-01&to=2026-11-03")

    assert (choice.preset, choice.period.days) == (None, 2)


def test_weeks_begin_when_the_project_says() -> None:
    monday, sunday = (read_report_choice({"period": ["week"]}, today=TODAY, week_start=start) for start in (0, 6))

    assert monday.period == ReportPeriod(date(2026, 11, 16), date(2026, 11, 23))
    assert sunday.period == ReportPeriod(date(2026, 11, 15), date(2026, 11, 22))


class TestFilters:
    def test_keys_of_one_dimension_are_gathered_in_the_order_said(self) -> None:
        choice = chosen("where=channel%3DChat&where=agent%3Dana&where=channel%3DE-mail&where=channel%3DChat")

        assert choice.where == (Filter("channel", ("Chat", "E-mail")), Filter("agent", ("ana",)))
        assert choice.keys("channel") == ("Chat", "E-mail")
        assert choice.keys("group") == ()

    def test_keys_that_are_set_aside_are_gathered_too(self) -> None:
        choice = chosen("where=channel!%3DChat&where=channel!%3DE-mail&where=agent%3Dana")

        assert choice.where == (Filter("channel", ("Chat", "E-mail"), is_excluded=True), Filter("agent", ("ana",)))
        assert choice.keys("channel") == ()
        assert choice.address() == "/?where=channel%21%3DChat&where=channel%21%3DE-mail&where=agent%3Dana"
        assert choice.filtered("channel", ["Chat"]).where == (Filter("channel", ("Chat",)), Filter("agent", ("ana",)))

    def test_a_form_says_once_that_what_it_names_is_set_aside(self) -> None:
        said = chosen("except=channel&where=channel%3DChat&where=channel%3DE-mail&where=agent%3Dana")

        assert said == chosen("where=channel!%3DChat&where=channel!%3DE-mail&where=agent%3Dana")
        assert chosen("except=&where=channel%3DChat") == chosen("where=channel%3DChat")

    def test_a_filter_is_changed_added_and_let_go_without_touching_the_others(self) -> None:
        choice = chosen("where=channel%3DChat&where=agent%3Dana")

        assert choice.filtered("channel", ["E-mail"]).where == (
            Filter("channel", ("E-mail",)),
            Filter("agent", ("ana",)),
        )
        assert choice.filtered("group", ["Lyon", "Lyon"]).keys("group") == ("Lyon",)
        assert choice.filtered("agent", []).where == (Filter("channel", ("Chat",)),)

    def test_without_a_value_is_a_key_like_another(self) -> None:
        assert chosen("where=channel%3D").where == (Filter("channel", (WITHOUT,)),)

    def test_an_empty_field_of_a_form_says_nothing(self) -> None:
        assert chosen("where=&from=&last=&grain=&zone=") == chosen()

    def test_a_question_carries_the_choice(self) -> None:
        choice = chosen("from=2026-10-25&to=2026-10-26&anchor=opened&where=agent%3Dana&compare=year")

        question = choice.question("nps", zone="Europe/Paris", now=NOW, by="channel")

        assert (question.indicator, question.by, question.now) == ("nps", "channel", NOW)
        assert (question.end or 0) - (question.start or 0) == 25 * 3600 * 1_000_000
        assert (question.anchor, question.zone, question.compare) == (Anchor.OPENED, "Europe/Paris", Comparison.YEAR)
        assert question.where == (Filter("agent", ("ana",)),)

    def test_a_zone_that_was_chosen_outweighs_the_projects(self) -> None:
        question = chosen("zone=Asia/Tokyo").question("csat", zone="Europe/Paris", now=NOW)

        assert question.zone == "Asia/Tokyo"

    def test_it_can_be_said_in_the_words_of_the_command_line(self) -> None:
        said = chosen("from=2026-10-01&to=2026-11-01&where=agent%3Dana&where=channel%3D").words("Europe/Paris")

        assert said == {
            "from": ["2026-10-01"],
            "to": ["2026-11-01"],
            "zone": ["Europe/Paris"],
            "anchor": ["closed"],
            "where": ["agent=ana", "channel="],
        }


class TestLettingGo:
    def test_a_grain_that_no_longer_fits(self) -> None:
        choice = chosen("grain=hour&from=2026-11-20&to=2026-11-21")

        assert choice.grain is Grain.HOUR
        assert choice.narrowed(ReportPeriod(date(2025, 1, 1), date(2026, 1, 1))).grain is None
        assert chosen("grain=hour&period=12m").grain is None

    def test_what_was_compared_in_another_tab(self) -> None:
        choice = chosen("tab=agent&beside=ana&beside=bo")

        assert choice.but(tab="group").beside == ()
        assert choice.but(indicator="nps").beside == ("ana", "bo")
        assert choice.but(tab="group", beside=("Lyon",)).beside == ("Lyon",)

    def test_rows_beside_each_other_where_there_are_no_rows(self) -> None:
        assert chosen("beside=ana&beside=bo").beside == ()
        assert chosen("tab=evolution&beside=ana").beside == ()

    def test_a_row_without_a_value_is_nobody_to_compare_with(self) -> None:
        assert chosen("tab=agent&beside=&beside=bo&beside=bo").beside == ("bo",)

    def test_a_preset_once_other_days_are_chosen(self) -> None:
        assert chosen("period=7d").narrowed(ReportPeriod(date(2026, 11, 20), date(2026, 11, 21))).preset is None


class TestComparison:
    @pytest.mark.parametrize(
        ("query", "kind"),
        [
            ("", Comparison.WEEKDAYS),
            ("period=7d", Comparison.WEEKDAYS),
            ("period=last_week", Comparison.WEEKDAYS),
            ("period=yesterday", Comparison.USUAL),
            ("from=2026-11-02&to=2026-11-08", Comparison.PREVIOUS),
            ("from=2026-11-02&to=2026-11-04", Comparison.PREVIOUS),
            ("period=month", Comparison.UNIT),
            ("period=last_month", Comparison.UNIT),
            ("from=2026-10-01&to=2026-11-01", Comparison.UNIT),
            ("from=2026-07-01&to=2026-10-01", Comparison.UNIT),
            ("from=2025-01-01&to=2026-01-01", Comparison.UNIT),
            ("period=12m", Comparison.WEEKDAYS),
            ("period=last_month&compare=year", Comparison.YEAR),
            ("period=last_month&compare=previous", Comparison.PREVIOUS),
            ("compare=none", None),
        ],
    )
    def test_the_page_chooses_what_a_period_is_compared_with(self, query: str, kind: Comparison | None) -> None:
        assert chosen(query).comparison is kind

    def test_dates_of_ones_own_come_from_an_address_or_a_form_that_includes_the_last_day(self) -> None:
        dates = OtherDates(date(2026, 9, 1), date(2026, 9, 8))
        assert chosen("compare=2026-09-01..2026-09-08").comparison == dates
        assert chosen("against=2026-09-01&against_last=2026-09-07").comparison == dates
        assert dict(chosen("against=2026-09-01&against_last=2026-09-07").parameters())["compare"] == str(dates)

    def test_a_target_is_one_of_the_chosen_indicator_and_goes_with_it(self) -> None:
        choice = chosen("compare=85.5")

        assert choice.question("csat", zone="UTC", now=1).compare == Target(85.5)
        assert choice.question("nps", zone="UTC", now=1).compare is None
        assert choice.but(indicator="nps").compare is None

    def test_what_has_no_meaning_any_more_goes_with_what_gave_it_one(self) -> None:
        filtered = chosen("compare=everyone&where=channel%3DChat")
        assert filtered.comparison is Comparison.EVERYONE
        assert filtered.filtered("channel", ()).comparison is Comparison.WEEKDAYS
        assert chosen("period=last_month&compare=unit").narrowed(ReportPeriod(TODAY, TODAY + DAY)).compare is None

    def test_everyone_who_wrote_is_the_rule_and_needs_no_saying(self) -> None:
        assert chosen("attribution=all").attribution is None
        assert chosen("attribution=last").attribution is Attribution.LAST


@pytest.mark.parametrize(
    ("query", "refusal", "said"),
    [
        ("from=yesterday", BadDate, "“yesterday” is not a date we can read."),
        ("to=2026-02-30", BadDate, "“2026-02-30” is not a date we can read."),
        ("from=0001-01-01", BadDate, "“0001-01-01” is not a date we can read."),
        ("last=9999-12-31", BadDate, "“9999-12-31” is not a date we can read."),
        ("last=2199-12-31&from=1960-01-01", BadDate, "“1960-01-01” is not a date we can read."),
        ("from=2026-02-01&to=2026-02-01", EmptyPeriod, "ends before it begins (2026-02-01). Choose a later end."),
        ("from=1971-01-01", BadRange, "ask for at most 40"),
        ("period=8d", BadChoice, "Choose one of: today, yesterday, week, last_week, month"),
        ("indicator=joy", BadChoice, "“joy” is not one of the choices for indicator."),
        ("tab=mood", BadChoice, "“mood” is not one of the choices for tab."),
        ("grain=minute", BadChoice, "Choose one of: hour, 3h, day, week, month."),
        ("anchor=read", BadChoice, "Choose one of: closed, opened, answered."),
        ("compare=tomorrow", BadComparison, "Write one of previous, weekdays, unit, year, month, usual, everyone;"),
        ("attribution=boss", BadChoice, "Choose one of: all, closer, last, first."),
        ("order=luck", BadChoice, "Choose one of: value, lowest, highest, change, n, name, lower."),
        ("zone=Mars", UnknownZone, "Mars"),
        ("where=agent", BadFilter, "agent"),
        ("where=mood%3Dgood", UnknownDimension, "mood"),
        ("tab=agent&" + "&".join(f"beside=a{i}" for i in range(7)), TooManyBeside, "Up to 6 can be compared"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_remedy(query: str, refusal: type[Refusal], said: str) -> None:
    with pytest.raises(refusal) as caught:
        chosen(query)

    assert said in str(caught.value)


def test_as_many_as_can_be_told_apart_may_stand_side_by_side() -> None:
    assert len(chosen("tab=agent&" + "&".join(f"beside=a{i}" for i in range(6))).beside) == MOST_BESIDE


def test_parameters_of_others_are_left_alone() -> None:
    assert chosen("lang=fr&utm_source=mail&whole=yes") == chosen()


class TestBehind:
    """The address of what stands behind a mark."""

    def address(self, query: str, **named: Any) -> list[tuple[str, str]]:
        page, _mark, said = address_behind(chosen(query), DrilldownTarget(**named)).partition("?")
        assert page == "/conversations"
        return parse_qsl(said, keep_blank_values=True)

    def test_it_keeps_what_is_looked_at_and_lets_go_of_how_it_was_shown(self) -> None:
        query = "period=7d&anchor=opened&zone=Asia/Tokyo&where=agent%3Dana&tab=channel&order=n&compare=year&rows=all"

        assert self.address(query, of="csat") == [
            ("period", "7d"),
            ("anchor", "opened"),
            ("zone", "Asia/Tokyo"),
            ("compare", "year"),
            ("where", "agent=ana"),
            ("of", "csat"),
        ]

    def test_a_row_is_named_by_its_key_and_one_without_by_none(self) -> None:
        assert self.address("", of="nps", by="channel", key="=a&b")[-2:] == [("by", "channel"), ("key", "=a&b")]
        assert self.address("", of="nps", by="channel")[-2:] == [("by", "channel"), ("key", "")]

    def test_a_bucket_is_named_by_its_start_and_notes_each_for_itself(self) -> None:
        named = {"of": "csat", "grain": "day", "bucket": "2026-10-25T00:00:00+02:00"}

        assert self.address("", **named)[-2:] == [("grain", "day"), ("bucket", "2026-10-25T00:00:00+02:00")]
        assert self.address("", of="nps_distribution", ratings=(7, 8))[-2:] == [("note", "7"), ("note", "8")]

    def test_whom_an_answer_is_credited_to_matters_where_rows_are_people(self) -> None:
        assert ("attribution", "closer") in self.address("attribution=closer", of="csat", by="agent", key="ana")
        assert "attribution" not in dict(self.address("attribution=closer", of="csat", by="channel", key="Chat"))
