"""Where the record is kept, and how it is opened, read and written.

One writer at a time, each write one transaction that is on the disk when it returns; readers never wait for it.
"""

import re
import sqlite3 as codes  # the names of SQLite's codes; the driver lacks some
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from shlex import quote
from typing import Any

import pysqlite3.dbapi2 as sqlite
from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError
from sqlalchemy.pool import QueuePool

from ressenti.kit.durable import make_folder
from ressenti.kit.i18n import Sentence, _
from ressenti.kit.paths import database_url, default_database
from ressenti.kit.refusals import Refusal
from ressenti.record.refusals import (
    BadDatabase,
    DatabaseBusy,
    NoDatabase,
    OldSQLite,
    OnlyDemonstration,
)
from ressenti.record.stores.row_checksums import PART, are_enough, declare, seal_rows, sealer, unsealed_count

SAFE_SQLITE = (3, 51, 3)
SQLITE_VERSION: tuple[int, ...] = sqlite.sqlite_version_info
"""The version of SQLite that is installed with the driver."""
BUSY_MS = 30_000
Progress = Callable[[int, int], None]
_MAGIC = b"SQLite format 3\0"

_WRITER = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
    "PRAGMA cache_size = -131072",
    "PRAGMA wal_autocheckpoint = 4000",
)
_READER = ("PRAGMA query_only = ON", "PRAGMA trusted_schema = OFF", "PRAGMA cache_size = -65536")


class Store:
    """The record of one installation. Open it with `Store.open`; close it when done."""

    def __init__(self, url: str, path: Path) -> None:
        self.url = url
        self.path = path
        self._lock = threading.Lock()
        self._watching = threading.Lock()
        self._writer = _engine(path, _WRITER, begin="BEGIN IMMEDIATE", most_kept=1, most_beside=0)
        # Who reads may have to read once more before giving back, so none waits for what others hold; threads are few.
        self._readers = _engine(path, _READER, begin="BEGIN", most_kept=8, most_beside=-1)
        self._watch: Connection | None = None
        self._condemned: Refusal | None = None

    @classmethod
    def open(cls, url: str, *, create: bool = False, progress: Progress | None = None) -> "Store":
        """Open the record at a `sqlite:///` address, bringing its tables and the checksums of its rows up to date.

        `progress` hears how many rows of an older record have their checksum, of how many. Raises NoDatabase where
        there is none and `create` is false, and the refusals of `record.refusals`.
        """
        from ressenti.record.migrations.upgrade import is_current

        require_safe_sqlite(sqlite.sqlite_version_info)
        path = sqlite_path(url)
        if not path.exists() and not create:
            raise _missing(url)
        with ExitStack() as undoing:
            if not path.exists():
                undoing.callback(_unmake, path, [one for one in path.parents if not one.exists()])
                _make_private(path)
            store = cls(url, path)
            undoing.callback(store.close)
            _require_sqlite(path, url)
            with store.read() as connection:
                current = is_current(connection, url)  # a reader's look first: it waits for no writer
            if not current:
                store._upgrade()
            store._seal_the_rest(progress or _untold)
            undoing.pop_all()
        return store

    def close(self) -> None:
        """Give back every connection."""
        if self._watch:
            self._watch.close()
        self._readers.dispose()
        self._writer.dispose()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection that sees the record as it stood at its first question, and cannot write."""
        with self._refusing(), self._readers.connect() as connection:
            yield connection

    def version(self) -> int:
        """Return a number that is another one whenever anything was written into the record, by any process."""
        with self._watching, self._refusing():
            self._watch = self._watch or self._readers.connect()
            number: int = self._watch.exec_driver_sql("PRAGMA data_version").scalar_one()
            self._watch.rollback()  # what it saw is of the past for whoever asks next
            return number

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give the one connection that writes; all of the block is committed and on disk, or nothing is."""
        with self._lock, self._refusing(), self._writer.begin() as connection:
            yield connection
            seal_rows(connection)

    def _upgrade(self) -> None:
        """Bring the tables up to date in one transaction.

        Rows without a checksum get theirs afterwards: all of a large record would be one long transaction.
        """
        from ressenti.record.migrations.upgrade import upgrade

        with self._refusing(), self._writer.begin() as connection:
            if upgrade(connection, self.url):
                declare(connection)

    def _seal_the_rest(self, progress: Progress) -> None:
        """Seal what no seal is on yet, part by part: ended at any moment, the next opening goes on."""
        with self.read() as connection:
            total = unsealed_count(connection)
        done = 0
        while done < total:
            with self._lock, self._refusing(), self._writer.begin() as connection:
                part = seal_rows(connection, PART)
            if not part:
                break  # another process was quicker
            done += part
            progress(done, max(done, total))

    def condemn(self, why: Refusal) -> None:
        """Answer no more questions: the file proved damaged while others were asked."""
        self._condemned = why

    @contextmanager
    def _refusing(self) -> Iterator[None]:
        if self._condemned:
            raise type(self._condemned)(**self._condemned.data)
        try:
            yield
        except (DatabaseError, sqlite.DatabaseError) as error:  # of the toolkit, or of the driver where it is used bare
            raise _translated(error, self) from error
        except UnicodeDecodeError as error:  # what SQLite says of a damaged table repeats its name
            from ressenti.record.stores.integrity import damaged, is_misshapen

            if not is_misshapen(self.path):
                raise
            raise damaged(self.url, (Sentence(_("the name of a table is no text")),)) from error


