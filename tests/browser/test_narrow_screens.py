"""A phone, and a page enlarged to twice its size: nothing is cut, what scrolls says so, and the bar hides nothing."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import ARGUMENTS, Open, settle
from tests.browser.test_places import WIDEST
from tests.support.serving import Served

ADDRESSES = (
    "/",
    "/?tab=evolution",
    "/?tab=agent",
    "/?tab=survey",
    "/?tab=group&beside=Care&beside=Sales&period=12m",
    "/?figures=all&indicator=nps",
    "/conversations",
    "/conversations?of=csat&sort=worth",
    "/comments?with_comment=no",
    "/filter/channel?page=/",
    "/markers",
    "/views",
    "/views/new",
    "/mailings",
    "/mailings/new",
    "/definitions",
    "/practices",
    "/guide",
    "/advice",
    "/users",
)
SCROLLING = """() => [...document.querySelectorAll('main *')].filter((one) => {
  const style = getComputedStyle(one);
  const scrolls = ['auto', 'scroll'].includes(style.overflowX) && one.scrollWidth > one.clientWidth + 1;
  return scrolls && one.checkVisibility() && !one.closest('.vh, select, textarea');
}).map((one) => {
  const style = getComputedStyle(one);
  const by = one.getAttribute('aria-labelledby');
  const named = one.getAttribute('aria-label') || document.getElementById(by)?.textContent;
  const edges = style.backgroundImage.split('gradient(').length - 1;
  return {
    what: `${one.tagName} ${one.className}`,
    hasSign: edges === 4 && style.backgroundAttachment.includes('local') || style.maskImage.includes('gradient'),
    isReached: one.tabIndex === 0 && !!named || !!one.querySelector('a[href], button'),
  };
})"""
"""What scrolls sideways: whether a shadow or a fade shows it, and whether keys reach it, by a name or by its links."""
HIDDEN = """() => {
  const one = document.activeElement;
  const bar = document.querySelector('header.side').getBoundingClientRect();
  const box = one.getBoundingClientRect();
  if (one.closest('header.side, .skip') || one.matches('main, body') || !box.height) return null;
  const isUnder = box.top < bar.bottom - 1 && box.bottom > bar.top;
  return isUnder ? `${one.textContent.trim().slice(0, 40)} at ${box.top}` : null;
}"""


def wrong(page: Page) -> dict[str, Any]:
    """Return what does not fit, and what scrolls without a sign or a way to it; nothing where all is well."""
    width = page.evaluate("innerWidth")
    scrolling = page.evaluate(SCROLLING)
    found = {
        "page": page.evaluate("document.documentElement.scrollWidth") > width,
        "wider": page.evaluate(WIDEST),
        "unsaid": [one["what"] for one in scrolling if not (one["hasSign"] and one["isReached"])],
    }
    return {name: value for name, value in found.items() if value}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_page_scrolls_sideways_and_what_does_has_a_sign(visit: Open, language: str) -> None:
    page, found = visit(f"/?lang={language}"), {}
    for address in ADDRESSES:
        page.goto(address)
        settle(page)
        for opener in page.locator("main details.tbl > summary").all():
            opener.click()
        for width in (320, 390, 720):
            page.set_viewport_size({"width": width, "height": 800})
            if trouble := wrong(page):
                found[f"{address} at {width}"] = trouble

    assert found == {}


def test_a_page_at_twice_its_size_is_that_of_a_phone(visit: Open) -> None:
    page, found = visit("/?lang=fr", width=720, height=450, device_scale_factor=2), {}
    for address in ADDRESSES:
        page.goto(address)
        settle(page)
        if trouble := wrong(page):
            found[address] = trouble

    assert found == {}
    assert page.locator(".side-folded > summary").is_visible()


@pytest.fixture
def enlarged(browser: Browser, chromium: str, served: Served) -> Iterator[Page]:
    """Open a browser in which letters are twice as large as they come, and nothing else is."""
    large = [*ARGUMENTS, "--blink-settings=defaultFontSize=32"]
    opened = browser.browser_type.launch(executable_path=chromium, args=large)
    yield opened.new_page(base_url=served.url, extra_http_headers={"Authorization": served.bearer})
    opened.close()


def test_letters_at_twice_their_size_push_nothing_out(enlarged: Page) -> None:
    found = {}
    for address in ADDRESSES:
        enlarged.goto(f"{address}{'&' if '?' in address else '?'}lang=fr")
        settle(enlarged)
        for width in (1280, 720):
            enlarged.set_viewport_size({"width": width, "height": 800})
            if trouble := wrong(enlarged):
                found[f"{address} at {width}"] = trouble

    assert found == {}
    assert enlarged.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
    assert enlarged.locator(".side-folded > summary").is_visible()


def test_the_sign_goes_where_there_is_no_more(visit: Open) -> None:
    """The shadow at the right is there before one scrolls, and away at the end, where one at the left is."""
    page = visit("/?tab=survey&period=12m", width=390, height=844)
    box = page.locator("#surveys .wide")
    assert box.evaluate("one => one.scrollWidth > one.clientWidth")
    box.scroll_into_view_if_needed()
    at_the_start = box.screenshot()
    box.evaluate("one => { one.scrollLeft = one.scrollWidth }")

    assert at_the_start != box.screenshot()
    edges = box.evaluate("one => getComputedStyle(one).backgroundAttachment")
    assert edges == "local, local, scroll, scroll"


def test_the_bar_hides_nothing_that_has_the_focus_when_one_goes_backwards(visit: Open) -> None:
    page = visit("/?tab=group", width=390, height=844)
    page.locator(".asof").last.scroll_into_view_if_needed()
    page.locator("main a").last.focus()
    hidden = []
    for _step in range(60):
        page.keyboard.press("Shift+Tab")
        if what := page.evaluate(HIDDEN):
            hidden.append(what)

    assert hidden == []
