"""Columns of whole numbers that grow at their end: plain arrays with room, appended to and put in order once."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Array = npt.NDArray[Any]
Places = npt.NDArray[np.intp]
"""Numbers of rows."""

NOTHING = np.iinfo(np.int64).min
"""What a column of moments, durations or amounts holds where there is nothing."""


class Growing:
    """Numbers of one kind. `held` is what there is of them; what it shares with later states never changes."""

    def __init__(self, kind: npt.DTypeLike, room: int = 0) -> None:
        self._all: Array = np.empty(room, kind)
        self.count = 0

    @property
    def held(self) -> Array:
        """Return the numbers there are."""
        return self._all[: self.count]

    def extend(self, more: Array) -> None:
        """Add numbers at the end; wider ones widen all."""
        kind = np.promote_types(self._all.dtype, more.dtype)
        end = self.count + len(more)
        if end > len(self._all) or kind != self._all.dtype:
            grown = np.empty(max(end, len(self._all)) + (len(self._all) // 8 if self.count else 0), kind)
            grown[: self.count] = self.held
            self._all = grown
        self._all[self.count : end] = more
        self.count = end

    def put(self, numbers: Array, room: int) -> None:
        """Hold other numbers instead, with room for so many more."""
        self._all = np.empty(len(numbers) + room, numbers.dtype)
        self._all[: len(numbers)] = numbers
        self.count = len(numbers)

    @property
    def bytes(self) -> int:
        """Return what it takes."""
        return self._all.nbytes


class Codes:
    """Ids as small numbers: 0 for none, then as they are met."""

    def __init__(self) -> None:
        self.ids: list[int | None] = [None]
        self._codes = np.zeros(1, np.int64)  # by id plus one, −1 where it was not met yet

    def __len__(self) -> int:
        return len(self.ids)

    def encode(self, given: pa.Array) -> Array:
        """Return the codes of ids, in the smallest numbers that hold all there are."""
        places = pc.fill_null(given, -1).to_numpy(zero_copy_only=False).astype(np.int64) + 1
        if not len(places):
            return np.empty(0, np.uint8)
        if (most := int(places.max())) >= len(self._codes):
            fresh = np.full(most + 1 - len(self._codes), -1, np.int64)
            self._codes = np.concatenate([self._codes, fresh])
        codes = self._codes[places]
        if len(unmet := np.unique(places[codes < 0])):
            self._codes[unmet] = np.arange(len(self.ids), len(self.ids) + len(unmet))
            self.ids.extend(int(one) - 1 for one in unmet)
            codes = self._codes[places]
        return codes.astype(np.min_scalar_type(len(self.ids) - 1))

    def of(self, ids: tuple[int | None, ...]) -> Array:
        """Return by code whether it is one of these ids."""
        wanted = set(ids)
        return np.fromiter((one in wanted for one in self.ids), bool, len(self.ids))


class One:
    """A column with one id a row, or none."""

    def __init__(self, room: int) -> None:
        self.codes = Codes()
        self._rows = Growing(np.uint8, room)

    def extend(self, given: pa.Array) -> None:
        """Add rows at the end."""
        self._rows.extend(self.codes.encode(given))

    def order(self, by: Places, room: int) -> None:
        """Put the rows in another order."""
        self._rows.put(self._rows.held[by], room)

    def entries(self, rows: Places | slice) -> tuple[Array, None]:
        """Return the codes of rows, each once."""
        return self._rows.held[rows], None

    def any_of(self, ids: tuple[int | None, ...], rows: slice) -> npt.NDArray[np.bool_]:
        """Say of each row in a stretch whether it has one of these ids."""
        return self.codes.of(ids)[self._rows.held[rows]]

    @property
    def bytes(self) -> int:
        """Return what it takes."""
        return self._rows.bytes


class Many:
    """A column with several ids a row: an empty list is an entry of none, so that each row has one entry at least."""

    def __init__(self, room: int) -> None:
        self.codes = Codes()
        self._starts = Growing(np.uint32, room + 1)
        self._starts.extend(np.zeros(1, np.uint32))
        self._entries = Growing(np.uint8, room)

    def extend(self, given: pa.ListArray) -> None:
        """Add rows at the end."""
        offsets = given.offsets.to_numpy().astype(np.int64)
        entries = self.codes.encode(given.values.slice(int(offsets[0]), int(offsets[-1] - offsets[0])))
        offsets -= offsets[0]
        lengths = np.diff(offsets)
        if len(empty := np.flatnonzero(lengths == 0)):
            entries = np.insert(entries, offsets[:-1][empty], 0)
            lengths[empty] = 1
        self._starts.extend((self._entries.count + np.cumsum(lengths)).astype(np.uint32))
        self._entries.extend(entries)

    def order(self, by: Places, room: int) -> None:
        """Put the rows in another order."""
        entries, _places = self.entries(by)
        lengths = np.diff(self._starts.held)[by]
        starts = np.zeros(len(by) + 1, np.uint32)
        np.cumsum(lengths, out=starts[1:])
        self._starts.put(starts, room)
        self._entries.put(entries, room * 2)

    def entries(self, rows: Places | slice) -> tuple[Array, Places]:
        """Return the codes of all entries of rows, and to which of the rows, by its place among them, each belongs."""
        starts = self._starts.held
        if isinstance(rows, slice):
            edges = starts[rows.start : rows.stop + 1].astype(np.int64)
            places = np.repeat(np.arange(len(edges) - 1), np.diff(edges))
            return self._entries.held[edges[0] : edges[-1]], places
        first = starts[rows].astype(np.intp)
        lengths = starts[rows + 1].astype(np.intp) - first
        if int(lengths.max(initial=1)) == 1:
            return self._entries.held[first], np.arange(len(rows))
        places = np.repeat(np.arange(len(rows)), lengths)
        ends = np.cumsum(lengths)
        inside = np.arange(len(places)) - np.repeat(ends - lengths, lengths)
        return self._entries.held[first[places] + inside], places

    def any_of(self, ids: tuple[int | None, ...], rows: slice) -> npt.NDArray[np.bool_]:
        """Say of each row in a stretch whether it has one of these ids."""
        starts = self._starts.held
        low, high = int(starts[rows.start]), int(starts[rows.stop])
        hits = (np.flatnonzero(self.codes.of(ids)[self._entries.held[low:high]]) + low).astype(np.uint32)
        found = np.zeros(rows.stop - rows.start, bool)
        found[np.searchsorted(starts[rows.start : rows.stop + 1], hits, side="right") - 1] = True
        return found

    @property
    def bytes(self) -> int:
        """Return what it takes."""
        return self._starts.bytes + self._entries.bytes
