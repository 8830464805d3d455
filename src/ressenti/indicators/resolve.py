"""What does a question name? Everything in it is looked up, before anything is counted."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from sqlalchemy import Connection

from ressenti.facts.engines.engine import Engine, Snapshot
from ressenti.facts.engines.row_cache import RowCache
from ressenti.facts.query import Query, QueryRows
from ressenti.indicators.catalogue import indicator
from ressenti.indicators.comparing import compared, is_other_period, usual_periods, usual_stretch
from ressenti.indicators.declaration import CreditedTo, Dimension, Indicator
from ressenti.indicators.dimensions import dimension
from ressenti.indicators.model import Answer, Comparison, Filter, Grain, Question, Unit, Weighting
from ressenti.indicators.names import KeyNames
from ressenti.indicators.periods import require_order
from ressenti.indicators.query_builder import Slice, SliceFilter, extent_query
from ressenti.indicators.refusals import MixedCurrencies, NoCredit, NoSuchDate, NothingToCompare
from ressenti.indicators.visibility import VisibleKeys, visible_in
from ressenti.indicators.weighting import require_weighable
from ressenti.kit.clock import MINUTE, SECOND
from ressenti.kit.single_flight import SingleFlight
from ressenti.record.projects import Project, all_projects, common_zone, require_zone

EXPLAINED = 100
"""How many changes that were taken apart are remembered while nothing changes."""
ANSWERS, MOST_ROWS = 500, 1_000
"""How many answers are remembered while nothing changes, and how many rows each may have."""


class RunQuery(Protocol):
    """Gives the rows of a query; equal ones are asked once."""

    def __call__(self, query: Query, /) -> QueryRows:
        """Return the rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryContext:
    """What several questions share: the projects, how far the facts go, and what was found for others already."""

    projects: tuple[Project, ...]
    watermarks: Mapping[int, int]
    rows: RowCache
    answers: SingleFlight[Question, Answer]
    names: KeyNames
    explained: SingleFlight[Question, Any] = field(default_factory=lambda: SingleFlight(EXPLAINED))


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedQuestion:
    """A question with everything it names found. `queries` are those that `run` was given, in their order."""

    question: Question
    indicator: Indicator
    by: Dimension | None
    projects: tuple[Project, ...]
    slice: Slice
    run: RunQuery
    queries: dict[Query, None]
    visible: VisibleKeys
    visible_ids: Collection[int | None] | None = None
    """The ids that the breakdown has rows of, None where of all that it finds."""
    both_periods: Slice | None = None
    """The period and the one it is compared with in one, where they do not overlap."""


def build_context(facts: Engine, record: Connection) -> QueryContext:
    """Look up what the questions asked now share."""
    watermarks = facts.watermarks()
    return QueryContext(
        projects=tuple(all_projects(record)),
        watermarks=watermarks,
        rows=facts.memory(watermarks),
        answers=SingleFlight(ANSWERS, is_kept=lambda made: len(made.rows) <= MOST_ROWS),
        names=KeyNames(),
    )


def resolve(
    question: Question,
    facts: Snapshot,
    record: Connection,
    measured: Indicator | None = None,
    *,
    context: QueryContext | None = None,
    reads_clock: bool = False,
) -> ResolvedQuestion:
    """Find everything that a question names, and make ready what its queries need.

    `measured` is an indicator that is not in the catalogue, in the place of the one it names. `reads_clock`: rows are
    cut by the clock, whatever the question itself says. Raises the refusals of what cannot be asked.
    """
    context = context or QueryContext(
        projects=tuple(all_projects(record)),
        watermarks={},
        rows=SingleFlight(),
        answers=SingleFlight(),
        names=KeyNames(),
    )
    measured = measured or indicator(question.indicator)
    by = dimension(question.by) if question.by else None
    _require_possible(question, measured)
    visible = visible_in(facts, record, question.within, everything=context.projects, remembered=context.rows)
    projects = (visible.project(question.project),) if question.project else visible.projects
    _require_one_currency(measured, projects)
    zone = require_zone(question.zone) if question.zone else common_zone(projects)
    require_order(question.start, question.end, zone)
    queries: dict[Query, None] = {}

    def run(query: Query) -> QueryRows:
        queries[query] = None
        return context.rows(query, lambda: facts.aggregate(query))

    resolved = ResolvedQuestion(
        question=question,
        indicator=measured,
        by=by,
        projects=projects,
        slice=Slice(
            projects=tuple(project.id for project in projects),
            anchor=question.anchor,
            zone=zone,
            week_start=projects[0].week_start if projects else 0,
            extent=(0, 0),
            where=(
                *(_filter(one, visible, projects, context.names) for one in question.where),
                *(SliceFilter(dimension(key), ids) for key, ids in question.within),
            ),
            start=question.start,
            end=question.end,
            window_us=question.window_s * SECOND,
            now=question.now - question.now % MINUTE,
        ),
        run=run,
        queries=queries,
        visible=visible,
        visible_ids=visible.rows(by) if by else None,
    )
    return replace(resolved, slice=_with_extent(resolved)) if reads_clock or _reads_clock(resolved) else resolved


