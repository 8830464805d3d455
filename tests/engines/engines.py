"""The engines that hold facts, each as a way to open an empty one: whoever adds one here has it proved."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from ressenti.facts.store import FactStore
from tests.engines.company import Company

Open = Callable[[Path], AbstractContextManager[FactStore]]


@contextmanager
def duckdb(folder: Path) -> Iterator[FactStore]:
    """Give the engine that all others are compared with."""
    facts = FactStore(folder / "facts.duckdb")
    yield facts
    facts.close()


OTHERS: dict[str, Open] = {"duckdb": duckdb}
"""Those that have to answer as DuckDB does."""


def fill(facts: FactStore, company: Company) -> None:
    """Put a company's facts into an empty engine, in the place of some that were there before."""
    facts.replace(company.earlier, conversations=(), offers=(), marks={1: 1})
    facts.replace(company.facts, conversations=company.conversations, offers=company.offers, marks=company.marks)
