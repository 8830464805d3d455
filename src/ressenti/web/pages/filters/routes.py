"""The form with which a page is filtered by a dimension."""

from typing import Annotated

from litestar import Response, get
from litestar.params import PathParameter

from ressenti.accounts.permissions import Permission
from ressenti.web.auth.authorization import needs
from ressenti.web.pages.filters.view import show_filter
from ressenti.web.pages.request_context import Context

DimensionName = Annotated[str, PathParameter(description="The dimension.")]


@get("/filter/{name:str}", opt=needs(Permission.READ_FIGURES), sync_to_thread=True, include_in_schema=False)
def filter_form(name: DimensionName, context: Context) -> Response[str]:
    """Show the keys of a dimension, to choose among them; the page they are for is `page`."""
    return show_filter(context, name, context.request.query_params.get("page", "/"))


ROUTES = (filter_form,)
