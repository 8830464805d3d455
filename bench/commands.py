"""How long do the commands, the API and the page let one wait?"""

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

from bench import child, rows
from bench.figures import Figure, share

STARTS, ASKED = 10, 50
HELP_MS = 300
SMALL, DEMONSTRATION = 2_000, 60_000
COMMAND = [sys.executable, "-m", "ressenti.cli"]
PATHS = ("/api/v1/indicators/csat?by=agent", "/", "/?whole=yes", "/conversations", "/comments")


def measure_start(work: Path, size: int | None) -> Iterator[Figure]:
    """Measure commands as processes, from their start to their end."""
    yield Figure(what="ressenti --help", runs=_runs(["--help"]), unit="ms", goal=HELP_MS, is_cost=True)
    yield Figure(what="  Python alone, doing nothing", runs=_runs([], [sys.executable, "-c", "pass"]), unit="ms")
    inbox = work / "inbox"
    inbox.mkdir()
    rows.write_with_messages(inbox, rows.talks(size or SMALL))
    child.run("bench.rebuilding:fill", folder=str(work), inbox=str(inbox))
    url = f"sqlite:///{work}/record.db"
    _run([*COMMAND, "read", "csat", "--database", url])
    read = _runs(["read", "csat", "--database", url])
    yield Figure(what="ressenti read csat", runs=read, unit="ms", note=f"{size or SMALL:,} conversations, facts there")


def measure_server(work: Path, size: int | None) -> Iterator[Figure]:
    """Measure the API and the page of a running server, one request after another, over the demonstration."""
    count = size or DEMONSTRATION
    url = f"sqlite:///{work}/demo.db"
    _run([*COMMAND, "demo", "--no-serve", "--conversations", str(count), "--database", url])
    token = administrator(url)
    with server(url) as address:
        for path in PATHS:
            taken = [request(address, path, token) for _ in range(ASKED + 3)]
            first, usual = taken[0], taken[3:]
            note = f"{ASKED} requests, {count:,} conversations"
            yield _gathered(f"GET {path}: half within", share(usual, 0.5), note)
            yield _gathered("  95 in 100 within", share(usual, 0.95))
            yield _gathered("  the first one", first)


def _gathered(what: str, ms: float, note: str = "") -> Figure:
    return Figure(what=what, runs=(ms,), unit="ms", is_gathered=True, note=note)


def _runs(words: Sequence[str], command: Sequence[str] = COMMAND) -> tuple[float, ...]:
    _run([*command, *words])
    return tuple(_run([*command, *words]) for _ in range(STARTS))


def _run(command: Sequence[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return 1000 * (time.perf_counter() - start)


def administrator(url: str) -> str:
    """Return a token with which everything may be asked."""
    add = [*COMMAND, "token", "add", "bench", "--role", "administrator", "--database", url]
    done = subprocess.run(add, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return next(word for word in done.stdout.split() if word.startswith("rsp_"))


@contextmanager
def server(url: str) -> Iterator[str]:
    """Give the address of a server of our own, on a free port of this machine."""
    command = [*COMMAND, "serve", "--port", "0", "--database", url]
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment)
    try:
        assert process.stdout
        said = process.stdout.readline()
        address = next((word for word in said.split() if word.startswith("http://")), None)
        if address is None:
            raise RuntimeError(f"the server did not start: {said}")
        Thread(target=process.stdout.read, daemon=True).start()  # a pipe that nobody reads stops whoever writes
        _answers(address)
        yield address
    finally:
        process.terminate()
        process.wait()


def _answers(address: str) -> None:
    for _ in range(100):
        try:
            request(address, "/sign-in")
        except OSError:
            time.sleep(0.1)
        else:
            return


def request(address: str, path: str, token: str = "") -> float:
    """Ask a server for a page and read it to its end; return the milliseconds that took."""
    parts = urlsplit(address)
    start = time.perf_counter()
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    connection.request("GET", path, headers={"authorization": f"Bearer {token}"} if token else {})
    response = connection.getresponse()
    response.read()
    connection.close()
    assert response.status == http.client.OK, f"{path}: {response.status}"
    return 1000 * (time.perf_counter() - start)
