"""A small demonstration, served over HTTP on this machine, at a moment that does not move."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import uvicorn

from ressenti.demo import ZONE, generate
from ressenti.kit.clock import to_us
from ressenti.kit.places import Neighbour
from ressenti.web.app import create_app
from tests.terminal import Terminal
from tests.world import World

TODAY = date(2026, 11, 21)
NOW = to_us(datetime.fromisoformat("2026-11-21T09:00+01:00"))
CONVERSATIONS = 2_000
SECRET = "known to who can read the file"  # noqa: S105 - of a test


@dataclass(frozen=True, slots=True)
class Served:
    """An installation that answers: its address, and a terminal beside it."""

    url: str
    terminal: Terminal
    stop: Callable[[], None]

    def read(self, indicator: str, **words: str) -> Any:
        """Return what `ressenti read` prints as JSON."""
        options = [part for name, value in words.items() for part in (f"--{name.rstrip('_')}", value)]
        return self.terminal.json("read", indicator, *options)


def demonstration(folder: Path) -> World:
    """Make a small year of the demonstration's retailer, and import it."""
    from ressenti.intake.model import Options
    from ressenti.intake.run import run_import

    files = folder / "files"
    files.mkdir()
    generate(files, today=TODAY, conversations=CONVERSATIONS)
    world = World(folder)
    world.now = NOW
    world.settle(zone=ZONE, name="Maison Tilleul")
    outcome = run_import(world.store, [files], Options(), source="demo", now=NOW)
    assert outcome.total.rejected == 0
    return world


def serve(world: World) -> Served:
    """Serve a world on a free port, and leave word beside its record as `ressenti serve` does."""
    app = create_app(world.keeper, secret=SECRET, now=lambda: world.now)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", access_log=False))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.02)
    url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    word = Neighbour(url, SECRET, 1)
    word.announce(world.store.path)

    def stop() -> None:
        word.leave(world.store.path)
        server.should_exit = True
        thread.join()

    return Served(url, Terminal(world.url), stop)
