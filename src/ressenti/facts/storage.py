"""Where a record's facts live, and how new ones take the place of old ones: beside it in a file, or on servers."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

from ressenti.facts.engines.duckdb.engine import DuckDBEngine, discard, put
from ressenti.facts.engines.engine import Engine
from ressenti.facts.engines.memory.engine import MemoryEngine
from ressenti.facts.engines.memory.table import TableSpec
from ressenti.kit.clock import from_us, now
from ressenti.record import journal
from ressenti.record.stores.sqlite import Store

OpenEngine = TypeVar("OpenEngine", bound=Engine)


class Storage(Protocol[OpenEngine]):
    """A place of facts."""

    @property
    def place(self) -> str:
        """Where it is, for people; no password is in it."""

    def open(self) -> OpenEngine | None:
        """Return the facts that answer, None where there are none; raises DamagedFacts."""

    def begin(self) -> OpenEngine:
        """Return new facts, empty, beside those that answer."""

    def drop(self, new: OpenEngine) -> None:
        """Remove new facts that did not become whole."""

    def seal(self, new: OpenEngine) -> None:
        """Write new facts whole, while the others answer still; what does not become whole is dropped."""

    def put(self, new: OpenEngine) -> OpenEngine:
        """Let new facts, which are whole, take the place of the others, which nobody asks any more."""

    def hold(self, facts: OpenEngine, specs: Sequence[TableSpec]) -> Engine:
        """Return the facts with tables of theirs held in the memory of this process, where it is to answer."""

    def set_aside(self) -> None:
        """Keep damaged facts from answering."""

    def discard(self) -> None:
        """Remove all facts."""

    def close(self) -> None:
        """Release what opening them took."""


class FileStorage:
    """A file beside the record, named after it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.place = str(path)

    def open(self) -> DuckDBEngine | None:
        """Return the facts in the file, None where there is none; raises DamagedFacts.

        What somebody left who was ended while making new ones is removed.
        """
        discard(self._fresh)
        return DuckDBEngine(self.path) if self.path.exists() else None

    def begin(self) -> DuckDBEngine:
        """Return a new file of facts, beside the one that answers."""
        discard(self._fresh)
        try:
            return DuckDBEngine(self._fresh)
        except BaseException:
            discard(self._fresh)
            raise

    def drop(self, new: DuckDBEngine) -> None:
        """Remove the new file."""
        new.abandon()
        discard(new.path)

    def seal(self, new: DuckDBEngine) -> None:
        """Write the new file whole, while the old one still answers; raises StorageFull."""
        new.finish()

    def put(self, new: DuckDBEngine) -> DuckDBEngine:
        """Put the new file, sealed, in the place of the old one."""
        put(new.path, self.path)
        return DuckDBEngine(self.path)

    def hold(self, facts: DuckDBEngine, specs: Sequence[TableSpec]) -> MemoryEngine:
        """Return the facts with tables of theirs held in memory."""
        return MemoryEngine(facts, specs)

    def set_aside(self) -> None:
        """Rename the file, so that it can be examined."""
        discard(self.path, keep_as=f"corrupt-{from_us(now()):%Y%m%dT%H%M%S%f}")

    def discard(self) -> None:
        """Remove the file."""
        discard(self.path)

    def close(self) -> None:
        """Do nothing: there is nothing to release."""

    @property
    def _fresh(self) -> Path:
        return self.path.with_name(self.path.name + ".new")


def storage_of(path: Path, address: str | None, record: Store) -> Storage[Any]:
    """Return where a record's facts live: on servers where an address is given, else in a file.

    Raises BadFactsAddress.
    """
    if address is None:
        return FileStorage(path)
    from ressenti.facts.engines.clickhouse.engine import ClickHouseStorage
    from ressenti.facts.engines.clickhouse.servers import Servers, read_address

    def beginning() -> int:
        with record.read() as connection:
            return journal.beginning(connection)

    return ClickHouseStorage(Servers(read_address(address)), beginning)
