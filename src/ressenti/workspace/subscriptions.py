"""Which reports are mailed, to whom and when; each next time is a job, written with what it follows from.

What is promised: a moment that came due is sent at least once, or its page says why not. Who sends it holds the job of
it on the disk; one that dies meanwhile leaves it to the next, so it may arrive twice.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, insert, select, update

from ressenti.accounts.grants import USERS, read_within
from ressenti.accounts.permissions import Role, Viewer
from ressenti.jobs import queue
from ressenti.jobs.queue import Job, JobState
from ressenti.jobs.recurrence import Recurrence, last_due, next_due, read_recurrence, read_time
from ressenti.jobs.retry import PAUSES_US, pause_after
from ressenti.kit.email_addresses import normalize_email
from ressenti.kit.i18n import _, translate
from ressenti.kit.languages import LANGUAGES
from ressenti.kit.names import read_name
from ressenti.kit.refusals import Refusal
from ressenti.record.projects import require_zone
from ressenti.record.tables import mailing, user
from ressenti.workspace.saved_views import LONGEST_QUERY, LongView

MOST_RECIPIENTS = 20
MAILED_REPORT = "mailed_report"
"""The kind of the jobs that mail a report; its key is the id of the subscription."""


class NoSuchSubscription(Refusal):
    """There is no subscription of that id, or it is somebody else's."""

    status, code = 404, "no_such_mailing"
    sentence = _("There is no such report by e-mail. It may have been removed.")


class NoRecipients(Refusal):
    """A report is mailed to nobody."""

    code = "no_recipients"
    sentence = _("Say to whom the report goes: one e-mail address a line.")


class TooManyRecipients(Refusal):
    """More addresses than a subscription may have."""

    code = "too_many_recipients"
    sentence = _("A report goes to {limit} addresses at most; {count} were given. A mailing list is one address.")


class UnknownLanguage(Refusal):
    """A language that we do not speak."""

    code = "unknown_language"
    sentence = _("“{value}” is not a language of this program. Choose one of: {known}.")


@dataclass(frozen=True, slots=True)
class DeliveryFailure:
    """Why an attempt failed: a sentence to be translated for the reader, and its values."""

    sentence: str
    data: Mapping[str, str]

    def say(self, language: str = "en") -> str:
        """Return the sentence with its data filled in."""
        return translate(self.sentence, language).format(**self.data)


