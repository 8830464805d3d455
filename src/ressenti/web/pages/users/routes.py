"""Who has access: people and tokens, added, changed and ended by administrators."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, RawBody
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER

from ressenti.accounts.grants import Grant, known_groups
from ressenti.accounts.invitations import invite
from ressenti.accounts.permissions import ROLE_NAMES, Permission, Role, Viewer
from ressenti.accounts.tokens import add_token, all_tokens, revoke_token
from ressenti.accounts.users import (
    UnknownUser,
    User,
    all_users,
    create_user,
    disable_user,
    update_user,
    user_of,
)
from ressenti.facts.store import FactStore
from ressenti.kit.clock import from_us
from ressenti.kit.i18n import _
from ressenti.kit.refusals import Refusal
from ressenti.web.auth.access_summary import access_words
from ressenti.web.auth.authorization import authenticator_of, needs
from ressenti.web.pages.forms import FormFields, read_form
from ressenti.web.pages.page_context import PageContext, open_frame, show
from ressenti.web.server.requests import AnyRequest

PLACE = "/users"
ADMINISTERS = needs(Permission.ADMINISTER)
LIVES = (("30", _("30 days")), ("90", _("90 days")), ("365", _("A year")), ("never", _("Until it is revoked")))
"""How long a token may live, as the form offers it."""
_LARGEST_ID = 2**62


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedUser:
    """What a form holds: as it was typed where it was refused, else as things are."""

    email: str = ""
    name: str = ""
    role: str = ""
    groups: tuple[str, ...] = ()
    agents: str = ""
    reads_content: bool = False
    days: str = "90"


@dataclass(frozen=True, slots=True, kw_only=True)
class UsersPageNotice:
    """What a page tells above its list: what went wrong in which of its forms, or a secret that is shown this once."""

    refusal: Refusal | None = None
    where: str = ""
    typed: TypedUser | None = None
    link: str = ""
    token: str = ""
    whose: str = ""


@get(PLACE, opt=ADMINISTERS, sync_to_thread=True, include_in_schema=False)
def users_page(
    request: AnyRequest, keeper: NamedDependency[FactStore], viewer: NamedDependency[Viewer], now: NamedDependency[int]
) -> Response[str]:
    """List the people and the tokens."""
    return _show(request, keeper, viewer, now, UsersPageNotice())


@post(PLACE, opt=ADMINISTERS, sync_to_thread=True, include_in_schema=False, status_code=HTTP_200_OK)
def add_user(
    request: AnyRequest,
    body: RawBody,
    keeper: NamedDependency[FactStore],
    viewer: NamedDependency[Viewer],
    now: NamedDependency[int],
) -> Response[str]:
    """Add somebody and show the link with which they choose a password."""
    form = read_form(request, body)
    try:
        with keeper.record.write() as connection:
            grant = _grant(form)
            person = create_user(connection, email=form.one("email"), name=form.one("name"), grant=grant, now=now)
            secret = invite(connection, person, now=now)
    except Refusal as refusal:
        return _show(request, keeper, viewer, now, UsersPageNotice(refusal=refusal, where="user", typed=_typed(form)))
    return _show(request, keeper, viewer, now, UsersPageNotice(link=_link(request, secret), whose=person.email))


@get("/users/{user_id:int}", opt=ADMINISTERS, sync_to_thread=True, include_in_schema=False)
def user_page(
    user_id: FromPath[int],
    request: AnyRequest,
    keeper: NamedDependency[FactStore],
    viewer: NamedDependency[Viewer],
    now: NamedDependency[int],
) -> Response[str]:
    """Show one person, to change what they may do."""
    return _show_one(request, keeper, viewer, now, _found(keeper, user_id), UsersPageNotice())


@post("/users/{user_id:int}", opt=ADMINISTERS, sync_to_thread=True, include_in_schema=False, status_code=HTTP_200_OK)
def change_user(
    user_id: FromPath[int],
    request: AnyRequest,
    body: RawBody,
    keeper: NamedDependency[FactStore],
    viewer: NamedDependency[Viewer],
    now: NamedDependency[int],
) -> Response[Any]:
    """Change what somebody may do, from their next click on."""
    form, person = read_form(request, body), _found(keeper, user_id)
    try:
        with keeper.record.write() as connection:
            person = user_of(connection, user_id)
            update_user(connection, person, grant=_grant(form), name=form.one("name"), by=viewer.user_id)
    except Refusal as refusal:
        news = UsersPageNotice(refusal=refusal, where="user", typed=_typed(form))
        return _show_one(request, keeper, viewer, now, person, news)
    return Redirect(PLACE, status_code=HTTP_303_SEE_OTHER)


@post(
    "/users/{user_id:int}/link", opt=ADMINISTERS, sync_to_thread=True, include_in_schema=False, status_code=HTTP_200_OK
)
def renew_link(
    user_id: FromPath[int],
    request: AnyRequest,
    keeper: NamedDependency[FactStore],
    viewer: NamedDependency[Viewer],
    now: NamedDependency[int],
) -> Response[str]:
    """Show a new link with which somebody chooses a password."""
    person = _found(keeper, user_id)
    if person.disabled_at is not None:
        raise NotFoundException
    with keeper.record.write() as connection:
        secret = invite(connection, person, now=now)
    return _show(request, keeper, viewer, now, UsersPageNotice(link=_link(request, secret), whose=person.email))


@post(
    "/users/{user_id:int}/remove",
    opt=ADMINISTERS,
    sync_to_thread=True,
    include_in_schema=False,
    status_code=HTTP_200_OK,
)
def remove_user(
    user_id: FromPath[int],
    request: AnyRequest,
    keeper: NamedDependency[FactStore],
    viewer: NamedDependency[Viewer],
    now: NamedDependency[int],
) -> Response[Any]:
    """Part with somebody, at once and everywhere."""
    person = _found(keeper, user_id)
    try:
        with keeper.record.write() as connection:
            disable_user(connection, person, now=now, by=viewer.user_id)
    except Refusal as refusal:
        return _show_one(request, keeper, viewer, now, person, UsersPageNotice(refusal=refusal, where="remove"))
    return Redirect(PLACE, status_code=HTTP_303_SEE_OTHER)


@post("/tokens", opt=ADMINISTERS, sync_to_thread=True, include_in_schema=False, status_code=HTTP_200_OK)
def make_token(
    request: AnyRequest,
    body: RawBody,
    keeper: NamedDependency[FactStore],
    viewer: NamedDependency[Viewer],
    now: NamedDependency[int],
) -> Response[str]:
    """Make a token and show it, this once."""
    form = read_form(request, body)
    chosen = form.one("days")
    days = int(chosen) if chosen in {live for live, _name in LIVES if live != "never"} else None
    try:
        with keeper.record.write() as connection:
            made, text = add_token(connection, name=form.one("name"), grant=_grant(form), now=now, days=days)
    except Refusal as refusal:
        return _show(request, keeper, viewer, now, UsersPageNotice(refusal=refusal, where="token", typed=_typed(form)))
    return _show(request, keeper, viewer, now, UsersPageNotice(token=text, whose=made.name))


@post("/tokens/revoke", opt=ADMINISTERS, sync_to_thread=True, include_in_schema=False, status_code=HTTP_200_OK)
def end_token(
    request: AnyRequest, body: RawBody, keeper: NamedDependency[FactStore], now: NamedDependency[int]
) -> Response[Any]:
    """End a token."""
    with keeper.record.write() as connection:
        revoke_token(connection, read_form(request, body).one("name"), now=now)
    return Redirect(PLACE, status_code=HTTP_303_SEE_OTHER)


ROUTES = (users_page, add_user, user_page, change_user, renew_link, remove_user, make_token, end_token)


class RoleMissing(Refusal):
    """A form without a role."""

    code = "role_missing"
    sentence = _("Choose a role.")


def _grant(form: FormFields) -> Grant:
    """Return the role of a form with what belongs to that role, whatever else is filled in; raises RoleMissing."""
    if form.one("role") not in set(Role):
        raise RoleMissing
    role = Role(form.one("role"))
    return Grant(
        role=role,
        groups=tuple(form.all("group")) if role is Role.SUPERVISOR else (),
        agents=_lines(form.one("agents")) if role is Role.AGENT else (),
        reads_content=role is Role.ANALYST and bool(form.one("reads_content")),
    )


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _typed(form: FormFields) -> TypedUser:
    return TypedUser(
        email=form.one("email"),
        name=form.one("name"),
        role=form.one("role"),
        groups=tuple(form.all("group")),
        agents=form.one("agents"),
        reads_content=bool(form.one("reads_content")),
        days=form.one("days"),
    )


def _as_is(person: User) -> TypedUser:
    return TypedUser(
        email=person.email,
        name=person.name,
        role=person.grant.role.value,
        groups=person.grant.groups,
        agents="\n".join(person.grant.agents),
        reads_content=person.grant.reads_content,
    )


def _found(keeper: FactStore, user_id: int) -> User:
    try:
        with keeper.record.read() as record:
            return user_of(record, user_id if abs(user_id) < _LARGEST_ID else -1)
    except UnknownUser:
        raise NotFoundException from None


def _link(request: AnyRequest, secret: str) -> str:
    return f"{authenticator_of(request).address}/welcome/{secret}"


def _show(request: AnyRequest, keeper: FactStore, viewer: Viewer, now: int, news: UsersPageNotice) -> Response[str]:
    frame = replace(open_frame(request, keeper=keeper, now=now, viewer=viewer, page="users"), home=PLACE)
    with keeper.record.read() as record:
        people, tokens, groups = all_users(record), all_tokens(record), known_groups(record)
    content = {
        "people": [(one, access_words(one.grant, frame.language)) for one in people if one.disabled_at is None],
        "ended": [one for one in people if one.disabled_at is not None],
        "tokens": [(one, access_words(one.grant, frame.language), one.is_valid(now)) for one in tokens],
        "lives": LIVES,
        **_common(frame, news, groups),
        "typed": news.typed or TypedUser(),
    }
    return show(frame, "users/users", status=_status(news), **content)


def _show_one(
    request: AnyRequest, keeper: FactStore, viewer: Viewer, now: int, person: User, news: UsersPageNotice
) -> Response[str]:
    opened = open_frame(request, keeper=keeper, now=now, viewer=viewer, page="users")
    frame = replace(opened, home=f"{PLACE}/{person.id}")
    with keeper.record.read() as record:
        groups = known_groups(record)
    content = {"person": person, **_common(frame, news, groups), "typed": news.typed or _as_is(person)}
    return show(frame, "users/user", status=_status(news), **content)


def _common(frame: PageContext, news: UsersPageNotice, groups: list[str]) -> dict[str, Any]:
    zone = ZoneInfo(frame.zone)

    def at(moment: int) -> datetime:
        return from_us(moment).astimezone(zone)

    wrong = news.refusal.say(frame.language) if news.refusal else ""
    return {"news": news, "wrong": wrong, "groups": groups, "roles": ROLE_NAMES, "at": at}


def _status(news: UsersPageNotice) -> int:
    return news.refusal.status if news.refusal else HTTP_200_OK