def slice_of(measured: Indicator, question: Question, facts: Engine, record: Connection) -> tuple[Slice, list[Project]]:
    """Return which rows a question's period and filters admit of an indicator's, and the projects it covers."""
    with facts.snapshot() as view:
        resolved = resolve(replace(question, indicator=measured.key), view, record, measured)
    return resolved.slice, list(resolved.projects)


def period_of(resolved: ResolvedQuestion) -> tuple[int, int]:
    """Return the period, in microseconds: as asked, else from the first to the last moment that has a row."""
    asked = resolved.slice
    if not resolved.question.grain and not resolved.question.compare:
        return asked.start or 0, asked.end or 0
    first, last = (None, None) if None not in (asked.start, asked.end) else _moments(resolved, asked)
    start = asked.start if asked.start is not None else first
    end = asked.end if asked.end is not None else (None if last is None else last + 1)
    if start is None or end is None:
        return (start or 0, start or 0)
    return start, max(start, end)


def compared_slice(resolved: ResolvedQuestion, period: tuple[int, int]) -> Slice | None:
    """Return the slice of the other period that a question compares with, None where with none, or with no period.

    Raises NothingToCompare for one that does not say when it begins.
    """
    question = resolved.question
    if not is_other_period(question.compare):
        return None
    if question.start is None:
        raise NothingToCompare
    start, end = compared(question.compare, *period, resolved.slice.zone, question.now)
    return replace(resolved.slice, start=start, end=end, by_clock=question.grain is Grain.HOUR)


def both_periods(period: Slice, before: Slice | None) -> Slice | None:
    """Return both periods in one, so that one query asks for both.

    None where they overlap, their hours are not counted in one way, or there is but one.
    """
    if before is None or before.start is None or before.end is None:
        return None
    if period.start is None or before.end > period.start or before.by_clock:
        return None
    return replace(period, before=(before.start, before.end))


def _filter(one: Filter, visible: VisibleKeys, projects: Sequence[Project], names: KeyNames) -> SliceFilter:
    filtered = dimension(one.dimension)
    return SliceFilter(filtered, names.ids_of(visible, filtered, one.keys, projects), one.is_excluded)


def _require_possible(question: Question, measured: Indicator) -> None:
    if question.anchor not in measured.anchors:
        raise NoSuchDate(indicator=measured.key, anchor=question.anchor, known=", ".join(sorted(measured.anchors)))
    if question.weighting is Weighting.ALL:
        require_weighable(measured)
    if question.attribution is not None and measured.credit is CreditedTo.OWN:
        raise NoCredit(indicator=measured.key)


def _require_one_currency(measured: Indicator, projects: Sequence[Project]) -> None:
    currencies = sorted({project.currency for project in projects})
    if measured.unit is Unit.MONEY and len(currencies) > 1:
        raise MixedCurrencies(currencies=", ".join(currencies))


def _reads_clock(resolved: ResolvedQuestion) -> bool:
    """Say whether the question needs the clock of a zone, and so to know how far its rows reach."""
    dimensions = [resolved.by, *(one.dimension for one in resolved.slice.where)]
    by_clock = any(one is not None and one.clock is not None for one in dimensions)
    return bool(resolved.question.grain) or by_clock or resolved.question.weighting is Weighting.ALL


def _with_extent(resolved: ResolvedQuestion) -> Slice:
    start, end = resolved.question.start, resolved.question.end
    if start is None or end is None:
        open_ended = replace(resolved.slice, where=(), start=None, end=None)
        first, last = _moments(resolved, open_ended)
        return replace(resolved.slice, extent=(first or 0, last or 0))
    others = _compared_extents(resolved, (start, end))
    starts, ends = zip((start, end), *others, strict=True)
    return replace(resolved.slice, extent=(min(starts), max(ends)))


def _compared_extents(resolved: ResolvedQuestion, period: tuple[int, int]) -> list[tuple[int, int]]:
    """Return the periods that rows of what a question compares with lie in."""
    question, zone = resolved.question, resolved.slice.zone
    if question.compare is Comparison.USUAL:
        stretches = [usual_stretch(question.grain, *period, zone)] if question.grain else []
        return [*usual_periods(*period, zone, question.now), *stretches]
    other = compared_slice(resolved, period)
    return [(other.start or 0, other.end or 0)] if other else []


def _moments(resolved: ResolvedQuestion, slice_: Slice) -> tuple[Any, ...]:
    """Return the first and the last moment at which a slice has a row, None where it has none."""
    return resolved.run(extent_query(resolved.indicator, slice_))[0]
