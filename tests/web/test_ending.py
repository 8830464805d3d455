"""A server that is told to end while pages are being made ends without a fault."""

import signal
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from ressenti.facts.projector import BuildProgress
from ressenti.facts.store import FactStore
from tests.support.environment import PATIENCE_S
from tests.support.scenario import World
from tests.support.serving import serve
from tests.support.site import company
from tests.web.test_connection_limits import Running

ASKERS = 12


def test_what_is_being_made_is_answered_or_said_and_nothing_of_it_is_a_fault_in_the_log(tmp_path: Path) -> None:
    world = company(World(tmp_path))
    for i in range(800):
        key = world.conversation("2026-10-20 09:00", closed="2026-10-20 09:30")
        world.survey(key, "2026-10-20 09:40", csat=1 + i % 5, comment=f"so, so {i}")
    world.import_()
    world.close()
    running = Running(world)
    first, said = threading.Event(), []

    def read() -> None:
        request = urllib.request.Request(f"http://127.0.0.1:{running.place[1]}/?from=2026-10-01&to=2026-11-10")
        request.add_header("Authorization", running.shown)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as response:
                part = response.read1()
                first.set()
                said.append(b"</html>" in part + response.read())
        except (urllib.error.URLError, ConnectionError):
            said.append(True)  # it was not let in any more
        finally:
            first.set()

    readers = [threading.Thread(target=read) for _ in range(ASKERS)]
    for one in readers:
        one.start()
    assert first.wait(PATIENCE_S)
    running.process.send_signal(signal.SIGTERM)
    for one in readers:
        one.join()
    running.end()

    assert said == [True] * ASKERS
    assert running.process.returncode == 0
    assert '"fault"' not in running.said()
    assert "Traceback" not in running.said()
    assert len(running.said().splitlines()) < 10


def test_a_rebuild_stops_and_who_waits_for_it_is_told_that_the_server_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = threading.Event()

    def rebuild(_facts: FactStore, *, progress: BuildProgress) -> None:
        begun.set()
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            progress(0, 1)
            time.sleep(0.01)

    monkeypatch.setattr(FactStore, "rebuild", rebuild)
    world = company(World(tmp_path))
    world.import_()
    served = serve(world)
    asked: list[Any] = []
    asking = threading.Thread(target=lambda: asked.append(served.terminal.run("rebuild")))
    asking.start()
    assert begun.wait(PATIENCE_S)
    began_to_end = time.monotonic()
    served.stop()
    took_s = time.monotonic() - began_to_end
    asking.join()
    world.close()

    assert took_s < 20
    assert (asked[0].exit_code, "The server is ending" in asked[0].errors) == (4, True), asked
