"""How are the filters of a page shown: as removable chips, and for each dimension a form with its keys?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from litestar import Response

from ressenti.indicators.declaration import Dimension, in_places
from ressenti.indicators.dimensions import DIMENSIONS, dimension
from ressenti.indicators.model import Filter
from ressenti.indicators.names import NONE, WITHOUT, KeyName, by_keys, choices, key_beside
from ressenti.indicators.parse_question import read_filters
from ressenti.indicators.refusals import BadChoice
from ressenti.indicators.visibility import visible_of
from ressenti.kit.collation import by_letters
from ressenti.reports import filter_wording
from ressenti.reports.choice import filters_in
from ressenti.web.pages.filters.counts import KeyCounts, conversation_counts
from ressenti.web.pages.page_context import show
from ressenti.web.pages.request_context import RequestContext
from ressenti.web.server.query import by_name

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


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterRow:
    """A key to choose: as an address says it, what it is called, and how many conversations have it, where known."""

    value: str
    label: str
    beside: str
    reason: str
    is_chosen: bool
    is_without: bool
    count: int | None


def chips_of(
    where: Iterable[Filter],
    named: Mapping[tuple[str, str], str],
    parameters: Sequence[tuple[str, str]],
    page: str,
    language: str,
) -> list[FilterChip]:
    """Return the chips of some filters on a page; `parameters` are those of its address."""
    return [
        FilterChip(
            filter_wording.filter_name(one, language=language),
            filter_wording.filter_keys(one, named, language=language),
            _filter_address(one.dimension, parameters, page),
            _address(page, [pair for pair in parameters if pair not in _pairs(one)]),
        )
        for one in where
    ]


def chips(report: Any) -> list[FilterChip]:
    """Return the chips of a report."""
    return chips_of(report.choice.where, report.labels, report.choice.parameters(), report.page.path, report.language)


def filter_menu(report: Any) -> list[tuple[str, str]]:
    """Return the dimensions a report may be filtered by, with the address of each one's form."""
    parameters, page = report.choice.parameters(), report.page.path
    return filters_of(parameters, page, has_projects=len(report.projects) > 1)


def filters_of(parameters: Sequence[tuple[str, str]], page: str, *, has_projects: bool) -> list[tuple[str, str]]:
    """Return the dimensions a page may be filtered by, with the address of each one's form."""
    shown = [name for name in FILTERS if has_projects or not dimension(name).is_for_several_projects]
    return [(dimension(name).name, _filter_address(name, parameters, page)) for name in shown]


def show_filter(context: RequestContext, name: str, target: str) -> Response[str]:
    """Show the keys of a dimension, to choose among them, for the page `target`; raises BadChoice."""
    if target not in PAGES:
        raise BadChoice(name="page", value=target, known=", ".join(PAGES))
    filtered, page = dimension(name), context.page()
    parameters = [pair for pair in page.parameters if pair[0] != "page"]
    words = by_name(parameters)
    where = filters_in(words)
    with context.record.read() as record:
        visible = visible_of(context.facts, record, context.viewer.within)
        offered = choices(visible, filtered)
        where = by_keys(visible, where)
    own = [one for one in where if one.dimension == name]
    edited = min(own, key=lambda one: one.is_excluded, default=Filter(name, ()))
    others = [one for one in where if one is not edited]
    counts = conversation_counts(context, page, name, target=target, words=words, where=others)
    return show(
        page,
        "filters/filter",
        dimension=filtered,
        is_excluded=edited.is_excluded,
        rows=_rows(filtered, offered, edited.keys, counts, page.language),
        kept=[pair for pair in parameters if pair[0] not in {"after", "before"} and not _is_of(edited, pair)],
        target=target,
        back=_address(target, parameters),
    )


def _rows(
    filtered: Dimension, offered: Iterable[KeyName], chosen: Sequence[str], counts: KeyCounts, language: str
) -> list[FilterRow]:
    """Return the keys to choose among, by what they are called; what has no value stands last and says why."""
    keys = list(dict.fromkeys(offered))
    keys += [KeyName(None, NONE)] if filtered.is_named_by_the_record else []
    rows = [_row(filtered.key, one, chosen, counts, language) for one in keys]
    if filtered.is_ordered:
        return rows
    return sorted(rows, key=lambda row: (row.is_without, by_letters(row.label)))


def _row(name: str, named: KeyName, chosen: Sequence[str], counts: KeyCounts, language: str) -> FilterRow:
    return FilterRow(
        value=f"{name}={named.key or WITHOUT}",
        label=filter_wording.row_label(name, named.key, named.label, language=language),
        beside=key_beside(name, named.key, named.label),
        reason=filter_wording.without_reason(name, named.key, language=language),
        is_chosen=(named.key or WITHOUT) in chosen,
        is_without=named.key is None,
        count=None if counts is None else counts.get(named, 0),
    )


def _filter_address(name: str, parameters: Sequence[tuple[str, str]], page: str) -> str:
    return f"/filter/{name}?" + urlencode([("page", page), *parameters])


def _address(page: str, parameters: Sequence[tuple[str, str]]) -> str:
    return f"{page}?{urlencode(parameters)}" if parameters else page


def _is_of(edited: Filter, pair: tuple[str, str]) -> bool:
    """Say whether a parameter of an address is one of a filter that is chosen anew."""
    said = read_filters([pair[1]]) if pair[0] == "where" and pair[1] else ()
    return any((one.dimension, one.is_excluded) == (edited.dimension, edited.is_excluded) for one in said)


def _pairs(one: Filter) -> list[tuple[str, str]]:
    """Return the parameters of an address that say a filter."""
    return [("where", text) for text in one.texts]
