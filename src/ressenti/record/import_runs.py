"""The imports there were, and how far each has come: a text that only who imports reads."""

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import Connection, insert, select, update

from ressenti.record.tables import import_run, source

RUNNING, DONE = "running", "done"


class UnfinishedRun(NamedTuple):
    """An import that has not come to its end."""

    id: int
    started_at: int
    progress: str


def start(connection: Connection, source_id: int, *, fingerprint: str, progress: str, now: int) -> int:
    """Write down that an import of these files begins, and return its id."""
    new = insert(import_run).values(
        source_id=source_id, fingerprint=fingerprint, state=RUNNING, started_at=now, progress=progress
    )
    own_id: int = connection.execute(new.returning(import_run.c.id)).scalar_one()
    return own_id


def move(connection: Connection, own_id: int, *, before: str, progress: str, done_at: int | None) -> bool:
    """Write down how far an import has come, and whether it is done; False where it is no longer where it was."""
    of = import_run.c
    where = update(import_run).where(of.id == own_id, of.progress == before, of.state == RUNNING)
    state = {"state": RUNNING if done_at is None else DONE, "finished_at": done_at}
    return connection.execute(where.values(progress=progress, **state)).rowcount == 1


def unfinished(connection: Connection, source_id: int, fingerprint: str) -> Iterator[UnfinishedRun]:
    """Return the imports of these files into a source that were interrupted, the last first."""
    of = import_run.c
    query = select(of.id, of.started_at, of.progress).order_by(of.id.desc())
    rows = connection.execute(
        query.where(of.source_id == source_id, of.fingerprint == fingerprint, of.state == RUNNING)
    )
    return (UnfinishedRun(*row) for row in rows)


def has_any(connection: Connection, project_id: int) -> bool:
    """Say whether anything was ever imported into a project."""
    runs = select(import_run.c.id).join(source, source.c.id == import_run.c.source_id)
    return connection.execute(runs.where(source.c.project_id == project_id).limit(1)).first() is not None
