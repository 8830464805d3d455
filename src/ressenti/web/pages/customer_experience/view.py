"""What stands around the parts of the report: head, filters, tabs, and where one can go from here."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from litestar.response import Stream

from ressenti.accounts.permissions import Permission
from ressenti.facts.freshness import freshness
from ressenti.indicators.catalogue import CONVERSATIONS, RESPONSE_RATE, tiles
from ressenti.indicators.dimensions import DIMENSIONS, dimension
from ressenti.indicators.model import Anchor, Attribution
from ressenti.kit.i18n import _, translate
from ressenti.reports import comparison_wording, filter_wording, wording
from ressenti.reports.choice import INDICATORS, MAIN_TABS, MORE_TABS, ORDERS, OVERVIEW, RATINGS, ReportChoice
from ressenti.reports.dates import span
from ressenti.reports.experience.report import prepare_tile
from ressenti.reports.experience.standing import prepare_standing
from ressenti.reports.format import percent
from ressenti.reports.model import Elsewhere, Standing
from ressenti.reports.period import PRESETS, ReportPeriod
from ressenti.web.pages.customer_experience.comparison import compared_note, comparison_menu
from ressenti.web.pages.customer_experience.report import CUSTOMER_EXPERIENCE, RATED
from ressenti.web.pages.filters.view import chips, filter_menu
from ressenti.web.pages.page_context import show_in_pieces
from ressenti.web.pages.report.progress import PartsInProgress
from ressenti.web.pages.report_context import ReportContext
from ressenti.web.pages.saved_views.visibility import views_for
from ressenti.workspace.saved_views import PAGES

_SHORT_PRESETS = ("7d", "30d", "90d", "12m")
"""The presets that stand beside each other; the others are in the menu."""


def standing(report: ReportContext) -> tuple[Standing, Elsewhere | None]:
    """Say whether there is anything to report on; one quick question where there is."""
    first = prepare_tile(report.reading, CONVERSATIONS.key)
    if first.value.n:
        return Standing.MEASURED, None
    return prepare_standing(report.reading, (prepare_tile(report.reading, one.key) for one in tiles() if one.ratings))


def show_report(report: ReportContext, patience_s: float | None) -> Stream:
    """Show a report, its head at once, with the parts that are ready within a time or, given none, all of them."""
    state, elsewhere = standing(report)
    names = CUSTOMER_EXPERIENCE.names(report) if state is Standing.MEASURED else ("lead",)
    content = page_content(report, state, elsewhere) | {
        "part_names": names,
        **_tiles_in(names),
        "parts_made": PartsInProgress(CUSTOMER_EXPERIENCE, report, names, patience_s),
        "rate": partial(response_rate, report),
    }
    return show_in_pieces(report.page, "customer_experience/customer_experience", **content)


def page_content(report: ReportContext, state: Standing, elsewhere: Elsewhere | None) -> dict[str, Any]:
    """Prepare what the page shows around its parts."""
    choice, reading = report.choice, report.reading
    return {
        "report": report,
        "window": " · ".join(_window(report, state)),
        "said": [*_window(report, state), *_how(report)] if state is Standing.MEASURED else [],
        "choice": choice,
        "period": choice.period,
        "standing": state,
        "elsewhere": _elsewhere(choice, elsewhere),
        "elsewhere_dated": wording.ANCHORS[elsewhere.anchor] if elsewhere and elsewhere.anchor != choice.anchor else "",
        "presets": [(wording.PRESETS[key], key == choice.preset, _preset(choice, key)) for key in _SHORT_PRESETS],
        "more_presets": [
            (wording.PRESETS[key], key == choice.preset, _preset(choice, key))
            for key in PRESETS
            if key not in _SHORT_PRESETS
        ],
        "kept": [pair for pair in choice.parameters() if pair not in choice.period_parameters() and pair[0] != "grain"],
        "is_compared": choice.comparison is not None,
        "comparison": comparison_menu(report),
        "compared_note": compared_note(report),
        "before": comparison_wording.previous_name(choice, currency=report.currency, language=report.language),
        "anchors": [
            (words, anchor is choice.anchor, choice.but(anchor=anchor).address())
            for anchor, words in wording.ANCHORS.items()
        ],
        "anchor": wording.ANCHORS[choice.anchor],
        "credits": _credits(choice),
        "credit": wording.ATTRIBUTIONS[choice.attribution or Attribution.ALL],
        "chips": chips(report),
        "views": _views(report),
        "filters": filter_menu(report),
        "tabs": _tabs(choice, tuple(tab for tab in MAIN_TABS if tab not in report.unranked)),
        "more_tabs": _tabs(choice, _more_tabs(report)),
        "is_unfinished": reading.is_unfinished,
        "may_change_until": reading.may_change_until,
        "whole": _with(choice, "whole", "yes"),
        "more_figures": _more_figures(choice),
        "fresh": freshness(report.facts),
        "is_dated_by_closing": choice.anchor is Anchor.CLOSED,
    }


def _views(report: ReportContext) -> list[tuple[str, bool, str]]:
    """Return the saved views of reports, own ones first, each with whether it is what is shown, and its address."""
    viewer = report.page.viewer
    if viewer is None or not report.page.may(Permission.KEEP_VIEWS):
        return []
    with report.facts.record.read() as record:
        own, others = views_for(report.facts, record, viewer, report.page)
    here = report.choice.address()
    return [(one.name, one.address == here, f"/views/{one.id}") for one in (*own, *others) if PAGES[one.page] == "/"]


def _window(report: ReportContext, state: Standing) -> list[str]:
    """Say what the page shows, for the title of its window: the indicator, its breakdown, filters and days."""
    choice, language = report.choice, report.language
    page = translate(_("Customer experience"), language)
    if state is Standing.NOTHING_AT_ALL:
        return [page]
    indicator = translate(wording.name_by_date(choice.indicator, choice.anchor), language)
    tab = [] if choice.tab == OVERVIEW else [translate(wording.TABS[choice.tab], language)]
    filters = [filter_wording.filter_words(one, report.labels, language=language) for one in choice.where]
    days = span(choice.period.start, choice.period.last, language=language)
    return [indicator, *tab, *filters, days, page]


def _how(report: ReportContext) -> list[str]:
    """Say how the page shows it: with what it is compared, by which date, in which order, whatever was chosen."""
    choice, language = report.choice, report.language
    before = comparison_wording.previous_name(choice, currency=report.currency, language=language)
    compared = translate(_("vs %(what)s"), language) % {"what": before} if choice.comparison else ""
    chosen = (
        compared or translate(_("no comparison"), language),
        translate(wording.ANCHORS[choice.anchor], language),
        translate(wording.ORDERS[choice.order], language) if choice.order != ORDERS[0] else "",
        translate(wording.GRAINS[choice.grain], language) if choice.grain else "",
        translate(wording.ATTRIBUTIONS[choice.attribution], language) if choice.attribution else "",
        translate(_("More figures"), language) if choice.shows_more_figures else "",
        choice.zone or "",
    )
    return [one for one in chosen if one]


def _tiles_in(names: Iterable[str]) -> dict[str, list[str]]:
    """Tell the tiles that are always there from those behind more figures."""
    tiles = [name for name in names if name.startswith("tile-")]
    first = [name for name in tiles if name.removeprefix("tile-") in INDICATORS]
    return {"first_tiles": first, "more_tiles": [name for name in tiles if name not in first]}


def _more_figures(choice: ReportChoice) -> str:
    """Return the address with more figures or, where there are, without them."""
    if not choice.shows_more_figures:
        return choice.but(has_more_figures=True).address()
    shown = choice.indicator if choice.indicator in INDICATORS else INDICATORS[0]
    return choice.but(has_more_figures=False, indicator=shown).address()


def response_rate(report: ReportContext) -> str | None:
    """Return the share of surveys that were answered, for the reading notes."""
    value = prepare_tile(report.reading, RESPONSE_RATE.key).value.value
    return None if value is None else percent(value, language=report.language)


def _preset(choice: ReportChoice, key: str) -> str:
    """Return the address of a preset; its days are worked out when it is report, not now."""
    return choice.but(preset=key, grain=None).address()


def _credits(choice: ReportChoice) -> list[tuple[str, bool, str]]:
    """Return whom answers may be credited to, where rows are people (D4)."""
    if choice.tab not in DIMENSIONS or not DIMENSIONS[choice.tab].is_credited:
        return []
    chosen = choice.attribution or Attribution.ALL
    return [
        (words, one is chosen, choice.but(attribution=None if one is Attribution.ALL else one).address())
        for one, words in wording.ATTRIBUTIONS.items()
    ]


def _tabs(choice: ReportChoice, tabs: tuple[str, ...]) -> list[tuple[str, bool, str]]:
    shown = [tab for tab in tabs if tab != RATINGS or choice.indicator in RATED]
    return [(wording.TABS[tab], tab == choice.tab, choice.but(tab=tab).address()) for tab in shown]


def _more_tabs(report: ReportContext) -> tuple[str, ...]:
    """Return the tabs that are not always in sight; projects have one where there are several."""
    return tuple(tab for tab in MORE_TABS if len(report.projects) > 1 or not dimension(tab).is_for_several_projects)


def _elsewhere(choice: ReportChoice, found: Elsewhere | None) -> list[tuple[ReportPeriod, str]]:
    """Return the periods that do hold something, with their addresses: the last month, then everything."""
    if found is None:
        return []
    there = choice.but(anchor=found.anchor)
    return [(period, there.narrowed(period).address()) for period in dict.fromkeys((found.latest, found.everything))]


def _with(choice: ReportChoice, name: str, value: str) -> str:
    address = choice.address()
    return f"{address}{'&' if '?' in address else '?'}{name}={value}"
