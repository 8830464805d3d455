"""Who keeps the facts right: one process holds the file, follows the journal, and rebuilds what is damaged."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from ressenti.facts.lock import PATIENCE_S, Lock
from ressenti.facts.projector import Progress, build, catch_up, is_ahead, is_behind
from ressenti.facts.store import Damaged, FactStore, discard
from ressenti.kit.clock import from_us, now
from ressenti.record.store import Store

Result = TypeVar("Result")


class Keeper:
    """This process's hold on the facts of a record. Safe to use from several threads; close it when done."""

    def __init__(self, record: Store, *, patience_s: float = PATIENCE_S, progress: Progress | None = None) -> None:
        """Take the lock and open the facts, rebuilding them if there are none; raises FactsLocked."""
        self.record = record
        self.path = facts_path(record.path)
        self._progress = progress
        self._turn = threading.RLock()
        self._lock = Lock(record.path.with_name(record.path.name + ".lock"), patience_s=patience_s)
        try:
            self._facts = self._opened()
        except BaseException:
            self._lock.release()
            raise

    def close(self) -> None:
        """Leave the file whole and give the lock back."""
        self._facts.close()
        self._lock.release()

    def using(self, work: Callable[[FactStore], Result]) -> Result:
        """Do something with facts that are up to date; if they prove damaged, rebuild them and do it again."""
        try:
            return work(self._current())
        except Damaged:
            with self._turn:
                self._set_aside()
            return work(self._current())

    def rebuild(self) -> None:
        """Measure everything anew."""
        with self._turn:
            self._facts.close()
            build(self.record, self.path, progress=self._progress)
            self._facts = FactStore(self.path)

    def _current(self) -> FactStore:
        if is_behind(self.record, self._facts):
            with self._turn:
                if is_ahead(self.record, self._facts):
                    self.rebuild()
                catch_up(self.record, self._facts)
        return self._facts

    def _opened(self) -> FactStore:
        if self.path.exists():
            try:
                return FactStore(self.path)
            except Damaged:
                discard(self.path, keep_as=_damaged_name())
        build(self.record, self.path, progress=self._progress)
        return FactStore(self.path)

    def _set_aside(self) -> None:
        self._facts.abandon()
        discard(self.path, keep_as=_damaged_name())
        self._facts = self._opened()


def facts_path(record: Path) -> Path:
    """Return where the facts of a record stand: beside it, named after it."""
    return record.with_name(record.stem + ".facts.duckdb")


def _damaged_name() -> str:
    return f"corrupt-{from_us(now()):%Y%m%dT%H%M%S%f}"
