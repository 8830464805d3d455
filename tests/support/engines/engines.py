"""The engines that hold facts, each as a way to open an empty one: whoever adds one here has it proved."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from ressenti.facts.engines.clickhouse.engine import ClickHouseStorage
from ressenti.facts.engines.clickhouse.servers import Servers, read_address
from ressenti.facts.engines.duckdb.engine import DuckDBEngine
from ressenti.facts.engines.engine import Engine
from ressenti.facts.engines.memory import binned_durations, quantiles
from ressenti.facts.engines.memory.engine import MemoryEngine
from ressenti.indicators.held_tables import HELD
from tests.support.engines.cluster import Cluster
from tests.support.engines.company import Company
from tests.support.engines.in_process import InProcess

Open = Callable[[pytest.FixtureRequest, Path], AbstractContextManager[Engine]]


@contextmanager
def duckdb(folder: Path) -> Iterator[Engine]:
    """Give the engine that all others are compared with."""
    facts = DuckDBEngine(folder / "facts.duckdb")
    yield facts
    facts.close()


@contextmanager
def chdb(_request: pytest.FixtureRequest, folder: Path) -> Iterator[Engine]:
    """Give facts in a ClickHouse of today, which is one server."""
    server = InProcess(folder)
    try:
        yield _new(server)
    finally:
        server.end()


@contextmanager
def cluster(request: pytest.FixtureRequest, folder: Path) -> Iterator[Engine]:
    """Give facts on two servers of a ClickHouse of old."""
    servers: Cluster = request.getfixturevalue("servers")
    facts = _new(Servers(read_address(servers.address(f"proof_{folder.name}"))))
    yield facts
    facts.close()


@contextmanager
def columns(_request: pytest.FixtureRequest, folder: Path) -> Iterator[Engine]:
    """Give the columns in memory, which then hold all that comes as a change."""
    facts = MemoryEngine(DuckDBEngine(folder / "facts.duckdb"), HELD)
    facts.wait_for_tables()
    yield facts
    facts.close()


class Reread(MemoryEngine):
    """Facts whose columns are read anew with each change, and so hold all rows in order."""

    def replace(self, *args: Any, **words: Any) -> None:
        """Put rows in the place of others, and read them all."""
        super().replace(*args, **words)
        self._tables.read()
        self.wait_for_tables()


@contextmanager
def columns_in_order(_request: pytest.FixtureRequest, folder: Path) -> Iterator[Engine]:
    """Give the columns in memory, as they are after a start."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(binned_durations, "BINS", 3)  # of few rows, several share a bin
        patch.setattr(quantiles, "MOST_CELLS", 100 * quantiles.WIDTH)  # and of what has more cells, rows are sorted
        facts = Reread(DuckDBEngine(folder / "facts.duckdb"), HELD)
        yield facts
        facts.close()


OTHERS: dict[str, Open] = {
    "columns": columns,
    "columns in order": columns_in_order,
    "chdb": chdb,
    "cluster": cluster,
}
"""Those that have to answer as DuckDB does."""


def fill(facts: Engine, company: Company) -> None:
    """Put a company's facts into an empty engine, in the place of some that were there before."""
    facts.replace(company.earlier, conversations=(), offers=(), marks={1: 1})
    facts.replace(company.facts, conversations=company.conversations, offers=company.offers, marks=company.marks)


def _new(servers: Servers) -> Engine:
    home = ClickHouseStorage(servers, lambda: 0)
    return home.put(home.begin())
