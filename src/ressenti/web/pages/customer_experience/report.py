"""Which parts does the Customer experience report show of a choice, in which order?"""

from ressenti.accounts.permissions import Permission
from ressenti.indicators.catalogue import INDICATORS, indicator
from ressenti.indicators.dimensions import AGENT, CHANNEL, DIMENSIONS, GROUP, SURVEY
from ressenti.indicators.measures import Net
from ressenti.indicators.model import Anchor
from ressenti.reports.choice import MAIN_TABS, available
from ressenti.reports.experience.drivers import is_told
from ressenti.web.pages.report.parts import SHARED_PARTS, ReportPage
from ressenti.web.pages.report_context import ReportContext

RATED = frozenset(one.key for one in INDICATORS.values() if Anchor.ANSWERED in one.anchors)
"""Indicators that have ratings to be cut by, or are made of them."""
CARDS = tuple(tab for tab in MAIN_TABS if tab in DIMENSIONS and tab != AGENT.key)
"""The breakdowns that the overview shows the first rows of."""


def part_names(report: ReportContext) -> tuple[str, ...]:
    """Return the names of the parts that a choice shows, in the order of the page; no ranking is of one."""
    unranked = {f"by-{key}" for key in report.unranked}
    return tuple(name for name in _part_names(report) if name not in unranked)


def _part_names(report: ReportContext) -> tuple[str, ...]:
    choice, one = report.choice, indicator(report.choice.indicator)
    told = ("drivers",) if is_told(report.reading) else ()
    above = ("lead", *(f"tile-{key}" for key in available(choice)), *told, "advice")
    ratings = ("ratings",) if choice.indicator in RATED else ()
    split = ("split",) if isinstance(one.measure, Net) else ()
    comments = ("comments",) if one.ratings and report.page.may(Permission.READ_CONTENT) else ()
    match choice.tab:
        case "overview":
            cards = (f"by-{tab}" for tab in CARDS)
            return (*above, "evolution", *ratings, *split, f"by-{AGENT.key}", *cards, *comments)
        case "evolution":
            return (*above, "evolution")
        case "ratings":
            return (*above, *split, *ratings, *comments)
        case SURVEY.key:  # a table of what each survey brought stands there, where others have one ranking
            return (
                *above,
                "surveys",
                "evolution",
                *ratings,
                *(f"by-{one.key}" for one in (CHANNEL, GROUP, AGENT)),
                *comments,
            )
        case _:
            beside = ("beside",) if choice.beside else ()
            return (*above, *beside, f"by-{choice.tab}")


CUSTOMER_EXPERIENCE = ReportPage(parts=SHARED_PARTS, names=part_names)
