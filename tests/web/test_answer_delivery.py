"""Answers that nobody takes hold nobody up, nor do long ones; each is given in the version of HTTP it was asked in."""

import os
import signal
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from tempfile import gettempdir

import pytest

from ressenti.kit.paths import running_server_of
from ressenti.web.server.answer_delivery import ENDED_WITHIN_S, UNREAD_AT_THE_END_S
from ressenti.web.server.export_limiter import AT_ONCE, LONGEST_QUEUE
from tests.support.child_hasty import ENDED_WITHIN_S as HASTILY_ENDED_WITHIN_S
from tests.support.child_hasty import UNREAD_S
from tests.support.environment import PATIENCE_S
from tests.support.scenario import World
from tests.support.site import company
from tests.web.test_connection_limits import Reader, Running, status, until_closed

DAYS = "from=2026-10-01&to=2026-11-10"
COMMENTS = f"/take/comments.csv?{DAYS}"
"""10 MB: more than systems take of an answer that nobody reads, and than is kept in memory."""
WORKBOOK = f"/take/conversations.xlsx?{DAYS}"
REPORT = f"/?{DAYS}"
SMALL = "/api/v1/indicators"
"""10 KB, of which one may ask for many after each other."""
WRITTEN = "so, so. "
PIECE = 1 << 16


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    made = company(World(tmp_path_factory.mktemp("giving")))
    for i in range(2_000):
        key = made.conversation("2026-10-20 09:00", closed="2026-10-20 09:30")
        made.survey(key, "2026-10-20 09:40", csat=1 + i % 5, comment=f"{i} " + WRITTEN * 600)
    made.import_()
    made.close()
    return made


def started(world: World, module: str) -> Iterator[Running]:
    running = Running(world, module=module)
    yield running
    if running.process.poll() is None:
        running.process.kill()
    running.end()


@pytest.fixture
def running(world: World) -> Iterator[Running]:
    yield from started(world, "ressenti.cli")


@pytest.fixture
def hasty(world: World) -> Iterator[Running]:
    yield from started(world, "tests.support.child_hasty")


@pytest.fixture
def unguarded(world: World) -> Iterator[Running]:
    """Give the control."""
    yield from started(world, "tests.support.child_unguarded")


def ask(running: Running, path: str, version: str = "1.1", more: str = "") -> bytes:
    head = f"GET {path} HTTP/{version}\r\nHost: 127.0.0.1\r\nAuthorization: {running.shown}\r\n{more}\r\n"
    return head.encode()


def asking(running: Running, held: ExitStack, *sent: bytes) -> list[socket.socket]:
    """Ask over a connection each, and read nothing."""
    lines = []
    for one in sent:
        line = held.enter_context(socket.socket())
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.settimeout(PATIENCE_S)
        line.connect(running.place)
        line.sendall(one)
        lines.append(line)
    return lines


def held_by(running: Running) -> Counter[str]:
    """Return how many connections and how many files without a name a server has open."""
    opened: list[str] = []
    for one in Path(f"/proc/{running.process.pid}/fd").iterdir():
        with suppress(FileNotFoundError):
            opened.append(str(one.readlink()))
    files = [one for one in opened if one.startswith(gettempdir()) and one.endswith(" (deleted)")]
    return Counter(connections=sum(1 for one in opened if one.startswith("socket:")), files=len(files))


def at_rest(running: Running) -> Counter[str]:
    """Return what it has open once it answered something: a server says where it is before its loop has its sockets."""
    with running.line() as line:
        line.sendall(ask(running, SMALL, more="Connection: close\r\n"))
        assert status(until_closed(line)) == 200
    return held_by(running)


def told(running: Running) -> list[tuple[object, object]]:
    return [(line["why"], line["count"]) for line in running.lines() if line.get("event") == "answers_given_up"]


def until(is_so: Callable[[], bool], running: Running) -> None:
    """Wait for what is bound to happen."""
    ends = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < ends, running.said()
        time.sleep(0.05)


def is_clean(running: Running) -> bool:
    said = running.said()
    return '"fault"' not in said and "Traceback" not in said and WRITTEN not in said


