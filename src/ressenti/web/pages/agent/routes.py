"""The page of an agent."""

from typing import Any

from litestar import Response, get

from ressenti.accounts.permissions import Permission
from ressenti.reports.agent_page import AGENT_PAGE
from ressenti.web.auth.authorization import needs
from ressenti.web.pages.agent.view import show_agent
from ressenti.web.pages.request_context import Context


@get(AGENT_PAGE, opt=needs(Permission.READ_FIGURES), sync_to_thread=True, include_in_schema=False)
def agent(context: Context) -> Response[Any]:
    """Show the figures of an agent beside everyone's, and what of theirs is worth reading; only who may see them."""
    return show_agent(context)


ROUTES = (agent,)
