"""What rests on too few answers or conversations to be shown like the rest, everywhere alike (D24, D39)."""

from collections.abc import Sequence

from ressenti.indicators.model import Grain, Unit, Value

FEW = 10
"""Below this many a mark is hollow, a share is written as counts, and a row stands apart, unranked."""
FEW_FOR_A_LINE = 3
"""Below this many there is no middle one to speak of, and no line is drawn."""
LEAST_BUCKETS = 3
"""A line has so many buckets at least."""


def is_few(value: Value, unit: Unit) -> bool:
    """Say whether a value rests on few; a count rests on nothing but itself."""
    return unit is not Unit.COUNT and 0 < value.n < FEW


def is_borne(values: Sequence[Value], unit: Unit) -> bool:
    """Say whether buckets bear a line: half of them rest on ten or more."""
    return unit is Unit.COUNT or 2 * sum(value.n >= FEW for value in values) >= len(values)


def coarser(grain: Grain) -> Grain | None:
    """Return the next coarser length of bucket, None after months."""
    order = list(Grain)
    after = order.index(grain) + 1
    return order[after] if after < len(order) else None
