"""Axe finds nothing to object to: in both languages and themes, on every kind of page, with what opens opened."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Open
from tests.support.serving import Served

RULES = {"rules": {"target-size": {"enabled": True}}}
"""Beside axe's own choice: what one aims at is 24 pixels wide and high (WCAG 2.2, 2.5.8)."""


def objections(page: Page, within: str | None = None) -> list[str]:
    """Return what axe objects to, one line for each place; of the whole page, or of what lies within a place."""
    found: dict[str, Any] = Axe().run(page, context=within, options=RULES).response
    assert len(found["passes"]) > (5 if within else 15)
    return [
        f"{rule['id']}: {node['html'][:200]} {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_report(visit: Open, language: str, theme: str) -> None:
    assert objections(visit(f"/?lang={language}&theme={theme}")) == []


@pytest.mark.parametrize(("width", "theme"), [(390, "dark"), (1280, "light")])
def test_the_report_with_everything_open(visit: Open, width: int, theme: str) -> None:
    page = visit(f"/?theme={theme}&lang=fr&period=90d", width=width)
    page.evaluate("document.querySelectorAll('details:not(.drop)').forEach((one) => { one.open = true; })")
    assert objections(page) == []
    for menu in (".when details", ".take", ".filters", ".tile details", "#by-agent header details"):
        opened = page.locator(menu).first
        opened.evaluate("one => { one.open = true; }")

        assert objections(page, f"{menu}[open]") == []
        opened.evaluate("one => { one.open = false; }")


@pytest.mark.parametrize("address", ["/?from=31/12/2025&theme=dark", "/?from=2020-01-01&last=2020-01-31"])
def test_pages_that_show_no_figure(visit: Open, address: str) -> None:
    assert objections(visit(address)) == []


@pytest.mark.parametrize(("width", "theme", "language"), [(390, "dark", "fr"), (1280, "light", "en")])
def test_the_guide(visit: Open, width: int, theme: str, language: str) -> None:
    assert objections(visit(f"/guide?theme={theme}&lang={language}", width=width)) == []


def test_an_empty_installation(browser: Browser, empty: Served) -> None:
    page = browser.new_page(base_url=empty.url, extra_http_headers={"Authorization": empty.bearer})
    page.goto("/?theme=dark")
    found = objections(page)
    page.close()

    assert found == []


def test_what_a_reader_hears_of_the_page(visit: Open) -> None:
    """Landmarks, headings and names in the order in which they are read."""
    page = visit("/")
    headings = page.locator("h1, h2").all_inner_texts()

    assert headings[:4] == ["Customer experience", "Where it comes from", "CSAT by week", "Ratings"]
    assert headings[-3:] == ["Comments", "Before you conclude", "Keys"]
    assert page.get_by_role("main").count() == page.get_by_role("banner").count() == 1
    names = page.locator("nav").evaluate_all("found => found.map(one => one.getAttribute('aria-label'))")
    assert {"Reports", "Language", "Theme", "Period", "Breakdowns"} < set(names)
    assert page.get_by_role("group", name="CSAT by week").count() == 1
    spoken = page.locator("#evolution a.column").last.get_attribute("aria-label") or ""
    assert spoken.startswith("week of 16 Nov 2026: ")
