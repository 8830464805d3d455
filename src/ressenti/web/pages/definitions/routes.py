"""The pages that help to understand: what every figure and breakdown means, and good practice."""

from litestar import Response, get

from ressenti.web.auth.authorization import SIGNED_IN_ONLY
from ressenti.web.pages.definitions.view import show_definitions
from ressenti.web.pages.page_context import show
from ressenti.web.pages.request_context import Context


@get("/definitions", opt=SIGNED_IN_ONLY, sync_to_thread=True, include_in_schema=False)
def definitions(context: Context) -> Response[str]:
    """Show what every figure means and how it is computed."""
    return show_definitions(context.page("definitions"))


@get("/practices", opt=SIGNED_IN_ONLY, sync_to_thread=True, include_in_schema=False)
def practices(context: Context) -> Response[str]:
    """Show what helps where results are weak."""
    return show(context.page("practices"), "definitions/practices")


ROUTES = (definitions, practices)
