"""How are mailed reports shown: the list of them, and the form of one?"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from litestar import Response

from ressenti.accounts.permissions import Permission
from ressenti.indicators.names import DAYS
from ressenti.indicators.visibility import VisibleKeys, visible_of
from ressenti.jobs.recurrence import LAST_DAY, RECURRENCES, Recurrence
from ressenti.kit.clock import from_us
from ressenti.kit.i18n import _, translate
from ressenti.kit.names import LONGEST_NAME
from ressenti.kit.refusals import Refusal
from ressenti.reports import wording
from ressenti.reports.email.smtp import NoSmtpServer, read_smtp_server
from ressenti.reports.email.summary import DAYS_OF
from ressenti.web.pages.forms import FormFields, RefusedForm, show_form
from ressenti.web.pages.page_context import PageContext
from ressenti.web.pages.request_context import RequestContext
from ressenti.web.pages.saved_views.address import ViewSummary, pairs_of, summarise_view
from ressenti.web.pages.saved_views.visibility import views_for
from ressenti.web.pages.subscriptions.form import REPORT, clock_words, filled_in, fresh_fields, has_days
from ressenti.workspace.subscriptions import MOST_RECIPIENTS, Subscription, SubscriptionPlan, list_subscriptions

PLACE = "/mailings"
_ON_THE = _("on day {day}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSubscription:
    """A mailed report as the list shows it; moments on the clock of its zone."""

    subscription: Subscription
    when: str
    summary: ViewSummary
    due: datetime
    retried: datetime
    sent: datetime | None
    failure: str


def show_subscriptions(context: RequestContext, *, refused: RefusedForm | None = None) -> Response[Any]:
    """List what is mailed."""
    page, viewer = context.page("mailings"), context.viewer
    with context.record.read() as record:
        listed = list_subscriptions(record, None if viewer.may(Permission.ADMINISTER) else viewer.user_id or 0)
        visible = visible_of(context.facts, record, viewer.within)
        shown = [_shown(each, page, visible) for each in listed]
    return show_form(
        page,
        "subscriptions/subscriptions",
        refused,
        subscriptions=shown,
        post_trouble=_smtp_trouble(page),
        sent=next((each for each in listed if str(each.id) == context.parameter("sent")), None),
    )


def show_subscription(
    context: RequestContext, subscription: Subscription | None = None, *, refused: RefusedForm | None = None
) -> Response[Any]:
    """Show the form of a mailed report, without one that of a new one."""
    page = context.page("mailings")
    typed = refused.typed if refused else _typed(context, page, subscription)
    with context.record.read() as record:
        views = [
            view
            for group in views_for(context.facts, record, context.viewer, page)
            for view in group
            if view.page == REPORT
        ]
        visible = visible_of(context.facts, record, context.viewer.within)
        summary = replace(summarise_view(REPORT, typed.text("query"), page, visible), shows=())
    return show_form(
        page,
        "subscriptions/subscription",
        refused,
        subscription=subscription,
        typed=typed,
        summary=summary,
        back="/?" + urlencode(pairs_of(typed.text("query"))),
        views=[(str(view.id), view.name) for view in views],
        recurrences=[(key.value, translate(words, page.language)) for key, words in RECURRENCES.items()],
        weekdays=[(str(i), translate(day, page.language)) for i, day in enumerate(DAYS, 1)],
        monthdays=[(str(i), str(i)) for i in range(1, LAST_DAY + 1)],
        post_trouble=_smtp_trouble(page),
        most=MOST_RECIPIENTS,
        longest=LONGEST_NAME,
    )


def _typed(context: RequestContext, page: PageContext, subscription: Subscription | None) -> FormFields:
    return fresh_fields(context, page) if subscription is None else filled_in(subscription.plan)


def _mailed(plan: SubscriptionPlan, page: PageContext, visible: VisibleKeys) -> ViewSummary:
    """Say what is mailed: which days, and to what it is narrowed; every mail has the same indicators."""
    summary = replace(summarise_view(REPORT, plan.query, page, visible), shows=())
    if has_days(plan.query):
        return summary
    return replace(summary, days=translate(wording.PRESETS[DAYS_OF[plan.recurrence]], page.language))


def _when(plan: SubscriptionPlan, language: str) -> str:
    """Say how often: `Every week, Monday, 07:00 (Europe/Paris)`."""
    parts = [translate(RECURRENCES[plan.recurrence], language)]
    if plan.recurrence is Recurrence.WEEKLY:
        parts.append(translate(DAYS[(plan.day or 1) - 1], language))
    if plan.recurrence is Recurrence.MONTHLY:
        parts.append(translate(_ON_THE, language).format(day=plan.day))
    return f"{', '.join([*parts, clock_words(plan.minute)])} ({plan.zone})"


def _shown(subscription: Subscription, page: PageContext, visible: VisibleKeys) -> ShownSubscription:
    zone = ZoneInfo(subscription.plan.zone)
    return ShownSubscription(
        subscription=subscription,
        when=_when(subscription.plan, page.language),
        summary=_mailed(subscription.plan, page, visible),
        due=from_us(subscription.due_at).astimezone(zone),
        retried=from_us(subscription.try_at).astimezone(zone),
        sent=from_us(subscription.sent_at).astimezone(zone) if subscription.sent_at else None,
        failure=subscription.failure.say(page.language) if subscription.failure else "",
    )


def _smtp_trouble(page: PageContext) -> str:
    """Say why nothing can be mailed at all, "" where it can."""
    try:
        return "" if read_smtp_server() else NoSmtpServer().say(page.language)
    except Refusal as refusal:
        return refusal.say(page.language)
