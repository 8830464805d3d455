"""A record is copied and put back without ever being without a whole one, and nothing else is overwritten."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import pytest
from sqlalchemy import text

from ressenti.accounts.revocation import revoke_all_sessions
from ressenti.kit.clock import SECOND
from ressenti.kit.output_files import BadOutput, FileInTheWay
from ressenti.kit.refusals import Refusal
from ressenti.record.migrations.upgrade import HEAD
from ressenti.record.projects import all_projects, ensure_project
from ressenti.record.refusals import (
    BadCopy,
    DatabaseBusy,
    NewerDatabase,
    RecordInTheWay,
    StorageFull,
    UnknownDatabase,
)
from ressenti.record.stores import backup
from ressenti.record.stores.backup import copy_to, put_back
from ressenti.record.stores.sqlite import Store
from tests.support.environment import ROOT

NOW = 1_800_000_000 * SECOND
REVOKE = partial(revoke_all_sessions, now=NOW)
OLD, NEW = ["acknowledged", "old"], ["new"]


def projects(path: Path) -> list[str]:
    """Return what a record holds, opened as the program does."""
    store = Store.open(f"sqlite:///{path}")
    with store.read() as connection:
        found = sorted(project.key for project in all_projects(connection))
        assert connection.execute(text("PRAGMA integrity_check")).scalars().all() == ["ok"]
    store.close()
    return found


def record(path: Path, *keys: str) -> Store:
    store = Store.open(f"sqlite:///{path}", create=True)
    with store.write() as connection:
        for key in keys:
            ensure_project(connection, key)
    return store


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Give a copy of another record."""
    store = record(tmp_path / "other.db", "new")
    copy_to(store, tmp_path / "copy.db")
    store.close()
    return tmp_path / "copy.db"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Give a record whose writer was killed: one project is in its journal alone."""
    (tmp_path / "writing").mkdir()
    store = record(tmp_path / "writing" / "record.db", "old")
    store.close()
    store = record(tmp_path / "writing" / "record.db", "acknowledged")
    (tmp_path / "here").mkdir()
    for ending in ("", "-wal"):
        shutil.copy(f"{store.path}{ending}", tmp_path / "here" / f"record.db{ending}")
    store.close()
    assert (tmp_path / "here" / "record.db-wal").stat().st_size > 0
    return tmp_path / "here" / "record.db"


def without_links(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the disk be one that knows no second names of a file."""

    def refuse(_self: Path, _target: Path) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)


def nothing() -> None:
    """Forget nothing."""


def put(copy: Path, target: Path, *, replace: bool = True) -> None:
    with put_back(copy, target, replace=replace, revoke=REVOKE, forget=nothing):
        assert projects(target) == NEW


def names(target: Path) -> list[str]:
    return sorted(path.name for path in target.parent.iterdir())


