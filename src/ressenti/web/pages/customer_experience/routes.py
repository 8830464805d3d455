"""The addresses of the report: the page, and each of its parts on its own."""

from functools import partial
from typing import Annotated

from litestar import MediaType, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import PathParameter
from litestar.response import Stream

from ressenti.accounts.permissions import Permission, Viewer
from ressenti.facts.store import FactStore
from ressenti.reports.model import Standing
from ressenti.web.auth.authorization import needs
from ressenti.web.pages.customer_experience.page import page_content, response_rate, standing
from ressenti.web.pages.customer_experience.parts import PATIENCE_S, PartsInProgress, called_for, parts_of, render
from ressenti.web.pages.page_context import show_in_pieces
from ressenti.web.pages.report_context import ReportContext, open_report
from ressenti.web.server.requests import AnyRequest

PartName = Annotated[str, PathParameter(description="The part.")]


@get("/", opt=needs(Permission.READ_FIGURES), sync_to_thread=True, include_in_schema=False)
def customer_experience(
    request: AnyRequest, keeper: NamedDependency[FactStore], viewer: NamedDependency[Viewer], now: NamedDependency[int]
) -> Stream:
    """Show the report. What is not ready soon loads on its own; `whole=yes` waits for all of it."""
    opened = open_report(request, keeper=keeper, viewer=viewer, now=now)
    return show_report(opened, None if request.query_params.get("whole") == "yes" else PATIENCE_S)


def show_report(opened: ReportContext, patience_s: float | None) -> Stream:
    """Show a report, its head at once, with the parts that are ready within a time or, given none, all of them."""
    found, elsewhere = standing(opened)
    wanted = parts_of(opened) if found is Standing.MEASURED else ("lead",)
    making = PartsInProgress(opened, wanted, patience_s)
    content = page_content(opened, found, elsewhere) | {
        "wanted": wanted,
        "parts_made": making,
        "rate": partial(response_rate, opened),
    }
    return show_in_pieces(opened.frame, "customer_experience/customer_experience", **content)


@get("/report/{name:str}", opt=needs(Permission.READ_FIGURES), sync_to_thread=True, include_in_schema=False)
def part(
    name: PartName,
    request: AnyRequest,
    keeper: NamedDependency[FactStore],
    viewer: NamedDependency[Viewer],
    now: NamedDependency[int],
) -> Response[str]:
    """Show one part of the report, as it stands in the page; one that a page did not wait for is not made again."""
    found = called_for(request.query_params.get("late", ""), viewer, name)
    if found is not None:
        return Response(str(found), media_type=MediaType.HTML)
    opened = open_report(request, keeper=keeper, viewer=viewer, now=now)
    if name not in parts_of(opened):
        raise NotFoundException
    return Response(str(render(opened, name)), media_type=MediaType.HTML)


ROUTES = (customer_experience, part)
