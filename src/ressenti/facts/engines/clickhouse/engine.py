"""Facts on ClickHouse servers, for when one machine is not enough: the same rows, asked in the same words.

A cluster has no transactions. What it cannot promise, this process does, being the only one that writes and asks: a
replace waits until no query runs, and queries wait until it is through, on all shards. The watermark is written
last: after a crash in between, the journal is followed from there again before anything is asked.
"""

import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from ressenti.facts.derive import Facts
from ressenti.facts.engines.clickhouse.servers import Servers, ServerSession
from ressenti.facts.engines.clickhouse.tables import EXTRA, KEYS, on_shards, on_top, takes_in
from ressenti.facts.engines.dialect import CLICKHOUSE
from ressenti.facts.engines.engine import DamagedFacts
from ressenti.facts.engines.memory.table import TableSpec
from ressenti.facts.engines.row_cache import RowCache, RowMemory
from ressenti.facts.engines.shared_lock import SharedLock
from ressenti.facts.engines.sql_snapshot import SqlSnapshot
from ressenti.facts.query import Query, QueryRows
from ressenti.facts.refusals import FactsAway, FactsTaken
from ressenti.facts.schema import TABLES, VERSION

BLOCK = 50_000
"""Rows of a table that are gathered before they are sent, while everything is measured anew."""

ChecksumKey = tuple[int, ...]
_NAMES = {table: [column.name for column in columns] for table, columns in TABLES.items()}
_WRITTEN = tuple(reversed(TABLES))
"""Conversations last: whom they say a visitor was is asked again where the others were written and they were not."""


