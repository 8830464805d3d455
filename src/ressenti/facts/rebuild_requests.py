"""A rebuild that is asked of a server is a job: begun again by the next server where this one ends in between."""

import threading
from concurrent.futures import Future

from ressenti.facts.refusals import FactsClosing
from ressenti.facts.store import FactStore
from ressenti.jobs.background import BackgroundWorker
from ressenti.jobs.queue import Job
from ressenti.jobs.worker import JobKind
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
        self._is_closing = False
        background.register(REBUILD, JobKind(self._run))

    def ask(self) -> None:
        """Return when everything was measured anew; raises what kept it from being done, or FactsClosing."""
        done: Future[None] = Future()
        with self._turn:
            if self._is_closing:
                raise FactsClosing
            self._waiting.append(done)
        try:
            self._background.enqueue(REBUILD)
            done.result()
        finally:
            with self._turn:
                if done in self._waiting:
                    self._waiting.remove(done)

    def close(self) -> None:
        """Refuse requests that have not begun, as the server ends; what they asked for is done by the next one."""
        with self._turn:
            self._is_closing = True
        _fail(self._taken(), FactsClosing())

    def _run(self, _held: Job) -> None:
        waiting = self._taken()  # requests from now on are for the next one
        try:
            self._facts.rebuild()
        except BaseException as error:
            refusal = storage_refusal(error, self._facts.path)
            _fail(waiting, refusal or error)
            if refusal:
                raise refusal from error
            raise
        for done in waiting:
            done.set_result(None)

    def _taken(self) -> list[Future[None]]:
        with self._turn:
            waiting, self._waiting = self._waiting, []
        return waiting


def _fail(waiting: list[Future[None]], error: BaseException) -> None:
    for done in waiting:
        done.set_exception(error)
