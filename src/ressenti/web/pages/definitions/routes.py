"""The pages that help to understand: what every figure and breakdown means, made from the catalogue, and good practice.

An indicator stands at `/definitions#` and its key, a dimension at `/definitions#by-` and its key.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from litestar import Response, get
from litestar.di import NamedDependency

from ressenti.accounts.permissions import Viewer
from ressenti.facts.store import FactStore
from ressenti.indicators.catalogue import INDICATORS, Indicator
from ressenti.indicators.describe import FAMILIES, Explanation, explain, rows_of
from ressenti.indicators.dimensions import DIMENSIONS, Dimension
from ressenti.web.auth.authorization import SIGNED_IN_ONLY
from ressenti.web.pages.page_context import open_frame, show
from ressenti.web.server.requests import AnyRequest

DEFAULT_BREAKDOWN = "channel"
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


@get("/definitions", opt=SIGNED_IN_ONLY, sync_to_thread=True, include_in_schema=False)
def definitions(
    request: AnyRequest, keeper: NamedDependency[FactStore], viewer: NamedDependency[Viewer], now: NamedDependency[int]
) -> Response[str]:
    """Show what every figure means and how it is computed."""
    frame = open_frame(request, keeper=keeper, now=now, viewer=viewer, page="definitions")
    families = [(title, [_entry(INDICATORS[key], frame.language) for key in keys]) for title, keys in FAMILIES.items()]
    breakdowns = [_breakdown(one, frame.language) for one in DIMENSIONS.values()]
    return show(frame, "definitions/definitions", families=families, breakdowns=breakdowns)


@get("/practices", opt=SIGNED_IN_ONLY, sync_to_thread=True, include_in_schema=False)
def practices(
    request: AnyRequest, keeper: NamedDependency[FactStore], viewer: NamedDependency[Viewer], now: NamedDependency[int]
) -> Response[str]:
    """Show what helps where results are weak."""
    return show(open_frame(request, keeper=keeper, now=now, viewer=viewer, page="definitions"), "definitions/practices")


ROUTES = (definitions, practices)


def _entry(one: Indicator, language: str) -> DefinitionEntry:
    address = f"/api/v1/indicators/{one.key}"
    return DefinitionEntry(
        key=one.key,
        name=one.name,
        definition=one.definition,
        points=explain(one, language=language),
        command=f"ressenti read {one.key} --by {DEFAULT_BREAKDOWN}",
        address=f"{address}?{urlencode({'by': DEFAULT_BREAKDOWN})}",
        sql_address=f"{address}?{urlencode({'sql': 1})}",
    )


def _breakdown(one: Dimension, language: str) -> DimensionEntry:
    return DimensionEntry(
        key=one.key,
        name=one.name,
        definition=one.definition,
        rows=rows_of(one, language=language),
        command=f"ressenti read csat --by {one.key}",
    )
