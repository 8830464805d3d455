"""What an address says, and that saying it again leads to the same place."""

from datetime import date
from urllib.parse import parse_qsl

import pytest

from ressenti.indicators.model import Anchor, Grain
from ressenti.indicators.refusals import BadRange
from ressenti.kit.refusals import Refusal
from ressenti.reports.choice import NoDays, UnknownChoice, UnreadableDay, read_choice
from ressenti.reports.period import Period

TODAY = date(2026, 11, 21)


def test_nothing_chosen_is_the_last_thirty_days_of_csat() -> None:
    choice = read_choice({}, today=TODAY)

    assert choice.period == Period(date(2026, 10, 23), date(2026, 11, 22))
    assert (choice.indicator, choice.anchor, choice.grain, choice.agent) == ("csat", Anchor.CLOSED, None, None)
    assert choice.address() == "?"


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"period": "90d", "indicator": "nps"},
        {"from": "2026-01-01", "to": "2026-04-01", "grain": "month"},
        {"agent": "<a&b> é", "anchor": "answered", "rows": "all"},
        {"period": "12m", "grain": "day"},
    ],
)
def test_an_address_leads_back_to_the_same_choice(query: dict[str, str]) -> None:
    choice = read_choice(query, today=TODAY)

    again = dict(parse_qsl(choice.address().removeprefix("?")))

    assert again == query
    assert read_choice(again, today=TODAY) == choice


def test_the_last_day_of_a_form_is_included_and_the_end_of_an_address_is_not() -> None:
    form = read_choice({"from": "2026-03-01", "last": "2026-03-31"}, today=TODAY)
    address = read_choice({"from": "2026-03-01", "to": "2026-04-01"}, today=TODAY)

    assert form == address


def test_a_start_alone_reaches_to_today_and_an_end_alone_back_thirty_days() -> None:
    assert read_choice({"from": "2026-11-01"}, today=TODAY).period.last == TODAY
    assert read_choice({"to": "2026-05-01"}, today=TODAY).period.start == date(2026, 4, 1)


def test_a_grain_that_no_longer_fits_is_let_go() -> None:
    choice = read_choice({"grain": "hour", "from": "2026-11-20", "to": "2026-11-21"}, today=TODAY)

    assert choice.grain is Grain.HOUR
    assert choice.narrowed(Period(date(2025, 1, 1), date(2026, 1, 1))).grain is None
    assert read_choice({"grain": "hour", "period": "12m"}, today=TODAY).grain is None


def test_links_repeat_what_is_carried() -> None:
    assert read_choice({"period": "7d"}, today=TODAY).address({"lang": "fr"}) == "?period=7d&lang=fr"


@pytest.mark.parametrize(
    ("query", "refusal", "said"),
    [
        ({"from": "yesterday"}, UnreadableDay, "“yesterday” is not a date we can read."),
        ({"to": "2026-02-30"}, UnreadableDay, "“2026-02-30” is not a date we can read."),
        ({"from": "0001-01-01"}, UnreadableDay, "“0001-01-01” is not a date we can read."),
        ({"last": "9999-12-31"}, UnreadableDay, "“9999-12-31” is not a date we can read."),
        ({"from": "2026-02-01", "to": "2026-02-01"}, NoDays, "Choose a last day that is 2026-02-01 or later."),
        ({"from": "1971-01-01"}, BadRange, "ask for at most 40"),
        ({"period": "8d"}, UnknownChoice, "Choose one of: 7d, 30d, 90d, 12m."),
        ({"indicator": "joy"}, UnknownChoice, "“joy” is not one of the choices for indicator."),
        ({"grain": "minute"}, UnknownChoice, "“minute” is not one of the choices for grain."),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_remedy(
    query: dict[str, str], refusal: type[Refusal], said: str
) -> None:
    with pytest.raises(refusal) as caught:
        read_choice(query, today=TODAY)

    assert said in str(caught.value)


def test_parameters_of_others_are_left_alone() -> None:
    assert read_choice({"lang": "fr", "utm_source": "mail"}, today=TODAY) == read_choice({}, today=TODAY)
