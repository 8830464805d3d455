"""What holds facts: a file of this process or a cluster of servers, filled and asked in the same way."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from ressenti.facts.derive import Facts
from ressenti.facts.engines.dialect import Dialect
from ressenti.facts.engines.row_cache import RowCache
from ressenti.facts.engines.sql import Statement
from ressenti.facts.query import Query, QueryRows, RowSelection


class DamagedFacts(Exception):
    """What is there cannot be read as facts of this version; it is to be set aside and rebuilt."""


class Snapshot(Protocol):
    """The facts as they stood at one moment; what is made in it is gone with it."""

    @property
    def dialect(self) -> Dialect:
        """How its SQL is written."""

    def aggregate(self, query: Query) -> QueryRows:
        """Return the rows of a query."""

    def explain(self, query: Query) -> Sequence[Statement]:
        """Return the SQL of a query: the last statement gives its rows, after the others were run."""

    def prepare(self, rows: RowSelection) -> None:
        """Make what SQL over these rows needs beside the facts, where `aggregate` does not run it."""

    def rows(self, sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a statement."""

    def lay(self, name: str, columns: Mapping[str, Sequence[int | None]]) -> None:
        """Lay a table of whole numbers beside the facts: `id`, and what goes with each."""

    def watermarks(self) -> dict[int, int]:
        """Return the journal number each project's facts stand at."""


class Engine(Protocol):
    """Facts that are open. Safe to ask from several threads; one writes at a time."""

    @property
    def dialect(self) -> Dialect:
        """How its SQL is written."""

    @property
    def place(self) -> str:
        """Where they are, for people; no password is in it."""

    def aggregate(self, query: Query) -> QueryRows:
        """Return the rows of a query; raises DamagedFacts where the facts fail under it."""

    def rows(self, sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a statement; raises DamagedFacts where the facts fail under it."""

    def snapshot(self, table: str | None = None) -> AbstractContextManager[Snapshot]:
        """Give one view of the facts for all of a question, whose queries count rows of a `table`.

        Raises DamagedFacts.
        """

    def batches(self, sql: str, params: Sequence[Any] = (), *, size: int) -> Iterator[list[tuple[Any, ...]]]:
        """Return the rows of a question a part at a time, all as they stood when it was asked; raises DamagedFacts."""

    def watermarks(self) -> dict[int, int]:
        """Return the journal number each project's facts stand at."""

    def memory(self, watermarks: Mapping[int, int]) -> RowCache:
        """Return what was answered since the facts came to stand at these numbers."""

    def replace(
        self, facts: Iterable[Facts], *, conversations: Sequence[int], offers: Sequence[int], marks: Mapping[int, int]
    ) -> None:
        """Put the rows of these conversations and lone surveys in the place of their old ones, with the watermark."""

    def forget(self) -> None:
        """Clear what is cached of questions."""

    def close(self) -> None:
        """Leave them whole."""

    def abandon(self) -> None:
        """Close damaged facts without writing to them."""
