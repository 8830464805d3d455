"""A record from before rows had checksums gets them part by part; ended at any moment, the next opening goes on."""

import signal
import subprocess
import sys
import time
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from ressenti.accounts.revocation import revoke_all_sessions
from ressenti.record import migrations
from ressenti.record.refusals import StorageFull
from ressenti.record.stores.backup import copy_to, put_back
from ressenti.record.stores.integrity import connect, damaged_pages, damaged_rows
from ressenti.record.stores.row_checksums import PART
from ressenti.record.stores.sqlite import Store
from tests.support.disks import Disk
from tests.support.environment import PATIENCE_S
from tests.support.terminal import Terminal

COUNT = 6 * PART
FEW = 21_000
OPENING = "import sys; from ressenti.record.stores.sqlite import Store; Store.open(sys.argv[1])"


def older(folder: Path, count: int) -> Path:
    """Make a record of the last revision without seals, with that many agents."""
    path = folder / "record.db"
    store = Store(f"sqlite:///{path}", path)
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    with store._writer.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0007")
        connection.execute(
            text(
                "INSERT INTO project (id, key, name, zone, currency, week_start, satisfied, sale_window_us,"
                " journal_seq, is_zone_set) VALUES (1, 'shop', 'Shop', 'UTC', 'EUR', 0, '{}', 0, 0, 1)"
            )
        )
        connection.execute(text("INSERT INTO source (id, project_id, name) VALUES (1, 1, 'desk')"))
        connection.execute(
            text(
                f"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT {count})"
                " INSERT INTO respondent (id, source_id, external_id, name, digest, import_id)"
                " SELECT i, 1, 'a' || i, 'Agent ' || i, i, 1 FROM n"
            )
        )
    store.close()
    return path


def seals(path: Path) -> list[tuple[int, int | None]]:
    """Return the seal of each agent."""
    with closing(connect(path)) as driver:
        return list(driver.execute("SELECT id, seal FROM respondent ORDER BY id"))


def left_of(path: Path) -> int | None:
    """Return how many agents have no seal, None while there is no place for one yet."""
    with closing(connect(path)) as driver:
        try:
            (count,) = driver.execute("SELECT count(*) FROM respondent WHERE seal IS NULL").fetchone()
        except sqlite.OperationalError:
            return None
    return int(count)


def kill_half_way(path: Path) -> int:
    """Open a record in a process that is killed when some rows are sealed and some are not; return how many are not."""
    process = subprocess.Popen([sys.executable, "-c", OPENING, f"sqlite:///{path}"])
    ended = time.monotonic() + PATIENCE_S
    while (left := left_of(path)) is None or left == COUNT:
        assert process.poll() is None, "it came to its end"
        assert time.monotonic() < ended
    process.send_signal(signal.SIGKILL)
    process.wait()
    return left_of(path) or 0


def half_sealed(folder: Path) -> Path:
    """Make a record of which some rows have seals and a third has none."""
    path = older(folder, FEW)
    Store.open(f"sqlite:///{path}").close()
    with closing(sqlite.connect(path)) as driver, driver:
        driver.execute("UPDATE respondent SET seal = NULL WHERE id % 3 = 0")
    assert left_of(path) == FEW // 3
    return path


def soundness(path: Path) -> tuple[Any, ...]:
    return *damaged_pages(path), *damaged_rows(path)


class TestKilled:
    def test_half_sealed_it_is_no_damage_and_the_next_opening_goes_on_to_the_end(self, tmp_path: Path) -> None:
        path = older(tmp_path, COUNT)
        (tmp_path / "at once.db").write_bytes(path.read_bytes())
        left = kill_half_way(path)
        assert 0 < left < COUNT
        assert soundness(path) == ()

        told: list[tuple[int, int]] = []
        Store.open(f"sqlite:///{path}", progress=lambda done, total: told.append((done, total))).close()
        Store.open(f"sqlite:///{tmp_path / 'at once.db'}").close()

        assert left_of(path) == 0
        assert soundness(path) == ()
        parts = [min(left, PART * turn) for turn in range(1, -(-left // PART) + 1)]
        assert told == [(done, left) for done in parts], "what was sealed before is not done again"
        assert seals(path) == seals(tmp_path / "at once.db")

    def test_the_control_a_sealed_row_is_compared_and_one_without_a_seal_is_not(self, tmp_path: Path) -> None:
        path = half_sealed(tmp_path)
        with closing(sqlite.connect(path)) as driver, driver:
            driver.execute("DROP TRIGGER unseal_respondent")
            driver.execute("UPDATE respondent SET name = 'Another' WHERE id IN (2, 3)")

        assert damaged_rows(path) == ("row 2 of respondent is not what was written",)


class TestHalfSealed:
    @pytest.mark.parametrize("words", ["verify", "doctor", "project", "read conversations"])
    def test_whatever_command_comes_next_finishes_it(self, tmp_path: Path, words: str) -> None:
        path = half_sealed(tmp_path)
        done = Terminal(f"sqlite:///{path}").run(*words.split())

        assert left_of(path) == 0, done
        assert "damage" not in done.output + done.errors
        assert "not what was written" not in done.output + done.errors
        assert soundness(path) == ()

    def test_a_copy_of_it_is_put_back_and_finished(self, tmp_path: Path) -> None:
        path = half_sealed(tmp_path)
        copy, target = tmp_path / "copy.db", tmp_path / "target.db"
        with closing(Store(f"sqlite:///{path}", path)) as store:
            copy_to(store, copy)
        assert left_of(copy) == FEW // 3

        with put_back(copy, target, replace=False, revoke=partial(revoke_all_sessions, now=1), forget=lambda: None):
            Store.open(f"sqlite:///{target}").close()
        assert left_of(target) == 0
        assert soundness(target) == ()

    def test_a_record_that_has_all_of_them_is_not_written_to(self, tmp_path: Path) -> None:
        path = half_sealed(tmp_path)
        told: list[int] = []
        for _time in range(3):
            Store.open(f"sqlite:///{path}", progress=lambda done, _total: told.append(done)).close()

        assert told == [FEW // 3]


def test_where_there_is_no_room_for_them_it_says_so_and_goes_on_once_there_is(disk: Disk) -> None:
    path = older(disk.path, FEW)
    for room_kib in (0, 200, 900):
        disk.fill(but_kib=room_kib)
        with pytest.raises(StorageFull):
            Store.open(f"sqlite:///{path}")
        disk.empty()

    Store.open(f"sqlite:///{path}").close()
    assert left_of(path) == 0
    assert soundness(path) == ()