class ClickHouseEngine:
    """Open facts of one generation. Each thread asks through a connection of its own; one writes at a time."""

    dialect = CLICKHOUSE

    def __init__(self, servers: Servers, database: str, *, is_new: bool = False) -> None:
        """Take up the facts in a database; raises DamagedFacts where tables of theirs are not there."""
        self.database = database
        self.place = str(servers.address)
        self._servers = servers
        self._memory = RowMemory()
        self._shared_lock = SharedLock()
        self._asking = threading.local()
        self._gathered: dict[str, list[tuple[Any, ...]]] | None = {table: [] for table in TABLES} if is_new else None
        self._version = 0 if is_new else self._last_version()
        self._is_torn = False

    def close(self) -> None:
        """Flush what was gathered, and close the connections."""
        self.settle()
        self._servers.close()

    def settle(self) -> None:
        """Flush what was gathered; from now on, every replace is visible to the next query."""
        if self._gathered is not None:
            self._send(self._gathered, self._version)
            self._gathered = None

    def abandon(self) -> None:
        """Close the connections."""
        self._servers.close()

    def aggregate(self, query: Query) -> QueryRows:
        """Return the rows of a query; raises DamagedFacts where the facts fail under it."""
        with self.snapshot() as view:
            return view.aggregate(query)

    def rows(self, sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a statement; raises DamagedFacts where the facts fail under it, and FactsAway."""
        with self._inside(), self._servers.session(self.database) as session:
            return session.rows(bound(sql, params))

    @contextmanager
    def snapshot(self, _table: str | None = None) -> Iterator["ClickHouseSnapshot"]:
        """Give one view of the facts for all of a question: nothing is replaced meanwhile, or half replaced."""
        with self._whole(), self._servers.session(self.database) as session:
            view = ClickHouseSnapshot(session)
            yield view
            view.close()

    def batches(self, sql: str, params: Sequence[Any] = (), *, size: int) -> Iterator[list[tuple[Any, ...]]]:
        """Return the rows of a question a part at a time.

        A server reads what there was when it began. So nothing is replaced until the first rows are here, and it may be
        while the others come.
        """
        with self._servers.session(self.database) as session:
            parts = session.parts(bound(sql, params), size)
            with self._whole():
                first = next(parts, [])
            if first:
                yield first
            yield from parts

    def watermarks(self) -> dict[int, int]:
        """Return the journal number each project's facts stand at."""
        return dict(self.rows(_MARKS))

    def memory(self, watermarks: Mapping[int, int]) -> RowCache:
        """Return what was answered since the facts came to stand at these numbers."""
        return self._memory.at(watermarks)

    def forget(self) -> None:
        """Clear the cache of answers."""
        self._memory.forget()

    def replace(
        self, facts: Iterable[Facts], *, conversations: Sequence[int], offers: Sequence[int], marks: Mapping[int, int]
    ) -> None:
        """Put the rows of these conversations and lone surveys in the place of their old ones, then the watermark."""
        rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in TABLES}
        for one in facts:
            for table, own in zip(TABLES, one, strict=True):
                rows[table].extend(own)
        if self._gathered is not None:
            self._gather(self._gathered, rows, marks)
            return
        gone = self._gone(rows, conversations, offers)
        self._version += 1
        with self._shared_lock.alone():
            was_torn, self._is_torn = self._is_torn, True
            self._send(rows, self._version, gone)
            self._mark(marks)
            self._is_torn = was_torn and not marks  # it is mended by following the journal from the same place again
        self._memory.forget()

    def _gather(
        self,
        gathered: dict[str, list[tuple[Any, ...]]],
        rows: Mapping[str, Sequence[tuple[Any, ...]]],
        marks: Mapping[int, int],
    ) -> None:
        """Keep rows until there are many: they are new, and nobody asks for them yet."""
        for table, own in rows.items():
            gathered[table].extend(own)
        if marks or max(map(len, gathered.values())) >= BLOCK:
            self._send(gathered, self._version)
            self._mark(marks)
            for own in gathered.values():
                own.clear()

    def _send(
        self,
        rows: Mapping[str, Sequence[tuple[Any, ...]]],
        version: int,
        gone: Mapping[str, Iterable[tuple[Any, ...]]] | None = None,
    ) -> None:
        """Write rows, and that others are gone: of a table, all that goes to a shard arrives there as one."""
        cluster = self._servers.address.cluster
        with self._servers.session(self.database) as session:
            for table in _WRITTEN:
                own = [(*row, version, 0) for row in rows[table]]
                own += [(*row, version, 1) for row in (gone or {}).get(table, ())]
                if own:
                    session.insert(takes_in(table, cluster), (*_NAMES[table], *EXTRA), own)

    def _mark(self, marks: Mapping[int, int]) -> None:
        if marks:
            own = [(project_id, seq, self._version) for project_id, seq in marks.items()]
            with self._servers.session(self.database) as session:
                session.insert("watermark", ("project_id", "seq", "version"), own)

    def _gone(
        self, rows: Mapping[str, Sequence[tuple[Any, ...]]], conversations: Sequence[int], offers: Sequence[int]
    ) -> dict[str, list[tuple[Any, ...]]]:
        """Return the rows that are there now and will not be: their keys, and nothing else."""
        return {
            table: _emptied(
                table, self._there(table, conversations, offers) - {_place(table, row) for row in rows[table]}
            )
            for table in TABLES
        }

    def _there(self, table: str, conversations: Sequence[int], offers: Sequence[int]) -> set[tuple[Any, ...]]:
        select = f"SELECT {', '.join(_placed(table))} FROM {table} WHERE "
        places: set[tuple[Any, ...]] = set()
        if conversations:
            # Whole numbers of the order that rows are in, so that only a few of them are read.
            ordered_by = "ifNull(conversation_id, 0)" if table == "answer" else "conversation_id"
            places |= set(self.rows(f"{select}{ordered_by} IN {self.dialect.ids}", [conversations]))
        if offers and table == "answer":
            places |= set(self.rows(f"{select}conversation_id IS NULL AND offer_id IN {self.dialect.ids}", [offers]))
        return places

    @contextmanager
    def _inside(self) -> Iterator[None]:
        """Be one of those who ask, also for a question within another."""
        if getattr(self._asking, "is_inside", False):
            yield
            return
        with self._shared_lock.inside():
            self._asking.is_inside = True
            try:
                yield
            finally:
                self._asking.is_inside = False

    @contextmanager
    def _whole(self) -> Iterator[None]:
        """Be one of those who ask for figures: where a replace broke off, they wait for the next that does not."""
        with self._inside():
            if self._is_torn:
                raise FactsAway(server=f"{self._servers.address.host}:{self._servers.address.port}")
            yield

    def _last_version(self) -> int:
        """Return the highest version that was ever written, be it by a write that did not come to its end."""
        cluster = self._servers.address.cluster
        tables = ("watermark", *(takes_in(table, cluster) for table in TABLES))
        return max(int(self.rows(f"SELECT max(version) FROM {table}")[0][0] or 0) for table in tables)


