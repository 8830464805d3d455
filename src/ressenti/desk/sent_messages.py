"""Messages as they are saved: each once, under the id its writer gave it, for ever.

The id is the message's own key in the record, so what is sent again is found there, and answered as the first time.
"""

from typing import NamedTuple
from uuid import uuid4

from ressenti.desk import live_conversations, routing, texts
from ressenti.desk.live_conversations import LiveConversation
from ressenti.desk.refusals import ClientIdTaken, KeyReused
from ressenti.record import messages
from ressenti.record.messages import NewMessage
from ressenti.record.sources import ensure_source
from ressenti.record.write_transaction import WriteTransaction

VISITOR, AGENT, BOT = "visitor", "agent", "bot"


class Author(NamedTuple):
    """Who writes: a visitor, or a respondent with the role their messages have (`agent`, `bot`)."""

    role: str
    visitor_id: int | None = None
    respondent_id: int | None = None


class SentMessage(NamedTuple):
    """A message as it was saved; `is_replayed` where it was there already."""

    message_id: int
    conversation_id: int
    at: int
    is_replayed: bool = False


def save(
    tx: WriteTransaction,
    live: LiveConversation,
    client_id: str,
    text: str,
    author: Author,
    *,
    at: int,
    is_internal: bool = False,
    is_automatic: bool = False,
) -> SentMessage:
    """Write a message into a conversation, at a moment of it."""
    message = NewMessage(client_id, at, author.role, author.respondent_id, is_automatic, is_internal, text)
    own_id = messages.add(tx, live.conversation_id, message, routing.provenance(tx))
    return SentMessage(own_id, live.conversation_id, at)


def replayed(tx: WriteTransaction, client_id: str, text: str, author: Author) -> SentMessage | None:
    """Return what was saved under an id before, None where nothing was; raises ClientIdTaken and KeyReused."""
    source = ensure_source(tx.connection, tx.project_id, routing.SOURCE)
    known = messages.known(tx.connection, source, client_id)
    if known is None:
        return None
    live = live_conversations.find(tx.connection, known.conversation_id)
    writer = Author(VISITOR, live.visitor_id if live else None) if known.author_role == VISITOR else None
    if (writer or Author(author.role, respondent_id=known.respondent_id)) != author:
        raise ClientIdTaken
    if known.text != text:
        raise KeyReused
    return SentMessage(known.id, known.conversation_id, known.created_at, is_replayed=True)


def note(tx: WriteTransaction, live: LiveConversation, respondent: int | None, words: str) -> LiveConversation:
    """Leave words among staff in a conversation: a comment of who passes it on, or a note at its end."""
    at = live.next_moment(tx.now)
    save(
        tx, live, str(uuid4()), texts.readable(words), Author(AGENT, respondent_id=respondent), at=at, is_internal=True
    )
    return live_conversations.change(tx, live, last_at=at)
