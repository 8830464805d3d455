"""How conversations end: closed by who has them, by the visitor, or by time where nobody says anything more."""

from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy import Connection

from ressenti.desk import live_conversations, routing, sent_messages
from ressenti.desk.channels import Delivery, delivery_of
from ressenti.desk.live_conversations import LiveConversation, State
from ressenti.desk.refusals import NotOwner
from ressenti.desk.scheduling import schedule
from ressenti.desk.settings import desk_settings
from ressenti.record import conversations
from ressenti.record.journal import EventKind
from ressenti.record.write_transaction import WriteTransaction

CLOSE_SILENT = "desk.close_silent"
"""The job that closes a conversation in which the visitor says nothing more."""


class Closer(StrEnum):
    """Who closed a conversation."""

    RESPONDENT = "respondent"
    VISITOR = "visitor"
    SYSTEM = "system"


def close_as_respondent(
    tx: WriteTransaction,
    conversation: int,
    respondent: int,
    *,
    tags: Sequence[int] | None = None,
    note: str = "",
    resolution: str | None = None,
) -> LiveConversation:
    """Close a conversation that a respondent has, with its tags and a note among staff; again changes nothing.

    Raises NotOwner and UnknownConversation.
    """
    live = live_conversations.get(tx, conversation)
    if live.state is State.CLOSED:
        return live
    if live.respondent_id != respondent or live.state is State.QUEUED:
        raise NotOwner
    if tags is not None:
        conversations.set_tags(tx, conversation, tags)
    if note.strip():
        live = sent_messages.note(tx, live, respondent, note)
    return _close(tx, live, Closer.RESPONDENT, resolution=resolution)


def close_as_visitor(tx: WriteTransaction, visitor: int) -> LiveConversation | None:
    """End the conversation a visitor is in, or let them leave the queue; None where they are in none."""
    live = live_conversations.open_of_visitor(tx.connection, visitor)
    return None if live is None else _close(tx, live, Closer.VISITOR)


def await_silence(tx: WriteTransaction, live: LiveConversation, *, is_bot: bool) -> None:
    """Have a conversation closed if the visitor says nothing more; what is set already comes first and looks again."""
    span = _span(tx.connection, live, is_bot=is_bot)
    _look_again(tx, live, is_bot=is_bot, due_at=live.last_at + span)


def _look_again(tx: WriteTransaction, live: LiveConversation, *, is_bot: bool, due_at: int) -> None:
    schedule(tx, CLOSE_SILENT, live.conversation_id, due_at=due_at, bot=is_bot)


def close_silent(tx: WriteTransaction, conversation: int, *, is_bot: bool) -> None:
    """Close a conversation that somebody has and in which we wrote last, long ago (E18); else look again later.

    One that waits, is paused, or in which the visitor wrote last is never closed by time.
    """
    live = live_conversations.find(tx.connection, conversation)
    if live is None or live.state is State.CLOSED or live.is_visitor_waiting or live.respondent_wrote_at is None:
        return
    span = _span(tx.connection, live, is_bot=is_bot)
    since = max(live.respondent_wrote_at, live.returned_at or 0) if live.state is State.ASSIGNED else tx.now
    if since + span > tx.now:
        _look_again(tx, live, is_bot=is_bot, due_at=since + span)
        return
    _close(tx, live, Closer.SYSTEM, resolution="dropped" if is_bot else None)


def _span(connection: Connection, live: LiveConversation, *, is_bot: bool) -> int:
    settings = desk_settings(connection, live.project_id)
    if is_bot:
        return settings.silent_bot_us
    is_chat = delivery_of(connection, live.channel_id) is Delivery.WIDGET
    return settings.silent_chat_us if is_chat else settings.silent_other_us


def _close(
    tx: WriteTransaction, live: LiveConversation, closer: Closer, *, resolution: str | None = None
) -> LiveConversation:
    had = live.respondent_id if live.state is State.ASSIGNED else None
    live = routing.end_handling(tx, live, by="closed" if closer is Closer.RESPONDENT else None)
    at = live.next_moment(tx.now)
    conversations.close(tx, live.conversation_id, at=at, resolution=resolution)
    detail = {"by": closer.value, "respondent": live.respondent_id, "resolution": resolution}
    tx.tell_with(EventKind.CONVERSATION_CLOSED, live.conversation_id, detail)
    routing.leave(tx, live.conversation_id)
    routing.forget_reservation(tx, live.conversation_id)
    closed = live_conversations.change(
        tx,
        live,
        state=State.CLOSED,
        last_at=at,
        queued_at=None,
        returns_at=None,
        reserved_for_respondent_id=None,
        reserved_for_group_id=None,
    )
    if had is not None:
        routing.assign_waiting(tx, (had,))
    return closed
