"""The engines that hold facts, each as a way to open an empty one: whoever adds one here has it proved."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from ressenti.facts.store import FactStore
from ressenti.indicators.held import HELD
from tests.engines.company import Company

Open = Callable[[Path], AbstractContextManager[FactStore]]


@contextmanager
def duckdb(folder: Path) -> Iterator[FactStore]:
    """Give the engine that all others are compared with."""
    facts = FactStore(folder / "facts.duckdb")
    yield facts
    facts.close()


@contextmanager
def columns(folder: Path) -> Iterator[FactStore]:
    """Give the columns in memory, which then hold all that comes as a change."""
    with duckdb(folder) as facts:
        facts.hold(HELD)
        facts.wait_for_tables()
        yield facts


class Reread(FactStore):
    """Facts whose columns are read anew with each change, and so hold all rows in order."""

    def replace(self, *args: Any, **words: Any) -> None:
        """Put rows in the place of others, and read them all."""
        super().replace(*args, **words)
        self.hold(HELD)
        self.wait_for_tables()


@contextmanager
def columns_in_order(folder: Path) -> Iterator[FactStore]:
    """Give the columns in memory, as they are after a start."""
    facts = Reread(folder / "facts.duckdb")
    yield facts
    facts.close()


OTHERS: dict[str, Open] = {"duckdb": duckdb, "columns": columns, "columns in order": columns_in_order}
"""Those that have to answer as DuckDB does."""


def fill(facts: FactStore, company: Company) -> None:
    """Put a company's facts into an empty engine, in the place of some that were there before."""
    facts.replace(company.earlier, conversations=(), offers=(), marks={1: 1})
    facts.replace(company.facts, conversations=company.conversations, offers=company.offers, marks=company.marks)