class TestUnread:
    def test_what_nobody_takes_is_given_up_and_holds_nothing_and_nobody_up(self, hasty: Running) -> None:
        before = at_rest(hasty)
        with ExitStack() as held, Reader(hasty) as reader:
            many = ask(hasty, SMALL) * 30
            sent = [*[ask(hasty, COMMENTS)] * 6, ask(hasty, REPORT) * 4, many, ask(hasty, COMMENTS) * 2]
            lines = asking(hasty, held, *sent)
            until(lambda: held_by(hasty) >= before + Counter(connections=1, files=1), hasty)
            until(lambda: sum(int(str(count)) for _why, count in told(hasty)) == len(sent), hasty)
            seen = len(reader.statuses)
            until(lambda: len(reader.statuses) > seen + 5, hasty)
            given = [len(until_closed(line)) for line in lines]

        assert set(reader.statuses) == {200}, reader.failures
        assert {why for why, _count in told(hasty)} == {"nothing of the answer was taken in time"}
        assert max(given) < 1 << 20
        until(lambda: held_by(hasty) <= before, hasty)
        assert is_clean(hasty)

    def test_who_takes_a_little_now_and_then_is_given_all(self, hasty: Running) -> None:
        with ExitStack() as held:
            [line] = asking(hasty, held, ask(hasty, COMMENTS, more="Connection: close\r\n"))
            said = b""
            for i in range(1, 5):
                time.sleep(UNREAD_S * 0.6)
                while len(said) < i * PIECE:
                    said += line.recv(PIECE)
            said += until_closed(line)

        head, _end, body = said.partition(b"\r\n\r\n")
        assert f"content-length: {len(body)}\r\n".encode() in head
        assert told(hasty) == []

    def test_without_that_it_is_held_as_long_as_nobody_takes_it(self, unguarded: Running) -> None:
        with ExitStack() as held:
            [line] = asking(unguarded, held, ask(unguarded, COMMENTS, more="Connection: close\r\n"))
            time.sleep(UNREAD_S * 3)

            assert len(until_closed(line)) > 9_000_000


class TestEnding:
    def test_a_server_that_is_told_to_end_does_so_beside_answers_that_nobody_takes(self, running: Running) -> None:
        with ExitStack() as held:
            small = ask(running, SMALL) * 30
            lines = asking(running, held, *[ask(running, COMMENTS)] * 3, ask(running, REPORT) * 4, small)
            for line in lines:
                assert line.recv(12) == b"HTTP/1.1 200"
            running.process.send_signal(signal.SIGTERM)
            started_at = time.monotonic()
            assert running.process.wait(PATIENCE_S) == 0
            took_s = time.monotonic() - started_at

        assert took_s < ENDED_WITHIN_S
        running.end()
        assert sum(int(str(count)) for _why, count in told(running)) == len(lines)
        assert is_clean(running)

    def test_also_beside_one_that_is_taken_a_little_now_and_then(self, hasty: Running) -> None:
        with ExitStack() as held:
            [line] = asking(hasty, held, ask(hasty, COMMENTS))
            assert line.recv(12) == b"HTTP/1.1 200"
            started_at = time.monotonic()
            hasty.process.send_signal(signal.SIGTERM)
            while hasty.process.poll() is None and time.monotonic() < started_at + PATIENCE_S:
                time.sleep(0.5)
                try:
                    line.recv(PIECE)
                except ConnectionResetError:
                    hasty.process.wait(PATIENCE_S)
        hasty.end()

        assert hasty.process.returncode == 0
        assert time.monotonic() - started_at >= HASTILY_ENDED_WITHIN_S
        assert told(hasty) == [("the server ended first", 1)]
        assert is_clean(hasty)

    def test_without_that_it_does_not_end(self, unguarded: Running) -> None:
        with ExitStack() as held:
            [line] = asking(unguarded, held, ask(unguarded, COMMENTS))
            assert line.recv(12) == b"HTTP/1.1 200"
            unguarded.process.send_signal(signal.SIGTERM)
            time.sleep(UNREAD_AT_THE_END_S * 2)

            assert unguarded.process.poll() is None


