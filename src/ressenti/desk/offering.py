"""Is a conversation offered just now, and how long would one wait?"""

from statistics import median_low
from typing import NamedTuple

from sqlalchemy import Connection, func, select, tuple_

from ressenti.desk import desks, opening, routing
from ressenti.desk.live_conversations import LiveConversation, State
from ressenti.kit.clock import SECOND
from ressenti.record import tables as t

LAST_WAITS = 20
"""How many assignments of a group tell how long one waits; with fewer it is not known."""


class QueuePlace(NamedTuple):
    """How many wait in front of a conversation, itself included, and the wait to expect in seconds if it is known."""

    position: int
    wait_s: int | None


def is_offered(connection: Connection, rule_id: int, channel: int, *, now: int) -> bool:
    """Say whether a new conversation would be taken or may wait.

    It may not outside opening hours, where nobody of the rule's groups is there, and where all are busy and their
    queues are full.
    """
    rule = routing.rule_of(connection, rule_id)
    if rule is None or not opening.is_open(connection, rule.opening_hours_id, now):
        return False
    staffed = desks.staffed_groups(connection, rule.groups, channel)
    if not staffed:
        return False
    if desks.free_desks(connection, rule.groups, channel):
        return True
    sizes = dict(
        connection.execute(
            select(t.distribution_group.c.distribution_group_id, t.distribution_group.c.queue_size).where(
                t.distribution_group.c.distribution_group_id.in_(staffed)
            )
        ).all()
    )
    return any(routing.queue_length(connection, group) < size for group, size in sizes.items())


def queue_place(connection: Connection, live: LiveConversation) -> QueuePlace | None:
    """Return the place of a conversation among those that wait in its group; None where it does not wait."""
    if live.state is not State.QUEUED or live.distribution_group_id is None:
        return None
    of, waits = t.live_conversation.c, t.live_conversation_queue.c
    own = tuple_(of.waiting_since, of.conversation_id) <= tuple_(live.waiting_since, live.conversation_id)
    query = (
        select(func.count())
        .select_from(t.live_conversation_queue)
        .join(t.live_conversation, of.conversation_id == waits.conversation_id)
        .where(waits.distribution_group_id == live.distribution_group_id, own)
    )
    position = connection.execute(query).scalar_one()
    return QueuePlace(position, expected_wait_s(connection, live.distribution_group_id))


def expected_wait_s(connection: Connection, group: int) -> int | None:
    """Return the median of the last 20 waits in a group, in seconds; None while fewer than 20 are known."""
    of = t.live_assignment.c
    query = select(of.waited_us).where(of.distribution_group_id == group).order_by(of.id.desc()).limit(LAST_WAITS)
    waits = list(connection.execute(query).scalars())
    return None if len(waits) < LAST_WAITS else median_low(waits) // SECOND
