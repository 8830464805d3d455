"""Keys of projects and names of sources that are there already get the one form that they are looked up by (D43).

One whose form is taken cannot be looked up any more: it gets a number behind it, and the log says so. Two projects are
not merged, as nobody can say which settings hold, nor two sources, which share the ids of conversations.
"""

from collections.abc import Iterator

from alembic import op

from ressenti.kit.keys import normal
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
            wanted = normal(written)
            if wanted in {written, ""}:
                continue
            given = next(name for name in _names(wanted) if (place, name) not in taken)
            taken.add((place, given))
            if given != wanted:
                log.warning("name_taken", table=table, id=own_id, now=given)
            connection.exec_driver_sql(f'UPDATE "{table}" SET "{column}" = ? WHERE id = ?', (given, own_id))


def _names(wanted: str) -> Iterator[str]:
    yield wanted
    number = 2
    while True:
        yield f"{wanted}-{number}"
        number += 1
