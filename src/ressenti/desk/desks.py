"""Who can take a conversation: what each chose, whether they are there, and how many slots are free.

A chosen availability belongs to the person and holds until they choose otherwise; a sign of life belongs to the moment.
`busy` is neither: it is computed from the slots that are taken.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, exists, func, insert, or_, select, update

from ressenti.desk.live_conversations import State
from ressenti.record import tables as t
from ressenti.record.journal import EventKind
from ressenti.record.stores.sqlite import put
from ressenti.record.write_transaction import WriteTransaction

_LIVE, _DESK, _MEMBER = t.live_conversation.c, t.respondent_channel.c, t.distribution_group_member.c


class FreeDesk(NamedTuple):
    """A member of a distribution group with free slots: how many, and since when they wait for a conversation."""

    distribution_group_id: int
    respondent_id: int
    free: int
    free_since: int


class ChannelDesk(NamedTuple):
    """One channel of a respondent: what they chose, their slots, and how many are taken."""

    channel_id: int
    is_available: bool
    slots: int
    taken: int

    @property
    def is_busy(self) -> bool:
        """Say whether all slots are taken."""
        return self.taken >= self.slots


def is_reachable() -> ColumnElement[bool]:
    """Return what is true of a desk whose respondent was told to be present; bots are wherever they are reached."""
    present = exists().where(t.presence.c.respondent_id == _DESK.respondent_id, t.presence.c.is_present)
    bot = exists().where(t.respondent.c.id == _DESK.respondent_id, t.respondent.c.kind == "bot")
    return or_(present, bot)


def _taken() -> ColumnElement[int]:
    """Return how many conversations of the channel a respondent has; a paused one holds no slot."""
    return (
        select(func.count())
        .select_from(t.live_conversation)
        .where(
            _LIVE.respondent_id == _DESK.respondent_id,
            _LIVE.state == State.ASSIGNED,
            _LIVE.channel_id == _DESK.channel_id,
        )
        .correlate(t.respondent_channel)
        .scalar_subquery()
    )


def _is_staffed() -> ColumnElement[bool]:
    """Return what is true of a desk at which somebody takes conversations: chosen available, present, not deleted."""
    gone = exists().where(t.respondent.c.id == _DESK.respondent_id, t.respondent.c.deleted_at.is_not(None))
    return and_(_DESK.is_available, is_reachable(), ~gone)


def free_desks(connection: Connection, groups: Sequence[int], channel: int) -> list[FreeDesk]:
    """Return who of these groups has a free slot of a channel, who waited longest first."""
    free = _DESK.slots - _taken()
    query = (
        select(_MEMBER.distribution_group_id, _DESK.respondent_id, free, _DESK.free_since)
        .join(t.distribution_group_member, _MEMBER.respondent_id == _DESK.respondent_id)
        .where(_is_staffed(), _MEMBER.distribution_group_id.in_(groups), _DESK.channel_id == channel, free > 0)
        .order_by(_DESK.free_since, _DESK.respondent_id)
    )
    return [FreeDesk._make(row) for row in connection.execute(query)]


def staffed_groups(connection: Connection, groups: Sequence[int], channel: int) -> set[int]:
    """Return which of these groups have anybody on a channel, with or without a free slot."""
    query = (
        select(_MEMBER.distribution_group_id)
        .join(t.distribution_group_member, _MEMBER.respondent_id == _DESK.respondent_id)
        .where(_is_staffed(), _MEMBER.distribution_group_id.in_(groups), _DESK.channel_id == channel)
    )
    return set(connection.execute(query.distinct()).scalars())


def channels_of(connection: Connection, respondent: int) -> list[ChannelDesk]:
    """Return the channels of a respondent, by their labels."""
    query = select(_DESK.channel_id, _DESK.is_available, _DESK.slots, _taken()).where(_DESK.respondent_id == respondent)
    return [ChannelDesk._make(row) for row in connection.execute(query.order_by(_DESK.channel_id))]


def free_channels(connection: Connection, respondent: int) -> list[int]:
    """Return the channels on which a respondent can be given a conversation now."""
    query = select(_DESK.channel_id).where(_is_staffed(), _DESK.respondent_id == respondent, _DESK.slots > _taken())
    return list(connection.execute(query.order_by(_DESK.channel_id)).scalars())


def has_free_slot(connection: Connection, respondent: int, channel: int) -> bool:
    """Say whether a respondent has a slot of a channel left, available or not."""
    query = select(_DESK.slots > _taken()).where(_DESK.respondent_id == respondent, _DESK.channel_id == channel)
    return bool(connection.execute(query).scalar())


def can_take(connection: Connection, respondent: int, channel: int) -> bool:
    """Say whether a respondent can be given a conversation of a channel now."""
    return channel in free_channels(connection, respondent)


def note_assignment(tx: WriteTransaction, respondent: int, channel: int) -> None:
    """Note that a respondent was given a conversation: others have waited longer now."""
    own = and_(_DESK.respondent_id == respondent, _DESK.channel_id == channel)
    tx.connection.execute(update(t.respondent_channel).where(own).values(free_since=tx.now))


def name_of(connection: Connection, respondent: int) -> str:
    """Return what a respondent is called."""
    of = t.respondent.c
    name: str = connection.execute(
        select(func.coalesce(of.name, of.external_id)).where(of.id == respondent)
    ).scalar_one()
    return name


def is_present(connection: Connection, respondent: int) -> bool:
    """Say whether a respondent was last told to be there."""
    of = t.presence.c
    return bool(connection.execute(select(of.is_present).where(of.respondent_id == respondent)).scalar())


def set_slots(tx: WriteTransaction, respondent: int, slots: Mapping[int, int]) -> None:
    """Set how many conversations of each channel a respondent has at most; what they chose stays."""
    for channel, count in slots.items():
        own = {"respondent_id": respondent, "channel_id": channel}
        known = and_(_DESK.respondent_id == respondent, _DESK.channel_id == channel)
        change = update(t.respondent_channel).where(known).values(slots=count)
        if not tx.connection.execute(change).rowcount:
            new = own | {"slots": count, "is_available": False, "free_since": tx.now}
            tx.connection.execute(insert(t.respondent_channel).values(new))
    tell_availability(tx, respondent)


def choose(tx: WriteTransaction, respondent: int, chosen: Mapping[int, bool]) -> None:
    """Note what a respondent chose to be on each channel. They gave a sign of life by it."""
    for channel, is_available in chosen.items():
        own = and_(_DESK.respondent_id == respondent, _DESK.channel_id == channel)
        change = update(t.respondent_channel).where(own, _DESK.is_available != is_available)
        tx.connection.execute(change.values(is_available=is_available, free_since=tx.now))
    mark_present(tx, respondent)
    tell_availability(tx, respondent)


def close(tx: WriteTransaction, respondent: int) -> None:
    """Have a respondent given nothing more, on any channel."""
    tx.connection.execute(
        update(t.respondent_channel).where(_DESK.respondent_id == respondent).values(is_available=False)
    )
    tell_availability(tx, respondent)


def mark_present(tx: WriteTransaction, respondent: int) -> bool:
    """Note a sign of life; say whether they had been away, so that they can be given conversations again."""
    was_there = is_present(tx.connection, respondent)
    put(tx.connection, t.presence, {"respondent_id": respondent}, {"seen_at": tx.now, "is_present": True})
    if not was_there:
        tell_availability(tx, respondent)
    return not was_there


def mark_absent(tx: WriteTransaction, *, absent_us: int) -> list[int]:
    """Note who gave no sign of life for so long, and return them."""
    of = t.presence.c
    late = select(of.respondent_id).join(t.respondent, t.respondent.c.id == of.respondent_id).join(t.source)
    late = late.where(of.is_present, of.seen_at <= tx.now - absent_us, t.source.c.project_id == tx.project_id)
    gone = list(tx.connection.execute(late.order_by(of.respondent_id)).scalars())
    if gone:
        tx.connection.execute(update(t.presence).where(of.respondent_id.in_(gone)).values(is_present=False))
    for respondent in gone:
        tell_availability(tx, respondent)
    return gone


def tell_availability(tx: WriteTransaction, respondent: int) -> None:
    """Have the journal told that a respondent's availability, as it is effective, has changed."""
    tx.tell_with(EventKind.AVAILABILITY_CHANGED, respondent, {})
