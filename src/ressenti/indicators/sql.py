"""How a question becomes SQL over the facts: one statement a question, every value bound, every name a declared one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ressenti.facts.engines.dialect import DUCKDB, Dialect
from ressenti.facts.schema import HANDLING
from ressenti.indicators.catalogue import CreditedTo, Indicator
from ressenti.indicators.derived_tables import DerivedTable, returns, source
from ressenti.indicators.dimensions import AGENT, GROUP, HOUR_OF_DAY, WEEKDAY, Dimension
from ressenti.indicators.measures import Count, Distribution, Share, parts
from ressenti.indicators.model import Anchor, Attribution, Grain
from ressenti.indicators.periods import index_sql, offset_sql
from ressenti.kit.clock import DAY, HOUR

_ANCHORS = {Anchor.CLOSED: "closed_at", Anchor.OPENED: "opened_at", Anchor.ANSWERED: "answered_at"}
_HANDLING_ANCHORS = {Anchor.CLOSED: "ended_at", Anchor.OPENED: "started_at"}
_OF_HANDLINGS = {column.name for column in HANDLING}
_CREDITED = {
    Attribution.ALL: ("respondent_ids", True),
    Attribution.CLOSER: ("closer_id", False),
    Attribution.LAST: ("last_respondent_id", False),
    Attribution.FIRST: ("first_respondent_id", False),
}
_OWN = {
    CreditedTo.FIRST_RESPONDER: ("first_responder_id", False),
    CreditedTo.OWN: ("respondent_id", False),
    CreditedTo.SELLER: ("seller_id", False),
    CreditedTo.WROTE: ("respondent_ids", True),
}

CREDITED_COLUMNS = dict((*_CREDITED.values(), *_OWN.values(), ("involved_ids", True)))
"""The columns that name who is credited, or who took part, and whether they are lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """Which rows are spoken of: projects, filters as ids, dates, and how the clock of the zone reads them.

    `before` is an earlier period, over by `start`, that is spoken of beside it: rows then say first whether they are of
    that one. `extent` is a period that holds every row, for the offsets of the zone. `by_clock`: an hour that comes
    twice is one bucket. `dialect` is the engine's.
    """

    projects: tuple[int, ...]
    anchor: Anchor
    zone: str
    week_start: int
    extent: tuple[int, int]
    where: tuple[tuple[Dimension, tuple[int | None, ...]], ...] = ()
    start: int | None = None
    end: int | None = None
    before: tuple[int, int] | None = None
    window_us: int = 0
    now: int = 0
    by_clock: bool = False
    dialect: Dialect = DUCKDB


@dataclass(slots=True)
class Statement:
    """An SQL statement and the values bound to its question marks."""

    text: str
    params: list[Any] = field(default_factory=list)


def statement(
    indicator: Indicator,
    cut: Slice,
    *,
    by: Dimension | None = None,
    grain: Grain | None = None,
    attribution: Attribution | None = None,
    days: bool = False,
) -> Statement:
    """Return the SQL that gives (is before, key, bucket, day, note, parts…) rows: those asked for, in that order."""
    dialect = cut.dialect
    keys = [f"{anchor_column(indicator, cut.anchor)} < {cut.start}"] if cut.before else []
    names = ["is_before"] if cut.before else []
    if by:
        key, many = _key(indicator, cut, by, attribution)
        keys.append(dialect.each.format(key) if many else key)
        names.append("key")
    for name, wanted in (("bucket", grain), ("day", Grain.DAY if days else None)):
        if wanted:
            keys.append(_index(wanted, indicator, cut))
            names.append(name)
    if isinstance(indicator.measure, Distribution):
        keys.append(indicator.measure.column)
        names.append("note")
    where, params = _conditions(indicator, cut)
    rows = _source(indicator, cut)
    table = rows.table
    if by and not _is_own(indicator, by) and by is not AGENT:
        table += f" JOIN (SELECT conversation_id, {by.column} FROM conversation) AS about USING (conversation_id)"
    columns = [f"{expression} AS {name}" for expression, name in zip(keys, names, strict=True)]
    aggregates = _parts(indicator, by, attribution, dialect)
    group = f"\nGROUP BY {', '.join(names)}" if names else ""
    if dialect.is_flat:
        wanted_of_all = ", ".join((*columns, *aggregates))
        return Statement(f"{rows.named}SELECT {wanted_of_all}\nFROM {table}\nWHERE {where}{group}", params)
    chosen = f"SELECT {', '.join(('*', *columns))}\n  FROM {table}\n  WHERE {where}"
    return Statement(f"SELECT {', '.join((*names, *aggregates))}\nFROM (\n  {chosen}\n){group}", params)


