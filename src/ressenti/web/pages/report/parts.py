"""Which parts can a report have? Each is declared once: its template, and what it needs there.

A report is made of these (`SHARED_PARTS`) and of parts of its own, and says which of them a choice shows.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from ressenti.indicators.dimensions import AGENT
from ressenti.reports.choice import OVERVIEW
from ressenti.web.pages import problems
from ressenti.web.pages.report import advice, drivers, rankings, view_models
from ressenti.web.pages.report_context import ReportContext
from ressenti.web.pages.templating import environment


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPart:
    """A part, or a family of parts whose names go on with a key, as `tile-csat` and `by-agent` do.

    `prepare` and `template` are given the report and that key, "" without one. An item stands in a list, as tiles do.
    """

    template: Callable[[ReportContext, str], str]
    prepare: Callable[[ReportContext, str], dict[str, Any]]
    is_item: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPage:
    """A report as a page: the parts it may have by what their names begin with, and which of them a choice shows."""

    parts: Mapping[str, ReportPart]
    names: Callable[[ReportContext], tuple[str, ...]]

    def render(self, report: ReportContext, name: str) -> Markup:
        """Return one part as it stands in the page; raises the refusals of its questions."""
        kind, _hyphen, key = name.partition("-")
        part = self.parts[kind]
        content = part.prepare(report, key)
        template = environment(report.language).get_template(f"{part.template(report, key)}.html.j2")
        return Markup(template.render(page=report.page, report=report, choice=report.choice, **content))

    def render_or_explain(self, report: ReportContext, name: str) -> Markup:
        """Return one part, or in its place why it could not be made."""
        try:
            return self.render(report, name)
        except Exception as error:  # noqa: BLE001 - whatever it is, the other parts of the page are whole
            sentence = problems.explain(error, report.language, path=report.page.path)
            template = environment(report.language).get_template("problem_part.html.j2")
            problem = Markup(template.render(page=report.page, sentence=sentence))
            return Markup("<li>{}</li>").format(problem) if self.parts[name.partition("-")[0]].is_item else problem


def _part(template: str, prepare: Callable[[ReportContext], dict[str, Any]]) -> ReportPart:
    """Declare a part that there is one of."""
    return ReportPart(template=lambda _report, _key: f"report/{template}", prepare=lambda report, _key: prepare(report))


def _is_card(report: ReportContext, key: str) -> bool:
    """Say whether a ranking is one of the cards of the overview, with its first rows only."""
    return report.choice.tab == OVERVIEW and key != AGENT.key


SHARED_PARTS: Mapping[str, ReportPart] = {
    "lead": _part("lead", view_models.lead_content),
    "tile": ReportPart(template=lambda _report, _key: "report/tile", prepare=view_models.tile_content, is_item=True),
    "drivers": _part("drivers", drivers.drivers_content),
    "evolution": _part("evolution", view_models.evolution_content),
    "ratings": _part("ratings", view_models.ratings_content),
    "split": _part("split", view_models.split_content),
    "by": ReportPart(
        template=lambda report, key: "report/card" if _is_card(report, key) else "report/ranking",
        prepare=lambda report, key: rankings.ranking_content(report, key, is_card=_is_card(report, key)),
    ),
    "surveys": _part("surveys", view_models.surveys_content),
    "beside": _part("beside", rankings.beside_content),
    "comments": _part("report_comments", view_models.comments_content),
    "advice": _part("report_advice", advice.advice_content),
}
"""The parts that any report may show."""
OPEN = frozenset({"lead", "drivers", "advice"})
"""Parts above others that are as high as what they say: a page waits for them, so that nothing below is pushed down."""
