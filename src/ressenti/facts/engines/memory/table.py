"""One table of the facts as columns in memory: in the order of its first moment, with what has changed since behind."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ressenti.facts.engines.memory.arrays import NOTHING, Array, Entries, GrowingArray, RowIndexes, ScaledArray
from ressenti.facts.engines.memory.binned_durations import NO_BIN, BinnedDurations
from ressenti.facts.engines.memory.block_ranges import BlockRanges
from ressenti.facts.engines.memory.dictionary_columns import EncodedColumn, EncodedListColumn, OffsetListColumn
from ressenti.facts.engines.memory.prefix_sums import PrefixSums
from ressenti.facts.engines.memory.timestamps import TimestampColumn
from ressenti.kit.single_flight import SingleFlight

AnyEncodedColumn = EncodedColumn | EncodedListColumn | OffsetListColumn
Picked = TypeVar("Picked")

CHOSEN = 4
"""For how many questions' rows it is remembered which they are: for those of a page and the period before it."""

RUNNING = 400
"""How many counts are kept, the latest asked for: more than a report asks of one zone, less than of all zones."""

MOST_LISTS = 4_000
"""How many different lists a column may have to be counted by list; of more, it is by entry."""

ROOM = 100_000
"""How many rows may be added at the least before the table is put in order anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSpec:
    """What is held of a table, as SQL over `source`, by which it is also called.

    `moments` date its rows, and the first puts them in order; `digits` are small numbers from 0 to 254, null for 0;
    `amounts` are added up; `spans` are durations whose medians are asked; both are null where a row has none.
    `conditions` are those that rows are asked for by, and the digits or the durations that only rows have that meet
    them. With `link`, further ids are read from the row of that table with the same conversation.
    """

    table: str
    source: str
    moments: tuple[str, ...]
    ids: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    digits: tuple[str, ...] = ()
    amounts: tuple[str, ...] = ()
    spans: tuple[str, ...] = ()
    conditions: tuple[tuple[str, str], ...] = ()
    link: str | None = None

    def sql(self) -> str:
        """Return the SQL of all columns, in the order in which `Table.extend` takes them."""
        offer = "offer_id" if self.table == "answer" else "NULL::INTEGER"
        columns = ["coalesce(conversation_id, -1)", f"coalesce({offer}, -1)"]
        columns += [f"coalesce({one}, {NOTHING})" for one in self.moments]
        columns += [f"{one}::INTEGER" for one in self.ids]
        columns += self.lists
        columns += [f"coalesce({one}, 0)::UTINYINT" for one in self.digits]
        columns += [f"coalesce({one}, 0)::BIGINT" for one in self.amounts]
        columns += [f"coalesce({one}, {NOTHING})::BIGINT" for one in self.spans]
        return f"SELECT {', '.join(f'{one} AS c{i}' for i, one in enumerate(columns))} FROM {self.source}"

    def bytes(self, rows: int) -> int:
        """Return about how much memory so many rows take, with what putting them in order takes beside."""
        lists, counted = len(self.lists), len(self.digits) + 4 * len(self.amounts)
        return rows * (16 + 8 * len(self.moments) + 2 * len(self.ids) + 5 * lists + counted + 9 * len(self.spans))


class MemoryTable:
    """The rows of a table. Those from `ordered` on were added since; rows that are not `alive` were replaced."""

    def __init__(self, spec: TableSpec, rows: int, linked: "MemoryTable | None" = None) -> None:
        """Make an empty one with room for so many rows."""
        self.spec = spec
        self.conditions = dict(spec.conditions)
        self.ordered = 0
        self._room = rows
        self._dated = 0
        self._linked = linked
        self._conversations = GrowingArray(np.int32, rows)
        self._offers = GrowingArray(np.int32, rows if spec.table == "answer" else 0)
        self._learn_zones()
        self._parents = GrowingArray(np.int32, rows if linked else 0)
        self._moments = {one: TimestampColumn(rows) for one in spec.moments}
        self._columns: dict[str, AnyEncodedColumn] = {one: EncodedColumn(rows) for one in spec.ids}
        self._columns |= {one: EncodedListColumn(rows) for one in spec.lists}
        self._digits = {one: GrowingArray(np.uint8, rows) for one in spec.digits}
        self._amounts = {one: ScaledArray(rows) for one in spec.amounts}
        self._spans = {one: BinnedDurations(rows) for one in spec.spans}
        self._alive = GrowingArray(np.bool_, rows)
        self._dead: RowIndexes = np.empty(0, np.intp)
        self._rows_of = np.full(1, -1, np.int32)
        self._made: SingleFlight[tuple[Any, ...], Array] = SingleFlight(12)
        self._chosen: SingleFlight[Hashable, Any] = SingleFlight(CHOSEN)
        self._running: SingleFlight[tuple[Any, ...], PrefixSums] = SingleFlight(RUNNING)

    def __len__(self) -> int:
        return self._conversations.count

    @property
    def alive(self) -> Array:
        """Return by row whether it still stands."""
        return self._alive.held

    @property
    def dead(self) -> RowIndexes:
        """Return the rows in order that were replaced since."""
        return self._dead

    @property
    def dated(self) -> int:
        """Return how many of the rows in order have a first moment; the others come after them."""
        return self._dated

    @property
    def added(self) -> RowIndexes:
        """Return the rows added since that still stand."""
        return np.flatnonzero(self._alive.held[self.ordered :]) + self.ordered

    def is_in_order_of(self, moment: str) -> bool:
        """Say whether it is this moment that the rows are in order of."""
        return moment == self.spec.moments[0]

    def moments(self, name: str, rows: RowIndexes | slice) -> Array:
        """Return the moments of rows, NOTHING where there is none."""
        return self._moments[name].at(rows)

    def are_within(self, name: str, rows: slice, start: int | None, end: int | None) -> npt.NDArray[np.bool_]:
        """Say of each row in a stretch whether it is dated, from `start` to before `end`."""
        return self._moments[name].are_within(rows, start, end)

    def before(self, moments: Array) -> RowIndexes:
        """Return how many of the rows in order are dated before each of some moments."""
        return self._moments[self.spec.moments[0]].before(moments, self._dated)

    def digits(self, name: str) -> Array:
        """Return a column of digits by row."""
        return self._digits[name].held

    def meets(self, condition: str, rows: RowIndexes) -> npt.NDArray[np.bool_]:
        """Say of each of some rows whether it meets a condition; raises KeyError."""
        name = self.conditions[condition]
        found: npt.NDArray[np.bool_]
        found = self._spans[name].bins[rows] != NO_BIN if name in self._spans else self.digits(name)[rows] > 0
        return found

    def amounts(self, name: str, rows: RowIndexes | slice) -> tuple[Array, int]:
        """Return the amounts of rows, 0 where there is none, and the unit they are in.

        Durations whose median is asked as well are held once.
        """
        return self._spans[name].scaled(rows) if name in self._spans else self._amounts[name].scaled(rows)

    def span(self, name: str) -> BinnedDurations:
        """Return a column of durations."""
        return self._spans[name]

    def column(self, name: str) -> AnyEncodedColumn:
        """Return a column of ids of its own; raises KeyError."""
        return self._columns[name]

    def ids(self, name: str) -> list[int | None]:
        """Return the ids of a column's codes."""
        return self._own(name)[0].codes.ids

    def lists(self, name: str) -> EncodedListColumn | None:
        """Return a column of its own of few different lists, None where it is another."""
        column = self._columns.get(name)
        return column if isinstance(column, EncodedListColumn) else None

    def entries(self, name: str, rows: RowIndexes | slice) -> Entries:
        """Return the codes of rows."""
        column, is_linked = self._own(name)
        return column.entries(self._parents.held[rows].astype(np.intp) if is_linked else rows)

    def any_of(
        self, name: str, ids: tuple[int | None, ...], rows: slice, *, of_linked: bool = False
    ) -> npt.NDArray[np.bool_]:
        """Say of each row in a stretch whether it has one of these ids, or whether what it is linked to has."""
        column, is_linked = self._own(name)
        if self._linked is None or not (is_linked or of_linked):
            return column.any_of(ids, rows)
        linked = self._linked.any_of(name, ids, slice(0, len(self._linked)))
        return linked[self._parents.held[rows]]

    def chosen(self, key: Hashable, choose: Callable[[], Picked]) -> Picked:
        """Return rows that were chosen since the table last changed, chosen once."""
        found: Picked = self._chosen(key, choose)
        return found

    def forget(self) -> None:
        """Clear the cache of selected rows."""
        self._chosen = SingleFlight(CHOSEN)

    def made(self, key: tuple[Any, ...], make: Callable[[], Array]) -> Array:
        """Return something made of the rows in order, made once."""
        return self._made(key, make)

    def running(self, key: tuple[Any, ...], make: Callable[[], PrefixSums]) -> PrefixSums:
        """Return counts that were made once and stand as long as the rows in order do."""
        return self._running(key, make)

    def row_of(self, conversations: Array) -> Array:
        """Return the rows of conversations, of a table that has one for each; −1 for those it does not hold."""
        rows = np.full(len(conversations), -1, np.int32)
        known = conversations < len(self._rows_of)
        rows[known] = self._rows_of[conversations[known]]
        return rows

    def extend(self, batch: pa.RecordBatch) -> None:
        """Add rows at the end, in the columns of `TableSpec.sql`."""
        self.forget()
        spec, given = self.spec, iter(batch.columns)
        first = len(self)
        conversations = _numbers(next(given))
        self._conversations.extend(conversations)
        offers = _numbers(next(given))
        if spec.table == "answer":
            self._offers.extend(offers)
        for name in spec.moments:
            self._moments[name].extend(_numbers(next(given)))
        for name in (*spec.ids, *spec.lists):
            column = self._columns[name]
            column.extend(next(given))
            if isinstance(column, EncodedListColumn) and column.count > MOST_LISTS:
                self._columns[name] = column.as_many(self._room)
        for name in spec.digits:
            self._digits[name].extend(_numbers(next(given)))
        for name in spec.amounts:
            self._amounts[name].extend(_numbers(next(given)))
        for name in spec.spans:
            self._spans[name].extend(_numbers(next(given)))
        self._alive.extend(np.ones(len(conversations), np.bool_))
        if spec.table == "conversation":
            self._learn(conversations, np.arange(first, len(self), dtype=np.int32))
        if self._linked:
            self._parents.extend(self._linked.row_of(conversations))

    def remove(self, conversations: Array, offers: Array) -> None:
        """Remove the rows of conversations, and those of surveys without one."""
        self.forget()
        gone = self._at(conversations)
        if len(offers) and self.spec.table == "answer":
            asked = self._zones_of_offers.rows_of(offers, self._offers.held)
            gone = np.concatenate([gone, asked[self._conversations.held[asked] < 0]])
        gone = gone[self._alive.held[gone]]
        self._alive.held[gone] = False
        self._dead = np.sort(np.concatenate([self._dead, gone[gone < self.ordered]]))

    def order(self) -> None:
        """Put the rows in the order of their first moment; those without one come last."""
        moments = self._moments[self.spec.moments[0]].at(slice(0, len(self)))
        by = np.argsort(np.where(moments == NOTHING, np.iinfo(np.int64).max, moments), kind="stable")
        room = max(ROOM, len(by) // 10)
        for each in (
            *(self._conversations, self._alive),
            *((self._offers,) if self.spec.table == "answer" else ()),
            *((self._parents,) if self._linked else ()),
            *self._digits.values(),
        ):
            each.put(each.held[by], room)
        for column in (
            *self._moments.values(),
            *self._columns.values(),
            *self._amounts.values(),
            *self._spans.values(),
        ):
            column.order(by, room)
        if self.spec.table == "conversation":
            self._learn(self._conversations.held, np.arange(len(by), dtype=np.int32))
        self._learn_zones()
        self.ordered = len(by)
        self._dated = int(np.count_nonzero(moments != NOTHING))

    @property
    def is_worn(self) -> bool:
        """Say whether so much has changed that it is better read anew."""
        return len(self) - self.ordered + len(self._dead) > max(ROOM, self.ordered // 10)

    @property
    def bytes(self) -> int:
        """Return what it takes, with what was made of it; the cache of selected rows is cleared at every change."""
        growing = (self._conversations, self._offers, self._parents, self._alive)
        named = (self._moments, self._columns, self._digits, self._amounts, self._spans)
        own = sum(one.bytes for one in growing) + sum(one.bytes for of in named for one in of.values())
        made = sum(one.nbytes for one in self._made.made()) + sum(one.bytes for one in self._running.made())
        return own + made

    def _own(self, name: str) -> tuple[AnyEncodedColumn, bool]:
        """Return a column, and whether it is the linked table's."""
        if name in self._columns:
            return self._columns[name], False
        if self._linked is None:
            raise KeyError(name)
        return self._linked.column(name), True

    def _at(self, conversations: Array) -> RowIndexes:
        if self.spec.table == "conversation":
            rows = self.row_of(conversations)
            return rows[rows >= 0].astype(np.intp)
        return self._zones_of_conversations.rows_of(conversations, self._conversations.held)

    def _learn_zones(self) -> None:
        self._zones_of_conversations = BlockRanges(self._conversations.held)
        self._zones_of_offers = BlockRanges(self._offers.held)

    def _learn(self, conversations: Array, rows: Array) -> None:
        most = int(conversations.max(initial=-1)) + 1
        if most > len(self._rows_of):
            grown = np.full(most + most // 8, -1, np.int32)
            grown[: len(self._rows_of)] = self._rows_of
            self._rows_of = grown
        self._rows_of[conversations] = rows


def _numbers(given: pa.Array) -> Array:
    found: Array = pc.fill_null(given, 0).to_numpy(zero_copy_only=False) if given.null_count else given.to_numpy()
    return found
