"""The reports that are mailed: to whom, when, what became of the last one, and one to oneself at once."""

from typing import Annotated, Any

from litestar import Response, get, post
from litestar.params import PathParameter
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK

from ressenti.accounts.permissions import Permission
from ressenti.kit.refusals import Refusal
from ressenti.reports.email.delivery import Mailer
from ressenti.reports.email.smtp import require_smtp_server
from ressenti.web.auth.authorization import needs
from ressenti.web.pages.forms import Form, RefusedForm, see_other
from ressenti.web.pages.request_context import Context
from ressenti.web.pages.saved_views.address import own_id
from ressenti.web.pages.subscriptions.form import own_subscription, take_change, take_end, take_pause, take_subscription
from ressenti.web.pages.subscriptions.view import PLACE, show_subscription, show_subscriptions

MAILS = needs(Permission.MAIL)

SubscriptionId = Annotated[int, PathParameter(description="The report that is mailed.")]


@get(PLACE, opt=MAILS, sync_to_thread=True, include_in_schema=False)
def subscriptions_page(context: Context) -> Response[Any]:
    """List what is mailed."""
    return show_subscriptions(context)


@get(f"{PLACE}/new", opt=MAILS, sync_to_thread=True, include_in_schema=False)
def new_subscription(context: Context) -> Response[Any]:
    """Ask how the report of the address is to be mailed."""
    return show_subscription(context)


@post(PLACE, opt=MAILS, sync_to_thread=True, include_in_schema=False, status_code=HTTP_200_OK)
def create_subscription(context: Context, form: Form) -> Response[Any]:
    """Create a subscription; a refusal is shown beside the form, which keeps what was typed."""
    try:
        take_subscription(context, form)
    except Refusal as refusal:
        return show_subscription(context, refused=RefusedForm(refusal, form))
    return see_other(context.link(PLACE))


@get(f"{PLACE}/{{mailing_id:int}}", opt=MAILS, sync_to_thread=True, include_in_schema=False)
def subscription_page(mailing_id: SubscriptionId, context: Context) -> Response[Any]:
    """Show how a report is mailed, to change it."""
    return show_subscription(context, own_subscription(context, mailing_id))


@post(f"{PLACE}/{{mailing_id:int}}", opt=MAILS, sync_to_thread=True, include_in_schema=False, status_code=HTTP_200_OK)
def update_subscription(mailing_id: SubscriptionId, context: Context, form: Form) -> Response[Any]:
    """Mail a report differently from now on."""
    subscription = own_subscription(context, mailing_id)
    try:
        take_change(context, mailing_id, form)
    except Refusal as refusal:
        return show_subscription(context, subscription, refused=RefusedForm(refusal, form))
    return see_other(context.link(PLACE))


@post(f"{PLACE}/{{mailing_id:int}}/pause", opt=MAILS, sync_to_thread=True, include_in_schema=False, status_code=200)
def pause_subscription(mailing_id: SubscriptionId, context: Context, form: Form) -> Redirect:
    """Pause a subscription, or go on with it."""
    take_pause(context, mailing_id, form)
    return see_other(context.link(PLACE))


@post(f"{PLACE}/{{mailing_id:int}}/remove", opt=MAILS, sync_to_thread=True, include_in_schema=False, status_code=200)
def delete_subscription(mailing_id: SubscriptionId, context: Context) -> Redirect:
    """Mail a report no more."""
    take_end(context, mailing_id)
    return see_other(context.link(PLACE))


@post(f"{PLACE}/{{mailing_id:int}}/send", opt=MAILS, sync_to_thread=True, include_in_schema=False, status_code=200)
def send_to_me(mailing_id: SubscriptionId, context: Context) -> Response[Any]:
    """Mail a report at once, to the viewer who asks for it and to nobody else."""
    subscription, viewer = own_subscription(context, mailing_id), context.viewer
    own_id(viewer)
    mailer = Mailer(context.facts, str(context.authenticator.address))
    try:
        mailer.send_now(subscription, require_smtp_server(), to=viewer.email, now=context.now)
    except Refusal as refusal:
        return show_subscriptions(context, refused=RefusedForm(refusal))
    return see_other(context.link(f"{PLACE}?sent={mailing_id}"))


ROUTES = (
    subscriptions_page,
    new_subscription,
    create_subscription,
    subscription_page,
    update_subscription,
    pause_subscription,
    delete_subscription,
    send_to_me,
)
