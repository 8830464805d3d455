"""The application on a port of this machine, at a moment that does not move, with word left for commands beside it."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ressenti.kit.paths import RunningServer
from ressenti.web.app import create_app
from ressenti.web.server.security import SecurityMiddleware
from ressenti.web.server.server import make_server
from tests.support.scenario import World
from tests.support.site import SECRET, bearer
from tests.support.terminal import Terminal


@dataclass(frozen=True, slots=True)
class Served:
    """An installation that answers: its world, its address, an administrator's token, and a terminal beside it."""

    world: World
    url: str
    bearer: str
    terminal: Terminal
    stop: Callable[[], None]

    def read(self, indicator: str, **words: str) -> Any:
        """Return what `ressenti read` prints as JSON."""
        options = [part for name, value in words.items() for part in (f"--{name.rstrip('_')}", value)]
        return self.terminal.json("read", indicator, *options)


def serve(world: World, **given: Any) -> Served:
    """Serve a world on a free port, and leave word beside its record as `ressenti serve` does."""
    url, end = listen(create_app(world.fact_store, secret=SECRET, now=lambda: world.now), **given)
    word = RunningServer(url, SECRET, 1)
    word.announce(world.store.path)

    def stop() -> None:
        word.leave(world.store.path)
        end()

    return Served(world, url, f"Bearer {bearer(world)}", Terminal(world.url), stop)


def listen(app: SecurityMiddleware, **given: Any) -> tuple[str, Callable[[], None]]:
    """Serve an application on a free port of this machine; return its address, and what ends it."""
    server = make_server(app, port=0, **given)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.02)

    def end() -> None:
        server.should_exit = True
        thread.join()

    return f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}", end
