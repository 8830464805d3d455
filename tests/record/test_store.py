"""The record is opened safely, written by one at a time, and numbered in the order of its commits."""

import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import pytest
from sqlalchemy import insert, select, text

from ressenti.kit.paths import database_url
from ressenti.record import journal
from ressenti.record import tables as t
from ressenti.record.migrations.upgrade import HEAD
from ressenti.record.projects import all_projects, ensure_project, settle
from ressenti.record.refusals import (
    BadDatabase,
    BadSetting,
    DamagedDatabase,
    NewerDatabase,
    NoDatabase,
    OldSQLite,
    StorageReadOnly,
    UnknownProject,
    UnknownZone,
)
from ressenti.record.stores.backup import copy_to
from ressenti.record.stores.sqlite import Store, require_safe_sqlite, sqlite_path
from ressenti.record.stores.sqlite import insert as insert_rows

NOW = 1_700_000_000_000_000


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store.open(f"sqlite:///{tmp_path / 'record.db'}", create=True)
    yield made
    made.close()


class TestOpening:
    def test_a_sqlite_that_can_corrupt_a_database_is_refused_with_the_remedy(self) -> None:
        for found in ((3, 40, 1), (3, 51, 2)):
            with pytest.raises(OldSQLite, match="pysqlite3"):
                require_safe_sqlite(found)
        require_safe_sqlite((3, 51, 3))

    def test_the_sqlite_in_use_is_a_safe_one(self) -> None:
        require_safe_sqlite(sqlite.sqlite_version_info)

    def test_a_new_record_is_readable_by_its_owner_only(self, store: Store) -> None:
        assert store.path.stat().st_mode & 0o777 == 0o600

    def test_a_record_that_is_not_there_is_not_made_by_asking(self, tmp_path: Path) -> None:
        with pytest.raises(NoDatabase):
            Store.open(f"sqlite:///{tmp_path / 'none.db'}")

        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize(
        "url",
        [
            "sqlite://folder/record.db",  # of two slashes the first folder would be a machine's name
            "sqlite:///record.db?mode=ro",
            "sqlite://me:hunter2@host/record.db",
            "postgresql://me:hunter2@host/record",
            "mysql://me:hunter2@host:port/record",
            "me:hunter2@host",
            "me:hun/ter:hunter2@host",
        ],
    )
    def test_an_address_that_is_no_files_is_refused_and_its_password_not_repeated(self, url: str) -> None:
        with pytest.raises(BadDatabase) as refused:
            sqlite_path(url)

        assert "hunter2" not in refused.value.say()

    @pytest.mark.parametrize("name", ["record.db", "a@b/record.db", "a:b@c/record.db", "a b/é.db"])
    def test_an_address_of_three_slashes_names_a_file(self, name: str) -> None:
        assert sqlite_path(f"sqlite:////folder/{name}") == Path(f"/folder/{name}")

    @pytest.mark.parametrize("name", ["a%41", "50%", "what?", "a#b", "a@b:c", "?mode=ro", "é b"])
    def test_a_record_lies_in_the_folder_that_is_meant_whatever_that_is_called(self, name: str, tmp_path: Path) -> None:
        folder = tmp_path / name
        folder.mkdir()
        with closing(Store.open(database_url(folder / "record.db"), create=True)) as made:
            assert made.path == folder / "record.db"
            copy_to(made, folder / "copy.db")

        assert [one.name for one in tmp_path.iterdir()] == [name]
        assert {"record.db", "copy.db"} <= {one.name for one in folder.iterdir()}

    def test_a_record_of_a_newer_version_is_left_alone(self, store: Store) -> None:
        with store.write() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        store.close()

        with pytest.raises(NewerDatabase, match="Upgrade the program"):
            Store.open(store.url)

    def test_a_file_that_is_no_database_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "text.db").write_text("hello, this is not a database at all, only some text\n" * 100)

        with pytest.raises(DamagedDatabase, match="not a database"):
            Store.open(f"sqlite:///{tmp_path / 'text.db'}")

    def test_opening_twice_changes_nothing(self, store: Store) -> None:
        again = Store.open(store.url)
        with again.read() as connection:
            assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == HEAD
        again.close()

    def test_the_tables_are_those_the_migrations_make(self, store: Store) -> None:
        with store.read() as connection:
            made = set(connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars())

        assert made == {*t.metadata.tables, "alembic_version"}


