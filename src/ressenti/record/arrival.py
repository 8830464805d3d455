"""In which order did rows of one moment arrive? What everything that is read by time falls back on (D35)."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, func

STEP = 2**32
"""How far apart the ids of two rows lie in the order of arrival: more rows than this no file has."""


def arrival(table: FromClause) -> ColumnElement[Any]:
    """Return the place of a row in the order of arrival: its id, unless its file was read from the end.

    Ids are given in the order of a file's lines, and a row that replaces another keeps its id. The rows of a file whose
    moments only fall have places behind all ids there were before it, and before all that come after it.
    """
    return func.coalesce(table.c.arrival, table.c.id * STEP)
