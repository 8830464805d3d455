"""How do the pages before sign-in look: the form, and the one that a link opens?"""

from typing import Any
from urllib.parse import urlencode

from litestar import Response

from ressenti.accounts.invitations import LinkEnded, find_invitation
from ressenti.accounts.passwords import SHORTEST
from ressenti.accounts.sign_in import NotSignedIn
from ressenti.web.pages.forms import FormFields, RefusedForm, show_form
from ressenti.web.pages.page_context import show
from ressenti.web.pages.request_context import RequestContext
from ressenti.web.server.origin import own_path

PLACE = "/sign-in"


def next_address(context: RequestContext) -> str:
    """Return where somebody goes once they are signed in: where they wanted to, else the report."""
    return own_path(context.request.query_params.get("next", "/"))


def show_sign_in(context: RequestContext, *, refused: RefusedForm | None = None) -> Response[Any]:
    """Show the form that asks for an address and a password."""
    address = next_address(context)
    return show_form(
        context.page_before_sign_in(),
        "sign_in/sign_in",
        refused,
        address=PLACE if address == "/" else f"{PLACE}?{urlencode({'next': address})}",
        email=refused.typed.text("email") if refused else "",
        is_out=context.parameter("done") == "out" and refused is None,
        is_wrong=refused is not None and isinstance(refused.refusal, NotSignedIn),
    )


def show_welcome(context: RequestContext, secret: str, *, refused: RefusedForm | None = None) -> Response[Any]:
    """Show the form of an invitation: name and password."""
    page = context.page_before_sign_in()
    try:
        with context.record.read() as record:
            user = find_invitation(record, secret, now=context.now).person
    except LinkEnded as ended:
        return show(page, "sign_in/link_ended", status=ended.status, sentence=ended.say(page.language))
    return show_form(
        page,
        "sign_in/welcome",
        refused,
        address=f"/welcome/{secret}",
        person=user,
        shortest=SHORTEST,
        typed=refused.typed if refused else FormFields.of(name=user.name if user else ""),
    )
