"""Ids in columns in memory are those that were put in, in any order, however they came."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ressenti.facts.engines.memory.dictionary_columns import EncodedColumn, EncodedListColumn, OffsetListColumn

ids = st.none() | st.integers(0, 70_000) | st.integers(1, 5)
lists = st.lists(st.integers(0, 400), max_size=6)


@st.composite
def batches(draw: st.DrawFn, of: st.SearchStrategy[object]) -> list[list[object]]:
    return draw(st.lists(st.lists(of, max_size=30), max_size=4))


def _order(count: int) -> np.ndarray:
    return np.random.default_rng(count).permutation(count)


def _put(
    column: EncodedColumn | EncodedListColumn | OffsetListColumn,
    given_batches: Sequence[Sequence[object]],
    of: pa.DataType,
) -> None:
    for batch in given_batches:
        column.extend(pa.array(batch, of))


@given(batches(ids))
def test_ids_come_back(given_batches: list[list[int | None]]) -> None:
    column, rows = EncodedColumn(0), [one for batch in given_batches for one in batch]
    _put(column, given_batches, pa.int32())
    assert [column.codes.ids[code] for code in column.entries(slice(0, len(rows)))[0][0]] == rows

    order = _order(len(rows))
    column.order(order, 3)
    assert [column.codes.ids[code] for code in column.entries(np.arange(len(rows)))[0][0]] == [rows[i] for i in order]


def _lists(column: OffsetListColumn | EncodedListColumn, rows: np.ndarray | slice, count: int) -> list[list[int]]:
    found: list[list[int]] = [[] for _ in range(count)]
    for codes, places in column.entries(rows):
        for code, place in zip(codes, range(count) if places is None else places, strict=True):
            found[place].append(column.codes.ids[code])
    return [[] if one == [None] else one for one in found]


@pytest.mark.parametrize("kind", [OffsetListColumn, EncodedListColumn])
@given(given_batches=batches(lists), low=st.integers(0, 120), high=st.integers(0, 120))
def test_lists_come_back(
    kind: type[OffsetListColumn | EncodedListColumn], given_batches: list[list[list[int]]], low: int, high: int
) -> None:
    column, rows = kind(0), [one for batch in given_batches for one in batch]
    low, high = sorted((min(low, len(rows)), min(high, len(rows))))
    _put(column, given_batches, pa.list_(pa.int32()))
    assert _lists(column, slice(low, high), high - low) == rows[low:high]
    assert _lists(column, np.arange(low, high), high - low) == rows[low:high]

    order = _order(len(rows))
    column.order(order, 3)
    _put(column, given_batches, pa.list_(pa.int32()))
    again = [rows[i] for i in order] + rows
    assert _lists(column, slice(0, len(again)), len(again)) == again
    wanted = (*(one for some in rows[:2] for one in some[:1]), None)
    hits = column.any_of(wanted, slice(0, len(again)))
    assert hits.tolist() == [bool(set(one or [None]) & set(wanted)) for one in again]


@given(batches(lists))
def test_what_is_counted_by_list_counts_for_each_of_its_entries(given_batches: list[list[list[int]]]) -> None:
    column, rows = EncodedListColumn(0), [list[int | None](one) or [None] for batch in given_batches for one in batch]
    _put(column, given_batches, pa.list_(pa.int32()))
    by_list = np.bincount(column.lists(slice(0, len(rows))), minlength=column.count)

    found = dict(zip(column.codes.ids, column.folded(np.stack([by_list, 2 * by_list], axis=1)).tolist(), strict=True))
    want = Counter(one for some in rows for one in some)
    assert found == {one: [want[one], 2 * want[one]] for one in column.codes.ids}


@given(given_batches=batches(lists))
def test_a_column_of_few_lists_becomes_one_of_many(given_batches: list[list[list[int]]]) -> None:
    few, rows = EncodedListColumn(0), [one for batch in given_batches for one in batch]
    _put(few, given_batches, pa.list_(pa.int32()))
    many = few.as_many(7)
    _put(many, given_batches, pa.list_(pa.int32()))
    assert _lists(many, slice(0, 2 * len(rows)), 2 * len(rows)) == rows + rows


def test_lists_longer_than_two_bytes_tell_are_held() -> None:
    column, long = OffsetListColumn(0), [list(range(40_000)), [], list(range(30_000)), [7]]
    _put(column, [long], pa.list_(pa.int32()))
    assert _lists(column, slice(0, 4), 4) == long
