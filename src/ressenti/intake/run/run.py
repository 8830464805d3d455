"""The import as a whole: records in, batch by batch, each committed together with how far it has come."""

import gc
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from ressenti.intake.arrivals.batch import Destination, ImportBatch
from ressenti.intake.arrivals.merging import MergesOfImport
from ressenti.intake.model import InputRecord
from ressenti.intake.refusals import OptionNotUnderstood
from ressenti.intake.remarks import Remark
from ressenti.intake.run import currencies, rejects_csv, row_warnings, satisfaction
from ressenti.intake.run.aborted import ImportAborted
from ressenti.intake.run.accept import accept
from ressenti.intake.run.conflicts import complete, with_kept
from ressenti.intake.run.merges import read_merges
from ressenti.intake.run.newest_first import first_arrival, only_falls
from ressenti.intake.run.outcome import ImportOutcome
from ressenti.intake.run.progress import ImportRun, ImportState, begin
from ressenti.intake.run.reject_reasons import add_reasons
from ressenti.intake.run.rejects import Origin, RejectsFile, lines, require_writable, stamp, writing_to
from ressenti.intake.run.row_warnings import add_oddities
from ressenti.intake.sources.source import CheckedSource, RecordStream, Source
from ressenti.kit.i18n import _
from ressenti.kit.iteration import batched
from ressenti.kit.keys import normalize_key
from ressenti.kit.shell import command
from ressenti.record.merged import merged_keys
from ressenti.record.names import NameIds
from ressenti.record.projects import Project, find_project
from ressenti.record.stores.sqlite import Store

BATCH = 5_000
"""How many records one transaction takes."""

ImportProgress = Callable[[str, int, int], None]
"""Told (name of the stream, how many of its records are taken, how many it has) after each batch."""


def run_import(  # noqa: PLR0913 - what the command can be told
    store: Store,
    source: Source,
    *,
    project: str = "default",
    on_error: str = "reject",
    unknown: str = "create",
    rejects: Path | None = None,
    now: int,
    progress: ImportProgress | None = None,
    language: str = "en",
) -> ImportOutcome:
    """Import what a source holds into a project, and say what became of each row.

    An import that was interrupted goes on behind its last commit when the same records are given again. With `on_error`
    "abort" all of it is one transaction, which the first rejected row undoes. `rejects` is a folder for rejected rows,
    whose reasons are told in `language`.
    Raises refusals with exit 2 and 3 before anything is written, with 6 where the disk is full (it can be resumed).
    """
    order = ImportOrder(
        project=normalize_key(project),
        source=normalize_key(source.name),
        is_all_or_nothing=_choice("on-error", on_error, ("reject", "abort")) == "abort",
        may_create=_choice("unknown", unknown, ("create", "reject")) == "create",
        rejects=rejects,
        now=now,
        progress=progress or _unheard,
        language=language,
    )
    checked = source.check(now=now)
    if rejects is not None:
        require_writable(rejects)
    work = all_or_nothing if order.is_all_or_nothing else batch_by_batch
    with _collecting_between_batches():
        return work(store, checked, order)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOrder:
    """What was asked for, beside the records."""

    project: str
    source: str
    is_all_or_nothing: bool
    may_create: bool
    rejects: Path | None
    now: int
    progress: ImportProgress
    language: str

    def begin(self, connection: Connection, checked: CheckedSource) -> ImportRun:
        """Return the import that is to be done, or to be continued."""
        fingerprint = blake2b(f"{checked.fingerprint} {self.may_create}".encode(), digest_size=16).hexdigest()
        return begin(
            connection,
            project=self.project,
            source_name=self.source,
            fingerprint=fingerprint,
            streams=[stream.name for stream in checked.streams],
            now=self.now,
            may_resume=not self.is_all_or_nothing,
            zone=checked.zone,
        )

    def destination(self, run: ImportRun, merging: MergesOfImport) -> Destination:
        """Return where the rows go."""
        return Destination(
            project_id=run.place.project_id,
            source_id=run.place.source_id,
            other_sources=run.place.other_sources,
            import_id=run.id,
            may_create=self.may_create,
            now=self.now,
            names=NameIds(project_id=run.place.project_id, source_id=run.place.source_id, import_id=run.id),
            merging=merging,
        )