class TestPuttingBack:
    def test_it_is_the_record_and_nothing_else_is_left(self, copy: Path, target: Path) -> None:
        put(copy, target)

        assert projects(target) == NEW
        assert names(target) == ["record.db"]
        assert target.stat().st_mode & 0o777 == 0o600

    def test_the_old_one_stays_beside_until_the_new_one_was_opened(self, copy: Path, target: Path) -> None:
        with put_back(copy, target, replace=True, revoke=REVOKE, forget=nothing):
            shutil.copy(target.with_name("record.db.before"), target.with_name("looked.db"))
        assert projects(target.with_name("looked.db")) == OLD

    def test_a_copy_under_the_name_of_one_that_was_not_finished_is_put_back_and_stays(
        self, copy: Path, target: Path
    ) -> None:
        left = target.with_name("record.db.part")
        shutil.copy(copy, left)
        with put_back(left, target, replace=True, revoke=REVOKE, forget=nothing):
            pass

        assert projects(target) == NEW
        assert left.read_bytes() == copy.read_bytes()

    def test_where_a_link_leads_to_the_record_the_record_is_replaced_and_not_the_link(
        self, copy: Path, target: Path, tmp_path: Path
    ) -> None:
        link = tmp_path / "linked.db"
        link.symlink_to(target)
        with put_back(copy, link, replace=True, revoke=REVOKE, forget=nothing):
            pass

        assert link.is_symlink()
        assert projects(target) == NEW

    def test_one_that_cannot_be_opened_is_not_the_record(self, copy: Path, target: Path) -> None:
        with pytest.raises(ZeroDivisionError), put_back(copy, target, replace=True, revoke=REVOKE, forget=nothing):
            raise ZeroDivisionError

        assert projects(target) == OLD
        assert names(target) == ["record.db"]

    @pytest.mark.parametrize(
        ("spoil", "refusal"),
        [
            ("UPDATE alembic_version SET version_num = '9999'", NewerDatabase),
            ("UPDATE alembic_version SET version_num = '0000'", UnknownDatabase),
            ("UPDATE alembic_version SET version_num = 'abc'", UnknownDatabase),
            ("DELETE FROM alembic_version", UnknownDatabase),
            ("DROP TABLE alembic_version", BadCopy),
            ("DROP TABLE message", BadCopy),
        ],
    )
    def test_a_copy_that_cannot_be_the_record_changes_nothing(
        self, copy: Path, target: Path, spoil: str, refusal: type[Refusal]
    ) -> None:
        with closing(sqlite.connect(str(copy))) as connection:
            connection.executescript(spoil)

        with pytest.raises(refusal):
            put(copy, target)

        assert names(target) == ["record.db", "record.db-wal"]
        assert projects(target) == OLD

    @pytest.mark.parametrize("content", [b"", b"hello, no database" * 100])
    def test_a_file_that_is_no_record_changes_nothing(self, target: Path, tmp_path: Path, content: bytes) -> None:
        (tmp_path / "copy.db").write_bytes(content)

        with pytest.raises((BadCopy, UnknownDatabase)):
            put(tmp_path / "copy.db", target)

        assert projects(target) == OLD

    def test_a_copy_with_a_flipped_page_changes_nothing(self, copy: Path, target: Path) -> None:
        content = bytearray(copy.read_bytes())
        content[4096 * 3 : 4096 * 3 + 200] = b"\xff" * 200
        copy.write_bytes(content)

        with pytest.raises(BadCopy):
            put(copy, target)

        assert projects(target) == OLD

    def test_what_the_journal_of_a_copy_holds_is_in_it(self, target: Path, tmp_path: Path) -> None:
        elsewhere = tmp_path / "elsewhere.db"

        with put_back(target, elsewhere, replace=False, revoke=REVOKE, forget=nothing):
            pass

        assert projects(elsewhere) == OLD

    def test_a_record_in_use_is_not_replaced(self, copy: Path, target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(backup, "BUSY_S", 0.1)
        store = Store.open(f"sqlite:///{target}")
        with store.write() as connection:
            ensure_project(connection, "third")
            with pytest.raises(DatabaseBusy):
                put(copy, target)
        store.close()

        assert projects(target) == [*OLD, "third"]

    def test_a_record_is_replaced_only_if_told_to(self, copy: Path, target: Path) -> None:
        with pytest.raises(RecordInTheWay):
            put(copy, target, replace=False)

        assert projects(target) == OLD

    def test_what_is_no_database_is_replaced_and_kept_until_then(self, copy: Path, target: Path) -> None:
        target.write_bytes(b"a disk went mad" * 1_000)

        with put_back(copy, target, replace=True, revoke=REVOKE, forget=nothing):
            assert target.with_name("record.db.before").read_bytes().startswith(b"a disk went mad")
            assert target.with_name("record.db.before-wal").exists()

        assert projects(target) == NEW

    @pytest.mark.parametrize("content", [None, b"a disk went mad" * 1_000])
    def test_on_a_disk_without_links_a_copy_of_the_old_one_is_kept_until_then(
        self, copy: Path, target: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None
    ) -> None:
        without_links(monkeypatch)
        if content is not None:
            target.write_bytes(content)
            target.with_name("record.db-wal").unlink()
        before = target.with_name("record.db.before")

        with pytest.raises(ZeroDivisionError), put_back(copy, target, replace=True, revoke=REVOKE, forget=nothing):
            assert projects(target) == NEW
            assert projects(before) == OLD if content is None else before.read_bytes() == content
            raise ZeroDivisionError
        assert projects(target) == OLD if content is None else target.read_bytes() == content
        put(copy, target)
        assert names(target) == ["record.db"]

    def test_a_full_disk_is_called_so_and_changes_nothing(
        self, copy: Path, target: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(_handle: int) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", full)
            with pytest.raises(StorageFull):
                put(copy, target)

        assert projects(target) == OLD
        assert names(target) == ["record.db"]


def restore(copy: Path, target: Path, step: int, how: str) -> "subprocess.CompletedProcess[str]":
    words = [sys.executable, "-m", "tests.support.child_restore", str(copy), str(target), str(step), how]
    return subprocess.run(words, capture_output=True, text=True, cwd=ROOT, check=False, timeout=60)


def after_each_kill(copy: Path, target: Path, tmp_path: Path, how: str) -> Iterator[list[str]]:
    """Kill a restore before each of its steps, one after the other, and return what the record holds then."""
    for step in range(1, 100):
        folder = tmp_path / f"{how}-{step}"
        shutil.copytree(target.parent, folder)
        done = restore(copy, folder / target.name, step, how)
        yield projects(folder / target.name)
        if done.returncode == 0:
            return
        assert done.returncode == -signal.SIGKILL, done.stderr
    raise AssertionError("it has no end")


def test_killed_before_any_step_the_record_is_the_old_or_the_new_one_with_all_that_was_written(
    copy: Path, target: Path, tmp_path: Path
) -> None:
    found = list(after_each_kill(copy, target, tmp_path, "with care"))

    assert all(one in (OLD, NEW) for one in found)
    assert found[0] == OLD
    assert found[-1] == NEW
    assert len(found) > 8


def test_the_control_putting_it_back_carelessly_loses_what_was_written(
    copy: Path, target: Path, tmp_path: Path
) -> None:
    found = list(after_each_kill(copy, target, tmp_path, "carelessly"))

    assert ["old"] in found


def test_a_restore_that_was_killed_is_given_again_and_leaves_nothing(copy: Path, target: Path, tmp_path: Path) -> None:
    for step in range(1, 30, 3):
        folder = tmp_path / f"again-{step}"
        shutil.copytree(target.parent, folder)
        if restore(copy, folder / target.name, step, "with care").returncode == 0:
            break
        put(copy, folder / target.name)
        assert projects(folder / target.name) == NEW
        assert set(names(folder / target.name)) <= {"record.db", "record.db.before"}


class TestTakingACopy:
    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[Store]:
        made = record(tmp_path / "record.db", "old")
        yield made
        made.close()

    def test_a_file_that_is_there_stays_unless_told_otherwise(self, store: Store, tmp_path: Path) -> None:
        (tmp_path / "letter.txt").write_text("dear customer")

        with pytest.raises(FileInTheWay, match="--replace"):
            copy_to(store, tmp_path / "letter.txt")
        assert (tmp_path / "letter.txt").read_text() == "dear customer"
        assert not list(tmp_path.glob("letter.txt.*"))

        copy_to(store, tmp_path / "letter.txt", replace=True)
        assert projects(tmp_path / "letter.txt") == ["old"]

    @pytest.mark.parametrize("has_links", [True, False])
    def test_a_file_that_came_meanwhile_stays(
        self, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, has_links: bool
    ) -> None:
        if not has_links:
            without_links(monkeypatch)
        path, whole = tmp_path / "copy.db", backup._require_sound

        def slowly(store: Store, part: Path, path: Path) -> None:
            whole(store, part, path)
            path.write_text("what somebody else wrote meanwhile")

        copies_to = tmp_path / "other.db"
        copy_to(store, copies_to)
        monkeypatch.setattr(backup, "_require_sound", slowly)
        with pytest.raises(FileInTheWay):
            copy_to(store, path)

        assert path.read_text() == "what somebody else wrote meanwhile"
        assert projects(copies_to) == projects(store.path)
        assert not list(tmp_path.glob("copy.db.*"))

    @pytest.mark.parametrize("replace", [False, True])
    @pytest.mark.parametrize("what", ["device", "pipe", "socket", "folder", "link", "link to nowhere"])
    def test_what_is_no_plain_file_is_refused_always(
        self, store: Store, tmp_path: Path, what: str, *, replace: bool
    ) -> None:
        place = tmp_path / "place"
        (tmp_path / "letter.txt").write_text("dear customer")
        match what:
            case "device":
                place = Path("/dev/null")
            case "pipe":
                os.mkfifo(place)
            case "socket":
                with socket.socket(socket.AF_UNIX) as listening:
                    listening.bind(str(place))
            case "folder":
                place.mkdir()
            case "link":
                place.symlink_to(tmp_path / "letter.txt")
            case _:
                place.symlink_to(tmp_path / "nowhere")
        before = place.lstat()

        with pytest.raises(BadOutput, match="no plain file"):
            copy_to(store, place, replace=replace)

        assert (place.lstat().st_mode, place.lstat().st_ino) == (before.st_mode, before.st_ino)
        assert (tmp_path / "letter.txt").read_text() == "dear customer"

    def test_the_record_itself_is_no_place_for_its_copy(self, store: Store) -> None:
        with pytest.raises(BadCopy, match="the record itself"):
            copy_to(store, store.path, replace=True)

    def test_a_copy_is_its_owners_alone(self, store: Store, tmp_path: Path) -> None:
        copy_to(store, tmp_path / "copy.db")

        assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600

    def test_one_that_fails_leaves_nothing(self, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(_handle: int) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", full)
            with pytest.raises(StorageFull):
                copy_to(store, tmp_path / "copy.db")

        assert not list(tmp_path.glob("copy*"))


class TestVersions:
    @pytest.mark.parametrize(
        ("spoil", "refusal"),
        [
            ("UPDATE alembic_version SET version_num = '0000'", UnknownDatabase),
            ("DELETE FROM alembic_version", UnknownDatabase),
            ("DROP TABLE alembic_version", UnknownDatabase),
            ("UPDATE alembic_version SET version_num = '9999'", NewerDatabase),
        ],
    )
    def test_a_record_of_no_known_version_is_refused_in_words_and_left_alone(
        self, tmp_path: Path, spoil: str, refusal: type[Refusal]
    ) -> None:
        record(tmp_path / "record.db", "old").close()
        with closing(sqlite.connect(str(tmp_path / "record.db"))) as connection:
            connection.executescript(spoil)
        before = (tmp_path / "record.db").read_bytes()

        with pytest.raises(refusal):
            Store.open(f"sqlite:///{tmp_path / 'record.db'}")

        assert (tmp_path / "record.db").read_bytes() == before

    def test_tables_of_another_program_are_left_alone(self, tmp_path: Path) -> None:
        with closing(sqlite.connect(str(tmp_path / "other.db"))) as connection:
            connection.executescript("CREATE TABLE bookmark (url TEXT)")

        with pytest.raises(UnknownDatabase):
            Store.open(f"sqlite:///{tmp_path / 'other.db'}")

    def test_every_known_version_is_one_there_is(self) -> None:
        from ressenti.record.migrations import upgrade, versions

        found = {path.name[1:5] for path in Path(versions.__path__[0]).glob("v*.py")}
        assert found == set(upgrade.REVISIONS)
        assert max(found) == HEAD
