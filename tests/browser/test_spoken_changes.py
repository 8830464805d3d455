"""Whoever does not see the page hears what it shows now, once, after each choice."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Open, settle
from tests.support.serving import Served
from tests.support.signed_in import somebody


def said(page: Page) -> Locator:
    return page.locator("#said")


def follow(page: Page, link: Locator) -> None:
    with page.expect_navigation():
        link.click()
    settle(page)


def test_a_page_that_is_opened_says_nothing_by_itself(visit: Open) -> None:
    page = visit("/?where=channel%3DChat")
    page.wait_for_timeout(300)

    expect(said(page)).to_have_text("")
    expect(said(page)).to_have_attribute("role", "status")


@pytest.mark.parametrize(
    ("language", "tile", "tab", "filter_", "alone"),
    [
        (
            "en",
            "NPS, # answers",
            "Channels, # answers",
            "Channel: Chat, # answers",
            "no longer Channel: Chat, # answers",
        ),
        ("fr", "NPS, # réponses", "Canaux, # réponses", "Canal : Chat, # réponses", "sans Canal : Chat, # réponses"),
    ],
)
def test_a_choice_of_the_report_is_said_with_what_it_rests_on(
    visit: Open, language: str, tile: str, tab: str, filter_: str, alone: str
) -> None:
    page = visit(f"/?lang={language}")

    def expect_said(words: str) -> None:
        pattern = re.escape(words).replace(r"\#", r"\d+").replace(r"\ ", r"\s+")
        expect(said(page)).to_have_text(re.compile(f"^{pattern}$"))

    follow(page, page.locator(".tile-link").nth(1))
    expect_said(tile)
    follow(page, page.locator(".tabs a[href*='tab=channel']"))
    expect_said(tab)
    follow(page, page.locator("#by-channel .who-row a", has_text="Chat"))
    expect_said(filter_)
    follow(page, page.locator(".chip .x"))
    expect_said(alone)


def test_a_comparison_an_order_and_a_period_are_said(visit: Open) -> None:
    page = visit("/?tab=channel")
    page.locator(".when summary").nth(1).click()
    follow(page, page.get_by_role("link", name="no comparison"))
    expect(said(page)).to_have_text(re.compile(r"^no comparison, \d+ answers$"))
    page.locator("#by-channel summary", has_text="Order").click()
    follow(page, page.locator("#by-channel .menu a[href*='order=name']"))
    expect(said(page)).to_have_text(re.compile(r"^.*name.*, \d+ answers$"))
    follow(page, page.get_by_role("link", name="90 days"))
    expect(said(page)).to_have_text(re.compile(r"^24 Aug – 21 Nov 2026, \d+ answers$"))


def test_a_list_says_its_order_and_comments_which_they_are(visit: Open) -> None:
    page = visit("/conversations")
    follow(page, page.locator("thead a").first)
    expect(said(page)).to_have_text(re.compile(r"^by .+, (de|a)scending, \d+ conversations$"))
    page.goto("/comments")
    follow(page, page.get_by_role("link", name="All answers", exact=True).first)
    expect(said(page)).to_have_text(re.compile(r"^All answers, 1–25 of \d+$"))


def test_a_mark_of_ones_own_is_said(visit: Open, served: Served) -> None:
    browser = somebody(served.world, "analyst", "listener@tilleul.example")
    page = visit("/conversations", extra_http_headers={})
    page.context.add_cookies([{"name": "ressenti", "value": browser.cookies["ressenti"], "url": served.url}])
    page.goto("/conversations")
    follow(page, page.locator(".list .whole").first)
    expect(said(page)).to_have_text("")
    follow(page, page.get_by_role("button", name="Come back to it"))

    expect(said(page)).to_have_text(re.compile("To come back to$"))
