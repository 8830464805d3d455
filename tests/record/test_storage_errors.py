"""A disk that takes no more, takes nothing, or fails, is recognised whatever program of ours says so; nothing else is.

Every fault is a real one, of the system, of SQLite or of DuckDB.
"""

import errno
import os
import resource
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pysqlite3.dbapi2 as sqlite
import pytest
from sqlalchemy import text

from ressenti.kit.refusals import Refusal
from ressenti.record.refusals import (
    BadDatabase,
    DamagedDatabase,
    DatabaseBusy,
    StorageFailing,
    StorageFull,
    StorageReadOnly,
)
from ressenti.record.stores.integrity import damaged_pages
from ressenti.record.stores.sqlite import Store
from ressenti.record.stores.storage_errors import PROBE_BYTES, code_of, storage_refusal
from tests.support.disks import Disk

ROWS = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 40000)"


def record(path: Path) -> Any:
    """Open a database as the record is, with one row in it that is in its journal alone."""
    driver = sqlite.connect(path, isolation_level=None)
    driver.execute("PRAGMA journal_mode = WAL").fetchall()
    driver.execute("CREATE TABLE IF NOT EXISTS held (what)")
    driver.execute("INSERT INTO held VALUES (1)")
    return driver


def written_by_system(folder: Path) -> None:
    with (folder / "some.txt").open("wb") as file:
        file.write(b"\0" * (20 << 20))


def written_by_sqlite(folder: Path) -> None:
    with closing(record(folder / "record.db")) as driver:
        driver.execute(f"INSERT INTO held {ROWS} SELECT randomblob(1000) FROM n")


def written_by_duckdb(folder: Path) -> None:
    with duckdb.connect(str(folder / "some.duckdb")) as database:
        database.execute("CREATE TABLE held AS SELECT random() AS what FROM range(4000000)")
        database.execute("CHECKPOINT")


WRITERS = (written_by_system, written_by_sqlite, written_by_duckdb)


def fault(work: Callable[[], object]) -> Exception:
    """Return what is raised."""
    with pytest.raises(Exception) as raised:  # noqa: PT011 - of whatever kind, that is what is asked
        work()
    return raised.value


