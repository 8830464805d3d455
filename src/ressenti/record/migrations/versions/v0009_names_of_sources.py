"""Keys of projects, names of sources and euros that are there already get the one form that imports write (D43).

One whose form is taken cannot be looked up any more: it gets a number behind it, and the log says so. Two projects are
not merged, as nobody can say which settings hold, nor two sources, which share the ids of conversations.
"""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

from ressenti.kit.keys import normalize_key
from ressenti.kit.logs import get_logger

revision = "0009"
down_revision = "0008"

log = get_logger()


def upgrade() -> None:
    """Rewrite what is not in that form."""
    connection = op.get_bind()
    for table, column, within in (("project", "key", "0"), ("source", "name", "project_id")):
        query = f'SELECT id, "{column}", {within} FROM "{table}" ORDER BY id'
        rows = connection.exec_driver_sql(query).all()
        taken = {(place, written) for _id, written, place in rows}
        for own_id, written, place in rows:
            wanted = normalize_key(written)
            if wanted in {written, ""}:
                continue
            given = next(name for name in _names(wanted) if (place, name) not in taken)
            taken.add((place, given))
            if given != wanted:
                log.warning("name_taken", table=table, id=own_id, now=given)
            connection.exec_driver_sql(f'UPDATE "{table}" SET "{column}" = ? WHERE id = ?', (given, own_id))
    _name_euros(connection)


def _name_euros(connection: sa.Connection) -> None:
    """Give sales in € and Euro the code they are added up by, and have their projects measured again."""
    sales = "FROM \"transaction\" o JOIN source s ON s.id = o.source_id WHERE o.currency IN ('€', 'EURO', 'EUROS')"
    for project in connection.exec_driver_sql(f"SELECT DISTINCT s.project_id {sales}").scalars().all():
        connection.exec_driver_sql("UPDATE project SET journal_seq = journal_seq + 1 WHERE id = ?", (project,))
        connection.exec_driver_sql(
            "INSERT INTO journal (project_id, seq, at, kind, subject_id)"
            " SELECT id, journal_seq, (SELECT coalesce(max(at), 0) FROM journal), 'project', id"
            " FROM project WHERE id = ?",
            (project,),
        )
    connection.exec_driver_sql("UPDATE \"transaction\" SET currency = 'EUR' WHERE currency IN ('€', 'EURO', 'EUROS')")


def _names(wanted: str) -> Iterator[str]:
    yield wanted
    number = 2
    while True:
        yield f"{wanted}-{number}"
        number += 1
