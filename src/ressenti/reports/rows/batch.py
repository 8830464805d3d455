"""A few thousand rows of an export: their facts, and what belongs to them, looked up once for all of them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar, cast

from ressenti.facts.engines.engine import Engine
from ressenti.indicators.declaration import Dimension
from ressenti.indicators.names import KeyName, names
from ressenti.record.projects import Project
from ressenti.record.stores.sqlite import Store
from ressenti.reports.rows.lookups import Lookup, LookupContext

SIZE = 5_000

FoundValue = TypeVar("FoundValue")

_UNKNOWN = KeyName(None, "")


class NamesMet:
    """What the ids met so far are called; each is asked for once in an export."""

    def __init__(self, projects: Sequence[Project]) -> None:
        self.projects = projects
        self._found: dict[str, dict[int | None, KeyName]] = {}
        self._once: dict[Callable[[LookupContext], Any], Any] = {}

    def names(
        self, around: LookupContext, dimension: Dimension, ids: Iterable[int | None]
    ) -> dict[int | None, KeyName]:
        """Return the names known in a dimension, those of these ids among them where the record has them."""
        known = self._found.setdefault(dimension.key, {})
        missing = set(ids) - known.keys()
        if missing:
            known |= dict.fromkeys(missing, _UNKNOWN)
            for project in self.projects:  # one by one: a project has a column of its own and is not in the name
                known |= names(around.record, dimension, missing, [project])
            known[None] = _UNKNOWN
        return known

    def once(self, around: LookupContext, find: Callable[[LookupContext], FoundValue]) -> FoundValue:
        """Return what is the same for all rows; it is looked for once in an export."""
        if find not in self._once:
            self._once[find] = find(around)
        return cast("FoundValue", self._once[find])


class ExportBatch:
    """Some rows of facts, column by column."""

    def __init__(
        self, columns: Sequence[str], rows: Sequence[tuple[Any, ...]], around: LookupContext, called: NamesMet
    ) -> None:
        self.projects = {project.id: project for project in called.projects}
        self._facts = dict(zip(columns, zip(*rows, strict=True), strict=True))
        self._around = around
        self._called = called
        self._looked: dict[Lookup, dict[int, Any]] = {}

    def fact(self, column: str) -> Sequence[Any]:
        """Return a column of the facts."""
        return self._facts[column]

    def look_up(self, lookup: Lookup, by: str) -> dict[int, Any]:
        """Return what a lookup finds for the ids in a column."""
        if lookup not in self._looked:
            ids = sorted({one for one in self.fact(by) if one is not None})
            self._looked[lookup] = dict(lookup(self._around, ids))
        return self._looked[lookup]

    def once(self, find: Callable[[LookupContext], FoundValue]) -> FoundValue:
        """Return what is the same for all rows of an export."""
        return self._called.once(self._around, find)

    def name(self, dimension: Dimension, column: str) -> list[KeyName]:
        """Return what the ids in a column are called; a missing id and an unknown one have no key."""
        return self.call(dimension, self.fact(column))

    def call(self, dimension: Dimension, ids: Sequence[int | None]) -> list[KeyName]:
        """Return what ids are called that no column has, one a row."""
        known = self._called.names(self._around, dimension, ids)
        return [known[one] for one in ids]

    def name_each(self, dimension: Dimension, column: str) -> list[list[KeyName]]:
        """Return what the ids in a column of lists are called."""
        lists = self.fact(column)
        known = self._called.names(self._around, dimension, {one for ids in lists for one in ids})
        return [[known[one] for one in ids if known[one].key is not None] for ids in lists]


def batches(
    pages: Iterable[Sequence[tuple[Any, ...]]],
    columns: Sequence[str],
    projects: Sequence[Project],
    facts: Engine,
    record: Store,
) -> Iterator[ExportBatch]:
    """Return the rows in batches. The record is read anew for each, so that a long export holds up nobody."""
    called = NamesMet(projects)
    for page in pages:
        for i in range(0, len(page), SIZE):
            with record.read() as connection:
                yield ExportBatch(columns, page[i : i + SIZE], LookupContext(connection, facts), called)
