"""The table of comments, as a page of its own."""

from litestar import Response, get

from ressenti.accounts.permissions import Permission
from ressenti.reports.comments.choice import PAGE
from ressenti.web.auth.authorization import needs
from ressenti.web.pages.comments.view import show_comments
from ressenti.web.pages.request_context import Context


@get(PAGE, opt=needs(Permission.READ_CONTENT), sync_to_thread=True, include_in_schema=False)
def comments(context: Context) -> Response[str]:
    """Show the comments of the period, or all answers, in the order and with the filters of the address."""
    return show_comments(context)


ROUTES = (comments,)
