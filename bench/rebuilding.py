"""How long does it take to measure everything anew, and how much longer than reading the rows?"""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pysqlite3.dbapi2 as sqlite

from bench import child, rows
from bench.child import Watch
from bench.figures import Figure, ratio
from ressenti.kit.clock import now

RUNS = 3
SIZE = 50_000
GOAL = 1_000_000 / 300

_MESSAGE = "conversation_id, created_at, author_role, respondent_id, is_automatic, is_internal"
_READ = (
    "SELECT * FROM conversation ORDER BY id",
    f"SELECT {_MESSAGE} FROM message ORDER BY conversation_id, created_at",
    "SELECT * FROM survey_offer JOIN survey_answer ON offer_id = id ORDER BY id",
    "SELECT * FROM conversation_tag",
    "SELECT * FROM conversation_group",
)


def measure(work: Path, size: int | None) -> Iterator[Figure]:
    """Measure conversations of about four messages, one in five with a survey."""
    count = size or SIZE
    inbox = work / "inbox"
    inbox.mkdir()
    rows.write_with_messages(inbox, rows.talks(count))
    child.run("bench.rebuilding:fill", folder=str(work), inbox=str(inbox))
    ours, bare, followed = [], [], []
    for _ in range(RUNS if count <= 4 * SIZE else 1):
        bare.append(child.run("bench.rebuilding:read_bare", folder=str(work)))
        with TemporaryDirectory(dir=work) as folder:
            ours.append(child.run("bench.rebuilding:build_once", folder=str(work), into=folder))
        with TemporaryDirectory(dir=work) as folder:
            followed.append(child.run("bench.rebuilding:follow_once", folder=str(work), into=folder))
    rates = tuple(count / one["seconds"] for one in ours)
    yield Figure(what="conversations measured anew", runs=rates, unit="/s", goal=GOAL, note=f"{count:,} of them")
    yield Figure(what="  a second of processor time", runs=tuple(count / one["cpu_s"] for one in ours), unit="/s")
    bare_s = [one["seconds"] for one in bare]
    yield ratio("  how many times longer than reading the rows", [one["seconds"] for one in ours], bare_s)
    yield Figure(what="  memory at its peak", runs=tuple(one["peak_mib"] for one in ours), unit="MiB")
    rates = tuple(count / one["seconds"] for one in followed)
    yield Figure(what="the same by following the journal, from nothing", runs=rates, unit="/s")
    yield Figure(what="  memory at its peak", runs=tuple(one["peak_mib"] for one in followed), unit="MiB")


def fill(*, folder: str, inbox: str) -> None:
    """Import what is to be measured."""
    from ressenti.intake.run.run import run_import
    from ressenti.intake.sources.files.file_source import FileSource
    from ressenti.record.stores.sqlite import Store

    store = Store.open(f"sqlite:///{folder}/record.db", create=True)
    outcome = run_import(store, FileSource([Path(inbox)]), now=now())
    assert outcome.total.imported == outcome.total.read
    store.close()


def build_once(*, folder: str, into: str) -> dict[str, Any]:
    """Derive and project the whole record."""
    from ressenti.facts.engines.duckdb.engine import DuckDBEngine
    from ressenti.facts.projector import build
    from ressenti.record.stores.sqlite import Store

    store = Store.open(f"sqlite:///{folder}/record.db")
    with Watch() as building:
        build(store, DuckDBEngine(Path(into) / "facts.duckdb")).close()
    store.close()
    return building.as_json()


def follow_once(*, folder: str, into: str) -> dict[str, Any]:
    """Measure what the journal says has changed, which is all of it: the way of an import into facts that are there."""
    from ressenti.facts.engines.duckdb.engine import DuckDBEngine
    from ressenti.facts.projector import catch_up
    from ressenti.record.stores.sqlite import Store

    store = Store.open(f"sqlite:///{folder}/record.db")
    facts = DuckDBEngine(Path(into) / "facts.duckdb")
    with Watch() as following:
        catch_up(store, facts)
    facts.close()
    store.close()
    return following.as_json()


def read_bare(*, folder: str) -> dict[str, Any]:
    """Read the rows that measuring needs out of the record, and do nothing with them."""
    database = sqlite.connect(f"{folder}/record.db")
    with Watch() as reading:
        for query in _READ:
            for _row in database.execute(query):
                pass
    database.close()
    return reading.as_json()
