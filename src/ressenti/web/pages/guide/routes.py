"""The guide: how to read the report, on one page."""

from litestar import Response, get

from ressenti.web.auth.authorization import SIGNED_IN_ONLY
from ressenti.web.pages.page_context import show
from ressenti.web.pages.request_context import Context


@get("/guide", opt=SIGNED_IN_ONLY, sync_to_thread=True, include_in_schema=False)
def guide(context: Context) -> Response[str]:
    """Show how the report is read, from its first sentence to the conversations behind it."""
    return show(context.page("guide"), "guide/guide")


ROUTES = (guide,)
