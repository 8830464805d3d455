"""Who gets which conversation: the longest waiting, for the member who waited longest.

A conversation waits in one or several distribution groups. Whoever of them has a free slot is given it at once, and
whatever frees a slot pulls the conversation that waits longest for it; so there is never somebody free beside a queue
that they could take from, and a newcomer overtakes nobody.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, bindparam, delete, exists, func, insert, or_, select

from ressenti.desk import desks, live_conversations
from ressenti.desk.live_conversations import COLUMNS, LiveConversation, State, of_row
from ressenti.desk.scheduling import schedule, unschedule
from ressenti.record import conversations, handlings
from ressenti.record import tables as t
from ressenti.record.handlings import NewHandling
from ressenti.record.journal import EventKind
from ressenti.record.provenance import Provenance
from ressenti.record.respondents import is_in_group
from ressenti.record.sources import ensure_source
from ressenti.record.write_transaction import WriteTransaction

SOURCE = "live"
"""The source whose rows were written here."""
NEXT_GROUP = "desk.next_group"
"""The job by which a conversation that nobody took is offered to the next group of its rule."""

END_RESERVATION = "desk.end_reservation"
"""The job by which what is kept for somebody, and stays untouched, goes to its distribution group."""

_LIVE, _WAITS, _MEMBER = t.live_conversation.c, t.live_conversation_queue.c, t.distribution_group_member.c


class DistributionRule(NamedTuple):
    """How conversations of a distribution rule find a group."""

    id: int
    is_cascade: bool
    next_after_us: int
    opening_hours_id: int | None
    groups: tuple[int, ...]


def provenance(tx: WriteTransaction) -> Provenance:
    """Return where rows come from that are written here."""
    return Provenance(ensure_source(tx.connection, tx.project_id, SOURCE), 0, 0)


def rule_of(connection: Connection, rule: int) -> DistributionRule | None:
    """Return a distribution rule, None where a label is no rule of ours."""
    of, group = t.distribution_rule.c, t.distribution_rule_group.c
    row = connection.execute(
        select(of.mode, of.next_after_us, of.opening_hours_id).where(of.rule_id == rule)
    ).one_or_none()
    if row is None:
        return None
    groups = select(group.distribution_group_id).where(group.rule_id == rule).order_by(group.position)
    return DistributionRule(rule, row[0] == "cascade", row[1], row[2], tuple(connection.execute(groups).scalars()))


def place(tx: WriteTransaction, live: LiveConversation) -> LiveConversation:
    """Give a new conversation to whom its rule names, or let it wait for them."""
    rule = rule_of(tx.connection, live.rule_id) if live.rule_id is not None else None
    groups = rule.groups if rule else ()
    chosen = _choose(desks.free_desks(tx.connection, groups, live.channel_id), rule) if rule else None
    if chosen is not None:
        return assign(tx, live, chosen.respondent_id, group=chosen.distribution_group_id)
    asked = groups[:1] if rule and rule.is_cascade else groups
    if rule and rule.is_cascade and len(groups) > 1:
        ask_next_later(tx, live, rule, position=1)
    return enqueue(tx, live, asked)


def ask_next_group(tx: WriteTransaction, conversation: int, position: int) -> None:
    """Ask the next group of a cascade too for a conversation that nobody has taken yet."""
    live = live_conversations.find(tx.connection, conversation)
    rule = rule_of(tx.connection, live.rule_id) if live is not None and live.rule_id is not None else None
    if live is None or rule is None or live.state is not State.QUEUED or position >= len(rule.groups):
        return
    if rule.groups[position] not in _groups_of(tx.connection, conversation):
        joining = {"distribution_group_id": rule.groups[position], "conversation_id": conversation}
        tx.connection.execute(_JOIN, joining)
    if offer_to_free(tx, live).state is State.QUEUED:
        ask_next_later(tx, live, rule, position=position + 1)


def ask_next_later(tx: WriteTransaction, live: LiveConversation, rule: DistributionRule, *, position: int) -> None:
    """Have the next group of a cascade asked too, if nobody has taken the conversation by then."""
    schedule(tx, NEXT_GROUP, live.conversation_id, due_at=tx.now + rule.next_after_us, position=position)


def enqueue(
    tx: WriteTransaction,
    live: LiveConversation,
    groups: Sequence[int],
    *,
    except_respondent: int | None = None,
    **changes: object,
) -> LiveConversation:
    """Let a conversation wait in these groups, at the place it had before; then see who is free, except one."""
    at = live.next_moment(tx.now)
    group = groups[0] if groups else live.distribution_group_id
    queued = live_conversations.change(
        tx,
        live,
        state=State.QUEUED,
        respondent_id=None,
        handling_id=None,
        last_at=at,
        queued_at=at,
        distribution_group_id=group,
        **{"returns_at": None, "is_kept": False, "reserved_for_group_id": None, "reserved_for_respondent_id": None}
        | changes,
    )
    _leave_queues(tx, live.conversation_id)
    for one in groups:
        tx.connection.execute(_JOIN, {"distribution_group_id": one, "conversation_id": live.conversation_id})
    tx.tell_with(EventKind.CONVERSATION_QUEUED, live.conversation_id, {"distribution_group": group})
    _set_group(tx, live, group)
    return offer_to_free(tx, queued, except_respondent=except_respondent)


def offer_to_free(
    tx: WriteTransaction, queued: LiveConversation, *, except_respondent: int | None = None
) -> LiveConversation:
    """Give a conversation that waits to who of those it waits for is free, if anybody is."""
    if queued.reserved_for_respondent_id is not None:
        if desks.can_take(tx.connection, queued.reserved_for_respondent_id, queued.channel_id):
            return assign(tx, queued, queued.reserved_for_respondent_id)
        return queued
    groups = _groups_of(tx.connection, queued.conversation_id)
    for desk in desks.free_desks(tx.connection, groups, queued.channel_id):
        if desk.respondent_id == except_respondent:
            continue
        if queued.reserved_for_group_id is None or is_in_group(
            tx.connection, desk.respondent_id, queued.reserved_for_group_id
        ):
            return assign(tx, queued, desk.respondent_id, group=desk.distribution_group_id)
    return queued


def assign(
    tx: WriteTransaction,
    live: LiveConversation,
    respondent: int,
    *,
    group: int | None = None,
    by: int | None = None,
    paused_until: int | None = None,
) -> LiveConversation:
    """Give a conversation to a respondent, and open their handling. `by` is who did it; None: the system."""
    at = live.next_moment(tx.now)
    group = live.distribution_group_id if group is None else group
    handling = NewHandling(
        respondent, at, rule_id=live.rule_id, distribution_group_id=group, group_id=live.reserved_for_group_id
    )
    handling_id = handlings.add(tx, live.conversation_id, handling, provenance(tx))
    assigned = live_conversations.change(
        tx,
        live,
        state=State.ASSIGNED,
        respondent_id=respondent,
        handling_id=handling_id,
        distribution_group_id=group,
        last_at=at,
        queued_at=None,
        returns_at=None,
        returned_at=at
        if live.state is State.PAUSED or live.reserved_for_respondent_id is not None
        else live.returned_at,
        paused_until=paused_until,
        is_kept=False,
        reserved_for_group_id=None,
        reserved_for_respondent_id=None,
    )
    _note_wait(tx, live, respondent, group=group, at=at)
    leave(tx, live.conversation_id)
    desks.note_assignment(tx, respondent, live.channel_id)
    _set_group(tx, live, group)
    tx.tell_with(EventKind.CONVERSATION_ASSIGNED, live.conversation_id, {"respondent": respondent, "by": by})
    return assigned


def end_handling(tx: WriteTransaction, live: LiveConversation, *, by: str | None) -> LiveConversation:
    """End the handling that is open, if one is: `closed`, `transferred`, `paused`; None where nobody of ours did."""
    if live.handling_id is None:
        return live
    at = live.next_moment(tx.now)
    handlings.end(tx, live.conversation_id, live.handling_id, at=at, by=by)
    return live_conversations.change(tx, live, handling_id=None, last_at=at)


def groups_for(connection: Connection, live: LiveConversation) -> tuple[int, ...]:
    """Return the groups whose queue a conversation goes back to: the one it came from, else those of its rule."""
    if live.distribution_group_id is not None:
        return (live.distribution_group_id,)
    rule = rule_of(connection, live.rule_id) if live.rule_id is not None else None
    return rule.groups if rule else ()


def send_back(tx: WriteTransaction, live: LiveConversation) -> LiveConversation:
    """Let a conversation that somebody has go back to its queue, at its old place, and not to them at once."""
    had = live.respondent_id
    live = end_handling(tx, live, by="transferred")
    tx.tell_with(EventKind.CONVERSATION_TRANSFERRED, live.conversation_id, {"respondent": had, "by": None})
    return enqueue(tx, live, groups_for(tx.connection, live), except_respondent=had)


def release_pause(tx: WriteTransaction, live: LiveConversation) -> LiveConversation:
    """Let a paused conversation go to its queue before its time, whoever kept it."""
    tx.tell_with(EventKind.CONVERSATION_RESUMED, live.conversation_id, {"respondent": None, "why": "withdrawn"})
    return enqueue(tx, live, groups_for(tx.connection, live), except_respondent=live.respondent_id)


def assign_waiting(tx: WriteTransaction, respondents: Iterable[int], *, except_conversation: int | None = None) -> None:
    """Give respondents with free slots the conversations that wait longest for them, until either is used up.

    `except_conversation` is one that they have just passed on.
    """
    for respondent in dict.fromkeys(respondents):
        while (
            waiting := _longest_waiting(
                tx.connection, tx.project_id, respondent, except_conversation=except_conversation
            )
        ) is not None:
            assign(tx, waiting[0], respondent, group=waiting[1])


def forget_reservation(tx: WriteTransaction, conversation: int) -> None:
    """Have a reservation not ended by itself: somebody has decided otherwise."""
    unschedule(tx, END_RESERVATION, conversation)


def leave(tx: WriteTransaction, conversation: int) -> None:
    """Take a conversation out of every queue: it waits for nobody any more."""
    _leave_queues(tx, conversation)
    unschedule(tx, NEXT_GROUP, conversation)


def _choose(free: Sequence[desks.FreeDesk], rule: DistributionRule) -> desks.FreeDesk | None:
    """Return the desk that gets a conversation: cascade, of the first group that has one; fair, of the freest group."""
    if not free:
        return None
    slots: dict[int, int] = {}
    for desk in free:
        slots[desk.distribution_group_id] = slots.get(desk.distribution_group_id, 0) + desk.free
    order = rule.groups if rule.is_cascade else sorted(rule.groups, key=lambda group: -slots.get(group, 0))
    group = next(group for group in order if group in slots)
    return next(desk for desk in free if desk.distribution_group_id == group)


def _longest_waiting(
    connection: Connection, project: int, respondent: int, *, except_conversation: int | None
) -> tuple[LiveConversation, int | None] | None:
    """Return the conversation that waits longest for a respondent who can take it, and the group it waits in."""
    channels = desks.free_channels(connection, respondent)
    if not channels:
        return None
    query = (
        select(*COLUMNS, _MEMBER.distribution_group_id)
        .outerjoin(t.live_conversation_queue, _WAITS.conversation_id == _LIVE.conversation_id)
        .outerjoin(
            t.distribution_group_member,
            and_(_MEMBER.distribution_group_id == _WAITS.distribution_group_id, _MEMBER.respondent_id == respondent),
        )
        .where(_LIVE.project_id == project, _LIVE.state == State.QUEUED, _LIVE.channel_id.in_(channels))
        .where(_may_take(respondent), _LIVE.conversation_id.is_distinct_from(except_conversation))
        .order_by(_LIVE.waiting_since, _LIVE.conversation_id)
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    *values, group = row
    return of_row(values), group


def _may_take(respondent: int) -> ColumnElement[bool]:
    """Return what is true of a conversation in a queue that a respondent may take from it."""
    of = t.membership.c
    is_colleague = exists().where(
        of.respondent_id == respondent, of.group_id == _LIVE.reserved_for_group_id, of.until_at.is_(None)
    )
    for_all = and_(
        _LIVE.reserved_for_respondent_id.is_(None),
        _MEMBER.respondent_id.is_not(None),
        or_(_LIVE.reserved_for_group_id.is_(None), is_colleague),
    )
    return or_(_LIVE.reserved_for_respondent_id == respondent, for_all)


def _groups_of(connection: Connection, conversation: int) -> list[int]:
    query = select(_WAITS.distribution_group_id).where(_WAITS.conversation_id == conversation)
    return list(connection.execute(query).scalars())


def queue_length(connection: Connection, group: int) -> int:
    """Return how many conversations wait in a distribution group."""
    query = select(func.count()).select_from(t.live_conversation_queue).where(_WAITS.distribution_group_id == group)
    return connection.execute(query).scalar_one()


def _set_group(tx: WriteTransaction, live: LiveConversation, group: int | None) -> None:
    if group is not None and group != live.distribution_group_id:
        conversations.set_labels(tx, live.conversation_id, {"distribution_group": group})


def _note_wait(tx: WriteTransaction, live: LiveConversation, respondent: int, *, group: int | None, at: int) -> None:
    values = {
        "conversation_id": live.conversation_id,
        "distribution_group_id": group,
        "respondent_id": respondent,
        "at": at,
        "waited_us": 0 if live.queued_at is None else at - live.queued_at,
    }
    tx.connection.execute(_NOTE, values)


def _leave_queues(tx: WriteTransaction, conversation: int) -> None:
    tx.connection.execute(_LEAVE, {"own_id": conversation})


_NOTE = insert(t.live_assignment)
_JOIN = insert(t.live_conversation_queue)
_LEAVE = delete(t.live_conversation_queue).where(_WAITS.conversation_id == bindparam("own_id"))
