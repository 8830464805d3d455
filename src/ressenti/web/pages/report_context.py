"""Whose report is it, of which choice: a request becomes everything that the parts of the page are made from."""

from collections.abc import Mapping
from dataclasses import dataclass

from ressenti.accounts.permissions import Viewer
from ressenti.facts.store import FactStore
from ressenti.indicators.dimensions import AGENT, GROUP, SURVEY, dimension
from ressenti.indicators.model import Filter
from ressenti.indicators.names import by_keys, choices, keys_of, labels
from ressenti.indicators.query_session import QuerySession
from ressenti.indicators.visibility import VisibleKeys, visible_of
from ressenti.record.projects import Project
from ressenti.reports.choice import OVERVIEW, ReportChoice, read_report_choice
from ressenti.reports.experience.comparability import settled
from ressenti.reports.experience.report import ReportReader
from ressenti.web.pages.page_context import PageContext
from ressenti.web.pages.request_context import RequestContext
from ressenti.web.server.requests import once_each

SEVERAL = 2
"""Rows that make a ranking."""
REPEATED = frozenset({"where", "beside", "note", "nps", "columns"})
"""Parameters of pages that may be there several times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportContext:
    """A report that is read. `labels` names each key that the choice narrows a dimension to.

    `unranked` are the dimensions of which the viewer is shown no ranking: it would be of one.
    """

    page: PageContext
    reading: ReportReader
    facts: FactStore
    projects: tuple[Project, ...]
    labels: Mapping[tuple[str, str], str]
    unranked: frozenset[str] = frozenset()

    @property
    def choice(self) -> ReportChoice:
        """Return what was chosen."""
        return self.reading.choice

    @property
    def sees_one_agent(self) -> bool:
        """Say whether the viewer is kept to what one agent took part in: beside them is nobody to be ranked with."""
        return is_one_agent(self.page.viewer)

    @property
    def language(self) -> str:
        """Return the language of the page."""
        return self.page.language

    @property
    def currency(self) -> str:
        """Return the currency of amounts; several projects share one, or their amounts are refused."""
        return self.reading.currency


def is_one_agent(viewer: Viewer | None) -> bool:
    """Say whether somebody is kept to what one agent took part in, themselves."""
    return viewer is not None and AGENT.key in dict(viewer.within)


def open_report(context: RequestContext, *, place: str = "report") -> ReportContext:
    """Read the address of a report; raises the refusals of choices and filters that cannot be understood."""
    is_of_surveys = place == "report" and context.parameter("tab") == SURVEY.key
    page = context.page("satisfaction" if is_of_surveys else place)
    facts, within = context.facts, context.viewer.within
    choice = read_report_choice(once_each(context.request, but=REPEATED), today=page.today, week_start=page.week_start)
    with context.record.read() as record:
        visible = visible_of(facts, record, within)
        choice = choice.but(where=by_keys(visible, choice.where))
        if choice.beside:
            choice = choice.but(beside=keys_of(visible, dimension(choice.tab), choice.beside))
        beside = [Filter(choice.tab, choice.beside)] if choice.beside else []
        named = labels(visible, [*choice.where, *beside])
        unranked = _unranked(context.viewer, visible)
    if choice.tab in unranked:
        choice = choice.but(tab=OVERVIEW)
    zone = choice.zone or page.zone
    session = QuerySession(facts, within)
    reading = ReportReader(
        choice=choice,
        ask=session,
        zone=zone,
        now=context.now,
        currency=visible.projects[0].currency if visible.projects else "EUR",
        explain=session.explain,
        language=page.language,
    )
    reading = settled(reading) if place == "report" else reading
    return ReportContext(
        page=page, reading=reading, facts=facts, projects=visible.projects, labels=named, unranked=unranked
    )


def _unranked(viewer: Viewer, visible: VisibleKeys) -> frozenset[str]:
    """Return what somebody kept to one agent has no ranking of: agents, and groups where they belong to one."""
    if not is_one_agent(viewer):
        return frozenset()
    return frozenset({AGENT.key, *({GROUP.key} if len(choices(visible, GROUP)) < SEVERAL else ())})
