"""How a conversation changes hands: taken from the queue, or passed on to a colleague or a group."""

from typing import NamedTuple

from ressenti.desk import desks, live_conversations, pausing, routing, sent_messages
from ressenti.desk.live_conversations import LiveConversation, State
from ressenti.desk.refusals import AlreadyAssigned, ConversationIsClosed, NoFreeSlot, NotAvailable, NotOwner
from ressenti.record.journal import EventKind
from ressenti.record.write_transaction import WriteTransaction


class TransferTarget(NamedTuple):
    """To whom a conversation is passed on: one of a respondent, an agent group, a distribution group; ids."""

    respondent_id: int | None = None
    group_id: int | None = None
    distribution_group_id: int | None = None


def take(tx: WriteTransaction, conversation: int, respondent: int) -> LiveConversation:
    """Take a conversation from the queue by hand.

    Raises AlreadyAssigned, NoFreeSlot, ConversationIsClosed and UnknownConversation.
    """
    live = live_conversations.get(tx, conversation)
    if live.state is State.CLOSED:
        raise ConversationIsClosed
    if live.state is State.ASSIGNED and live.respondent_id == respondent:
        return live
    if live.state is not State.QUEUED or live.waits_for_id not in {None, respondent}:
        raise AlreadyAssigned
    if not desks.has_free_slot(tx.connection, respondent, live.channel_id):
        raise NoFreeSlot
    return routing.assign(tx, live, respondent, by=respondent)


def transfer(
    tx: WriteTransaction,
    conversation: int,
    respondent: int,
    to: TransferTarget,
    *,
    comment: str = "",
    reason: str | None = None,
    may_wait: bool = False,
) -> LiveConversation:
    """Pass on a conversation that a respondent has; `comment` is a note among staff.

    To a colleague who is there with a slot at once; to one who is not only with `may_wait`: then it waits for them, for
    a day at most. To a group: a member who is there with a slot, else its queue, at the conversation's old place. The
    slot it held is free at once. Raises NotOwner, NotAvailable, ConversationIsClosed and UnknownConversation.
    """
    live = live_conversations.get(tx, conversation)
    if live.state is State.CLOSED:
        raise ConversationIsClosed
    if live.state is not State.ASSIGNED or live.respondent_id != respondent:
        raise NotOwner
    colleague = to.respondent_id
    is_there = colleague is not None and desks.can_take(tx.connection, colleague, live.channel_id)
    if colleague is not None and not is_there and not may_wait:
        raise NotAvailable(agent=desks.name_of(tx.connection, colleague))
    if comment.strip():
        live = sent_messages.note(tx, live, respondent, comment)
    live = routing.end_handling(tx, live, by="transferred")
    detail = {"respondent": respondent, "by": respondent, "to": to._asdict(), "reason": reason}
    tx.tell_with(EventKind.CONVERSATION_TRANSFERRED, conversation, detail)
    if colleague is not None:
        passed = (
            routing.assign(tx, live, colleague, by=respondent) if is_there else pausing.wait_for(tx, live, colleague)
        )
    elif to.group_id is not None:
        groups = routing.groups_for(tx.connection, live)
        passed = routing.enqueue(tx, live, groups, but=respondent, kept_group_id=to.group_id)
    else:
        groups = () if to.distribution_group_id is None else (to.distribution_group_id,)
        passed = routing.enqueue(tx, live, groups, but=respondent)
    routing.fill(tx, (respondent,), but=conversation)
    return passed
