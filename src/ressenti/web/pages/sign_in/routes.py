"""The pages before everything else: signing in and out, and choosing a password with a link."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK

from ressenti.accounts.sessions import end_own_session
from ressenti.kit.refusals import Refusal
from ressenti.web.auth.authorization import OPEN, SIGNED_IN_ONLY, find_viewer
from ressenti.web.pages.forms import Form, RefusedForm, see_other
from ressenti.web.pages.request_context import Context
from ressenti.web.pages.sign_in.form import take_invitation, take_sign_in
from ressenti.web.pages.sign_in.view import PLACE, next_address, show_sign_in, show_welcome


@get(PLACE, opt=OPEN, sync_to_thread=True, include_in_schema=False)
def sign_in_page(context: Context) -> Response[Any]:
    """Show the form, or go on where somebody is signed in already."""
    if find_viewer(context.request) is not None:
        return see_other(next_address(context))
    return show_sign_in(context)


@post(PLACE, opt=OPEN, sync_to_thread=True, include_in_schema=False, status_code=HTTP_200_OK)
def sign_in_with_password(context: Context, form: Form) -> Response[Any]:
    """Sign somebody in and bring them to where they wanted to go; or say that it failed, never what of it."""
    try:
        cookies = take_sign_in(context, form)
    except Refusal as refusal:
        return show_sign_in(context, refused=RefusedForm(refusal, form))
    return see_other(next_address(context), cookies)


@post("/sign-out", opt=SIGNED_IN_ONLY, sync_to_thread=True, include_in_schema=False, status_code=HTTP_200_OK)
def sign_out(context: Context) -> Redirect:
    """End the session of this browser."""
    known = context.authenticator
    if cookie := context.request.cookies.get(known.cookie_name, ""):
        with context.record.write() as record:
            end_own_session(record, cookie)
    return see_other(f"{PLACE}?done=out", [known.cookie("")])


@get("/welcome/{secret:str}", opt=OPEN, sync_to_thread=True, include_in_schema=False)
def welcome_page(secret: FromPath[str], context: Context) -> Response[Any]:
    """Show the form of an invitation: name and password."""
    return show_welcome(context, secret)


@post("/welcome/{secret:str}", opt=OPEN, sync_to_thread=True, include_in_schema=False, status_code=HTTP_200_OK)
def welcome(secret: FromPath[str], context: Context, form: Form) -> Response[Any]:
    """Keep the password that was chosen, and sign them in."""
    try:
        cookies = take_invitation(context, secret, form)
    except Refusal as refusal:
        return show_welcome(context, secret, refused=RefusedForm(refusal, form))
    return see_other("/", cookies)


ROUTES = (sign_in_page, sign_in_with_password, sign_out, welcome_page, welcome)
