"""What visitors and respondents write, and what follows from it: who gets the conversation, and that it comes back."""

from typing import NamedTuple
from uuid import uuid4

from sqlalchemy import Connection

from ressenti.desk import closing, live_conversations, offering, pausing, routing, texts
from ressenti.desk.live_conversations import LiveConversation, State
from ressenti.desk.refusals import ConversationIsClosed, NotOffered, NotOwner
from ressenti.desk.sent_messages import BOT, VISITOR, Author, SentMessage, replayed, save
from ressenti.record import conversations
from ressenti.record.conversations import ConversationNames, NewConversation
from ressenti.record.journal import EventKind
from ressenti.record.write_transaction import WriteTransaction


class Route(NamedTuple):
    """How what a visitor writes finds somebody: the channel, the rule, and the labels it comes with; ids."""

    channel_id: int
    rule_id: int
    campaign_id: int | None = None
    language_id: int | None = None


def write_as_visitor(tx: WriteTransaction, visitor: int, client_id: str, text: str, route: Route) -> SentMessage:
    """Save what a visitor writes, in the conversation they are in or in a new one, which is given to somebody or waits.

    A new one names the one before (D25). Raises NotOffered where nobody takes a new one, ClientIdTaken, KeyReused, and
    what `texts.readable` raises.
    """
    author = Author(VISITOR, visitor_id=visitor)
    if known := replayed(tx, client_id, text, author):
        return known
    texts.readable(text)
    live = live_conversations.open_of_visitor(tx.connection, visitor)
    if live is None:
        if not offering.is_offered(tx.connection, route.rule_id, route.channel_id, now=tx.now):
            raise NotOffered
        return _begin(tx, visitor, client_id, text, route)
    at = live.next_moment(tx.now)
    sent = save(tx, live, client_id, text, author, at=at)
    live = live_conversations.change(tx, live, last_at=at, visitor_wrote_at=at)
    if live.state is State.PAUSED:
        pausing.come_back(tx, live, is_visitor_writing=True)
    return sent


def write_as_respondent(
    tx: WriteTransaction,
    conversation: int,
    author: Author,
    client_id: str,
    text: str,
    *,
    is_internal: bool = False,
    is_automatic: bool = False,
) -> SentMessage:
    """Save what a respondent writes to the visitor, or a note among staff.

    Only who has the conversation writes to the visitor. Raises NotOwner, ConversationIsClosed, UnknownConversation,
    ClientIdTaken, KeyReused, and what `texts.readable` raises.
    """
    if known := replayed(tx, client_id, text, author):
        return known
    texts.readable(text)
    live = live_conversations.get(tx, conversation)
    if not is_internal:
        if live.state is State.CLOSED:
            raise ConversationIsClosed
        if live.state is not State.ASSIGNED or live.respondent_id != author.respondent_id:
            raise NotOwner
    at = live.next_moment(tx.now)
    sent = save(tx, live, client_id, text, author, at=at, is_internal=is_internal, is_automatic=is_automatic)
    if is_internal:
        live_conversations.change(tx, live, last_at=at)
        return sent
    live = live_conversations.change(tx, live, last_at=at, respondent_wrote_at=at)
    closing.await_silence(tx, live, is_bot=author.role == BOT)
    return sent


def _begin(tx: WriteTransaction, visitor: int, client_id: str, text: str, route: Route) -> SentMessage:
    where, at = routing.provenance(tx), tx.now
    labels = {
        "channel": route.channel_id,
        "rule": route.rule_id,
        "campaign": route.campaign_id,
        "language": route.language_id,
    }
    new = NewConversation(
        uuid4().hex,
        at,
        visitor_id=visitor,
        previous_external_id=_one_before(tx.connection, visitor),
        labels=labels,
    )
    own_id = conversations.add(tx, new, ConversationNames(), where)
    live = live_conversations.add(
        tx,
        LiveConversation(
            conversation_id=own_id,
            project_id=tx.project_id,
            channel_id=route.channel_id,
            visitor_id=visitor,
            rule_id=route.rule_id,
            last_at=at,
            waiting_since=at,
            visitor_wrote_at=at,
        ),
    )
    tx.tell_with(EventKind.CONVERSATION_OPENED, own_id, {})
    sent = save(tx, live, client_id, text, Author(VISITOR, visitor_id=visitor), at=at)
    routing.place(tx, live)
    return sent


def _one_before(connection: Connection, visitor: int) -> str | None:
    """Return what is called the last conversation a visitor had here, None where this is their first."""
    last = live_conversations.last_of_visitor(connection, visitor)
    return None if last is None else conversations.source_ids(connection, (last,))[last].key
