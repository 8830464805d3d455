"""The table of comments in a browser: searched by keyboard, unfolded, paged, on a phone, in both themes."""

import os

import pytest

from tests.browser.conftest import Open
from tests.browser.test_access import objections


def test_comments_are_searched_unfolded_and_paged_without_a_script(visit: Open) -> None:
    page = visit("/comments?period=12m&with_comment=no", java_script_enabled=False)
    assert page.locator(".cmt tbody tr").count() == 25

    page.get_by_role("link", name="Older").click()
    assert "26–50 of" in page.locator(".pager").inner_text()
    page.get_by_role("link", name="Newer").click()
    assert "1–25 of" in page.locator(".pager").inner_text()

    page.get_by_label("Search in comments").fill("mer")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=mer*")
    marked = page.locator("mark").all_inner_texts()
    assert marked
    assert all(word.lower().startswith("mer") for word in marked)
    assert "with_comment=no" in page.url


def test_a_column_is_ordered_by_its_heading_and_says_so(visit: Open) -> None:
    page = visit("/comments?period=12m")
    page.get_by_role("link", name="CSAT", exact=True).click()
    page.wait_for_url("**sort=csat**")

    head = page.get_by_role("columnheader", name="CSAT")
    assert head.get_attribute("aria-sort") == "ascending"
    notes = page.locator("td.c-csat").all_inner_texts()
    assert notes == sorted(notes)
    assert notes[0] == "1"


def test_a_long_comment_is_folded_until_asked_for(visit: Open) -> None:
    page = visit("/comments?period=12m", width=390)
    folded = page.locator("td:has(.unfold)").first
    if folded.count():
        before = folded.locator(".clamp").bounding_box()
        folded.locator("summary").click()
        after = folded.locator(".clamp").bounding_box()
        assert before
        assert after
        assert after["height"] >= before["height"]
        assert folded.locator("summary").inner_text() == "less"
    assert page.locator(".cmt tbody tr").count() == 25


@pytest.mark.parametrize(("width", "theme"), [(320, "dark"), (1280, "light")])
def test_axe_finds_nothing_with_every_column_shown(visit: Open, width: int, theme: str) -> None:
    every = "resolved channel project group campaign rule automation tag closed resolution_time visitor status".split()
    columns = "&".join(f"columns={one}" for one in [*"rated comment csat nps agent conversation".split(), *every])
    page = visit(f"/comments?period=12m&theme={theme}&{columns}", width=width)
    if folder := os.environ.get("RESSENTI_PICTURES"):
        page.screenshot(path=f"{folder}/comments-all-{width}.png", full_page=True)

    assert objections(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(("width", "theme"), [(320, "light"), (1280, "dark"), (1280, "light")])
def test_axe_finds_nothing_on_the_usual_page(visit: Open, width: int, theme: str) -> None:
    page = visit(f"/comments?period=12m&q=merci&theme={theme}", width=width)
    if folder := os.environ.get("RESSENTI_PICTURES"):
        page.screenshot(path=f"{folder}/comments-{width}-{theme}.png", full_page=True)

    assert objections(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
