"""What is downloaded: the figures of the report, and the rows behind them, as files with a name of their own."""

from functools import partial
from typing import Annotated

from litestar import get
from litestar.di import NamedDependency
from litestar.params import PathParameter
from litestar.response import Stream

from ressenti.accounts.permissions import Permission
from ressenti.web.auth.authorization import needs
from ressenti.web.pages.downloads.view import make_download, read_file_name
from ressenti.web.pages.report_context import REPEATED
from ressenti.web.pages.request_context import Context
from ressenti.web.server.export_limiter import ExportLimiter
from ressenti.web.server.requests import once_each

DownloadFile = Annotated[str, PathParameter(description="What is taken away, and in which form: `report.xlsx`.")]


@get("/take/{file:str}", opt=needs(Permission.EXPORT), include_in_schema=False)
async def download(file: DownloadFile, context: Context, export_limiter: NamedDependency[ExportLimiter]) -> Stream:
    """Give a file with what a page of this address shows. It is made whole before the first byte leaves."""
    what, form = read_file_name(file)
    once_each(context.request, but=REPEATED)  # what cannot be understood is refused before a turn is waited for
    return await export_limiter.make(context.request.receive, partial(make_download, context, what, form))


ROUTES = (download,)
