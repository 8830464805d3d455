"""Nobody keeps the server from answering by sending requests that never become whole."""

import json
import resource
import signal
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import pytest

from ressenti.kit.paths import running_server_of
from ressenti.web.server.connection_limits import MOST_UNFINISHED, ConnectionLimiter
from ressenti.web.server.descriptors import COUNTED_AGAIN_S, KEPT_DESCRIPTORS, Descriptors
from ressenti.web.server.ended_requests import RejectionReason
from ressenti.web.server.http_protocol import LARGEST_BODY, LARGEST_HEAD, WHOLE_WITHIN_S
from tests.support.environment import PATIENCE_S
from tests.support.scenario import World
from tests.support.serving import Served, serve
from tests.support.site import bearer, company
from tests.support.terminal import Terminal

DESCRIPTORS = 400
HALVES = 450
WRITTEN = b"cancer"
HEAD = b"GET /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\n"
HALF_HEAD = HEAD + b"X-Said: " + WRITTEN
POST = b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nSec-Fetch-Site: same-origin\r\n"
FORM = POST + b"Content-Type: application/x-www-form-urlencoded\r\n"
HALF_BODY = FORM + b"Content-Length: 999\r\n\r\nemail=" + WRITTEN
HALF_PIECES = FORM + b"Transfer-Encoding: chunked\r\n\r\n6\r\n" + WRITTEN + b"\r\n"


