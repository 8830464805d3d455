"""The literal reading of "weighted by number of conversations" (D5): days weigh by all their conversations.

Those are the conversations of whoever a row is credited to, dated as the indicator is: of handlings, those that were
handled that day.

Each day's value is computed from its own rows; days without a value are left out with their weight (E41).
"""

from collections.abc import Callable
from dataclasses import replace
from math import fsum
from typing import Any

from ressenti.facts.query import Query, QueryRows
from ressenti.indicators.catalogue import CONVERSATIONS
from ressenti.indicators.declaration import Dimension, Indicator
from ressenti.indicators.measures import Count, Distribution, Median, Percentile, Total, valuing
from ressenti.indicators.model import Attribution, Grain, Value
from ressenti.indicators.query_builder import Slice, build_query
from ressenti.indicators.refusals import NotWeighted

RowsOf = Callable[[Query], QueryRows]


def require_weighable(indicator: Indicator) -> None:
    """Refuse what is never made of parts, medians and percentiles (D6), and distributions; raises NotWeighted."""
    if isinstance(indicator.measure, Median | Percentile | Distribution):
        raise NotWeighted(indicator=indicator.key)


def weighted(
    indicator: Indicator,
    slice_: Slice,
    ask: RowsOf,
    attribution: Attribution | None,
    *,
    by: Dimension | None = None,
    grain: Grain | None = None,
) -> dict[tuple[Any, ...], Value]:
    """Return the values by (key, bucket), each the mean of its days weighted by their conversations.

    Counts and totals are sums either way.
    """
    of = valuing(indicator.measure)
    width = (by is not None) + (grain is not None)
    if isinstance(indicator.measure, Count | Total):
        rows = ask(build_query(indicator, slice_, by=by, grain=grain, attribution=attribution))
        return {row[:width]: of(row[width:]) for row in rows}
    days = ask(build_query(indicator, slice_, by=by, grain=grain, attribution=attribution, days=True))
    loads = ask(loads_of(indicator, slice_, by=by, grain=grain, attribution=attribution))
    weights = {row[: width + 1]: row[width + 1] for row in loads}
    sums: dict[tuple[Any, ...], tuple[list[float], int, int]] = {}
    for row in days:
        value = of(row[width + 1 :])
        if value.value is not None:
            parts, weight, n = sums.get(row[:width], ([], 0, 0))
            own = weights.get(row[: width + 1], 0)
            parts.append(value.value * own)
            sums[row[:width]] = parts, weight + own, n + value.n
    # Engines give days in orders of their own, and equal values have to stay equal: `fsum` knows no order.
    return {key: Value(fsum(parts) / weight if weight else None, n) for key, (parts, weight, n) in sums.items()}


def loads_of(
    indicator: Indicator,
    slice_: Slice,
    *,
    by: Dimension | None,
    grain: Grain | None,
    attribution: Attribution | None,
) -> Query:
    """Return the query of how many conversations each (key, bucket, day) of an indicator has."""
    if indicator.facts == "handling":
        handled = replace(indicator, population="true", measure=Count(of="conversation_id"))
        return build_query(handled, slice_, by=by, grain=grain, days=True)
    credited = replace(CONVERSATIONS, credit=indicator.credit)
    return build_query(credited, slice_, by=by, grain=grain, attribution=attribution, days=True)
