"""The web server beneath the application: how it listens, receives and ends."""

import socket
from collections.abc import Callable, Sequence
from typing import Any, cast

import uvicorn

from ressenti.web.server.answer_delivery import ENDED_WITHIN_S
from ressenti.web.server.connection_limits import MOST_UNFINISHED
from ressenti.web.server.http_protocol import ProtocolFactory
from ressenti.web.server.security import SecurityMiddleware

PUT_TOGETHER_S = 35
"""How long what cannot be stopped may go on: the largest workbook is put together in some 20 s."""


class EndingServer(uvicorn.Server):
    """A server that says it ends before it waits for what is still being answered."""

    def __init__(self, config: uvicorn.Config, at_end: Sequence[Callable[[], None]]) -> None:
        super().__init__(config)
        self._at_end = at_end

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Have long work stop, then end as any server does."""
        for call in self._at_end:
            call()
        await super().shutdown(sockets)


def make_server(
    app: SecurityMiddleware, *, unfinished: int | None = None, is_behind_proxy: bool = False, **given: Any
) -> uvicorn.Server:
    """Return a server of the application; behind a proxy, whose headers give the client's address."""
    config = uvicorn.Config(
        app,
        log_config=None,  # as all others do, it logs what `kit.logs` lets through
        log_level="warning",
        access_log=False,
        server_header=False,
        lifespan="on",
        backlog=128,  # how many may come at once before what the first of them sent is read
        ws="none",
        timeout_graceful_shutdown=ENDED_WITHIN_S + PUT_TOGETHER_S,  # no connection is left then, only such work
        proxy_headers=is_behind_proxy,
        **given,
    )
    proxies = config.forwarded_allow_ips if is_behind_proxy else []
    config.http = cast("Any", ProtocolFactory(unfinished or MOST_UNFINISHED, app.headers, proxies))
    return EndingServer(config, app.at_end)
