"""A ClickHouse of today in this process: one server without shards, which knows how questions are put now."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

import pyarrow as pa
from chdb.session import Session as Database

from ressenti.facts.engines.clickhouse.servers import SETTINGS, ServerAddress, Servers, ServerSession

_TEMPORARY = re.compile(r"CREATE TEMPORARY TABLE (\w+)")
_KNOWN = ("join_use_nulls", "max_query_size", "max_ast_elements", "max_expanded_ast_elements")
"""The settings that mean anything where there is but one server."""
_SMALL = {"max_threads": 1, "compile_expressions": 0, "compile_aggregate_expressions": 0}
"""What is asked here is small: to make ready for more would take longer than to answer."""


class InProcess(Servers):
    """The one server. A process has one at a time, and it does one thing at a time."""

    def __init__(self, folder: Path) -> None:
        """Start the server in a folder of its own."""
        super().__init__(ServerAddress(host="here", port=0, user="", password="", database="ressenti"))
        self._database = Database(str(folder))
        self._used = "default"
        self._alone = RLock()
        settings = _SMALL | {name: SETTINGS[name] for name in _KNOWN}
        self._database.query(f"SET {', '.join(f'{name} = {value}' for name, value in settings.items())}")

    @contextmanager
    def session(self, database: str = "") -> Iterator[ServerSession]:
        """Give a session, alone."""
        with self._alone:
            one, before = _Connected(self._database), self._used
            self._use(database or "default")
            try:
                yield one
            finally:
                one.end()
                self._use(before)

    def everywhere(self, ask: Callable[[ServerSession], Any]) -> list[Any]:
        """Do something on the one server."""
        with self.session() as one:
            return [ask(one)]

    def close(self) -> None:
        """Leave the server as it is: facts that are taken up again ask it on."""

    def end(self) -> None:
        """End the server, so that another can be started."""
        self._database.close()

    def _use(self, database: str) -> None:
        if database != self._used:
            self._database.query(f"USE {database}")
            self._used = database


class _Connected:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._made: set[str] = set()

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Do something, and return its rows."""
        if made := _TEMPORARY.match(sql):
            self._made.add(made[1])
        found = self._database.query(sql, "Arrow").bytes()
        if not found:
            return []
        table = pa.ipc.open_file(pa.BufferReader(found)).read_all()
        return list(zip(*(_values(column) for column in table.columns), strict=True))

    def parts(self, sql: str, size: int) -> Iterator[list[tuple[Any, ...]]]:
        """Return the rows of a question a part at a time."""
        found = self.rows(sql)
        yield from (found[start : start + size] for start in range(0, len(found), size))

    def insert(self, table: str, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Add rows to a table."""
        written = ", ".join(f"({', '.join(map(_written, row))})" for row in rows)
        self._database.query(f"INSERT INTO {table} ({', '.join(names)}) VALUES {written}")

    def end(self) -> None:
        """Forget what was made in it."""
        for name in self._made:
            self._database.query(f"DROP TEMPORARY TABLE IF EXISTS {name}")
        self._made.clear()


def _values(column: pa.ChunkedArray) -> list[Any]:
    """Return values as they come from a server: truths are numbers of 8 bits without a sign there."""
    values: list[Any] = column.to_pylist()
    return [None if one is None else bool(one) for one in values] if pa.types.is_uint8(column.type) else values


def _written(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_written, value))}]"
    return f"'{value}'" if isinstance(value, str) else str(int(value))
