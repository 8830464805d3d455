"""What is usual: the median of earlier values, with its band, earlier incidents left out (domain section 3.2).

Pure: values in, a value out.
"""

from collections.abc import Sequence
from statistics import median

from ressenti.indicators.model import UsualValue, Value

FEWEST = 4
"""Of fewer nothing is usual."""
INCIDENT = 5.0
"""A value is an incident of its own where it lies so many median deviations from the median of all, ..."""
LEAST_SHARE = 0.02
"""... at least this share of the median, and where its own interval does not hold the median."""


def usual_of(values: Sequence[Value]) -> UsualValue:
    """Return what is usual by earlier values, incidents among them left out; without a value where they are too few."""
    measured = [one for one in values if one.value is not None]
    steady = without_incidents(measured)
    rows = sum(one.n for one in steady)
    if len(steady) < FEWEST:
        return UsualValue(None, rows, values=len(steady))
    found = sorted(float(one.value or 0) for one in steady)
    return UsualValue(median(found), rows, found[1], found[-2], values=len(steady))


def without_incidents(values: Sequence[Value]) -> list[Value]:
    """Return the values that are not far from the others by more than chance: one incident does not excuse the next."""
    if len(values) < FEWEST:
        return list(values)
    middle = median(float(one.value or 0) for one in values)
    spread = median(abs(float(one.value or 0) - middle) for one in values)
    limit = max(INCIDENT * spread, LEAST_SHARE * abs(middle))
    return [one for one in values if abs(float(one.value or 0) - middle) <= limit or holds(one, middle)]


def holds(value: Value, other: float) -> bool:
    """Say whether the interval of a value holds another; one without an interval holds only itself."""
    if value.low is None or value.high is None:
        return value.value == other
    return value.low <= other <= value.high


def is_unusual(value: Value, usual: Value) -> bool:
    """Say whether a value is clearly unlike the usual: outside its band, and the usual outside the value's interval."""
    if value.value is None or usual.value is None or usual.low is None or usual.high is None:
        return False
    return not usual.low <= value.value <= usual.high and not holds(value, usual.value)
