"""Where does a conversation stand in the list it was opened from: before and after which, and on which page?"""

from dataclasses import dataclass

from sqlalchemy import Connection

from ressenti.facts.engines.engine import Engine
from ressenti.facts.engines.sql import Statement
from ressenti.indicators.paging import count, count_before, page
from ressenti.reports.conversations.page import PAGE, ConversationAccess, open_list
from ressenti.reports.conversations.query import ConversationQuery


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceInList:
    """The place of a conversation in a list of `count`: `number` from 1, None where the list no longer holds it.

    `page_after` is the conversation that its page of the list begins after, None on the first page.
    """

    number: int | None
    count: int
    previous: int | None
    next: int | None
    page_after: int | None


def place_in_list(
    conversation_id: int, query: ConversationQuery, access: ConversationAccess, facts: Engine, record: Connection
) -> PlaceInList | None:
    """Return where a conversation stands that the viewer may see, None where nothing was measured of it.

    Raises what cannot be asked or looked for.
    """
    with open_list(query, access, facts, record) as listed:
        view, condition, order = listed.view, listed.condition, listed.order
        before = count_before(view, condition, order, conversation_id)
        if before is None:
            return None
        # The page's own rows before it, and the one that the page begins after.
        earlier = page(view, condition, order, size=before % PAGE + 1, before=conversation_id) or []
        later = page(view, condition, order, size=1, after=conversation_id) or []
        own = Statement(f"{condition.text} AND conversation_id = ?", [*condition.params, conversation_id])
        return PlaceInList(
            number=before + 1 if count(view, own) else None,
            count=count(view, condition),
            previous=earlier[-1] if earlier else None,
            next=later[0] if later else None,
            page_after=earlier[0] if before >= PAGE else None,
        )
