"""What the facts say of one slice of time and filters: the value of all its rows, and of each key and bucket."""

from collections.abc import Sequence
from typing import Any

from ressenti.facts.query import QueryRows
from ressenti.indicators.answer_rows import AnswerKey, AnswerValues
from ressenti.indicators.declaration import Dimension
from ressenti.indicators.measures import Distribution, nothing, share_of_rating, value_of, valuing
from ressenti.indicators.model import Grain, Value, Weighting
from ressenti.indicators.periods import MOST_BUCKETS, Bucket, buckets
from ressenti.indicators.query_builder import Slice, build_query
from ressenti.indicators.resolve import ResolvedQuestion
from ressenti.indicators.weighting import weighted


def buckets_of(grain: Grain, slice_: Slice, period: tuple[int, int], *, most: int = MOST_BUCKETS) -> Sequence[Bucket]:
    """Return the buckets of a period, in microseconds, as a slice reads the clock; raises TooManyBuckets."""
    return buckets(grain, *period, slice_.zone, slice_.week_start, by_clock=slice_.by_clock, most=most)


def nothing_of(resolved: ResolvedQuestion) -> Value:
    """Return the value of a key or bucket without rows."""
    measure = resolved.indicator.measure
    return Value(None, 0) if isinstance(measure, Distribution) else nothing(measure)


def total_of(resolved: ResolvedQuestion, slice_: Slice) -> Value:
    """Return the value of all rows of a slice."""
    question, measure = resolved.question, resolved.indicator.measure
    if question.weighting is Weighting.ALL:
        values = weighted(resolved.indicator, slice_, resolved.run, question.attribution)
        return values.get((), nothing(measure))
    counted = _run(resolved, slice_)
    if isinstance(measure, Distribution):
        return Value(None, sum(row[-1] for row in counted))
    return value_of(measure, counted[0]) if counted else nothing(measure)


def values_of(resolved: ResolvedQuestion, slice_: Slice) -> AnswerValues:
    """Return the values of the rows asked for; none where neither a breakdown nor a grain was."""
    question, measure = resolved.question, resolved.indicator.measure
    by, grain = resolved.by, question.grain
    if isinstance(measure, Distribution):
        return _shares(_run(resolved, slice_, by=by, grain=grain), measure.ratings)
    if by is None and grain is None:
        return {}
    if question.weighting is Weighting.ALL:
        return weighted(resolved.indicator, slice_, resolved.run, question.attribution, by=by, grain=grain)
    width = (by is not None) + (grain is not None)
    make_value = valuing(measure)
    return {row[:width]: make_value(row[width:]) for row in _run(resolved, slice_, by=by, grain=grain)}


def _run(
    resolved: ResolvedQuestion, slice_: Slice, *, by: Dimension | None = None, grain: Grain | None = None
) -> QueryRows:
    """Return what the facts say of one of the periods; where both can be asked at once, once for both."""
    attribution = resolved.question.attribution if by else None
    both = resolved.both_periods
    counted = resolved.run(build_query(resolved.indicator, both or slice_, by=by, grain=grain, attribution=attribution))
    if both is None:
        return counted
    is_before = slice_.start != resolved.slice.start
    return [tuple(values) for of_before, *values in counted if of_before == is_before]


def _shares(rows: Sequence[tuple[Any, ...]], ratings: Sequence[int]) -> AnswerValues:
    """Make each rating's share of the answers of its own key and bucket; a rating nobody gave has a share of 0."""
    counts: dict[AnswerKey, dict[int, int]] = {}
    for *place, rating, count in rows:
        counts.setdefault(tuple(place), {})[rating] = count
    return {
        (*place, rating): share_of_rating(given.get(rating, 0), sum(given.values()))
        for place, given in counts.items()
        for rating in ratings
    }
