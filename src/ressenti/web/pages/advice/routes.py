"""Where those who lead others write the advice that stands next to weak results."""

from typing import Any

from litestar import Response, get, post

from ressenti.accounts.permissions import Permission
from ressenti.web.auth.authorization import needs
from ressenti.web.pages.advice.form import take_advice
from ressenti.web.pages.advice.view import show_advice
from ressenti.web.pages.forms import Form, RefusedForm, see_other
from ressenti.web.pages.request_context import Context
from ressenti.workspace.advice import AdviceTooLong


@get("/advice", opt=needs(Permission.ADVISE), sync_to_thread=True, include_in_schema=False)
def advice(context: Context) -> Response[Any]:
    """Show the advice for each indicator in each language, to be changed."""
    return show_advice(context)


@post("/advice/change", opt=needs(Permission.ADVISE), sync_to_thread=True, include_in_schema=False)
def change_advice(context: Context, form: Form) -> Response[Any]:
    """Keep one advice, or go back to ours; what does not fit stays in its field, with the reason."""
    try:
        key = take_advice(context, form)
    except AdviceTooLong as refusal:
        return show_advice(context, refused=RefusedForm(refusal, form))
    return see_other(context.link(f"/advice?kept={key}#advice-{key.partition('-')[0]}"))


ROUTES = (advice, change_advice)
