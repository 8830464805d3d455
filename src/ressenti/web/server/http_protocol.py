"""How a request is received: only so much of it, and only for so long, before anything of ours is asked.

The web server beneath reads a head of any length for as long as somebody sends it, so the limits stand here, where the
bytes arrive: before a head is whole there is no request that the application could refuse.
"""

import asyncio
import json
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any, cast

import httptools
from litestar import Request
from uvicorn.config import Config
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware
from uvicorn.server import ServerState

from ressenti.kit.i18n import translate
from ressenti.web.server.answer_delivery import DeliveringHttpProtocol
from ressenti.web.server.connection_limits import ConnectionLimiter
from ressenti.web.server.descriptors import Descriptors
from ressenti.web.server.ended_requests import RejectionLog, RejectionReason
from ressenti.web.server.network import network
from ressenti.web.server.preferences import language_of
from ressenti.web.server.problem_details import HTTP_TITLES, PROBLEM, problem

LARGEST_HEAD = 32 << 10
"""Bytes of a request's first line and headers."""
LARGEST_BODY = 1 << 20
"""Bytes a request may bring; an export of a thousand filters takes a tenth of it."""
WHOLE_WITHIN_S = 15.0
"""How long head and body may take together, whether something arrives meanwhile or not."""
LONGEST_QUEUE = 32
"""How many requests may be sent after each other without waiting for an answer; past that the connection ends."""
AGAIN_S = 5
"""After how long it is worth asking again where there was no room."""
HEARD_OUT_S = 2.0
"""How long a connection is listened to after its refusal: closed at once, the refusal might not be read."""

_FRAMING = 32 << 10
"""Bytes of the marks around the pieces of a body, on top of the body."""
_STATUS = {
    RejectionReason.LATE: 408,
    RejectionReason.LARGE: 413,
    RejectionReason.MANY_OF_ONE: 429,
    RejectionReason.DESCRIPTORS: 503,
}
_HEAD_TOO_LARGE, _MALFORMED = 431, 400


class _Refused(Exception):
    """Ends the parser: what it reads is refused already."""


