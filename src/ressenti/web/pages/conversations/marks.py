"""What does somebody mark in a conversation for themselves: that they read it, that they come back to it, a note?"""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from litestar.exceptions import NotFoundException

from ressenti.facts.engines.engine import Engine
from ressenti.indicators.drilldown import seen
from ressenti.indicators.refusals import BadChoice
from ressenti.kit.clock import from_us
from ressenti.kit.i18n import _, translate
from ressenti.reports.drilldown import CONVERSATIONS
from ressenti.web.pages.forms import FormFields, RefusedForm
from ressenti.web.pages.request_context import RequestContext
from ressenti.web.pages.saved_views.address import own_id
from ressenti.workspace.conversation_marks import (
    LONGEST_NOTE,
    UNMARKED,
    ConversationMark,
    mark_read,
    mark_to_return,
    marks_of,
    write_note,
)

READ, UNREAD, AGAIN, DONE, NOTE = "read", "unread", "again", "done", "note"
LEFT_UNREAD = "#unread"
"""Where one goes on to that marked it as unread: the page does not mark it as read again by itself."""
LARGEST = 2**31
"""Numbers from here on are no conversation's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnMark:
    """What somebody marked in a conversation. `action` is where its forms are sent, `typed` the note to be changed."""

    mark: ConversationMark
    read_at: datetime | None
    action: str
    typed: str
    longest: int = LONGEST_NOTE


def own_mark(context: RequestContext, conversation_id: int, zone: str, refused: RefusedForm | None) -> OwnMark | None:
    """Return what the viewer marked in a conversation, None for a program."""
    user_id = context.viewer.user_id
    if user_id is None:
        return None
    with context.record.read() as record:
        mark = marks_of(record, user_id, [conversation_id]).get(conversation_id, UNMARKED)
    return OwnMark(
        mark=mark,
        read_at=None if mark.read_at is None else from_us(mark.read_at).astimezone(ZoneInfo(zone)),
        action=_with_list(context, f"{CONVERSATIONS}/{conversation_id}/mark"),
        typed=refused.typed.text("note") if refused else mark.note,
    )


def own_words(mark: ConversationMark, language: str) -> list[str]:
    """Say what somebody marked: read or not, that they come back to it, their note."""
    read = _("Read by you") if mark.read_at is not None else _("Not read yet")
    again = [_("To come back to")] if mark.comes_back else []
    note = [f"{translate(_('A note'), language)} “{mark.note}”"] if mark.note else []
    return [*(translate(one, language) for one in (read, *again)), *note]


def take_mark(context: RequestContext, conversation_id: int, form: FormFields) -> str:
    """Take a mark, and return the address to go on to: the conversation, in the list it was opened from.

    Raises NotFoundException where the viewer may not see it, PeopleOnly for a program, BadChoice for no mark of ours,
    and what `write_note` raises.
    """
    user_id = own_id(context.viewer)
    _require_seen(context, conversation_id)
    how = form.text("mark")
    with context.record.write() as record:
        match how:
            case "read" | "unread":
                mark_read(record, conversation_id, user_id=user_id, is_read=how == READ, now=context.now)
            case "again" | "done":
                mark_to_return(record, conversation_id, user_id=user_id, comes_back=how == AGAIN, now=context.now)
            case "note":
                write_note(record, conversation_id, form.text("note"), user_id=user_id, now=context.now)
            case _:
                raise BadChoice(name="mark", value=how, known=f"{READ}, {UNREAD}, {AGAIN}, {DONE}, {NOTE}")
    return _with_list(context, f"{CONVERSATIONS}/{conversation_id}") + (LEFT_UNREAD if how == UNREAD else "")


def _require_seen(context: RequestContext, conversation_id: int) -> None:
    def is_seen(engine: Engine) -> bool:
        with engine.snapshot() as view:
            return conversation_id in seen([conversation_id], context.viewer.within, view)

    if conversation_id >= LARGEST or not context.facts.using(is_seen):
        raise NotFoundException


def _with_list(context: RequestContext, address: str) -> str:
    """Return an address with the parameters of the list that a conversation was opened from."""
    query = urlencode(list(context.request.query_params.items()))
    return f"{address}?{query}" if query else address
