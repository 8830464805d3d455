"""What an import tells the journal is all that the facts need: following it ends where measuring everything does."""

import random
from pathlib import Path

import pytest

from ressenti.facts.engines.duckdb.engine import DuckDBEngine
from ressenti.facts.projector import build, catch_up
from ressenti.facts.schema import TABLES
from ressenti.intake.run.run import run_import
from ressenti.intake.sources.files.file_source import FileSource
from tests.support.environment import rounds
from tests.support.import_files import export
from tests.support.importing import NOW, Desk


def measured(facts: DuckDBEngine) -> dict[str, list[str]]:
    return {name: sorted(map(repr, facts.rows(f'SELECT * FROM "{name}"', []))) for name in TABLES}


def mix(folder: Path, pick: random.Random) -> None:
    """Give some rows a cell of another row, and leave some out, as if the next day's export had come."""
    for path in folder.iterdir():
        head, *lines = path.read_text(encoding="utf-8").splitlines()
        rows = [line.split(",") for line in lines]
        for row in rows:
            place = pick.randrange(len(row))
            other = pick.choice(rows)
            if place and place < len(other) and pick.random() < 0.1:
                row[place] = other[place]
        kept = [",".join(row) for row in rows if pick.random() < 0.9]
        path.write_text("\n".join([head, *kept]) + "\n", encoding="utf-8")


@pytest.mark.parametrize("seed", range(rounds(3, nightly=40)))
def test_facts_that_followed_four_exports_are_those_of_a_rebuild(tmp_path: Path, seed: int) -> None:
    desk, pick = Desk(tmp_path), random.Random(seed)
    export(desk.inbox, conversations=60, seed=seed)
    following = DuckDBEngine(tmp_path / "following.duckdb")
    updated = 0
    for day in range(4):
        updated += run_import(desk.store, FileSource([desk.inbox]), now=NOW + day).updated
        catch_up(desk.store, following)
        mix(desk.inbox, pick)

    rebuilt = build(desk.store, DuckDBEngine(tmp_path / "rebuilt.duckdb"))

    assert updated > 20
    assert measured(following) == measured(rebuilt)
    following.close()
    rebuilt.close()
