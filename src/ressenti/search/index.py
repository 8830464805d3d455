"""How the words follow the record: read once from beginning to end, then whatever the journal says has changed."""

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from ressenti.jobs.background import BackgroundWorker
from ressenti.jobs.queue import Job, release
from ressenti.jobs.worker import JobKind, Settlement
from ressenti.kit.iteration import batched
from ressenti.kit.logs import get_logger
from ressenti.kit.refusals import Refusal
from ressenti.record.journal import changed_rows, last_seq, read_after
from ressenti.record.merged import became
from ressenti.record.projects import all_projects
from ressenti.record.stores.sqlite import Store
from ressenti.record.stores.storage_errors import storage_refusal
from ressenti.search import file
from ressenti.search.refusals import SearchPreparing
from ressenti.search.words import expression, read_terms

PATIENCE_S = 2.0
"""How long a search waits for an index that is being made; a small one is whole by then."""
PREPARE = "search_index"
"""The kind of job that reads the record to its end."""
STEP = 20_000
"""Conversations read in one transaction: about half a second, in which nobody waits."""
BATCH = 2_000
"""Changed conversations read again in one transaction."""

SearchResult = TypeVar("SearchResult")

log = get_logger()


class Index:
    """The words of a record. Nothing is opened before it is started or asked; safe to use from several threads."""

    def __init__(self, record: Store, background: BackgroundWorker) -> None:
        """Take on the job of reading the record to its end, which `background` has to be able to do."""
        self.path: Path = file.search_path(record.path)
        self._record = record
        self._background = background
        background.register(PREPARE, JobKind(self._prepare))
        self._turn = threading.RLock()
        self._writer: file.Writer | None = None
        self._is_asked_for = False
        """Whether the record is to be read, or being read."""
        self._percent = 0
        self._made = 0
        """How many times the index was made anew."""
        self._refused: Refusal | None = None
        """Why the disk did not take the words, the last time."""
        self._is_reading = threading.Lock()
        """Held while the record is read; taken before the turn."""
        self._has_ended = threading.Event()
        self._is_whole = threading.Event()
        self._is_ending = threading.Event()

    def start(self) -> None:
        """Have the record read in the background, where that is not being done yet; a search says what goes wrong."""
        with self._turn:
            if self._is_asked_for or self._is_whole.is_set():
                return
            self._is_asked_for, self._refused = True, None
            self._has_ended.clear()
        self._background.enqueue(PREPARE)

    def close(self) -> None:
        """End the reading, which goes on where it was the next time, and close the file."""
        self._is_ending.set()
        if self._writer is not None:
            self._writer.interrupt()
        with self._is_reading, self._turn:
            if self._writer is not None:
                self._writer.close()
                self._writer = None

    def progress(self) -> int | None:
        """Return how much of the record was read, in whole percent; None once all of it was."""
        return None if self._is_whole.is_set() else self._percent

    def find(self, typed: str, *, comments_too: bool = False) -> list[int]:
        """Return the ids of the conversations with a message that holds all that was typed, in their order.

        Messages are those of visitors and respondents, without internal notes and automatic ones (D29); comments are
        left with surveys. What was said in one that was merged leads to the one it became (D34). Raises SearchTooLong,
        NothingToSearch and SearchPreparing, and what is said of a disk that does not take the words.
        """
        wanted = expression(read_terms(typed))
        found = self._using(lambda: file.find_conversations(self.path, wanted, comments_too=comments_too))
        with self._record.read() as connection:
            whole = became(connection, found)
        return sorted({whole.get(one, one) for one in found}) if whole else found

    def find_offers(self, typed: str) -> list[int]:
        """Return the ids of the surveys whose comment holds all that was typed, in order; raises as `find` does."""
        wanted = expression(read_terms(typed))
        return self._using(lambda: file.find_offers(self.path, wanted))

    def catch_up(self) -> None:
        """Bring the words to the end of the journal; raises SearchPreparing where they are still being read."""
        self._require_whole()
        self._repairing(self._follow)

    def _using(self, ask: Callable[[], SearchResult]) -> SearchResult:
        self.catch_up()
        return self._repairing(ask)

    def _repairing(self, work: Callable[[], SearchResult]) -> SearchResult:
        """Do something with the index; if it proves damaged, make it anew and do it again."""
        made = self._made
        try:
            return work()
        except file.DamagedIndex as damage:
            self._renew(made, damage)
        self._require_whole()
        return work()

    def _require_whole(self) -> None:
        if not self._is_whole.is_set():
            self.start()
            self._has_ended.wait(PATIENCE_S)  # not for the words: it may end without them
            if not self._is_whole.is_set():
                refused = self._refused
                raise type(refused)(**refused.data) if refused else SearchPreparing(percent=self._percent)

    def _prepare(self, held: Job) -> Settlement | None:
        """Read the record to its end: the job, given back where the program ends before it."""
        refusal = None
        try:
            with self._is_reading:
                self._read_or_renew()
        except Exception as error:
            if self._is_ending.is_set():
                log.info("search_index_interrupted", percent=self._percent)
            elif refusal := storage_refusal(error, self.path):
                raise refusal from error
            else:
                raise
        finally:
            self._end(refusal)
        return None if self._is_whole.is_set() else Settlement(partial(release, held=held))

    def _end(self, refusal: Refusal | None) -> None:
        with self._turn:
            self._is_asked_for, self._refused = False, refusal
            self._has_ended.set()

    def _read_or_renew(self) -> None:
        try:
            self._read()
        except file.DamagedIndex as damage:
            log.warning("search index is made anew", exc_info=damage)
            self._discard()
            self._read()

    def _read(self) -> None:
        with self._turn:
            writer = self._opened()
            writer.check()
            if self._is_ahead(writer):
                raise file.DamagedIndex("it knows of more than the record")
        reached, last = writer.reached()
        while last is not None and not self._is_ending.is_set():
            with self._turn, writer.writing():
                until = min(reached + STEP, last)
                writer.put_conversations(reached + 1, until)
                if until == last:
                    writer.put_lone_comments()
                writer.reach(until, None if until == last else last)
            reached, last = writer.reached()
            self._percent = 100 * reached // last if last else 100
        if not self._is_ending.is_set():
            self._follow()
            self._is_whole.set()

    def _follow(self) -> None:
        with self._record.read() as connection:
            latest = last_seq(connection)
        with self._turn:
            writer = self._opened()
            marks = writer.marks()
            if all(marks.get(project, 0) == seq for project, seq in latest.items()):
                return
            if self._is_ahead(writer):
                raise file.DamagedIndex("it knows of more than the record")
            with self._record.read() as connection:
                for project in all_projects(connection):
                    for entries in batched(read_after(connection, project.id, marks.get(project.id, 0)), BATCH):
                        changed = changed_rows(connection, entries)
                        with writer.writing():
                            writer.replace_conversations(sorted(changed.conversations))
                            writer.replace_lone_comments(sorted(changed.surveys))
                            writer.mark([(project.id, entries[-1].seq)])

    def _is_ahead(self, writer: file.Writer) -> bool:
        """Say whether the index knows of changes the record does not: it is another copy's."""
        with self._record.read() as connection:
            latest = last_seq(connection)
        return any(seq > latest.get(project, 0) for project, seq in writer.marks().items())

    def _opened(self) -> file.Writer:
        if self._writer is None:
            self._writer = file.Writer(self.path, self._record.path)
        return self._writer

    def _renew(self, made: int, damage: file.DamagedIndex) -> None:
        """Make an index anew that proved damaged, unless another thread has begun to."""
        with self._is_reading, self._turn:
            if self._made != made:
                return
            log.warning("search index is made anew", exc_info=damage)
            self._is_whole.clear()
            self._percent = 0
            self._discard()
        self.start()

    def _discard(self) -> None:
        with self._turn:
            if self._writer is not None:
                self._writer.close()
                self._writer = None
            file.discard(self.path)
            self._made += 1
