"""How a question is answered: what it names is looked up, the facts are asked, and rows are made of what they say."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from sqlalchemy import Connection

from ressenti.facts.engines.engine import Engine, Snapshot
from ressenti.facts.engines.row_cache import RowCache
from ressenti.facts.engines.sql import Statement
from ressenti.facts.query import Query, QueryRows
from ressenti.indicators.catalogue import indicator
from ressenti.indicators.comparing import compared, partners
from ressenti.indicators.declaration import CreditedTo, Dimension, Indicator, Naming
from ressenti.indicators.dimensions import dimension
from ressenti.indicators.measures import Count, Distribution, nothing, share_of_note, value_of, valuing
from ressenti.indicators.model import Answer, Better, Grain, OnOtherScale, Question, Row, Unit, Value, Weighting
from ressenti.indicators.names import KeyName, KeyNames
from ressenti.indicators.periods import Bucket, buckets, require_order, say_date
from ressenti.indicators.query_builder import Slice, build_query, extent_query
from ressenti.indicators.refusals import MixedCurrencies, NoCredit, NoSuchDate, NothingToCompare
from ressenti.indicators.visibility import visible_in
from ressenti.indicators.weighting import require_weighable, weighted
from ressenti.kit.clock import MINUTE
from ressenti.kit.single_flight import SingleFlight
from ressenti.record.projects import Project, all_projects, common_zone, require_zone

ANSWERS, MOST_ROWS = 500, 1_000
"""How many answers are remembered while nothing changes, and how many rows each may have."""

NAMELESS = KeyName(None, "")

_APART = 10_000_000
"""Keeps the two ends of a scale, of at most six digits each, apart in one number."""

AnswerKey = tuple[int | None, ...]
AnswerValues = dict[AnswerKey, Value]
"""Values by (key, bucket, note): those the question asks for, in that order."""


class RunQuery(Protocol):
    """Gives the rows of a query; equal ones are asked once."""

    def __call__(self, query: Query, /) -> QueryRows:
        """Return the rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryContext:
    """What several questions stand on: the projects, how far the facts go, and what was found for others already."""

    projects: tuple[Project, ...]
    watermarks: Mapping[int, int]
    rows: RowCache
    answers: SingleFlight[Question, Answer]
    names: KeyNames


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedQuestion:
    """A question with everything it names found."""

    question: Question
    indicator: Indicator
    by: Dimension | None
    projects: tuple[Project, ...]
    cut: Slice
    ask: RunQuery
    asked: dict[Query, None]
    seen: Collection[int | None] | None = None
    """The ids that the breakdown has rows of, None where of all that it finds."""
    both: Slice | None = None
    """The period and the one it is compared with in one, where they do not overlap."""


def build_context(facts: Engine, record: Connection) -> QueryContext:
    """Look up what the questions asked now stand on."""
    watermarks = facts.watermarks()
    return QueryContext(
        projects=tuple(all_projects(record)),
        watermarks=watermarks,
        rows=facts.memory(watermarks),
        answers=SingleFlight(ANSWERS, is_kept=lambda made: len(made.rows) <= MOST_ROWS),
        names=KeyNames(),
    )


def answer(question: Question, facts: Engine, record: Connection, ground: QueryContext | None = None) -> Answer:
    """Answer a question from the facts, with the names that the record gives to their ids.

    Questions that are asked together share a `ground`. Raises the refusals of `indicators.refusals` and
    `record.refusals` for what cannot be asked.
    """
    one = indicator(question.indicator)
    # Of days weighed by their conversations, all is asked of the file: it would only keep the rest from changing.
    counted = one.facts if question.weighting is Weighting.OWN else None
    with facts.snapshot(counted) as view:
        return _answer(question, view, record, ground or build_context(facts, record))


