"""What a server holds in memory of the facts: what the indicators count, and every dimension they are cut by."""

from ressenti.facts.engines.memory.table import TableSpec
from ressenti.facts.schema import TABLES
from ressenti.indicators.catalogue import INDICATORS, Indicator
from ressenti.indicators.dimensions import DIMENSIONS
from ressenti.indicators.measures import (
    Count,
    Distribution,
    Mean,
    Median,
    Net,
    Percentile,
    PooledMean,
    Share,
    Total,
)
from ressenti.indicators.model import Anchor
from ressenti.indicators.sql import CREDITED_COLUMNS, anchor_column

TABLE_OF = {
    "conversation": "conversation",
    "handling": "handling",
    "answer": "answer",
    "sale": "sale",
}
"""Where the rows of an indicator's facts stand; what is not here is asked of the file alone."""


def category_code(one: Indicator) -> str:
    """Return the SQL of what a row is to an indicator: 0 nothing, else part of its base, and then what it counts as."""
    match one.measure:
        case Share(hit) | Count(str(hit)):
            own = f"CASE WHEN {hit} THEN 2 ELSE 1 END"
        case Net(plus, minus):
            own = f"CASE WHEN {plus} THEN 2 WHEN {minus} THEN 3 ELSE 1 END"
        case Distribution(column, notes):
            own = f"{column} - {notes[0]} + 1"
        case _:
            own = "1"
    return f"CASE WHEN is_counted AND ({one.population}) THEN {own} ELSE 0 END"


def amount(one: Indicator, column: str) -> str:
    """Return the SQL of what a row adds to an indicator, null where it is nothing to it."""
    return f"CASE WHEN is_counted AND ({one.population}) THEN {column} END"


def amounts(one: Indicator) -> tuple[str, ...]:
    """Return the SQL of what is added up for an indicator: of a pooled mean the count, then the total."""
    match one.measure:
        case Mean(column) | Total(column):
            return (amount(one, column),)
        case PooledMean(total, count):
            return amount(one, count), amount(one, total)
    return ()


def width(one: Indicator) -> int:
    """Return how many digits an indicator has, 0 among them."""
    match one.measure:
        case Net():
            return 4
        case Distribution(_, notes):
            return len(notes) + 1
    return 3


def span(one: Indicator) -> str | None:
    """Return the SQL of the durations whose median or percentile an indicator is."""
    return amount(one, one.measure.column) if isinstance(one.measure, Median | Percentile) else None


def _wanted(table: str) -> TableSpec:
    own = {column.name for column in TABLES[table]}
    asked = [one for one in INDICATORS.values() if TABLE_OF.get(one.facts) == table]
    cut = {one.column: one.many for one in DIMENSIONS.values() if one.column}
    columns = cut | CREDITED_COLUMNS
    spans = dict.fromkeys(sql for one in asked if (sql := span(one)))
    anchors = (anchor_column(one, anchor) for one in asked for anchor in Anchor if anchor in one.anchors)
    return TableSpec(
        table=table,
        source=f'"{table}"',
        moments=tuple(dict.fromkeys(anchors)),
        ids=tuple(name for name, is_many in columns.items() if name in own and not is_many),
        lists=tuple(name for name, is_many in columns.items() if name in own and is_many),
        digits=tuple(dict.fromkeys(category_code(one) for one in asked if not span(one))),
        amounts=tuple(dict.fromkeys(sql for one in asked for sql in amounts(one) if sql not in spans)),
        spans=tuple(spans),
        link=None if own >= cut.keys() else "conversation",
    )


HELD = tuple(_wanted(table) for table in TABLES)