def all_or_nothing(store: Store, checked: CheckedSource, order: ImportOrder) -> ImportOutcome:
    """Import everything in one transaction; raises ImportAborted at the first row that cannot be taken."""
    with store.write() as connection:
        run = order.begin(connection, checked)
        merging = read_merges(checked.streams, lambda: merged_keys(connection, run.place.source_id))
        to = order.destination(run, merging)
        for stream, part in _batches(checked, run, order):
            first = first_arrival(connection, run.state, stream, start=run.state.taken - len(part))
            batch = accept(connection, to, stream.kind, part, columns=stream.columns, arrival=first)
            _require_none_rejected(batch, stream)
            _count(run, batch, order.language)
        run.save(connection, done_at=order.now)
        project = find_project(connection, order.project)
    return _outcome(run, checked, order, project)


def batch_by_batch(store: Store, checked: CheckedSource, order: ImportOrder) -> ImportOutcome:
    """Import batch by batch, going on where an interrupted import of the same records ended."""
    with store.write() as connection:
        run = order.begin(connection, checked)
        if not _rejects(store, run, order).holds(run.state.rejects_size, as_=run.state.rejects_path):
            run.start_over(connection)
    rejects = _rejects(store, run, order)
    to = order.destination(run, read_merges(checked.streams, lambda: _merged_before(store, run)))
    for stream, part in _batches(checked, run, order):
        with store.write() as connection:
            first = first_arrival(connection, run.state, stream, start=run.state.taken - len(part))
            batch = accept(connection, to, stream.kind, part, columns=stream.columns, arrival=first)
            _count(run, batch, order.language)
            add_reasons(run.state.reasons, batch, stream.name, language=order.language)
            rejected = lines(batch, Origin(stream.kind, stream.name, run.state.file), language=order.language)
            run.state.rejects_size = rejects.add(rejected, after=run.state.rejects_size)
            run.state.rejects_folder = str(rejects.folder) if run.state.rejects_size else None
            run.save(connection)
    _finish_rejects(store, run, rejects, checked)
    with store.write() as connection:
        run.save(connection, done_at=order.now)
        project = find_project(connection, order.project)
    return _outcome(run, checked, order, project)


def _merged_before(store: Store, run: ImportRun) -> set[str]:
    with store.read() as connection:
        return merged_keys(connection, run.place.source_id)


def _batches(
    checked: CheckedSource, run: ImportRun, order: ImportOrder
) -> Iterator[tuple[RecordStream, tuple[InputRecord, ...]]]:
    """Return the records still to be taken, moving the state of the import along."""
    state = run.state
    for place in range(state.file, len(checked.streams)):
        stream = checked.streams[place]
        state.file, state.taken = place, state.taken if place == state.file else 0
        if place not in state.turned:
            state.turned[place] = only_falls(stream.kind, stream.read(0))
        for part in batched(stream.read(state.taken), BATCH):
            stream.require_unchanged()
            state.taken += len(part)
            yield stream, part
            gc.collect(1)
            order.progress(stream.name, state.taken, stream.record_count)


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


def _count(run: ImportRun, batch: ImportBatch[Any], language: str) -> None:
    count = run.state.counts[run.state.file]
    count.read += len(batch.records)
    count.imported += batch.imported
    count.updated += batch.updated
    count.duplicate += batch.duplicate
    count.rejected += len(batch.rejected)
    if not count.adds_up:
        raise AssertionError(f"rows are missing, and nothing of this batch is written: {count}")
    run.state.merged += batch.merged
    run.state.currencies = dict(Counter(run.state.currencies) + batch.currencies)
    add_oddities(run.state.odd, batch, count.name, language=language)


def _require_none_rejected(batch: ImportBatch[Any], stream: RecordStream) -> None:
    if batch.rejected:
        place, rejected = min(batch.rejected.items())
        reject, line = rejected.reject, batch.records[place].line
        raise ImportAborted(file=stream.name, line=line, reason=reject.code, detail=reject.detail)


