"""Columns of ids: codes of a byte or two, one a row or several."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ressenti.facts.engines.memory.arrays import Array, Entries, GrowingArray, RowIndexes

_WORD = 63
_BITS = 8
_BLOCK = 1 << _BITS
_NONE = np.zeros(0, bool)


class Dictionary:
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
        if (codes < 0).any():
            unmet = np.unique(places[codes < 0])
            self._codes[unmet] = np.arange(len(self.ids), len(self.ids) + len(unmet))
            self.ids.extend(int(one) - 1 for one in unmet)
            codes = self._codes[places]
        narrow: Array = codes.astype(np.min_scalar_type(len(self.ids) - 1))
        return narrow

    def of(self, ids: tuple[int | None, ...]) -> Array:
        """Return by code whether it is one of these ids."""
        wanted = set(ids)
        return np.fromiter((one in wanted for one in self.ids), bool, len(self.ids))

    def are(self, codes: Array, ids: tuple[int | None, ...]) -> npt.NDArray[np.bool_]:
        """Say of each code whether it is one of these ids."""
        is_wanted = self.of(ids)
        wanted = np.flatnonzero(is_wanted)
        if not len(wanted) or wanted[-1] - wanted[0] >= len(wanted):
            return is_wanted[codes]
        first = wanted[0].astype(codes.dtype)  # those before it come out as the largest numbers
        found: npt.NDArray[np.bool_] = codes - first < len(wanted)
        return found


class EncodedColumn:
    """A column with one id a row, or none."""

    def __init__(self, room: int) -> None:
        self.codes = Dictionary()
        self._rows = GrowingArray(np.uint8, room)

    def extend(self, given: pa.Array) -> None:
        """Add rows at the end."""
        self._rows.extend(self.codes.encode(given))

    def order(self, by: RowIndexes, room: int) -> None:
        """Put the rows in another order."""
        self._rows.put(self._rows.held[by], room)

    def entries(self, rows: RowIndexes | slice) -> Entries:
        """Return the codes of rows, each once."""
        return [(self._rows.held[rows], None)]

    def any_of(self, ids: tuple[int | None, ...], rows: slice) -> npt.NDArray[np.bool_]:
        """Say of each row in a stretch whether it has one of these ids."""
        return self.codes.are(self._rows.held[rows], ids)

    @property
    def bytes(self) -> int:
        """Return what it takes."""
        return self._rows.bytes


class EncodedListColumn:
    """A column with several ids a row, of which there are few different lists: a row has the number of its list."""

    def __init__(self, room: int) -> None:
        self.codes = Dictionary()
        self._rows = GrowingArray(np.uint8, room)
        self._numbers: dict[tuple[int, ...], int] = {}
        self._singles = np.zeros(0, np.int64)  # the numbers of lists of one, by its code
        self._entries = GrowingArray(np.uint8)
        self._starts = np.zeros(1, np.int64)

    @property
    def count(self) -> int:
        """Return how many different lists there are."""
        return len(self._numbers)

    def extend(self, given: pa.ListArray) -> None:
        """Add rows at the end."""
        entries, lengths = _flat(self.codes, given)
        first = np.cumsum(lengths) - lengths
        numbers = np.empty(len(lengths), np.int64)
        for length in np.unique(lengths).tolist():
            at = np.flatnonzero(lengths == length)
            numbers[at] = self._numbered(entries[first[at][:, None] + np.arange(length)])
        self._rows.extend(numbers.astype(np.min_scalar_type(max(self.count - 1, 0))))

    def order(self, by: RowIndexes, room: int) -> None:
        """Put the rows in another order."""
        self._rows.put(self._rows.held[by], room)

    def lists(self, rows: RowIndexes | slice) -> Array:
        """Return the numbers of the lists of rows."""
        return self._rows.held[rows]

    def entries(self, rows: RowIndexes | slice) -> Entries:
        """Return the codes of all entries of rows."""
        numbers = self._rows.held[rows].astype(np.intp)
        first = self._starts[numbers]
        lengths = self._starts[numbers + 1] - first
        entries: Entries = [(self._entries.held[first], None)]
        for more in range(1, int(lengths.max(initial=1))):
            places = np.flatnonzero(lengths > more)
            entries.append((self._entries.held[first[places] + more], places))
        return entries

    def folded(self, by_list: Array) -> Array:
        """Return by code what is counted by list: a list counts for each of its entries."""
        _lists, *inner = by_list.shape
        by_code = np.zeros((len(self.codes), *inner), by_list.dtype)
        order = np.argsort(self._entries.held, kind="stable")
        codes, first = np.unique(self._entries.held[order], return_index=True)
        of_lists = np.repeat(np.arange(self.count), np.diff(self._starts))[order]
        if self.count:
            by_code[codes] = np.add.reduceat(by_list[of_lists], first, axis=0)
        return by_code

    def any_in(self, by_code: Array) -> Array:
        """Return by list whether any of its entries is so, by code."""
        first, lengths, entries = self._starts[:-1], np.diff(self._starts), self._entries.held
        by_list: Array = by_code[entries[first]]
        for more in range(1, int(lengths.max(initial=1))):
            longer = np.flatnonzero(lengths > more)
            by_list[longer] |= by_code[entries[first[longer] + more]]
        return by_list

    def any_of(self, ids: tuple[int | None, ...], rows: slice) -> npt.NDArray[np.bool_]:
        """Say of each row in a stretch whether it has one of these ids."""
        found: npt.NDArray[np.bool_] = self.any_in(self.codes.of(ids))[self._rows.held[rows]] if self.count else _NONE
        return found

    def as_many(self, room: int) -> "OffsetListColumn":
        """Return the same rows as a column of many different lists."""
        made = OffsetListColumn(room)
        made.codes = self.codes
        numbers = self._rows.held.astype(np.intp)
        lengths = np.diff(self._starts)[numbers]
        ends = np.cumsum(lengths)
        at = np.arange(len(numbers) and ends[-1]) + np.repeat(self._starts[numbers] - ends + lengths, lengths)
        made.put(self._entries.held[at], lengths)
        return made

    @property
    def bytes(self) -> int:
        """Return what it takes."""
        return self._rows.bytes + self._entries.bytes

    def _numbered(self, lists: Array) -> Array:
        """Return the numbers of lists that are as long as each other, new ones for those that were not met yet."""
        if lists.shape[1] == 1:
            missing = len(self.codes) - len(self._singles)
            self._singles = np.concatenate([self._singles, np.full(missing, -1)])
            numbers = self._singles[lists[:, 0]]
            if (numbers < 0).any():
                for code in np.unique(lists[:, 0][numbers < 0]).tolist():
                    self._singles[code] = self._number((code,))
                numbers = self._singles[lists[:, 0]]
            return numbers
        bits = len(self.codes).bit_length()
        if lists.shape[1] * bits < _WORD:
            packed = (lists.astype(np.int64) << (bits * np.arange(lists.shape[1]))).sum(axis=1)
            _packed, first, inverse = np.unique(packed, return_index=True, return_inverse=True)
            different = lists[first]
        else:
            different, inverse = np.unique(lists, axis=0, return_inverse=True)
        found: Array = np.array([self._number(tuple(one)) for one in different.tolist()], np.int64)[inverse]
        return found

    def _number(self, entries: tuple[int, ...]) -> int:
        if entries not in self._numbers:
            self._numbers[entries] = self.count
            self._entries.extend(np.array(entries, np.min_scalar_type(max(entries))))
            self._starts = np.append(self._starts, self._entries.count)
        return self._numbers[entries]


class ListOffsets:
    """Where the further entries of each row start: two bytes a row, counted on from the first of every so many rows."""

    def __init__(self, room: int) -> None:
        self._inside = GrowingArray(np.uint16, room)
        self._bases = GrowingArray(np.int64, room // _BLOCK + 1)

    def __getitem__(self, rows: RowIndexes) -> Array:
        """Return where those of rows start."""
        found: Array = self._bases.held[rows >> _BITS] + self._inside.held[rows]
        return found

    def extend(self, starts: Array) -> None:
        """Add rows at the end."""
        numbers = np.arange(self._inside.count, self._inside.count + len(starts))
        self._bases.extend(starts[numbers & _BLOCK - 1 == 0])
        inside = starts - self._bases.held[numbers >> _BITS]
        self._inside.extend(inside.astype(np.min_scalar_type(int(inside.max(initial=0)))))

    @property
    def bytes(self) -> int:
        """Return what it takes."""
        return self._inside.bytes + self._bases.bytes


class OffsetListColumn:
    """A column with several ids a row: an empty list is an entry of none, so that each row has one entry at least.

    Most rows have no more than that; further entries are held apart, in the order of their rows.
    """

    def __init__(self, room: int) -> None:
        self.codes = Dictionary()
        self._first = GrowingArray(np.uint8, room)
        self._more = GrowingArray(np.uint8, room)  # how many further entries a row has
        self._starts = ListOffsets(room)
        self._further = GrowingArray(np.uint8)
        self._rows = GrowingArray(np.uint32)

    def extend(self, given: pa.ListArray) -> None:
        """Add rows at the end."""
        self.put(*_flat(self.codes, given))

    def put(self, entries: Array, lengths: Array) -> None:
        """Add rows at the end, as the codes of their entries, and how many each has."""
        starts = np.cumsum(lengths) - lengths
        rows = np.arange(self._first.count, self._first.count + len(lengths), dtype=np.uint32)
        self._first.extend(entries[starts])
        self._add(np.delete(entries, starts), np.repeat(rows, lengths - 1), lengths - 1)

    def order(self, by: RowIndexes, room: int) -> None:
        """Put the rows in another order."""
        (further, places), more = self._further_of(by), self._more.held[by]
        in_order = np.argsort(places, kind="stable")
        further, places = further[in_order], places[in_order]
        self._first.put(self._first.held[by], room)
        self._more, self._starts = GrowingArray(more.dtype, len(by) + room), ListOffsets(len(by) + room)
        self._further, self._rows = GrowingArray(further.dtype), GrowingArray(np.uint32)
        self._add(further, places, more)

    def entries(self, rows: RowIndexes | slice) -> Entries:
        """Return the codes of all entries of rows."""
        first = self._first.held[rows]
        further, places = self._further_in(rows) if isinstance(rows, slice) else self._further_of(rows)
        return [(first, None), (further, places)] if len(further) else [(first, None)]

    def any_of(self, ids: tuple[int | None, ...], rows: slice) -> npt.NDArray[np.bool_]:
        """Say of each row in a stretch whether it has one of these ids."""
        found = self.codes.are(self._first.held[rows], ids)
        further, places = self._further_in(rows)
        found[places[self.codes.are(further, ids)]] = True
        return found

    @property
    def bytes(self) -> int:
        """Return what it takes."""
        return sum(one.bytes for one in (self._first, self._more, self._starts, self._further, self._rows))

    def _add(self, further: Array, rows: Array, more: Array) -> None:
        """Add further entries at the end, with their rows, and how many each row has."""
        self._starts.extend(self._further.count + np.cumsum(more, dtype=np.int64) - more)
        self._more.extend(more.astype(np.min_scalar_type(int(more.max(initial=0)))))
        self._further.extend(further)
        self._rows.extend(rows.astype(np.uint32))

    def _further_in(self, rows: slice) -> tuple[Array, RowIndexes]:
        """Return the further entries of a stretch, and the places of their rows in it."""
        low, high = np.searchsorted(self._rows.held, np.array([rows.start, rows.stop], np.uint32))
        return self._further.held[low:high], self._rows.held[low:high].astype(np.intp) - rows.start

    def _further_of(self, rows: RowIndexes) -> tuple[Array, RowIndexes]:
        """Return the further entries of rows that are listed, and the places of their rows: second ones first."""
        more = self._more.held[rows]
        at = np.flatnonzero(more != 0)  # of truths it is found several times as quickly
        more, starts = more[at], self._starts[rows[at]]
        further, places = [], []
        for one in range(1, int(more.max(initial=0)) + 1):
            further.append(self._further.held[starts])
            places.append(at)
            longer = np.flatnonzero(more > one)
            more, starts, at = more[longer], starts[longer] + 1, at[longer]
        return np.concatenate([self._further.held[:0], *further]), np.concatenate([at[:0], *places])


def _flat(codes: Dictionary, given: pa.ListArray) -> tuple[Array, Array]:
    """Return the codes of all entries of lists, and how many each has: an empty one has an entry of none."""
    offsets = given.offsets.to_numpy().astype(np.int64)
    entries = codes.encode(given.values.slice(int(offsets[0]), int(offsets[-1] - offsets[0])))
    offsets -= offsets[0]
    lengths = np.diff(offsets)
    if len(empty := np.flatnonzero(lengths == 0)):
        entries = np.insert(entries, offsets[:-1][empty], 0)
        lengths[empty] = 1
    return entries, lengths