class Running:
    """`ressenti serve` as a process, with few descriptors, and somebody who reads there."""

    def __init__(self, world: World, module: str = "ressenti.cli") -> None:
        self.shown = f"Bearer {bearer(world)}"
        self._log: list[str] = []
        self.process = Terminal(world.url).start("serve", "--port", "0", module=module)
        self._reading = threading.Thread(target=self._read_log)
        self._reading.start()
        while (word := running_server_of(world.store.path)) is None or word.pid != self.process.pid:
            assert self.process.poll() is None
            time.sleep(0.05)
        resource.prlimit(self.process.pid, resource.RLIMIT_NOFILE, (DESCRIPTORS, DESCRIPTORS))
        self.place = ("127.0.0.1", urlsplit(word.url).port or 0)

    def _read_log(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self._log.append(line)

    def said(self) -> str:
        return "".join(list(self._log))

    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.said().splitlines() if line.startswith("{")]

    def line(self, source: str = "127.0.0.1") -> socket.socket:
        return socket.create_connection(self.place, timeout=PATIENCE_S, source_address=(source, 0))

    def read(self, timeout_s: float = PATIENCE_S) -> int:
        request = urllib.request.Request(f"http://127.0.0.1:{self.place[1]}/api/v1/indicators/csat")
        request.add_header("Authorization", self.shown)
        with urllib.request.urlopen(request, timeout=timeout_s) as response:
            return int(response.status)

    def cpu_s(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / 100

    def end(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(PATIENCE_S)
        self._reading.join()
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        self.process.stdout.close()
        self.process.stderr.close()


class Reader:
    """Somebody who reads on while others send halves, each time over a new connection."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._is_done = threading.Event()
        self.statuses: list[int] = []
        self.failures: list[str] = []
        self._thread = threading.Thread(target=self._read)

    def _read(self) -> None:
        while not self._is_done.is_set():
            try:
                self.statuses.append(self._running.read())
            except OSError as error:
                self.statuses.append(0)
                self.failures.append(repr(error))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_how: object) -> None:
        self._is_done.set()
        self._thread.join()


def small(folder: Path) -> World:
    made = company(World(folder))
    assert made.import_().total.rejected == 0
    made.close()
    return made


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    started = Running(small(tmp_path_factory.mktemp("receiving")))
    yield started
    started.end()


@pytest.fixture(scope="module")
def unguarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Give the control: the same server without the limits."""
    started = Running(small(tmp_path_factory.mktemp("unguarded")), module="tests.support.child_unguarded")
    yield started
    started.process.kill()
    started.end()


def until_closed(line: socket.socket) -> bytes:
    """Return what comes before the other side ends."""
    said = b""
    with suppress(ConnectionResetError):
        while part := line.recv(65536):
            said += part
    return said


def status(said: bytes) -> int:
    return int(said.split()[1]) if said else 0


def answer(running: Running, sent: bytes) -> int:
    with running.line() as line:
        line.sendall(sent)
        return int(line.recv(12).split()[1])


def is_ended_while_sending(line: socket.socket, piece: bytes, for_s: float) -> bool:
    """Send a piece every second for so long, and say whether the other side ended it meanwhile."""
    until = time.monotonic() + for_s
    try:
        while time.monotonic() < until:
            time.sleep(1)
            line.sendall(piece)
    except OSError:
        return True
    return False


def pour(line: socket.socket, piece: bytes, most: int) -> int:
    """Send pieces without end, or until the other side has enough; return how many bytes it took."""
    sent = 0
    with suppress(OSError):
        while sent < most:
            sent += line.send(piece)
    return sent


class TestSize:
    def test_a_head_of_32_kib_is_read_and_one_byte_more_is_not(self, running: Running) -> None:
        whole = HEAD + b"X-A: "
        end = b"\r\n\r\n"
        fill = LARGEST_HEAD - len(whole) - len(end)

        assert answer(running, whole + b"a" * fill + end) == 200
        assert answer(running, whole + b"a" * (fill + 1) + end) == 431

    @pytest.mark.parametrize("kept", [HEAD + b"X-A: ", b"GET /", HEAD], ids=["a header", "an address", "headers"])
    def test_a_head_without_end_costs_next_to_nothing(self, running: Running, kept: bytes) -> None:
        before = running.cpu_s()
        with running.line() as line:
            line.sendall(kept)
            taken = pour(line, b"X-B: c\r\n" * 999 if kept == HEAD else b"a" * 9_999, 1 << 26)
            said = until_closed(line)

        assert status(said) in {431, 0}  # a line that is still written to may be cut before its answer is read
        assert taken < 1 << 24
        assert running.cpu_s() - before < 3
        assert running.read() == 200

    @pytest.mark.parametrize(
        ("head", "piece"),
        [
            (b"", b"3e8\r\n" + b"a" * 1000 + b"\r\n"),
            (b"1;", b"extension=" * 100),
            (b"0\r\n", b"X-Trailer: a\r\n" * 100),
        ],
        ids=["pieces", "an extension", "trailers"],
    )
    @pytest.mark.parametrize("path", [b"POST /sign-in", b"GET /sign-in"])
    def test_a_body_without_end_is_ended(self, running: Running, path: bytes, head: bytes, piece: bytes) -> None:
        with running.line() as line:
            line.sendall(FORM.replace(b"POST /sign-in", path) + b"Transfer-Encoding: chunked\r\n\r\n" + head)
            taken = pour(line, piece, 1 << 26)
            said = until_closed(line)

        assert status(said) in {200, 400, 413, 0}
        assert taken < LARGEST_BODY + (1 << 24)
        assert running.read() == 200

    def test_what_follows_a_body_is_no_header(self, running: Running) -> None:
        shown = b"Authorization: " + running.shown.encode() + b"\r\n"
        ask = b"GET /api/v1/dimensions HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n"

        assert answer(running, ask + shown + b"\r\n0\r\n\r\n") == 200
        assert answer(running, ask + b"\r\n0\r\n" + shown + b"\r\n") == 401

    @pytest.mark.parametrize("method", [b"POST", b"GET"])
    def test_a_body_that_is_announced_too_large_is_not_waited_for(self, running: Running, method: bytes) -> None:
        head = FORM.replace(b"POST", method) + b"Content-Length: %d\r\n\r\n"

        assert answer(running, head % (LARGEST_BODY + 1)) == 413

    def test_a_refusal_is_told_as_all_others_are(self, running: Running) -> None:
        with running.line() as line:
            line.sendall(HEAD + b"Accept-Language: fr\r\nX-A: " + b"a" * LARGEST_HEAD)
            head, _end, content = until_closed(line).partition(b"\r\n\r\n")

        told = json.loads(content)
        assert head.startswith(b"HTTP/1.1 431 Request Header Fields Too Large\r\n")
        assert b"content-type: application/problem+json\r\n" in head
        assert b"x-content-type-options: nosniff\r\n" in head
        assert (told["status"], told["code"]) == (431, "http_431")
        assert told["detail"] == "La demande est trop volumineuse."


class TestTime:
    def test_what_is_not_whole_after_15_s_is_ended_whatever_still_comes(self, running: Running) -> None:
        started = time.monotonic()
        with ExitStack() as held, ThreadPoolExecutor(20) as threads:
            kept = [HALF_HEAD, HALF_BODY, HALF_PIECES, HEAD, b"G", HEAD + b"\r\nG"]
            lines = [held.enter_context(running.line()) for _ in range(2 * len(kept) + 1)]
            *speaking, _silent = lines
            going_on = [HEAD if sent == b"G" else sent for sent in kept]
            for line, sent in zip(speaking, [*kept, *going_on], strict=True):
                line.sendall(sent)
            slow = [threads.submit(is_ended_while_sending, line, b"a", PATIENCE_S) for line in speaking[len(kept) :]]
            read = [(threads.submit(until_closed, line)) for line in lines]
            with Reader(running) as reader:
                said = [one.result(PATIENCE_S) for one in read]
            took_s = time.monotonic() - started
            for line in lines:
                with suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)
            were_ended = [one.result(PATIENCE_S) for one in slow]

        assert [status(one) for one in said] == [408, 408, 408, 408, 408, 200, 408, 408, 408, 408, 408, 200, 0]
        assert said[5].count(b"HTTP/1.1 ") == 2  # what came whole before was answered
        assert b"HTTP/1.1 408 " in said[5]
        assert took_s >= WHOLE_WITHIN_S
        assert were_ended == [True] * len(slow)
        assert set(reader.statuses) == {200}, reader.failures
        assert "fault" not in running.said()

    def test_it_stands_in_the_log_by_address_and_count_without_what_was_sent(self, running: Running) -> None:
        with running.line("127.0.0.9") as one, running.line("127.0.0.9") as another:
            one.sendall(HALF_HEAD)
            another.sendall(HALF_BODY)
            assert status(until_closed(one)) == status(until_closed(another)) == 408
        ended = time.monotonic() + PATIENCE_S
        while not (told := [line for line in running.lines() if line.get("address") == "127.0.0.9"]):
            assert time.monotonic() < ended, running.said()
            time.sleep(0.05)

        assert sum(int(str(line["count"])) for line in told) == 2
        assert {line["why"] for line in told} == {"not whole in time"}
        assert WRITTEN.decode() not in running.said()

    def test_a_connection_that_is_kept_is_given_a_new_time_by_no_byte_between_requests(self, running: Running) -> None:
        with running.line() as line:
            line.sendall(HEAD + b"\r\n")
            line.recv(1)
            assert is_ended_while_sending(line, b"\r\n", PATIENCE_S)

    def test_without_the_limits_nothing_ends_them(self, unguarded: Running) -> None:
        with ExitStack() as held, ThreadPoolExecutor(3) as threads:
            head, body, kept = (held.enter_context(unguarded.line()) for _ in range(3))
            head.sendall(HALF_HEAD)
            body.sendall(HALF_BODY)
            kept.sendall(HEAD + b"\r\n")
            assert kept.recv(1) == b"H"
            sending = [
                threads.submit(is_ended_while_sending, line, piece, WHOLE_WITHIN_S + 5)
                for line, piece in ((head, b"a"), (body, b"a"), (kept, b"\r\n"))
            ]

            assert [one.result() for one in sending] == [False, False, False]


def besiege(running: Running, held: ExitStack, sources: list[str], sent: bytes) -> list[socket.socket]:
    lines = []
    for source in sources:
        line = held.enter_context(running.line(source))
        line.sendall(sent)
        lines.append(line)
    return lines


ONE_ADDRESS = ["127.0.0.1"] * HALVES
MANY_ADDRESSES = [f"127.0.{1 + i // 200}.{1 + i % 200}" for i in range(HALVES)]


class TestNumber:
    @pytest.mark.parametrize("sources", [ONE_ADDRESS, MANY_ADDRESSES], ids=["one address", "many addresses"])
    @pytest.mark.parametrize("sent", [HALF_HEAD, HALF_BODY, b""], ids=["heads", "bodies", "nothing"])
    def test_who_sends_whole_requests_is_always_answered(
        self, running: Running, sources: list[str], sent: bytes
    ) -> None:
        with ExitStack() as held, Reader(running) as reader:
            besiege(running, held, sources, sent)
            seen = len(reader.statuses)
            while len(reader.statuses) < seen + 20:
                time.sleep(0.02)

        assert set(reader.statuses) == {200}, reader.failures

    def test_64_of_one_address_may_be_under_way_and_the_oldest_goes(self, running: Running) -> None:
        with ExitStack() as held:
            lines = besiege(running, held, ["127.0.0.3"] * (MOST_UNFINISHED + 3), HALF_BODY)
            said = [until_closed(line) for line in lines[:3]]
            for line in lines[3:]:
                line.setblocking(False)
                with pytest.raises(BlockingIOError):
                    line.recv(1)

        assert [status(one) for one in said] == [429, 429, 429]
        assert all(b"retry-after: 5\r\n" in one for one in said)

    def test_who_takes_answers_slowly_keeps_nobody_out(self, running: Running) -> None:
        path = "/api/v1/openapi.json"
        sent = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {running.shown}\r\n\r\n".encode()
        with ExitStack() as held, Reader(running) as reader:
            for _ in range(HALVES):
                line = held.enter_context(socket.socket())
                line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_048)
                line.connect(running.place)
                with suppress(OSError):
                    line.sendall(sent * 20)
            seen = len(reader.statuses)
            while len(reader.statuses) < seen + 20:
                time.sleep(0.02)

        assert set(reader.statuses) == {200}, reader.failures

    def test_without_the_limits_it_is_locked_out_and_reads_a_head_without_end(self, unguarded: Running) -> None:
        assert unguarded.read() == 200
        with unguarded.line() as line:
            line.sendall(HEAD + b"X-A: ")
            assert pour(line, b"a" * 9_999, 1 << 23) >= 1 << 23
        with ExitStack() as held:
            besiege(unguarded, held, ONE_ADDRESS, HALF_HEAD)
            with pytest.raises((TimeoutError, ConnectionError, urllib.error.URLError)):
                unguarded.read(timeout_s=3)

    def test_the_number_is_a_setting(self, tmp_path: Path) -> None:
        wrong = Terminal(f"sqlite:///{tmp_path / 'record.db'}", RESSENTI_UNFINISHED="0").run("serve", "--port", "0")

        assert wrong.exit_code == 2
        assert "RESSENTI_UNFINISHED" in wrong.errors or "--unfinished" in wrong.errors


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    world = World(tmp_path_factory.mktemp("proxied")).settle()
    served = serve(world, is_behind_proxy=True, unfinished=4)
    yield served
    served.stop()
    world.close()


