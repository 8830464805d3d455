"""Who mails what is due: each moment is a job, read with its owner's rights, composed and posted.

What goes wrong is kept in words beside the subscription; what may go better later is tried again after a pause.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from tempfile import gettempdir
from typing import TypeAlias
from urllib.parse import parse_qs

from ressenti.accounts.permissions import Permission, Viewer
from ressenti.facts.store import FactStore
from ressenti.indicators.dimensions import AGENT
from ressenti.indicators.names import by_keys, labels
from ressenti.indicators.query_session import QuerySession
from ressenti.indicators.visibility import visible_of
from ressenti.jobs.queue import Job, complete
from ressenti.jobs.worker import EVERY_S, JobKind, JobKinds, Settlement, Worker, working
from ressenti.kit import clock
from ressenti.kit.i18n import _
from ressenti.kit.logs import get_logger
from ressenti.kit.refusals import Refusal
from ressenti.record.stores.storage_errors import storage_refusal
from ressenti.reports.choice import ReportChoice, read_report_choice
from ressenti.reports.comments.choice import CommentsChoice
from ressenti.reports.comments.model import CommentRow
from ressenti.reports.comments.table import prepare_comments
from ressenti.reports.email.compose import Envelope, compose
from ressenti.reports.email.headers import wire
from ressenti.reports.email.smtp import SmtpServer, deliver, read_smtp_server
from ressenti.reports.email.summary import (
    DAYS_OF,
    MOST_COMMENTS,
    PERIOD_WORDS,
    EmailComment,
    EmailSummary,
    draw_pictures,
    prepare_summary,
)
from ressenti.reports.experience.comparability import settled
from ressenti.reports.experience.report import ReportReader
from ressenti.reports.period import day_in
from ressenti.workspace.subscriptions import (
    MAILED_REPORT,
    DeliveryFailure,
    Subscription,
    SubscriptionPlan,
    claimed_subscription,
    note_ended,
    note_failed,
    note_sent,
    owner_of,
    plan_stranded,
    stranded_subscriptions,
)

_SERVER_ERROR = 500

PARTLY = _("It was sent, but the mail server refused some of the addresses: {refused}.")
FAULT = _("Something went wrong on our side. It was written to the log.")

Moment: TypeAlias = Callable[[], int]

log = get_logger()


class OwnerGone(Refusal):
    """The owner of the subscription was removed."""

    status, code = 403, "owner_gone"
    sentence = _("{by} can no longer sign in, so this is not mailed with their rights any more.")


class OwnerMayNot(Refusal):
    """The owner of the subscription may mail nothing any more."""

    status, code = 403, "owner_may_not"
    sentence = _("{by} may no longer mail reports, so this is not mailed.")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryOutcome:
    """The outcome of what was due: reports sent, and attempts that failed."""

    sent_count: int = 0
    failed_count: int = 0


@dataclass(frozen=True, slots=True)
class Mailer:
    """Mails the reports of one installation. `address` is where its pages are, without a slash at the end."""

    fact_store: FactStore
    address: str

    def send_due(self, post: SmtpServer, *, now: Moment = clock.now) -> DeliveryOutcome:
        """Mail everything that is due, each once; never raises for one of them."""
        self.plan_stranded(now())
        done, failed = Worker(self.fact_store.record, lambda: self.kinds(post, now), now=now).run_due()
        return DeliveryOutcome(sent_count=done, failed_count=failed)

    def plan_stranded(self, now: int) -> None:
        """Plan anew what would not be mailed when it is due; whatever keeps it from that, what is due is mailed."""
        try:
            with self.fact_store.record.read() as record:
                if not stranded_subscriptions(record, now=now):
                    return
            with self.fact_store.record.write() as record:
                found = plan_stranded(record, now=now, fault=DeliveryFailure(FAULT, {}))
            log.warning("mailings_planned_anew", mailings=found)
        except Exception as error:
            log.exception("mailings_not_planned", error=type(error).__name__)

    def kinds(self, post: SmtpServer, now: Moment) -> JobKinds:
        """Return what a worker needs to mail through a server."""

        def run(held: Job) -> Settlement:
            with self.fact_store.record.read() as record:
                claimed = claimed_subscription(record, held)
            if claimed is None:
                return Settlement(partial(complete, held=held), has_failed=True)
            return self._serve(claimed, post, now)

        def abandon(held: Job) -> Settlement:
            return Settlement(partial(note_ended, held=held, now=now()), has_failed=True)

        return {MAILED_REPORT: JobKind(run, abandon)}

    def send_now(self, subscription: Subscription, post: SmtpServer, *, to: str, now: int) -> None:
        """Mail a report to one address at once, whatever it is due; raises whatever keeps it from arriving."""
        self._post(subscription, post, recipients=(to,), due_at=now, now=now, mark="now")

    def write(self, subscription: Subscription, owner: Viewer, *, due_at: int, now: int) -> EmailSummary:
        """Return what a mailed report says at the moment that is due, as its owner may read it."""
        with self.fact_store.record.read() as record:
            visible = visible_of(self.fact_store, record, owner.within)
            projects = visible.projects
            choice = mailed_choice(
                subscription.plan, due_at=due_at, week_start=projects[0].week_start if projects else 0
            )
            choice = choice.but(where=by_keys(visible, choice.where))
            named = labels(visible, choice.where)
        reading = ReportReader(
            choice=choice,
            ask=QuerySession(self.fact_store, owner.within),
            zone=subscription.plan.zone,
            now=now,
            currency=projects[0].currency if projects else "EUR",
        )
        comments = self._comments(reading, owner) if owner.may(Permission.READ_CONTENT) else ()
        return prepare_summary(settled(reading), language=subscription.plan.language, labels=named, comments=comments)

    def _serve(self, claimed: Subscription, post: SmtpServer, now: Moment) -> Settlement:
        """Mail what was claimed; return what keeps what became of it."""
        try:
            due_at = claimed.latest_due(now())
            refused = self._post(claimed, post, recipients=claimed.plan.recipients, due_at=due_at, now=now())
        except Refusal as refusal:
            return _failed(claimed, _failure_of(refusal), now(), is_final=refusal.status < _SERVER_ERROR)
        except Exception as error:
            if full := storage_refusal(error, gettempdir()):
                return _failed(claimed, _failure_of(full), now())
            log.exception("mailing_failed", mailing=claimed.id, error=type(error).__name__)
            return _failed(claimed, DeliveryFailure(FAULT, {}), now())
        partly = DeliveryFailure(PARTLY, {"refused": _listed(refused)}) if refused else None
        return Settlement(partial(note_sent, claimed=claimed, now=now(), failure=partly))

    def _post(
        self,
        subscription: Subscription,
        post: SmtpServer,
        *,
        recipients: Sequence[str],
        due_at: int,
        now: int,
        mark: str = "due",
    ) -> dict[str, str]:
        with self.fact_store.record.read() as record:
            owner = owner_of(record, subscription.user_id)
        if owner is None:
            raise OwnerGone(by=subscription.by)
        if not owner.may(Permission.MAIL):
            raise OwnerMayNot(by=subscription.by)
        summary = self.write(subscription, owner, due_at=due_at, now=now)
        envelope = Envelope(
            name=subscription.plan.name,
            mail_from=post.mail_from,
            recipients=tuple(recipients),
            message_id=_message_id(subscription.id, due_at, mark, self.address, post.sender),
            at=now,
            by=subscription.by,
            recurrence=subscription.plan.recurrence,
            address=self.address + lasting(summary.choice).address(),
        )
        return deliver(post, wire(compose(summary, envelope, pictures=draw_pictures(summary))), recipients)

    def _comments(self, reading: ReportReader, owner: Viewer) -> tuple[EmailComment, ...]:
        """Return the latest comments of the answers that the report is about."""
        choice = CommentsChoice(choice=reading.choice, columns=("rated", "comment", "csat", "agent"))
        table = prepare_comments(
            choice,
            self.fact_store,
            find=lambda _typed: [],
            within=owner.within,
            zone=reading.zone,
            now=reading.now,
            size=MOST_COMMENTS,
        )
        return tuple(_comment(row) for row in table.rows if row.text)


def mailed_choice(plan: SubscriptionPlan, *, due_at: int, week_start: int = 0) -> ReportChoice:
    """Return what a mailed report shows when it is due: its view, with the days just past where the view names none.

    Everything in it is on the clock by which it is sent (D41), whatever zone the view was looked at in.
    """
    words: Mapping[str, Sequence[str]] = parse_qs(plan.query) | {"zone": [plan.zone]}
    if not PERIOD_WORDS & words.keys():
        words = {**words, "period": [DAYS_OF[plan.recurrence]]}
    return read_report_choice(words, today=day_in(plan.zone, due_at), week_start=week_start)


def lasting(choice: ReportChoice) -> ReportChoice:
    """Return a choice whose address shows the same days later."""
    return choice.narrowed(choice.period)


@contextmanager
def mailing_in_background(mailer: Mailer, *, every_s: float = EVERY_S, now: Moment = clock.now) -> Iterator[None]:
    """Mail what is due for as long as the block runs, where a mail server is set up; what is under way is finished."""

    def kinds() -> JobKinds:
        if (post := read_smtp_server()) is None:
            return {}
        mailer.plan_stranded(now())
        return mailer.kinds(post, now)

    with working(Worker(mailer.fact_store.record, kinds, now=now), every_s=every_s):
        yield


def _failed(claimed: Subscription, failure: DeliveryFailure, now: int, *, is_final: bool = False) -> Settlement:
    write = partial(note_failed, claimed=claimed, failure=failure, now=now, is_final=is_final)
    return Settlement(write, has_failed=True)


def _failure_of(refusal: Refusal) -> DeliveryFailure:
    return DeliveryFailure(refusal.sentence, {name: str(value) for name, value in refusal.data.items()})


def _comment(row: CommentRow) -> EmailComment:
    agents = row.labels.get(AGENT.key, ())
    return EmailComment(
        words=row.text,
        on=row.rated_at.date() if row.rated_at else None,
        rating=row.csat,
        scale=row.scale,
        agent=", ".join(agents) or None,
    )


def _message_id(subscription_id: int, due_at: int, mark: str, address: str, sender: str) -> str:
    """Return the same name for the same report of the same moment: a second copy is recognised as one."""
    place = sha256(address.encode()).hexdigest()[:12]
    return f"<ressenti.{subscription_id}.{due_at}.{mark}.{place}@{sender.rpartition('@')[2]}>"


def _listed(refused: Mapping[str, str]) -> str:
    return ", ".join(f"{address} ({reason})" for address, reason in refused.items())
