"""Between which values does a median very likely lie? Asked of SQL once it is known how many rows each group has.

No engine takes a share of the rows that depends on how many they are, and to list and sort them all takes ten times as
long as to find a few of them.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ressenti.facts.query import ColumnQuantiles, Query, QueryRows, median_rank

AT_ONCE = 200
"""Of how many counts the ends are asked at once: each group gives those of all."""


def with_ends(rows: QueryRows, query: Query, column: str, ask: Callable[[Query], QueryRows]) -> QueryRows:
    """Return the rows of a query of medians (keys…, n, median) with their ends: (keys…, n, low, median, high)."""
    counts = sorted({n for *_key, n, _median in rows if median_rank(n)})
    ends: dict[tuple[Any, ...], tuple[Any, Any]] = {}
    for first in range(0, len(counts), AT_ONCE):
        ends |= _ends(query, column, counts[first : first + AT_ONCE], ask)
    return [
        (*key, n, low, median, high) for *key, n, median in rows for low, high in [ends.get((*key, n), (None, None))]
    ]


def _ends(
    query: Query, column: str, counts: list[int], ask: Callable[[Query], QueryRows]
) -> dict[tuple[Any, ...], tuple[Any, Any]]:
    """Return the ends of the groups that have so many rows, by key and count."""
    pairs = {n: (_share(median_rank(n), n), _share(n + 1 - median_rank(n), n)) for n in counts}
    shares = tuple(sorted({share for pair in pairs.values() for share in pair}))
    place = {share: at for at, share in enumerate(shares)}
    aggregates = (query.aggregates[0], ColumnQuantiles(column, shares))
    found = ask(replace(query, aggregates=aggregates, counts=tuple(counts)))
    return {
        (*key, n): (values[place[low]], values[place[high]]) for *key, n, values in found for low, high in [pairs[n]]
    }


def _share(rank: int, n: int) -> float:
    """Return a share of n rows that surely falls on the one of this rank, counted from 1."""
    return (rank - 0.5) / n