class TestBehindAProxy:
    @staticmethod
    def line(served: Served, sent: bytes, source: str = "127.0.0.1") -> socket.socket:
        place = urlsplit(served.url)
        line = socket.create_connection((place.hostname or "", place.port or 0), PATIENCE_S, (source, 0))
        line.sendall(sent)
        return line

    def test_the_address_it_speaks_for_counts(self, proxied: Served) -> None:
        def half(address: bytes) -> bytes:
            return HALF_BODY.replace(b"\r\n\r\n", b"\r\nX-Forwarded-For: 198.51.100.7, " + address + b"\r\n\r\n")

        with ExitStack() as held:
            first = held.enter_context(self.line(proxied, half(b"203.0.113.7")))
            for i in range(4):
                held.enter_context(self.line(proxied, half(b"203.0.113.%d" % (8 + i))))
            for _ in range(4):
                held.enter_context(self.line(proxied, half(b"203.0.113.7")))

            assert status(until_closed(first)) == 429

    def test_its_own_does_not_before_it_has_said_for_whom(self, proxied: Served) -> None:
        with ExitStack() as held:
            lines = [held.enter_context(self.line(proxied, HALF_HEAD)) for _ in range(9)]
            lines[0].sendall(b"\r\n\r\n")

            assert int(lines[0].recv(12).split()[1]) == 200

    def test_who_is_no_proxy_is_not_believed(self, proxied: Served) -> None:
        with ExitStack() as held:
            halves = [
                HALF_BODY.replace(b"\r\n\r\n", b"\r\nX-Forwarded-For: 203.0.113.%d\r\n\r\n" % i) for i in range(5)
            ]
            lines = [held.enter_context(self.line(proxied, half, "127.0.0.2")) for half in halves]

            assert status(until_closed(lines[0])) == 429


