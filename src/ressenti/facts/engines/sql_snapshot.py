"""How does a view of facts that are asked in SQL answer a query?"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from ressenti.facts.engines.dialect import Dialect
from ressenti.facts.engines.median_ends import with_ends
from ressenti.facts.engines.sql import Statement, explain, preparation, statement
from ressenti.facts.query import ColumnMedian, Query, QueryRows, RowCount, RowSelection


class SqlSnapshot(ABC):
    """A view of the facts that makes statements of queries, and once what they need beside the facts."""

    dialect: Dialect

    def __init__(self) -> None:
        """Begin with nothing prepared."""
        self._prepared: set[str] = set()

    @abstractmethod
    def rows(self, sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a statement."""

    def aggregate(self, query: Query) -> QueryRows:
        """Return the rows of a query."""
        self.prepare(query.rows)
        select = statement(query, self.dialect)
        rows = self.rows(select.text, select.params)
        match query.aggregates:
            case (RowCount(), ColumnMedian(column)):
                return with_ends(rows, query, column, self.aggregate)
        return rows

    def explain(self, query: Query) -> Sequence[Statement]:
        """Return the SQL of a query."""
        return explain(query, self.dialect)

    def prepare(self, rows: RowSelection) -> None:
        """Make what SQL over these rows needs beside the facts, once."""
        first = preparation(rows, self.dialect)
        if first and first.text not in self._prepared:
            self.rows(first.text, first.params)
            self._prepared.add(first.text)
