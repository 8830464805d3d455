"""Every imported row has a checksum, whoever wrote it, and a sound row is never called damaged."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite
import pytest
from sqlalchemy import Connection, text

from ressenti.kit.refusals import Refusal
from ressenti.record import tables as t
from ressenti.record.refusals import DamagedDatabase, StorageFull
from ressenti.record.stores import sqlite as store
from ressenti.record.stores.integrity import damaged_pages, damaged_rows
from ressenti.record.stores.row_checksums import SEALED
from ressenti.record.stores.sqlite import Store
from tests.record.test_flips import company
from tests.record.test_keys_rewritten import AGENTS, OLD, SALES, TALKS, before
from tests.support.scenario import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = company(tmp_path)
    yield made
    made.close()


def unsealed(store: Store) -> dict[str, int]:
    """Return how many rows of each table have no seal."""
    with store.read() as connection:
        counts = {
            table.name: connection.execute(text(f'SELECT count(*) FROM "{table.name}" WHERE seal IS NULL')).scalar_one()
            for table in SEALED
        }
    return {name: count for name, count in counts.items() if count}


class TestWritten:
    def test_every_row_of_an_import_has_one_that_fits(self, world: World) -> None:
        assert unsealed(world.store) == {}
        assert damaged_rows(world.store.path) == ()

    def test_rows_that_a_later_import_repeats_replaces_and_completes_are_sound(self, world: World) -> None:
        world.conversation("11:00", closed="11:30", conversation_id="c1", channel="Other", tags="x;y", csat=1)
        world.add("messages", message_id="late", conversation_id="c1", created_at="2024-05-14T10:40:00Z",
                  author_role="visitor", author_id="somebody", text="later")  # fmt: skip
        world.add("agents", agent_id="a1", name="Another name", group="g0")
        assert world.import_().total.updated

        assert unsealed(world.store) == {}
        assert damaged_rows(world.store.path) == ()

    def test_a_row_that_is_changed_by_the_rules_is_sound_whoever_changes_it(self, world: World) -> None:
        with world.store.write() as connection:
            connection.execute(t.message.update().where(t.message.c.id == 3).values(text="written by hand"))
            connection.execute(t.conversation_tag.update().values(position=t.conversation_tag.c.position + 5))
        with closing(sqlite.connect(world.store.path)) as driver, driver:
            driver.execute("UPDATE conversation SET closed_at = opened_at WHERE id = 7")

        assert damaged_rows(world.store.path) == ()

    def test_what_is_changed_behind_the_rules_is_named_by_its_table_and_key(self, world: World) -> None:
        with closing(sqlite.connect(world.store.path)) as driver, driver:
            driver.execute("DROP TRIGGER unseal_survey_answer")
            driver.execute("UPDATE survey_answer SET value = 5 WHERE offer_id = 2 AND question = 'csat'")

        assert damaged_rows(world.store.path) == ("row 2, csat of survey_answer is not what was written",)

    def test_a_column_that_is_new_and_empty_breaks_no_seal(self, world: World) -> None:
        from ressenti.record.stores.row_checksums import sealer

        of = t.message
        row = {"external_id": "m1", "conversation_id": 1, "text": "x", "is_internal": False}
        wider = row | {"attributes": None, "arrival": None, "is_automatic": False}

        assert sealer(of, list(row))(list(row.values())) == sealer(of, list(wider))(list(wider.values()))
        assert sealer(of, list(row))(list(row.values())) != sealer(of, list(row))(list((row | {"text": "y"}).values()))


class TestUpgraded:
    def test_the_rows_of_an_older_record_get_theirs_and_none_is_called_damaged(self, tmp_path: Path) -> None:
        url = before(
            tmp_path,
            f"INSERT INTO label (id, project_id, kind, key) VALUES (1, 1, 'channel', '{OLD}')",
            AGENTS + f"(1, 1, '{OLD}', 'Ana', 7, 1), (2, 1, '12.0', 'Ben', 8, 1)",
            TALKS + f"(1, 1, 1, '{OLD}', 100, 0, 1, 9, 1), (2, 1, 1, 'c2', 200, 1, NULL, 10, 1)",
            SALES + "(1, 1, 1, 't1', 150, 1000000, 'eur', 11, 1)",
        )
        store = Store.open(url)

        assert unsealed(store) == {}
        store.close()
        assert (damaged_pages(tmp_path / "record.db"), damaged_rows(tmp_path / "record.db")) == ((), ())

    def test_a_text_that_was_damaged_before_is_told_and_does_not_end_the_upgrade(self, tmp_path: Path) -> None:
        url = before(tmp_path, AGENTS + "(1, 1, 'ana', 'Ana', 7, 1)")
        with closing(sqlite.connect(tmp_path / "record.db")) as driver, driver:
            driver.execute("UPDATE respondent SET name = CAST(X'41FF' AS TEXT)")

        Store.open(url).close()

        assert damaged_rows(tmp_path / "record.db") == ("row 1 of respondent is not what was written",)


def test_a_record_that_lost_what_keeps_its_checksums_is_found_before_a_lawful_change_looks_like_damage(
    world: World,
) -> None:
    with closing(sqlite.connect(world.store.path)) as driver, driver:
        driver.execute("DROP TRIGGER unseal_message")

    assert damaged_pages(world.store.path) == ("what keeps the checksums of rows up to date is not there",)


def out_of_pages(driver: Any, _folder: Path) -> None:
    driver.execute("PRAGMA max_page_count = 1")
    driver.execute("UPDATE message SET text = CAST(zeroblob(1000000) AS TEXT) WHERE id = 4")


def no_database(_driver: Any, folder: Path) -> None:
    (folder / "noise").write_bytes(b"noise " * 1_000)
    with closing(sqlite.connect(folder / "noise")) as driver:
        driver.execute("SELECT name FROM sqlite_master")


@pytest.mark.parametrize(("fault", "refusal"), [(out_of_pages, StorageFull), (no_database, DamagedDatabase)])
def test_what_the_driver_says_while_rows_are_sealed_is_told_as_anywhere_else(
    world: World, monkeypatch: pytest.MonkeyPatch, fault: Callable[[Any, Path], None], refusal: type[Refusal]
) -> None:
    def fail(connection: Connection) -> None:
        fault(connection.connection.driver_connection, world.folder)

    monkeypatch.setattr(store, "seal_rows", fail)
    with pytest.raises(refusal), world.store.write() as connection:
        connection.execute(text("UPDATE message SET text = 'x' WHERE id = 3"))
