"""How does an administrator see who has access?"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Response

from ressenti.accounts.grants import known_groups
from ressenti.accounts.permissions import ROLE_NAMES
from ressenti.accounts.tokens import all_tokens
from ressenti.accounts.users import User, all_users
from ressenti.kit.clock import from_us
from ressenti.web.auth.access_summary import access_words
from ressenti.web.pages.forms import RefusedForm, show_form
from ressenti.web.pages.page_context import PageContext
from ressenti.web.pages.request_context import RequestContext
from ressenti.web.pages.users.form import FRESH, LIFETIMES, filled_in

PLACE = "/users"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSecret:
    """A link or a token that is shown this once, above the list, with whose it is."""

    link: str = ""
    token: str = ""
    whose: str = ""


def show_users(
    context: RequestContext, *, secret: ShownSecret | None = None, refused: RefusedForm | None = None
) -> Response[Any]:
    """List the people and the tokens."""
    page = context.page("users", home=PLACE)
    with context.record.read() as record:
        users, tokens, groups = all_users(record), all_tokens(record), known_groups(record)
    return show_form(
        page,
        "users/users",
        refused,
        people=[(user, access_words(user.grant, page.language)) for user in users if user.disabled_at is None],
        ended=[user for user in users if user.disabled_at is not None],
        tokens=[(token, access_words(token.grant, page.language), token.is_valid(context.now)) for token in tokens],
        lives=LIFETIMES,
        secret=secret or ShownSecret(),
        groups=groups,
        roles=ROLE_NAMES,
        at=_clock_of(page),
        typed=refused.typed if refused else FRESH,
    )


def show_user(context: RequestContext, user: User, *, refused: RefusedForm | None = None) -> Response[Any]:
    """Show one person, to change what they may do."""
    page = context.page("users", home=f"{PLACE}/{user.id}")
    with context.record.read() as record:
        groups = known_groups(record)
    typed = refused.typed if refused and refused.name == "user" else filled_in(user)
    return show_form(page, "users/user", refused, person=user, groups=groups, roles=ROLE_NAMES, typed=typed)


def _clock_of(page: PageContext) -> Callable[[int], datetime]:
    """Return what says a moment on the clock of the page's zone."""
    zone = ZoneInfo(page.zone)
    return lambda moment: from_us(moment).astimezone(zone)
