"""How rows in memory lie about a duration, be it the median of two periods, by counting rather than sorting."""

from collections.abc import Sequence

import numpy as np

from ressenti.facts.engines.memory.arrays import Array
from ressenti.facts.engines.memory.binned_durations import NO_BIN, BinnedDurations
from ressenti.facts.engines.memory.group_by import GroupCells, counted
from ressenti.facts.engines.memory.quantiles import (
    MOST_CELLS,
    WIDTH,
    QuantileRanks,
    all_values,
    in_order,
    mean_of,
    middle,
    near_values,
)


def sides(periods: Sequence[GroupCells], name: str, span: BinnedDurations) -> list[Array]:
    """Return for each period how many rows have a duration, and of how many it is below and above, by cell.

    The periods are counted under the same cells.
    """
    count = periods[0].count
    if count * WIDTH > MOST_CELLS:
        every = [all_values(cells, span) for cells in periods]
        medians = mean_of(*in_order(*_together(every), count, middle)[1])
        return [
            part for own, values in every for part in (np.bincount(own, minlength=count), *_split(own, values, medians))
        ]
    counts = [counted(cells, name, span.bins, WIDTH) for cells in periods]
    ranks = QuantileRanks(np.sum(counts, axis=0), middle)
    near = [near_values(cells, name, span, ranks.are_near) for cells in periods]
    medians = mean_of(*ranks.of(*_together(near))[1])
    return [
        part for cells, own in zip(periods, counts, strict=True) for part in _sides(cells, name, span, own, medians)
    ]


def count_above(cells: GroupCells, name: str, span: BinnedDurations, limit: int) -> tuple[Array, Array]:
    """Return how many rows have a duration, and of how many it is above a limit, by cell."""
    limits = np.full(cells.count, limit)
    if cells.count * WIDTH > MOST_CELLS:
        own, values = all_values(cells, span)
        return np.bincount(own, minlength=cells.count), _split(own, values, limits)[1]
    n, _below, above = _sides(cells, name, span, counted(cells, name, span.bins, WIDTH), limits)
    return n, above


def _sides(cells: GroupCells, name: str, span: BinnedDurations, counts: Array, limits: Array) -> list[Array]:
    """Count whole bins where all of one is on a side, and the rows of the others."""
    counts, (least, most) = counts[:, :NO_BIN], span.bounds
    at = limits[:, None]
    are_below, are_above = most < at, least > at
    are_split = ~(are_below | are_above | ((least == at) & (most == at))) & (counts > 0)
    near = near_values(cells, name, span, np.pad(are_split, ((0, 0), (0, WIDTH - NO_BIN))))
    split = _split(*near, limits)
    whole = [(counts * are).sum(axis=1) for are in (are_below, are_above)]
    return [counts.sum(axis=1), *(one + rest for one, rest in zip(whole, split, strict=True))]


def _split(own: Array, values: Array, limits: Array) -> list[Array]:
    """Count rows below and above the limits of their cells, by cell."""
    at = limits[own]
    return [np.bincount(own[are], minlength=len(limits)) for are in (values < at, values > at)]


def _together(parts: Sequence[tuple[Array, Array]]) -> tuple[Array, Array]:
    own, values = zip(*parts, strict=True)
    return np.concatenate(own), np.concatenate(values)