def _answer(question: Question, facts: Snapshot, record: Connection, ground: QueryContext) -> Answer:
    this = resolve(question, facts, record, ground=ground)
    span = _span(this)
    before = None if question.compare is None else _before(this, span)
    this = replace(this, both=_both(this.cut, before))
    times = _buckets(this, span)
    total = _total(this, this.cut)
    found = _values(this, this.cut)
    then_total, then = None, {}
    beside: Sequence[Bucket | None] = ()
    if before is not None:
        then_total, then = _total(this, before), _values(this, before)
        beside = _beside(this, before, span, times)
    known = ground.names(record, this.by, {key[0] for key in (*found, *then)}, this.projects) if this.by else {}
    rows = _rows(this, found, then, times, beside, known)
    return Answer(
        indicator=this.indicator.key,
        unit=this.indicator.unit,
        by=question.by,
        grain=question.grain,
        zone=this.cut.zone,
        start=None if question.start is None else say_date(question.start, this.cut.zone),
        end=None if question.end is None else say_date(question.end, this.cut.zone),
        anchor=question.anchor,
        as_of=max((ground.watermarks.get(one.id, 0) for one in this.projects), default=0),
        total=total,
        why=_why(this, total),
        other_scales=_other_scales(this),
        previous=then_total,
        rows=tuple(rows),
        adds_up=this.by is None or this.by.adds_up,
        sql=tuple(dict.fromkeys(_readable(one) for query in this.asked for one in facts.explain(query))),
    )


def slice_of(one: Indicator, question: Question, facts: Engine, record: Connection) -> tuple[Slice, list[Project]]:
    """Return which rows a question's period and filters admit of an indicator's, and the projects it speaks of."""
    with facts.snapshot() as view:
        this = resolve(replace(question, indicator=one.key), view, record, one)
    return this.cut, list(this.projects)


def resolve(
    question: Question,
    facts: Snapshot,
    record: Connection,
    one: Indicator | None = None,
    *,
    ground: QueryContext | None = None,
) -> ResolvedQuestion:
    """Find everything that a question names, and make ready what its statements need; raises what cannot be asked."""
    ground = ground or QueryContext(
        projects=tuple(all_projects(record)),
        watermarks={},
        rows=SingleFlight(),
        answers=SingleFlight(),
        names=KeyNames(),
    )
    one = one or indicator(question.indicator)
    by = dimension(question.by) if question.by else None
    if question.anchor not in one.anchors:
        raise NoSuchDate(indicator=one.key, anchor=question.anchor, known=", ".join(sorted(one.anchors)))
    if question.weighting is Weighting.ALL:
        require_weighable(one)
    if question.attribution is not None and one.credit is CreditedTo.OWN:
        raise NoCredit(indicator=one.key)
    visible = visible_in(facts, record, question.within, everything=ground.projects, remembered=ground.rows)
    projects = (visible.project(question.project),) if question.project else visible.projects
    _require_one_currency(one, projects)
    zone = require_zone(question.zone) if question.zone else common_zone(projects)
    require_order(question.start, question.end, zone)
    where = [(dimension(key), keys) for key, keys in question.where]
    asked: dict[Query, None] = {}

    def ask(query: Query) -> QueryRows:
        asked[query] = None
        return ground.rows(query, lambda: facts.aggregate(query))

    cut = Slice(
        projects=tuple(project.id for project in projects),
        anchor=question.anchor,
        zone=zone,
        week_start=projects[0].week_start if projects else 0,
        extent=(0, 0),
        where=(
            *((d, ground.names.ids_of(visible, d, keys, projects)) for d, keys in where),
            *((dimension(key), ids) for key, ids in question.within),
        ),
        start=question.start,
        end=question.end,
        window_us=question.window_s * 1_000_000,
        now=question.now - question.now % MINUTE,
    )
    this = ResolvedQuestion(
        question=question,
        indicator=one,
        by=by,
        projects=projects,
        cut=cut,
        ask=ask,
        asked=asked,
        seen=visible.rows(by) if by else None,
    )
    return replace(this, cut=_with_extent(this)) if _reads_clock(this) else this


def _reads_clock(this: ResolvedQuestion) -> bool:
    """Say whether the question needs the clock of a zone, and so to know how far its rows reach."""
    asked = [this.by, *(one for one, _ids in this.cut.where)]
    by_clock = any(one is not None and one.naming in {Naming.HOUR, Naming.WEEKDAY} for one in asked)
    return bool(this.question.grain) or by_clock or this.question.weighting is Weighting.ALL


def _with_extent(this: ResolvedQuestion) -> Slice:
    start, end = this.question.start, this.question.end
    if start is None or end is None:
        open_ended = replace(this.cut, where=(), start=None, end=None)
        first, last = _extent(this, open_ended)
        return replace(this.cut, extent=(first or 0, last or 0))
    before = _before(this, (start, end)).start if this.question.compare else start
    return replace(this.cut, extent=(before or start, end))


def _extent(this: ResolvedQuestion, cut: Slice) -> tuple[Any, ...]:
    """Return the first and the last moment at which the question finds something, None where it does not."""
    return this.ask(extent_query(this.indicator, cut))[0]


