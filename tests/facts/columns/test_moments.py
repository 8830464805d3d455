"""Moments in memory are those that were put in, whether all are whole seconds or not, and are found by their order."""

from bisect import bisect_left

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ressenti.facts.engines.memory.arrays import NOTHING
from ressenti.facts.engines.memory.timestamps import TimestampColumn

SECOND = 1_000_000
seconds = st.integers(-(2**31) - 5, 2**31 + 5).map(lambda each: each * SECOND) | st.integers(0, 40).map(
    lambda each: each * SECOND
)
moments = st.just(int(NOTHING)) | seconds | st.integers(-(2**60), 2**60) | st.integers(0, 40 * SECOND)
bounds = moments.filter(lambda one: one != NOTHING)
batches = st.lists(st.lists(seconds, max_size=8), max_size=3) | st.lists(st.lists(moments, max_size=8), max_size=3)


def _made(given_batches: list[list[int]]) -> tuple[TimestampColumn, list[int]]:
    made = TimestampColumn(0)
    for batch in given_batches:
        made.extend(np.array(batch, np.int64))
    return made, [one for batch in given_batches for one in batch]


@given(batches)
def test_moments_come_back_in_any_order(given_batches: list[list[int]]) -> None:
    made, rows = _made(given_batches)
    assert made.at(slice(0, len(rows))).tolist() == rows
    order = np.random.default_rng(len(rows)).permutation(len(rows))
    made.order(order, 3)
    made.extend(np.array(rows, np.int64))
    assert made.at(np.arange(2 * len(rows))).tolist() == [rows[place] for place in order] + rows


@given(batches, st.none() | bounds, st.none() | bounds)
def test_rows_of_a_period_are_those_dated_in_it(
    given_batches: list[list[int]], start: int | None, end: int | None
) -> None:
    made, rows = _made(given_batches)
    want = [one != NOTHING and (start is None or one >= start) and (end is None or one < end) for one in rows]
    assert made.are_within(slice(0, len(rows)), start, end).tolist() == want


@given(batches, st.lists(bounds, max_size=5))
def test_as_many_rows_are_before_a_moment_as_are_earlier(given_batches: list[list[int]], asked: list[int]) -> None:
    rows = sorted(one for batch in given_batches for one in batch if one != NOTHING)
    made, _rows = _made([rows])
    found = made.before(np.array(asked, np.int64), len(rows)).tolist()
    assert found == [bisect_left(rows, one) for one in asked]


@pytest.mark.parametrize(
    ("rows", "bytes_each"),
    [
        ([1_700_000_000 * SECOND, int(NOTHING)], 4),
        ([1_700_000_000 * SECOND, 1_700_000_000 * SECOND + 1], 8),
        ([2**31 * SECOND], 8),
    ],
)
def test_whole_seconds_take_four_bytes(rows: list[int], bytes_each: int) -> None:
    made, _rows = _made([rows])
    assert made.bytes == bytes_each * len(rows)
