"""The Customer experience report, as a page."""

from typing import Any
from zoneinfo import ZoneInfo

from litestar import MediaType, Request, Response, get
from litestar.di import NamedDependency

from ressenti.facts.keeper import Keeper
from ressenti.indicators.answering import answer_question
from ressenti.indicators.catalogue import INDICATORS
from ressenti.kit.clock import from_us
from ressenti.kit.i18n import translate
from ressenti.record.projects import DEFAULT, Project, all_projects
from ressenti.reports.choice import read_choice
from ressenti.reports.customer_experience import prepare
from ressenti.web import assets
from ressenti.web.admission import OPEN
from ressenti.web.pages import render_page
from ressenti.web.preferences import preferences
from ressenti.web.requests import once_each

AnyRequest = Request[Any, Any, Any]


@get("/", opt=OPEN, sync_to_thread=True, include_in_schema=False)
def customer_experience(
    request: AnyRequest, keeper: NamedDependency[Keeper], now: NamedDependency[int]
) -> Response[str]:
    """Show the report for the period and the choices of the address."""
    chosen = preferences(request)
    asked = {name: values[0] for name, values in once_each(request).items()}
    with keeper.record.read() as record:
        projects = all_projects(record)
    zone = _zone(projects)
    today = from_us(now).astimezone(ZoneInfo(zone)).date()
    choice = read_choice(asked, today=today)
    report = prepare(choice, ask=lambda question: answer_question(keeper, question), zone=zone, now=now)
    html = render_page(
        report,
        language=chosen.language,
        theme=chosen.theme,
        definitions={key: translate(one.definition, chosen.language) for key, one in INDICATORS.items()},
        static=assets.address(),
        project=" · ".join(project.name for project in projects[:3] if project.name != DEFAULT),
    )
    return Response(html, media_type=MediaType.HTML, cookies=list(chosen.cookies))


def _zone(projects: list[Project]) -> str:
    zones = {project.zone for project in projects}
    return zones.pop() if len(zones) == 1 else "UTC"