ENDED = _("The program ended while it was sending, several times. It is tried again when it is next due.")


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionPlan:
    """What someone fills in: which view goes to whom, in which language, and when.

    `query` are the parameters of the report's address; `day` and `minute` are as in `recurrence.next_due`.
    """

    name: str
    query: str
    language: str
    recipients: tuple[str, ...]
    recurrence: Recurrence
    day: int | None
    minute: int
    zone: str

    def next_due(self, after: int) -> int:
        """Return the first moment after this one at which it is to be sent."""
        return next_due(self.recurrence, self.day, self.minute, self.zone, after)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A report that is mailed. Moments in microseconds.

    `due_at` is the moment of its recurrence that is served next, `attempts` how many were begun to serve it, `try_at`
    when it is tried next, for one that is being sent when its lease ends. `job` is what a sender holds.
    """

    id: int
    user_id: int
    by: str
    plan: SubscriptionPlan
    is_on: bool
    due_at: int
    try_at: int
    sent_at: int | None
    failure: DeliveryFailure | None
    attempts: int
    job: Job | None = None

    @property
    def is_retried(self) -> bool:
        """Say whether the moment that is due was tried, in vain so far."""
        return self.is_on and self.failure is not None and self.attempts > 0

    def latest_due(self, now: int) -> int:
        """Return the last moment that came due: of several that were missed, only that one is served."""
        plan = self.plan
        return last_due(plan.recurrence, plan.day, plan.minute, plan.zone, since=self.due_at, now=now)


def read_plan(words: Mapping[str, str]) -> SubscriptionPlan:
    """Return what a form says: name, query, language, recipients, rhythm, day, time, zone.

    Raises what `read_name` raises, LongView, NoRecipients, TooManyRecipients, BadEmail, UnknownLanguage, UnknownZone,
    UnknownRhythm, BadDay and BadTime.
    """
    recurrence, day = read_recurrence(words.get("rhythm", ""), words.get("day"))
    query, language = words.get("query", ""), words.get("language", "")
    if len(query) > LONGEST_QUERY:
        raise LongView
    if language not in LANGUAGES:
        raise UnknownLanguage(value=language, known=", ".join(LANGUAGES))
    return SubscriptionPlan(
        name=read_name(words.get("name", "")),
        query=query,
        language=language,
        recipients=read_recipients(words.get("recipients", "")),
        recurrence=recurrence,
        day=day,
        minute=read_time(words.get("time", "")),
        zone=require_zone(words.get("zone", "")),
    )


def read_recipients(text: str) -> tuple[str, ...]:
    """Return the addresses in a text, each once; raises NoRecipients, TooManyRecipients and BadEmail."""
    found = dict.fromkeys(normalize_email(one) for one in re.split(r"[\s,;]+", text) if one)
    if not found:
        raise NoRecipients
    if len(found) > MOST_RECIPIENTS:
        raise TooManyRecipients(limit=MOST_RECIPIENTS, count=len(found))
    return tuple(found)


def list_subscriptions(connection: Connection, user_id: int | None = None) -> list[Subscription]:
    """Return someone's subscriptions, everybody's where nobody is named, by name."""
    query = _subscriptions() if user_id is None else _subscriptions().where(mailing.c.user_id == user_id)
    states = queue.states(connection, MAILED_REPORT)
    found = (_subscription(row, states) for row in connection.execute(query))
    return sorted(found, key=lambda one: (one.plan.name.casefold(), one.id))


def find_subscription(connection: Connection, subscription_id: int, user_id: int | None = None) -> Subscription:
    """Return one of someone's subscriptions, of anybody's where nobody is named; raises NoSuchSubscription."""
    query = _subscriptions().where(mailing.c.id == subscription_id)
    if user_id is not None:
        query = query.where(mailing.c.user_id == user_id)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NoSuchSubscription
    return _subscription(row, queue.states(connection, MAILED_REPORT, str(subscription_id)))


def add_subscription(connection: Connection, plan: SubscriptionPlan, *, user_id: int, now: int) -> Subscription:
    """Mail a report from now on, with the rights of its owner."""
    values = _planned(plan) | {"user_id": user_id, "is_on": True, "due_at": plan.next_due(now), "created_at": now}
    subscription_id = connection.execute(insert(mailing).values(**values).returning(mailing.c.id)).scalar_one()
    _plan_next(connection, subscription_id, plan, now)
    return find_subscription(connection, subscription_id)


def change_subscription(
    connection: Connection, subscription_id: int, plan: SubscriptionPlan, *, now: int
) -> Subscription:
    """Change a subscription; what was due before is dropped, also where it is being sent."""
    is_on = find_subscription(connection, subscription_id).is_on
    _set(connection, subscription_id, **_planned(plan))
    return _begin_anew(connection, subscription_id, plan, is_on=is_on, now=now)


def switch_subscription(connection: Connection, subscription_id: int, *, is_on: bool, now: int) -> Subscription:
    """Pause a subscription, or go on with it when it is next due: what fell into the pause is not sent."""
    plan = find_subscription(connection, subscription_id).plan
    return _begin_anew(connection, subscription_id, plan, is_on=is_on, now=now)


def remove_subscription(connection: Connection, subscription_id: int) -> None:
    """Mail a report no more; raises NoSuchSubscription."""
    queue.cancel(connection, MAILED_REPORT, str(subscription_id))
    if not connection.execute(delete(mailing).where(mailing.c.id == subscription_id)).rowcount:
        raise NoSuchSubscription


def stranded_subscriptions(connection: Connection, *, now: int) -> list[Subscription]:
    """Return what is on and would not be sent when it is due.

    Its job failed for good, or is not there; or it was planned by a clock that was ahead and has been set back since.
    """
    states = queue.states(connection, MAILED_REPORT)
    on = (one for one in list_subscriptions(connection) if one.is_on)
    return [one for one in on if _is_stranded(one.plan, states.get(str(one.id)), now)]


def plan_stranded(connection: Connection, *, now: int, fault: DeliveryFailure) -> list[int]:
    """Plan anew what would not be sent when it is due, and return the ids; `fault` is kept where its job failed."""
    states = queue.states(connection, MAILED_REPORT)
    stranded = stranded_subscriptions(connection, now=now)
    for one in stranded:
        state = states.get(str(one.id))
        if state is not None and state.has_failed:
            _set(connection, one.id, failure=_failure_json(fault))
        _plan_next(connection, one.id, one.plan, now)
    return [one.id for one in stranded]


def claimed_subscription(connection: Connection, held: Job) -> Subscription | None:
    """Return the subscription of a claimed job; None where it was removed meanwhile."""
    try:
        found = find_subscription(connection, int(held.payload["mailing"]))
    except NoSuchSubscription:
        return None
    return replace(found, job=held)


def note_sent(
    connection: Connection, claimed: Subscription, *, now: int, failure: DeliveryFailure | None = None
) -> bool:
    """Keep that a claimed report was sent; `failure` names who refused it, where some did.

    Returns whether it was still claimed: that it was sent is stored in any case, when it is next due only then.
    """
    arrived = {"sent_at": now, "failure": _failure_json(failure)}
    connection.execute(update(mailing).where(mailing.c.id == claimed.id).values(**arrived))
    return _move_on(connection, claimed, now)


def note_failed(
    connection: Connection, claimed: Subscription, failure: DeliveryFailure, *, now: int, is_final: bool = False
) -> bool:
    """Keep what an attempt met: it is tried again after a pause, or when it is next due if that was the last one.

    Says whether it was still claimed; otherwise nothing is kept.
    """
    if is_final or pause_after(claimed.attempts) is None:
        is_believed = _move_on(connection, claimed, now)
    else:
        is_believed = queue.retry(connection, _held(claimed), "not_mailed", now=now)
    if is_believed:
        _set(connection, claimed.id, failure=_failure_json(failure))
    return is_believed


def note_ended(connection: Connection, held: Job, *, now: int) -> bool:
    """Leave a job until next time that ended its worker at every attempt; return whether it was still claimed."""
    claimed = claimed_subscription(connection, held)
    if claimed is None:
        return queue.complete(connection, held)
    return note_failed(connection, claimed, DeliveryFailure(ENDED, {}), now=now, is_final=True)


def owner_of(connection: Connection, user_id: int) -> Viewer | None:
    """Return the owner of a subscription with what they may see today, None where they were removed."""
    row = connection.execute(select(user).where(user.c.id == user_id, user.c.disabled_at.is_(None))).one_or_none()
    if row is None:
        return None
    role = Role(row.role)
    return Viewer(
        name=row.name,
        role=role,
        user_id=row.id,
        email=row.email,
        reads_content=row.reads_content,
        within=read_within(connection, USERS, role, row.id),
    )


def _move_on(connection: Connection, claimed: Subscription, now: int) -> bool:
    """Serve the next moment, where this one is still ours to be done with."""
    if not queue.complete(connection, _held(claimed)):
        return False
    _plan_next(connection, claimed.id, claimed.plan, now)
    return True


def _is_stranded(plan: SubscriptionPlan, state: JobState | None, now: int) -> bool:
    """Say whether a plan has no job that will be tried by when it is next due, or by the longest pause after a failure.

    A clock that was ahead by less than that pause strands nothing: what it sent a little early would be sent again.
    """
    longest = max(PAUSES_US)
    return state is None or state.has_failed or state.try_at > max(plan.next_due(now + longest), now + longest)


def _begin_anew(
    connection: Connection, subscription_id: int, plan: SubscriptionPlan, *, is_on: bool, now: int
) -> Subscription:
    queue.cancel(connection, MAILED_REPORT, str(subscription_id))
    _set(connection, subscription_id, is_on=is_on, due_at=plan.next_due(now), failure=None)
    if is_on:
        _plan_next(connection, subscription_id, plan, now)
    return find_subscription(connection, subscription_id)


def _plan_next(connection: Connection, subscription_id: int, plan: SubscriptionPlan, now: int) -> None:
    """Enqueue the next moment of a recurrence."""
    due_at = plan.next_due(now)
    _set(connection, subscription_id, due_at=due_at)
    queue.enqueue(
        connection, MAILED_REPORT, {"mailing": subscription_id}, due_at=due_at, now=now, key=str(subscription_id)
    )


def _held(claimed: Subscription) -> Job:
    if claimed.job is None:
        raise TypeError
    return claimed.job


def _set(connection: Connection, subscription_id: int, **values: object) -> None:
    if not connection.execute(update(mailing).where(mailing.c.id == subscription_id).values(**values)).rowcount:
        raise NoSuchSubscription


def _planned(plan: SubscriptionPlan) -> dict[str, object]:
    return {
        "name": plan.name,
        "query": plan.query,
        "language": plan.language,
        "recipients": json.dumps(plan.recipients),
        "rhythm": plan.recurrence.value,
        "day": plan.day,
        "minute": plan.minute,
        "zone": plan.zone,
    }


def _subscriptions() -> Select[Any]:
    return select(mailing, user.c.name.label("by")).join(user, user.c.id == mailing.c.user_id)


def _subscription(row: Row[Any], states: Mapping[str, JobState]) -> Subscription:
    recipients: Sequence[str] = json.loads(row.recipients)
    plan = SubscriptionPlan(
        name=row.name,
        query=row.query,
        language=row.language,
        recipients=tuple(recipients),
        recurrence=Recurrence(row.rhythm),
        day=row.day,
        minute=row.minute,
        zone=row.zone,
    )
    state = states.get(str(row.id), JobState(try_at=row.due_at, attempts=0))  # a paused one has no job
    return Subscription(
        id=row.id,
        user_id=row.user_id,
        by=row.by,
        plan=plan,
        is_on=row.is_on,
        due_at=row.due_at,
        try_at=state.try_at,
        sent_at=row.sent_at,
        failure=DeliveryFailure(**json.loads(row.failure)) if row.failure else None,
        attempts=state.attempts,
    )


def _failure_json(failure: DeliveryFailure | None) -> str | None:
    return json.dumps({"sentence": failure.sentence, "data": dict(failure.data)}) if failure else None
