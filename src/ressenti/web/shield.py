"""What surrounds the application: it answers only to its own names, and every answer carries the same headers.

Another name would let a page elsewhere reach this machine's server through a name of its own that it points here.
"""

import json
from collections.abc import Iterable

from litestar.types import ASGIApp, Message, Receive, Scope, Send

from ressenti.kit.i18n import _
from ressenti.web.pages import POLICY

NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})
"""The names this server answers to until sign-in exists: this machine's own."""

HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
MISDIRECTED = 421
HTTP = ("http",)

_EXTRA = [(name.encode(), value.encode()) for name, value in HEADERS.items()]


class Shield:
    """An application that is spoken to by its own names only."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it before the application sees it."""
        if scope["type"] not in HTTP:
            await self.app(scope, receive, send)
        elif _name(scope["headers"]) in NAMES:
            await self.app(scope, receive, _with_headers(send))
        else:
            await _misdirected(_with_headers(send))


def _name(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """Return the name a request is addressed to, without its port."""
    host = next((value.decode("latin-1") for name, value in headers if name == b"host"), "")
    return host[: host.index("]") + 1] if host.startswith("[") and "]" in host else host.partition(":")[0]


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            own = {name.lower() for name, _value in message["headers"]}
            extra = [(name, value) for name, value in _EXTRA if name not in own]
            message["headers"] = [*message["headers"], *extra]
        await send(message)

    return sending


async def _misdirected(send: Send) -> None:
    detail = _("This server does not answer under that name.")
    body = {"type": "about:blank", "title": "misdirected", "status": MISDIRECTED, "code": "misdirected"}
    content = json.dumps(body | {"detail": detail}).encode()
    headers = [(b"content-type", b"application/problem+json"), (b"content-length", str(len(content)).encode())]
    await send({"type": "http.response.start", "status": MISDIRECTED, "headers": headers})
    await send({"type": "http.response.body", "body": content, "more_body": False})
