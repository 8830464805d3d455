"""The Conversations report and each conversation, as pages."""

from typing import Annotated, Any

from litestar import Response, get
from litestar.params import PathParameter

from ressenti.accounts.permissions import Permission
from ressenti.reports.drilldown import CONVERSATIONS
from ressenti.web.auth.authorization import needs
from ressenti.web.pages.conversations.view import show_conversation, show_conversations
from ressenti.web.pages.request_context import Context

READS = needs(Permission.READ_CONVERSATIONS)

ConversationNumber = Annotated[int, PathParameter(description="The conversation's number, as its address has it.")]


@get(CONVERSATIONS, opt=READS, sync_to_thread=True, include_in_schema=False)
def conversations(context: Context) -> Response[str]:
    """Show the conversations the address asks for, a page of them."""
    return show_conversations(context)


@get("/conversations/{number:int}", opt=READS, sync_to_thread=True, include_in_schema=False)
def conversation(number: ConversationNumber, context: Context) -> Response[Any]:
    """Show one conversation, of a merged one what it became (D34); one that may not be seen is not found."""
    return show_conversation(context, number)


ROUTES = (conversations, conversation)
