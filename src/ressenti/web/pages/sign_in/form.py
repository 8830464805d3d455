"""How does somebody sign in, with a password or with the link that lets them choose one?"""

from litestar.datastructures import Cookie

from ressenti.accounts.sign_in import Choosing, accept_invitation, sign_in
from ressenti.kit.logs import get_logger
from ressenti.kit.refusals import Refusal
from ressenti.web.pages.forms import FormFields
from ressenti.web.pages.request_context import RequestContext
from ressenti.web.server.network import network

log = get_logger()


def take_sign_in(context: RequestContext, form: FormFields) -> list[Cookie]:
    """Sign somebody in and return the cookies of their session; raises why it failed, never what of it."""
    email, known, address = form.text("email"), context.authenticator, context.client_address
    is_known = known.is_known(context.request.cookies, email, now=context.now)
    try:
        known.let_try(email, address, now=context.now, is_known=is_known)
        secret = sign_in(context.record, email, form.text("password"), now=context.now, **_browser(context))
    except Refusal as refusal:
        log.warning("sign_in_refused", why=refusal.code, place=network(address))
        raise
    known.let_in(email, address, is_known=is_known)
    log.info("signed_in", place=network(address))
    return [known.cookie(secret), *known.remember(email, now=context.now)]


def take_invitation(context: RequestContext, secret: str, form: FormFields) -> list[Cookie]:
    """Keep the password that was chosen with a link, sign them in, and return the cookies of their session."""
    chosen = Choosing(form.text("name"), form.text("password"), form.text("email"))
    session = accept_invitation(context.record, secret, chosen, now=context.now, **_browser(context))
    known = context.authenticator
    viewer = known.find("", session, now=context.now)
    return [known.cookie(session), *(known.remember(viewer.email, now=context.now) if viewer else ())]


def _browser(context: RequestContext) -> dict[str, str]:
    """Return what a browser calls itself, and the session it came with."""
    came_with = context.request.cookies.get(context.authenticator.cookie_name, "")
    return {"agent": context.request.headers.get("user-agent", ""), "instead_of": came_with}
