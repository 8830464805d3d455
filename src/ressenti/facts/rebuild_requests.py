"""A rebuild that is asked of a server is a job: begun again by the next server where this one ends in between."""

import threading
from collections.abc import Sequence
from concurrent.futures import Future
from functools import partial

from ressenti.facts.refusals import FactsClosing
from ressenti.facts.store import FactStore
from ressenti.jobs.background import BackgroundWorker
from ressenti.jobs.queue import Job, release
from ressenti.jobs.worker import JobKind, Settlement
from ressenti.record.stores.storage_errors import storage_refusal

REBUILD = "rebuild"
"""The kind of job that measures everything anew."""


class RebuildRequests:
    """Rebuilds of a server's facts, for those who wait until one is done."""

    def __init__(self, facts: FactStore, background: BackgroundWorker) -> None:
        self._facts = facts
        self._background = background
        self._turn = threading.Lock()
        self._waiting: list[Future[None]] = []
        self._served: set[Future[None]] = set()
        """Those whose rebuild is under way."""
        self._is_closing = False
        background.register(REBUILD, JobKind(self._run))

    def start(self) -> None:
        """Take requests, also once more after it was closed."""
        with self._turn:
            self._is_closing = False

    def ask(self) -> Future[None]:
        """Ask for a rebuild; return what ends when everything was measured anew, or with what kept it from that.

        All who ask before one begins are answered by it. Raises FactsClosing once the server ends.
        """
        done: Future[None] = Future()
        with self._turn:
            if self._is_closing:
                raise FactsClosing
            self._waiting.append(done)
        self._background.enqueue(REBUILD)
        return done

    def close(self) -> None:
        """Have a rebuild stop, and tell everybody who waits that the server ends: the next one does it."""
        with self._turn:
            self._is_closing = True
            waiting = [*self._waiting, *self._served]
            self._waiting = []
            self._served.clear()
        _fail(waiting, FactsClosing())

    def _run(self, held: Job) -> Settlement | None:
        with self._turn:
            served, self._waiting = self._waiting, []  # requests from now on are for the next one
            self._served.update(served)
        try:
            self._facts.rebuild(progress=self._go_on)
        except _RebuildStopped:
            return Settlement(partial(release, held=held))
        except BaseException as error:
            refusal = storage_refusal(error, self._facts.path)
            _fail(self._still_waiting(served), refusal or error)
            if refusal:
                raise refusal from error
            raise
        for done in self._still_waiting(served):
            if done.set_running_or_notify_cancel():
                done.set_result(None)
        return None

    def _go_on(self, _done: int, _total: int) -> None:
        if self._is_closing:
            raise _RebuildStopped

    def _still_waiting(self, served: Sequence[Future[None]]) -> list[Future[None]]:
        """Return who is to be answered now: all that were served, unless they were told that the server ends."""
        with self._turn:
            waiting = [done for done in served if done in self._served]
            self._served.difference_update(served)
        return waiting


class _RebuildStopped(Exception):
    """The server ends before the rebuild does."""


def _fail(waiting: list[Future[None]], error: BaseException) -> None:
    for done in waiting:
        if done.set_running_or_notify_cancel():
            done.set_exception(error)
