"""How many rows a second does an import commit to the record, and how much of the bare speed is that?"""

import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pysqlite3.dbapi2 as sqlite

from bench import child, rows
from bench.child import Watch
from bench.figures import Figure, ratio
from ressenti.kit.clock import now

RUNS = 3
LONG = 500_000
"""From this many rows on, one run is enough waiting."""
BATCH = 5_000

CONVERSATIONS = 200_000
"""How many conversations without messages are imported, unless told."""
TALKED = 50_000
"""How many conversations give their messages to the other measure, unless told."""


def measure_conversations(work: Path, size: int | None) -> Iterator[Figure]:
    """Measure conversations in 14 columns, without messages."""
    count = size or CONVERSATIONS
    inbox = work / "measures"
    inbox.mkdir()
    rows.write_with_measures(inbox, rows.talks(count))
    ours, bare = _side_by_side(work, [], inbox / "conversations.csv", runs=_runs(count))
    yield from _figures("conversations without messages", count, 10_000, ours, bare)
    peaks = tuple(one["peak_mib"] for one in ours)
    note = "" if count >= 1_000_000 else "the goal speaks of 1,000,000 rows"
    yield Figure(what="  memory at its peak", runs=peaks, unit="MiB", goal=500, is_cost=True, note=note)


def measure_messages(work: Path, size: int | None) -> Iterator[Figure]:
    """Measure the messages of conversations that are there already."""
    inbox = work / "messages"
    inbox.mkdir()
    rows.write_with_messages(inbox, rows.talks(size or TALKED))
    messages = inbox / "messages.csv"
    with messages.open("rb") as file:
        count = sum(1 for _line in file) - 1
    before = [inbox / "agents.csv", inbox / "conversations.csv"]
    ours, bare = _side_by_side(work, before, messages, runs=_runs(count))
    yield from _figures("messages", count, 15_000, ours, bare)
    yield Figure(what="  memory at its peak", runs=tuple(one["peak_mib"] for one in ours), unit="MiB")


def _runs(count: int) -> int:
    return RUNS if count < LONG else 1


def _side_by_side(
    work: Path, before: list[Path], timed: Path, *, runs: int
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Import a file and insert its rows the bare way, in turn; files before it are imported untimed."""
    ours, bare = [], []
    untimed = [str(path) for path in before]
    for _ in range(runs):
        with TemporaryDirectory(dir=work) as folder:
            bare.append(child.run("bench.importing:insert_bare", folder=folder, path=str(timed)))
        with TemporaryDirectory(dir=work) as folder:
            ours.append(child.run("bench.importing:import_once", folder=folder, before=untimed, timed=str(timed)))
    return ours, bare


def _figures(
    what: str, count: int, goal: float, ours: list[dict[str, Any]], bare: list[dict[str, Any]]
) -> Iterator[Figure]:
    rates = tuple(count / one["seconds"] for one in ours)
    bare_rates = tuple(count / one["seconds"] for one in bare)
    yield Figure(what=f"{what}, imported", runs=rates, unit="/s", goal=goal, note=f"{count:,} rows")
    yield Figure(what="  a second of processor time", runs=tuple(count / one["cpu_s"] for one in ours), unit="/s")
    yield Figure(what="  of which before anything is written", runs=tuple(one["check_s"] for one in ours), unit="s")
    yield Figure(what="  the same rows by csv.reader and executemany", runs=bare_rates, unit="/s")
    yield ratio("  how many times longer the import takes", bare_rates, rates)


def import_once(*, folder: str, before: list[str], timed: str) -> dict[str, Any]:
    """Import a file into a new record; say how long it took, the first pass alone as well."""
    from ressenti.intake.run.run import run_import
    from ressenti.intake.sources.files.file_source import FileSource
    from ressenti.record.stores.sqlite import Store

    store = Store.open(f"sqlite:///{folder}/record.db", create=True)
    moment = now()
    if before:
        run_import(store, FileSource([Path(path) for path in before]), now=moment)
    with Watch() as looking:
        FileSource([Path(timed)]).check(now=moment)
    with Watch() as importing:
        outcome = run_import(store, FileSource([Path(timed)]), now=moment)
    assert outcome.total.imported == outcome.total.read
    store.close()
    return importing.as_json() | {"check_s": looking.seconds}


def insert_bare(*, folder: str, path: str) -> dict[str, Any]:
    """Insert the cells of a CSV file as they are, with the record's promises to the disk, into a table with a key."""
    database = sqlite.connect(f"{folder}/bare.db", isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "cache_size = -131072", "wal_autocheckpoint = 4000"):
        database.execute(f"PRAGMA {pragma}").fetchall()
    with Watch() as inserting, Path(path).open(newline="", encoding="utf-8") as file:
        reader = csv.reader(file)
        columns = next(reader)
        table = ", ".join(f'"{name}" TEXT' for name in columns)
        database.execute(f"CREATE TABLE bare ({table}, UNIQUE ({columns[0]}))")
        insert = f"INSERT INTO bare VALUES ({', '.join('?' * len(columns))})"
        while batch := list(islice(reader, BATCH)):
            database.execute("BEGIN IMMEDIATE")
            database.executemany(insert, batch)
            database.execute("COMMIT")
    database.close()
    return inserting.as_json()
