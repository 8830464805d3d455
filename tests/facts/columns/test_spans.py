"""Bins part durations by length, and running counts are those of counting anew."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ressenti.facts.engines.memory import binned_durations, prefix_sums
from ressenti.facts.engines.memory.arrays import NOTHING
from ressenti.facts.engines.memory.binned_durations import NO_BIN, BinnedDurations
from ressenti.facts.engines.memory.prefix_sums import PrefixSums

durations = st.lists(st.none() | st.integers(0, 50) | st.integers(0, 2**60), max_size=60)


def _span(first: list[int | None], later: list[int | None]) -> BinnedDurations:
    made = BinnedDurations(0)
    made.extend(_numbers(first))
    made.order(np.arange(len(first))[::-1], 5)
    made.extend(_numbers(later))
    return made


def _numbers(given_durations: list[int | None]) -> np.ndarray:
    return np.array([NOTHING if one is None else one for one in given_durations], np.int64)


@pytest.mark.parametrize("bins", [1, 3, 254])
@given(first=durations, later=durations)
def test_no_row_of_a_bin_is_longer_than_one_of_the_next(
    bins: int, first: list[int | None], later: list[int | None]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(binned_durations, "BINS", bins)
        made = _span(first, later)
    rows = [*reversed(first), *later]
    assert made.at(slice(0, len(rows))).tolist() == [one or 0 for one in rows]
    known = sorted((number, one) for number, one in zip(made.bins.tolist(), rows, strict=True) if one is not None)
    assert [one for _number, one in known] == sorted(one for _number, one in known)
    assert [number == NO_BIN for number in made.bins.tolist()] == [one is None for one in rows]


@given(durations)
def test_the_rows_of_a_bin_are_there_shortest_first(first: list[int | None]) -> None:
    made, rows = _span(first, [1, 2, 3]), list(reversed(first))
    found = [
        int(row) for number in range(binned_durations.BINS) if number < max(1, len(first)) for row in _of(made, number)
    ]
    assert [rows[row] for row in found] == sorted(one for one in first if one is not None)


def _of(made: BinnedDurations, number: int) -> np.ndarray:
    return made.of_bin(number) if number < len(made._edges) - 1 else np.empty(0, np.uint32)


@given(st.lists(st.integers(0, 3), max_size=200), st.integers(0, 200), st.integers(0, 200), st.integers(1, 40))
def test_what_lies_between_two_rows_is_the_difference(numbers: list[int], low: int, high: int, step: int) -> None:
    held = np.array(numbers, np.int64)
    low, high = sorted((min(low, len(held)), min(high, len(held))))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prefix_sums, "LEAST_STEP", step)
        kept = PrefixSums(len(held), lambda a, b: np.bincount(held[a:b], minlength=4).astype(np.int32))
    assert kept.between(low, high).tolist() == np.bincount(held[low:high], minlength=4).tolist()


def test_kinds_that_came_later_are_counted_beside_the_kept_ones() -> None:
    kinds = 2

    def count(low: int, high: int) -> np.ndarray:
        return np.bincount(np.arange(low, high) % 2, minlength=kinds).astype(np.int32)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prefix_sums, "LEAST_STEP", 10)
        kept = PrefixSums(100, count)
    kinds = 3
    assert kept.between(3, 98).tolist() == [47, 48, 0]
    assert kept.between(0, 100).tolist() == [50, 50, 0]


@given(st.lists(st.integers(0, 3), max_size=200), st.lists(st.integers(0, 200), max_size=6), st.integers(1, 40))
def test_what_there_is_up_to_several_rows_is_found_at_once(numbers: list[int], asked: list[int], step: int) -> None:
    held = np.array(numbers, np.int64)
    edges = sorted(min(edge, len(held)) for edge in asked)

    def count(rows: np.ndarray, of_edges: np.ndarray) -> np.ndarray:
        keys = of_edges * 4 + held[rows]
        return np.bincount(keys, minlength=len(edges) * 4).reshape(len(edges), 4)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prefix_sums, "SMALL_STEP", step)
        kept = PrefixSums(len(held), lambda a, b: np.bincount(held[a:b], minlength=4).reshape(1, 4))
    assert kept.until(edges, count).tolist() == [np.bincount(held[:edge], minlength=4).tolist() for edge in edges]
