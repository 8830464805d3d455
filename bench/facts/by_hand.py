"""The page in SQL tuned by hand: one statement for all that a part asks of one table.

A second opinion, written without our own SQL: local time is whole numbers with the zone's offsets spelt out, no row is
counted by its id, and nothing is asked that is known of this data, neither the project, there being one, nor that
conversations are closed. Asking ratings of the answers that were given is quicker than asking everything of the
conversations, though those hold a rating as well.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from bench.facts import names
from bench.facts.found import TOTAL, Cell, Found
from bench.facts.page import PAGE, PageFilter, Part
from ressenti.indicators.dimensions import HOUR_OF_DAY, dimension
from ressenti.indicators.model import Grain
from ressenti.kit.clock import DAY, HOUR, SECOND, to_us

Rows = Sequence[Sequence[Any]]

WINTER, SUMMER = HOUR, 2 * HOUR
_SUMMERS = tuple(
    (to_us(datetime(year, 3, first, 1, tzinfo=UTC)), to_us(datetime(year, 10, last, 1, tzinfo=UTC)))
    for year, first, last in ((2023, 26, 29), (2024, 31, 27))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """What two engines write differently. `unnested` are rows with a `key` for each of a list, or null for none."""

    over: str
    median: str
    has_one: str
    has_any: str
    unnested: str


DUCKDB = Dialect(
    over="//",
    median="median({})",
    has_one="list_contains({}, {})",
    has_any="len(list_filter({}, lambda one: one IN ({}))) > 0",  # a third of what list_has_any takes
    unnested="(SELECT *, unnest(CASE WHEN len({many}) = 0 THEN [NULL] ELSE {many} END) AS key "
    "FROM {table} WHERE {where}) AS one",
)
POSTGRESQL = Dialect(
    over="/",
    median="percentile_cont(0.5) WITHIN GROUP (ORDER BY {})",
    has_one="{} && ARRAY[{}]",
    has_any="{} && ARRAY[{}]",
    unnested="{table} LEFT JOIN LATERAL unnest({many}) AS key ON true WHERE {where}",
)


class _Measure(NamedTuple):
    """Where an indicator is asked, what is asked, the base first, and the value that is made of that."""

    table: str
    aggregates: tuple[str, ...]
    value: Callable[..., float]


_MEASURES = {
    "csat": _Measure(
        "answer",
        ("count(is_satisfied)", "count(*) FILTER (WHERE is_satisfied)"),
        lambda n, hits: 100 * hits / n,
    ),
    "nps": _Measure(
        "answer",
        ("count(nps)", "count(*) FILTER (WHERE nps >= 9)", "count(*) FILTER (WHERE nps <= 6)"),
        lambda n, plus, minus: 100 * (plus - minus) / n,
    ),
    "first_response_time": _Measure(
        "conversation", ("count(first_response_us)", "MEDIAN first_response_us"), lambda _n, us: us / SECOND
    ),
    "resolution_time": _Measure(
        "conversation", ("count(resolution_us)", "MEDIAN resolution_us"), lambda _n, us: us / SECOND
    ),
    "first_response_time_mean": _Measure(
        "conversation", ("count(first_response_us)", "sum(first_response_us)"), lambda n, us: us / n / SECOND
    ),
    "conversations": _Measure("conversation", ("count(*)",), lambda n: n),
}


class Statement(NamedTuple):
    """What is asked of one table for a part: the indicators, and the SQL of a key and their aggregates."""

    part: Part
    indicators: tuple[str, ...]
    text: str


def statements(which: PageFilter, dialect: Dialect) -> list[Statement]:
    """Return all that has to be asked for the page."""
    return list(_statements(which, dialect))


def found(asked: Sequence[Statement], rows: Sequence[Rows]) -> Found:
    """Return what they found, without the keys that nothing was measured under."""
    return {
        (one.part.name, key): cells
        for one, own in zip(asked, rows, strict=True)
        for key, cells in _cells(one.indicators, own).items()
    }


def _statements(which: PageFilter, dialect: Dialect) -> Iterator[Statement]:
    for part in PAGE:
        for table in ("answer", "conversation"):
            if indicators := tuple(key for key in part.indicators if _MEASURES[key].table == table):
                aggregates = [text for key in indicators for text in _MEASURES[key].aggregates]
                text = _text(part, table, aggregates, _conditions(table, which, dialect), dialect)
                yield Statement(part, indicators, text)


def _text(part: Part, table: str, aggregates: Sequence[str], where: str, dialect: Dialect) -> str:
    columns = ", ".join(_aggregate(one, dialect) for one in aggregates)
    if part.by and part.by.many:
        source = dialect.unnested.format(many=part.by.column, table=table, where=where)
        return f"SELECT key, {columns} FROM {source} GROUP BY key"
    group = "" if _is_whole(part) else " GROUP BY 1"
    return f"SELECT {_key(part, dialect)}, {columns} FROM {table} WHERE {where}{group}"


def _aggregate(one: str, dialect: Dialect) -> str:
    kind, _, column = one.partition(" ")
    return dialect.median.format(column) if kind == "MEDIAN" else one


def _is_whole(part: Part) -> bool:
    return part.by is None and part.grain is None


def _key(part: Part, dialect: Dialect) -> str:
    local, over = _local(), dialect.over
    match part.grain:
        case Grain.DAY:
            return f"{local} {over} {DAY}"
        case Grain.WEEK:
            return f"({local} {over} {DAY} + 3) {over} 7"
    if part.by is HOUR_OF_DAY:
        return f"{local} {over} {HOUR} % 24"
    return str(TOTAL) if part.by is None else str(part.by.column)


def _local() -> str:
    """Return the SQL of the clock in Paris: the two years have two summers."""
    cases = " ".join(
        f"WHEN closed_at < {start} THEN {WINTER} WHEN closed_at < {end} THEN {SUMMER}" for start, end in _SUMMERS
    )
    return f"(closed_at + CASE {cases} ELSE {WINTER} END)"


def _conditions(table: str, which: PageFilter, dialect: Dialect) -> str:
    conditions = ["is_counted"] + (["is_answered"] if table == "answer" else [])
    if which.period:
        conditions.append(f"closed_at >= {which.period[0]} AND closed_at < {which.period[1]}")
    for key, values in which.where:
        one = dimension(key)
        ids = names.ids(one)
        has = (dialect.has_any if len(values) > 1 else dialect.has_one) if one.many else "{} IN ({})"
        conditions.append(has.format(one.column, ", ".join(str(ids[value]) for value in values)))
    return " AND ".join(conditions)


def _cells(indicators: Sequence[str], rows: Rows) -> dict[str, dict[int | None, Cell]]:
    """Tell the columns of a statement's rows apart by their indicators."""
    cells: dict[str, dict[int | None, Cell]] = {key: {} for key in indicators}
    for key, *given in rows:
        rest = iter(given)
        for indicator in indicators:
            n, *more = [next(rest) for _ in _MEASURES[indicator].aggregates]
            if n:
                cells[indicator][key] = (_MEASURES[indicator].value(n, *more), n)
    return cells
