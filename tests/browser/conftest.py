"""A browser before a small demonstration. Whatever a page complains of, fails the test that opened it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.support.demonstration import demonstration
from tests.support.environment import PATIENCE_S
from tests.support.scenario import World
from tests.support.serving import Served, serve

expect.set_options(timeout=PATIENCE_S * 1_000)

Open = Callable[..., Page]
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
LISTEN = "addEventListener('securitypolicyviolation', (e) => console.error(`policy: ${e.violatedDirective}`))"


@pytest.fixture(scope="package")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    world = demonstration(tmp_path_factory.mktemp("demonstration"))
    running = serve(world)
    yield running
    running.stop()
    world.close()


@pytest.fixture(scope="package")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve an installation that nothing was imported into."""
    world = World(tmp_path_factory.mktemp("empty")).settle()
    running = serve(world)
    yield running
    running.stop()
    world.close()


@pytest.fixture(scope="package")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="package")
def usual(browser: Browser, served: Served) -> Iterator[BrowserContext]:
    """Keep the window that most tests look through; making one takes longer than the page."""
    context = _window(browser, served)
    yield context
    context.close()


@pytest.fixture
def visit(browser: Browser, served: Served, usual: BrowserContext) -> Iterator[Open]:
    """Open a page of the demonstration as a new visitor, with a width, a height and options of Playwright's context."""
    usual.clear_cookies()
    special: list[BrowserContext] = []
    pages: list[Page] = []
    complaints: list[str] = []

    def opening(address: str = "/", *, width: int = 1280, height: int = 800, **how: Any) -> Page:
        context = usual
        if how:
            context = _window(browser, served, **how)
            special.append(context)
        page = context.new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": height})
        page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
        page.on("requestfailed", lambda request: complaints.append(f"failed: {request.url} {request.failure}"))
        page.goto(address)
        settle(page)
        return page

    yield opening
    for opened in (*pages, *special):
        opened.close()
    assert [one for one in complaints if not _is_expected(one)] == []


def settle(page: Page) -> Page:
    """Wait until every figure has arrived; without scripts the page has them all from the start."""
    expect(page.locator("[hx-trigger=load]")).to_have_count(0)
    return page


def _window(browser: Browser, served: Served, **how: Any) -> BrowserContext:
    usual = {"base_url": served.url, "reduced_motion": "reduce", "extra_http_headers": {"Authorization": served.bearer}}
    context = browser.new_context(**(usual | how))
    context.set_default_timeout(PATIENCE_S * 1_000)
    context.add_init_script(LISTEN)
    return context


def _is_expected(complaint: str) -> bool:
    """Say whether the browser only repeats a status that was asked for, or left a page before all of it had come."""
    return "the server responded with a status of 4" in complaint or complaint.endswith("net::ERR_ABORTED")
