"""The addresses of the report: the page, and each of its parts on its own."""

from typing import Annotated

from litestar import MediaType, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import PathParameter
from litestar.response import Stream

from ressenti.accounts.permissions import Permission
from ressenti.web.auth.authorization import needs
from ressenti.web.pages.customer_experience.report import CUSTOMER_EXPERIENCE
from ressenti.web.pages.customer_experience.view import show_report
from ressenti.web.pages.report.progress import PATIENCE_S, called_for
from ressenti.web.pages.report_context import open_report
from ressenti.web.pages.request_context import Context

PartName = Annotated[str, PathParameter(description="The part.")]


@get("/", opt=needs(Permission.READ_FIGURES), sync_to_thread=True, include_in_schema=False)
def customer_experience(context: Context) -> Stream:
    """Show the report. What is not ready soon loads on its own; `whole=yes` waits for all of it."""
    return show_report(open_report(context), None if context.parameter("whole") == "yes" else PATIENCE_S)


@get("/report/{name:str}", opt=needs(Permission.READ_FIGURES), sync_to_thread=True, include_in_schema=False)
def part(name: PartName, context: Context) -> Response[str]:
    """Show one part of the report, as it stands in the page; one that a page did not wait for is not made again."""
    markup = called_for(context.parameter("late"), context.viewer, name)
    if markup is None:
        report = open_report(context)
        if name not in CUSTOMER_EXPERIENCE.names(report):
            raise NotFoundException
        markup = CUSTOMER_EXPERIENCE.render(report, name)
    return Response(str(markup), media_type=MediaType.HTML)


ROUTES = (customer_experience, part)
