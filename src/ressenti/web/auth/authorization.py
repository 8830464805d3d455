"""Who may ask what: every route declares it, and one that does not is asked by nobody."""

import secrets
from typing import Any, cast
from urllib.parse import urlencode

from litestar import MediaType, Request, Response
from litestar.concurrency import sync_to_thread
from litestar.connection import ASGIConnection
from litestar.exceptions import NotFoundException
from litestar.handlers.base import BaseRouteHandler
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER

from ressenti.accounts.permissions import MACHINE, Permission, Viewer
from ressenti.kit.i18n import _, translate
from ressenti.kit.paths import SECRET
from ressenti.kit.proof import CHALLENGE, PROOF, command_proof, is_proof
from ressenti.kit.refusals import Exit, Refusal
from ressenti.web.auth.authenticator import BEARER, Authenticator
from ressenti.web.server.origin import is_from_here, own_path, path_of
from ressenti.web.server.preferences import language_of

LOCAL = "/local/"
LARGEST_ID = 2**63 - 1

AnyConnection = ASGIConnection[Any, Any, Any, Any]
Policy = Permission | str
"""What a route asks for: a right, or one of the three words below."""

ANYBODY, SIGNED_IN, THIS_MACHINE = "anybody", "signed in", "this machine"

OPEN: dict[str, Any] = {"policy": ANYBODY}
"""Options of a route that shows nothing of the record: the sign-in page, the style sheets."""
SIGNED_IN_ONLY: dict[str, Any] = {"policy": SIGNED_IN}
"""Options of a route for every signed-in user, whatever their permissions."""
SECRET_ONLY: dict[str, Any] = {"policy": THIS_MACHINE}
"""Options of a route for who can read the file beside the record."""

_SEEN = "ressenti_viewer"


class SignInNeeded(Refusal):
    """A stranger asks for what is not for everybody."""

    status, exit_code, code = 401, Exit.REFUSED, "sign_in_needed"
    sentence = _("Sign in first.")


class NotAllowed(Refusal):
    """Somebody who signed in asks for what their role does not have."""

    status, exit_code, code = 403, Exit.REFUSED, "not_allowed"
    sentence = _("You may not see this. Ask an administrator.")


class FromElsewhere(Refusal):
    """A page of another site sends a form in a user's name (CSRF)."""

    status, exit_code, code = 403, Exit.REFUSED, "from_elsewhere"
    sentence = _("This was sent from another site, so nothing was done. Open the page here and try again.")


def needs(right: Permission) -> dict[str, Any]:
    """Return the options of a route for whom this is allowed."""
    return {"policy": right}


def policy(handler: BaseRouteHandler) -> Policy | None:
    """Return what a route says it asks for, None where it says nothing."""
    declared = handler.opt.get("policy")
    return declared if isinstance(declared, str) else None


async def require_admission(connection: AnyConnection, handler: BaseRouteHandler) -> None:
    """Let through who is admitted; raises SignInNeeded, NotAllowed and FromElsewhere.

    A route of this machine is not there for anybody else, and one that declares nothing for nobody.
    """
    asked = policy(handler)
    if any(isinstance(one, int) and abs(one) > LARGEST_ID for one in connection.path_params.values()):
        raise NotFoundException  # nothing has such a number, and no database takes one
    if asked == THIS_MACHINE and _knows_secret(connection):
        return
    if asked not in {ANYBODY, SIGNED_IN, *Permission}:
        raise NotFoundException
    if connection.scope.get("method") == "POST" and not _shows_token(connection) and not _is_from_here(connection):
        raise FromElsewhere
    if asked == ANYBODY:
        return
    viewer = await sync_to_thread(find_viewer, connection)
    if viewer is None:
        raise SignInNeeded
    if asked != SIGNED_IN and not viewer.may(Permission(asked or "")):
        raise NotAllowed


def find_viewer(connection: AnyConnection) -> Viewer | None:
    """Return who asks, None for a stranger; the record is asked once a request."""
    if _SEEN not in connection.scope["state"]:
        connection.scope["state"][_SEEN] = _recognise(connection)
    return seen_viewer(connection)


def seen_viewer(connection: AnyConnection) -> Viewer | None:
    """Return who asks where that was found out already; it asks nothing."""
    found = connection.scope["state"].get(_SEEN)
    return found if isinstance(found, Viewer) else None


def give_viewer(request: Request[Any, Any, Any]) -> Viewer:
    """Give a handler who asks; its guard has let them through."""
    viewer = find_viewer(request)
    if viewer is None:
        raise SignInNeeded
    return viewer


def authenticator_of(connection: AnyConnection) -> Authenticator:
    """Return who knows the people that come."""
    return cast("Authenticator", connection.app.state.authenticator)


def led_to_sign_in(request: Request[Any, Any, Any], refusal: SignInNeeded) -> Response[Any]:
    """Redirect a request without a session to the sign-in page, which leads back to the page asked for."""
    is_part = request.headers.get("hx-request") == "true"
    here = path_of(request.headers.get("hx-current-url", "")) if is_part else _asked_path(request)
    going = own_path(here)
    address = "/sign-in" if going == "/" else "/sign-in?" + urlencode({"next": going})
    if not is_part:
        return Redirect(address, status_code=HTTP_303_SEE_OTHER)
    said = translate(refusal.sentence, language_of(request))
    return Response(said, status_code=refusal.status, headers={"HX-Redirect": address}, media_type=MediaType.TEXT)


def _asked_path(request: Request[Any, Any, Any]) -> str:
    query = request.scope["query_string"].decode("latin-1")
    return "/" if request.method != "GET" else request.url.path + (f"?{query}" if query else "")


def _recognise(connection: AnyConnection) -> Viewer | None:
    if connection.scope["path"].startswith(LOCAL):
        return MACHINE if _knows_secret(connection) else None
    known = authenticator_of(connection)
    cookie = connection.cookies.get(known.cookie_name, "")
    return known.find(connection.headers.get("authorization", ""), cookie, now=connection.app.state.now())


def _is_from_here(connection: AnyConnection) -> bool:
    return is_from_here(
        authenticator_of(connection).address,
        host=connection.headers.get("host", ""),
        origin=connection.headers.get("origin"),
        site=connection.headers.get("sec-fetch-site"),
    )


def _shows_token(connection: AnyConnection) -> bool:
    """Say whether a program asks: a page elsewhere cannot make a browser send this header."""
    return connection.headers.get("authorization", "").lower().startswith(BEARER)


def _knows_secret(connection: AnyConnection) -> bool:
    """Say whether a command shows the secret, or that it knows it."""
    secret, headers = str(connection.app.state.secret), connection.headers
    if asked := headers.get(CHALLENGE, ""):
        return is_proof(headers.get(PROOF, ""), command_proof(secret, asked))
    return secrets.compare_digest(headers.get(SECRET, "").encode(), secret.encode())
