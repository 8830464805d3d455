"""The import as a whole: files in, batch by batch, each committed together with how far it has come."""

import gc
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from pathlib import Path

from sqlalchemy import Connection

from ressenti.intake.accept import accept
from ressenti.intake.batch import Batch, Destination
from ressenti.intake.check import check
from ressenti.intake.conflicts import with_kept
from ressenti.intake.findings import Checked, CheckedFile
from ressenti.intake.halts import ImportAborted
from ressenti.intake.model import Options, Record
from ressenti.intake.names import Names
from ressenti.intake.outcome import Outcome
from ressenti.intake.progress import Run, begin
from ressenti.intake.records import records
from ressenti.intake.refusals import OptionNotUnderstood
from ressenti.intake.rejects import Rejects, lines, require_writable, stamp
from ressenti.intake.unit import find
from ressenti.kit.lists import batched
from ressenti.record.store import Store

BATCH = 5_000
"""How many records one transaction takes."""

Progress = Callable[[str, int, int], None]
"""Told (file name, bytes of it read, its size in bytes as it lies on disk) after each batch."""


def run_import(  # noqa: PLR0913 - what the command can be told
    store: Store,
    paths: Sequence[Path],
    options: Options,
    *,
    project: str = "default",
    source: str = "import",
    on_error: str = "reject",
    unknown: str = "create",
    rejects: Path | None = None,
    now: int,
    progress: Progress | None = None,
) -> Outcome:
    """Import files into a source of a project, and say what became of each row.

    An import that was interrupted goes on behind its last commit when the same files are given again. With `on_error`
    "abort" all of it is one transaction, which the first rejected row undoes. `rejects` is a folder for rejected rows.
    Raises refusals with exit 2 and 3 before anything is written, with 6 where the disk is full (it can be resumed).
    """
    order = Order(
        project=project,
        source=source,
        is_all_or_nothing=_choice("on-error", on_error, ("reject", "abort")) == "abort",
        may_create=_choice("unknown", unknown, ("create", "reject")) == "create",
        rejects=rejects,
        now=now,
        progress=progress or _unheard,
    )
    checked = check(find(paths, options), options)
    if rejects is not None:
        require_writable(rejects)
    work = all_or_nothing if order.is_all_or_nothing else batch_by_batch
    with _collecting_between_batches():
        return work(store, checked, partial(records, options=options, now=now), order)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What was asked for, beside the files."""

    project: str
    source: str
    is_all_or_nothing: bool
    may_create: bool
    rejects: Path | None
    now: int
    progress: Progress

    def begin(self, connection: Connection, checked: Checked) -> Run:
        """Return the import that is to be done, or to be continued."""
        fingerprint = blake2b(f"{checked.fingerprint} {self.may_create}".encode(), digest_size=16).hexdigest()
        return begin(
            connection,
            project=self.project,
            source_name=self.source,
            fingerprint=fingerprint,
            files=[file.name for file in checked.files],
            now=self.now,
            may_resume=not self.is_all_or_nothing,
        )

    def destination(self, run: Run) -> Destination:
        """Return where the rows go."""
        return Destination(
            project_id=run.place.project_id,
            source_id=run.place.source_id,
            other_sources=run.place.other_sources,
            import_id=run.id,
            may_create=self.may_create,
            now=self.now,
            names=Names(project_id=run.place.project_id, source_id=run.place.source_id, import_id=run.id),
        )


Read = Callable[..., Iterator[Record]]
"""Reads a file: `read(file, skip=count)`."""


def all_or_nothing(store: Store, checked: Checked, read: Read, order: Order) -> Outcome:
    """Import everything in one transaction; raises ImportAborted at the first row that cannot be taken."""
    with store.write() as connection:
        run = order.begin(connection, checked)
        to = order.destination(run)
        for file, part in _batches(checked, read, run, order):
            batch = accept(connection, to, file.kind, part, columns=file.columns)
            _require_none_rejected(batch, file)
            _count(run, batch)
        run.save(connection, done_at=order.now)
    return _outcome(run, checked, None)


def batch_by_batch(store: Store, checked: Checked, read: Read, order: Order) -> Outcome:
    """Import batch by batch, going on where an interrupted import of the same files ended."""
    with store.write() as connection:
        run = order.begin(connection, checked)
        if not _rejects(store, run, order).holds(run.state.rejects_size, as_=run.state.rejects_path):
            run.start_over(connection)
    rejects = _rejects(store, run, order)
    to = order.destination(run)
    for file, part in _batches(checked, read, run, order):
        with store.write() as connection:
            batch = accept(connection, to, file.kind, part, columns=file.columns)
            _count(run, batch)
            run.state.rejects_size = rejects.add(lines(batch, file.kind, file.name), after=run.state.rejects_size)
            run.state.rejects_folder = str(rejects.folder) if run.state.rejects_size else None
            run.save(connection)
    path = _finish_rejects(store, run, rejects, partial(with_kept, files=checked.files, read=read))
    with store.write() as connection:
        run.save(connection, done_at=order.now)
    return _outcome(run, checked, path)


def _batches(checked: Checked, read: Read, run: Run, order: Order) -> Iterator[tuple[CheckedFile, tuple[Record, ...]]]:
    """Return the records still to be taken, moving the state of the import along."""
    state = run.state
    for place in range(state.file, len(checked.files)):
        file = checked.files[place]
        state.file, state.taken = place, state.taken if place == state.file else 0
        for part in batched(read(file, skip=state.taken), BATCH):
            state.taken += len(part)
            yield file, part
            gc.collect(1)
            order.progress(file.name, file.progress(), file.size)


@contextmanager
def _collecting_between_batches() -> Iterator[None]:
    """Let the garbage collector rest inside a batch: its rows hold no cycles, and looking for some costs a sixth."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _count(run: Run, batch: Batch) -> None:
    count = run.state.counts[run.state.file]
    count.read += len(batch.records)
    count.imported += batch.imported
    count.updated += batch.updated
    count.duplicate += batch.duplicate
    count.rejected += len(batch.rejected)
    if not count.adds_up:
        raise AssertionError(f"rows are missing, and nothing of this batch is written: {count}")
    run.state.warnings = dict(Counter(run.state.warnings) + batch.warnings)


