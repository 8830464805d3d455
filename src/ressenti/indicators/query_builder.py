"""How an indicator and a slice of time and filters become a query in the words of the facts."""

from dataclasses import dataclass

from ressenti.facts.query import (
    Aggregate,
    ClockKey,
    ColumnKey,
    KeyedRowCount,
    KeyFilter,
    MomentExtent,
    Query,
    RatingKey,
    ReturnWindow,
    RowCount,
    RowSelection,
    TimeBuckets,
    ZoneClock,
)
from ressenti.facts.schema import HANDLING
from ressenti.indicators.declaration import CreditedTo, Dimension, Indicator
from ressenti.indicators.measures import Distribution, aggregates_of
from ressenti.indicators.model import Anchor, Attribution, Grain

_ANCHORS = {Anchor.CLOSED: "closed_at", Anchor.OPENED: "opened_at", Anchor.ANSWERED: "answered_at"}
_HANDLING_ANCHORS = {Anchor.CLOSED: "ended_at", Anchor.OPENED: "started_at"}
_OF_HANDLINGS = {column.name for column in HANDLING}
_INVOLVED = ColumnKey("involved_ids", is_list=True)
_SELLERS = ColumnKey("seller_ids", is_list=True)
_CREDITED = {
    Attribution.ALL: ColumnKey("respondent_ids", is_list=True),
    Attribution.CLOSER: ColumnKey("closer_id"),
    Attribution.LAST: ColumnKey("last_respondent_id"),
    Attribution.FIRST: ColumnKey("first_respondent_id"),
}
_OWN = {
    CreditedTo.FIRST_RESPONDER: ColumnKey("first_responder_id"),
    CreditedTo.OWN: ColumnKey("respondent_id"),
    CreditedTo.SELLER: ColumnKey("seller_id"),
    CreditedTo.WROTE: ColumnKey("respondent_ids", is_list=True),
}

CREDITED_COLUMNS = {one.column: one.is_list for one in (*_CREDITED.values(), *_OWN.values(), _INVOLVED)}
"""The columns that name who is credited, or who took part, and whether they are lists."""


@dataclass(frozen=True, slots=True)
class SliceFilter:
    """A filter in surrogate ids; an id of None is what has no value in the dimension."""

    dimension: Dimension
    ids: tuple[int | None, ...]
    is_excluded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """Which rows are spoken of: projects, filters as ids, dates, and how the clock of the zone reads them.

    `before` is an earlier period, over by `start`, that is spoken of beside it: rows then say first whether they are of
    that one. `extent` is a period that holds every row, for the offsets of the zone. `by_clock`: an hour that comes
    twice is one bucket.
    """

    projects: tuple[int, ...]
    anchor: Anchor
    zone: str
    week_start: int
    extent: tuple[int, int]
    where: tuple[SliceFilter, ...] = ()
    start: int | None = None
    end: int | None = None
    before: tuple[int, int] | None = None
    window_us: int = 0
    now: int = 0
    by_clock: bool = False


def build_query(
    indicator: Indicator,
    slice_: Slice,
    *,
    by: Dimension | None = None,
    grain: Grain | None = None,
    attribution: Attribution | None = None,
    days: bool = False,
) -> Query:
    """Return the query whose rows are (is before, key, bucket, day, rating, parts…): those asked for, in that order."""
    measure = indicator.measure
    return Query(
        rows=select_rows(indicator, slice_),
        aggregates=_aggregates(indicator, by, attribution),
        key=group_key(indicator, slice_, by, attribution) if by else None,
        bucket=time_buckets(grain, slice_) if grain else None,
        day=time_buckets(Grain.DAY, slice_) if days else None,
        rating=RatingKey(measure.column, measure.ratings) if isinstance(measure, Distribution) else None,
    )


def extent_query(indicator: Indicator, slice_: Slice) -> Query:
    """Return the query of the first and the last moment at which the question finds something."""
    return Query(rows=select_rows(indicator, slice_), aggregates=(MomentExtent(),))


def select_rows(indicator: Indicator, slice_: Slice) -> RowSelection:
    """Return which rows of an indicator's facts are spoken of."""
    return RowSelection(
        table=indicator.facts,
        moment=anchor_column(indicator, slice_.anchor),
        projects=slice_.projects,
        condition=indicator.population,
        start=slice_.start,
        end=slice_.end,
        earlier=slice_.before,
        filters=tuple(
            KeyFilter(_filter_key(indicator, slice_, one.dimension), one.ids, one.is_excluded) for one in slice_.where
        ),
        returns=ReturnWindow(slice_.window_us, slice_.now) if indicator.facts == "contact" else None,
    )


def time_buckets(grain: Grain, slice_: Slice) -> TimeBuckets:
    """Return the buckets of a grain, as a slice reads the clock."""
    return TimeBuckets(grain, _clock(slice_), slice_.week_start, slice_.by_clock)


def group_key(
    indicator: Indicator, slice_: Slice, by: Dimension, attribution: Attribution | None
) -> ColumnKey | ClockKey:
    """Return what an indicator's rows are broken down by; respondents by who is credited."""
    return _credited(indicator, attribution) if by.is_credited else _key(indicator, slice_, by)


def anchor_column(indicator: Indicator, anchor: Anchor) -> str:
    """Return the column that dates an indicator's rows: a handling by its own end or start."""
    return (_HANDLING_ANCHORS if indicator.facts == "handling" else _ANCHORS)[anchor]


def _aggregates(indicator: Indicator, by: Dimension | None, attribution: Attribution | None) -> tuple[Aggregate, ...]:
    if by and by.is_credited and indicator.own_hits and attribution is None:
        return RowCount(), KeyedRowCount(indicator.own_hits.column)  # only those credited to that agent (D17)
    return aggregates_of(indicator.measure)


def _key(indicator: Indicator, slice_: Slice, by: Dimension) -> ColumnKey | ClockKey:
    if by.clock is not None:
        return ClockKey(by.clock, _clock(slice_))
    # A handling has most of what it is asked by from its conversation.
    is_own = indicator.facts != "handling" or by.column in _OF_HANDLINGS
    return ColumnKey(by.column or "", is_list=by.many, of_conversation=not is_own)


def _filter_key(indicator: Indicator, slice_: Slice, by: Dimension) -> ColumnKey | ClockKey:
    """Return what a filter looks at: who took part cuts conversations, not their handlings."""
    if indicator.facts == "handling" and by.involved is not None:
        return ColumnKey(by.involved, is_list=True, of_conversation=True)
    return _key(indicator, slice_, by)


def _credited(indicator: Indicator, attribution: Attribution | None) -> ColumnKey:
    if attribution:
        return _CREDITED[attribution]
    if indicator.credit is CreditedTo.SELLER and indicator.facts == "conversation":
        return _SELLERS
    return _OWN[indicator.credit]


def _clock(slice_: Slice) -> ZoneClock:
    return ZoneClock(slice_.zone, *slice_.extent)
