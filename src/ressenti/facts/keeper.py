"""Who keeps the facts right: one process holds the file, follows the journal, and rebuilds what is damaged."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar, cast

from ressenti.facts.columns.table import Wanted
from ressenti.facts.gate import Gate
from ressenti.facts.lock import PATIENCE_S, Lock
from ressenti.facts.projector import Progress, build, catch_up, is_ahead, is_behind
from ressenti.facts.repair import Repair
from ressenti.facts.store import Damaged, FactStore, discard, put
from ressenti.kit.clock import from_us, now
from ressenti.record.store import Store

Result = TypeVar("Result")


class Keeper:
    """This process's hold on the facts of a record. Safe to use from several threads; close it when done.

    Facts that prove damaged are measured again before the question that met them is answered. A server has others to
    answer: with `answers_meanwhile` that happens in the background, and whoever asks is told how far it is. It also has
    memory to spare: what is `held` is read into it in the background, and answers there from then on.
    """

    def __init__(
        self,
        record: Store,
        *,
        patience_s: float = PATIENCE_S,
        progress: Progress | None = None,
        answers_meanwhile: bool = False,
        held: Sequence[Wanted] = (),
    ) -> None:
        """Take the lock and open the facts, rebuilding them if there are none; raises FactsLocked."""
        self.record = record
        self._answers_meanwhile = answers_meanwhile
        self._repair = Repair(self._replace)
        self.path = facts_path(record.path)
        self._progress = progress
        self._held = held
        self._remembered: tuple[int, object] | None = None
        self._turn = threading.RLock()
        self._gate = Gate()
        self._lock = Lock(record.path.with_name(record.path.name + ".lock"), patience_s=patience_s)
        try:
            self._facts = self._opened()
        except BaseException:
            self._lock.release()
            raise

    def close(self) -> None:
        """Leave the file whole and give the lock back."""
        is_whole = self._repair.stop()
        with self._turn, self._gate.alone():
            if is_whole:
                self._facts.close()
            self._lock.release()

    def using(self, work: Callable[[FactStore], Result], *, is_caught_up: bool = False) -> Result:
        """Do something with facts that are up to date; if they prove damaged, rebuild them and do it again.

        With `is_caught_up` they are taken as they stand: who asks several things in a row catches up once. Raises
        Measuring where a server rebuilds them meanwhile.
        """
        self._repair.require_whole()
        facts = self._facts
        try:
            if not is_caught_up:
                self._catch_up()
            with self._gate.inside():
                facts = self._facts
                return work(facts)
        except Damaged:
            if self._answers_meanwhile:
                self._repair.begin(facts)
            else:
                self._replace(facts)
        self._catch_up()
        with self._gate.inside():
            return work(self._facts)

    def remembered(self, version: int, make: Callable[[], Result]) -> Result:
        """Return what was made when the record stood at a version; it is made once, and forgotten with the next one.

        It may hold what is newer than the version, but nothing older. Everybody has to ask for the same kind of thing.
        """
        found = self._remembered
        if found is None or found[0] != version:
            found = self._remembered = version, make()
        return cast("Result", found[1])

    def forget(self) -> None:
        """Let go of everything that was remembered of questions asked before."""
        self._remembered = None
        self._facts.forget()

    def watermarks(self) -> dict[int, int]:
        """Return the journal number each project's facts stand at, as they are: without catching up first."""
        self._repair.require_whole()
        try:
            with self._gate.inside():
                return self._facts.watermarks()
        except Damaged:
            return self.using(FactStore.watermarks)

    def rebuild(self) -> None:
        """Measure everything anew; questions are answered from the old file until the new one is whole."""
        with self._turn:
            fresh = build(self.record, self.path, progress=self._progress)
            with self._gate.alone():
                self._facts.close()
                put(fresh, self.path)
                self._facts = self._open()

    def _catch_up(self) -> None:
        with self._gate.inside():
            if not is_behind(self.record, self._facts):
                return
        with self._turn:
            if is_ahead(self.record, self._facts):
                self.rebuild()
            catch_up(self.record, self._facts)

    def _opened(self) -> FactStore:
        if self.path.exists():
            try:
                return self._open()
            except Damaged:
                discard(self.path, keep_as=_damaged_name())
        put(build(self.record, self.path, progress=self._progress), self.path)
        return self._open()

    def _open(self) -> FactStore:
        facts = FactStore(self.path)
        if self._held:
            facts.hold(self._held)
        return facts

    def _replace(self, damaged: FactStore, progress: Progress | None = None) -> None:
        """Set a damaged file aside and rebuild it, unless another thread has done so already."""
        with self._turn, self._gate.alone():
            if self._facts is damaged:
                damaged.abandon()
                discard(self.path, keep_as=_damaged_name())
                put(build(self.record, self.path, progress=progress or self._progress), self.path)
                self._facts = self._open()


def facts_path(record: Path) -> Path:
    """Return where the facts of a record stand: beside it, named after it."""
    return record.with_name(record.stem + ".facts.duckdb")


def _damaged_name() -> str:
    return f"corrupt-{from_us(now()):%Y%m%dT%H%M%S%f}"
