"""Everything on the page is reached and used with the keyboard alone, and one sees where one is."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open

FOCUS = """() => {
  const one = document.activeElement;
  const marked = one.matches('.column') ? one.querySelector('.hit') : one;
  const style = getComputedStyle(marked);
  const box = one.getBoundingClientRect();
  const place = one.closest('header.side, .when, .chips, .tiles, #evolution, #agents') ?? one;
  const under = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return {
    name: (one.getAttribute('aria-label') ?? one.textContent).replace(/\\s+/g, ' ').trim(),
    place: place.id || place.className || place.tagName,
    isMarked: parseFloat(style.outlineWidth) >= 2 && style.outlineStyle !== 'none' || style.stroke !== 'none',
    isSeen: !!under && (one.contains(under) || under.contains(one)),
  };
}"""


def walk(page: Page, most: int = 120) -> list[dict[str, Any]]:
    """Press Tab until the focus leaves the page; return where it was."""
    stops: list[dict[str, Any]] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            return stops
        stops.append(page.evaluate(FOCUS))
    raise AssertionError("the focus never left the page")


def test_the_first_stop_skips_to_the_figures(visit: Open) -> None:
    page = visit("/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the figures")

    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")
    assert page.evaluate(FOCUS)["name"] == "7 days"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_tab_goes_through_the_page_in_the_order_it_is_read(visit: Open, theme: str) -> None:
    stops = walk(visit(f"/?theme={theme}", width=1440, height=900))
    places = list(dict.fromkeys(stop["place"] for stop in stops))

    assert places == ["skip", "side", "when", "chips", "tiles", "evolution", "agents"]
    assert [stop["name"] for stop in stops if not stop["isMarked"]] == []
    assert [stop["name"] for stop in stops if not stop["isSeen"]] == []
    assert all(stop["name"] for stop in stops)


def test_the_figure_is_one_stop_and_arrows_walk_in_it(visit: Open) -> None:
    page = visit("/")
    figure = page.locator(".column[tabindex='0']")
    assert figure.count() == 1
    figure.focus()
    tip = page.locator(".tip")

    expect(tip).to_contain_text("Sat 21 Nov 2026")
    for key, day in (("ArrowLeft", "Fri 20 Nov"), ("ArrowLeft", "Thu 19 Nov"), ("ArrowRight", "Fri 20 Nov")):
        page.keyboard.press(key)
        expect(tip).to_contain_text(day)
    page.keyboard.press("Home")
    expect(tip).to_contain_text("Fri 23 Oct 2026")
    page.keyboard.press("ArrowLeft")
    expect(tip).to_contain_text("Fri 23 Oct 2026")
    page.keyboard.press("End")
    expect(tip).to_contain_text("Sat 21 Nov 2026")
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()

    page.keyboard.press("ArrowLeft")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith("?from=2026-11-20&to=2026-11-21")


def test_enter_opens_a_tile(visit: Open) -> None:
    page = visit("/")
    page.locator(".tile-link").nth(2).focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")

    assert page.locator("#evolution-title").inner_text() == "First response by day"


def test_a_menu_opens_is_walked_and_closes_where_it_was_opened(visit: Open) -> None:
    page = visit("/")
    opener = page.locator(".when summary")
    opener.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("First day")).to_be_focused()
    page.keyboard.press("Escape")

    assert page.locator("details[open]").count() == 0
    expect(opener).to_be_focused()


def test_own_dates_are_asked_for_without_a_mouse(visit: Open) -> None:
    page = visit("/", locale="en-US")
    page.locator(".when summary").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("11012026")
    page.get_by_label("Last day").focus()
    page.keyboard.type("11102026")
    with page.expect_navigation():
        page.keyboard.press("Enter")

    assert "from=2026-11-01" in page.url
    assert "last=2026-11-10" in page.url


def test_on_a_phone_the_menu_holds_what_the_side_does(visit: Open) -> None:
    page = visit("/", width=390, height=844)
    page.get_by_label("Menu").focus()
    page.keyboard.press("Enter")
    stops = walk(page)
    inside = [stop["name"] for stop in stops if stop["place"] == "side"]

    assert inside == ["Customer experience", "English", "Français", "Auto", "Light", "Dark"]
    assert [stop["name"] for stop in stops if not stop["isMarked"]] == []
