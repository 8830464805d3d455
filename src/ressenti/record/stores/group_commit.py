"""Small writes of many callers, committed together: full durability at the price of one fsync for all that wait.

A caller hands over what is to be written, and hears of it once it is on the disk. Whoever comes while a transaction is
being committed is in the next one. Each write has a savepoint of its own, so that one that is refused fails alone.
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError

from ressenti.kit.logs import get_logger
from ressenti.kit.refusals import Refusal
from ressenti.record.refusals import OutcomeUnknown, WriterEnded
from ressenti.record.stores.sqlite import Store

MOST_TOGETHER = 256
"""How many writes one transaction takes."""
PATIENCE_S = 10.0
"""How long a caller waits; afterwards the outcome is unknown, and the same write may be asked for again."""

Written = TypeVar("Written")
Write = Callable[[Connection], Written]

log = get_logger()


@dataclass(frozen=True, slots=True)
class _Waiting(Generic[Written]):
    """A write, and who waits for it."""

    write: Write[Written]
    outcome: Future[Written]


class GroupCommit:
    """The one writer of a server: takes writes of any thread and commits those that wait in one transaction.

    `committed` is told after every transaction in which something was written. `ended` is told when the writer ended by
    an error of ours: nobody may wait for it for ever, so the program should end.
    """

    def __init__(
        self,
        store: Store,
        *,
        committed: Callable[[], None] = lambda: None,
        ended: Callable[[], None] = lambda: None,
    ) -> None:
        self._store = store
        self._committed = committed
        self._ended = ended
        self._waiting: SimpleQueue[_Waiting[Any] | None] = SimpleQueue()
        self._is_over = False
        self._door = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    def submit(self, write: Write[Written]) -> Future[Written]:
        """Have something written; the future holds what the write returns, once it is on the disk.

        It holds what the write raised where that failed, a refusal where the disk takes nothing. Raises WriterEnded.
        """
        outcome: Future[Written] = Future()
        with self._door:
            if self._is_over:
                raise WriterEnded
            self._waiting.put(_Waiting(write, outcome))
        return outcome

    def write(self, write: Write[Written]) -> Written:
        """Have something written, and return what the write returns; raises OutcomeUnknown after ten seconds."""
        try:
            return self.submit(write).result(PATIENCE_S)
        except TimeoutError:
            raise OutcomeUnknown from None

    def close(self) -> None:
        """Commit what waits, and end."""
        with self._door:
            self._is_over = True
            self._waiting.put(None)
        self._thread.join()

    def _run(self) -> None:
        together: list[_Waiting[Any]] = []
        try:
            while together := self._next():
                self._commit(together)
        except BaseException:
            log.exception("writer_ended")
            self._fail([*together, *self._give_up()])
            self._ended()

    def _next(self) -> list[_Waiting[Any]]:
        """Return the writes that wait, at least one of them; none where the writer is to end."""
        first = self._waiting.get()
        if first is None:
            return []
        together = [first]
        while len(together) < MOST_TOGETHER:
            try:
                waiting = self._waiting.get_nowait()
            except Empty:
                break
            if waiting is None:
                self._waiting.put(None)
                break
            together.append(waiting)
        return together

    def _commit(self, together: list[_Waiting[Any]]) -> None:
        together = [waiting for waiting in together if waiting.outcome.set_running_or_notify_cancel()]
        try:
            with self._store.write() as connection:
                outcomes = [_written(connection, waiting) for waiting in together]
        except Refusal as error:  # of the disk: every other error is ours, and ends the writer
            for waiting in together:
                waiting.outcome.set_exception(error)
            return
        for tell in outcomes:
            tell()
        try:
            self._committed()
        except Exception:
            log.exception("committed_untold")

    def _give_up(self) -> Iterator[_Waiting[Any]]:
        with self._door:
            self._is_over = True
        while True:
            try:
                waiting = self._waiting.get_nowait()
            except Empty:
                return
            if waiting is not None:
                yield waiting

    @staticmethod
    def _fail(together: list[_Waiting[Any]]) -> None:
        for waiting in together:
            if not waiting.outcome.done():
                waiting.outcome.set_exception(WriterEnded())


def _written(connection: Connection, waiting: _Waiting[Written]) -> Callable[[], None]:
    """Write in a savepoint; return what tells the caller, once all is committed."""
    try:
        with connection.begin_nested():
            result = waiting.write(connection)
    except Exception as error:
        if isinstance(error, OperationalError | InternalError | InterfaceError):
            raise  # of the disk, most of the time: it concerns everybody
        return partial(waiting.outcome.set_exception, error)
    return partial(waiting.outcome.set_result, result)
