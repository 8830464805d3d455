"""How the facts' tables lie in a DuckDB file, so that they take little room: what follows from others is not stored.

Durations are microseconds, but most sources know whole seconds: kept as seconds and a rest, the rest is mostly 0 and
takes next to nothing. The columns of the schema are made of that when they are read, exactly.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ressenti.facts.schema import DURATIONS, TABLES, FactColumn
from ressenti.kit.clock import SECOND

_FOLLOWS = {("handling", "handling_us"): "CASE WHEN ended_at >= started_at THEN ended_at - started_at END"}
"""What is not stored at all: by table and column, of what it is made."""


class _Stored(NamedTuple):
    name: str
    type: str
    value: str


def creation(table: str) -> str:
    """Return the SQL that makes a table."""
    return f'CREATE TABLE "{table}" ({", ".join(_definitions(table, TABLES[table]))})'


def insertion(table: str, source: str) -> str:
    """Return the SQL that fills a table with the rows of a source that has the columns of the schema."""
    stored = [one for column in TABLES[table] for one in _stored(table, column)]
    names, values = ", ".join(one.name for one in stored), ", ".join(one.value for one in stored)
    return f'INSERT INTO "{table}" ({names}) SELECT {values} FROM {source}'


def _definitions(table: str, columns: Sequence[FactColumn]) -> Iterator[str]:
    for column in columns:
        stored = _stored(table, column)
        yield from (f"{one.name} {one.type}" for one in stored)
        if [one.name for one in stored] != [column.name]:
            made = _FOLLOWS.get((table, column.name)) or f"{stored[0].name} * {SECOND} + {stored[1].name}"
            yield f"{column.name} {column.type} GENERATED ALWAYS AS ({made}) VIRTUAL"


def _stored(table: str, column: FactColumn) -> list[_Stored]:
    if (table, column.name) in _FOLLOWS:
        return []
    if column.name in DURATIONS:
        whole, rest = column.name.replace("_us", "_s"), column.name.replace("_us", "_rest_us")
        return [
            _Stored(whole, "BIGINT", f"{column.name} // {SECOND}"),
            _Stored(rest, "INTEGER", f"{column.name} % {SECOND}"),
        ]
    return [_Stored(column.name, column.type, column.name)]
