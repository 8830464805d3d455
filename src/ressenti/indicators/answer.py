"""How a question is answered: what it names is looked up, the facts are asked, and rows are made of what they say."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from ressenti.facts.engines.engine import Engine, Snapshot
from ressenti.facts.engines.sql import Statement
from ressenti.facts.query import QueryRows
from ressenti.indicators.answer_rows import AnswerKey, AnswerValues, BucketPair, make_rows
from ressenti.indicators.catalogue import indicator
from ressenti.indicators.change_tests import Chances, chances
from ressenti.indicators.comparing import partners
from ressenti.indicators.declaration import Dimension
from ressenti.indicators.measures import Count, Distribution, nothing, share_of_rating, value_of, valuing
from ressenti.indicators.model import Answer, Grain, OnOtherScale, Question, Value, Weighting
from ressenti.indicators.periods import Bucket, buckets, say_date
from ressenti.indicators.query_builder import Slice, build_query
from ressenti.indicators.resolve import (
    QueryContext,
    ResolvedQuestion,
    both_periods,
    build_context,
    compared_slice,
    period_of,
    resolve,
)
from ressenti.indicators.weighting import weighted

_APART = 10_000_000
"""Keeps the two ends of a scale, of at most six digits each, apart in one number."""


def answer(question: Question, facts: Engine, record: Connection, context: QueryContext | None = None) -> Answer:
    """Answer a question from the facts, with the names that the record gives to their ids.

    Questions that are asked together share a `context`. Raises the refusals of `indicators.refusals` and
    `record.refusals` for what cannot be asked.
    """
    declared = indicator(question.indicator)
    # Of days weighed by their conversations, all is asked of the file: it would only keep the rest from changing.
    counted = declared.facts if question.weighting is Weighting.OWN else None
    with facts.snapshot(counted) as view:
        return _answer(question, view, record, context or build_context(facts, record))


def _answer(question: Question, facts: Snapshot, record: Connection, context: QueryContext) -> Answer:
    resolved = resolve(question, facts, record, context=context)
    period = period_of(resolved)
    before = None if question.compare is None else compared_slice(resolved, period)
    resolved = replace(resolved, both_periods=both_periods(resolved.slice, before))
    pairs = _bucket_pairs(resolved, before, period)
    total, values = _total(resolved, resolved.slice), _values(resolved, resolved.slice)
    previous_total, previous = (None, {}) if before is None else (_total(resolved, before), _values(resolved, before))
    p, ps = _chances(resolved, before, (total, previous_total), (values, previous))
    ids = {key[0] for key in (*values, *previous)}
    names = context.names(record, resolved.by, ids, resolved.projects) if resolved.by else {}
    zone = resolved.slice.zone
    return Answer(
        indicator=resolved.indicator.key,
        unit=resolved.indicator.unit,
        by=question.by,
        grain=question.grain,
        zone=zone,
        start=None if question.start is None else say_date(question.start, zone),
        end=None if question.end is None else say_date(question.end, zone),
        anchor=question.anchor,
        as_of=max((context.watermarks.get(project.id, 0) for project in resolved.projects), default=0),
        total=total,
        why=_why(resolved, total),
        other_scales=_other_scales(resolved),
        previous=previous_total,
        p=p,
        rows=tuple(make_rows(resolved, values, previous, pairs, names, ps)),
        adds_up=resolved.by is None or resolved.by.adds_up,
        sql=tuple(dict.fromkeys(_readable(one) for query in resolved.queries for one in facts.explain(query))),
    )


def _bucket_pairs(resolved: ResolvedQuestion, before: Slice | None, period: tuple[int, int]) -> list[BucketPair]:
    """Return the buckets of the grain, each with the one of the earlier period that it stands beside."""
    question = resolved.question
    if question.grain is None:
        return []
    these = _buckets(question.grain, resolved.slice, period)
    if before is None or question.compare is None:
        return [(bucket, None) for bucket in these]
    others = _buckets(question.grain, before, (before.start or 0, before.end or 0))
    earlier = partners(question.compare, question.grain, period, resolved.slice.zone, these, others)
    return list(zip(these, earlier, strict=True))


def _buckets(grain: Grain, slice_: Slice, period: tuple[int, int]) -> Sequence[Bucket]:
    return buckets(grain, *period, slice_.zone, slice_.week_start, by_clock=slice_.by_clock)


def _total(resolved: ResolvedQuestion, slice_: Slice) -> Value:
    """Return the value of all rows of a slice."""
    question, measure = resolved.question, resolved.indicator.measure
    if question.weighting is Weighting.ALL:
        values = weighted(resolved.indicator, slice_, resolved.run, question.attribution)
        return values.get((), nothing(measure))
    counted = _run(resolved, slice_)
    if isinstance(measure, Distribution):
        return Value(None, sum(row[-1] for row in counted))
    return value_of(measure, counted[0]) if counted else nothing(measure)


def _values(resolved: ResolvedQuestion, slice_: Slice) -> AnswerValues:
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


def _chances(
    resolved: ResolvedQuestion,
    before: Slice | None,
    totals: tuple[Value, Value | None],
    rows: tuple[AnswerValues, AnswerValues],
) -> tuple[float | None, Chances]:
    """Return how likely the change of the total is by chance, and those of the rows of a breakdown."""
    now, then = totals
    if before is None or then is None:
        return None, {}
    total = chances(resolved, before, {(): now}, {(): then}).get(())
    is_ranking = resolved.by is not None and resolved.question.grain is None
    return total, chances(resolved, before, *rows, resolved.by) if is_ranking else {}


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


def _why(resolved: ResolvedQuestion, total: Value) -> str | None:
    """Return the sentence that says why there is no value, where all rows are of those nobody can count (D40)."""
    if total.n or resolved.indicator.untold is None:
        return None
    condition, sentence = resolved.indicator.untold
    others = replace(resolved.indicator, population=condition, measure=Count())
    return sentence if resolved.run(build_query(others, resolved.slice))[0][0] else None


def _other_scales(resolved: ResolvedQuestion) -> tuple[OnOtherScale, ...]:
    """Return the ratings that are not counted for the scale they were given on, lowest scale first (D42)."""
    if resolved.indicator.on_other_scales is None:
        return ()
    others = replace(
        resolved.indicator,
        population=f"{resolved.indicator.on_other_scales} AND scale_low IS NOT NULL",
        measure=Distribution(f"scale_low * {_APART} + scale_high", ()),
    )
    everything = replace(resolved.slice, where=(), start=None, end=None)
    if not resolved.run(build_query(others, everything)):
        return ()  # most projects know of no other scale, and ask that once
    counted = resolved.run(build_query(others, resolved.slice))
    return tuple(OnOtherScale(*_ends(both), n) for both, n in sorted(counted))


def _ends(both: int) -> tuple[int, int]:
    low, high = divmod(both + _APART // 2, _APART)
    return low, high - _APART // 2


def _readable(statement: Statement) -> str:
    values = f"-- with {statement.params}\n" if statement.params else ""
    return values + statement.text
