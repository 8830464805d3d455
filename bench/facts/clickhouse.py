"""The page asked of a cluster of two shards on this machine, that holds the same rows as a file."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.child import Watch
from bench.facts import ours
from bench.facts.found import require_same
from bench.facts.page import ALL
from ressenti.facts.derive import Facts
from ressenti.facts.engines.clickhouse.engine import ClickHouseStorage
from ressenti.facts.engines.clickhouse.servers import Servers, read_address
from ressenti.facts.engines.duckdb.engine import DuckDBEngine
from ressenti.facts.engines.engine import Engine
from ressenti.facts.schema import TABLES
from ressenti.facts.store import facts_path

RUNS = 5
BATCH = 50_000


def fill(*, folder: str, address: str) -> dict[str, Any]:
    """Copy the facts of a file that nobody has open to a cluster."""
    path = facts_path(Path(folder) / "record.db")
    facts = DuckDBEngine(path)
    home = ClickHouseStorage(Servers(read_address(address)), lambda: 0)
    with Watch() as filling:
        new = home.begin()
        for part in _parts(facts):
            new.replace([part], conversations=(), offers=(), marks={})
        new.replace((), conversations=(), offers=(), marks=facts.watermarks())
        home.put(new).close()
    facts.close()
    return filling.as_json()


def page(*, folder: str, address: str) -> dict[str, Any]:
    """Ask the page of the cluster, once more than is counted, and compare the answers with those of the file."""
    with ours.fact_store(Path(folder)) as opened:
        known = ours.found(ours.ask(opened, ALL)[0])
    taken = []
    with ours.fact_store(Path(folder), address) as opened:
        for _ in range(RUNS + 1):
            ours.forget(opened)
            answers, clock = ours.ask(opened, ALL)
            require_same(ours.found(answers), known, "those of the file")
            taken.append(clock.ms)
    return {"first": taken[0], "ours": taken[1:], "parts": clock.laps}


def _parts(facts: Engine) -> Iterator[Facts]:
    """Read the rows of all tables, some at a time, each as if one conversation had them."""
    for table, columns in TABLES.items():
        names = ", ".join(column.name for column in columns)
        for rows in facts.batches(f"SELECT {names} FROM {table}", size=BATCH):
            yield Facts(**({name: [] for name in TABLES} | {table: rows}))