def preparation(indicator: Indicator, window_us: int, dialect: Dialect) -> Statement | None:
    """Return the SQL that has to be run before any other of an indicator, in the same snapshot of the facts."""
    return Statement(returns(dialect, window_us=window_us)) if indicator.facts == "contact" else None


def extent(indicator: Indicator, cut: Slice) -> Statement:
    """Return the SQL of the first and the last moment at which the question finds something."""
    where, params = _conditions(indicator, cut)
    column, rows = anchor_column(indicator, cut.anchor), _source(indicator, cut)
    text = f"{rows.named}SELECT min({column}), max({column})\nFROM {rows.table}\nWHERE {where}"
    return Statement(text, params)


def listing(indicator: Indicator, cut: Slice, columns: Sequence[str], *, key: Sequence[str]) -> Statement:
    """Return the SQL of the rows behind an indicator, in the order of their date, then of `key`."""
    where, params = _conditions(indicator, cut)
    order, rows = ", ".join((anchor_column(indicator, cut.anchor), *key)), _source(indicator, cut)
    text = f"{rows.named}SELECT {', '.join(columns)}\nFROM {rows.table}\nWHERE {where}\nORDER BY {order}"
    return Statement(text, params)


def condition(indicator: Indicator, cut: Slice) -> Statement:
    """Return the condition that a row of an indicator's facts is spoken of."""
    return Statement(*_conditions(indicator, cut))


def behind(
    indicator: Indicator,
    cut: Slice,
    *,
    by: tuple[Dimension, Sequence[int | None]] | None = None,
    bucket: tuple[Grain, int] | None = None,
    notes: tuple[str, Sequence[int]] | None = None,
    attribution: Attribution | None = None,
) -> Statement:
    """Return the condition that rows of a conversation are among those that one row of an answer counts.

    `by` are a dimension and the ids of the row's key, `bucket` a grain and a bucket's number, `notes` a column and the
    notes admitted of it. Of what counts by a condition, only the rows that meet it.
    """
    where, params = _conditions(indicator, cut)
    found = [where, "conversation_id IS NOT NULL"]
    if by:
        column, many = _key(indicator, cut, by[0], attribution)
        present = [i for i in by[1] if i is not None]
        text, own = _admits(cut.dialect, column, many, present, None in by[1])
        found.append(text if by[0] is AGENT or _is_own(indicator, by[0]) else _in_conversations(text))
        params.extend(own)
    if bucket:
        found.append(f"{_index(bucket[0], indicator, cut)} = ?")
        params.append(bucket[1])
    if notes:
        found.append(f"{notes[0]} IN ({', '.join('?' * len(notes[1]))})")
        params.extend(notes[1])
    if isinstance(indicator.measure, Count) and indicator.measure.hit:
        found.append(indicator.measure.hit)
    rows = _source(indicator, cut)
    inner = f"{rows.named}SELECT conversation_id FROM {rows.table} WHERE {' AND '.join(found)}"
    # Who came back is known to the server that is asked only, so it has to find the conversations itself.
    among = cut.dialect.in_laid if indicator.facts == "contact" else "IN"
    return Statement(f"conversation_id {among} ({inner})", params)


def within(kept: Sequence[tuple[Dimension, Sequence[int | None]]], dialect: Dialect) -> Statement:
    """Return the condition that a conversation is among those someone is kept to."""
    found, params = [dialect.true], []
    for one, ids in kept:
        present = [i for i in ids if i is not None]
        text, own = _admits(dialect, one.column or "", one.many, present, None in ids)
        found.append(text)
        params.extend(own)
    return Statement(" AND ".join(found), params)


def key_column(indicator: Indicator, by: Dimension, attribution: Attribution | None) -> str:
    """Return the column that an indicator's rows are broken down by; agents by who is credited."""
    return _credited(indicator, attribution)[0] if by is AGENT else by.column or ""


def anchor_column(indicator: Indicator, anchor: Anchor) -> str:
    """Return the column that dates an indicator's rows: a handling by its own end or start."""
    return (_HANDLING_ANCHORS if indicator.facts == "handling" else _ANCHORS)[anchor]


def _source(indicator: Indicator, cut: Slice) -> DerivedTable:
    return source(indicator.facts, cut.dialect, window_us=cut.window_us, now=cut.now)


def _parts(
    indicator: Indicator, by: Dimension | None, attribution: Attribution | None, dialect: Dialect
) -> Sequence[str]:
    if by is AGENT and indicator.own_hits and attribution is None:
        own = dialect.contains.format(indicator.own_hits.column, "key")  # only those credited to that agent (D17)
        return parts(Share(own), dialect)
    return parts(indicator.measure, dialect)