class TestLong:
    """As many exports as there are threads, and some more, are asked for; then something small is."""

    MADE = 5
    ASKED = 4 + (os.cpu_count() or 1) + MADE

    def read_beside(self, running: Running) -> tuple[int, list[bytes]]:
        """Return how many exports were made when something small was answered, and how all of them were."""
        running.read()
        with ExitStack() as held, ThreadPoolExecutor(self.ASKED) as threads:
            lines = asking(running, held, *[ask(running, WORKBOOK, more="Connection: close\r\n")] * self.ASKED)
            answers = [threads.submit(until_closed, line) for line in lines]
            time.sleep(0.3)
            assert running.read() == 200
            made = sum(1 for line in running.lines() if line.get("event") == "export")
            return made, [one.result(PATIENCE_S) for one in answers]

    def test_what_is_small_does_not_wait_for_exports(self, running: Running) -> None:
        made, answers = self.read_beside(running)

        assert made < self.MADE
        statuses = [status(one) for one in answers]
        most = AT_ONCE + LONGEST_QUEUE
        assert statuses.count(200) >= min(most, self.ASKED)
        assert set(statuses) <= {200, 503}
        assert all(b"\r\nretry-after: 10\r\n" in one for one in answers if status(one) == 503)
        assert is_clean(running)

    def test_without_turns_it_waits(self, unguarded: Running) -> None:
        made, answers = self.read_beside(unguarded)

        assert made >= self.MADE
        assert {status(one) for one in answers} == {200}


@pytest.fixture(scope="class")
def served(world: World) -> Iterator[Running]:
    yield from started(world, "ressenti.cli")


class TestOlderVersions:
    @staticmethod
    def answer(served: Running, sent: bytes) -> tuple[bytes, bytes]:
        with served.line() as line:
            line.sendall(sent)
            head, _end, body = until_closed(line).partition(b"\r\n\r\n")
        return head + b"\r\n", body

    @pytest.mark.parametrize("path", ["/sign-in", REPORT, "/api/v1/dimensions", COMMENTS, "/nowhere"])
    @pytest.mark.parametrize("more", ["", "Connection: keep-alive\r\n"])
    def test_who_speaks_http_1_0_gets_no_chunks_and_the_body_ends_with_the_connection(
        self, served: Running, path: str, more: str
    ) -> None:
        head, body = self.answer(served, ask(served, path, "1.0", more))
        _newer, expected = self.answer(served, ask(served, path, more="Connection: close\r\n"))

        assert b"\r\ntransfer-encoding:" not in head
        assert b"\r\nconnection: close\r\n" in head
        if path == REPORT:  # whose pieces are cut otherwise each time
            assert body.startswith(b"<!doctype html>")
            assert body.rstrip().endswith(b"</html>")
        else:
            assert body == expected

    def test_the_export_of_a_command_has_none_either(self, served: Running, world: World) -> None:
        word = running_server_of(world.store.path)
        assert word is not None
        wanted = b'{"what": "comments", "format": "csv", "words": {}}'

        def told_by(version: str) -> tuple[bytes, bytes]:
            head = f"POST /local/export HTTP/{version}\r\nHost: 127.0.0.1\r\nX-Ressenti-Secret: {word.secret}\r\n"
            head += f"Content-Type: application/json\r\nContent-Length: {len(wanted)}\r\nConnection: close\r\n\r\n"
            return self.answer(served, head.encode() + wanted)

        older, body = told_by("1.0")
        newer, chunks = told_by("1.1")

        assert b"\r\ntransfer-encoding:" not in older
        assert body.count(WRITTEN.encode() * 600) == 2_000
        assert b"\r\ntransfer-encoding: chunked\r\n" in newer  # which is what the other is spared
        assert len(chunks) > len(body)

    def test_it_is_not_told_to_continue_in_a_language_it_does_not_speak(self, served: Running) -> None:
        sent = "POST /sign-in HTTP/1.0\r\nHost: 127.0.0.1\r\nSec-Fetch-Site: same-origin\r\nExpect: 100-continue\r\n"
        sent += "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 3\r\n\r\na=b"
        head, _body = self.answer(served, sent.encode())

        assert status(head) not in {0, 100}
