"""`ressenti serve` as a process of its own, opened in a browser: today's figures, names of any kind, the first run."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from ressenti.indicators.model import Unit
from ressenti.kit.clock import from_us, now
from ressenti.reports.format import amount
from tests.browser.conftest import settle
from tests.cli.test_server_client import Server
from tests.support.scenario import World
from tests.support.site import HOSTILE
from tests.support.terminal import Terminal

TILES = ("csat", "nps", "first_response_time", "resolution_time", "response_rate")
PERIOD = "period=90d"
ARABIC = "عمر الطويل"


@pytest.fixture(scope="module")
def site(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Terminal, Server]]:
    """Serve a company of the last two months; one agent's name attacks, another's is written from right to left."""
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
    world.add("agents", agent_id="0", name=HOSTILE)
    world.add("agents", agent_id="1", name=ARABIC)
    assert world.read("csat").n == 240
    with world.alone():
        server = Server(world).wait()
        yield Terminal(world.url), server
        server.end()
    world.close()


def plain(text: str) -> str:
    return "".join(text.split())


def test_its_figures_and_names_are_those_of_the_command_line(site: tuple[Terminal, Server], browser: Browser) -> None:
    terminal, server = site
    today = from_us(now()).date()
    words = ("--from", str(today - timedelta(days=89)), "--to", str(today + timedelta(days=1)))
    page = browser.new_page(locale="en-GB", extra_http_headers=server.shown)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.goto(f"{server.url}/?{PERIOD}")
    settle(page)
    shown = plain(page.inner_text("main"))
    scripts, images = page.locator("main script").count(), page.locator("main img").count()
    page.close()

    for indicator in TILES:
        total = terminal.json("read", indicator, *words)["total"]
        unit = {"nps": Unit.POINTS}.get(indicator, Unit.SECONDS if indicator.endswith("time") else Unit.PERCENT)
        assert plain(amount(total["value"], unit)) in shown, indicator
        assert str(total["n"]) in shown
    names = [plain(row["label"]) for row in terminal.json("read", "csat", "--by", "agent", *words)["rows"]]
    assert {plain(HOSTILE), plain(ARABIC)} < set(names)
    assert [name for name in names if name not in shown] == []
    assert (scripts, images, said) == (0, 0, [])


def test_the_first_run_says_how_to_fill_it(browser: Browser, tmp_path: Path) -> None:
    world = World(tmp_path)
    server = Server(world).wait()
    page = browser.new_page(locale="fr-FR", extra_http_headers=server.shown)
    page.goto(server.url)
    text = page.inner_text("main")
    page.close()
    server.end()
    world.close()

    assert "ressenti import" in text
    assert "Apportez vos conversations" in text