def _require_none_rejected(batch: Batch, file: CheckedFile) -> None:
    if batch.rejected:
        place, rejected = min(batch.rejected.items())
        reject, line = rejected.reject, batch.records[place].line
        raise ImportAborted(file=file.name, line=line, reason=reject.code, detail=reject.detail)


def _rejects(store: Store, run: Run, order: Order) -> Rejects:
    """Return where rejected rows go: where this import has put some already, else as asked, else by the database."""
    own = store.path.with_name(f"{store.path.name}-rejects") / f"{stamp(run.started_at)}-{run.id}"
    folder = Path(run.state.rejects_folder) if run.state.rejects_folder else order.rejects or own
    return Rejects(folder.absolute(), started_at=run.started_at, import_id=run.id)


def _finish_rejects(
    store: Store, run: Run, rejects: Rejects, rewrite: Callable[[Iterator[bytes]], Iterator[bytes]]
) -> Path | None:
    """Give the file of rejected rows its name, chosen before so that doing it again ends the same."""
    if not run.state.rejects_size:
        return None
    if run.state.rejects_path is None:
        run.state.rejects_path = str(rejects.free_name())
        with store.write() as connection:
            run.save(connection)
    path = Path(run.state.rejects_path)
    rejects.finish(path, size=run.state.rejects_size, rewrite=rewrite)
    return path


def _outcome(run: Run, checked: Checked, rejects_path: Path | None) -> Outcome:
    for count, file in zip(run.state.counts, checked.files, strict=True):
        count.kind = file.kind
    return Outcome(
        files=tuple(run.state.counts),
        warnings=Counter(run.state.warnings),
        notes=checked.remarks,
        skipped=checked.unit.skipped,
        rejects_path=rejects_path,
        resumed=run.is_resumed,
    )


def _choice(option: str, value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise OptionNotUnderstood(option=option, value=value, examples=", ".join(known))
    return value


def _unheard(_file: str, _done: int, _size: int) -> None:
    """Tell nobody."""
