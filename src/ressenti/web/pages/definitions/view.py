"""How is it shown what every figure and every breakdown means?

An indicator stands at `/definitions#` and its key, a dimension at `/definitions#by-` and its key.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from litestar import Response

from ressenti.indicators.catalogue import INDICATORS
from ressenti.indicators.declaration import Dimension, Indicator
from ressenti.indicators.describe import FAMILIES, Explanation, explain, rows_of
from ressenti.indicators.dimensions import CHANNEL, DIMENSIONS
from ressenti.web.pages.page_context import PageContext, show

DEFAULT_BREAKDOWN = CHANNEL.key
"""The dimension that examples break down by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionEntry:
    """One indicator as it stands on the page; `points` are in the page's language, `name` and `definition` not yet."""

    key: str
    name: str
    definition: str
    points: tuple[Explanation, ...]
    command: str
    address: str
    sql_address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DimensionEntry:
    """One dimension as it stands on the page; `rows` is in the page's language."""

    key: str
    name: str
    definition: str
    rows: str
    command: str


def show_definitions(page: PageContext) -> Response[str]:
    """Show what every figure means and how it is computed."""
    families = [(title, [_entry(INDICATORS[key], page.language) for key in keys]) for title, keys in FAMILIES.items()]
    breakdowns = [_breakdown(dimension, page.language) for dimension in DIMENSIONS.values()]
    return show(page, "definitions/definitions", families=families, breakdowns=breakdowns)


def _entry(indicator: Indicator, language: str) -> DefinitionEntry:
    address = f"/api/v1/indicators/{indicator.key}"
    return DefinitionEntry(
        key=indicator.key,
        name=indicator.name,
        definition=indicator.definition,
        points=explain(indicator, language=language),
        command=f"ressenti read {indicator.key} --by {DEFAULT_BREAKDOWN}",
        address=f"{address}?{urlencode({'by': DEFAULT_BREAKDOWN})}",
        sql_address=f"{address}?{urlencode({'sql': 1})}",
    )


def _breakdown(dimension: Dimension, language: str) -> DimensionEntry:
    return DimensionEntry(
        key=dimension.key,
        name=dimension.name,
        definition=dimension.definition,
        rows=rows_of(dimension, language=language),
        command=f"ressenti read csat --by {dimension.key}",
    )