def _span(this: ResolvedQuestion) -> tuple[int, int]:
    """Return the period: as asked, else from the first to the last moment at which something is found."""
    cut = this.cut
    if not this.question.grain and not this.question.compare:
        return cut.start or 0, cut.end or 0
    first, last = (None, None) if None not in (cut.start, cut.end) else _extent(this, cut)
    start = cut.start if cut.start is not None else first
    end = cut.end if cut.end is not None else (None if last is None else last + 1)
    if start is None or end is None:
        return (start or 0, start or 0)
    return start, max(start, end)


def _buckets(this: ResolvedQuestion, span: tuple[int, int]) -> Sequence[Bucket]:
    if this.question.grain is None:
        return ()
    return buckets(this.question.grain, *span, this.cut.zone, this.cut.week_start, by_clock=this.cut.by_clock)


def _beside(
    this: ResolvedQuestion, before: Slice, span: tuple[int, int], times: Sequence[Bucket]
) -> Sequence[Bucket | None]:
    """Return the bucket of the earlier period that each of this one stands beside, None where it has no partner."""
    question = this.question
    if question.compare is None or question.grain is None:
        return ()
    others = _buckets(replace(this, cut=before), (before.start or 0, before.end or 0))
    return partners(question.compare, question.grain, span, this.cut.zone, times, others)


def _before(this: ResolvedQuestion, span: tuple[int, int]) -> Slice:
    question = this.question
    if question.compare is None or question.start is None:
        raise NothingToCompare
    start, end = compared(question.compare, *span, this.cut.zone, question.now)
    return replace(this.cut, start=start, end=end, by_clock=question.grain is Grain.HOUR)


def _both(cut: Slice, before: Slice | None) -> Slice | None:
    """Return both periods in one, so that one statement asks for both.

    None where they overlap, their hours are not told in one way, or there is but one.
    """
    if before is None or before.start is None or before.end is None or cut.start is None or before.end > cut.start:
        return None
    if before.by_clock:
        return None
    return replace(cut, before=(before.start, before.end))


def _ask(this: ResolvedQuestion, cut: Slice, *, by: Dimension | None = None, grain: Grain | None = None) -> QueryRows:
    """Return the rows of one of the periods; where both can be asked at once, once for both."""
    attribution = this.question.attribution if by else None
    rows = this.ask(build_query(this.indicator, this.both or cut, by=by, grain=grain, attribution=attribution))
    return [row[1:] for row in rows if row[0] == (cut.start != this.cut.start)] if this.both else rows


def _total(this: ResolvedQuestion, cut: Slice) -> Value:
    if this.question.weighting is Weighting.ALL:
        found = weighted(this.indicator, cut, this.ask, this.question.attribution)
        return found.get((), nothing(this.indicator.measure))
    if isinstance(this.indicator.measure, Distribution):
        return Value(None, sum(row[-1] for row in _ask(this, cut)))
    rows = _ask(this, cut)
    return value_of(this.indicator.measure, rows[0]) if rows else nothing(this.indicator.measure)


def _why(this: ResolvedQuestion, total: Value) -> str | None:
    """Return the sentence that says why there is no value, where all rows are of those nobody can count (D40)."""
    if total.n or this.indicator.untold is None:
        return None
    condition, sentence = this.indicator.untold
    others = replace(this.indicator, population=condition, measure=Count())
    return sentence if this.ask(build_query(others, this.cut))[0][0] else None


def _other_scales(this: ResolvedQuestion) -> tuple[OnOtherScale, ...]:
    """Return the ratings that are not counted for the scale they were given on, lowest scale first (D42)."""
    if this.indicator.on_other_scales is None:
        return ()
    others = replace(
        this.indicator,
        population=f"{this.indicator.on_other_scales} AND scale_low IS NOT NULL",
        measure=Distribution(f"scale_low * {_APART} + scale_high", ()),
    )
    if not this.ask(build_query(others, replace(this.cut, where=(), start=None, end=None))):
        return ()  # most projects know of no other scale, and ask that once
    found = this.ask(build_query(others, this.cut))
    return tuple(OnOtherScale(*_ends(both), n) for both, n in sorted(found))


