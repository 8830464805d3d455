"""Conditions and lists in SQL of the rows behind a figure: for whoever reads rows, where an engine only counts them."""

from collections.abc import Sequence

from ressenti.facts.engines.dialect import Dialect
from ressenti.facts.engines.sql import Statement, admits, bucket_number, conditions, derived
from ressenti.facts.query import ColumnKey
from ressenti.indicators.declaration import Dimension, Indicator
from ressenti.indicators.measures import Count
from ressenti.indicators.model import Attribution, Grain
from ressenti.indicators.query_builder import Slice, group_key, select_rows, time_buckets


def listing(
    indicator: Indicator, slice_: Slice, columns: Sequence[str], dialect: Dialect, *, key: Sequence[str]
) -> Statement:
    """Return the SQL of the rows behind an indicator, in the order of their date, then of `key`."""
    rows = select_rows(indicator, slice_)
    where, params = conditions(rows, dialect)
    order, origin = ", ".join((rows.moment, *key)), derived(rows, dialect)
    text = f"{origin.named}SELECT {', '.join(columns)}\nFROM {origin.table}\nWHERE {where}\nORDER BY {order}"
    return Statement(text, params)


def condition(indicator: Indicator, slice_: Slice, dialect: Dialect) -> Statement:
    """Return the condition that a row of an indicator's facts is spoken of."""
    return Statement(*conditions(select_rows(indicator, slice_), dialect))


def behind(
    indicator: Indicator,
    slice_: Slice,
    dialect: Dialect,
    *,
    by: tuple[Dimension, Sequence[int | None]] | None = None,
    bucket: tuple[Grain, int] | None = None,
    ratings: tuple[str, Sequence[int]] | None = None,
    attribution: Attribution | None = None,
) -> Statement:
    """Return the condition that rows of a conversation are among those that one row of an answer counts.

    `by` are a dimension and the ids of the row's key, `bucket` a grain and a bucket's number, `ratings` a column and
    the ratings admitted of it. Of what counts by a condition, only the rows that meet it.
    """
    rows = select_rows(indicator, slice_)
    where, params = conditions(rows, dialect)
    parts = [where, "conversation_id IS NOT NULL"]
    if by:
        text, own = admits(dialect, group_key(indicator, slice_, by[0], attribution), by[1], rows.moment)
        parts.append(text)
        params.extend(own)
    if bucket:
        parts.append(f"{bucket_number(time_buckets(bucket[0], slice_), rows.moment, dialect)} = ?")
        params.append(bucket[1])
    if ratings:
        parts.append(f"{ratings[0]} IN ({', '.join('?' * len(ratings[1]))})")
        params.extend(ratings[1])
    if isinstance(indicator.measure, Count) and indicator.measure.hit:
        parts.append(indicator.measure.hit)
    origin = derived(rows, dialect)
    inner = f"{origin.named}SELECT conversation_id FROM {origin.table} WHERE {' AND '.join(parts)}"
    # Who came back is known to the server that is asked only, so it has to find the conversations itself.
    among = dialect.in_laid if rows.returns else "IN"
    return Statement(f"conversation_id {among} ({inner})", params)


def within(kept: Sequence[tuple[Dimension, Sequence[int | None]]], dialect: Dialect) -> Statement:
    """Return the condition that a conversation is among those someone is kept to."""
    parts, params = [dialect.true], []
    for dimension, ids in kept:
        text, own = admits(dialect, ColumnKey(dimension.column or "", is_list=dimension.many), ids)
        parts.append(text)
        params.extend(own)
    return Statement(" AND ".join(parts), params)
