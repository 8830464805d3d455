"""The reports that are mailed: to whom, when, what became of the last one, and one to oneself at once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import PathParameter, RawBody
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER

from ressenti.accounts.permissions import Permission, Viewer
from ressenti.facts.store import FactStore
from ressenti.indicators.names import DAYS
from ressenti.kit.clock import from_us
from ressenti.kit.i18n import _, translate
from ressenti.kit.names import LONGEST_NAME
from ressenti.kit.refusals import Refusal
from ressenti.reports import wording
from ressenti.reports.email.delivery import Mailer
from ressenti.reports.email.smtp import NoSmtpServer, read_smtp_server, require_smtp_server
from ressenti.reports.email.summary import DAYS_OF, PERIOD_WORDS
from ressenti.reports.period import DEFAULT_PRESET
from ressenti.web.auth.authorization import authenticator_of, needs
from ressenti.web.pages.forms import FormFields, read_form
from ressenti.web.pages.page_context import PageContext, open_frame, show
from ressenti.web.pages.saved_views.address import ViewSummary, own_id, pairs_of, query_of, tell_view
from ressenti.web.pages.saved_views.visibility import view_for, views_for
from ressenti.web.server.requests import AnyRequest
from ressenti.workspace.recurrence import LAST_DAY, RHYTHMS, Recurrence
from ressenti.workspace.saved_views import SavedView
from ressenti.workspace.subscriptions import (
    MOST_RECIPIENTS,
    Subscription,
    SubscriptionPlan,
    add_subscription,
    change_subscription,
    find_subscription,
    list_subscriptions,
    read_plan,
    remove_subscription,
    switch_subscription,
)

PLACE = "/mailings"
MAILS = needs(Permission.MAIL)
REPORT = "report"
"""The page that is mailed, as views name it."""
_REPORT = _("Customer experience")
_ON_THE = _("on day {day}")

SubscriptionId = Annotated[int, PathParameter(description="The report that is mailed.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedSubscription:
    """What the form of a mailing holds. `view` is the number of a saved view, "" for the `query` that it holds.

    `days` is `fit` for the days just past, `view` for those of the view.
    """

    name: str = ""
    view: str = ""
    query: str = ""
    days: str = "fit"
    rhythm: str = "weekly"
    weekday: str = "1"
    monthday: str = "1"
    time: str = "07:00"
    zone: str = "UTC"
    language: str = "en"
    recipients: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSubscription:
    """A mailing as the list shows it; moments on the clock of its zone."""

    mailing: Subscription
    when: str
    told: ViewSummary
    due: datetime
    retried: datetime
    sent: datetime | None
    failure: str


@get(PLACE, opt=MAILS, sync_to_thread=True, include_in_schema=False)
def mailings_page(
    request: AnyRequest, keeper: NamedDependency[FactStore], viewer: NamedDependency[Viewer], now: NamedDependency[int]
) -> Response[str]:
    """List what is mailed."""
    return _list(request, keeper, viewer, now)


@get(f"{PLACE}/new", opt=MAILS, sync_to_thread=True, include_in_schema=False)
def new_mailing(
    request: AnyRequest, keeper: NamedDependency[FactStore], viewer: NamedDependency[Viewer], now: NamedDependency[int]
) -> Response[str]:
    """Ask how the report of the address is to be mailed."""
    frame = open_frame(request, keeper=keeper, now=now, viewer=viewer, page="mailings")
    query = query_of(REPORT, pairs_of(request.url.query), frame)
    fresh = TypedSubscription(
        name=translate(_REPORT, frame.language),
        query=query,
        days="view" if _has_days(query) else "fit",
        zone=frame.zone,
        language=frame.language,
        recipients=viewer.email,
    )
    return _form(frame, keeper, viewer, typed=fresh)


@post(PLACE, opt=MAILS, sync_to_thread=True, include_in_schema=False, status_code=HTTP_200_OK)
def begin_mailing(
    request: AnyRequest,
    body: RawBody,
    keeper: NamedDependency[FactStore],
    viewer: NamedDependency[Viewer],
    now: NamedDependency[int],
) -> Response[Any]:
    """Mail a report from now on; what cannot be understood is said beside the form, which keeps what was typed."""
    frame = open_frame(request, keeper=keeper, now=now, viewer=viewer, page="mailings")
    typed = _typed(read_form(request, body))
    try:
        plan = _plan(typed, frame, keeper, viewer)
        with keeper.record.write() as record:
            add_subscription(record, plan, user_id=own_id(viewer), now=now)
    except Refusal as refusal:
        return _form(frame, keeper, viewer, typed=typed, refusal=refusal)
    return Redirect(PLACE, status_code=HTTP_303_SEE_OTHER)


@get(f"{PLACE}/{{mailing_id:int}}", opt=MAILS, sync_to_thread=True, include_in_schema=False)
def mailing_page(
    mailing_id: SubscriptionId,
    request: AnyRequest,
    keeper: NamedDependency[FactStore],
    viewer: NamedDependency[Viewer],
    now: NamedDependency[int],
) -> Response[str]:
    """Show how a report is mailed, to change it."""
    frame = open_frame(request, keeper=keeper, now=now, viewer=viewer, page="mailings")
    found = _found(keeper, mailing_id, viewer)
    return _form(frame, keeper, viewer, typed=_as_typed(found.plan), mailing=found)


@post(f"{PLACE}/{{mailing_id:int}}", opt=MAILS, sync_to_thread=True, include_in_schema=False, status_code=HTTP_200_OK)
def plan_otherwise(
    mailing_id: SubscriptionId,
    request: AnyRequest,
    body: RawBody,
    keeper: NamedDependency[FactStore],
    viewer: NamedDependency[Viewer],
    now: NamedDependency[int],
) -> Response[Any]:
    """Mail a report differently from now on."""
    frame = open_frame(request, keeper=keeper, now=now, viewer=viewer, page="mailings")
    found, typed = _found(keeper, mailing_id, viewer), _typed(read_form(request, body))
    try:
        plan = _plan(typed, frame, keeper, viewer)
        with keeper.record.write() as record:
            change_subscription(record, mailing_id, plan, now=now)
    except Refusal as refusal:
        return _form(frame, keeper, viewer, typed=typed, mailing=found, refusal=refusal)
    return Redirect(PLACE, status_code=HTTP_303_SEE_OTHER)


@post(f"{PLACE}/{{mailing_id:int}}/pause", opt=MAILS, sync_to_thread=True, include_in_schema=False, status_code=200)
def pause_mailing(
    mailing_id: SubscriptionId,
    request: AnyRequest,
    body: RawBody,
    keeper: NamedDependency[FactStore],
    viewer: NamedDependency[Viewer],
    now: NamedDependency[int],
) -> Redirect:
    """Pause a mailing, or go on with it."""
    is_on = read_form(request, body).one("on") == "yes"
    _found(keeper, mailing_id, viewer)
    with keeper.record.write() as record:
        switch_subscription(record, mailing_id, is_on=is_on, now=now)
    return Redirect(PLACE, status_code=HTTP_303_SEE_OTHER)


@post(f"{PLACE}/{{mailing_id:int}}/remove", opt=MAILS, sync_to_thread=True, include_in_schema=False, status_code=200)
def end_mailing(
    mailing_id: SubscriptionId, keeper: NamedDependency[FactStore], viewer: NamedDependency[Viewer]
) -> Redirect:
    """Mail a report no more."""
    _found(keeper, mailing_id, viewer)
    with keeper.record.write() as record:
        remove_subscription(record, mailing_id)
    return Redirect(PLACE, status_code=HTTP_303_SEE_OTHER)


@post(f"{PLACE}/{{mailing_id:int}}/send", opt=MAILS, sync_to_thread=True, include_in_schema=False, status_code=200)
def send_to_me(
    mailing_id: SubscriptionId,
    request: AnyRequest,
    keeper: NamedDependency[FactStore],
    viewer: NamedDependency[Viewer],
    now: NamedDependency[int],
) -> Response[Any]:
    """Mail a report at once, to whoever asks for it and to nobody else."""
    found = _found(keeper, mailing_id, viewer)
    own_id(viewer)
    try:
        Mailer(keeper, str(authenticator_of(request).address)).send_now(
            found, require_smtp_server(), to=viewer.email, now=now
        )
    except Refusal as refusal:
        return _list(request, keeper, viewer, now, refusal=refusal)
    return Redirect(f"{PLACE}?sent={mailing_id}", status_code=HTTP_303_SEE_OTHER)


ROUTES = (
    mailings_page,
    new_mailing,
    begin_mailing,
    mailing_page,
    plan_otherwise,
    pause_mailing,
    end_mailing,
    send_to_me,
)


def _found(keeper: FactStore, mailing_id: int, viewer: Viewer) -> Subscription:
    """Return a mailing of one's own; administrators find everybody's. Raises NoSuchMailing."""
    whose = None if viewer.may(Permission.ADMINISTER) else own_id(viewer)
    with keeper.record.read() as record:
        return find_subscription(record, mailing_id, whose)


def _has_days(query: str) -> bool:
    return any(name in PERIOD_WORDS for name, _said in pairs_of(query))


def _typed(form: FormFields) -> TypedSubscription:
    return TypedSubscription(**{name: form.one(name) for name in TypedSubscription.__dataclass_fields__})


def _as_typed(plan: SubscriptionPlan) -> TypedSubscription:
    day = str(plan.day or 1)
    return TypedSubscription(
        name=plan.name,
        query=plan.query,
        days="view" if _has_days(plan.query) else "fit",
        rhythm=plan.rhythm.value,
        weekday=day if plan.rhythm is Recurrence.WEEKLY else "1",
        monthday=day if plan.rhythm is Recurrence.MONTHLY else "1",
        time=_clock(plan.minute),
        zone=plan.zone,
        language=plan.language,
        recipients="\n".join(plan.recipients),
    )


def _plan(typed: TypedSubscription, frame: PageContext, keeper: FactStore, viewer: Viewer) -> SubscriptionPlan:
    """Return what was typed as a plan; raises whatever could not be understood of it, and NoSuchView."""
    query = typed.query
    if typed.view:
        with keeper.record.read() as connection:
            query = view_for(keeper, connection, _number(typed.view), viewer, frame).query
    pairs = [(name, value) for name, value in pairs_of(query) if name != "zone"]  # the form has a field of its own
    if typed.days == "fit":
        pairs = [(name, value) for name, value in pairs if name not in PERIOD_WORDS]
    elif not any(name in PERIOD_WORDS for name, _said in pairs):
        pairs = [("period", DEFAULT_PRESET), *pairs]
    day = {"weekly": typed.weekday, "monthly": typed.monthday}.get(typed.rhythm, "")
    kept = replace(typed, query=query_of(REPORT, pairs, frame))
    words = {name: str(getattr(kept, name)) for name in TypedSubscription.__dataclass_fields__}
    return read_plan(words | {"day": day})


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _days(plan: SubscriptionPlan, frame: PageContext) -> ViewSummary:
    """Say what is mailed: which days, and by what it is narrowed."""
    told = tell_view(REPORT, plan.query, frame)
    if _has_days(plan.query):
        return told
    return ViewSummary(translate(wording.PRESETS[DAYS_OF[plan.rhythm]], frame.language), told.filters)


def _when(plan: SubscriptionPlan, language: str) -> str:
    """Say how often: `Every week, Monday, 07:00 (Europe/Paris)`."""
    parts = [translate(RHYTHMS[plan.rhythm], language)]
    if plan.rhythm is Recurrence.WEEKLY:
        parts.append(translate(DAYS[(plan.day or 1) - 1], language))
    if plan.rhythm is Recurrence.MONTHLY:
        parts.append(translate(_ON_THE, language).format(day=plan.day))
    return f"{', '.join([*parts, _clock(plan.minute)])} ({plan.zone})"


def _shown(one: Subscription, frame: PageContext) -> ShownSubscription:
    zone = ZoneInfo(one.plan.zone)
    return ShownSubscription(
        mailing=one,
        when=_when(one.plan, frame.language),
        told=_days(one.plan, frame),
        due=from_us(one.due_at).astimezone(zone),
        retried=from_us(one.try_at).astimezone(zone),
        sent=from_us(one.sent_at).astimezone(zone) if one.sent_at else None,
        failure=one.failure.say(frame.language) if one.failure else "",
    )


def _list(
    request: AnyRequest, keeper: FactStore, viewer: Viewer, now: int, *, refusal: Refusal | None = None
) -> Response[str]:
    frame = open_frame(request, keeper=keeper, now=now, viewer=viewer, page="mailings")
    with keeper.record.read() as record:
        found = list_subscriptions(record, None if viewer.may(Permission.ADMINISTER) else viewer.user_id or 0)
    sent = request.query_params.get("sent")
    return show(
        frame,
        "subscriptions/mailings",
        status=refusal.status if refusal else HTTP_200_OK,
        mailings=[_shown(one, frame) for one in found],
        post_trouble=_post_trouble(frame),
        wrong=refusal.say(frame.language) if refusal else "",
        sent=next((one for one in found if str(one.id) == sent), None),
    )


def _post_trouble(frame: PageContext) -> str:
    """Say why nothing can be mailed at all, "" where it can."""
    try:
        return "" if read_smtp_server() else NoSmtpServer().say(frame.language)
    except Refusal as refusal:
        return refusal.say(frame.language)


def _form(
    frame: PageContext,
    keeper: FactStore,
    viewer: Viewer,
    *,
    typed: TypedSubscription,
    mailing: Subscription | None = None,
    refusal: Refusal | None = None,
) -> Response[str]:
    with keeper.record.read() as record:
        views = [one for group in views_for(keeper, record, viewer, frame) for one in group if one.page == REPORT]
    return show(
        frame,
        "subscriptions/mailing",
        status=refusal.status if refusal else HTTP_200_OK,
        mailing=mailing,
        typed=typed,
        told=tell_view(REPORT, typed.query, frame),
        back="/?" + urlencode(pairs_of(typed.query)),
        views=_choices(views),
        rhythms=[(key.value, translate(words, frame.language)) for key, words in RHYTHMS.items()],
        weekdays=[(str(i), translate(day, frame.language)) for i, day in enumerate(DAYS, 1)],
        monthdays=[(str(i), str(i)) for i in range(1, LAST_DAY + 1)],
        post_trouble=_post_trouble(frame),
        most=MOST_RECIPIENTS,
        longest=LONGEST_NAME,
        wrong=refusal.say(frame.language) if refusal else "",
    )


def _choices(views: Sequence[SavedView]) -> list[tuple[str, str]]:
    return [(str(one.id), one.name) for one in views]
