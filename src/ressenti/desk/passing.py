"""How a conversation changes hands: taken from the queue, or passed on to a colleague or a group."""

from dataclasses import asdict, dataclass

from ressenti.desk import desks, live_conversations, pausing, routing, sent_messages
from ressenti.desk.live_conversations import LiveConversation, State
from ressenti.desk.refusals import (
    AlreadyAssigned,
    ConversationIsClosed,
    NoFreeSlot,
    NotAvailable,
    NotOwner,
    UnknownTarget,
)
from ressenti.record.journal import EventKind
from ressenti.record.names import group_keys, label_keys, respondent_keys
from ressenti.record.respondents import is_in_group
from ressenti.record.write_transaction import WriteTransaction


@dataclass(frozen=True, slots=True)
class ToRespondent:
    """Passed on to a colleague."""

    respondent_id: int


@dataclass(frozen=True, slots=True)
class ToAgentGroup:
    """Passed on to a member of an agent group."""

    group_id: int


@dataclass(frozen=True, slots=True)
class ToDistributionGroup:
    """Passed on to a distribution group."""

    distribution_group_id: int


TransferTarget = ToRespondent | ToAgentGroup | ToDistributionGroup


def take(tx: WriteTransaction, conversation: int, respondent: int) -> LiveConversation:
    """Take a conversation from the queue by hand.

    Raises AlreadyAssigned, NoFreeSlot, ConversationIsClosed and UnknownConversation.
    """
    live = live_conversations.get(tx, conversation)
    if live.state is State.CLOSED:
        raise ConversationIsClosed
    if live.state is State.ASSIGNED and live.respondent_id == respondent:
        return live
    if live.state is not State.QUEUED or live.reserved_for_respondent_id not in {None, respondent}:
        raise AlreadyAssigned
    group = live.reserved_for_group_id
    if group is not None and not is_in_group(tx.connection, respondent, group):
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
    slot it held is free at once. Raises NotOwner, NotAvailable, UnknownTarget,
    ConversationIsClosed and UnknownConversation.
    """
    live = live_conversations.get(tx, conversation)
    if live.state is State.CLOSED:
        raise ConversationIsClosed
    if live.state is not State.ASSIGNED or live.respondent_id != respondent:
        raise NotOwner
    _require(tx, to)
    is_there = isinstance(to, ToRespondent) and desks.can_take(tx.connection, to.respondent_id, live.channel_id)
    if isinstance(to, ToRespondent) and not is_there and not may_wait:
        raise NotAvailable(agent=desks.name_of(tx.connection, to.respondent_id))
    if comment.strip():
        live = sent_messages.note(tx, live, respondent, comment)
    live = routing.end_handling(tx, live, by="transferred")
    detail = {"respondent": respondent, "by": respondent, "to": asdict(to), "reason": reason}
    tx.tell_with(EventKind.CONVERSATION_TRANSFERRED, conversation, detail)
    routing.forget_reservation(tx, conversation)
    passed = _pass_on(tx, live, respondent, to, is_there=is_there)
    routing.assign_waiting(tx, (respondent,), except_conversation=conversation)
    return passed


def _pass_on(
    tx: WriteTransaction, live: LiveConversation, respondent: int, to: TransferTarget, *, is_there: bool
) -> LiveConversation:
    match to:
        case ToRespondent(colleague) if is_there:
            return routing.assign(tx, live, colleague, by=respondent)
        case ToRespondent(colleague):
            return pausing.reserve_for(tx, live, colleague)
        case ToAgentGroup(group):
            groups = routing.groups_for(tx.connection, live)
            pausing.reserve(tx, live, group=group)
            return routing.enqueue(tx, live, groups, except_respondent=respondent, reserved_for_group_id=group)
        case ToDistributionGroup(group):
            return routing.enqueue(tx, live, (group,), except_respondent=respondent)


def _require(tx: WriteTransaction, to: TransferTarget) -> None:
    """Raise UnknownTarget unless it is there, in this project."""
    projects = (tx.project_id,)
    match to:
        case ToRespondent(own_id):
            known = [one.id for one in respondent_keys(tx.connection, projects, (own_id,)) if one.deleted_at is None]
        case ToAgentGroup(own_id):
            known = [one.id for one in group_keys(tx.connection, projects, (own_id,))]
        case ToDistributionGroup(own_id):
            known = [one.id for one in label_keys(tx.connection, "distribution_group", projects, (own_id,))]
    if not known:
        raise UnknownTarget