class Guest:
    """A connection as the waiting room sees it."""

    def __init__(self) -> None:
        self.ended: RejectionReason | None = None

    def turn_away(self, why: RejectionReason) -> None:
        self.ended = why


class TestTheRoom:
    def room(self, limit: int) -> ConnectionLimiter:
        return ConnectionLimiter(64, lambda _s, call: call(), Descriptors(lambda: 0.0, lambda: limit, lambda: 0))

    def come(self, room: ConnectionLimiter, *places: str) -> list[Guest]:
        guests = []
        for place in places:
            guests.append(Guest())
            room.open(guests[-1])
            room.wait(guests[-1], place)
            room.make_room()
        return guests

    def be_answered(self, room: ConnectionLimiter, *places: str) -> list[Guest]:
        guests = []
        for place in places:
            guests += self.come(room, place)
            room.leave(guests[-1])
        return guests

    def test_50_descriptors_are_kept_and_the_oldest_of_the_largest_crowd_goes(self) -> None:
        room = self.room(KEPT_DESCRIPTORS + 5)

        a, b1, b2, c, d, e = self.come(room, "a", "b", "b", "c", "d", "e")

        assert [one.ended for one in (a, b1, b2, c, d, e)] == [
            None,
            RejectionReason.DESCRIPTORS,
            None,
            None,
            None,
            None,
        ]

    def test_who_rests_goes_before_who_waits_and_nobody_who_is_being_answered(self) -> None:
        room = self.room(KEPT_DESCRIPTORS + 3)
        waits, rests, whole = self.come(room, "a", "a", "a")
        room.rest(rests)
        room.leave(whole)

        last = self.come(room, "b")[0]
        assert (waits.ended, rests.ended, whole.ended, last.ended) == (None, RejectionReason.DESCRIPTORS, None, None)
        room.close(rests)
        self.come(room, "c", "d")
        assert (waits.ended, whole.ended) == (RejectionReason.DESCRIPTORS, None)

    def test_of_those_being_answered_the_oldest_goes_of_an_address_with_more_than_64(self) -> None:
        room = self.room(KEPT_DESCRIPTORS + 66)
        few, *many = self.be_answered(room, "a", *["b"] * 65)

        last = self.come(room, "c")[0]

        assert [guest.ended for guest in (few, many[0], many[1], last)] == [
            None,
            RejectionReason.DESCRIPTORS,
            None,
            None,
        ]
        room.close(many[0])
        room.leave(last)
        assert [guest.ended for guest in self.come(room, "d")] == [RejectionReason.DESCRIPTORS], "64 may be answered"

    def test_a_proxy_is_no_crowd(self) -> None:
        room = self.room(KEPT_DESCRIPTORS + 65)
        guests = self.come(room)
        for _ in range(65):
            guests.append(Guest())
            room.open(guests[-1])
            room.wait(guests[-1], "proxy", counts=False)
            room.leave(guests[-1])

        last = self.come(room, "c")[0]

        assert {guest.ended for guest in guests} == {None}
        assert last.ended is RejectionReason.DESCRIPTORS

    def test_a_request_that_ends_after_its_connection_is_not_remembered(self) -> None:
        room = self.room(10_000)
        guest = self.come(room, "a")[0]
        room.close(guest)
        room.wait(guest, "a")
        room.leave(guest)

        assert not any((room._open, room._waiting, room._answered, room._places))

    def test_it_forgets_who_is_gone(self) -> None:
        room = self.room(10_000)
        guests = self.come(room, *(f"place {i}" for i in range(2_000)))
        for guest in guests[:1_000]:
            room.leave(guest)
        for guest in guests:
            room.close(guest)

        left = (room._open, room._waiting, room._answered, room._places, room._resting, room._ending, room._uncounted)
        assert not any(left)


def test_descriptors_that_are_no_connections_are_counted_anew_after_a_second() -> None:
    moment, there = 0.0, 30
    descriptors = Descriptors(lambda: moment, lambda: KEPT_DESCRIPTORS + 100, lambda: there)

    assert descriptors.spare(10) == 70  # 20 are taken elsewhere
    there = 50
    moment = COUNTED_AGAIN_S - 0.1
    assert descriptors.spare(12) == 68
    moment = COUNTED_AGAIN_S
    assert descriptors.spare(12) == 50


def test_pipelined_requests_are_answered_in_their_order_and_too_many_end_the_connection(running: Running) -> None:
    with running.line() as line:
        line.sendall((HEAD + b"\r\n") * 3 + HEAD + b"Connection: close\r\n\r\n")
        assert until_closed(line).count(b"HTTP/1.1 200 OK") == 4
    with running.line() as line:
        pour(line, (HEAD + b"\r\n") * 500, len(HEAD + b"\r\n") * 500)
        said = until_closed(line)

    assert 1 <= said.count(b"HTTP/1.1 200 OK") < 500
    assert running.read() == 200