def _rejects(store: Store, run: ImportRun, order: ImportOrder) -> RejectsFile:
    """Return where rejected rows go: where this import has put some already, else as asked, else by the database."""
    own = store.path.with_name(f"{store.path.name}-rejects") / f"{stamp(run.started_at)}-{run.id}"
    folder = Path(run.state.rejects_folder) if run.state.rejects_folder else order.rejects or own
    mark = run.state.rejects_mark
    return RejectsFile(folder.absolute(), started_at=run.started_at, import_id=run.id, mark=mark)


def _finish_rejects(store: Store, run: ImportRun, rejects: RejectsFile, checked: CheckedSource) -> None:
    """Write rejected rows as CSV too, and give their file its last name.

    Both places are chosen and written down before, so that doing it again after an interruption does no harm.
    """
    state = run.state
    if not state.rejects_size:
        return
    if state.rejects_path is None:
        final = rejects.free_name()
        state.rejects_path = str(final)
        state.csv_folder = str(rejects.free_folder(final, rejects_csv.names_of(checked.streams)))
        with store.write() as connection:
            run.save(connection)
    if rejects.part.exists() and state.csv_folder is not None:
        with writing_to(rejects.folder):
            streams, size = checked.streams, state.rejects_size
            state.columnless = rejects_csv.write(
                lambda: complete(rejects.lines(size), streams), streams, Path(state.csv_folder)
            )
        with store.write() as connection:
            run.save(connection)
    rewrite = partial(with_kept, streams=checked.streams)
    rejects.finish(Path(state.rejects_path), size=state.rejects_size, rewrite=rewrite)


def _remarks_on_zone(state: ImportState, zone: str | None, order: ImportOrder) -> Iterator[Remark]:
    """Say what the time zone of the records did to the project's own, where nobody had chosen that (D41)."""
    if state.zone_set:
        sentence = _(
            "The days of project {project} are those of {zone} from now on, like these times: "
            "nobody had set its zone. To change it: {command}"
        )
        yield Remark(sentence, {"project": order.project, "zone": state.zone_set, "command": _set_zone(order, "ZONE")})
    if state.zone_kept:
        sentence = _(
            "The days of project {project} are those of {zone}, which nobody chose. "
            "To count in the zone of these times: {command}"
        )
        yield Remark(sentence, {"project": order.project, "zone": state.zone_kept, "command": _set_zone(order, zone)})


def _remarks_on_merges(state: ImportState) -> Iterator[Remark]:
    """Say how many conversations are counted nowhere of their own (D34)."""
    if state.merged:
        sentence = _("Conversations that were merged into others, and count only as part of those: {count}.")
        yield Remark(sentence, {"count": state.merged})


def _set_zone(order: ImportOrder, zone: str | None) -> str:
    return command("project", order.project, options=["--zone", zone or "UTC"])


def _outcome(run: ImportRun, checked: CheckedSource, order: ImportOrder, project: Project) -> ImportOutcome:
    state = run.state
    ratings = satisfaction.remarks(checked.ratings, project.key, project.satisfied)
    sales = currencies.remarks(state.currencies, project.key, project.currency)
    for count, stream in zip(state.counts, checked.streams, strict=True):
        count.kind = stream.kind
    warnings: Counter[str] = Counter()
    for odd in state.odd:
        warnings[odd.code] += odd.count
    return ImportOutcome(
        files=tuple(state.counts),
        warnings=warnings,
        notes=(
            *checked.remarks,
            *row_warnings.remarks(state.odd),
            *ratings,
            *sales,
            *_remarks_on_merges(state),
            *_remarks_on_zone(state, checked.zone, order),
        ),
        skipped=checked.skipped,
        reasons=tuple(sorted(state.reasons, key=lambda reason: -reason.count)),
        rejects_path=Path(state.rejects_path) if state.rejects_path else None,
        rejects_folder=Path(state.csv_folder) if state.csv_folder else None,
        columnless=state.columnless,
        locale=checked.locale,
        resumed=run.is_resumed,
    )


def _choice(option: str, value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise OptionNotUnderstood(option=option, value=value, examples=", ".join(known))
    return value


def _unheard(_name: str, _done: int, _size: int) -> None:
    """Tell nobody."""