def _ends(both: int) -> tuple[int, int]:
    low, high = divmod(both + _APART // 2, _APART)
    return low, high - _APART // 2


def _values(this: ResolvedQuestion, cut: Slice) -> AnswerValues:
    """Return the values of the rows asked for; none where neither a breakdown nor a grain was."""
    question, measure = this.question, this.indicator.measure
    if isinstance(measure, Distribution):
        return _shares(_ask(this, cut, by=this.by, grain=question.grain), measure.notes)
    if this.by is None and question.grain is None:
        return {}
    if question.weighting is Weighting.ALL:
        return weighted(this.indicator, cut, this.ask, question.attribution, by=this.by, grain=question.grain)
    rows = _ask(this, cut, by=this.by, grain=question.grain)
    width = (this.by is not None) + (question.grain is not None)
    of = valuing(measure)
    return {row[:width]: of(row[width:]) for row in rows}


def _shares(rows: Sequence[tuple[Any, ...]], notes: Sequence[int]) -> AnswerValues:
    """Make each note's share of the answers of its own key and bucket; a note nobody gave has a share of 0."""
    counts: dict[AnswerKey, dict[int, int]] = {}
    for *place, note, count in rows:
        counts.setdefault(tuple(place), {})[note] = count
    return {
        (*place, note): share_of_note(given.get(note, 0), sum(given.values()))
        for place, given in counts.items()
        for note in notes
    }


def _rows(
    this: ResolvedQuestion,
    found: AnswerValues,
    then: AnswerValues,
    times: Sequence[Bucket],
    beside: Sequence[Bucket | None],
    known: dict[int | None, KeyName],
) -> list[Row]:
    measure, comparing = this.indicator.measure, this.question.compare is not None
    notes: Sequence[int | None] = measure.notes if isinstance(measure, Distribution) else (None,)
    empty = nothing(measure) if not isinstance(measure, Distribution) else Value(None, 0)
    keys: Sequence[int | None] = _seen(this, {key[0] for key in (*found, *then)}) if this.by else [None]
    spots = range(len(times)) if this.question.grain else [0]
    rows = []
    for key in keys if (this.by or this.question.grain or len(notes) > 1) else []:
        name, own = (known.get(key, NAMELESS), (key,)) if this.by else (None, ())
        for spot in spots:
            at, past, moment = own, own if comparing else None, None
            if this.question.grain:
                bucket, other = times[spot], beside[spot] if comparing else None
                at, moment = (*own, bucket.index), bucket.key
                past = (*own, other.index) if other else None
            for note in notes:
                value = found.get(at if note is None else (*at, note), empty)
                previous = None if past is None else then.get(past if note is None else (*past, note), empty)
                rows.append(_row(name, moment, note, value, previous))
    return rows if this.question.grain or not this.by else _ordered(this, rows)


def _seen(this: ResolvedQuestion, keys: set[int | None]) -> list[int | None]:
    """Return the keys whose rows whoever asks may see: figures of other agents and groups are not theirs."""
    return sorted((key for key in keys if this.seen is None or key in this.seen), key=str)


def _row(name: KeyName | None, moment: str | None, note: int | None, value: Value, previous: Value | None) -> Row:
    """Make a row; what it is keyed by is the dimension's key, else the bucket, else the note."""
    mark = None if note is None else str(note)
    if name is not None:
        return Row(name.key, name.label, value, previous, moment, mark)
    if moment is not None:
        return Row(moment, moment, value, previous, None, mark)
    return Row(mark, mark or "", value, previous)


def _ordered(this: ResolvedQuestion, rows: list[Row]) -> list[Row]:
    """Sort a ranking: best first, then by base and name; scales and clocks keep their own order; "none" is last."""
    if this.by and this.by.is_ordered:
        return sorted(rows, key=lambda row: (row.key is None, int(row.key or 0), int(row.note or 0)))
    if isinstance(this.indicator.measure, Distribution):
        return sorted(rows, key=lambda row: (row.key is None, row.label.casefold(), row.key or "", int(row.note or 0)))
    sign = 1 if this.indicator.better is Better.LOWER else -1

    def place(row: Row) -> tuple[Any, ...]:
        value = row.value.value
        return row.key is None, value is None, sign * (value or 0), -row.value.n, row.label.casefold(), row.key or ""

    return sorted(rows, key=place)


def _require_one_currency(one: Indicator, projects: Sequence[Project]) -> None:
    currencies = sorted({project.currency for project in projects})
    if one.unit is Unit.MONEY and len(currencies) > 1:
        raise MixedCurrencies(currencies=", ".join(currencies))


def _readable(one: Statement) -> str:
    values = f"-- with {one.params}\n" if one.params else ""
    return values + one.text