def insert(connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows given as plain tuples in the order of `columns`: the short way for many rows at once."""
    if "seal" in table.c and are_enough(table, columns):
        seal = sealer(table, columns)
        columns, many = (*columns, "seal"), [(*row, seal(row)) for row in rows]
    else:
        many = [tuple(row) for row in rows]
    if many:
        names = ", ".join(connection.dialect.identifier_preparer.quote(name) for name in columns)
        into = connection.dialect.identifier_preparer.format_table(table)
        marks = ", ".join("?" * len(columns))
        connection.exec_driver_sql(f"INSERT INTO {into} ({names}) VALUES ({marks})", many)  # noqa: S608 - our names


def put(connection: Connection, table: Table, key: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """Write values into the row of a unique key, made if there is none; without values, a row that is there stays."""
    into = upsert(table).values({**key, **values})
    known = [table.c[name] for name in key]
    connection.execute(
        into.on_conflict_do_update(index_elements=known, set_=dict(values))
        if values
        else into.on_conflict_do_nothing(index_elements=known)
    )


def require_safe_sqlite(found: tuple[int, ...]) -> None:
    """Refuse a SQLite with the WAL race that corrupts databases; raises OldSQLite."""
    if found < SAFE_SQLITE:
        raise OldSQLite(found=".".join(map(str, found)))


def _untold(_done: int, _total: int) -> None:
    """Tell nobody."""


def _missing(url: str) -> NoDatabase:
    """Return what is said of a database that is not there; where the demonstration is, how it is asked."""
    demonstration = default_database("demo")
    if demonstration != url and sqlite_path(demonstration).exists():
        return OnlyDemonstration(url=url, demonstration=quote(demonstration))
    return NoDatabase(url=url)


def sqlite_path(url: str) -> Path:
    """Return the file a `sqlite:///` address names; raises BadDatabase for any other, which repeats no password."""
    no_address = Sentence(_("it is not an address"))
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # a port that is no number is the second
        raise BadDatabase(url=_PASSWORD.sub(r"\1:***@", url), reason=no_address) from None
    shown = parsed.render_as_string(hide_password=True)
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        raise BadDatabase(url=shown, reason=Sentence(_("only a SQLite file is supported by this version")))
    if parsed.host or parsed.username or parsed.query:  # behind two slashes stands a machine, never the first folder
        raise BadDatabase(url=shown, reason=no_address)
    return Path(parsed.database).expanduser().absolute()


_PASSWORD = re.compile(r"^((?:[^:@]*://)?[^:@]*):.*@")
"""What stands before the last @ of what may be an address with a password."""


def _require_sqlite(path: Path, url: str) -> None:
    """Refuse a file that does not begin as a database does; raises DamagedDatabase."""
    try:
        with path.open("rb") as file:
            head = file.read(len(_MAGIC))
    except OSError:
        return  # SQLite says why
    if head and head != _MAGIC:
        from ressenti.record.stores.integrity import damaged

        raise damaged(url, (Sentence(_("it is not a database, or its first page is damaged")),))


def _make_private(path: Path) -> None:
    try:
        make_folder(path.parent)
        path.touch(mode=0o600)
    except OSError as error:
        from ressenti.record.stores.storage_errors import storage_refusal

        found = storage_refusal(error, path)
        raise found or BadDatabase(url=database_url(path), reason=error.strerror or str(error)) from error


def _unmake(path: Path, folders: Iterable[Path]) -> None:
    """Remove a file in which no record could be made, and the folders that were made for it."""
    with suppress(OSError):
        for ending in ("", "-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)
        for folder in folders:
            folder.rmdir()


def _engine(path: Path, pragmas: Sequence[str], *, begin: str, most_kept: int, most_beside: int) -> Engine:
    """Return connections to a file: so many stay open, and so many more at once, -1 for any number, while in use."""
    engine = create_engine(
        database_url(path),
        module=sqlite,
        poolclass=QueuePool,
        pool_size=most_kept,
        max_overflow=most_beside,
        hide_parameters=True,  # what people wrote is in no message of an error
        connect_args={"timeout": BUSY_MS / 1000, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # our own BEGIN, below: the driver's would come too late
        for pragma in pragmas:
            connection.execute(pragma).fetchall()

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


_BUSY = frozenset({codes.SQLITE_BUSY, codes.SQLITE_LOCKED, codes.SQLITE_PROTOCOL})
_DAMAGED = frozenset({codes.SQLITE_CORRUPT, codes.SQLITE_NOTADB})


def _translated(error: Exception, store: Store) -> Exception:
    """Return what to say of an error of SQLite's; the error itself where that is our fault."""
    from ressenti.record.stores.integrity import damaged, in_words, is_misshapen
    from ressenti.record.stores.storage_errors import code_of, storage_refusal

    driven = getattr(error, "orig", error)
    reason, url, code = str(driven), store.url, code_of(driven)
    if code is None and "Could not decode" in reason:  # the driver's own, without a code; the sentence repeats the text
        return damaged(url, (Sentence(_("a text in it cannot be read")),))
    # SQLite has one code for a table that has not what is asked of it: our fault, unless it is not as declared.
    if code in _DAMAGED or (code == codes.SQLITE_ERROR and is_misshapen(store.path)):
        return damaged(url, (in_words(reason),))
    if code in _BUSY:
        return DatabaseBusy(url=url)
    if found := storage_refusal(driven, store.path):
        return found
    return BadDatabase(url=url, reason=reason) if code == codes.SQLITE_CANTOPEN else error
