"""Axe finds nothing where something is open or was just done: menus of filters, views and files, a marker put back."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Open, settle
from tests.browser.test_access import objections
from tests.support.serving import Served
from tests.support.signed_in import somebody


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_in_open_menus(visit: Open, theme: str, width: int) -> None:
    page = visit("/?lang=fr", width=width, height=900, color_scheme=theme)
    for opener in (".views", ".take", ".compared"):
        page.locator(f"{opener} > summary").click()
        assert objections(page) == [], opener
        page.keyboard.press("Escape")
    page.locator(".filters > summary").click()
    page.locator("#filter-menu a").first.click()
    expect(page.locator("#filter-form")).to_be_visible()
    assert objections(page) == []


@pytest.fixture
def administrator(browser: Browser, served: Served) -> Iterator[Page]:
    context = browser.new_context(base_url=served.url, viewport={"width": 390, "height": 844}, color_scheme="dark")
    secret = somebody(served.world, email="flags@tilleul.example").cookies["ressenti"]
    context.add_cookies([{"name": "ressenti", "value": secret, "url": served.url}])
    yield context.new_page()
    context.close()


def test_axe_finds_nothing_beside_the_way_back_of_a_marker_and_what_is_looked_at_goes_along(
    administrator: Page,
) -> None:
    page = administrator
    page.goto("/markers?zone=Asia/Tokyo&where=channel%3DChat")
    page.get_by_label("What happened").fill("New hours")
    page.get_by_role("button", name="Mark it").click()
    assert "zone=Asia%2FTokyo&where=channel%3DChat" in page.url
    settle(page)
    assert objections(page) == []
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.get_by_role("button", name="Put it back")).to_be_visible()

    assert objections(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