class TestWriting:
    def test_commits_are_on_the_disk_when_they_return(self, store: Store) -> None:
        with store.write() as connection:
            assert connection.execute(text("PRAGMA synchronous")).scalar() == 2
            assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"

    def test_readers_cannot_write(self, store: Store) -> None:
        with store.read() as connection, pytest.raises(StorageReadOnly, match="readonly"), store._refusing():
            connection.execute(insert(t.project).values(key="x"))

    def test_a_block_that_fails_writes_nothing(self, store: Store) -> None:
        with pytest.raises(ZeroDivisionError), store.write() as connection:
            ensure_project(connection, "shop")
            raise ZeroDivisionError

        with store.read() as connection:
            assert all_projects(connection) == []

    def test_rows_go_to_the_columns_they_are_named_for_in_any_order(self, store: Store) -> None:
        with store.write() as connection:
            project = ensure_project(connection, "shop")
            insert_rows(connection, t.label, ("key", "kind", "project_id"), [("Chat", "channel", project.id)])

        with store.read() as connection:
            row = connection.execute(select(t.label.c.kind, t.label.c.key)).one()
            assert tuple(row) == ("channel", "Chat")


class TestJournal:
    def test_its_numbers_are_those_of_the_order_of_commits_without_a_gap(self, store: Store) -> None:
        """Eight threads write, some give up: what is numbered is what was committed, in that order."""
        with store.write() as connection:
            project = ensure_project(connection, "shop")
        seen: list[int] = []

        def writer(number: int) -> None:
            for turn in range(20):
                try:
                    with store.write() as connection:
                        changes = [(journal.EventKind.CONVERSATION_CHANGED, number * 100 + turn)] * (1 + turn % 3)
                        journal.append(connection, project.id, changes, now=NOW)
                        if turn % 5 == 4:
                            raise ZeroDivisionError
                        seen.append(number * 100 + turn)
                except ZeroDivisionError:
                    continue

        threads = [threading.Thread(target=writer, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        with store.read() as connection:
            entries = connection.execute(
                select(t.journal.c.seq, t.journal.c.subject_id).order_by(t.journal.c.seq)
            ).all()
            assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
            assert list(dict.fromkeys(entry.subject_id for entry in entries)) == seen
            assert journal.last_seq(connection) == {project.id: len(entries)}
            assert [entry.subject_id for entry in journal.read_after(connection, project.id, 0)] == seen

    def test_each_project_counts_for_itself(self, store: Store) -> None:
        with store.write() as connection:
            for key, count in (("shop", 3), ("club", 1)):
                project = ensure_project(connection, key)
                journal.append(connection, project.id, [(journal.EventKind.CONVERSATION_CHANGED, 1)] * count, now=NOW)

        with store.read() as connection:
            assert sorted(journal.last_seq(connection).values()) == [1, 3]


class TestProjects:
    def test_one_begins_in_utc_in_euro_with_weeks_from_monday(self, store: Store) -> None:
        with store.write() as connection:
            project = ensure_project(connection, "shop")

        assert (project.zone, project.currency, project.week_start) == ("UTC", "EUR", 0)

    def test_settings_that_make_no_sense_are_refused(self, store: Store) -> None:
        with store.write() as connection:
            project = ensure_project(connection, "shop")
            with pytest.raises(UnknownZone, match="Europe/Paris"):
                settle(connection, project, now=NOW, zone="Europe/Pari")
            with pytest.raises(BadSetting, match="three letters"):
                settle(connection, project, now=NOW, currency="dollars")
            with pytest.raises(BadSetting, match="no currency of ISO 4217"):
                settle(connection, project, now=NOW, currency="EUX")
            with pytest.raises(BadSetting, match="monday"):
                settle(connection, project, now=NOW, week_start="someday")

    def test_an_unknown_one_is_refused_with_those_there_are(self, store: Store) -> None:
        from ressenti.record.projects import find_project

        with store.write() as connection:
            ensure_project(connection, "shop")
            with pytest.raises(UnknownProject, match="shop"):
                find_project(connection, "shpo")


def test_the_systems_own_sqlite_is_not_the_one_we_use() -> None:
    assert sqlite.sqlite_version_info >= sqlite3.sqlite_version_info


def test_who_reads_may_read_once_more_however_many_do(store: Store) -> None:
    readers, patience_s = 12, 5.0
    all_read = threading.Barrier(readers)

    def read_twice(_turn: int) -> int:
        with store.read() as first:
            found = int(first.execute(select(1)).scalar_one())
            all_read.wait(patience_s)
            with store.read() as second:
                return found + int(second.execute(select(1)).scalar_one())

    with ThreadPoolExecutor(readers) as pool:
        assert sum(pool.map(read_twice, range(readers), timeout=patience_s)) == 2 * readers
