"""What comes over the wire and is no clean request is refused before anything reads it."""

import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.support.environment import PATIENCE_S
from tests.support.scenario import World
from tests.support.serving import Served, serve
from tests.support.site import SECRET

READ = b"GET /api/v1/dimensions HTTP/1.1\r\n"
TELL = (
    b"POST /local/export HTTP/1.1\r\nContent-Type: application/json\r\nX-Ressenti-Secret: " + SECRET.encode() + b"\r\n"
)
HOST = b"Host: 127.0.0.1\r\n"
END = b"\r\n"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    world = World(tmp_path_factory.mktemp("wire")).settle()
    served = serve(world)
    yield served
    served.stop()
    world.close()


def status(served: Served, sent: bytes) -> int:
    """Send bytes and return the status they are answered with."""
    place = urlsplit(served.url)
    with socket.create_connection((place.hostname or "", place.port or 0), timeout=PATIENCE_S) as line:
        line.sendall(sent)
        return int(line.recv(12).split()[1])


def test_a_clean_request_is_answered(running: Served) -> None:
    shown = f"Authorization: {running.bearer}\r\n".encode()

    assert status(running, READ + HOST + shown + END) == 200
    assert status(running, READ + HOST + END) == 401


@pytest.mark.parametrize(
    "sent",
    [
        TELL + HOST + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        TELL + HOST + b"Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcd",
        TELL + HOST + b"Content-Length: -1\r\n\r\n",
        READ + HOST + b"X-A: a\r\n b\r\n\r\n",
        READ + HOST + b"X-A : a\r\n\r\n",
        b"GET / HTTP/1.1\nHost: 127.0.0.1\n\n",
        b"GET /\xc3\xa9 HTTP/1.1\r\n" + HOST + END,
        b"BREW / HTTP/1.1\r\n" + HOST + END,
        b"\x16\x03\x01\x00\xa5 hello\r\n\r\n",
    ],
)
def test_what_two_programs_might_read_in_two_ways_is_read_in_none(running: Served, sent: bytes) -> None:
    assert status(running, sent) == 400


@pytest.mark.parametrize(
    "head",
    [
        READ + HOST + b"X-A: " + b"a" * 65_536 + END,
        READ + HOST + b"".join(b"X-%d: a\r\n" % i for i in range(500)),
        b"GET /?" + b"a" * 70_000 + b" HTTP/1.1\r\n" + HOST,
    ],
)
def test_headers_have_an_end(running: Served, head: bytes) -> None:
    assert status(running, head + END) == 431


@pytest.mark.parametrize("host", [b"", HOST + b"Host: tilleul.example\r\n", b"Host: tilleul.example\r\n"])
def test_a_request_names_this_machine_once(running: Served, host: bytes) -> None:
    assert status(running, READ + host + END) == 421


def test_a_body_that_is_announced_too_large_is_not_waited_for(running: Served) -> None:
    assert status(running, TELL + HOST + b"Content-Length: 99999999\r\n\r\n{") == 413


@pytest.mark.parametrize(
    "path", [b"/%zz", b"/%c0%ae%c0%ae/", b"/..%2f..%2fetc/passwd", b"/../../etc/passwd", b"//etc/passwd"]
)
def test_a_path_that_leads_elsewhere_leads_nowhere(running: Served, path: bytes) -> None:
    assert status(running, b"GET " + path + b" HTTP/1.1\r\n" + HOST + END) == 404