def _key(indicator: Indicator, cut: Slice, by: Dimension | None, attribution: Attribution | None) -> tuple[str, bool]:
    if by is None:
        return "", False
    if by.column is None:
        return _expression(indicator, cut, by), False
    if by is AGENT:
        return _credited(indicator, attribution)
    return by.column, by.many


def _credited(indicator: Indicator, attribution: Attribution | None) -> tuple[str, bool]:
    if attribution:
        return _CREDITED[attribution]
    if indicator.credit is CreditedTo.SELLER and indicator.facts == "conversation":
        return "seller_ids", True
    return _OWN[indicator.credit]


def _expression(indicator: Indicator, cut: Slice, one: Dimension) -> str:
    """Return the SQL of a dimension's value in a row: its column, or what the clock of the zone showed."""
    if one.column is not None:
        return one.column
    local, dialect = f"({anchor_column(indicator, cut.anchor)} + {_offset(indicator, cut)})", cut.dialect
    if one is HOUR_OF_DAY:
        return dialect.whole.format(f"{dialect.over.format(local, HOUR)} % 24")
    if one is WEEKDAY:  # 1 January 1970 was a Thursday
        return dialect.whole.format(f"({dialect.over.format(local, DAY)} + 3) % 7 + 1")
    raise AssertionError(one.key)


def _index(grain: Grain, indicator: Indicator, cut: Slice) -> str:
    column, offset = anchor_column(indicator, cut.anchor), _offset(indicator, cut)
    return index_sql(grain, column, offset, cut.week_start, cut.dialect, by_clock=cut.by_clock)


def _offset(indicator: Indicator, cut: Slice) -> str:
    return offset_sql(anchor_column(indicator, cut.anchor), cut.zone, *cut.extent)


def _conditions(indicator: Indicator, cut: Slice) -> tuple[str, list[Any]]:
    column, dialect, of_source = anchor_column(indicator, cut.anchor), cut.dialect, _source(indicator, cut).condition
    population = dialect.true if indicator.population == "true" else indicator.population
    found = ["is_counted", *([of_source] if of_source else []), f"{column} IS NOT NULL", f"({population})"]
    params: list[Any] = []
    if cut.anchor is Anchor.OPENED and indicator.facts == "sale":
        found.append("opened_at IS NOT NULL")
    dates = [(f"{column} >= ?", cut.start), (f"{column} < ?", cut.end)]
    if cut.before:
        dates = [(f"{column} >= ?", cut.before[0]), dates[1]]
        found.append(f"({column} < {cut.before[1]} OR {column} >= {cut.start})")
    for text, value in dates:
        if value is not None:
            found.append(text)
            params.append(value)
    found.append(f"project_id IN ({', '.join('?' * len(cut.projects))})" if cut.projects else dialect.false)
    params.extend(cut.projects)
    for one, ids in cut.where:
        text, own = _filter(indicator, cut, one, ids)
        found.append(text)
        params.extend(own)
    return " AND ".join(found), params


def _filter(indicator: Indicator, cut: Slice, one: Dimension, ids: tuple[int | None, ...]) -> tuple[str, list[Any]]:
    """Return the condition that a row has one of these ids; an id of None is a row without any."""
    present = [i for i in ids if i is not None]
    column = _expression(indicator, cut, one)
    # Who took part cuts the conversations, not their handlings.
    is_by_conversation = not _is_own(indicator, one) or (indicator.facts == "handling" and one is GROUP)
    if is_by_conversation and one is AGENT:
        column = "involved_ids"
    text, params = _admits(cut.dialect, column, one.many, present, None in ids)
    return (_in_conversations(text) if is_by_conversation else text), params


def _is_own(indicator: Indicator, one: Dimension) -> bool:
    """Say whether an indicator's rows have a dimension of their own; a handling has most from its conversation."""
    return indicator.facts != "handling" or one.column is None or one.column in _OF_HANDLINGS


def _in_conversations(condition: str) -> str:
    return f"conversation_id IN (SELECT conversation_id FROM conversation WHERE {condition})"


def _admits(dialect: Dialect, column: str, many: bool, present: list[int], without: bool) -> tuple[str, list[Any]]:  # noqa: FBT001
    found = []
    if present and many:
        # One by one is five times quicker than looking for any of them at once.
        found = [dialect.contains.format(column, "?")] * len(present)
    elif present:
        found.append(f"{column} IN ({', '.join('?' * len(present))})")
    if without:
        found.append(f"{dialect.length.format(column)} = 0" if many else f"{column} IS NULL")
    return f"({' OR '.join(found) or dialect.false})", list(present)
