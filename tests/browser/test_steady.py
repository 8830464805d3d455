"""Nothing moves between clicks: what is late has its place kept, and what opens lies above the page."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from ressenti.web.pages.customer_experience import routes
from tests.browser.conftest import Open, settle

MOST = 0.02
"""The sum of layout shifts that nobody notices."""
WATCH = """() => {
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const what = entry.sources.map(({ node, previousRect, currentRect }) =>
        `${node?.id || node?.className} ${previousRect.y} > ${currentRect.y}`);
      window.shifts.push([entry.value, what.join(', ')]);
    }
  }).observe({ type: 'layout-shift', buffered: true });
}"""
"""Counts every shift, also those right after a click, which browsers forgive."""

ADDRESSES = (
    "/",
    "/?indicator=nps",
    "/?indicator=first_response_time&lang=fr",
    "/?tab=evolution&lang=fr",
    "/?tab=ratings&lang=en",
    "/?tab=agent",
    "/?tab=group",
    "/?tab=survey",
    "/?tab=language&period=12m",
    "/?figures=all",
    "/?where=channel%3DChat",
    "/?compare=none",
    "/conversations",
    "/conversations?of=csat",
    "/comments",
    "/markers",
    "/views",
    "/definitions",
    "/practices",
    "/guide",
)


@pytest.fixture
def late(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have pages wait for no part whose place can be kept, as where the figures take long."""
    monkeypatch.setattr(routes, "PATIENCE_S", 0.0)


def moved(page: Page) -> tuple[float, list[str]]:
    """Return by how much the page moved since it was opened or this was asked last, and what moved."""
    page.wait_for_timeout(200)
    found = page.evaluate("() => window.shifts.splice(0)")
    return sum(value for value, _what in found), [f"{value:.4f} {what}" for value, what in found]


def watched(page: Page) -> Page:
    page.add_init_script(f"({WATCH})()")
    return page


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.usefixtures("late")
def test_no_section_moves_while_its_figures_arrive(visit: Open, width: int) -> None:
    page = watched(visit("about:blank", width=width, height=900))
    unsteady = {}
    for address in ADDRESSES:
        page.goto(address)
        settle(page)
        by, what = moved(page)
        if by > MOST:
            unsteady[address] = what

    assert unsteady == {}


@pytest.mark.parametrize("width", [1440, 390])
def test_no_menu_and_no_filter_moves_the_page(visit: Open, width: int) -> None:
    page = watched(visit("about:blank", width=width, height=900))
    for address in ("/?lang=en", "/conversations", "/comments"):
        page.goto(address)
        settle(page)
        moved(page)
        for opener in page.locator("main details.drop > summary").all():
            opener.click()
            by, what = moved(page)
            assert by <= MOST, (address, opener.inner_text(), what)
            page.keyboard.press("Escape")
            by, what = moved(page)
            assert by <= MOST, (address, opener.inner_text(), what)

    page.goto("/")
    settle(page)
    page.locator(".filters > summary").click()
    moved(page)
    page.locator("#filter-menu").get_by_role("link", name="Channel").click()
    expect(page.locator("#filter-form")).to_be_visible()
    assert moved(page)[0] <= MOST
    with page.expect_navigation():
        page.get_by_role("button", name="Show these").click()
    settle(page)
    assert moved(page)[0] <= MOST


@pytest.fixture
def unsteady(browser: Browser) -> Iterator[Page]:
    """Open a page on which a line comes late above what was there, as none of ours may."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.add_init_script(f"({WATCH})()")
    page.route("http://unsteady.example/", lambda route: route.fulfill(body=UNSTEADY, content_type="text/html"))
    page.goto("http://unsteady.example/")
    yield page
    page.close()


UNSTEADY = """<!doctype html><title>Unsteady</title><main><p style="block-size: 600px">Figures</p></main>
<script>addEventListener('click', () => {
  const late = document.createElement('p');
  late.style.blockSize = '120px';
  document.body.prepend(late);
});</script>"""


def test_a_page_that_moves_right_after_a_click_is_found_out(unsteady: Page) -> None:
    moved(unsteady)
    unsteady.mouse.click(10, 10)

    assert moved(unsteady)[0] > MOST
