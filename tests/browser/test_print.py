"""Pages are as good on paper: what was asked and found, on A4, without what one does on a screen."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open

REPORT = "/?period=90d&where=channel=Chat"
PAGES = [REPORT, "/?period=12m&tab=agent", "/conversations?period=90d", "/comments?period=90d"]
ON_SCREEN_ONLY = ".side, nav, main form, main button, .menu, .tab-row, .chip .x, .pictures, .pager, .take"


def on_paper(visit: Open, address: str, **how: str) -> Page:
    """Open a page as it is printed, at the width of a sheet, once all of it is there."""
    page = visit(address, width=794, height=1123, **how)
    expect(page.locator(".skeleton")).to_have_count(0)
    page.emulate_media(media="print")
    return page


@pytest.mark.parametrize("address", PAGES)
def test_paper_shows_nothing_that_is_only_for_a_screen(visit: Open, address: str) -> None:
    page = on_paper(visit, address)

    shown = [
        one.evaluate("e => e.outerHTML.slice(0, 80)") for one in page.locator(ON_SCREEN_ONLY).all() if one.is_visible()
    ]
    assert shown == []
    assert page.locator("a:visible").first.evaluate("e => getComputedStyle(e).textDecorationLine") == "none"


def test_the_navigation_is_on_the_screen_and_not_on_paper(visit: Open) -> None:
    page = visit("/")
    assert page.locator(".side").is_visible()

    page.emulate_media(media="print")
    assert not page.locator(".side").is_visible()


def test_paper_says_what_was_asked_and_how_fresh_it_is(visit: Open) -> None:
    page = on_paper(visit, REPORT)

    assert page.locator(".when .btn span").first.is_visible()
    assert page.locator(".chip", has_text="Chat").is_visible()
    assert page.locator(".chips", has_text="Dated by closing").is_visible()
    assert page.locator(".asof").first.is_visible()
    assert page.locator(".tilenote").is_visible()


@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_printed_on_sheets_of_a4_and_fits_their_width(visit: Open, address: str) -> None:
    page = on_paper(visit, address)
    pdf = page.pdf(prefer_css_page_size=True, print_background=True)
    boxes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", pdf)

    assert 1 <= len(boxes) <= 12
    assert {(round(float(width)), round(float(height))) for width, height in boxes} == {(595, 842)}
    assert page.evaluate("document.documentElement.scrollWidth") <= 794


def test_every_sheet_says_which_of_how_many_it_is(visit: Open) -> None:
    page = on_paper(visit, REPORT)

    assert 'counter(page) " / " counter(pages)' in page.evaluate(
        "[...document.styleSheets].flatMap(sheet => [...sheet.cssRules]).map(rule => rule.cssText)"
        ".filter(text => text.startsWith('@page')).join()"
    )


def test_fifty_conversations_are_on_two_sheets_and_the_overview_on_six_at_most(visit: Open) -> None:
    def sheets(address: str) -> int:
        pdf = on_paper(visit, address).pdf(prefer_css_page_size=True, print_background=True)
        return len(re.findall(rb"/MediaBox", pdf))

    assert sheets("/conversations?period=90d") == 2
    assert sheets("/?period=90d") <= 6


def test_what_one_does_not_compare_with_is_not_on_paper(visit: Open) -> None:
    page = on_paper(visit, "/?period=90d&compare=none")

    assert page.locator(".when > .drop:not(.take)").nth(0).is_visible()
    assert not page.locator(".when > .unsaid").is_visible()
    assert not page.locator(".more-figures").is_visible()


def test_a_dark_page_is_printed_on_white_paper(visit: Open) -> None:
    page = on_paper(visit, "/?theme=dark")

    assert page.locator("h1").evaluate("e => getComputedStyle(e).color") == "rgb(34, 28, 25)"
    assert page.locator(".panel").first.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(255, 255, 255)"


def test_panels_stay_whole_and_tables_repeat_their_head(visit: Open) -> None:
    page = on_paper(visit, "/conversations?period=90d")

    assert page.locator("thead").first.evaluate("e => getComputedStyle(e).display") == "table-header-group"
    assert page.locator("tbody tr").first.evaluate("e => getComputedStyle(e).breakInside") == "avoid"

    page = on_paper(visit, REPORT)
    assert page.locator("#evolution").evaluate("e => getComputedStyle(e).breakInside") == "avoid"


def test_a_transcript_is_printed_whole(visit: Open) -> None:
    page = visit("/conversations?period=90d", width=794, height=1123)
    page.locator("tbody a[href^='/conversations/']").first.click()
    page.wait_for_url("**/conversations/*")
    page.emulate_media(media="print")

    assert page.locator("h1").is_visible()
    assert page.locator(".msg").first.is_visible()
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
