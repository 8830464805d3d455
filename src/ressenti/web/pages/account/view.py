"""How does a viewer see who they are here, what they may do, and where they are signed in?"""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Response

from ressenti.accounts.passwords import SHORTEST
from ressenti.accounts.permissions import ROLE_NAMES
from ressenti.accounts.sessions import SignInSession, sessions_of
from ressenti.accounts.users import User, user_of
from ressenti.kit.clock import from_us
from ressenti.web.auth.access_summary import access_words, browser_words
from ressenti.web.pages.forms import RefusedForm, show_form
from ressenti.web.pages.request_context import RequestContext

PLACE = "/me"


def show_account(context: RequestContext, *, refused: RefusedForm | None = None) -> Response[Any]:
    """Show the viewer who they are here."""
    page, known = context.page("me", home=PLACE), context.authenticator
    user, sessions = _user_and_sessions(context)
    return show_form(
        page,
        "account/account",
        refused,
        at=_clock_of(page.zone),
        person=user,
        role=ROLE_NAMES[context.viewer.role],
        access=access_words(user.grant, page.language) if user else "",
        this_session=known.session_id(context.request.cookies.get(known.cookie_name, ""), now=context.now),
        sessions=[(session, browser_words(session.agent)) for session in sessions],
        shortest=SHORTEST,
        is_done=context.parameter("done") == "password",
    )


def _user_and_sessions(context: RequestContext) -> tuple[User | None, list[SignInSession]]:
    """Return the viewer as a user with their sessions; a token is none and has none."""
    user_id = context.viewer.user_id
    if user_id is None:
        return None, []
    with context.record.read() as record:
        return user_of(record, user_id), sessions_of(record, user_id, now=context.now)


def _clock_of(zone: str) -> Callable[[int], datetime]:
    return lambda moment: from_us(moment).astimezone(ZoneInfo(zone))
