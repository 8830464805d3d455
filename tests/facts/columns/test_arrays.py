"""Numbers in columns in memory are those that were put in, in as few bytes as hold them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ressenti.facts.engines.memory import arrays
from ressenti.facts.engines.memory.arrays import GrowingArray, ScaledArray

amounts = st.integers(-(2**62), 2**62) | st.integers(0, 90).map(lambda s: s * 1_000_000)


@given(st.lists(st.lists(amounts, max_size=30), max_size=4))
def test_amounts_come_back_in_whatever_unit_they_are_held(given_batches: list[list[int]]) -> None:
    column, rows = ScaledArray(0), [one for batch in given_batches for one in batch]
    for batch in given_batches:
        column.extend(np.array(batch, np.int64))
    assert column.at(slice(0, len(rows))).tolist() == rows


@pytest.mark.parametrize(
    ("unit", "amounts", "bytes_each"),
    [
        (1_000_000, [0, 3_000_000, -5_000_000], 2),
        (1_000_000, [0, 36_000_000_000], 2),
        (1_000_000, [0, -36_000_000_000], 4),
        (1_000, [1_000, 2_000_000], 2),
        (1, [1, 2], 1),
        (1, [1, 2**40], 8),
    ],
)
def test_amounts_take_as_few_bytes_as_hold_them(unit: int, amounts: list[int], bytes_each: int) -> None:
    column = ScaledArray(0)
    column.extend(np.array(amounts))
    assert column.at(slice(0, len(amounts))).tolist() == amounts
    assert all(amount % unit == 0 for amount in amounts)
    assert column.bytes == bytes_each * len(amounts)


def test_numbers_widen_when_a_wider_one_comes() -> None:
    numbers = GrowingArray(np.uint8)
    numbers.extend(np.array([200], np.uint8))
    numbers.extend(np.array([70_000], np.uint32))
    assert numbers.held.tolist() == [200, 70_000]


def test_nothing_is_no_moment_anybody_means() -> None:
    assert int(arrays.NOTHING) == -(2**63)