@contextmanager
def files_of_at_most(count: int) -> Iterator[None]:
    """Let this process write no file longer than that, although there is room."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (count, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


class TestFull:
    @pytest.mark.parametrize("write", WRITERS)
    def test_a_full_disk_is_known_by_what_the_system_the_record_and_the_facts_say(
        self, disk: Disk, write: Callable[[Path], None]
    ) -> None:
        error = fault(lambda: write(disk.path))

        found = storage_refusal(error, disk.path)
        assert isinstance(found, StorageFull), error
        assert str(disk.path) in found.say()

    def test_a_database_that_may_have_no_more_pages_is_full(self, tmp_path: Path) -> None:
        with closing(record(tmp_path / "record.db")) as driver:
            driver.execute("PRAGMA max_page_count = 10")
            error = fault(lambda: driver.execute(f"INSERT INTO held {ROWS} SELECT randomblob(1000) FROM n"))

        assert isinstance(storage_refusal(error, tmp_path / "record.db"), StorageFull)

    def test_where_sqlite_tells_of_no_full_disk_but_of_one_that_cannot_be_written_the_disk_is_asked(
        self, disk: Disk
    ) -> None:
        """What readers share is a file that is made longer, and SQLite does not say why that failed."""
        record(disk.path / "record.db").close()
        disk.fill()
        error = fault(lambda: record(disk.path / "record.db"))

        assert code_of(error) in {sqlite.SQLITE_IOERR, sqlite.SQLITE_CANTOPEN}
        assert isinstance(storage_refusal(error, disk.path / "record.db"), StorageFull)
        disk.empty()
        assert not isinstance(storage_refusal(error, disk.path / "record.db"), StorageFull), (
            "the control: there is room"
        )

    def test_it_is_found_behind_what_it_led_to(self, disk: Disk) -> None:
        def lead() -> None:
            try:
                written_by_system(disk.path)
            except OSError as error:
                raise ValueError("the rows") from error

        assert isinstance(storage_refusal(fault(lead), "/srv"), StorageFull)

    def test_a_full_disk_is_no_damage(self, disk: Disk) -> None:
        Store.open(f"sqlite:///{disk.path / 'record.db'}", create=True).close()
        disk.fill()

        with pytest.raises(StorageFull):
            damaged_pages(disk.path / "record.db")
        disk.empty()
        assert damaged_pages(disk.path / "record.db") == ()


class TestReadOnly:
    @pytest.mark.parametrize("write", WRITERS)
    def test_a_disk_that_nothing_can_be_written_to_likewise(
        self, disk: Disk, tmp_path: Path, write: Callable[[Path], None]
    ) -> None:
        record(disk.path / "record.db").close()
        with disk.read_only():
            error = fault(lambda: write(disk.path))
            found = storage_refusal(error, disk.path / "record.db")

        assert isinstance(found, StorageReadOnly), error
        assert "(Read-only file system)" in found.say()

    def test_a_database_that_was_opened_for_reading_likewise(self, tmp_path: Path) -> None:
        record(tmp_path / "record.db").close()
        with closing(sqlite.connect(f"file:{tmp_path / 'record.db'}?mode=ro", uri=True)) as driver:
            error = fault(lambda: driver.execute("INSERT INTO held VALUES (2)"))

        assert isinstance(storage_refusal(error, tmp_path / "record.db"), StorageReadOnly)


class TestFailing:
    def test_a_disk_with_room_that_does_not_write_fails_and_is_not_full(self, tmp_path: Path) -> None:
        with files_of_at_most(2 * PROBE_BYTES):
            error = fault(lambda: written_by_sqlite(tmp_path))
            found = storage_refusal(error, tmp_path / "record.db")

        assert str(error) == "disk I/O error"
        assert isinstance(found, StorageFailing)
        assert (found.status, found.exit_code, found.again_s) == (503, 4, 30)
        assert found.say() == (
            f"The disk that holds {tmp_path / 'record.db'} fails (disk I/O error). Look at the system's log and at "
            "the disk before anything else is written there; then give the same command again."
        )

    def test_so_does_one_of_which_the_system_says_so(self) -> None:
        def read() -> None:
            with Path("/proc/self/mem").open("rb", buffering=0) as file:  # nothing is at its first byte
                file.read(1)

        error = fault(read)

        assert isinstance(error, OSError)
        assert error.errno == errno.EIO
        assert isinstance(storage_refusal(error, "/proc/self/mem"), StorageFailing)

    def test_the_record_says_so_too_and_is_whole(self, tmp_path: Path) -> None:
        with closing(Store.open(f"sqlite:///{tmp_path / 'record.db'}", create=True)) as store:
            with files_of_at_most(2 * PROBE_BYTES), pytest.raises(StorageFailing), store.write() as connection:
                connection.execute(text("CREATE TABLE held (what)"))
                connection.execute(text(f"INSERT INTO held {ROWS} SELECT randomblob(1000) FROM n"))
            with store.read() as connection:
                assert connection.execute(text("SELECT 1 FROM sqlite_master WHERE name = 'held'")).all() == []
        assert damaged_pages(tmp_path / "record.db") == ()


class TestElse:
    def test_no_other_fault_of_the_system_is_one_of_the_disk(self, tmp_path: Path) -> None:
        assert storage_refusal(fault((tmp_path / "none.txt").read_text), "/srv") is None
        assert storage_refusal(PermissionError(errno.EACCES, os.strerror(errno.EACCES)), "/srv") is None, "of a port"
        assert storage_refusal(KeyError("No space left on device"), "/srv") is None

    def test_no_other_fault_of_sqlite_is(self, tmp_path: Path) -> None:
        with closing(record(tmp_path / "record.db")) as driver:
            for sql in ("SELECT * FROM people", "SELECT json('disk is full')", "INSERT INTO held VALUES (1, 2)"):
                assert storage_refusal(fault(partial(driver.execute, sql)), tmp_path / "record.db") is None
        error = fault(lambda: sqlite.connect(tmp_path / "none" / "record.db").execute("SELECT 1"))
        assert storage_refusal(error, tmp_path / "none" / "record.db") is None

    def test_no_other_fault_of_duckdb_is(self, tmp_path: Path) -> None:
        (tmp_path / "some.duckdb").write_bytes(b"noise " * 10_000)

        assert storage_refusal(fault(lambda: duckdb.connect(str(tmp_path / "some.duckdb"))), tmp_path) is None


class TestTold:
    """What the record says of an error goes by SQLite's code, whatever the words."""

    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[Store]:
        with closing(Store.open(f"sqlite:///{tmp_path / 'record.db'}", create=True)) as store:
            yield store

    @pytest.mark.parametrize(
        "sql",
        [
            "SELECT json('{')",  # "malformed JSON"
            'SELECT * FROM "not a database, and the disk is full"',
            'SELECT "database is locked" FROM project WHERE readonly',
        ],
    )
    def test_our_own_fault_stays_one_whatever_its_words(self, store: Store, sql: str) -> None:
        error = fault(lambda: self.ask(store, sql))

        assert not isinstance(error, Refusal), error

    def test_a_lock_is_told_as_one(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        with closing(sqlite.connect(store.path, isolation_level=None)) as other, pytest.raises(DatabaseBusy):
            other.execute("BEGIN IMMEDIATE")
            with store.read() as connection:
                connection.exec_driver_sql("PRAGMA busy_timeout = 0")
                connection.exec_driver_sql("PRAGMA query_only = OFF")
                connection.exec_driver_sql("DELETE FROM project")

    def test_noise_is_told_as_damage(self, store: Store) -> None:
        store.close()  # what it held of the file is in it now
        head = store.path.read_bytes()[:100]
        store.path.write_bytes(head + b"\0" * (store.path.stat().st_size - len(head)))

        with pytest.raises(DamagedDatabase):
            self.ask(store, "SELECT * FROM project")

    def test_a_place_that_is_none_is_told_as_such(self, store: Store, tmp_path: Path) -> None:
        (tmp_path / "folder.db").mkdir()

        with pytest.raises(BadDatabase):
            Store.open(f"sqlite:///{tmp_path / 'folder.db'}")

    def ask(self, store: Store, sql: str) -> None:
        with store.read() as connection:
            connection.execute(text(sql)).all()
