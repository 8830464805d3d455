"""How likely is each change of an answer by chance alone? What the test of its measure needs is asked of the facts."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ressenti.facts.query import Aggregate, ColumnSquares, ColumnSum, MedianSides, RowCount
from ressenti.indicators.answer_rows import AnswerKey, AnswerValues
from ressenti.indicators.declaration import Dimension
from ressenti.indicators.measures import Mean, Median, Net, Share
from ressenti.indicators.model import Weighting
from ressenti.indicators.query_builder import Slice, build_query
from ressenti.indicators.resolve import ResolvedQuestion, both_periods
from ressenti.indicators.significance import Sides, Sums, p_of_means, p_of_medians, p_of_net_scores, p_of_shares

Chances = Mapping[AnswerKey, float | None]
"""By (key,), or () of the total, the probability of as much of a change by chance."""


def chances(
    resolved: ResolvedQuestion,
    before: Slice | None,
    values: AnswerValues,
    previous: AnswerValues,
    by: Dimension | None = None,
) -> Chances:
    """Return how likely the changes of an answer are by chance: of its total, or of the rows of a breakdown.

    Percentiles, counts, sums and means of what a row holds several of have no test, nor have days weighed otherwise
    than by their own rows, nor two periods that share some.
    """
    if resolved.question.weighting is not Weighting.OWN:
        return {}
    both = [place for place in values if place in previous]
    match resolved.indicator.measure:
        case Share():
            return {place: p_of_shares(values[place], previous[place]) for place in both}
        case Net():
            return {place: p_of_net_scores(values[place], previous[place]) for place in both}
        case Median(column):
            found = _asked(resolved, before, by, (MedianSides(column),))
            return {place: _of_medians(*row) for place, [row] in found.items()}
        case Mean(column):
            found = _asked(resolved, before, by, (RowCount(), ColumnSum(column), ColumnSquares(column)))
            return {place: _of_means(rows) for place, rows in found.items()}
    return {}


def _asked(
    resolved: ResolvedQuestion, before: Slice | None, by: Dimension | None, aggregates: tuple[Aggregate, ...]
) -> dict[AnswerKey, list[tuple[Any, ...]]]:
    """Return what the facts say of both periods together, in one question; nothing where the two overlap."""
    both = _one_after_the_other(resolved.slice, replace(before, by_clock=False)) if before else None
    if both is None:
        return {}
    attribution = resolved.question.attribution if by else None
    query = build_query(resolved.indicator, both, by=by, attribution=attribution)
    by_key: dict[AnswerKey, list[tuple[Any, ...]]] = {}
    is_told_apart = not isinstance(aggregates[0], MedianSides)
    for row in resolved.run(replace(query, aggregates=aggregates)):
        parts = list(row)
        period = [parts.pop(0)] if is_told_apart else []
        place = (parts.pop(0),) if by else ()
        by_key.setdefault(place, []).append((*period, *parts))
    return by_key


def _one_after_the_other(period: Slice, other: Slice) -> Slice | None:
    """Return two periods in one, whichever is the earlier: a test of both is the same either way."""
    return both_periods(period, other) or both_periods(other, period)


def _of_medians(n: int, below: int, above: int, n_before: int, below_before: int, above_before: int) -> float | None:
    """Test two medians from how the rows of the two periods lie about the median of both."""
    return p_of_medians(Sides(n, below, above), Sides(n_before, below_before, above_before))


def _of_means(rows: list[tuple[Any, ...]]) -> float | None:
    """Test two means from the rows of the two periods, each with whether it is of the earlier."""
    by_period = {bool(is_before): Sums(*(int(part or 0) for part in parts)) for is_before, *parts in rows}
    return p_of_means(by_period[False], by_period[True]) if len(by_period) == 2 else None
