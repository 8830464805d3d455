"""The first import into a project whose time zone nobody chose sets it (D41); a choice stands."""

from pathlib import Path

import pytest
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from ressenti.intake.model import ImportOptions
from ressenti.intake.run.outcome import ImportOutcome
from ressenti.intake.run.run import run_import
from ressenti.intake.sources.files.file_source import FileSource
from ressenti.record.migrations.versions import v0004_zone_set
from ressenti.record.projects import ensure_project, find_project, settle
from ressenti.record.stores.sqlite import Store
from tests.support.importing import NOW, Desk
from tests.support.terminal import Terminal

LOCAL = "conversation_id,opened_at,closed_at\nc1,2026-10-31T22:00:00,2026-11-01T00:30:00\n"
OFFSET = "conversation_id,opened_at,closed_at\nc1,2026-10-31T22:00:00Z,2026-10-31T23:30:00Z\n"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def bring(desk: Desk, rows: str, zone: str | None, project: str = "default") -> ImportOutcome:
    desk.put(conversations=rows)
    return run_import(desk.store, FileSource([desk.inbox], ImportOptions(timezone=zone)), project=project, now=NOW)


def zone(desk: Desk, project: str = "default") -> str:
    with desk.store.read() as connection:
        return find_project(connection, project).zone


def said(outcome: ImportOutcome) -> str:
    return " ".join(note.say() for note in outcome.notes)


def test_a_conversation_closed_on_1_november_in_paris_counts_in_november(tmp_path: Path) -> None:
    (tmp_path / "conversations.csv").write_text(LOCAL)
    terminal = Terminal(f"sqlite:///{tmp_path}/r.db")

    done = terminal.run("import", str(tmp_path / "conversations.csv"), "--timezone", "Europe/Paris")

    months = terminal.json("read", "conversations", "--grain", "month")
    assert months["zone"] == "Europe/Paris"
    assert [(row["key"], row["n"]) for row in months["rows"]] == [("2026-11-01T00:00:00+01:00", 1)]
    assert "The days of project default are those of Europe/Paris from now on" in " ".join(done.errors.split())
    assert "ressenti project default --zone ZONE" in " ".join(done.errors.split())


def test_it_is_set_by_the_first_import_only(desk: Desk) -> None:
    bring(desk, LOCAL, "Europe/Paris")
    second = bring(desk, LOCAL.replace("c1", "c2"), "Asia/Tokyo")

    assert zone(desk) == "Europe/Paris"
    assert "The days of" not in said(second)


def test_a_zone_that_somebody_chose_stands_even_if_it_is_utc(desk: Desk) -> None:
    with desk.store.write() as connection:
        settle(connection, ensure_project(connection, "default"), now=NOW, zone="UTC")

    outcome = bring(desk, LOCAL, "Europe/Paris")

    assert zone(desk) == "UTC"
    assert "The days of" not in said(outcome)


def test_another_setting_is_no_choice_of_a_zone(desk: Desk) -> None:
    with desk.store.write() as connection:
        settle(connection, ensure_project(connection, "default"), now=NOW, currency="CHF")

    bring(desk, LOCAL, "Europe/Zurich")

    assert zone(desk) == "Europe/Zurich"


def test_without_an_offset_to_learn_from_it_stays_utc_and_a_later_import_says_so(desk: Desk) -> None:
    first = bring(desk, OFFSET, None)
    second = bring(desk, LOCAL.replace("c1", "c2"), "Europe/Paris")

    assert (zone(desk), said(first)) == ("UTC", "")
    assert "The days of project default are those of UTC, which nobody chose." in said(second)
    assert "ressenti project default --zone Europe/Paris" in said(second)


def test_an_import_that_is_undone_sets_nothing(desk: Desk) -> None:
    desk.put(conversations=LOCAL + "c2,never,\n")
    with pytest.raises(Exception, match="Nothing was imported"):
        run_import(
            desk.store, FileSource([desk.inbox], ImportOptions(timezone="Europe/Paris")), on_error="abort", now=NOW
        )

    bring(desk, LOCAL, "Asia/Tokyo")

    assert zone(desk) == "Asia/Tokyo"


def test_each_project_has_its_own(desk: Desk) -> None:
    bring(desk, LOCAL, "Europe/Paris", project="fr")
    bring(desk, LOCAL, "Asia/Tokyo", project="jp")

    assert (zone(desk, "fr"), zone(desk, "jp")) == ("Europe/Paris", "Asia/Tokyo")


def test_in_a_record_of_before_a_zone_other_than_utc_was_chosen(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/record.db", create=True)
    with store.write() as connection:
        for key, name in (("a", "UTC"), ("b", "Europe/Paris")):
            settle(connection, ensure_project(connection, key), now=NOW, zone=name)
        connection.execute(text("ALTER TABLE project DROP COLUMN is_zone_set"))
        with Operations.context(MigrationContext.configure(connection)):
            v0004_zone_set.upgrade()
        assert [find_project(connection, key).is_zone_set for key in "ab"] == [False, True]
    store.close()
