"""Everything on the page is reached and used with the keyboard alone, and one sees where one is."""

from datetime import date
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from ressenti.reports.dates import day
from tests.browser.conftest import Open, settle
from tests.support.serving import Served

FOCUS = """() => {
  const one = document.activeElement;
  const marked = one.matches('.column, .mark-link') ? one.querySelector('.hit') : one;
  const style = getComputedStyle(marked);
  const box = one.getBoundingClientRect();
  const place = one.closest('header.side, .when, #content > .chips, .tiles, .tab-row, .panel, .advice, .notes') ?? one;
  const under = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return {
    name: (one.ariaLabel ?? one.labels?.[0]?.textContent ?? one.textContent).replace(/\\s+/g, ' ').trim(),
    place: place.id || place.className || place.tagName,
    isMarked: parseFloat(style.outlineWidth) >= 2 && style.outlineStyle !== 'none' || style.stroke !== 'none',
    isSeen: !!under && (one.contains(under) || under.contains(one)),
  };
}"""


def walk(page: Page, most: int = 400) -> list[dict[str, Any]]:
    """Press Tab until the focus leaves the page; return where it was."""
    stops: list[dict[str, Any]] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            return stops
        stops.append(page.evaluate(FOCUS))
    raise AssertionError("the focus never left the page")


def test_the_first_stop_skips_to_the_content(visit: Open) -> None:
    page = visit("/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")

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

    cards = [f"by-{tab}" for tab in ("group", "rule", "distribution_group", "automation", "campaign", "channel")]
    above = ["skip", "side", "when", "chips", "tiles", "more-figures", "drivers", "advice-csat", "tab-row"]
    assert places == [*above, "evolution", "ratings", "by-agent", *cards, "comments", "notes"]
    assert [stop["name"] for stop in stops if not stop["isMarked"]] == []
    assert [stop["name"] for stop in stops if not stop["isSeen"]] == []
    assert all(stop["name"] for stop in stops)


def test_the_figure_is_one_stop_and_arrows_walk_in_it(visit: Open, served: Served) -> None:
    """They walk from one day with answers to the next: a day without any leads nowhere."""
    rows = served.read("csat", from_="2026-10-23", to="2026-11-22", grain="day")["rows"]
    days = [day(date.fromisoformat(row["key"][:10]), pattern="EEE d MMM y") for row in rows if row["n"]]
    page = visit("/?grain=day")
    figure = page.locator("#evolution .column[tabindex='0']")
    assert figure.count() == 1
    figure.focus()
    tip = page.locator("#evolution .tip")

    expect(tip).to_contain_text(days[-1])
    walked = (("ArrowLeft", -2), ("ArrowLeft", -3), ("ArrowRight", -2), ("Home", 0), ("ArrowLeft", 0), ("End", -1))
    for key, place in walked:
        page.keyboard.press(key)
        expect(tip).to_contain_text(days[place])
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()

    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert f"/conversations?of=csat&grain=day&bucket={quote(rows[-2]['key'])}" in page.url


def test_enter_opens_a_tile(visit: Open) -> None:
    page = visit("/")
    page.locator(".tile-link").nth(2).focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    settle(page)

    assert page.locator("#evolution-title").inner_text() == "First response by week"


def test_a_menu_opens_is_walked_and_closes_where_it_was_opened(visit: Open) -> None:
    page = visit("/")
    opener = page.locator(".when summary").first
    opener.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Today")).to_be_focused()
    page.keyboard.press("Escape")

    assert page.locator("details[open]").count() == 0
    expect(opener).to_be_focused()


def test_own_dates_are_asked_for_without_a_mouse(visit: Open) -> None:
    page = visit("/", locale="en-US")
    page.locator(".when summary").first.focus()
    page.keyboard.press("Space")
    page.get_by_label("First day", exact=True).focus()
    page.keyboard.type("11012026")
    page.get_by_label("Last day", exact=True).focus()
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

    assert inside[:3] == ["Customer experience", "Surveys", "Conversations"]
    assert {"English", "Français", "Auto", "Light", "Dark", "Sign out"} < set(inside)
    assert [stop["name"] for stop in stops if not stop["isMarked"]] == []


def test_a_question_mark_lists_the_keys_and_escape_leads_back(visit: Open) -> None:
    page = visit("/")
    tile = page.locator(".tile-link").nth(1)
    tile.focus()
    page.keyboard.press("?")

    keys = page.get_by_role("dialog", name="Keys")
    expect(keys).to_be_visible()
    expect(keys.get_by_role("button", name="Close")).to_be_focused()
    assert {"?", "/", "j", "k", "u", "Esc"} < set(keys.locator("kbd").all_inner_texts())
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    expect(tile).to_be_focused()


def test_a_question_mark_that_is_typed_stays_in_its_field(visit: Open) -> None:
    page = visit("/conversations")
    page.locator("#q").fill("why")
    page.keyboard.press("?")

    expect(page.locator("#q")).to_have_value("why?")
    expect(page.locator("#keys")).to_be_hidden()


def test_keys_of_one_character_can_be_switched_off_and_on_again(visit: Open) -> None:
    page = visit("/conversations", locale="en")
    keys, switch = page.locator("#keys"), page.get_by_role("checkbox", name="Keys of one character")
    page.keyboard.press("?")
    expect(switch).to_be_checked()
    switch.uncheck()
    page.keyboard.press("Escape")

    page.reload()
    page.keyboard.press("?")
    page.keyboard.press("/")
    page.keyboard.press("j")
    expect(keys).to_be_hidden()
    expect(page.locator("#q")).not_to_be_focused()
    expect(page.locator(".list .whole:focus")).to_have_count(0)

    page.locator(".side-open [popovertarget=keys]").click()
    expect(switch).not_to_be_checked()
    switch.check()
    page.keyboard.press("Escape")
    page.locator("#content").focus()
    page.keyboard.press("j")
    expect(page.locator(".list .whole:focus")).to_have_count(1)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_keys_are_a_button_too_and_fit_a_phone(visit: Open, language: str) -> None:
    page = visit(f"/?lang={language}&whole=yes", width=320, height=640, java_script_enabled=False)
    page.locator(".side-folded > summary").click()
    page.locator(".side-folded [popovertarget=keys]").click()

    box = page.locator("#keys").bounding_box()
    assert box is not None
    assert (box["x"] >= 0, box["x"] + box["width"] <= 320, box["y"] + box["height"] <= 640) == (True, True, True)
