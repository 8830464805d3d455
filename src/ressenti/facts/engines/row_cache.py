"""What was answered while the facts stood still: by query, and of other statements by their text and values."""

from collections.abc import Hashable, Mapping
from typing import Any

from ressenti.kit.single_flight import SingleFlight

REMEMBERED, MOST_ROWS = 300, 2_000
"""How many answers are kept while the facts stand still, and how many rows each may have: some 90 MB at most."""

RowCache = SingleFlight[Hashable, list[tuple[Any, ...]]]


class RowMemory:
    """The cache of the facts as they stand, and another as soon as they have changed."""

    def __init__(self) -> None:
        self._rows: tuple[dict[int, int], RowCache] = ({}, _fresh())

    def at(self, watermarks: Mapping[int, int]) -> RowCache:
        """Return what was answered since the facts came to stand at these numbers; with any change it is forgotten.

        It may hold what is newer than the numbers, by an entry that arrived in between, but nothing older.
        """
        marks, found = self._rows
        if marks != watermarks:
            marks, found = self._rows = dict(watermarks), _fresh()
        return found

    def forget(self) -> None:
        """Clear the cache."""
        self._rows = ({}, _fresh())


def _fresh() -> RowCache:
    return SingleFlight(REMEMBERED, is_kept=lambda rows: len(rows) <= MOST_ROWS)
