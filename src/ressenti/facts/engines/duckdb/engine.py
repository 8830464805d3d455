"""The analytics store: a DuckDB file that can be thrown away at any time, since it is rebuilt from the record."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from ressenti.facts.derive import Facts
from ressenti.facts.engines.dialect import DUCKDB
from ressenti.facts.engines.duckdb.layout import creation, insertion
from ressenti.facts.engines.engine import DamagedFacts
from ressenti.facts.engines.row_cache import RowCache, RowMemory
from ressenti.facts.engines.sql_snapshot import SqlSnapshot
from ressenti.facts.query import Query, QueryRows
from ressenti.facts.schema import TABLES, VERSION
from ressenti.kit.durable import write_private
from ressenti.kit.refusals import Refusal
from ressenti.record.stores.storage_errors import storage_refusal

MEMORY_MIB = 2048
"""What the engine may take of the memory."""
PROBE_S = 120

_ARROW = {
    "INTEGER": pa.int32(),
    "BIGINT": pa.int64(),
    "TINYINT": pa.int8(),
    "BOOLEAN": pa.bool_(),
    "INTEGER[]": pa.list_(pa.int32()),
}
_ARROW_TABLES = {
    name: pa.schema([(column.name, _ARROW[column.type]) for column in columns]) for name, columns in TABLES.items()
}


ArrowRows = Mapping[str, pa.Table]
"""Rows by the name of their table, empty ones as well."""

_FAILURES = (duckdb.IOException, duckdb.SerializationException, duckdb.InternalException, duckdb.FatalException)
"""What a file that is cut or flipped makes DuckDB raise; a wrong checksum is an Error of no kind."""


ENGINE = f"DuckDB {duckdb.__version__}"


class DuckDBEngine:
    """An open facts file. Each thread asks through a cursor of its own; one writes at a time."""

    dialect = DUCKDB

    def __init__(self, path: Path) -> None:
        """Open the file, or make an empty one; raises DamagedFacts where what is there cannot be used."""
        self.path = path
        self.place = str(path)
        self._memory = RowMemory()
        _probe(path)
        is_new = not path.exists()
        config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": f"{MEMORY_MIB}MiB",
            "enable_external_access": False,
            "threads": os.cpu_count() or 2,
        }
        try:
            self._database = duckdb.connect(str(path), config=config)
            if is_new:
                path.chmod(0o600)
            self._prepare()
        except duckdb.Error as error:
            raise storage_refusal(error, path) or DamagedFacts(str(error)) from error

    def close(self) -> None:
        """Write everything into the file and note that it was left whole; one that fails is examined by the next."""
        try:
            self.finish()
        except (duckdb.Error, OSError, Refusal):
            self.abandon()

    def finish(self) -> None:
        """Close the file as `close` does; raises where the disk does not take it whole."""
        try:
            self._database.execute("CHECKPOINT")
            self._database.close()
        except duckdb.Error as error:
            raise storage_refusal(error, self.path) or error from error
        write_private(_mark(self.path), _stamp(self.path))

    def abandon(self) -> None:
        """Close a damaged file without writing to it, as far as that is possible."""
        with suppress(duckdb.Error):
            self._database.close()

    def limit_memory(self, mib: int) -> None:
        """Have the engine take no more of the memory than this."""
        self._database.execute(f"SET memory_limit = '{mib}MiB'")

    def reader(self) -> duckdb.DuckDBPyConnection:
        """Return a connection that sees the facts as they stand now, whatever is written; the caller closes it."""
        cursor = self._database.cursor().begin()
        cursor.execute("SELECT count(*) FROM version").fetchall()  # it is only now that it has begun to look
        return cursor

    def aggregate(self, query: Query) -> QueryRows:
        """Return the rows of a query; raises DamagedFacts where the facts fail under it."""
        with self.snapshot() as view:
            return view.aggregate(query)

    def rows(self, sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a statement; raises DamagedFacts where the file fails under it."""
        with _telling_damage(), self._database.cursor() as cursor:
            return cursor.execute(sql, list(params)).fetchall()

    @contextmanager
    def snapshot(self, _table: str | None = None) -> Iterator["DuckDBSnapshot"]:
        """Give one view of the facts, as they stand when first asked, for all of a question; raises DamagedFacts."""
        view = DuckDBSnapshot(self._database)
        try:
            with _telling_damage():
                yield view
        finally:
            view.close()

    def batches(self, sql: str, params: Sequence[Any] = (), *, size: int) -> Iterator[list[tuple[Any, ...]]]:
        """Return the rows of a question a part at a time, all as they stood when it was asked; raises DamagedFacts."""
        with _telling_damage(), self._database.cursor() as cursor:
            cursor.execute(sql, list(params))
            while rows := cursor.fetchmany(size):
                yield rows

    def watermarks(self) -> dict[int, int]:
        """Return the journal number each project's facts stand at."""
        return dict(self.rows("SELECT project_id, seq FROM watermark"))

    def memory(self, watermarks: Mapping[int, int]) -> RowCache:
        """Return what was answered since the facts came to stand at these numbers."""
        return self._memory.at(watermarks)

    def replace(
        self,
        facts: Iterable[Facts],
        *,
        conversations: Sequence[int],
        offers: Sequence[int],
        marks: Mapping[int, int],
        committing: Callable[[ArrowRows], AbstractContextManager[None]] = lambda _rows: nullcontext(),
    ) -> None:
        """Put the rows of these conversations and lone surveys in the place of their old ones, with the watermark.

        The new rows of all tables are written for good within `committing`, for caches that change along with the file.
        """
        columns = _columns(facts)
        with _telling_damage(), self._database.cursor() as cursor:
            cursor.begin()
            for name in TABLES:
                _delete(cursor, name, "conversation_id", conversations)
            _delete(cursor, "answer", "offer_id", offers, alone=True)
            for name, table in columns.items():
                cursor.register("incoming", table)
                cursor.execute(insertion(name, "incoming"))
                cursor.unregister("incoming")
            _move(cursor, marks)
            rows = {name: columns.get(name, schema.empty_table()) for name, schema in _ARROW_TABLES.items()}
            with committing(rows):
                cursor.commit()
        self._memory.forget()

    def forget(self) -> None:
        """Clear the cache of answers."""
        self._memory.forget()

    def _prepare(self) -> None:
        found = self._database.execute("SELECT table_name FROM information_schema.tables").fetchall()
        if not found:
            for name in TABLES:
                self._database.execute(creation(name))
            self._database.execute("CREATE TABLE watermark (project_id INTEGER, seq BIGINT)")
            self._database.execute("CREATE TABLE version (number INTEGER)")
            self._database.execute("INSERT INTO version VALUES (?)", [VERSION])
        elif self._database.execute("SELECT number FROM version").fetchall() != [(VERSION,)]:
            raise DamagedFacts("facts of another version")


