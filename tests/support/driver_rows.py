"""Rows that a change is taken apart over, told as plain values and counted the plain way."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ressenti.indicators.drivers.chain import DriverGroup, Look, Observed
from ressenti.indicators.drivers.decomposition import RowSums, TwoPeriods


@dataclass(frozen=True, slots=True)
class Rows:
    """So many rows of a period with the same value, and the ids that they have in each dimension."""

    is_now: bool
    value: float
    count: int
    ids: Mapping[str, frozenset[int | None]]

    def has(self, group: DriverGroup) -> bool:
        return group.key in self.ids[group.dimension]


def shares(ids: Mapping[str, Iterable[int | None]], before: tuple[int, int], now: tuple[int, int]) -> list[Rows]:
    """Return rows of a share from (all, hits) before and now."""
    own = {name: frozenset(keys) for name, keys in ids.items()}
    return [
        Rows(is_now, value, count, own)
        for is_now, (n, hits) in ((False, before), (True, now))
        for value, count in ((100, hits), (0, n - hits))
    ]


def sums(rows: Iterable[Rows]) -> RowSums:
    given = list(rows)
    return RowSums(
        sum(one.count for one in given),
        sum(one.count * one.value for one in given),
        sum(one.count * one.value**2 for one in given),
    )


def two_periods(rows: Sequence[Rows]) -> TwoPeriods:
    return TwoPeriods(sums(one for one in rows if not one.is_now), sums(one for one in rows if one.is_now))


def look_at(rows: Sequence[Rows], *, several: frozenset[str] = frozenset()) -> Look:
    """Return what counts these rows; `several` are the dimensions of which a row may have more than one."""
    groups = sorted(
        {DriverGroup(name, key, name not in several) for one in rows for name, keys in one.ids.items() for key in keys},
        key=lambda group: (group.dimension, group.key is None, group.key or 0),
    )

    def look(excluded: tuple[DriverGroup, ...]) -> Observed:
        left = [one for one in rows if not any(one.has(group) for group in excluded)]
        return Observed(
            two_periods(left), {group: two_periods([one for one in left if one.has(group)]) for group in groups}
        )

    return look


def swapped(rows: Sequence[Rows]) -> list[Rows]:
    """Return the same rows with before and now exchanged."""
    return [Rows(not one.is_now, one.value, one.count, one.ids) for one in rows]
