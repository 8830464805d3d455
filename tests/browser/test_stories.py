"""Every story of `docs/demo.md`: a change is told or named first, what is steady stands at an end of its breakdown."""

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Page, expect

from ressenti.indicators.model import Unit
from ressenti.reports.format import amount
from tests.browser.conftest import settle
from tests.support.demonstration import demonstration
from tests.support.serving import Served, serve

CONVERSATIONS = 60_000
LANGUAGES = ("en", "fr")
FIRST, LAST = slice(0, 3), slice(-3, None)
"""The three rows of either end that a card shows."""


class Change(NamedTuple):
    """A story that moves an indicator: what is looked at, and what the opening sentence or the first panel names.

    `said` is in English and French; `cause` is what the first panel names, "" where the sentence tells it all.
    """

    weeks: str
    said: tuple[str, str] = ("", "")
    cause: str = ""


CHANGES = {
    "the week payments failed": Change(
        "from=2026-10-26&to=2026-11-02",
        ("Satisfaction was lower than usual from 26 October", "La satisfaction était plus basse que d’habitude du 26"),
        "Payment",
    ),
    "the week payments failed, within its month": Change(
        "from=2026-10-23&to=2026-11-21",
        ("Satisfaction fell from 26 October to 1 November", "La satisfaction a baissé du 26 octobre au 1er novembre"),
        "Payment",
    ),
    "the week payments failed, in waiting": Change(
        "from=2026-10-26&to=2026-11-02&indicator=first_response_time",
        ("longer for a first answer", "de plus avant la première réponse"),
    ),
    "the bot that learnt": Change(
        "from=2026-04-15&to=2026-06-10&where=automation%3Dfull",
        ("More visitors left satisfied", "Plus de visiteurs sont repartis satisfaits"),
        "Assistant",
    ),
    "the returns page that answered for itself": Change(
        "from=2026-07-20&to=2026-08-17&indicator=conversations", cause="Return or refund"
    ),
    "a newcomer who caught up": Change(
        "from=2026-07-14&to=2026-11-10&where=agent%3DA-27&compare=2026-05-05..2026-07-14",
        ("More visitors left satisfied", "Plus de visiteurs sont repartis satisfaits"),
    ),
    "one agent's training": Change(
        "from=2026-08-13&to=2026-10-26&where=agent%3DA-10&compare=previous",
        ("More visitors left satisfied", "Plus de visiteurs sont repartis satisfaits"),
    ),
    "one channel that grows": Change(
        "from=2026-08-24&to=2026-11-16&indicator=conversations&compare=previous", cause="WhatsApp"
    ),
}
STEADY = {
    "the campaign that sells": ("campaign", "indicator=conversion_rate", "Flash sale", FIRST),
    "the campaign that disappoints": ("campaign", "", "Flash sale", LAST),
    "matters that come back": ("topic", "indicator=fcr", "Lost parcel", LAST),
    "advice on furniture sells": ("topic", "indicator=conversion_rate", "Choosing furniture", FIRST),
    "advice on lamps sells": ("topic", "indicator=conversion_rate", "Choosing a light", FIRST),
    "the agent ahead of her colleagues": (
        "agent",
        "where=group%3DReturns&where=topic%3DReturn+or+refund",
        "Camille Laurent",
        FIRST,
    ),
}
"""What does not change in the year: the breakdown, what else is asked, who stands out, and at which end."""


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve the year that `ressenti demo` tells."""
    world = demonstration(tmp_path_factory.mktemp("year"), CONVERSATIONS)
    running = serve(world)
    yield running
    running.stop()
    world.close()


@pytest.fixture(scope="module")
def window(browser: Browser, year: Served) -> Iterator[Page]:
    context = browser.new_context(base_url=year.url, extra_http_headers={"Authorization": year.bearer})
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("story", CHANGES)
def test_a_change_is_told_by_the_opening_sentence_or_named_in_the_first_panel(
    window: Page, story: str, language: str
) -> None:
    weeks, said, cause = CHANGES[story]
    window.goto(f"/?{weeks}&lang={language}")
    settle(window)

    if words := said[LANGUAGES.index(language)]:
        assert words in _plain(window.locator(".lead").inner_text())
    if cause:
        expect(window.locator("#drivers .causes li").filter(has_text=cause)).not_to_have_count(0)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("story", STEADY)
def test_what_is_steady_stands_at_an_end_of_its_breakdown(window: Page, story: str, language: str) -> None:
    tab, asked, who, end = STEADY[story]
    window.goto(f"/?period=12m&tab={tab}&{asked}&lang={language}")
    settle(window)

    ranked = window.locator(f"#by-{tab} tbody tr:not(.few):not(:has(.blk)) bdi").all_inner_texts()
    assert who in ranked[end]


@pytest.mark.parametrize("language", LANGUAGES)
def test_returns_wait_longer_after_five_than_at_any_hour_from_nine(window: Page, year: Served, language: str) -> None:
    asked = {"where": "group=Returns", "by": "hour_of_day", "from_": "2025-11-22", "to": "2026-11-22"}
    waits = {row["key"]: row["value"] for row in year.read("first_response_time", **asked)["rows"]}
    window.goto(f"/?period=12m&tab=hour_of_day&indicator=first_response_time&where=group%3DReturns&lang={language}")
    settle(window)
    shown = [
        window.locator("#by-hour_of_day tr", has_text=f"{hour}:00").locator(".v").inner_text() for hour in (16, 17)
    ]

    assert min(waits[str(hour)] for hour in (17, 18, 19)) > 1.5 * max(waits[str(hour)] for hour in range(9, 17))
    assert [_plain(one) for one in shown] == [
        _plain(amount(waits[hour], Unit.SECONDS, language=language)) for hour in ("16", "17")
    ]


def _plain(text: str) -> str:
    return " ".join(text.split())
