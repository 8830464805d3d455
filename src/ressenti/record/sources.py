"""The sources of a project: the desks and files whose ids are their own."""

from typing import NamedTuple

from sqlalchemy import Connection, insert, select

from ressenti.kit.names import require_key
from ressenti.record.tables import source


class SourceId(NamedTuple):
    """What a source calls something of its own."""

    key: str
    name: str


def ensure_source(connection: Connection, project_id: int, name: str) -> int:
    """Return the source of a project with that name, made if there is none; raises what `require_key` raises."""
    of, key = source.c, require_key(name)
    found = connection.execute(select(of.id).where(of.project_id == project_id, of.name == key)).scalar()
    if found is not None:
        return int(found)
    new = insert(source).values(project_id=project_id, name=key).returning(of.id)
    made: int = connection.execute(new).scalar_one()
    return made


def other_sources(connection: Connection, project_id: int, own: int) -> tuple[int, ...]:
    """Return the other sources of a project, oldest first."""
    of = source.c
    others = select(of.id).where(of.project_id == project_id, of.id != own).order_by(of.id)
    return tuple(connection.execute(others).scalars())
