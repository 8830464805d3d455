"""The filters of a page: removable chips, and for each dimension a form with its keys."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import PathParameter

from ressenti.accounts.permissions import Permission, Viewer
from ressenti.facts.store import FactStore
from ressenti.indicators.dimensions import DIMENSIONS, dimension, in_places
from ressenti.indicators.names import WITHOUT, by_keys, choices, key_beside
from ressenti.indicators.parse_question import read_filters
from ressenti.indicators.refusals import BadChoice
from ressenti.indicators.visibility import visible_of
from ressenti.kit.i18n import translate
from ressenti.reports import wording
from ressenti.reports.choice import FilterKeys
from ressenti.web.auth.authorization import needs
from ressenti.web.pages.page_context import open_frame, show
from ressenti.web.server.requests import AnyRequest

DimensionName = Annotated[str, PathParameter(description="The dimension.")]
PAGES = ("/", "/conversations", "/comments")
"""Pages that have filters."""
FILTERS = tuple(one.key for one in in_places((one.filter, one) for one in DIMENSIONS.values()))
"""The dimensions one may filter by, in the order of domain section 3.1; those expected beyond it follow."""


@dataclass(frozen=True, slots=True)
class FilterChip:
    """A filter at work: the dimension's name, its keys' names, where it is changed, and the address without it."""

    name: str
    labels: tuple[str, ...]
    change: str
    without: str


def chips_of(
    where: FilterKeys, named: Any, here: Sequence[tuple[str, str]], page: str, language: str
) -> list[FilterChip]:
    """Return the chips of some filters on a page; `here` are the parameters of its address."""
    return [
        FilterChip(
            translate(dimension(name).name, language),
            tuple(wording.row_label(name, key, named[name, key], language=language) for key in keys),
            _filter_address(name, here, page),
            _address(page, [pair for pair in here if not _speaks_of(pair, name)]),
        )
        for name, keys in where
    ]


def chips(opened: Any) -> list[FilterChip]:
    """Return the chips of a report."""
    return chips_of(opened.choice.where, opened.labels, opened.choice.parameters(), opened.frame.path, opened.language)


def filter_menu(opened: Any) -> list[tuple[str, str]]:
    """Return the dimensions a report may be filtered by, with the address of each one's form."""
    here, page = opened.choice.parameters(), opened.frame.path
    return filters_of(here, page, has_projects=len(opened.projects) > 1)


def filters_of(here: Sequence[tuple[str, str]], page: str, *, has_projects: bool) -> list[tuple[str, str]]:
    """Return the dimensions a page may be filtered by, with the address of each one's form."""
    shown = [name for name in FILTERS if has_projects or not dimension(name).is_for_several_projects]
    return [(dimension(name).name, _filter_address(name, here, page)) for name in shown]


@get("/filter/{name:str}", opt=needs(Permission.READ_FIGURES), sync_to_thread=True, include_in_schema=False)
def filter_form(
    name: DimensionName,
    request: AnyRequest,
    keeper: NamedDependency[FactStore],
    viewer: NamedDependency[Viewer],
    now: NamedDependency[int],
) -> Response[str]:
    """Show the keys of a dimension, to choose among them; the page they are for is `page`."""
    one = dimension(name)
    frame = open_frame(request, keeper=keeper, now=now, viewer=viewer)
    page = request.query_params.get("page", "/")
    if page not in PAGES:
        raise BadChoice(name="page", value=page, known=", ".join(PAGES))
    here = [pair for pair in frame.here if pair[0] != "page"]
    where = read_filters([value for key, value in here if key == "where" and value])
    with keeper.record.read() as record:
        visible = visible_of(keeper, record, viewer.within)
        found = choices(visible, one)
        where = by_keys(visible, where)
    chosen = dict(where).get(name, ())
    rows = [
        (
            f"{name}={key or WITHOUT}",
            wording.row_label(name, key, label, language=frame.language),
            key_beside(name, key, label),
            (key or "") in chosen,
        )
        for key, label in found
    ]
    if one.is_named_by_the_record:
        rows.append((f"{name}=", wording.row_label(name, None, "", language=frame.language), "", WITHOUT in chosen))
    kept = [pair for pair in here if not _speaks_of(pair, name) and pair[0] not in {"after", "before"}]
    return show(frame, "filter", dimension=one, rows=rows, kept=kept, target=page, back=_address(page, here))


def _filter_address(name: str, here: Sequence[tuple[str, str]], page: str) -> str:
    return f"/filter/{name}?" + urlencode([("page", page), *here])


def _address(page: str, here: Sequence[tuple[str, str]]) -> str:
    return f"{page}?{urlencode(here)}" if here else page


def _speaks_of(pair: tuple[str, str], name: str) -> bool:
    return pair[0] == "where" and pair[1].partition("=")[0] == name


ROUTES = (filter_form,)
