"""How a query becomes SQL: one text for every engine, but for what its dialect says; values bound, names declared."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from ressenti.facts.calendar import Grain, segments
from ressenti.facts.engines.derived_tables import DerivedTable, returns, source
from ressenti.facts.engines.dialect import Dialect
from ressenti.facts.query import (
    Aggregate,
    ClockKey,
    ClockPart,
    ColumnKey,
    ColumnMedian,
    ColumnPercentile,
    ColumnQuantiles,
    ColumnSquares,
    ColumnSum,
    CountAbove,
    DistinctCount,
    KeyedRowCount,
    MedianSides,
    MomentExtent,
    Query,
    RowCount,
    RowSelection,
    TimeBuckets,
    ZoneClock,
)
from ressenti.kit.clock import DAY, HOUR

_SIDES = ("middle", "now_values", "before_values")
"""What is made first for counts on the sides of a median."""


@dataclass(slots=True)
class Statement:
    """An SQL statement and the values bound to its question marks."""

    text: str
    params: list[Any] = field(default_factory=list)


@lru_cache(1_000)
def statement(query: Query, dialect: Dialect) -> Statement:
    """Return the SQL that gives the rows of a query; nobody changes it, since it is made once."""
    keys, names = _keys(query, dialect)
    where, params = conditions(query.rows, dialect)
    rows = derived(query.rows, dialect)
    table = rows.table
    if isinstance(query.key, ColumnKey) and query.key.of_conversation:
        table += (
            f" JOIN (SELECT conversation_id, {query.key.column} FROM conversation) AS about USING (conversation_id)"
        )
    columns = [f"{expression} AS {name}" for expression, name in zip(keys, names, strict=True)]
    aggregates = [text for one in query.aggregates for text in _aggregate(one, query, dialect)]
    group = f"\nGROUP BY {', '.join(names)}" if names else ""
    if query.counts:
        group += f"\nHAVING count(*) IN ({', '.join(map(str, query.counts))})"
    if dialect.is_flat or query.aggregates == (MomentExtent(),):
        wanted = ", ".join((*columns, *aggregates))
        text = f"SELECT {wanted}\nFROM {table}\nWHERE {where}{group}"
    else:
        chosen = f"SELECT {', '.join(('*', *columns))}\n  FROM {table}\n  WHERE {where}"
        text = f"SELECT {', '.join((*names, *aggregates))}\nFROM (\n  {chosen}\n){group}"
    if _sides(query):
        text = f"SELECT {', '.join((*names, *_side_counts(dialect)))}\nFROM (\n{text}\n)"
    return Statement(f"{rows.named}{text}", params)


def preparation(rows: RowSelection, dialect: Dialect) -> Statement | None:
    """Return the SQL that has to be run before any other over these rows, in the same snapshot of the facts."""
    return Statement(returns(dialect, window_us=rows.returns.window_us)) if rows.returns else None


def explain(query: Query, dialect: Dialect) -> tuple[Statement, ...]:
    """Return all that is run for a query, in its order."""
    first = preparation(query.rows, dialect)
    return (*([first] if first else ()), statement(query, dialect))


def derived(rows: RowSelection, dialect: Dialect) -> DerivedTable:
    """Return where rows come from."""
    window_us, now = (rows.returns.window_us, rows.returns.now) if rows.returns else (0, 0)
    return source(rows.table, dialect, window_us=window_us, now=now)


def conditions(rows: RowSelection, dialect: Dialect) -> tuple[str, list[Any]]:
    """Return the condition that a row is meant, and the values bound in it."""
    moment, of_source = rows.moment, derived(rows, dialect).condition
    population = dialect.true if rows.condition == "true" else rows.condition
    terms = ["is_counted", *([of_source] if of_source else []), f"{moment} IS NOT NULL", f"({population})"]
    params: list[Any] = []
    dates = [(f"{moment} >= ?", rows.start), (f"{moment} < ?", rows.end)]
    if rows.earlier:
        dates = [(f"{moment} >= ?", rows.earlier[0]), dates[1]]
        terms.append(f"({moment} < {rows.earlier[1]} OR {moment} >= {rows.start})")
    for text, value in dates:
        if value is not None:
            terms.append(text)
            params.append(value)
    terms.append(f"project_id IN ({', '.join('?' * len(rows.projects))})" if rows.projects else dialect.false)
    params.extend(rows.projects)
    for row_filter in rows.filters:
        text, own = admits(dialect, row_filter.key, row_filter.ids, moment)
        # Where nothing is known of a row, it has none of them.
        terms.append(f"NOT coalesce({text}, {dialect.false})" if row_filter.is_excluded else text)
        params.extend(own)
    return " AND ".join(terms), params


def admits(
    dialect: Dialect, key: ColumnKey | ClockKey, ids: Sequence[int | None], moment: str = ""
) -> tuple[str, list[Any]]:
    """Return the condition that a row has one of these ids; an id of None is a row without any."""
    present = [i for i in ids if i is not None]
    is_list = isinstance(key, ColumnKey) and key.is_list
    column = key.column if isinstance(key, ColumnKey) else _shown(key, moment, dialect)
    terms = []
    if present and is_list:
        # One by one is five times quicker than looking for any of them at once.
        terms = [dialect.contains.format(column, "?")] * len(present)
    elif present:
        terms.append(f"{column} IN ({', '.join('?' * len(present))})")
    if None in ids:
        terms.append(f"{dialect.length.format(column)} = 0" if is_list else f"{column} IS NULL")
    text = f"({' OR '.join(terms) or dialect.false})"
    if isinstance(key, ColumnKey) and key.of_conversation:
        text = f"conversation_id IN (SELECT conversation_id FROM conversation WHERE {text})"
    return text, present


def bucket_number(buckets: TimeBuckets, moment: str, dialect: Dialect) -> str:
    """Return the SQL of the number of the bucket that a moment lies in; the twin of `calendar.index_of`."""
    offset, over = _offset(moment, buckets.clock), dialect.over.format
    local = f"({moment} + {offset})"
    day = f"({over(local, DAY)})"
    match buckets.grain:
        case Grain.HOUR if buckets.by_clock:
            return f"({over(local, HOUR)})"
        case Grain.HOUR:  # the moment its hour began on this side of a change of offset: 25 of them in autumn
            return f"({moment} - {dialect.rest.format(local, HOUR)})"
        case Grain.THREE_HOURS:
            return f"({over(local, 3 * HOUR)})"
        case Grain.DAY:
            return day
        case Grain.WEEK:
            return f"({over(f'({day} + {3 - buckets.week_start})', 7)})"
        case Grain.MONTH:
            return dialect.month.format(day)


def _keys(query: Query, dialect: Dialect) -> tuple[list[str], list[str]]:
    """Return the expressions that rows are grouped by, and what they are called."""
    moment = query.rows.moment
    by_name = {"is_before": f"{moment} < {query.rows.start}"} if query.rows.earlier and not _sides(query) else {}
    match query.key:
        case ColumnKey(column, is_list):
            by_name["key"] = dialect.each.format(column) if is_list else column
        case ClockKey() as key:
            by_name["key"] = _shown(key, moment, dialect)
    for name, buckets in (("bucket", query.bucket), ("day", query.day)):
        if buckets:
            by_name[name] = bucket_number(buckets, moment, dialect)
    if query.rating:
        by_name["note"] = query.rating.column
    return list(by_name.values()), list(by_name)


def _aggregate(one: Aggregate, query: Query, dialect: Dialect) -> tuple[str, ...]:
    match one:
        case RowCount(str()) | KeyedRowCount() | CountAbove():
            return (dialect.count_if.format(_counted_where(one, dialect)),)
        case RowCount():
            return ("count(*)",)
        case DistinctCount(column):
            return (f"count(DISTINCT {column})",)
        case ColumnSum(column):
            return (dialect.sum(column),)
        case ColumnSquares(column):
            return (dialect.squares.format(column),)
        case ColumnMedian(column):
            return (dialect.median.format(column),)
        case ColumnQuantiles(column, shares):
            return (dialect.quantiles.format(column, ", ".join(map(repr, shares))),)
        case MedianSides(column):
            is_before = f"{query.rows.moment} < {query.rows.start}"
            lists = (dialect.values_if.format(column, when) for when in (f"NOT ({is_before})", is_before))
            return tuple(
                f"{of} AS {name}" for of, name in zip((dialect.median.format(column), *lists), _SIDES, strict=True)
            )
        case ColumnPercentile(column, percent):
            return (dialect.percentile(column, percent),)
        case MomentExtent():
            return f"min({query.rows.moment})", f"max({query.rows.moment})"


def _counted_where(one: RowCount | KeyedRowCount | CountAbove, dialect: Dialect) -> str:
    """Return the condition under which rows are counted."""
    match one:
        case KeyedRowCount(column):
            return dialect.contains.format(column, "key")
        case CountAbove(column, limit):
            return f"{column} > {limit}"
        case RowCount(condition):
            return condition or dialect.true


def _sides(query: Query) -> bool:
    """Say whether both periods are held against the median of both together."""
    return isinstance(query.aggregates[0], MedianSides)


def _side_counts(dialect: Dialect) -> list[str]:
    """Return the SQL that counts the values listed of each period, on either side of the median of both."""
    middle, *periods = _SIDES
    counts = (dialect.length, dialect.below, dialect.above)
    return [count.format(values, middle) for values in periods for count in counts]


def _shown(key: ClockKey, moment: str, dialect: Dialect) -> str:
    """Return the SQL of what the clock of the zone showed at a moment."""
    local = f"({moment} + {_offset(moment, key.clock)})"
    match key.part:
        case ClockPart.HOUR:
            return dialect.whole.format(f"{dialect.over.format(local, HOUR)} % 24")
        case ClockPart.WEEKDAY:  # 1 January 1970 was a Thursday
            return dialect.whole.format(f"({dialect.over.format(local, DAY)} + 3) % 7 + 1")


def _offset(moment: str, clock: ZoneClock) -> str:
    """Return the SQL of a zone's offset at a moment: integers only, no engine's calendar."""
    clock_segments = segments(clock.zone, clock.start, clock.end)
    if len(clock_segments) == 1:
        return str(clock_segments[0].offset)
    cases = " ".join(f"WHEN {moment} < {one.end} THEN {one.offset}" for one in clock_segments[:-1])
    return f"CASE {cases} ELSE {clock_segments[-1].offset} END"
