"""Which indicators are counts of rows, or means of values that each row has, so that a change of theirs has parts."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ressenti.facts.query import Aggregate, ColumnSquares, ColumnSum, CountAbove, RowCount
from ressenti.indicators.declaration import Dimension, Indicator
from ressenti.indicators.drivers.decomposition import RowSums
from ressenti.indicators.drivers.kinds import COUNT_OF_ROWS, MEAN_OF_ROWS, KindOfSum
from ressenti.indicators.measures import Count, Mean, Measure, Median, Net, Percentile, Share, ShareAbove
from ressenti.indicators.model import Unit
from ressenti.indicators.refusals import NoParts

LEAST_POINTS = 0.5
"""What a cause of a change in percent or points is worth at least."""


def require_parts(indicator: Indicator) -> None:
    """Raise NoParts where a change of the indicator cannot be taken apart by rows."""
    if not has_parts(indicator):
        raise NoParts(indicator=indicator.key)


def has_parts(indicator: Indicator) -> bool:
    """Return whether a change of the indicator can be taken apart by rows."""
    match indicator.measure:
        case Count(of=None) | Share() | Net() | Mean() | Median() | Percentile():
            return True
    return False


def kind_of(measure: Measure) -> KindOfSum:
    """Return what is taken apart: how many rows there are, or a mean of them."""
    return COUNT_OF_ROWS if isinstance(measure, Count) else MEAN_OF_ROWS


def share_above(indicator: Indicator, column: str, limit: float) -> Indicator:
    """Return the share of the indicator's rows in which a column of whole numbers is above a limit (0 or more)."""
    return replace(indicator, measure=ShareAbove(column, int(limit)), unit=Unit.PERCENT)


def row_aggregates(measure: Measure) -> tuple[Aggregate, ...]:
    """Return the aggregates of which `row_sums` makes sums."""
    match measure:
        case Count(hit):
            return (RowCount(hit),)
        case Share(hit):
            return RowCount(), RowCount(hit)
        case ShareAbove(column, limit):
            return RowCount(), CountAbove(column, limit)
        case Net(plus, minus):
            return RowCount(), RowCount(plus), RowCount(minus)
        case Mean(column):
            return RowCount(), ColumnSum(column), ColumnSquares(column)
    raise TypeError(measure)


def row_sums(measure: Measure, parts: Sequence[Any]) -> RowSums:
    """Return the sums of rows, in the indicator's unit, of what `row_aggregates` gave, nothing included."""
    n, *values = (int(part or 0) for part in parts or (0,) * len(row_aggregates(measure)))
    match measure:
        case Count():
            return RowSums(n, 0, 0)
        case Share() | ShareAbove():
            return RowSums.of_share(values[0], n)
        case Net():
            plus, minus = values
            return RowSums(n, 100 * (plus - minus), 10_000 * (plus + minus))
        case Mean(_, per):
            total, squares = values
            return RowSums(n, total / per, squares / per**2)
    raise TypeError(measure)


def least_part(indicator: Indicator) -> float:
    """Return what a cause is worth at least, in the unit of the indicator."""
    return LEAST_POINTS if indicator.unit in {Unit.PERCENT, Unit.POINTS} else 0.0


def may_cause(dimension: Dimension, indicator: Indicator) -> bool:
    """Return whether a change of the indicator may come from a dimension: not so if it is the same thing measured."""
    measure = indicator.measure
    measured = set(re.findall(r"\w+", measure.hit)) if isinstance(measure, Share) else set()
    return dimension.is_cause and dimension.column not in measured
