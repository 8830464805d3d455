"""The Conversations report and each conversation, as pages."""

from typing import Annotated, Any

from litestar import Response, get, post
from litestar.params import PathParameter
from litestar.status_codes import HTTP_200_OK

from ressenti.accounts.permissions import Permission
from ressenti.kit.names import ControlCharacter
from ressenti.reports.drilldown import CONVERSATIONS
from ressenti.web.auth.authorization import needs
from ressenti.web.pages.conversations.marks import take_mark
from ressenti.web.pages.conversations.view import show_conversation, show_conversations
from ressenti.web.pages.forms import Form, RefusedForm, see_other
from ressenti.web.pages.request_context import Context
from ressenti.workspace.conversation_marks import NoteTooLong

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


@post(
    "/conversations/{number:int}/mark", opt=READS, sync_to_thread=True, include_in_schema=False, status_code=HTTP_200_OK
)
def mark_conversation(number: ConversationNumber, context: Context, form: Form) -> Response[Any]:
    """Mark a conversation for oneself; a refusal is shown beside the note, which keeps what was typed."""
    try:
        address = take_mark(context, number, form)
    except (NoteTooLong, ControlCharacter) as refusal:
        return show_conversation(context, number, refused=RefusedForm(refusal, form))
    return see_other(address)


ROUTES = (conversations, conversation, mark_conversation)