class DuckDBSnapshot(SqlSnapshot):
    """The facts as they stood at one moment; what is made in it is gone with it."""

    dialect = DUCKDB

    def __init__(self, database: duckdb.DuckDBPyConnection) -> None:
        super().__init__()
        self._database = database

    @cached_property
    def _cursor(self) -> duckdb.DuckDBPyConnection:
        """Begin to look: a question whose statements were all asked before need not."""
        return self._database.cursor().begin()

    def close(self) -> None:
        """Close the snapshot."""
        if "_cursor" in self.__dict__:
            self._cursor.close()

    def rows(self, sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a statement."""
        return self._cursor.execute(sql, list(params)).fetchall()

    def lay(self, name: str, columns: Mapping[str, Sequence[int | None]]) -> None:
        """Lay a table of whole numbers beside the facts: thousands of ids are joined, not written into a question."""
        made = {key: pa.array(values, type=pa.int64()) for key, values in columns.items()}
        self._cursor.register(name, pa.table(made))

    def watermarks(self) -> dict[int, int]:
        """Return the journal number each project's facts stand at."""
        return dict(self.rows("SELECT project_id, seq FROM watermark"))


def discard(path: Path, *, keep_as: str | None = None) -> None:
    """Remove a facts file and what belongs to it, or set it aside under another ending."""
    for one in (path, _wal(path), _mark(path)):
        if one.exists():
            one.rename(one.with_name(f"{one.name}.{keep_as}")) if keep_as else one.unlink()
    shutil.rmtree(path.with_name(path.name + ".tmp"), ignore_errors=True)  # what did not fit into memory


def put(fresh: Path, path: Path) -> None:
    """Put a new facts file, closed, in the place of another that nobody has open."""
    discard(path)
    _mark(fresh).rename(_mark(path))
    fresh.rename(path)


@contextmanager
def _telling_damage() -> Iterator[None]:
    """Raise DamagedFacts for what only a damaged file can bring about; a full disk is none."""
    try:
        yield
    except duckdb.Error as error:
        if storage_refusal(error, "") is None and (isinstance(error, _FAILURES) or type(error) is duckdb.Error):
            raise DamagedFacts(str(error)) from error
        raise


def _columns(facts: Iterable[Facts]) -> dict[str, pa.Table]:
    rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in TABLES}
    for one in facts:
        for name, own in zip(TABLES, one, strict=True):
            rows[name].extend(own)
    return {
        name: pa.Table.from_arrays(
            [pa.array(values, type=of.type) for values, of in zip(zip(*own, strict=True), schema, strict=True)],
            schema=schema,
        )
        for (name, own), schema in zip(rows.items(), _ARROW_TABLES.values(), strict=True)
        if own
    }


def _delete(
    cursor: duckdb.DuckDBPyConnection, table: str, column: str, ids: Sequence[int], *, alone: bool = False
) -> None:
    if not ids:
        return
    cursor.register("dirty", pa.table({"id": pa.array(ids, type=pa.int32())}))
    only = " AND conversation_id IS NULL" if alone else ""
    cursor.execute(f'DELETE FROM "{table}" WHERE {column} IN (SELECT id FROM dirty){only}')
    cursor.unregister("dirty")


def _move(cursor: duckdb.DuckDBPyConnection, marks: Mapping[int, int]) -> None:
    for project_id, seq in marks.items():
        cursor.execute("DELETE FROM watermark WHERE project_id = ?", [project_id])
        cursor.execute("INSERT INTO watermark VALUES (?, ?)", [project_id, seq])


def _wal(path: Path) -> Path:
    return path.with_name(path.name + ".wal")


def _mark(path: Path) -> Path:
    return path.with_name(path.name + ".closed")


def _stamp(path: Path) -> str:
    stat = path.stat()
    return f"{stat.st_size} {stat.st_mtime_ns}"


def _probe(path: Path) -> None:
    """Read a file that was not left as we closed it in a process of its own: a damaged one can end the process."""
    if not path.exists():
        return
    mark = _mark(path)
    if mark.exists() and not _wal(path).exists() and mark.read_text() == _stamp(path):
        return
    mark.unlink(missing_ok=True)
    try:
        run = subprocess.run(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", "ressenti.facts.engines.duckdb.probe", str(path)],
            capture_output=True,
            timeout=PROBE_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise DamagedFacts("it took too long to read") from error
    if run.returncode != 0:
        raise DamagedFacts(run.stderr.decode(errors="replace").strip().splitlines()[-1:] or "unreadable")
