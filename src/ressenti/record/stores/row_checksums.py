"""Is a row what was written? Every imported row has a checksum of what stands in it.

It is the CRC-32 of the columns that hold something, by name, so that a column that is added later and still empty
changes none (a step that adds one with another default takes the seals of its table off). The key that SQLite gives a
row, and the import that brought it last, are not part of it. A trigger takes the seal off a row that is updated, and
whatever has none gets one before the transaction ends (`seal_rows`): no writer has to think of it, and a row that was
changed by the rules is never called damaged.

The rows of a record from before there were seals get theirs part by part, when it is opened. Until the last has one,
the record is half sealed: what has none is compared with nothing, and is in an index, so that the next opening goes on.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple
from zlib import crc32

import msgspec
from sqlalchemy import Boolean, Connection, Table

from ressenti.record.stores.corruption import malformed
from ressenti.record.tables import metadata

CHUNK = 5_000
"""Rows that are sealed in one step."""
PART = 50_000
"""Rows of an older record that are sealed in one transaction: a quarter of a second, and 20 MiB of journal at most."""

_APART = frozenset({"id", "import_id", "seal"})
_UNFIT = 1 << 32
"""What no seal is."""
_encode = msgspec.msgpack.Encoder().encode

SEALED: tuple[Table, ...] = tuple(table for table in metadata.sorted_tables if "seal" in table.c)
"""The tables whose rows have a seal. What an import writes elsewhere is repeated in an index, which tells."""


class CorruptRow(NamedTuple):
    """A row that is not what was written: its table, and its key in words."""

    table: str
    key: str


def sealer(table: Table, names: Sequence[str]) -> Callable[[Sequence[Any]], int]:
    """Return what reckons the seal of a row of a table, given as values in the order of `names`."""
    places = sorted((name, place) for place, name in enumerate(names) if name in table.c and name not in _APART)

    def seal(row: Sequence[Any]) -> int:
        held = {name: row[place] for name, place in places if row[place] is not None and row[place] is not False}
        return crc32(_encode(held)) - (1 << 31)  # signed, it takes four bytes

    return seal


def are_enough(table: Table, names: Sequence[str]) -> bool:
    """Say whether values under these names are all that a row will hold: no other column has a value by itself."""
    return all(column.server_default is None or column.name in names for column in table.c)


def declare(connection: Connection) -> None:
    """Make the triggers that take the seal off a row whose columns are updated, anew where they are of older tables."""
    query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    found: dict[str, str] = dict(connection.exec_driver_sql(query).all())
    for table in SEALED:
        name = f"unseal_{table.name}"
        if found.get(name) != (wanted := _trigger(name, table)):
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
            connection.exec_driver_sql(wanted)


def are_declared(driver: Any) -> bool:
    """Say whether the triggers are there as this version makes them; without them a lawful change looks like damage."""
    found = dict(driver.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall())
    return all(found.get(name) == _trigger(name, table) for table in SEALED for name in [f"unseal_{table.name}"])


def seal_rows(connection: Connection, most: int | None = None) -> int:
    """Seal all rows that have no seal, or the first of them; return how many."""
    driver = connection.connection.driver_connection
    if driver is None:
        raise TypeError
    count = 0
    with _any_text(driver):
        for table in SEALED:
            for part in _sealing(table, driver):
                count += part
                if most is not None and count >= most:
                    return count
    return count


def unsealed_count(connection: Connection) -> int:
    """Return how many rows have no seal: none, but in an older record that is half sealed, or changed by hand."""
    counts = (f'(SELECT count(*) FROM "{table.name}" WHERE seal IS NULL)' for table in SEALED)  # noqa: S608 - our names
    return int(
        connection.exec_driver_sql("SELECT " + " + ".join(counts)).scalar_one()
    )  # each opening asks: no compiling


def _sealing(table: Table, driver: Any) -> Iterator[int]:
    names = [column.name for column in table.c]
    keys = [names.index(column.name) for column in table.primary_key]
    where = " AND ".join(f'"{names[place]}" = ?' for place in keys)
    query = f"{_selection(table, names)} WHERE seal IS NULL LIMIT {CHUNK}"
    change = f'UPDATE "{table.name}" SET seal = ? WHERE {where}'  # noqa: S608 - our names
    seal = _stored_sealer(table, names)
    first: object = None
    while rows := driver.execute(query).fetchall():
        if rows[0] == first:  # a damaged index still has it among those without: it would be so for ever
            raise malformed()
        first = rows[0]
        driver.executemany(change, [(seal(row), *(row[place] for place in keys)) for row in rows])
        yield len(rows)


def broken_rows(driver: Any) -> Iterator[CorruptRow]:
    """Return the rows whose seal does not fit."""
    with _any_text(driver):
        for table in SEALED:
            names = [column.name for column in table.c]
            keys = [names.index(column.name) for column in table.primary_key]
            seal, place_of_seal = _stored_sealer(table, names), names.index("seal")
            rows = driver.execute(f"{_selection(table, names)} WHERE seal IS NOT NULL")
            while part := rows.fetchmany(CHUNK):
                for row in part:
                    if (reckoned := seal(row)) == _UNFIT or reckoned != row[place_of_seal]:
                        yield CorruptRow(table.name, ", ".join(str(row[place]) for place in keys))


def _stored_sealer(table: Table, names: Sequence[str]) -> Callable[[Sequence[Any]], int]:
    """Return what reckons the seal of a row as the file gives it; what cannot be reckoned fits no seal."""
    seal = sealer(table, names)
    truths = [place for place, name in enumerate(names) if isinstance(table.c[name].type, Boolean)]

    def stored(row: Sequence[Any]) -> int:
        values = list(row)
        for place in truths:
            values[place] = {0: False, 1: True}.get(values[place], values[place])
        try:
            return seal(values)
        except UnicodeEncodeError:  # bytes that are no text
            return _UNFIT

    return stored


@contextmanager
def _any_text(driver: Any) -> Iterator[None]:
    """Have a connection give texts that are none as well, so that one damaged row does not end the reading."""
    before, driver.text_factory = driver.text_factory, lambda content: content.decode(errors="surrogateescape")
    try:
        yield
    finally:
        driver.text_factory = before


def _selection(table: Table, names: Sequence[str]) -> str:
    listed = ", ".join(f'"{name}"' for name in names)
    return f'SELECT {listed} FROM "{table.name}"'  # noqa: S608 - our names


def _trigger(name: str, table: Table) -> str:
    columns = ", ".join(f'"{column.name}"' for column in table.c if column.name not in _APART)
    where = " AND ".join(f'"{column.name}" = NEW."{column.name}"' for column in table.primary_key)
    unseal = f'UPDATE "{table.name}" SET seal = NULL WHERE {where}'  # noqa: S608 - our names
    return f'CREATE TRIGGER {name} AFTER UPDATE OF {columns} ON "{table.name}" BEGIN {unseal}; END'