class ClickHouseSnapshot(SqlSnapshot):
    """The facts while nothing is replaced; what is made in it is gone with it."""

    dialect = CLICKHOUSE

    def __init__(self, session: ServerSession) -> None:
        super().__init__()
        self._session = session
        self._made: set[str] = set()

    def close(self) -> None:
        """Forget what was made."""
        if self._made:
            self._session.end()

    def rows(self, sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a statement."""
        if made := _MAKES.match(sql):
            self._make(made[1])
        return self._session.rows(bound(sql, params))

    def lay(self, name: str, columns: Mapping[str, Sequence[int | None]]) -> None:
        """Lay a table of whole numbers beside the facts, on the server that is asked; it sends them to the shards."""
        types = ", ".join(f"{key} {'Int32' if key == 'id' else 'Nullable(Int64)'}" for key in columns)
        self._make(name)
        self._session.rows(f"CREATE TEMPORARY TABLE {name} ({types})")
        if rows := list(zip(*columns.values(), strict=True)):
            self._session.insert(name, tuple(columns), rows)

    def watermarks(self) -> dict[int, int]:
        """Return the journal number each project's facts stand at."""
        return dict(self.rows(_MARKS))

    def _make(self, name: str) -> None:
        if name in self._made:
            self._session.rows(f"DROP TEMPORARY TABLE {name}")
        self._made.add(name)


class ClickHouseStorage:
    """Where a record's facts are on ClickHouse: generations of them, of which one answers.

    A generation is a database of its own, named after the one of the address, which itself holds only which generation
    answers. That is written in one row when a new one is whole, so that there is never half of one to ask.
    """

    def __init__(self, servers: Servers, beginning: Callable[[], int]) -> None:
        """Look after the facts of one record, which is known by when it began; 0 where it has not."""
        self._servers = servers
        self._beginning = beginning
        self.place = str(servers.address)

    def open(self) -> ClickHouseEngine | None:
        """Return the facts that answer, None where there are none; raises DamagedFacts, and FactsTaken."""
        number, version = self._answering()
        if number == 0:
            return None
        if version != VERSION:
            raise DamagedFacts("facts of another version")
        return ClickHouseEngine(self._servers, self._database(number))

    def begin(self) -> ClickHouseEngine:
        """Return new facts, empty, beside those that answer."""
        answering, _version = self._answering()
        numbers = {number for found in self._servers.everywhere(self._generations) for number in found}
        self._drop(numbers - {answering})
        database = self._database(max({*numbers, answering}) + 1)
        cluster = self._servers.address.cluster
        self._servers.everywhere(lambda one: [one.rows(sql) for sql in on_shards(database)])
        with self._servers.session() as session:
            for sql in on_top(database, cluster):
                session.rows(sql)
        return ClickHouseEngine(self._servers, database, is_new=True)

    def drop(self, new: ClickHouseEngine) -> None:
        """Leave new facts that did not become whole: they answer nobody, and go when others are begun."""

    def seal(self, new: ClickHouseEngine) -> None:
        """Leave it to the servers, which have written what they took."""

    def put(self, new: ClickHouseEngine) -> ClickHouseEngine:
        """Let new facts answer, and remove the others."""
        new.settle()
        number = int(new.database.rpartition("_")[2])
        with self._servers.session() as session:
            into = f"{self._servers.address.database}.generation"
            session.insert(into, ("number", "schema", "beginning"), [(number, VERSION, self._beginning())])
        with suppress(FactsAway):  # who is away now keeps them until everything is measured anew once more
            numbers = {one for found in self._servers.everywhere(self._generations) for one in found}
            self._drop(numbers - {number})
        return new

    def hold(self, facts: ClickHouseEngine, _specs: Sequence[TableSpec]) -> ClickHouseEngine:
        """Hold nothing here: what is more than one machine holds is counted by the servers."""
        return facts

    def set_aside(self) -> None:
        """Leave damaged facts where they are: they answer no more, and go when new ones are there."""

    def discard(self) -> None:
        """Remove all facts."""
        self._answering()
        name = self._servers.address.database
        self._drop({number for found in self._servers.everywhere(self._generations) for number in found})
        with self._servers.session() as session:
            session.rows(f"DROP TABLE IF EXISTS {name}.generation")

    def close(self) -> None:
        """Close the connections."""
        self._servers.close()

    def _answering(self) -> tuple[int, int]:
        """Return which generation answers, 0 for none, and the version of its tables."""
        name = self._servers.address.database
        with self._servers.session() as session:
            session.rows(f"CREATE DATABASE IF NOT EXISTS {name}")
            session.rows(
                f"CREATE TABLE IF NOT EXISTS {name}.generation (number UInt32, schema UInt32, beginning Int64)"
                " ENGINE = MergeTree ORDER BY number"
            )
            last = f"SELECT number, schema, beginning FROM {name}.generation ORDER BY number DESC LIMIT 1"
            number, version, beginning = next(iter(session.rows(last)), (0, 0, 0))
        if beginning and self._beginning() not in {0, beginning}:
            raise FactsTaken(place=self.place)
        return number, version

    def _generations(self, session: ServerSession) -> set[int]:
        name = re.compile(rf"{self._servers.address.database}_(\d+)")
        found = (name.fullmatch(one) for (one,) in session.rows("SELECT name FROM system.databases"))
        return {int(one[1]) for one in found if one}

    def _drop(self, numbers: Iterable[int]) -> None:
        dropped = [f"DROP DATABASE IF EXISTS {self._database(number)}" for number in sorted(numbers)]
        if dropped:
            self._servers.everywhere(lambda one: [one.rows(sql) for sql in dropped])

    def _database(self, number: int) -> str:
        return f"{self._servers.address.database}_{number}"


_MARKS = "SELECT project_id, argMax(seq, version) FROM watermark GROUP BY project_id"
_MAKES = re.compile(r"CREATE TEMPORARY TABLE (\w+)")


def bound(sql: str, params: Sequence[Any]) -> str:
    """Return a question with its values written into it, as this engine's protocol of old wants it."""
    pieces = sql.split("?")
    if len(pieces) != len(params) + 1:
        raise ValueError("as many values as question marks")
    return "".join((pieces[0], *(f"{_literal(value)}{piece}" for value, piece in zip(params, pieces[1:], strict=True))))


def _literal(value: Any) -> str:
    match value:
        case None:
            return "NULL"
        case bool() | int():
            return str(int(value))
        case str():
            return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
        case _:
            return f"[{', '.join(map(_literal, value))}]"


def _placed(table: str) -> list[str]:
    """Return the columns that say which row it is, and on which shard."""
    return ["conversation_id", *(key for key in KEYS[table] if key != "conversation_id")]


def _place(table: str, row: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(row[_NAMES[table].index(name)] for name in _placed(table))


def _emptied(table: str, places: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Return rows with nothing in them but where they stood."""
    names = _placed(table)
    empty: dict[str, Any] = {column.name: [] if column.type.endswith("[]") else None for column in TABLES[table]}
    return [tuple((empty | dict(zip(names, one, strict=True))).values()) for one in places]
