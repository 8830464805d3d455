"""Claim a mailing as the worker does, at a moment that a test says."""

from sqlalchemy import Connection

from ressenti.jobs import queue
from ressenti.jobs.retry import MOST_ATTEMPTS
from ressenti.workspace.subscriptions import MAILED_REPORT, Subscription, claimed_subscription, note_ended


def claim_due(connection: Connection, *, now: int) -> Subscription | None:
    """Return a mailing to be sent now, claimed; one that ended every sender is left until next time."""
    while held := queue.claim(connection, [MAILED_REPORT], now=now, worker="test"):
        if held.attempts <= MOST_ATTEMPTS:
            return claimed_subscription(connection, held)
        note_ended(connection, held, now=now)
    return None
