"""Rows are found by a number without looking at all of them, and none is missed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ressenti.facts.engines.memory import block_ranges
from ressenti.facts.engines.memory.block_ranges import BlockRanges

numbers = st.lists(st.integers(-1, 60), max_size=40)


@given(ordered=numbers, added=numbers, wanted=st.lists(st.integers(1, 70), max_size=8, unique=True))
def test_the_rows_found_are_those_that_hold_a_wanted_number(
    ordered: list[int], added: list[int], wanted: list[int]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(block_ranges, "BLOCK", 4)
        found = BlockRanges(np.array(ordered, np.int32)).rows_of(
            np.array(wanted, np.int64), np.array([*ordered, *added], np.int32)
        )

    assert found.tolist() == [row for row, number in enumerate([*ordered, *added]) if number in wanted]


@pytest.mark.parametrize("wanted", [[70_000], [70_000, 70_001, 70_002, 70_003, 70_004]])
def test_of_rows_that_stand_as_they_came_one_block_is_looked_at(wanted: list[int]) -> None:
    column = np.arange(300_000, dtype=np.int32)
    zoned = BlockRanges(column)
    column[200_000] = 70_000  # as if it had been missed: in another block nobody looks

    assert zoned.rows_of(np.array(wanted), column).tolist() == wanted
