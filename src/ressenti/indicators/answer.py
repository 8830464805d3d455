"""How a question is answered: what it names is looked up, the facts are asked, and rows are made of what they say."""

from dataclasses import replace

from sqlalchemy import Connection

from ressenti.facts.engines.engine import Engine, Snapshot
from ressenti.facts.engines.sql import Statement
from ressenti.indicators.answer_rows import AnswerValues, make_rows
from ressenti.indicators.catalogue import indicator
from ressenti.indicators.change_tests import Chances, chances
from ressenti.indicators.compared_values import values_beside
from ressenti.indicators.measures import Count, Distribution
from ressenti.indicators.model import Answer, OnOtherScale, Question, TargetValue, UsualValue, Value, Weighting
from ressenti.indicators.periods import say_date
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
from ressenti.indicators.slice_values import total_of, values_of

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
    before = compared_slice(resolved, period)
    resolved = replace(resolved, both_periods=both_periods(resolved.slice, before))
    total, values = total_of(resolved, resolved.slice), values_of(resolved, resolved.slice)
    beside = values_beside(resolved, period, values)
    p, ps = _chances(resolved, before, (total, beside.total), (values, beside.values))
    ids = {key[0] for key in (*values, *beside.values)}
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
        previous=beside.total,
        p=p,
        rows=tuple(make_rows(resolved, values, beside.values, beside.pairs, names, ps)),
        adds_up=resolved.by is None or resolved.by.adds_up,
        sql=tuple(dict.fromkeys(_readable(one) for query in resolved.queries for one in facts.explain(query))),
    )


def _chances(
    resolved: ResolvedQuestion,
    before: Slice | None,
    totals: tuple[Value, Value | None],
    rows: tuple[AnswerValues, AnswerValues],
) -> tuple[float | None, Chances]:
    """Return how likely the change of the total is by chance, and those of the rows of a breakdown.

    Against what is usual, or a target, there is no such test.
    """
    now, then = totals
    if then is None or isinstance(then, UsualValue | TargetValue):
        return None, {}
    total = chances(resolved, before, {(): now}, {(): then}).get(())
    is_ranking = resolved.by is not None and resolved.question.grain is None
    return total, chances(resolved, before, *rows, resolved.by) if is_ranking else {}


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
