"""How far has an import come, and where does it go on? What each commit writes down beside the rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from secrets import token_hex
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, insert, select, update

from ressenti.intake.run.aborted import ImportRunning
from ressenti.intake.run.outcome import RejectReason, RowCounts
from ressenti.intake.run.row_warnings import WarningCount
from ressenti.kit.names import require_key
from ressenti.record.projects import ensure_project, settle
from ressenti.record.tables import import_run, source

RUNNING, DONE = "running", "done"


class ImportState(msgspec.Struct, kw_only=True):
    """Where the last committed batch ended: in which file, behind how many records, and what was counted till then.

    `rejects_mark` sets the unfinished rejects file apart from that of any other import, of another record too;
    `rejects_size` is its length in bytes, `rejects_path` its last name once that is chosen,
    `csv_folder` where its rows are as CSV, and `columnless` how many of them no CSV file can hold. `zone_set` is the
    time zone that the import gave the project, `zone_kept` the one it left it although nobody had chosen it (D41).
    `merged` counts conversations that were merged into others (D34), `currencies` the sales written in each (E48).
    `turned` says by file, once it is begun, whether it is read from its end (D35), and `behind` which id was the last
    before one that is.
    """

    counts: list[RowCounts]
    file: int = 0
    taken: int = 0
    odd: list[WarningCount] = []
    rejects_folder: str | None = None
    rejects_mark: str = ""
    rejects_size: int = 0
    rejects_path: str | None = None
    csv_folder: str | None = None
    columnless: int = 0
    reasons: list[RejectReason] = []
    zone_set: str | None = None
    zone_kept: str | None = None
    conflict_count: int = 0
    merged: int = 0
    currencies: dict[str, int] = {}
    turned: dict[int, bool] = {}
    behind: dict[int, int] = {}


class ImportTarget(NamedTuple):
    """Where an import goes: a source of a project, beside the project's other sources."""

    project_id: int
    source_id: int
    other_sources: tuple[int, ...]


@dataclass(slots=True, kw_only=True)
class ImportRun:
    """One import. `written` is its state as the record has it."""

    id: int
    place: ImportTarget
    started_at: int
    state: ImportState
    written: str
    is_resumed: bool

    def save(self, connection: Connection, *, done_at: int | None = None) -> None:
        """Write the state down in the caller's transaction; raises ImportRunning where another process has."""
        text = _encode(self.state)
        of = import_run.c
        where = update(import_run).where(of.id == self.id, of.progress == self.written, of.state == RUNNING)
        state = {"state": RUNNING if done_at is None else DONE, "finished_at": done_at}
        if connection.execute(where.values(progress=text, **state)).rowcount != 1:
            raise ImportRunning
        self.written = text

    def start_over(self, connection: Connection) -> None:
        """Forget how far it came; rows that were written are found again as duplicates."""
        before = self.state
        self.state = _fresh([count.name for count in before.counts])
        self.state.turned, self.state.behind = before.turned, before.behind
        self.is_resumed = False
        self.save(connection)


def begin(
    connection: Connection,
    *,
    project: str,
    source_name: str,
    fingerprint: str,
    files: Sequence[str],
    now: int,
    may_resume: bool,
    zone: str | None = None,
) -> ImportRun:
    """Return the import of these files that was interrupted, or a new one; project and source are made by need.

    The first import into a project whose time zone nobody chose sets it to the `zone` of its times (D41).
    """
    found_project = ensure_project(connection, project)
    project_id = found_project.id
    source_id = _ensure_source(connection, project_id, source_name)
    others = select(source.c.id).where(source.c.project_id == project_id, source.c.id != source_id)
    place = ImportTarget(project_id, source_id, tuple(connection.execute(others.order_by(source.c.id)).scalars()))
    if may_resume and (found := _interrupted(connection, place, fingerprint, files)):
        return found
    state = _fresh(files)
    if zone and not found_project.is_zone_set:
        if _is_first(connection, project_id):
            settle(connection, found_project, now=now, zone=zone)
            state.zone_set = zone
        elif zone != found_project.zone:
            state.zone_kept = found_project.zone
    values = {"source_id": source_id, "fingerprint": fingerprint, "state": RUNNING, "started_at": now}
    new = insert(import_run).values(**values, progress=_encode(state)).returning(import_run.c.id)
    run_id = connection.execute(new).scalar_one()
    return ImportRun(id=run_id, started_at=now, state=state, written=_encode(state), is_resumed=False, place=place)


def _is_first(connection: Connection, project_id: int) -> bool:
    """Say whether nothing was ever imported into a project."""
    runs = select(import_run.c.id).join(source, source.c.id == import_run.c.source_id)
    return connection.execute(runs.where(source.c.project_id == project_id).limit(1)).first() is None


def _interrupted(
    connection: Connection, place: ImportTarget, fingerprint: str, files: Sequence[str]
) -> ImportRun | None:
    of = import_run.c
    query = select(of.id, of.started_at, of.progress).order_by(of.id.desc())
    mine = query.where(of.source_id == place.source_id, of.fingerprint == fingerprint, of.state == RUNNING)
    for run_id, started_at, text in connection.execute(mine):
        state = _decoded(text)
        if state and len(state.counts) == len(files):
            for count, name in zip(state.counts, files, strict=True):
                count.name = name  # the same content may lie in a folder of another name now
            return ImportRun(id=run_id, started_at=started_at, state=state, written=text, is_resumed=True, place=place)
    return None


def _ensure_source(connection: Connection, project_id: int, name: str) -> int:
    of = source.c
    known = {row.name: row.id for row in connection.execute(select(of.id, of.name).where(of.project_id == project_id))}
    if name in known:
        return int(known[name])
    new = insert(source).values(project_id=project_id, name=require_key(name)).returning(of.id)
    made: int = connection.execute(new).scalar_one()
    return made


def _fresh(files: Sequence[str]) -> ImportState:
    return ImportState(counts=[RowCounts(name=name) for name in files], rejects_mark=token_hex(4))


def _encode(state: ImportState) -> str:
    return msgspec.json.encode(state).decode()


def _decoded(text: str) -> ImportState | None:
    try:
        return msgspec.json.decode(text, type=ImportState)
    except msgspec.MsgspecError:
        return None
