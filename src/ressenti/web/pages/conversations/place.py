"""Where does a conversation lead in the list it was opened from: to the one before, to the next, and back?"""

from contextlib import suppress
from dataclasses import dataclass

from ressenti.facts.engines.engine import Engine
from ressenti.indicators.names import WITHOUT
from ressenti.kit.refusals import Refusal
from ressenti.reports.conversations import transcript_text
from ressenti.reports.conversations.page import ConversationAccess
from ressenti.reports.conversations.place_in_list import PlaceInList, place_in_list
from ressenti.reports.conversations.query import ConversationQuery
from ressenti.reports.drilldown import CONVERSATIONS
from ressenti.web.pages.conversations.resolved_query import ResolvedQuery, access_of, resolve_query
from ressenti.web.pages.page_context import PageContext
from ressenti.web.pages.request_context import RequestContext


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPlace:
    """The list a conversation was opened from: its address at this very row, and those of the rows beside.

    `number` of `count` is where it stands, None where the list no longer holds it; `behind` is the figure that the list
    is behind, "" where it is behind none.
    """

    back: str
    previous: str | None
    next: str | None
    number: int | None
    count: int
    behind: str


def address_in_list(conversation_id: int, query: ConversationQuery) -> str:
    """Return the address of a conversation that knows the list it was opened from; it always names the order."""
    return query.but(sort=query.order).address(f"{CONVERSATIONS}/{conversation_id}")


def row_name(conversation_id: int) -> str:
    """Return what the row of a conversation is called in an address of its list."""
    return f"c-{conversation_id}"


def find_place(context: RequestContext, page: PageContext, conversation_id: int) -> ListPlace | None:
    """Return the place of a conversation in the list that the address names, None where it names none.

    A list that cannot be made any more, as when a key of its filters is gone, keeps nobody from a conversation.
    """
    if not context.parameter("sort"):
        return None
    with suppress(Refusal):
        resolved = resolve_query(context, page)
        place = _place(context, resolved.query, access_of(context, page), conversation_id)
        return _addressed(place, resolved, conversation_id, page) if place else None
    return None


def _place(
    context: RequestContext, query: ConversationQuery, access: ConversationAccess, conversation_id: int
) -> PlaceInList | None:
    def find(engine: Engine) -> PlaceInList | None:
        with context.record.read() as record:
            return place_in_list(conversation_id, query, access, engine, record)

    return context.facts.using(find)


def _addressed(place: PlaceInList, resolved: ResolvedQuery, conversation_id: int, page: PageContext) -> ListPlace:
    query = resolved.query
    usual = query.but(sort=None)
    here = (usual if usual.order == query.order else query).but(after=place.page_after)
    return ListPlace(
        back=f"{here.address()}#{row_name(conversation_id)}",
        previous=None if place.previous is None else address_in_list(place.previous, query),
        next=None if place.next is None else address_in_list(place.next, query),
        number=place.number,
        count=place.count,
        behind=behind_words(resolved, query.choice.zone or page.zone, page.language),
    )


def behind_words(resolved: ResolvedQuery, zone: str, language: str) -> str:
    """Return which figure conversations stand behind, in words, "" where behind none."""
    behind = resolved.query.behind
    if behind is None:
        return ""
    label = resolved.labels.get((behind.by or "", behind.key or WITHOUT), "")
    return transcript_text.drilldown_title(behind, label, zone, language=language)
