"""Wherever an exception reaches the log of a server, it is told by its place and its kind, never by its words.

Nor are words that were searched for kept anywhere: not in the log, and not in a file beside the record.
"""

import os
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.support.child_faulty import SAID, TOLD_WHOLE
from tests.support.environment import PATIENCE_S
from tests.support.scenario import World
from tests.support.site import company
from tests.web.test_connection_limits import Running

PLACES = {
    "application": ("/fault/application", '"logger": "uvicorn.error"'),
    "receiving": ("/fault/receiving", '"logger": "asyncio"'),
    "callback": ("/fault/callback", "Exception in callback"),
    "task": ("/fault/task", "Task exception was never retrieved"),
    "thread": ("/fault/thread", "thread_ended"),
    "dying": ("/fault/dying", "exception_ignored"),
    "package": ("/fault/package", '"logger": "somebody"'),
    "handler": (f"/conversations?period=all&q={quote(SAID)}", '"path": "/conversations"'),
    "piece": ("/?from=2026-10-01&to=2026-11-10", '"path": "/"'),
}
"""What is asked, and what stands in the line of the log."""
KIND = "__main__.Worded"


def served(folder: Path) -> Iterator[Running]:
    world = company(World(folder))
    assert world.import_().total.rejected == 0
    world.close()
    running = Running(world, module="tests.support.child_faulty")
    yield running
    running.end()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    yield from served(tmp_path_factory.mktemp("faulty"))


@pytest.fixture(scope="module")
def talkative(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, TOLD_WHOLE, "yes")
        yield from served(tmp_path_factory.mktemp("talkative"))


def ask(running: Running, path: str, told: str) -> str:
    """Ask for something that fails, and return what the log says from then on, once it tells of it."""
    before = len(running.said())
    request = urllib.request.Request(f"http://127.0.0.1:{running.place[1]}{path}")
    request.add_header("Authorization", running.shown)
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as response:
            response.read()
    except (urllib.error.URLError, HTTPException, ConnectionError):
        pass  # how it is answered is told elsewhere
    until = time.monotonic() + PATIENCE_S
    while told not in running.said()[before:]:
        assert time.monotonic() < until, running.said()[before:]
        time.sleep(0.05)
    return running.said()[before:]


@pytest.mark.parametrize("place", PLACES)
def test_an_exception_is_told_without_its_words(running: Running, place: str) -> None:
    lines = ask(running, *PLACES[place])

    assert KIND in lines
    assert "in fail" in lines
    assert SAID not in lines
    assert "4970" not in lines
    assert all(line.startswith("{") for line in lines.splitlines())


@pytest.mark.parametrize("place", PLACES)
def test_told_as_others_do_its_words_stand_there(talkative: Running, place: str) -> None:
    """The control: at each of the places there are words to leave out."""
    assert SAID in ask(talkative, PLACES[place][0], SAID)


SEARCHED = "quarrelsome"
SEARCHES = (
    "/conversations?period=all&q={}",
    "/comments?from=2026-10-15&to=2026-11-01&q={}",
    "/take/conversations.csv?period=all&q={}",
    "/take/comments.xlsx?from=2026-10-15&to=2026-11-01&q={}",
    "/api/v1/indicators/csat?q={}",
)


def test_words_searched_for_are_in_no_line_and_in_no_file(tmp_path: Path) -> None:
    world = company(World(tmp_path))
    assert world.import_().total.rejected == 0
    world.close()
    running = Running(world)
    for address in SEARCHES:
        ask(running, address.format(SEARCHED), "")
    running.end()
    kept = {file.name: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}

    assert running.said().count('"event": "export"') == 2
    assert SEARCHED not in running.said()
    assert [name for name, held in kept.items() if SEARCHED.encode() in held] == []
    assert {name for name, held in kept.items() if b"urgent" in held} >= {"record.db"}  # what is kept would be found
