"""The pages before everything else: signing in and out, and choosing a password with a link."""

from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, RawBody
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER

from ressenti.accounts.invitations import LinkEnded, find_invitation
from ressenti.accounts.passwords import SHORTEST
from ressenti.accounts.sessions import end_own_session
from ressenti.accounts.sign_in import Choosing, NotSignedIn, accept_invitation, sign_in
from ressenti.facts.store import FactStore
from ressenti.kit.logs import get_logger
from ressenti.kit.refusals import Refusal
from ressenti.web.auth.authenticator import TooManyTries
from ressenti.web.auth.authorization import OPEN, SIGNED_IN_ONLY, authenticator_of, find_viewer
from ressenti.web.pages.forms import read_form
from ressenti.web.pages.page_context import open_frame, show
from ressenti.web.server.network import network
from ressenti.web.server.origin import own_path
from ressenti.web.server.requests import AnyRequest

PLACE = "/sign-in"

log = get_logger()


@get(PLACE, opt=OPEN, sync_to_thread=True, include_in_schema=False)
def sign_in_page(request: AnyRequest, keeper: NamedDependency[FactStore], now: NamedDependency[int]) -> Response[Any]:
    """Show the form, or go on where somebody is signed in already."""
    if find_viewer(request) is not None:
        return Redirect(_next(request), status_code=HTTP_303_SEE_OTHER)
    return _show_form(request, keeper, now)


@post(PLACE, opt=OPEN, sync_to_thread=True, include_in_schema=False, status_code=HTTP_200_OK)
def sign_in_with_password(
    request: AnyRequest, body: RawBody, keeper: NamedDependency[FactStore], now: NamedDependency[int]
) -> Response[Any]:
    """Sign somebody in and bring them to where they wanted to go; or say that it failed, never what of it."""
    form = read_form(request, body)
    email, known, place = form.one("email"), authenticator_of(request), _place(request)
    is_known = known.is_known(request.cookies, email, now=now)
    try:
        known.let_try(email, place, now=now, is_known=is_known)
        secret = sign_in(keeper.record, email, form.one("password"), now=now, **_browser(request))
    except Refusal as refusal:
        log.warning("sign_in_refused", why=refusal.code, place=network(place))
        return _show_form(request, keeper, now, refusal=refusal, email=email)
    known.let_in(email, place, is_known=is_known)
    log.info("signed_in", place=network(place))
    cookies = [known.cookie(secret), *known.remember(email, now=now)]
    return Redirect(_next(request), status_code=HTTP_303_SEE_OTHER, cookies=cookies)


@post("/sign-out", opt=SIGNED_IN_ONLY, sync_to_thread=True, include_in_schema=False, status_code=HTTP_200_OK)
def sign_out(request: AnyRequest, keeper: NamedDependency[FactStore]) -> Response[Any]:
    """End the session of this browser."""
    known = authenticator_of(request)
    if cookie := request.cookies.get(known.cookie_name, ""):
        with keeper.record.write() as connection:
            end_own_session(connection, cookie)
    return Redirect(f"{PLACE}?done=out", status_code=HTTP_303_SEE_OTHER, cookies=[known.cookie("")])


@get("/welcome/{secret:str}", opt=OPEN, sync_to_thread=True, include_in_schema=False)
def welcome_page(
    secret: FromPath[str], request: AnyRequest, keeper: NamedDependency[FactStore], now: NamedDependency[int]
) -> Response[Any]:
    """Ask whoever opens a link for their name and a password."""
    return _show_welcome(request, keeper, now, secret)


@post("/welcome/{secret:str}", opt=OPEN, sync_to_thread=True, include_in_schema=False, status_code=HTTP_200_OK)
def welcome(
    secret: FromPath[str],
    request: AnyRequest,
    body: RawBody,
    keeper: NamedDependency[FactStore],
    now: NamedDependency[int],
) -> Response[Any]:
    """Keep the password that was chosen, and sign them in."""
    form = read_form(request, body)
    chosen = Choosing(form.one("name"), form.one("password"), form.one("email"))
    try:
        session = accept_invitation(keeper.record, secret, chosen, now=now, **_browser(request))
    except Refusal as refusal:
        return _show_welcome(request, keeper, now, secret, refusal=refusal, chosen=chosen)
    known = authenticator_of(request)
    viewer = known.find("", session, now=now)
    cookies = [known.cookie(session), *(known.remember(viewer.email, now=now) if viewer else ())]
    return Redirect("/", status_code=HTTP_303_SEE_OTHER, cookies=cookies)


ROUTES = (sign_in_page, sign_in_with_password, sign_out, welcome_page, welcome)


def retry_after(refusal: Refusal | None) -> dict[str, str]:
    """Return the header that tells a program how many seconds to wait, where a refusal says so."""
    return {"retry-after": str(refusal.wait_s)} if isinstance(refusal, TooManyTries) else {}


def _show_form(
    request: AnyRequest, keeper: FactStore, now: int, *, refusal: Refusal | None = None, email: str = ""
) -> Response[Any]:
    frame = open_frame(request, keeper=keeper, now=now, viewer=None)
    going = _next(request)
    content = {
        "address": PLACE if going == "/" else f"{PLACE}?{urlencode({'next': going})}",
        "email": email,
        "is_out": request.query_params.get("done") == "out" and refusal is None,
        "wrong": refusal.say(frame.language) if refusal else "",
        "is_wrong": isinstance(refusal, NotSignedIn),
    }
    shown = show(frame, "sign_in/sign_in", status=refusal.status if refusal else HTTP_200_OK, **content)
    shown.headers.update(retry_after(refusal))
    return shown


def _show_welcome(
    request: AnyRequest,
    keeper: FactStore,
    now: int,
    secret: str,
    *,
    refusal: Refusal | None = None,
    chosen: Choosing | None = None,
) -> Response[Any]:
    frame = open_frame(request, keeper=keeper, now=now, viewer=None)
    try:
        with keeper.record.read() as record:
            person = find_invitation(record, secret, now=now).person
    except LinkEnded as ended:
        return show(frame, "sign_in/link_ended", status=ended.status, sentence=ended.say(frame.language))
    content = {
        "address": f"/welcome/{secret}",
        "person": person,
        "shortest": SHORTEST,
        "name": chosen.name if chosen else (person.name if person else ""),
        "email": chosen.email if chosen else "",
        "wrong": refusal.say(frame.language) if refusal else "",
    }
    return show(frame, "sign_in/welcome", status=refusal.status if refusal else HTTP_200_OK, **content)


def _next(request: AnyRequest) -> str:
    return own_path(request.query_params.get("next", "/"))


def _browser(request: AnyRequest) -> dict[str, str]:
    """Return what a browser calls itself, and the session it came with."""
    came_with = request.cookies.get(authenticator_of(request).cookie_name, "")
    return {"agent": request.headers.get("user-agent", ""), "instead_of": came_with}


def _place(request: AnyRequest) -> str:
    return request.client.host if request.client else ""
