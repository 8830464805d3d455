"""Who may ask what: every route declares it, and one that does not is asked by nobody."""

import secrets
from enum import StrEnum
from typing import Any

from litestar.connection import ASGIConnection
from litestar.exceptions import NotFoundException
from litestar.handlers.base import BaseRouteHandler

SECRET = "X-Ressenti-Secret"  # noqa: S105 - a header's name


class Admits(StrEnum):
    """Whom a route admits, as long as nobody signs in and the server answers to this machine only."""

    MACHINE = "open to this machine"
    SECRET = "secret"  # noqa: S105 - whose, not which


OPEN: dict[str, Any] = {"admits": Admits.MACHINE}
"""Options of a route that anybody on this machine may ask."""
SECRET_ONLY: dict[str, Any] = {"admits": Admits.SECRET}
"""Options of a route for who can read the file beside the record."""


def admits(handler: BaseRouteHandler) -> Admits | None:
    """Return whom a route says it admits, None where it says nothing."""
    declared = handler.opt.get("admits")
    return declared if isinstance(declared, Admits) else None


def require_admission(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Let through who is admitted; to anyone else the address does not exist."""
    who = admits(handler)
    if who is Admits.MACHINE or (who is Admits.SECRET and _knows_secret(connection)):
        return
    raise NotFoundException


def _knows_secret(connection: ASGIConnection[Any, Any, Any, Any]) -> bool:
    shown = connection.headers.get(SECRET, "")
    return secrets.compare_digest(shown.encode(), str(connection.app.state.secret).encode())
