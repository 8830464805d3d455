"""What surrounds the application: it answers only to its own names, and every answer carries the same headers.

Another name would let a page elsewhere reach this machine's server through a name of its own that it points here.
"""

import json
import re
from collections.abc import Iterable
from typing import cast

from litestar import Request
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from ressenti.kit.i18n import translate
from ressenti.web.pages import POLICY
from ressenti.web.preferences import language_of
from ressenti.web.problems import HTTP_TITLES, PROBLEM, problem

OWN_NAME = re.compile(rb"(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?", re.IGNORECASE)
"""The names this server answers to until sign-in exists: this machine's own."""

HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
NOT_FOUND, METHOD_NOT_ALLOWED, MISDIRECTED, HEADERS_TOO_LARGE = 404, 405, 421, 431
MOST_HEADERS, LARGEST_HEADERS = 200, 1 << 16
"""How many headers a request may have, and how many bytes of them."""
POLICY_VIOLATION = 1008

_EXTRA = [(name.encode(), value.encode()) for name, value in HEADERS.items()]


class Shield:
    """An application that is spoken to by its own names only, read with GET, and told what to do with POST."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it before the application sees it."""
        kind: str = scope["type"]
        if kind == "lifespan":
            await self.app(scope, receive, send)
        elif kind == "http":
            await self._answer(cast("HTTPScope", scope), receive, _with_headers(send))
        else:
            await send({"type": "websocket.close", "code": POLICY_VIOLATION, "reason": None})

    async def _answer(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        if not _is_own(scope["headers"]):
            await _refuse(scope, send, MISDIRECTED)
        elif _is_overloaded(scope["headers"]):
            await _refuse(scope, send, HEADERS_TOO_LARGE)
        elif scope["method"] != (method := _method(scope["path"])):
            await _refuse(scope, send, METHOD_NOT_ALLOWED, (b"allow", method.encode()))
        elif "\0" in scope["path"]:  # no file and no indicator has such a name, and the file system stumbles over it
            await _refuse(scope, send, NOT_FOUND)
        else:
            await self.app(scope, receive, send)


def _is_own(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Say whether a request is addressed to this machine, by one name, with any port."""
    hosts = [value for name, value in headers if name == b"host"]
    return len(hosts) == 1 and OWN_NAME.fullmatch(hosts[0]) is not None


def _is_overloaded(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    sizes = [len(name) + len(value) for name, value in headers]
    return len(sizes) > MOST_HEADERS or sum(sizes) >= LARGEST_HEADERS


def _method(path: str) -> str:
    """Return the one way in which an address is asked: reading changes nothing, and nothing else is read."""
    return "POST" if path.startswith("/local/") else "GET"


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            own = {name.lower() for name, _value in message["headers"]}
            extra = [(name, value) for name, value in _EXTRA if name not in own]
            message["headers"] = [*message["headers"], *extra]
        await send(message)

    return sending


async def _refuse(scope: HTTPScope, send: Send, status: int, *headers: tuple[bytes, bytes]) -> None:
    detail = translate(HTTP_TITLES[status], language_of(Request(scope)))
    content = json.dumps(problem(status, f"http_{status}", detail), ensure_ascii=False).encode()
    own = [(b"content-type", PROBLEM.encode()), (b"content-length", str(len(content)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": [*own, *headers]})
    body = b"" if scope["method"] == "HEAD" else content
    await send({"type": "http.response.body", "body": body, "more_body": False})
