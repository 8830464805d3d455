"""How far has an import come, and where does it go on? What each commit writes down beside the rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from secrets import token_hex
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection

from ressenti.intake.run.aborted import ImportRunning
from ressenti.intake.run.outcome import RejectReason, RowCounts
from ressenti.intake.run.row_warnings import WarningCount
from ressenti.record import import_runs
from ressenti.record.projects import ensure_project, settle
from ressenti.record.sources import ensure_source, other_sources


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
        if not import_runs.move(connection, self.id, before=self.written, progress=text, done_at=done_at):
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
    streams: Sequence[str],
    now: int,
    may_resume: bool,
    zone: str | None = None,
) -> ImportRun:
    """Return the import of these records that was interrupted, or a new one; project and source are made by need.

    The first import into a project whose time zone nobody chose sets it to the `zone` of its times (D41).
    """
    found_project = ensure_project(connection, project)
    project_id = found_project.id
    source_id = ensure_source(connection, project_id, source_name)
    place = ImportTarget(project_id, source_id, other_sources(connection, project_id, source_id))
    if may_resume and (found := _interrupted(connection, place, fingerprint, streams)):
        return found
    state = _fresh(streams)
    if zone and not found_project.is_zone_set:
        if not import_runs.has_any(connection, project_id):
            settle(connection, found_project, now=now, zone=zone)
            state.zone_set = zone
        elif zone != found_project.zone:
            state.zone_kept = found_project.zone
    text = _encode(state)
    run_id = import_runs.start(connection, source_id, fingerprint=fingerprint, progress=text, now=now)
    return ImportRun(id=run_id, started_at=now, state=state, written=text, is_resumed=False, place=place)


def _interrupted(
    connection: Connection, place: ImportTarget, fingerprint: str, streams: Sequence[str]
) -> ImportRun | None:
    for run_id, started_at, text in import_runs.unfinished(connection, place.source_id, fingerprint):
        state = _decoded(text)
        if state and len(state.counts) == len(streams):
            for count, name in zip(state.counts, streams, strict=True):
                count.name = name  # the same content may lie in a folder of another name now
            return ImportRun(id=run_id, started_at=started_at, state=state, written=text, is_resumed=True, place=place)
    return None


def _fresh(streams: Sequence[str]) -> ImportState:
    return ImportState(counts=[RowCounts(name=name) for name in streams], rejects_mark=token_hex(4))


def _encode(state: ImportState) -> str:
    return msgspec.json.encode(state).decode()


def _decoded(text: str) -> ImportState | None:
    try:
        return msgspec.json.decode(text, type=ImportState)
    except msgspec.MsgspecError:
        return None
