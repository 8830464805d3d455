"""The jobs of a record: enqueued in the transaction of their cause, leased to one worker, settled by who holds them.

A lease is held with a fence, a number that every claim makes larger. What a worker writes about a job it writes only
while the fence is the one it was given, so that a worker that was stopped past its lease, and goes on, changes nothing.
A job therefore runs at least once, and may run twice; at most one worker is believed.
"""

import json
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, and_, case, delete, func, insert, or_, select, update

from ressenti.jobs.retry import pause_after
from ressenti.kit.clock import SECOND
from ressenti.record.tables import job as table

LEASE_US = 30 * SECOND
"""How long a worker holds a job without a sign of life."""
UNREADABLE = "unreadable"
"""The failure of a job whose payload was damaged."""
MOST_CLAIMED_AT_ONCE = 16
"""How many jobs a worker tries to claim, where others take them before it, until it looks again."""
SKEWED_LEASES = 2
"""A lease that ends later than so many leases from now was given by a clock that has been set back since."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job as a worker holds it. Moments in microseconds.

    `attempts` were begun, this one included. `fence` is the fencing token of this claim, unique among those of the job.
    """

    id: int
    kind: str
    key: str | None
    payload: Mapping[str, Any]
    due_at: int
    attempts: int
    fence: int


class JobState(NamedTuple):
    """When a job is next tried, where it is held: if nothing is heard of who holds it; and the attempts begun.

    One that has failed for good is not tried any more.
    """

    try_at: int
    attempts: int
    has_failed: bool = False


@dataclass(frozen=True, slots=True)
class FailedJob:
    """A job that nobody tries any more: what it was, how often it was tried, and the code of what it met last."""

    kind: str
    key: str | None
    attempts: int
    failed_at: int
    failure: str


def enqueue(
    connection: Connection, kind: str, payload: Mapping[str, Any], *, due_at: int, now: int, key: str | None = None
) -> None:
    """Have something done at a moment, if the caller's transaction is committed.

    Of one kind and key there is one job. Enqueued again while it waits, it is done at the earlier of both moments;
    while a worker holds it, once more afterwards, however that ends. It has all its attempts again. The payload is the
    last one given.
    """
    written = json.dumps(payload, ensure_ascii=False)
    if key is not None and connection.execute(_again(kind, key, written, due_at)).rowcount:
        return
    values = {"kind": kind, "unique_key": key, "payload": written, "due_at": due_at, "created_at": now}
    begin = secrets.randbits(_RANDOM_BITS)  # a store may give an id again: no claim fits a later job that has it
    connection.execute(insert(table).values(**values, attempts=0, fence=begin))


def cancel(connection: Connection, kind: str, key: str) -> None:
    """Have something not done; a worker that holds it is not believed any more."""
    connection.execute(delete(table).where(table.c.kind == kind, table.c.unique_key == key))


def claim_waits(connection: Connection, kinds: Collection[str], *, now: int, lease_us: int = LEASE_US) -> bool:
    """Say whether there may be a job to claim; a look that holds up nobody."""
    return connection.execute(select(table.c.id).where(*_due(kinds, now, lease_us)).limit(1)).first() is not None


def claim(
    connection: Connection, kinds: Collection[str], *, now: int, worker: str, lease_us: int = LEASE_US
) -> Job | None:
    """Return the job that is due longest, leased; None where none is due. To be committed before the work begins.

    A job whose worker gave no sign of life for the length of a lease is due again.
    """
    due = select(table.c.id, table.c.fence).where(*_due(kinds, now, lease_us)).order_by(table.c.due_at, table.c.id)
    for row in connection.execute(due.limit(MOST_CLAIMED_AT_ONCE)).all():
        leased = (
            update(table)
            .where(table.c.id == row.id, table.c.fence == row.fence)  # a store with several writers gives it to one
            .values(
                fence=row.fence + 1,
                attempts=table.c.attempts + 1,
                leased_until=now + lease_us,
                leased_by=worker,
                again_at=case((table.c.again_at <= now, None), else_=table.c.again_at),  # this run is after its cause
            )
        )
        if claimed := connection.execute(leased.returning(*table.c)).one_or_none():
            job, is_read = _job(claimed)
            if is_read:
                return job
            fail(connection, job, UNREADABLE, now=now)  # it would hold up every job behind it
    return None


def extend(connection: Connection, held: Job, *, now: int, lease_us: int = LEASE_US) -> bool:
    """Give a sign of life; say whether the job is still held."""
    return _write(connection, held, leased_until=now + lease_us)


def complete(connection: Connection, held: Job) -> bool:
    """Settle a job as done, in the transaction of what else it wrote; say whether it was still held."""
    if connection.execute(delete(table).where(held_by(held), table.c.again_at.is_(None))).rowcount:
        return True
    return _write(connection, held, **_FREE, due_at=table.c.again_at, again_at=None, attempts=0)


