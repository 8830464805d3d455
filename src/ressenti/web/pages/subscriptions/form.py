"""What does the form of a mailed report say: which report, when, to whom, and in which language?"""

from ressenti.accounts.permissions import Permission
from ressenti.jobs.recurrence import Recurrence
from ressenti.kit.i18n import _, translate
from ressenti.reports.email.summary import PERIOD_WORDS
from ressenti.reports.period import DEFAULT_PRESET
from ressenti.web.pages.forms import FormFields
from ressenti.web.pages.page_context import PageContext
from ressenti.web.pages.request_context import RequestContext
from ressenti.web.pages.saved_views.address import own_id, pairs_of, query_of
from ressenti.web.pages.saved_views.form import lasting_pairs
from ressenti.web.pages.saved_views.visibility import view_for
from ressenti.workspace.subscriptions import (
    Subscription,
    SubscriptionPlan,
    add_subscription,
    change_subscription,
    find_subscription,
    read_plan,
    remove_subscription,
    switch_subscription,
)

REPORT = "report"
"""The page that is mailed, as views name it."""
_REPORT = _("Customer experience")
_FIELDS = (
    "name",
    "view",
    "query",
    "days",
    "rhythm",
    "weekday",
    "monthday",
    "time",
    "zone",
    "language",
    "recipients",
)
"""The fields of the form. `view` is the number of a saved view, "" for the `query` that the form holds; `days` is `fit`
for the days just past, `view` for those of the view."""


def fresh_fields(context: RequestContext, page: PageContext) -> FormFields:
    """Return the form of a subscription to the report of the address; raises what that page would refuse."""
    query = query_of(REPORT, lasting_pairs(context, context.request.url.query), page)
    return FormFields.of(
        name=translate(_REPORT, page.language),
        query=query,
        days="view" if has_days(query) else "fit",
        rhythm="weekly",
        weekday="1",
        monthday="1",
        time="07:00",
        zone=page.zone,
        language=page.language,
        recipients=context.viewer.email,
    )


def filled_in(plan: SubscriptionPlan) -> FormFields:
    """Return the form of a mailed report as it is planned."""
    day = str(plan.day or 1)
    return FormFields.of(
        name=plan.name,
        query=plan.query,
        days="view" if has_days(plan.query) else "fit",
        rhythm=plan.recurrence.value,
        weekday=day if plan.recurrence is Recurrence.WEEKLY else "1",
        monthday=day if plan.recurrence is Recurrence.MONTHLY else "1",
        time=clock_words(plan.minute),
        zone=plan.zone,
        language=plan.language,
        recipients="\n".join(plan.recipients),
    )


def has_days(query: str) -> bool:
    """Say whether the parameters of a report name its days."""
    return any(name in PERIOD_WORDS for name, _value in pairs_of(query))


def clock_words(minute: int) -> str:
    """Return a minute of the day as a clock shows it."""
    return f"{minute // 60:02}:{minute % 60:02}"


def own_subscription(context: RequestContext, subscription_id: int) -> Subscription:
    """Return a mailed report of one's own; administrators find everybody's. Raises NoSuchSubscription."""
    whose = None if context.viewer.may(Permission.ADMINISTER) else own_id(context.viewer)
    with context.record.read() as record:
        return find_subscription(record, subscription_id, whose)


def take_subscription(context: RequestContext, form: FormFields) -> None:
    """Mail a report from now on."""
    plan = _plan(context, form)
    with context.record.write() as record:
        add_subscription(record, plan, user_id=own_id(context.viewer), now=context.now)


def take_change(context: RequestContext, subscription_id: int, form: FormFields) -> None:
    """Mail a report differently from now on."""
    plan = _plan(context, form)
    with context.record.write() as record:
        change_subscription(record, subscription_id, plan, now=context.now)


def take_pause(context: RequestContext, subscription_id: int, form: FormFields) -> None:
    """Pause a subscription, or go on with it."""
    own_subscription(context, subscription_id)
    with context.record.write() as record:
        switch_subscription(record, subscription_id, is_on=form.text("on") == "yes", now=context.now)


def take_end(context: RequestContext, subscription_id: int) -> None:
    """Mail a report no more."""
    own_subscription(context, subscription_id)
    with context.record.write() as record:
        remove_subscription(record, subscription_id)


def _plan(context: RequestContext, form: FormFields) -> SubscriptionPlan:
    """Return what was typed as a plan; raises whatever could not be understood of it, and NoSuchView."""
    page, typed = context.page("mailings"), {name: form.text(name) for name in _FIELDS}
    query = typed["query"]
    if typed["view"]:
        with context.record.read() as record:
            query = view_for(context.facts, record, _number(typed["view"]), context.viewer, page).query
    pairs = [
        (name, value) for name, value in lasting_pairs(context, query) if name != "zone"
    ]  # the form has a field of its own
    if typed["days"] == "fit":
        pairs = [(name, value) for name, value in pairs if name not in PERIOD_WORDS]
    elif not any(name in PERIOD_WORDS for name, _value in pairs):
        pairs = [("period", DEFAULT_PRESET), *pairs]
    day = {"weekly": typed["weekday"], "monthly": typed["monthday"]}.get(typed["rhythm"], "")
    return read_plan(typed | {"query": query_of(REPORT, pairs, page), "day": day})


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
