"""Where a record's facts live, and how new ones take the place of old ones: beside it in a file, or on servers."""

from pathlib import Path
from typing import Any, Protocol, TypeVar

from ressenti.facts.engines.duckdb.engine import FactStore, discard, put
from ressenti.facts.engines.engine import Engine
from ressenti.kit.clock import from_us, now
from ressenti.record import journal
from ressenti.record.stores.sqlite import Store

Kept = TypeVar("Kept", bound=Engine)


class Home(Protocol[Kept]):
    """A place of facts."""

    @property
    def place(self) -> str:
        """Where it is, for people; no password is in it."""

    def open(self) -> Kept | None:
        """Return the facts that answer, None where there are none; raises Damaged."""

    def begin(self) -> Kept:
        """Return new facts, empty, beside those that answer."""

    def drop(self, new: Kept) -> None:
        """Remove new facts that did not become whole."""

    def seal(self, new: Kept) -> None:
        """Write new facts whole, while the others answer still; what does not become whole is dropped."""

    def put(self, new: Kept) -> Kept:
        """Let new facts, which are whole, take the place of the others, which nobody asks any more."""

    def set_aside(self) -> None:
        """Keep damaged facts from answering."""

    def discard(self) -> None:
        """Remove all facts."""

    def close(self) -> None:
        """Let go of what finding them took."""


class FileHome:
    """A file beside the record, named after it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.place = str(path)

    def open(self) -> FactStore | None:
        """Return the facts in the file, None where there is none; raises Damaged.

        What somebody left who was ended while making new ones is removed.
        """
        discard(self._fresh)
        return FactStore(self.path) if self.path.exists() else None

    def begin(self) -> FactStore:
        """Return a new file of facts, beside the one that answers."""
        discard(self._fresh)
        return FactStore(self._fresh)

    def drop(self, new: FactStore) -> None:
        """Remove the new file."""
        new.abandon()
        discard(new.path)

    def seal(self, new: FactStore) -> None:
        """Write the new file whole, while the old one still answers; raises StorageFull."""
        new.finish()

    def put(self, new: FactStore) -> FactStore:
        """Put the new file, sealed, in the place of the old one."""
        put(new.path, self.path)
        return FactStore(self.path)

    def set_aside(self) -> None:
        """Rename the file, for whoever wants to look at it."""
        discard(self.path, keep_as=f"corrupt-{from_us(now()):%Y%m%dT%H%M%S%f}")

    def discard(self) -> None:
        """Remove the file."""
        discard(self.path)

    def close(self) -> None:
        """Let go of nothing."""

    @property
    def _fresh(self) -> Path:
        return self.path.with_name(self.path.name + ".new")


def home_of(path: Path, address: str | None, record: Store) -> Home[Any]:
    """Return where a record's facts live: on servers where an address is given, else in a file.

    Raises BadFactsAddress.
    """
    if address is None:
        return FileHome(path)
    from ressenti.facts.engines.clickhouse.engine import ClickHouseHome
    from ressenti.facts.engines.clickhouse.servers import Servers, read_address

    def beginning() -> int:
        with record.read() as connection:
            return journal.beginning(connection)

    return ClickHouseHome(Servers(read_address(address)), beginning)
