"""The page of the viewer: who they are here, what they may see, their password, and where they signed in."""

from typing import Any

from litestar import Response, get, post
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK

from ressenti.kit.refusals import Refusal
from ressenti.web.auth.authorization import SIGNED_IN_ONLY
from ressenti.web.pages.account.form import take_name, take_password, take_session_end
from ressenti.web.pages.account.view import PLACE, show_account
from ressenti.web.pages.forms import Form, RefusedForm, see_other
from ressenti.web.pages.request_context import Context


@get(PLACE, opt=SIGNED_IN_ONLY, sync_to_thread=True, include_in_schema=False)
def account_page(context: Context) -> Response[Any]:
    """Show who they are here."""
    return show_account(context)


@post(PLACE, opt=SIGNED_IN_ONLY, sync_to_thread=True, include_in_schema=False, status_code=HTTP_200_OK)
def rename(context: Context, form: Form) -> Response[Any]:
    """Take another name."""
    try:
        take_name(context, form)
    except Refusal as refusal:
        return show_account(context, refused=RefusedForm(refusal, form, "name"))
    return see_other(PLACE)


@post("/me/password", opt=SIGNED_IN_ONLY, sync_to_thread=True, include_in_schema=False, status_code=HTTP_200_OK)
def choose_password(context: Context, form: Form) -> Response[Any]:
    """Take another password: every other browser is signed out."""
    try:
        cookies = take_password(context, form)
    except Refusal as refusal:
        return show_account(context, refused=RefusedForm(refusal, form, "password"))
    return see_other(f"{PLACE}?done=password", cookies)


@post("/me/sessions", opt=SIGNED_IN_ONLY, sync_to_thread=True, include_in_schema=False, status_code=HTTP_200_OK)
def end_one_session(context: Context, form: Form) -> Redirect:
    """Sign out elsewhere."""
    take_session_end(context, form)
    return see_other(PLACE)


ROUTES = (account_page, rename, choose_password, end_one_session)