class LimitedHttpProtocol(DeliveringHttpProtocol):
    """A connection that receives requests of a limited size in a limited time, and says so where one is more."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        reception: "ProtocolFactory",
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._reception = reception
        self._room = reception.room
        self._peer = self._place = ""
        self._is_proxy = False
        self._deadline: asyncio.TimerHandle | None = None
        self._is_waiting = self._has_begun = self._is_in_head = self._is_deaf = self._is_refused = False
        self._received = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        super().connection_made(transport)
        peer = self.client[0] if self.client else ""
        self._peer = self._place = network(peer)
        self._is_proxy = self._reception.is_proxy(peer)
        self._room.open(self)
        self._wait()
        self._room.make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget everything about it."""
        self._room.close(self)
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read what arrived, a piece at a time, as far as it may go."""
        if self._is_deaf:
            self._hear_out(len(data))
            return
        self._unset_keepalive_if_required()
        rest = memoryview(data)
        while rest and not self._is_deaf and not self.transport.is_closing():
            if not self._is_waiting:
                self._wait()
            if not self._has_begun:
                self._begin()
            piece = rest[: min(self._most - self._received, LARGEST_HEAD)]
            rest = rest[len(piece) :]
            self._received += len(piece)
            self._read(piece)
            if self._is_waiting and self._received >= self._most:
                self._refuse(RejectionReason.LARGE, _HEAD_TOO_LARGE if self._is_in_head else None)
        if not self._is_waiting and not self._is_deaf:
            self._rest_if_answered()

    def on_message_begin(self) -> None:
        """Begin with a request; it may follow another in the same piece."""
        if not self._is_waiting:
            self._wait()
            self._begin()
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header of the head; what follows the body is none, though it looks like one."""
        if self._is_in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Hand the request on, unless its head was too large or it announces a body that is."""
        size = len(self.url) + sum(len(name) + len(value) + len(": \r\n") for name, value in self.headers)
        if (
            size > LARGEST_HEAD
        ):  # counted here too: of a head that shares its piece with a body, the count above is short
            self._refuse(RejectionReason.LARGE, _HEAD_TOO_LARGE)
            raise _Refused
        if any(name == b"content-length" and int(value) > LARGEST_BODY for name, value in self.headers):
            self._refuse(RejectionReason.LARGE)
            raise _Refused
        self._is_in_head, self._received = False, 0
        if self._is_proxy and (place := self._reception.forwarded(self.headers)):
            self._place = place
            self._room.wait(self, place)
            if self._is_refused:
                raise _Refused
        super().on_headers_complete()
        if len(self.pipeline) >= LONGEST_QUEUE:
            self.cycle.keep_alive = False

    def on_message_complete(self) -> None:
        """Note that the request is whole."""
        super().on_message_complete()
        self._stop_waiting()
        self._room.leave(self)
        if not self.cycle.keep_alive and self.pipeline:
            self._is_deaf = True
            raise _Refused

    def on_response_complete(self) -> None:
        """Rest, once all is answered."""
        super().on_response_complete()
        if self._is_waiting:
            self._unset_keepalive_if_required()  # a request is on its way already, and has its own time
        elif not self.pipeline and not self.transport.is_closing():
            self._room.rest(self)

    def send_400_response(self, _msg: str) -> None:
        """Answer what cannot be read as everything else that is refused."""
        self._refuse(None, _MALFORMED)

    def turn_away(self, why: RejectionReason) -> None:
        """End it now: somebody else needs the room."""
        if self._is_waiting:
            self._refuse(why, is_heard_out=False)
        elif self._line.held:
            self.give_up(why)
        else:
            self.transport.close()

    def give_up(self, why: RejectionReason) -> None:
        """End an answer that is not taken, and count it; a server that ends says so now."""
        self._reception.unread.note(why, self._place)
        if self._end is not None:
            self._reception.unread.say()
        super().give_up(why)

    def _read(self, piece: memoryview) -> None:
        try:
            self.parser.feed_data(piece)
        except httptools.HttpParserUpgrade:
            self._is_deaf = True  # what follows is of another protocol, which we do not speak
            if self.cycle is not None:
                self.cycle.keep_alive = False
        except httptools.HttpParserError:
            if not self._is_deaf:
                self.send_400_response("")

    @property
    def _most(self) -> int:
        """Return how many bytes may come of what is being read."""
        return LARGEST_HEAD if self._is_in_head else LARGEST_BODY + _FRAMING

    def _wait(self) -> None:
        """Wait for a request: until its first byte its time is that of a connection which says nothing."""
        self._is_waiting, self._has_begun, self._is_in_head, self._received = True, False, True, 0
        self._place = self._peer
        self._deadline = self.loop.call_later(WHOLE_WITHIN_S, self._be_late)
        self._room.wait(self, self._place, counts=not self._is_proxy)

    def _begin(self) -> None:
        """Count the time of a request, which no further byte makes longer."""
        self._has_begun = True
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = self.loop.call_later(WHOLE_WITHIN_S, self._be_late)

    def _stop_waiting(self) -> None:
        self._is_waiting = False
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _be_late(self) -> None:
        if self.flow.read_paused:  # it is us who do not read
            self._deadline = self.loop.call_later(1, self._be_late)
        else:
            self._refuse(RejectionReason.LATE)

    def _rest_if_answered(self) -> None:
        """Count the time without a request where the answer left before the last byte of the request came."""
        is_answered = self.cycle is None or self.cycle.response_complete
        if is_answered and self.timeout_keep_alive_task is None and not self.transport.is_closing():
            self._room.rest(self)
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )

    def _refuse(self, why: RejectionReason | None, status: int | None = None, *, is_heard_out: bool = True) -> None:
        """End the connection with a refusal, where one can still be sent."""
        if self._is_refused:
            return
        self._is_refused = self._is_deaf = True
        self._stop_waiting()
        self._room.leave(self)
        self._unset_keepalive_if_required()
        if why is not None:
            self._reception.told.note(why, self._place)
        cycle = self.cycle
        is_answering = cycle is not None and not cycle.response_complete
        if is_answering and (self._is_in_head or cycle.response_started):
            cycle.keep_alive = False  # an answer is on its way, and the connection ends with it
            if not is_heard_out:
                self.transport.abort()
            return
        if is_answering:
            cycle.disconnected = True
            cycle.message_event.set()
        can_be_said = not self.pipeline and (self._is_in_head or is_answering)
        if can_be_said and (self._has_begun or why is RejectionReason.DESCRIPTORS):
            self.transport.write(self._said(status or _STATUS[why or RejectionReason.LATE]))
        if not (is_heard_out and self._has_begun):
            self.transport.close()
            return
        self.flow.resume_reading()
        self._received = 0
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self._deadline = self.loop.call_later(HEARD_OUT_S, self.transport.abort)

    def _hear_out(self, count: int) -> None:
        """Pass over what still comes after a refusal, up to a size."""
        self._received += count
        if self._received > LARGEST_BODY:
            self.transport.abort()

    def _said(self, status: int) -> bytes:
        scope = {"type": "http", "path": "/", "query_string": b"", "headers": self.headers or []}
        detail = translate(HTTP_TITLES[status], language_of(Request(cast("Any", scope))))
        content = json.dumps(problem(status, f"http_{status}", detail), ensure_ascii=False).encode()
        headers = [
            *self.server_state.default_headers,
            *self._reception.headers,
            (b"content-type", PROBLEM.encode()),
            (b"content-length", str(len(content)).encode()),
            (b"connection", b"close"),
        ]
        if status in {_STATUS[RejectionReason.MANY_OF_ONE], _STATUS[RejectionReason.DESCRIPTORS]}:
            headers.append((b"retry-after", str(AGAIN_S).encode()))
        first = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n".encode()
        return first + b"".join(name + b": " + value + b"\r\n" for name, value in headers) + b"\r\n" + content


class ProtocolFactory:
    """What all connections of a server share; called by the web server, it gives each its receiver."""

    def __init__(self, unfinished: int, headers: Iterable[tuple[bytes, bytes]], proxies: "list[str] | str") -> None:
        self.room = ConnectionLimiter(unfinished, _later, Descriptors(_now))
        self.headers = tuple(headers)
        self.told = RejectionLog("unfinished_requests_ended", _later)
        self.unread = RejectionLog("answers_given_up", _later)
        self._proxies = ProxyHeadersMiddleware(cast("Any", None), proxies).trusted_hosts

    def __call__(self, **given: Any) -> LimitedHttpProtocol:
        """Return what receives the requests of a new connection."""
        return LimitedHttpProtocol(**given, reception=self)

    def is_proxy(self, peer: str) -> bool:
        """Say whether it is a proxy that is believed about whom it speaks for."""
        return peer in self._proxies

    def forwarded(self, headers: Iterable[tuple[bytes, bytes]]) -> str:
        """Return the network address that a proxy speaks for, empty where it names none."""
        said = b", ".join(value for name, value in headers if name == b"x-forwarded-for").decode("latin-1")
        return network(self._proxies.get_trusted_client_address(said)[0]) if said else ""


def _later(seconds: float, call: Callable[[], None]) -> None:
    asyncio.get_running_loop().call_later(seconds, call)


def _now() -> float:
    return asyncio.get_running_loop().time()
