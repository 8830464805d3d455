"""Who keeps the facts right: one process holds them, follows the journal, and rebuilds what is damaged."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar, cast

from ressenti.facts.engines.engine import DamagedFacts, Engine
from ressenti.facts.engines.memory.table import TableSpec
from ressenti.facts.engines.shared_lock import SharedLock
from ressenti.facts.process_lock import PATIENCE_S, Lock, lock_path
from ressenti.facts.projector import BuildProgress, build, catch_up, is_ahead, is_behind
from ressenti.facts.repair import Repair
from ressenti.facts.storage import storage_of
from ressenti.record.stores.inspection import Inspection
from ressenti.record.stores.sqlite import Store

StoreResult = TypeVar("StoreResult")


class FactStore:
    """This process's hold on the facts of a record. Safe to use from several threads; close it when done.

    Facts that prove damaged are measured again before the question that met them is answered. A server has others to
    answer: with `answers_meanwhile` that happens in the background, and queries get its progress. It also has
    memory to spare: what is `held` is read into it in the background, and answers there from then on.
    """

    def __init__(
        self,
        record: Store,
        *,
        facts: str | None = None,
        patience_s: float = PATIENCE_S,
        progress: BuildProgress | None = None,
        answers_meanwhile: bool = False,
        held: Sequence[TableSpec] = (),
    ) -> None:
        """Take the lock and open the facts, rebuilding them if there are none; raises FactsLocked and ServerStarting.

        If who held it before was ended before it could leave, the record is inspected first; raises DamagedDatabase.

        `facts` is an address of servers that keep them; without one, they are in a file beside the record. Raises
        BadFactsAddress, and the refusals of servers that cannot be asked.
        """
        self.record = record
        self._answers_meanwhile = answers_meanwhile
        self._repair = Repair(self._replace)
        self.path = facts_path(record.path)
        self._storage = storage_of(self.path, facts, record)
        self.place = self._storage.place
        self._progress = progress
        self._held = held
        self._remembered: tuple[tuple[int, Engine], object] | None = None
        self._building = threading.RLock()
        """Held while new facts are made; taken before the turn, which is free meanwhile."""
        self._turn = threading.RLock()
        self._shared_lock = SharedLock()
        self._lock = Lock(lock_path(record.path), patience_s=patience_s, is_servers=answers_meanwhile)
        self._inspection = Inspection(record, is_due=self._lock.was_left)
        try:
            self._inspection.begin(meanwhile=answers_meanwhile)
            self._facts = self._opened()
        except BaseException:
            self._storage.close()
            self._lock.release(as_left=not self._inspection.stop())
            raise

    def close(self) -> None:
        """Leave the facts whole and give the lock back, once those who ask have their answers.

        Whoever asks afterwards meets FactsClosing.
        """
        is_whole = self._repair.stop()
        with self._building, self._turn, self._shared_lock.alone():
            self._shared_lock.shut()
            if is_whole:
                self._facts.close()
            self._lock.release(as_left=not self._inspection.stop())

    def using(self, work: Callable[[Engine], StoreResult], *, is_caught_up: bool = False) -> StoreResult:
        """Do something with facts that are up to date; if they prove damaged, rebuild them and do it again.

        With `is_caught_up` they are taken as they stand: who asks several things in a row catches up once. Raises
        Measuring where a server rebuilds them meanwhile.
        """
        self._repair.require_whole()
        facts = self._facts
        try:
            if not is_caught_up:
                self._catch_up()
            with self._shared_lock.inside():
                facts = self._facts
                return work(facts)
        except DamagedFacts:
            if self._answers_meanwhile:
                self._repair.begin(facts)
            else:
                self._replace(facts)
        self._catch_up()
        with self._shared_lock.inside():
            return work(self._facts)

    def remembered(self, version: int, make: Callable[[], StoreResult]) -> StoreResult:
        """Return what was made when the record stood at a version; it is made once, and forgotten with the next one.

        It is forgotten with the facts it was made from too, where others took their place. It may hold what is newer
        than the version, but nothing older. Everybody has to ask for the same kind of thing.
        """
        standing, found = (version, self._facts), self._remembered
        if found is None or found[0] != standing:
            found = self._remembered = standing, make()
        return cast("StoreResult", found[1])

    def forget(self) -> None:
        """Clear everything that is cached of questions asked before."""
        self._remembered = None
        self._facts.forget()

    def watermarks(self) -> dict[int, int]:
        """Return the journal number each project's facts stand at, as they are: without catching up first."""
        self._repair.require_whole()
        try:
            with self._shared_lock.inside():
                return self._facts.watermarks()
        except DamagedFacts:
            return self.using(lambda facts: facts.watermarks())

    def rebuild(self, *, progress: BuildProgress | None = None) -> None:
        """Measure everything anew; questions are answered from the old ones until the new ones are whole."""
        with self._building:
            new = self._built(progress or self._progress)
            with self._turn:
                with self._shared_lock.alone():
                    self._facts.close()
                    self._facts = self._holding(self._storage.put(new))
                catch_up(self.record, self._facts)  # with what came while they were made

    def _catch_up(self) -> None:
        with self._shared_lock.inside():
            if not is_behind(self.record, self._facts):
                return
        self._rebuild_if_ahead()
        with self._turn:
            catch_up(self.record, self._facts)

    def _rebuild_if_ahead(self) -> None:
        """Rebuild facts that know of changes the record does not: it is an older copy."""
        if not is_ahead(self.record, self._facts):
            return
        with self._building:
            if is_ahead(self.record, self._facts):  # nobody else has done so meanwhile
                self.rebuild()

    def _opened(self) -> Engine:
        try:
            engine: Engine | None = self._storage.open()
        except DamagedFacts:
            self._storage.set_aside()
            engine = None
        if engine is None:
            engine = self._storage.put(self._built(self._progress))
        return self._holding(engine)

    def _built(self, progress: BuildProgress | None) -> Engine:
        """Return new facts of everything, whole; nothing is left of what fails."""
        new: Engine = self._storage.begin()
        try:
            built = build(self.record, new, progress=progress)
            self._storage.seal(built)
        except BaseException:
            self._storage.drop(new)
            raise
        return built

    def _holding(self, facts: Engine) -> Engine:
        """Return facts that are held in memory as well, as far as they are to be."""
        return self._storage.hold(facts, self._held) if self._held else facts

    def _replace(self, damaged: Engine, progress: BuildProgress | None = None) -> None:
        """Set damaged facts aside and rebuild them, unless another thread has done so already."""
        with self._building, self._turn, self._shared_lock.alone():
            if self._facts is damaged:
                damaged.abandon()
                self._storage.set_aside()
                new = self._built(progress or self._progress)
                self._facts = self._holding(self._storage.put(new))


def facts_path(record: Path) -> Path:
    """Return where the facts of a record stand: beside it, named after it."""
    return record.with_name(record.stem + ".facts.duckdb")
