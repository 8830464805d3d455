"""Facts whose columns are held in memory and counted there; a file behind them answers what is not held."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from ressenti.facts.derive import Facts
from ressenti.facts.engines.duckdb.engine import DuckDBEngine, DuckDBSnapshot
from ressenti.facts.engines.memory.counting import can_count, count
from ressenti.facts.engines.memory.loader import MemoryTables, TableChange
from ressenti.facts.engines.memory.table import MemoryTable, TableSpec
from ressenti.facts.engines.row_cache import RowCache
from ressenti.facts.engines.sql import Statement
from ressenti.facts.query import Query, QueryRows

FILE_MIB = 512
"""What the file's own engine may take of the memory, where it answers little."""


class MemoryEngine:
    """Tables held in memory, and the file they are read from, which changes together with them."""

    def __init__(self, file: DuckDBEngine, specs: Sequence[TableSpec]) -> None:
        """Begin to read the tables in the background; until they are there, the file answers everything."""
        self.dialect, self.place = file.dialect, file.place
        self._file = file
        self._specs = {one.table for one in specs}
        file.limit_memory(FILE_MIB)
        self._tables = MemoryTables(file.reader, specs)
        self._tables.read()

    def wait_for_tables(self) -> None:
        """Wait until what is to be held was read."""
        self._tables.wait()

    @contextmanager
    def tables(self) -> Iterator[Mapping[str, MemoryTable]]:
        """Give the tables, all as they stand now; none where they are not, or not yet."""
        with self._tables.tables() as tables:
            yield tables

    @contextmanager
    def snapshot(self, table: str | None = None) -> Iterator["MemorySnapshot"]:
        """Give one view of the facts; the tables stand still only for who counts rows of one that is held."""
        with self._held(table) as tables, self._file.snapshot() as view:
            yield MemorySnapshot(tables, view)

    def aggregate(self, query: Query) -> QueryRows:
        """Return the rows of a query; raises DamagedFacts where the file fails under it."""
        with self.snapshot(query.rows.table) as view:
            return view.aggregate(query)

    def replace(
        self, facts: Iterable[Facts], *, conversations: Sequence[int], offers: Sequence[int], marks: Mapping[int, int]
    ) -> None:
        """Put the rows of these conversations and lone surveys in the place of their old ones, with the watermark."""
        self._file.replace(
            facts,
            conversations=conversations,
            offers=offers,
            marks=marks,
            committing=lambda rows: self._tables.changing(TableChange(rows, conversations, offers)),
        )

    def rows(self, sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a statement; raises DamagedFacts where the file fails under it."""
        return self._file.rows(sql, params)

    def batches(self, sql: str, params: Sequence[Any] = (), *, size: int) -> Iterator[list[tuple[Any, ...]]]:
        """Return the rows of a statement a part at a time, all as they stood when it was asked; raises DamagedFacts."""
        return self._file.batches(sql, params, size=size)

    def watermarks(self) -> dict[int, int]:
        """Return the journal number each project's facts stand at."""
        return self._file.watermarks()

    def memory(self, watermarks: Mapping[int, int]) -> RowCache:
        """Return what was answered since the facts came to stand at these numbers."""
        return self._file.memory(watermarks)

    def forget(self) -> None:
        """Clear the caches of answers and of selected rows."""
        self._file.forget()
        with self.tables() as tables:
            for table in tables.values():
                table.forget()

    def close(self) -> None:
        """Free the tables, and close the file."""
        self._tables.close()
        self._file.close()

    def abandon(self) -> None:
        """Free the tables, and close a damaged file without writing to it."""
        self._tables.close()
        self._file.abandon()

    def _held(self, table: str | None) -> AbstractContextManager[Mapping[str, MemoryTable]]:
        return self._tables.tables() if table in self._specs else nullcontext({})


class MemorySnapshot:
    """The facts as they stood at one moment, in memory and in the file; what is made in it is gone with it."""

    def __init__(self, tables: Mapping[str, MemoryTable], file: DuckDBSnapshot) -> None:
        self.dialect = file.dialect
        self.prepare, self.rows, self.lay, self.watermarks = file.prepare, file.rows, file.lay, file.watermarks
        self._tables = tables
        self._file = file

    def aggregate(self, query: Query) -> QueryRows:
        """Return the rows of a query: counted where all it needs is held, else asked of the file."""
        return count(self._tables, query) if can_count(self._tables, query) else self._file.aggregate(query)

    def explain(self, query: Query) -> Sequence[Statement]:
        """Return the SQL of a query: what it means, also where it is counted."""
        return self._file.explain(query)
