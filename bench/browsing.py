"""How long does a person wait for the report, in a real browser: the first paint, each figure, all of it?"""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, expect, sync_playwright

from bench import child, commands, rows
from bench.figures import Figure, share
from scripts import browser

DEMONSTRATION, MILLION = 60_000, 1_000_000
VISITS = 7
WEIGHT_KB = 100
TOLD = """() => {
  const page = performance.getEntriesByType('navigation')[0];
  const parts = performance.getEntriesByType('resource');
  const paint = performance.getEntriesByName('first-contentful-paint')[0];
  const figures = parts.filter((one) => one.name.includes('/report/')).map((one) => one.duration);
  const ends = [page.loadEventEnd, ...parts.map((one) => one.responseEnd)];
  const all = [page, ...parts];
  return {
    server: page.responseEnd - page.requestStart,
    paint: paint ? paint.startTime : 0,
    complete: Math.max(...ends),
    figures,
    weight: all.reduce((sum, one) => sum + one.encodedBodySize, 0) / 1000,
  };
}"""
"""What the browser itself measured, in milliseconds; the weight in kB as it came over the wire."""


def measure(work: Path, size: int | None) -> Iterator[Figure]:
    """Measure the report over the demonstration, then over a million conversations of two years."""
    url = f"sqlite:///{work}/demo.db"
    count = size or DEMONSTRATION
    _quietly("demo", "--no-serve", "--conversations", str(count), "--database", url)
    goals = {"server": 150.0, "complete": 500.0}
    yield from _visited(url, "/", f"{count:,} conversations of a demonstration, 30 days", goals)
    if size is None:
        url = f"sqlite:///{work}/record.db"
        _fill(work, MILLION)
        goals = {"paint": 300.0, "figures": 500.0}
        first = date(1970, 1, 1) + timedelta(seconds=rows.FIRST_DAY_S)
        path = f"/?from={first}&to={first + timedelta(days=rows.DAYS)}"
        yield from _visited(url, path, f"{MILLION:,} conversations, {rows.DAYS} days", goals)


def _visited(url: str, path: str, note: str, goals: dict[str, float]) -> Iterator[Figure]:
    """Visit a page several times, each in a window of its own with nothing remembered."""
    token = _said("token", "add", "bench", "--role", "administrator", "--database", url).split()[-1]
    with commands.server(url) as address, _chromium() as opened:
        told = [_visit(opened, address + path, token) for _ in range(VISITS + 2)][2:]
    for what, key in (("answered by the server", "server"), ("first paint", "paint"), ("complete", "complete")):
        runs = tuple(one[key] for one in told)
        yield Figure(what=f"report, {what}", runs=runs, unit="ms", goal=goals.get(key), is_cost=True, note=note)
    late = [one for visit in told for one in visit["figures"]]
    if late:
        goal = goals.get("figures")
        slow = tuple(max(visit["figures"], default=0.0) for visit in told)
        yield Figure(what="  its slowest figure", runs=slow, unit="ms", goal=goal, is_cost=True)
        many = median(len(visit["figures"]) for visit in told)
        half = share(late, 0.5)
        yield Figure(
            what="  half of the figures", runs=(half,), unit="ms", is_gathered=True, note=f"{many:g} on their own"
        )
    weights = tuple(one["weight"] for one in told)
    yield Figure(what="  its weight", runs=weights, unit="kB", goal=WEIGHT_KB, is_cost=True)


def _visit(opened: Browser, address: str, token: str) -> dict[str, Any]:
    context = opened.new_context(extra_http_headers={"authorization": f"Bearer {token}"})
    page = context.new_page()
    page.goto(address)
    page.wait_for_load_state("networkidle")
    expect(page.locator("[hx-trigger=load]")).to_have_count(0)
    found: dict[str, Any] = page.evaluate(TOLD)
    context.close()
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
