"""The first page in a real browser, over a real server: what it shows, and that anybody can use it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from ressenti.indicators.model import Unit
from ressenti.kit.clock import from_us, now
from ressenti.reports.format import amount
from tests.cli.test_beside import Server
from tests.terminal import Terminal
from tests.world import World

TILES = ("csat", "nps", "first_response_time", "resolution_time")
PERIOD = "period=90d"


@pytest.fixture(scope="module")
def site(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Terminal, str]]:
    """Serve a company of the last two months, with a hostile name among its agents."""
    world = World(tmp_path_factory.mktemp("site"))
    world.now = now()
    today = from_us(world.now).replace(hour=8, minute=0, second=0, microsecond=0)
    for number in range(240):
        start = today - timedelta(days=1 + number % 60, minutes=number)
        talk = [
            ("visitor", start.isoformat()),
            (f"agent:{number % 5}", (start + timedelta(seconds=20 + number)).isoformat()),
        ]
        end = (start + timedelta(minutes=5 + number % 30)).isoformat()
        world.conversation(start.isoformat(), closed=end, messages=talk, csat=1 + (number * 7) % 5, nps=number % 11)
    world.add("agents", agent_id="0", name="<script>alert(1)</script> Ana")
    world.add("agents", agent_id="1", name="عمر الطويل")
    assert world.read("csat").n == 240
    world.close()
    terminal = Terminal(world.url)
    server = Server(terminal).wait()
    yield terminal, server.url
    server.end()


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
        running = playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield running
        running.close()


@contextmanager
def opened(browser: Browser, address: str, **options: Any) -> Iterator[Page]:
    """Open an address; nothing may reach the console, and no policy may be violated."""
    context = browser.new_context(**({"viewport": {"width": 1280, "height": 900}, "locale": "en-GB"} | options))
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(address)
    yield page
    assert said == []
    context.close()


def plain(text: str) -> str:
    return "".join(text.split())


def test_the_tiles_show_what_the_command_line_reads(site: tuple[Terminal, str], browser: Browser) -> None:
    terminal, url = site
    today = from_us(now()).date()
    words = ("--from", str(today - timedelta(days=89)), "--to", str(today + timedelta(days=1)))
    with opened(browser, f"{url}/?{PERIOD}") as page:
        shown = plain(page.inner_text("main"))

    for indicator in TILES:
        total = terminal.json("read", indicator, *words)["total"]
        unit = {"csat": Unit.PERCENT, "nps": Unit.POINTS}.get(indicator, Unit.SECONDS)
        assert plain(amount(total["value"], unit)) in shown, indicator
        assert str(total["n"]) in shown
    for row in terminal.json("read", "csat", "--by", "agent", *words)["rows"]:
        assert plain(amount(row["value"], Unit.PERCENT)) in shown
        assert plain(row["label"]) in shown


def test_a_tile_a_period_and_a_language_are_links_and_the_way_back_leads_back(
    site: tuple[Terminal, str], browser: Browser
) -> None:
    with opened(browser, f"{site[1]}/?{PERIOD}") as page:
        page.click("a[href*='indicator=nps']")
        assert "indicator=nps" in page.url
        assert "NPS" in page.inner_text("main h2 >> nth=0")
        page.click("a[href*='lang=fr']")
        assert page.get_attribute("html", "lang") == "fr"
        assert "indicator=nps" in page.url
        page.goto(f"{site[1]}/")
        assert page.get_attribute("html", "lang") == "fr"
        page.go_back()
        assert "indicator=nps" in page.url


def test_the_keyboard_alone_reaches_a_tile_and_shows_where_it_is(site: tuple[Terminal, str], browser: Browser) -> None:
    with opened(browser, f"{site[1]}/?{PERIOD}") as page:
        outlines = []
        for _ in range(60):
            page.keyboard.press("Tab")
            focus = "const one = document.activeElement; const style = getComputedStyle(one);"
            outlines.append(page.evaluate(f"() => {{ {focus} return style.outlineStyle + ' ' + style.outlineWidth }}"))
            if "indicator=nps" in (page.evaluate("document.activeElement.href || ''")):
                break
        page.keyboard.press("Enter")
        page.wait_for_url("**indicator=nps**")

    assert "none 0px" not in outlines


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_axe_finds_nothing(site: tuple[Terminal, str], browser: Browser, scheme: Any, language: str) -> None:
    with opened(browser, f"{site[1]}/?{PERIOD}&lang={language}", color_scheme=scheme) as page:
        found = Axe().run(page)

    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("width", [320, 390, 1024, 1440])
def test_nothing_scrolls_sideways(site: tuple[Terminal, str], browser: Browser, width: int) -> None:
    with opened(browser, f"{site[1]}/?{PERIOD}", viewport={"width": width, "height": 800}) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_it_works_without_scripts(site: tuple[Terminal, str], browser: Browser) -> None:
    with opened(browser, f"{site[1]}/?{PERIOD}", java_script_enabled=False) as page:
        page.click("a[href*='indicator=resolution_time']")
        assert "indicator=resolution_time" in page.url
        assert "Resolution" in page.inner_text("main")


def test_names_from_outside_are_text(site: tuple[Terminal, str], browser: Browser) -> None:
    with opened(browser, f"{site[1]}/?{PERIOD}") as page:
        assert "<script>alert(1)</script> Ana" in page.inner_text("main")
        assert page.locator("main script").count() == 0


def test_a_wrong_date_is_said_and_kept(site: tuple[Terminal, str], browser: Browser) -> None:
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    answer = page.goto(f"{site[1]}/?from=tomorrow")

    assert answer is not None
    assert answer.status == 422
    assert "tomorrow" in page.content()
    context.close()


def test_a_page_weighs_little(site: tuple[Terminal, str], browser: Browser) -> None:
    import gzip
    import urllib.request

    sizes: list[int] = []
    context = browser.new_context()
    page = context.new_page()
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    page.goto(f"{site[1]}/?{PERIOD}")
    context.close()
    for address in dict.fromkeys(addresses):
        with urllib.request.urlopen(address, timeout=10) as answer:
            sizes.append(len(gzip.compress(answer.read())))

    assert len(sizes) >= 3
    assert sum(sizes) < 100_000


def test_an_empty_installation_says_how_to_fill_it(chromium: str, browser: Browser, tmp_path: Path) -> None:
    server = Server(Terminal(f"sqlite:///{tmp_path / 'record.db'}")).wait()
    with opened(browser, server.url) as page:
        assert "ressenti import" in page.inner_text("main")
    server.end()
