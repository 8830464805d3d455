"""Who does the jobs: one at a time, each leased before it begins, with a sign of life while it lasts."""

import os
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple, TypeAlias

from sqlalchemy import Connection

from ressenti.jobs import queue
from ressenti.jobs.queue import LEASE_US, Job
from ressenti.jobs.retry import MOST_ATTEMPTS
from ressenti.kit import clock
from ressenti.kit.logs import get_logger
from ressenti.kit.refusals import Refusal
from ressenti.record.stores.sqlite import Store

HEARTBEAT_S = 10.0
"""How often a worker gives a sign of life."""
EVERY_S = 5.0
"""How often is looked for what is due, and for what a worker left."""
PATIENCE_S = 5.0
"""How long a job under way may still take when the program ends; its lease leaves it to the next worker."""
ENDED = "ended"
"""The failure of a job whose every attempt ended without a word."""

log = get_logger()


class Settlement(NamedTuple):
    """What is written once a job was worked on, in one transaction, which says whether the job was still held."""

    write: Callable[[Connection], bool]
    has_failed: bool = False


RunJob: TypeAlias = Callable[[Job], Settlement | None]


@dataclass(frozen=True, slots=True)
class JobKind:
    """How jobs of a kind are done.

    `run` works, and returns what settles the job where `complete` alone does not; what it raises is retried.
    `abandon` returns what settles a job whose every attempt ended without a word; by default it is kept as failed.
    """

    run: RunJob
    abandon: Callable[[Job], Settlement] | None = None


JobKinds: TypeAlias = Mapping[str, JobKind]


class JobCounts(NamedTuple):
    """What became of what was due."""

    done: int = 0
    failed: int = 0


class Worker:
    """Does the jobs of a record that are of some kinds; `kinds` is asked each time, so that a kind may wait."""

    def __init__(
        self,
        record: Store,
        kinds: Callable[[], JobKinds],
        *,
        now: Callable[[], int] = clock.now,
        lease_us: int = LEASE_US,
        heartbeat_s: float = HEARTBEAT_S,
    ) -> None:
        self.name = f"{socket.gethostname()}:{os.getpid()}"
        self._record = record
        self._kinds = kinds
        self._now = now
        self._lease_us = lease_us
        self._heartbeat_s = heartbeat_s
        self._woken = threading.Event()

    def wake(self) -> None:
        """Have it looked at once for what is due, where somebody waits for a job."""
        self._woken.set()

    def wait(self, most_s: float) -> None:
        """Return when it is woken, or after so many seconds."""
        self._woken.wait(most_s)
        self._woken.clear()

    def run_due(self, ended: threading.Event | None = None) -> JobCounts:
        """Do everything that is due, one after the other, or until stopped; raises for no single job."""
        counts = JobCounts()
        kinds = self._kinds()
        while not (ended and ended.is_set()) and (held := self._claim(kinds)):
            has_failed = self._do(held, kinds[held.kind])
            counts = JobCounts(counts.done + (not has_failed), counts.failed + has_failed)
        return counts

    def _claim(self, kinds: JobKinds) -> Job | None:
        with self._record.read() as record:  # a reader's look first: most of the time nothing is due
            if not queue.claim_waits(record, kinds.keys(), now=self._now(), lease_us=self._lease_us):
                return None
        with self._record.write() as record:  # the moment is taken inside: one waits to write, and leases go on
            return queue.claim(record, kinds.keys(), now=self._now(), worker=self.name, lease_us=self._lease_us)

    def _do(self, held: Job, kind: JobKind) -> bool:
        """Work on a job, settle it, and say whether it failed: one that cannot be settled has, as one that raises."""
        try:
            settlement = self._work(held, kind)
            self._settle(held, settlement)
        except Refusal as refusal:
            log.warning("job_failed", kind=held.kind, job=held.id, attempts=held.attempts, code=refusal.code)
            failure = refusal.code
        except Exception as error:
            log.exception("job_failed", kind=held.kind, job=held.id, attempts=held.attempts)
            failure = type(error).__name__
        else:
            return settlement.has_failed
        self._settle(held, Settlement(partial(queue.retry, held=held, failure=failure, now=self._now())))
        return True

    def _work(self, held: Job, kind: JobKind) -> Settlement:
        if held.attempts > MOST_ATTEMPTS:
            return kind.abandon(held) if kind.abandon else self._fails(held, ENDED)
        with self._alive(held):
            return kind.run(held) or Settlement(partial(queue.complete, held=held))

    def _fails(self, held: Job, failure: str) -> Settlement:
        log.error("job_abandoned", kind=held.kind, job=held.id, attempts=held.attempts - 1)
        return Settlement(partial(queue.fail, held=held, failure=failure, now=self._now()), has_failed=True)

    def _settle(self, held: Job, settlement: Settlement) -> None:
        with self._record.write() as record:
            is_believed = settlement.write(record)
        if not is_believed:
            log.warning("job_taken_over", kind=held.kind, job=held.id, fence=held.fence)

    @contextmanager
    def _alive(self, held: Job) -> Iterator[None]:
        """Extend the lease from time to time, for as long as the block runs."""
        ended = threading.Event()
        thread = threading.Thread(target=self._beat, args=(held, ended), name="heartbeat", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def _beat(self, held: Job, ended: threading.Event) -> None:
        while not ended.wait(self._heartbeat_s):
            try:
                with self._record.write() as record:
                    if not queue.extend(record, held, now=self._now(), lease_us=self._lease_us):
                        return  # somebody else has it, or it was cancelled: settling it finds that out
            except Refusal as refusal:  # the record is busy, or its disk full: the next beat may come through
                log.warning("heartbeat_missed", kind=held.kind, job=held.id, code=refusal.code)
            except Exception as error:  # without a next one, the job would be done twice
                log.exception("heartbeat_missed", kind=held.kind, job=held.id, error=type(error).__name__)


@contextmanager
def working(*workers: Worker, every_s: float = EVERY_S) -> Iterator[None]:
    """Have workers do what is due while the block runs, each in a thread; a job under way is finished first."""
    ended = threading.Event()
    with ExitStack() as ending:
        for worker in workers:
            thread = threading.Thread(target=_run, args=(worker, ended, every_s), name="jobs", daemon=True)
            thread.start()
            ending.callback(thread.join, timeout=PATIENCE_S)
        for worker in workers:
            ending.callback(worker.wake)
        ending.callback(ended.set)
        yield


def _run(worker: Worker, ended: threading.Event, every_s: float) -> None:
    waits_for = None
    while True:
        worker.wait(every_s)
        if ended.is_set():
            return
        try:
            worker.run_due(ended)
            waits_for = None
        except Refusal as refusal:  # the record is busy, or what was set up cannot be read: its page says so as well
            if refusal.code != waits_for:
                log.warning("jobs_wait", code=refusal.code)
            waits_for = refusal.code
        except Exception as error:
            log.exception("jobs_failed", error=type(error).__name__)
