"""The tables that a server holds in memory: read from the file in the background, then kept as the file is."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa

from ressenti.facts.engines.memory.table import MemoryTable, TableSpec
from ressenti.facts.engines.shared_lock import SharedLock
from ressenti.kit.logs import get_logger
from ressenti.kit.memory import available

BATCH = 500_000
MOST = 0.6
"""How much of the memory that is left one table may take."""

log = get_logger()


@dataclass(frozen=True, slots=True)
class TableChange:
    """Rows that come in the place of others, as Arrow tables by the name of their table, empty ones as well."""

    rows: Mapping[str, pa.Table]
    conversations: Sequence[int]
    offers: Sequence[int]


class MemoryTables:
    """Columns of the facts of one open file. Until they are read, and while they are read anew, there are none."""

    def __init__(self, open_reader: Callable[[], duckdb.DuckDBPyConnection], specs: Sequence[TableSpec]) -> None:
        """Hold nothing yet. A reader shows one state of the file: the one in which it was opened."""
        self._open_reader = open_reader
        self._beside = duckdb.connect()
        self._specs = specs
        self._shared_lock = SharedLock()
        self._tables: dict[str, MemoryTable] = {}
        self._missed: list[TableChange] = []
        self._is_reading = False
        self._reader: threading.Thread | None = None
        self._is_closed = False
        self._turn = threading.Lock()
        """Held while the file changes, and while it is decided from which state on changes have to be noted."""

    def read(self) -> None:
        """Read the tables in a thread of its own, unless that is on its way.

        Those that are held answer meanwhile, unless there is no room for both.
        """
        with self._turn:
            if self._is_reading or self._is_closed:
                return
            self._is_reading = True
            if sum(table.bytes for table in self._tables.values()) > MOST * available():
                with self._shared_lock.alone():
                    self._tables = {}
            self._missed = []
            cursor = self._open_reader()
        self._reader = threading.Thread(target=self._read, args=(cursor,), name="columns", daemon=True)
        self._reader.start()

    def wait(self) -> None:
        """Wait until what is being read was read."""
        if self._reader:
            self._reader.join()

    def close(self) -> None:
        """Free everything, after waiting for the reader thread."""
        self._is_closed = True
        self.wait()
        self._tables = {}
        self._beside.close()

    @contextmanager
    def tables(self) -> Iterator[Mapping[str, MemoryTable]]:
        """Give the tables as they stand, and keep them so meanwhile; none where they are not read yet."""
        with self._shared_lock.inside():
            yield self._tables

    @contextmanager
    def changing(self, change: TableChange) -> Iterator[None]:
        """Have the file changed, then the tables: nobody sees the one without the other."""
        with self._turn, self._shared_lock.alone():
            yield
            if self._is_reading:
                self._missed.append(change)
            self._tables = self._changed(self._tables, [change])
        if any(table.is_worn for table in self._tables.values()):
            self.read()

    def _read(self, cursor: duckdb.DuckDBPyConnection) -> None:
        tables: dict[str, MemoryTable] = {}
        try:
            for spec in self._specs:
                if table := self._table(cursor, spec, tables):
                    tables[spec.table] = table
        except _Closed:
            tables = {}
        except Exception:  # questions are answered from the file, as they were before
            log.exception("columns_not_read")
            tables = {}
        finally:
            cursor.close()
            with self._turn, self._shared_lock.alone():
                self._tables, self._missed, self._is_reading = self._changed(tables, self._missed), [], False

    def _table(
        self, cursor: duckdb.DuckDBPyConnection, spec: TableSpec, before: Mapping[str, MemoryTable]
    ) -> MemoryTable | None:
        """Read a table, None where it is too large; what is not held is asked of the file."""
        [(rows,)] = cursor.execute(f'SELECT count(*) FROM "{spec.table}"').fetchall()
        if spec.bytes(rows) > MOST * available() or (spec.link or spec.table) not in {*before, spec.table}:
            log.warning("columns_not_held", table=spec.table, rows=rows, mib=spec.bytes(rows) >> 20)
            return None
        table = MemoryTable(spec, rows, before[spec.link] if spec.link else None)
        for batch in cursor.sql(spec.sql()).to_arrow_reader(BATCH):
            if self._is_closed:
                raise _Closed
            table.extend(batch)
        table.order()
        return table

    def _changed(self, tables: dict[str, MemoryTable], changes: Sequence[TableChange]) -> dict[str, MemoryTable]:
        """Return the tables after changes, none where one cannot be made: half of it would be in the figures."""
        try:
            for change in changes if tables else ():
                self._apply(tables, change)
        except Exception:  # the file has changed already, and answers
            log.exception("columns_not_changed")
            return {}
        return tables

    def _apply(self, tables: Mapping[str, MemoryTable], change: TableChange) -> None:
        """Remove replaced rows, then add the new ones: the SQL that reads a file reads them as well."""
        conversations = np.array(change.conversations, np.int64)
        offers = np.array(change.offers, np.int64)
        for name, rows in change.rows.items():
            self._beside.register(name, rows)
        for table in tables.values():
            table.remove(conversations, offers)
            if not change.rows[table.spec.table].num_rows:
                continue
            for batch in self._beside.sql(table.spec.sql()).to_arrow_reader(BATCH):
                table.extend(batch)


class _Closed(Exception):
    """The tables were closed before they were read."""
