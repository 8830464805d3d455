"""How long does a person wait for the report, in a real browser: the first paint, each figure, all of it?"""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from bench import child, commands, rows
from bench.figures import Figure, share
from scripts import browser

DEMONSTRATION, MILLION = 60_000, 1_000_000
VISITS, ASKED = 7, 20
WEIGHT_KB = 100
TOLD = """() => {
  const page = performance.getEntriesByType('navigation')[0];
  const parts = performance.getEntriesByType('resource').filter((one) => !one.name.endsWith('.svg'));
  const paint = performance.getEntriesByName('first-contentful-paint')[0];
  const figures = parts.filter((one) => one.name.includes('/report/')).map((one) => one.duration);
  const ends = [page.loadEventEnd, ...parts.map((one) => one.responseEnd)];
  const all = [page, ...parts];
  return {
    paint: paint ? paint.startTime : 0,
    complete: Math.max(...ends),
    figures,
    weight: all.reduce((sum, one) => sum + one.encodedBodySize, 0) / 1000,
  };
}"""
"""What the browser itself measured, in milliseconds, but for the icon of its tab; the weight in kB over the wire."""


def measure(work: Path, size: int | None) -> Iterator[Figure]:
    """Measure the report over the demonstration, then over a million conversations of two years."""
    url = f"sqlite:///{work}/demo.db"
    count = size or DEMONSTRATION
    _quietly("demo", "--no-serve", "--conversations", str(count), "--database", url)
    goals = {"server": 150.0, "complete": 500.0}
    yield from _visited(
        url, "/", (datetime.now(UTC).date(), 30), f"{count:,} conversations of a demonstration, 30 days", goals
    )
    if size is None:
        url = f"sqlite:///{work}/record.db"
        _fill(work, MILLION)
        goals = {"paint": 300.0, "figures": 500.0}
        first = date(1970, 1, 1) + timedelta(seconds=rows.FIRST_DAY_S)
        last = first + timedelta(days=rows.DAYS)
        days = f"from={first}&to={last}"
        note = f"{MILLION:,} conversations, {rows.DAYS} days"
        yield from _visited(url, f"/?{days}", (last, rows.DAYS), note, goals)
        yield from _listed(url, days)


def _visited(url: str, path: str, period: tuple[date, int], note: str, goals: dict[str, float]) -> Iterator[Figure]:
    """Ask a page without a browser, then visit it in windows that remember nothing, then in one that was there.

    Without a browser also other periods of that length, none of them twice: nothing of them was worked out before.
    """
    token = _said("token", "add", "bench", "--role", "administrator", "--database", url).split()[-1]
    with commands.server(url) as address, _chromium() as opened:
        answered = tuple([commands.request(address, path, token) for _ in range(ASKED + 2)][2:])
        fresh = tuple(commands.request(address, other, token) for other in _other_periods(*period))
        cold = [_visit(_window(opened, token), address + path) for _ in range(VISITS + 2)][2:]
        window = _window(opened, token)
        warm = [_visit(window, address + path) for _ in range(VISITS + 2)][2:]
    what = "report, answered by the server, no browser beside it"
    yield Figure(what=what, runs=answered, unit="ms", goal=goals.get("server"), is_cost=True, note=note)
    yield Figure(what="  of a period that nobody asked for before", runs=fresh, unit="ms", is_cost=True)
    for where, told in (("in a new window", cold), ("in a window that was there before", warm)):
        for words, key in (("first paint", "paint"), ("complete", "complete")):
            runs = tuple(one[key] for one in told)
            what = f"report {where}, {words}"
            yield Figure(what=what, runs=runs, unit="ms", goal=goals.get(key), is_cost=True)
    yield from _figures([visit["figures"] for visit in (*cold, *warm)], goals.get("figures"))
    weights = tuple(one["weight"] for one in cold)
    yield Figure(what="  its weight", runs=weights, unit="kB", goal=WEIGHT_KB, is_cost=True)


def _listed(url: str, days: str) -> Iterator[Figure]:
    """Ask the pages that list what is behind the figures, without a browser."""
    token = _said("token", "add", "lists", "--role", "administrator", "--database", url).split()[-1]
    with commands.server(url) as address:
        for what, path in (
            ("list of conversations", f"/conversations?{days}"),
            ("  sorted by agent", f"/conversations?{days}&sort=agent"),
            ("one conversation", f"/conversations/{MILLION // 2}"),
            ("comments table", f"/comments?{days}"),
        ):
            runs = tuple([commands.request(address, path, token) for _ in range(VISITS + 2)][2:])
            yield Figure(what=what, runs=runs, unit="ms", is_cost=True)


def _other_periods(last: date, days: int) -> Iterator[str]:
    for i in range(1, ASKED + 1):
        end = last - timedelta(days=i)
        yield f"/?from={end - timedelta(days=days)}&to={end}"


def _figures(late: list[list[float]], goal: float | None) -> Iterator[Figure]:
    """Tell of the figures that the page did not wait for, where there are any."""
    if every := [one for visit in late for one in visit]:
        slow = tuple(max(visit, default=0.0) for visit in late)
        yield Figure(what="  its slowest figure", runs=slow, unit="ms", goal=goal, is_cost=True)
        many = median(map(len, late))
        half = share(every, 0.5)
        note = f"{many:g} on their own"
        yield Figure(what="  half of the figures", runs=(half,), unit="ms", is_gathered=True, note=note)


def _window(opened: Browser, token: str) -> BrowserContext:
    return opened.new_context(extra_http_headers={"authorization": f"Bearer {token}"})


def _visit(window: BrowserContext, address: str) -> dict[str, Any]:
    """Open a page in a tab of its own; return what the browser measured."""
    page = window.new_page()
    page.goto(address)
    page.wait_for_load_state("networkidle")
    expect(page.locator("[hx-trigger=load]")).to_have_count(0)
    found: dict[str, Any] = page.evaluate(TOLD)
    page.close()
    return found


@contextmanager
def _chromium() -> Iterator[Browser]:
    path = browser.find()
    if path is None:
        raise RuntimeError(browser.MISSING)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


def _fill(work: Path, count: int) -> None:
    inbox = work / "inbox"
    inbox.mkdir()
    rows.write_with_surveys(inbox, rows.talks(count, with_text=False))
    child.run("bench.rebuilding:fill", folder=str(work), inbox=str(inbox))


def _quietly(*words: str) -> None:
    subprocess.run([*commands.COMMAND, *words], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _said(*words: str) -> str:
    done = subprocess.run([*commands.COMMAND, *words], check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.strip()