def retry(connection: Connection, held: Job, failure: str, *, now: int) -> bool:
    """Settle an attempt as failed: tried again after a pause, or no more; say whether it was still held.

    Enqueued again for sooner than that, it is done then instead; for later, it is done then as well.
    """
    pause = pause_after(held.attempts)
    if pause is None:
        return fail(connection, held, failure, now=now)
    is_sooner = table.c.again_at <= now + pause
    return _write(
        connection,
        held,
        **_FREE,
        due_at=case((is_sooner, table.c.again_at), else_=now + pause),
        attempts=case((is_sooner, 0), else_=table.c.attempts),
        again_at=case((is_sooner, None), else_=table.c.again_at),
        failure=failure,
    )


def fail(connection: Connection, held: Job, failure: str, *, now: int) -> bool:
    """Settle a job as failed for good, and keep it, unless it was enqueued again; say whether it was still held."""
    is_again = table.c.again_at.is_not(None)
    return _write(
        connection,
        held,
        **_FREE,
        due_at=case((is_again, table.c.again_at), else_=table.c.due_at),
        attempts=case((is_again, 0), else_=table.c.attempts),
        failed_at=case((is_again, None), else_=now),
        again_at=None,
        failure=failure,
    )


def release(connection: Connection, held: Job) -> bool:
    """Give a job back that was not finished, to be done as if it had not begun; say whether it was still held."""
    return _write(connection, held, **_FREE, attempts=table.c.attempts - 1)


def release_all(connection: Connection, kinds: Collection[str]) -> None:
    """Take back every job of some kinds that is held: for who knows that no worker of them is left."""
    held = and_(table.c.kind.in_(kinds), table.c.leased_until.is_not(None))
    connection.execute(update(table).where(held).values(**_FREE))


def states(connection: Connection, kind: str, key: str | None = None) -> dict[str, JobState]:
    """Return by their keys how the jobs of a kind stand, or the one of a key."""
    try_at = func.coalesce(table.c.leased_until, table.c.due_at)
    has_failed = table.c.failed_at.is_not(None)
    query = select(table.c.unique_key, try_at, table.c.attempts, has_failed).where(table.c.kind == kind)
    if key is not None:
        query = query.where(table.c.unique_key == key)
    return {found: JobState(*state) for found, *state in connection.execute(query) if found is not None}


def failed_jobs(connection: Connection) -> list[FailedJob]:
    """Return the jobs that failed for good, the latest first."""
    rows = connection.execute(select(table).where(table.c.failed_at.is_not(None)).order_by(table.c.failed_at.desc()))
    return [FailedJob(row.kind, row.unique_key, row.attempts, row.failed_at, row.failure) for row in rows]


def held_by(held: Job) -> ColumnElement[bool]:
    """Return what is true of a job's row while its worker may write about it: nobody has claimed it since."""
    return and_(table.c.id == held.id, table.c.fence == held.fence, table.c.leased_until.is_not(None))


_RANDOM_BITS = 48
_FREE: dict[str, None] = {"leased_until": None, "leased_by": None}


def _write(connection: Connection, held: Job, **values: Any) -> bool:
    return connection.execute(update(table).where(held_by(held)).values(**values)).rowcount == 1


def _due(kinds: Collection[str], now: int, lease_us: int) -> tuple[ColumnElement[bool], ...]:
    until = table.c.leased_until
    is_lapsed = or_(until <= now, until > now + SKEWED_LEASES * lease_us)
    is_free = or_(and_(until.is_(None), table.c.due_at <= now), is_lapsed)
    return table.c.failed_at.is_(None), table.c.kind.in_(kinds), is_free


def _again(kind: str, key: str, payload: str, due_at: int) -> Any:
    """Return what is written about a job that is there already, whatever became of it."""
    is_failed, is_held = table.c.failed_at.is_not(None), table.c.leased_until.is_not(None)
    is_sooner = and_(~is_failed, table.c.due_at < due_at)
    again = case((table.c.again_at < due_at, table.c.again_at), else_=due_at)
    return (
        update(table)
        .where(table.c.kind == kind, table.c.unique_key == key)
        .values(
            payload=payload,
            due_at=case((or_(is_held, is_sooner), table.c.due_at), else_=due_at),
            again_at=case((is_held, again), else_=None),
            attempts=case((is_held, table.c.attempts), else_=0),
            failed_at=None,
            failure=case((is_failed, None), else_=table.c.failure),
        )
    )


def _job(row: Row[Any]) -> tuple[Job, bool]:
    """Return a job, and whether its payload could be read: it is an object, of no depth that ends who reads it."""
    try:
        payload = json.loads(row.payload)
    except (TypeError, ValueError, RecursionError):
        payload = None
    is_read = isinstance(payload, dict)
    job = Job(
        id=row.id,
        kind=row.kind,
        key=row.unique_key,
        payload=payload if is_read else {},
        due_at=row.due_at,
        attempts=row.attempts,
        fence=row.fence,
    )
    return job, is_read
