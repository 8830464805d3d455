"""Delivery of answers: with back pressure, a time limit, and in the HTTP version of the client.

What is written waits in memory until the other side takes it, with the connection and what makes the answer. The
web server beneath waits for that without end, also when it is shutting down.
"""

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any, cast

from litestar.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from ressenti.web.server.ended_requests import RejectionReason

UNREAD_S = 60.0
"""For how long nothing of an answer may be taken before it is given up."""
UNREAD_AT_THE_END_S = 5.0
"""The same once the server is shutting down."""
ENDED_WITHIN_S = 25
"""How long answers may still be made and given once the server is shutting down, however they are read."""

_LOOKS = 4
"""How often it is looked whether something was taken, in the time in which something has to be."""
_UNSENT_BYTES = 64 << 10
"""How much the system may hold that is not sent yet; it takes megabytes at once otherwise, and then seems to rest."""


class MeteredTransport:
    """The transport of a connection, which also reports how much of what was written the client read."""

    def __init__(self, transport: asyncio.Transport, on_write: Callable[[], None]) -> None:
        self._transport = transport
        self._on_write = on_write
        self._written = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Write as the transport does."""
        self._written += len(data)
        self._transport.write(data)
        self._on_write()

    @property
    def held(self) -> int:
        """Return how many bytes wait to be taken."""
        return self._transport.get_write_buffer_size()

    @property
    def taken(self) -> int:
        """Return how many bytes were taken in all."""
        return self._written - self.held


class DeliveringHttpProtocol(HttpToolsProtocol):
    """A connection that gives up what nobody takes, and ends in time when the server does."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._line: MeteredTransport
        self._answering: RequestResponseCycle | None = None
        self._watch: asyncio.TimerHandle | None = None
        self._end: asyncio.TimerHandle | None = None
        self._taken, self._taken_at = 0, 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Watch over whatever is written."""
        self._line = MeteredTransport(transport, self._watch_over)
        _hold_little(transport)
        super().connection_made(cast("asyncio.Transport", self._line))

    def connection_lost(self, exc: Exception | None) -> None:
        """End what is being made for it, also where a further request waits behind it."""
        for timer in (self._watch, self._end):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)
        if self._answering is not None and not self._answering.response_complete:
            self._answering.disconnected = True
            self._answering.message_event.set()

    def shutdown(self) -> None:
        """Finish what is being answered, in the time there is."""
        self._end = self.loop.call_later(ENDED_WITHIN_S, self.give_up, RejectionReason.ENDING)
        if self._watch is not None:
            self._watch.cancel()
            self._begin_to_watch()
        super().shutdown()

    def give_up(self, why: RejectionReason) -> None:  # noqa: ARG002 - who knows for whom the answer is says it in the log
        """End an answer, and with it the connection: nothing that was written is kept."""
        self.transport.abort()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._answering = cycle
        if cycle.scope["http_version"] != "1.1":
            cycle.keep_alive = cycle.waiting_for_100_continue = False
            app = _unframed(app, cycle)
        super()._start_asgi_task(cycle, app)

    @property
    def _patience_s(self) -> float:
        return UNREAD_S if self._end is None else UNREAD_AT_THE_END_S

    def _watch_over(self) -> None:
        if self._watch is None:
            self._begin_to_watch()

    def _begin_to_watch(self) -> None:
        self._taken, self._taken_at = self._line.taken, self.loop.time()
        self._watch = self.loop.call_later(self._patience_s / _LOOKS, self._look)

    def _look(self) -> None:
        """See whether something was taken; the next to write has it looked at again."""
        self._watch = None
        if not self._line.held:
            return
        if self._line.taken > self._taken:
            self._begin_to_watch()
        elif self.loop.time() - self._taken_at >= self._patience_s:
            self.give_up(RejectionReason.UNREAD)
        else:
            self._watch = self.loop.call_later(self._patience_s / _LOOKS, self._look)


def _hold_little(transport: asyncio.Transport) -> None:
    """Have the system take more of an answer only as it sends what it has, where the system allows it."""
    option = getattr(socket, "TCP_NOTSENT_LOWAT", None)
    found = transport.get_extra_info("socket")
    if option is not None and found is not None:
        with suppress(OSError):
            found.setsockopt(socket.IPPROTO_TCP, option, _UNSENT_BYTES)


def _unframed(app: ASGIApp, cycle: RequestResponseCycle) -> ASGIApp:
    """Answer who speaks an older version without chunks, which came with 1.1: the body ends with the connection."""

    async def answering(scope: Scope, receive: Receive, send: Send) -> None:
        is_measured = False

        async def sending(message: Message) -> None:
            nonlocal is_measured
            if message["type"] == "http.response.start":
                is_measured = any(name.lower() == b"content-length" for name, _value in message["headers"])
                cycle.chunked_encoding = None if is_measured else False
            elif message["type"] == "http.response.body" and not is_measured:
                cycle.expected_content_length = len(message.get("body", b""))
            await send(message)

        await app(scope, receive, sending)

    return answering
