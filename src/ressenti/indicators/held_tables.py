"""What a server holds in memory of the facts: what the indicators count, and every dimension they are cut by."""

from ressenti.facts.engines.memory.schema import table_specs
from ressenti.facts.query import Query
from ressenti.indicators.catalogue import INDICATORS
from ressenti.indicators.declaration import Indicator
from ressenti.indicators.dimensions import DIMENSIONS
from ressenti.indicators.model import Anchor
from ressenti.indicators.query_builder import CREDITED_COLUMNS, Slice, build_query


def held_query(indicator: Indicator, anchor: Anchor) -> Query:
    """Return the query of an indicator by one of its dates, of no project and period in particular."""
    return build_query(indicator, Slice(projects=(), anchor=anchor, zone="UTC", week_start=0, extent=(0, 0)))


HELD = table_specs(
    [held_query(one, anchor) for one in INDICATORS.values() for anchor in Anchor if anchor in one.anchors],
    {one.column: one.many for one in DIMENSIONS.values() if one.column},
    CREDITED_COLUMNS,
)
