"""The page of whoever is signed in: who they are here, what they may see, their password, and where they signed in."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import RawBody
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER

from ressenti.accounts.passwords import SHORTEST
from ressenti.accounts.permissions import ROLE_NAMES, Viewer
from ressenti.accounts.sessions import end_session, sessions_of
from ressenti.accounts.sign_in import change_password
from ressenti.accounts.users import rename_user, user_of
from ressenti.facts.store import FactStore
from ressenti.kit.clock import from_us
from ressenti.kit.refusals import Refusal
from ressenti.web.auth.access_summary import access_words, browser_words
from ressenti.web.auth.authorization import SIGNED_IN_ONLY, authenticator_of
from ressenti.web.pages.forms import read_form
from ressenti.web.pages.page_context import open_frame, show
from ressenti.web.pages.sign_in.routes import retry_after
from ressenti.web.server.requests import AnyRequest

PLACE = "/me"


@get(PLACE, opt=SIGNED_IN_ONLY, sync_to_thread=True, include_in_schema=False)
def me_page(
    request: AnyRequest, keeper: NamedDependency[FactStore], viewer: NamedDependency[Viewer], now: NamedDependency[int]
) -> Response[Any]:
    """Show who they are here."""
    return _show(request, keeper, viewer, now)


@post(PLACE, opt=SIGNED_IN_ONLY, sync_to_thread=True, include_in_schema=False, status_code=HTTP_200_OK)
def rename(
    request: AnyRequest,
    body: RawBody,
    keeper: NamedDependency[FactStore],
    viewer: NamedDependency[Viewer],
    now: NamedDependency[int],
) -> Response[Any]:
    """Take another name."""
    form = read_form(request, body)
    try:
        with keeper.record.write() as connection:
            rename_user(connection, _user_id(viewer), form.one("name"))
    except Refusal as refusal:
        return _show(request, keeper, viewer, now, refusal=refusal, where="name")
    return Redirect(PLACE, status_code=HTTP_303_SEE_OTHER)


@post("/me/password", opt=SIGNED_IN_ONLY, sync_to_thread=True, include_in_schema=False, status_code=HTTP_200_OK)
def choose_password(
    request: AnyRequest,
    body: RawBody,
    keeper: NamedDependency[FactStore],
    viewer: NamedDependency[Viewer],
    now: NamedDependency[int],
) -> Response[Any]:
    """Take another password: every other browser is signed out."""
    form, known = read_form(request, body), authenticator_of(request)
    place, agent = request.client.host if request.client else "", request.headers.get("user-agent", "")
    user_id = _user_id(viewer)
    try:
        known.let_try(viewer.email, place, now=now, is_known=True)
        current, chosen = form.one("current"), form.one("password")
        session = change_password(keeper.record, user_id, current, chosen, now=now, agent=agent)
    except Refusal as refusal:
        return _show(request, keeper, viewer, now, refusal=refusal, where="password")
    known.let_in(viewer.email, place, is_known=True)
    cookies = [known.cookie(session), *known.remember(viewer.email, now=now)]
    return Redirect(f"{PLACE}?done=password", status_code=HTTP_303_SEE_OTHER, cookies=cookies)


@post("/me/sessions", opt=SIGNED_IN_ONLY, sync_to_thread=True, include_in_schema=False, status_code=HTTP_200_OK)
def end_one_session(
    request: AnyRequest, body: RawBody, keeper: NamedDependency[FactStore], viewer: NamedDependency[Viewer]
) -> Response[Any]:
    """Sign out elsewhere."""
    chosen = read_form(request, body).one("session")
    if chosen.isascii() and chosen.isdigit() and len(chosen) < 19:  # fits into 64 bits
        with keeper.record.write() as connection:
            end_session(connection, _user_id(viewer), int(chosen))
    return Redirect(PLACE, status_code=HTTP_303_SEE_OTHER)


ROUTES = (me_page, rename, choose_password, end_one_session)


def _user_id(viewer: Viewer) -> int:
    """Return whose page it is; a token has none."""
    if viewer.user_id is None:
        raise NotFoundException
    return viewer.user_id


def _show(
    request: AnyRequest,
    keeper: FactStore,
    viewer: Viewer,
    now: int,
    *,
    refusal: Refusal | None = None,
    where: str = "",
) -> Response[Any]:
    frame = replace(open_frame(request, keeper=keeper, now=now, viewer=viewer, page="me"), home=PLACE)
    known = authenticator_of(request)
    person, sessions = None, []
    if viewer.user_id is not None:
        with keeper.record.read() as record:
            person = user_of(record, viewer.user_id)
            sessions = sessions_of(record, viewer.user_id, now=now)
    zone = ZoneInfo(frame.zone)

    def at(moment: int) -> datetime:
        return from_us(moment).astimezone(zone)

    content = {
        "at": at,
        "person": person,
        "role": ROLE_NAMES[viewer.role],
        "access": access_words(person.grant, frame.language) if person else "",
        "here": known.session_id(request.cookies.get(known.cookie_name, ""), now=now),
        "sessions": [(one, browser_words(one.agent)) for one in sessions],
        "shortest": SHORTEST,
        "wrong": refusal.say(frame.language) if refusal else "",
        "where": where,
        "is_done": request.query_params.get("done") == "password",
    }
    shown = show(frame, "account/account", status=refusal.status if refusal else HTTP_200_OK, **content)
    shown.headers.update(retry_after(refusal))
    return shown
