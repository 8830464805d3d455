"""Conversations that are put aside: until when, for whom, and how they come back.

A pause frees its slot. It ends when its time is up, when the visitor writes, or early, by who kept it.
"""

from ressenti.desk import desks, live_conversations, routing, sent_messages
from ressenti.desk.live_conversations import LiveConversation, State
from ressenti.desk.refusals import (
    AlreadyPaused,
    BadPause,
    ConversationIsClosed,
    NoFreeSlot,
    NotKept,
    NotOwner,
    NotPaused,
)
from ressenti.desk.scheduling import schedule, unschedule
from ressenti.desk.settings import desk_settings
from ressenti.kit.clock import DAY
from ressenti.record.journal import EventKind
from ressenti.record.write_transaction import WriteTransaction

RETURN = "desk.return"
"""The job by which a pause is over."""
LONGEST_PAUSE_US = 90 * DAY


def pause(
    tx: WriteTransaction, conversation: int, respondent: int, *, until: int, is_kept: bool, reason: str = ""
) -> LiveConversation:
    """Put a conversation aside until a moment, for who has it or for its group; `reason` is a note among staff.

    Raises NotOwner, AlreadyPaused, ConversationIsClosed, BadPause and UnknownConversation.
    """
    live = live_conversations.get(tx, conversation)
    if live.state is State.CLOSED:
        raise ConversationIsClosed
    if live.state is State.PAUSED:
        raise AlreadyPaused
    if live.state is not State.ASSIGNED or live.respondent_id != respondent:
        raise NotOwner
    if not tx.now < until <= tx.now + LONGEST_PAUSE_US:
        raise BadPause
    if reason.strip():
        live = sent_messages.note(tx, live, respondent, reason)
    live = routing.end_handling(tx, live, by="paused")
    paused = live_conversations.change(tx, live, state=State.PAUSED, returns_at=until, is_kept=is_kept)
    detail = {"respondent": respondent, "returns_at": until, "keep": is_kept}
    tx.tell_with(EventKind.CONVERSATION_PAUSED, conversation, detail)
    unschedule(tx, RETURN, conversation)
    schedule(tx, RETURN, conversation, due_at=until)
    routing.assign_waiting(tx, (respondent,))
    return paused


def resume(tx: WriteTransaction, conversation: int, respondent: int) -> LiveConversation:
    """Take a paused conversation back before its time; its moment is remembered.

    Only who kept it may, and only with a free slot (D30). Raises NotKept, NotPaused, NoFreeSlot, UnknownConversation.
    """
    live = live_conversations.get(tx, conversation)
    if live.state is not State.PAUSED:
        raise NotPaused
    if live.respondent_id != respondent or not live.is_kept:
        raise NotKept
    if not desks.has_free_slot(tx.connection, respondent, live.channel_id):
        raise NoFreeSlot
    _told_resumed(tx, live, "early")
    return routing.assign(tx, live, respondent, by=respondent, paused_until=live.returns_at)


def come_back(tx: WriteTransaction, live: LiveConversation, *, is_visitor_writing: bool) -> LiveConversation:
    """Bring a paused conversation back: to who kept it, else to the queue of its group.

    Kept, and they are there with a free slot: to their desk. The visitor wrote and they are not there: to their list
    all the same, if a slot is left. Else it waits for them, for a day at most.
    """
    _told_resumed(tx, live, "visitor" if is_visitor_writing else "time")
    if not live.is_kept or live.respondent_id is None:
        return routing.enqueue(tx, live, routing.groups_for(tx.connection, live))
    who, channel = live.respondent_id, live.channel_id
    reserve(tx, live, respondent=who)
    has_slot = desks.has_free_slot(tx.connection, who, channel)
    if has_slot and (is_visitor_writing or desks.can_take(tx.connection, who, channel)):
        return routing.assign(tx, live, who)
    return routing.enqueue(tx, live, (), reserved_for_respondent_id=who)


def end_pause(tx: WriteTransaction, conversation: int) -> None:
    """Bring a conversation back whose time is up, unless it came back before."""
    live = live_conversations.find(tx.connection, conversation)
    if live is not None and live.state is State.PAUSED and live.returns_at is not None and live.returns_at <= tx.now:
        come_back(tx, live, is_visitor_writing=False)


def end_reservation(tx: WriteTransaction, conversation: int, respondent: int | None, group: int | None) -> None:
    """Let a conversation that was reserved, and that nobody has touched since, go to its distribution group."""
    live = live_conversations.find(tx.connection, conversation)
    if live is None:
        return
    is_reserved = (live.reserved_for_respondent_id, live.reserved_for_group_id) == (respondent, group)
    is_theirs = live.state is State.ASSIGNED and live.respondent_id == respondent
    if live.state is State.QUEUED and is_reserved:
        routing.enqueue(tx, live, routing.groups_for(tx.connection, live))
    elif is_theirs and live.is_visitor_waiting and not _wrote_since_return(live):
        routing.send_back(tx, live)


def reserve_for(tx: WriteTransaction, live: LiveConversation, respondent: int) -> LiveConversation:
    """Let a conversation wait for one respondent, for a day at most."""
    reserve(tx, live, respondent=respondent)
    return routing.enqueue(tx, live, (), reserved_for_respondent_id=respondent)


def reserve(
    tx: WriteTransaction, live: LiveConversation, *, respondent: int | None = None, group: int | None = None
) -> None:
    """Have a reservation for a respondent or an agent group ended after a day, if it stays untouched."""
    span = desk_settings(tx.connection, tx.project_id).kept_us
    own_id = live.conversation_id
    routing.forget_reservation(tx, own_id)
    schedule(tx, routing.END_RESERVATION, own_id, due_at=tx.now + span, respondent=respondent, group=group)


def _told_resumed(tx: WriteTransaction, live: LiveConversation, why: str) -> None:
    unschedule(tx, RETURN, live.conversation_id)
    tx.tell_with(EventKind.CONVERSATION_RESUMED, live.conversation_id, {"respondent": live.respondent_id, "why": why})


def _wrote_since_return(live: LiveConversation) -> bool:
    return (
        live.respondent_wrote_at is not None
        and live.returned_at is not None
        and live.respondent_wrote_at >= live.returned_at
    )
