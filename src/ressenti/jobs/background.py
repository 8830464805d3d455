"""The jobs that a process has done beside what it answers, each begun as soon as it is asked for."""

import threading
from contextlib import ExitStack

from ressenti.jobs import queue
from ressenti.jobs.queue import Job
from ressenti.jobs.worker import JobKind, Worker, working
from ressenti.kit import clock
from ressenti.kit.logs import get_logger
from ressenti.kit.refusals import Refusal
from ressenti.record.stores.sqlite import Store

log = get_logger()


class BackgroundWorker:
    """A worker for each kind, in a thread of its own, of kinds that one process at a time works on.

    That process is the one that holds the lock of the facts: an earlier holder of such a job is gone.
    """

    def __init__(self, record: Store) -> None:
        self._record = record
        self._kinds: dict[str, JobKind] = {}
        self._workers: dict[str, Worker] = {}
        self._turn = threading.Lock()
        self._running: ExitStack | None = None

    def register(self, name: str, kind: JobKind) -> None:
        """Take on jobs of a kind; to be done before it is started."""
        self._kinds[name] = kind
        self._workers[name] = Worker(self._record, lambda: {name: kind})

    def start(self) -> None:
        """Begin with what was left undone, where that is not being done yet."""
        with self._turn:
            if self._running is None:
                self._release_left()
                self._running = ExitStack()
                self._running.enter_context(working(*self._workers.values()))
                for worker in self._workers.values():
                    worker.wake()

    def enqueue(self, name: str) -> None:
        """Have a job done now, once, however often it is asked for before it begins.

        Where the record cannot keep it (its disk is full, or only read), it is done all the same, as far as it can be:
        what it makes may lie elsewhere, or be there already. Then nobody tries it again.
        """
        now = clock.now()
        self.start()
        try:
            with self._record.write() as connection:
                queue.enqueue(connection, name, {}, due_at=now, now=now, key=name)
        except Refusal as refusal:
            log.warning("job_not_kept", kind=name, code=refusal.code)
            threading.Thread(target=self._run_unkept, args=(name, now), name="jobs", daemon=True).start()
        self._workers[name].wake()

    def close(self) -> None:
        """End the threads; a job under way is waited for a little, and done again by the next process."""
        with self._turn:
            if self._running is not None:
                self._running.close()
                self._running = None

    def _run_unkept(self, name: str, now: int) -> None:
        unkept = Job(id=0, kind=name, key=name, payload={}, due_at=now, attempts=1, fence=0)
        try:
            self._kinds[name].run(unkept)
        except Refusal as refusal:
            log.warning("job_failed", kind=name, code=refusal.code)
        except Exception:
            log.exception("job_failed", kind=name)

    def _release_left(self) -> None:
        try:
            with self._record.write() as connection:
                queue.release_all(connection, self._kinds)
        except Refusal as refusal:  # what was left is free when its lease ends
            log.warning("jobs_not_released", code=refusal.code)
