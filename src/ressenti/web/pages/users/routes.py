"""Who has access: people and tokens, added, changed and ended by administrators."""

from typing import Any

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK

from ressenti.accounts.invitations import invite
from ressenti.accounts.permissions import Permission
from ressenti.accounts.tokens import revoke_token
from ressenti.accounts.users import UnknownUser, User, disable_user, user_of
from ressenti.kit.refusals import Refusal
from ressenti.web.auth.authorization import needs
from ressenti.web.pages.forms import Form, RefusedForm, see_other
from ressenti.web.pages.request_context import Context, RequestContext
from ressenti.web.pages.users.form import add_described_token, add_invited_user, change_grant
from ressenti.web.pages.users.view import PLACE, ShownSecret, show_user, show_users

ADMINISTERS = needs(Permission.ADMINISTER)
_LARGEST_ID = 2**62


@get(PLACE, opt=ADMINISTERS, sync_to_thread=True, include_in_schema=False)
def users_page(context: Context) -> Response[Any]:
    """List the people and the tokens."""
    return show_users(context)


@post(PLACE, opt=ADMINISTERS, sync_to_thread=True, include_in_schema=False, status_code=HTTP_200_OK)
def add_user(context: Context, form: Form) -> Response[Any]:
    """Add somebody and show the link with which they choose a password."""
    try:
        user, secret = add_invited_user(context, form)
    except Refusal as refusal:
        return show_users(context, refused=RefusedForm(refusal, form, "user"))
    return show_users(context, secret=_link(context, user, secret))


@get("/users/{user_id:int}", opt=ADMINISTERS, sync_to_thread=True, include_in_schema=False)
def user_page(user_id: FromPath[int], context: Context) -> Response[Any]:
    """Show one person, to change what they may do."""
    return show_user(context, _found(context, user_id))


@post("/users/{user_id:int}", opt=ADMINISTERS, sync_to_thread=True, include_in_schema=False, status_code=HTTP_200_OK)
def change_user(user_id: FromPath[int], context: Context, form: Form) -> Response[Any]:
    """Change what somebody may do, from their next click on."""
    user = _found(context, user_id)
    try:
        change_grant(context, user_id, form)
    except Refusal as refusal:
        return show_user(context, user, refused=RefusedForm(refusal, form, "user"))
    return see_other(context.link(PLACE))


@post(
    "/users/{user_id:int}/link", opt=ADMINISTERS, sync_to_thread=True, include_in_schema=False, status_code=HTTP_200_OK
)
def renew_link(user_id: FromPath[int], context: Context) -> Response[Any]:
    """Show a new link with which somebody chooses a password."""
    user = _found(context, user_id)
    if user.disabled_at is not None:
        raise NotFoundException
    with context.record.write() as record:
        secret = invite(record, user, now=context.now)
    return show_users(context, secret=_link(context, user, secret))


@post(
    "/users/{user_id:int}/remove",
    opt=ADMINISTERS,
    sync_to_thread=True,
    include_in_schema=False,
    status_code=HTTP_200_OK,
)
def remove_user(user_id: FromPath[int], context: Context) -> Response[Any]:
    """Disable a user, at once and everywhere."""
    user = _found(context, user_id)
    try:
        with context.record.write() as record:
            disable_user(record, user, now=context.now, by=context.viewer.user_id)
    except Refusal as refusal:
        return show_user(context, user, refused=RefusedForm(refusal, name="remove"))
    return see_other(context.link(PLACE))


@post("/tokens", opt=ADMINISTERS, sync_to_thread=True, include_in_schema=False, status_code=HTTP_200_OK)
def make_token(context: Context, form: Form) -> Response[Any]:
    """Make a token and show it, this once."""
    try:
        token, text = add_described_token(context, form)
    except Refusal as refusal:
        return show_users(context, refused=RefusedForm(refusal, form, "token"))
    return show_users(context, secret=ShownSecret(token=text, whose=token.name))


@post("/tokens/revoke", opt=ADMINISTERS, sync_to_thread=True, include_in_schema=False, status_code=HTTP_200_OK)
def end_token(context: Context, form: Form) -> Redirect:
    """End a token."""
    with context.record.write() as record:
        revoke_token(record, form.text("name"), now=context.now)
    return see_other(context.link(PLACE))


ROUTES = (users_page, add_user, user_page, change_user, renew_link, remove_user, make_token, end_token)


def _found(context: RequestContext, user_id: int) -> User:
    try:
        with context.record.read() as record:
            return user_of(record, user_id if abs(user_id) < _LARGEST_ID else -1)
    except UnknownUser:
        raise NotFoundException from None


def _link(context: RequestContext, user: User, secret: str) -> ShownSecret:
    return ShownSecret(link=f"{context.authenticator.address}/welcome/{secret}", whose=user.email)
