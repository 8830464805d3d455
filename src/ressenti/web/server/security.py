"""What surrounds the application: it answers only to its own names, and every answer carries the same headers.

Another name would let a page elsewhere reach this machine's server through a name of its own that it points here.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, cast

from litestar import Request
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from ressenti.kit.i18n import _, translate
from ressenti.kit.refusals import Refusal
from ressenti.kit.urls import PublicURL
from ressenti.web.server.content_security_policy import POLICY
from ressenti.web.server.origin import is_own_name
from ressenti.web.server.preferences import language_of
from ressenti.web.server.problem_details import HTTP_TITLES, PROBLEM, problem

HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
ONLY_SAFELY = ("strict-transport-security", "max-age=31536000; includeSubDomains")
"""What is added where people open the pages over https: never again otherwise, for a year."""
NOT_FOUND, MISDIRECTED, HEADERS_TOO_LARGE = 404, 421, 431
MOST_HEADERS = 200
"""How many headers a request may have; how many bytes of them is seen where they arrive."""
POLICY_VIOLATION = 1008

SPOKEN = ("GET", "POST")
_UNSPOKEN = "NONE"
"""Every other method goes by a name that no route has: none answers by itself, and all say what they allow."""


class ClientDisconnected(Refusal):
    """Whoever sent a request is gone, before it was whole or answered: nobody is at fault, and nobody reads this."""

    status, code = 408, "departed"
    sentence = _("The request did not arrive whole in time. Send it again.")


class SecurityMiddleware:
    """Middleware that admits known host names only, GET for reading and POST from its own pages for changes."""

    def __init__(self, app: ASGIApp, address: PublicURL, *, at_end: Sequence[Callable[[], None]] = ()) -> None:
        """Guard an application; `at_end` is called when the server begins to end, before it waits for answers."""
        self.app = app
        self.at_end = at_end
        self.address = address
        extra = [*HEADERS.items(), *((ONLY_SAFELY,) if address.is_secure else ())]
        self.headers = [(name.encode(), value.encode()) for name, value in extra]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it before the application sees it."""
        kind: str = scope["type"]
        if kind == "lifespan":
            await self.app(scope, receive, send)
        elif kind == "http":
            await self._answer(cast("HTTPScope", scope), _whole(receive), self._with_headers(send))
        else:
            await send({"type": "websocket.close", "code": POLICY_VIOLATION, "reason": None})

    async def _answer(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        if not self._is_own(scope["headers"]):
            await _refuse(scope, send, MISDIRECTED)
        elif _is_overloaded(scope["headers"]):
            await _refuse(scope, send, HEADERS_TOO_LARGE)
        elif "\0" in scope["path"]:  # no file and no indicator has such a name, and the file system stumbles over it
            await _refuse(scope, send, NOT_FOUND)
        elif scope["method"] in SPOKEN:
            await self.app(scope, receive, send)
        else:
            unspoken = cast("HTTPScope", {**scope, "method": _UNSPOKEN})
            await self.app(unspoken, receive, _without_body(send) if scope["method"] == "HEAD" else send)

    def _is_own(self, headers: Iterable[tuple[bytes, bytes]]) -> bool:
        """Say whether a request is addressed to us, by one name."""
        hosts = [value.decode("latin-1") for name, value in headers if name == b"host"]
        return len(hosts) == 1 and is_own_name(hosts[0], self.address)

    def _with_headers(self, send: Send) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = {name.lower() for name, _value in message["headers"]}
                extra = [(name, value) for name, value in self.headers if name not in own]
                message["headers"] = [*message["headers"], *extra]
            await send(message)

        return sending


def _whole(receive: Receive) -> Receive:
    """Return what receives a request; raises ClientDisconnected where its sender is gone before it was whole."""
    is_whole = False

    async def receiving() -> Any:
        nonlocal is_whole
        message: Any = await receive()
        if message["type"] == "http.disconnect" and not is_whole:
            raise ClientDisconnected
        is_whole = is_whole or not message.get("more_body", False)
        return message

    return receiving


def _is_overloaded(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    return sum(1 for _header in headers) > MOST_HEADERS


def _without_body(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.body":
            message["body"] = b""
        await send(message)

    return sending


async def _refuse(scope: HTTPScope, send: Send, status: int) -> None:
    detail = translate(HTTP_TITLES[status], language_of(Request(scope)))
    content = json.dumps(problem(status, f"http_{status}", detail), ensure_ascii=False).encode()
    own = [(b"content-type", PROBLEM.encode()), (b"content-length", str(len(content)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": own})
    body = b"" if scope["method"] == "HEAD" else content
    await send({"type": "http.response.body", "body": body, "more_body": False})
