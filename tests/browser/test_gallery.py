"""The gallery in a browser: axe in both themes, a phone of 320 pixels, and the keyboard through every figure."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from gallery.app import create_gallery
from tests.browser.conftest import Open
from tests.browser.test_access import objections
from tests.support.serving import listen

PAGES = ["/gallery", "/gallery/figures"]


@pytest.fixture(scope="module")
def gallery() -> Iterator[str]:
    address, end = listen(create_gallery())
    yield address
    end()


@pytest.fixture
def visit(visit: Open, gallery: str) -> Open:
    def opening(address: str, **how: Any) -> Page:
        return visit(f"{gallery}{address}", **how)

    return opening


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("address", PAGES)
def test_axe_finds_nothing_to_object_to(visit: Open, address: str, theme: str) -> None:
    page = visit(f"{address}?theme={theme}&lang=en")
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")

    assert objections(page) == []


@pytest.mark.parametrize("address", PAGES)
def test_axe_finds_nothing_on_a_phone(visit: Open, address: str) -> None:
    assert objections(visit(f"{address}?theme=dark&lang=fr", width=390)) == []


@pytest.mark.parametrize("address", PAGES)
def test_nothing_needs_scrolling_sideways(visit: Open, address: str) -> None:
    page = visit(f"{address}?lang=fr")
    wide = {}
    for width in (320, 390, 1024, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        wide[width] = page.evaluate("document.documentElement.scrollWidth")

    assert {width: seen for width, seen in wide.items() if seen > width} == {}


def test_no_text_of_a_figure_leaves_its_panel(visit: Open) -> None:
    page = visit("/gallery/figures?lang=fr", width=320)
    outside = page.evaluate(
        """() => [...document.querySelectorAll('.panel')].flatMap((panel) => {
            const box = panel.getBoundingClientRect();
            return [...panel.querySelectorAll('.fig text')].filter((text) => {
                const own = text.getBoundingClientRect();
                return own.width && (own.left < box.left || own.right > box.right);
            }).map((text) => `${panel.id}: ${text.textContent}`);
        })"""
    )

    assert outside == []


def test_400_days_are_one_tab_stop_and_arrow_keys_lead_along(visit: Open) -> None:
    page = visit("/gallery/figures?lang=en")
    days = page.locator("#years .column")

    assert days.count() == 400
    assert page.locator("#years .column[tabindex='0']").count() == 1
    days.last.focus()
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("Thu 25 Nov 2027: ")
    page.keyboard.press("Home")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("Fri 23 Oct 2026: ")


def test_without_scripts_400_days_are_still_one_tab_stop(visit: Open) -> None:
    page = visit("/gallery/figures", java_script_enabled=False)

    assert page.locator("#years a.column:not([tabindex])").count() == 1


def test_ratings_are_walked_up_and_down(visit: Open) -> None:
    page = visit("/gallery/figures?lang=en")
    page.locator("#csat .column[tabindex='0']").focus()

    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("2 Dissatisfied: ")


def test_an_unfinished_last_day_without_answers_leaves_a_tab_stop(visit: Open) -> None:
    page = visit("/gallery/figures")

    assert page.locator("#one .column[tabindex='0']").count() == 1


def test_marks_of_a_ranking_are_links_with_names(visit: Open) -> None:
    page = visit("/gallery/figures?lang=en")
    link = page.locator("#agents .mark-link").first

    assert link.get_attribute("aria-label") == "Inès Benali: 90.9\u202f%"
    box = link.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 24


def test_the_skeleton_keeps_still_where_motion_is_not_wanted(visit: Open) -> None:
    page = visit("/gallery")

    assert page.locator(".skeleton").evaluate("one => getComputedStyle(one).animationName") == "none"
