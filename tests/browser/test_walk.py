"""A manager's morning: from the report to a campaign's conversations, into one of them, and back; also with keys."""

import io
from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit
from zipfile import ZipFile

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, settle
from tests.browser.test_access import objections
from tests.browser.test_places import WIDEST
from tests.support.serving import Served

YEAR = "period=12m"


def said(page: Page) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(page.url).query, keep_blank_values=True)


def open_link(page: Page, click: Callable[[], None]) -> None:
    """Follow a link and wait until all of the page behind it is there."""
    with page.expect_navigation():
        click()
    settle(page)


def test_a_manager_filters_chooses_nps_opens_a_campaign_reads_and_comes_back(visit: Open, served: Served) -> None:
    page = visit(f"/?{YEAR}", width=1440, height=900)

    page.get_by_text("Filter", exact=True).click()
    page.locator("#filter-menu").get_by_role("link", name="Channel").click()
    page.locator("#filter-form").get_by_label("Chat", exact=True).check()
    open_link(page, page.get_by_role("button", name="Show these").click)
    assert ("where", "channel=Chat") in said(page)

    open_link(page, page.locator(".tile-link", has_text="NPS").click)
    found = served.read("nps", from_="2025-11-22", to="2026-11-22", where="channel=Chat", by="campaign")
    top = next(row for row in found["rows"] if row["key"] and row["n"] >= 10)
    card = page.locator("#by-campaign")
    row = card.locator("li", has_text=top["label"])
    assert f"{top['n']} answers" in row.inner_text().replace(",", "")
    report = page.url

    open_link(page, row.locator("a.mark-link").click)
    assert urlsplit(page.url).path == "/conversations"
    assert {("of", "nps"), ("by", "campaign"), ("key", top["key"]), ("where", "channel=Chat")} <= set(said(page))
    expect(page.locator("h2").first).to_contain_text("conversation")
    rows = page.locator("table tbody tr:not(.snippet)")
    assert 0 < rows.count() <= top["n"]

    name = rows.first.get_by_role("link").first.inner_text()
    open_link(page, rows.first.get_by_role("link").first.click)
    expect(page.locator("h1")).to_contain_text(name)
    assert page.locator("main").inner_text().count(":") > 3

    page.go_back()
    expect(rows.first).to_be_visible()
    page.go_back()
    settle(page)
    assert page.url == report
    assert page.locator(".tile-link[aria-current]").inner_text().startswith("NPS")

    open_link(page, page.get_by_role("link", name="Français").first.click)
    assert page.get_attribute("html", "lang") == "fr"
    assert {("indicator", "nps"), ("where", "channel=Chat"), ("period", "12m")} <= set(said(page))


def test_the_figures_are_taken_away_as_they_are_shown(visit: Open) -> None:
    page = visit("/?indicator=nps&where=channel%3DChat")
    page.get_by_text("Take away").click()
    with page.expect_download() as taken:
        page.get_by_role("link", name="Figures, XLSX").click()
    content = taken.value.path().read_bytes()

    assert taken.value.suggested_filename.endswith(".xlsx")
    with ZipFile(io.BytesIO(content)) as book:
        words = "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
    assert "Channel = Chat" in words


def test_a_figure_is_taken_away_as_a_picture(visit: Open) -> None:
    page = visit("/")
    with page.expect_download() as taken:
        page.locator("#evolution").get_by_role("link", name="PNG").click()

    assert taken.value.path().read_bytes().startswith(b"\x89PNG")


def test_with_keys_alone(visit: Open) -> None:
    page = visit(f"/?{YEAR}")
    page.locator(".tile-link", has_text="NPS").focus()
    open_link(page, lambda: page.keyboard.press("Enter"))
    page.get_by_role("navigation", name="Breakdowns").get_by_role("link", name="Campaigns").focus()
    open_link(page, lambda: page.keyboard.press("Enter"))
    assert ("tab", "campaign") in said(page)

    page.locator("#by-campaign td.n a").first.focus()
    open_link(page, lambda: page.keyboard.press("Enter"))
    assert urlsplit(page.url).path == "/conversations"
    page.locator("table tbody tr").first.get_by_role("link").first.focus()
    open_link(page, lambda: page.keyboard.press("Enter"))
    assert urlsplit(page.url).path.startswith("/conversations/")
    page.go_back()
    assert urlsplit(page.url).path == "/conversations"


def test_rows_are_ticked_and_stand_side_by_side(visit: Open) -> None:
    page = visit(f"/?{YEAR}&tab=group")
    boxes = page.locator("#by-group input[type=checkbox]")
    for place in range(2):
        boxes.nth(place).check()
    open_link(page, page.get_by_role("button", name="Compare the chosen ones").click)

    assert len([value for name, value in said(page) if name == "beside"]) == 2
    assert page.locator("#beside tbody tr").count() == 2
    assert page.locator("#beside thead th").count() == 7
    assert objections(page) == []
    open_link(page, page.get_by_role("link", name="End the comparison").click)
    assert page.locator("#beside").count() == 0


PAGES = (
    f"/?{YEAR}&indicator=nps",
    f"/?{YEAR}&tab=agent",
    f"/?{YEAR}&tab=ratings&indicator=first_response_time",
    f"/?{YEAR}&tab=survey",
    f"/?{YEAR}&tab=weekday&indicator=conversations",
    "/filter/agent?page=/",
)


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_and_a_phone_scrolls_only_downwards(visit: Open, address: str, theme: str) -> None:
    page = visit(address, color_scheme=theme)

    assert objections(page) == []
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert [one for one in page.evaluate(WIDEST) if "TABLE" not in one.split()[0]] == []
