"""Who is at their desk: signs of life, what they chose, and what becomes of their conversations when they are gone."""

from collections.abc import Iterable, Mapping

from sqlalchemy import select

from ressenti.desk import desks, routing
from ressenti.desk.live_conversations import COLUMNS, LiveConversation, State, of_row
from ressenti.desk.settings import desk_settings
from ressenti.record import tables as t
from ressenti.record.write_transaction import WriteTransaction

_LIVE = t.live_conversation.c


def heartbeat(tx: WriteTransaction, respondent: int) -> None:
    """Note a sign of life; who comes back is given what waits for them."""
    if desks.mark_present(tx, respondent):
        routing.assign_waiting(tx, (respondent,))


def set_slots(tx: WriteTransaction, respondent: int, slots: Mapping[int, int]) -> None:
    """Set how many conversations of each channel a respondent has at most, and give them what waits if they can."""
    desks.set_slots(tx, respondent, slots)
    routing.assign_waiting(tx, (respondent,))


def choose(tx: WriteTransaction, respondent: int, chosen: Mapping[int, bool]) -> list[desks.ChannelDesk]:
    """Note what a respondent chose to be on each channel, give them what waits, and return how their desk stands."""
    desks.choose(tx, respondent, chosen)
    routing.assign_waiting(tx, (respondent,))
    return desks.channels_of(tx.connection, respondent)


def expire_presence(tx: WriteTransaction) -> None:
    """Note who gives no sign of life any more, and send back what visitors wait for from who is gone for long."""
    settings = desk_settings(tx.connection, tx.project_id)
    desks.mark_absent(tx, absent_us=settings.absent_us)
    of = t.presence.c
    gone = select(of.respondent_id).where(of.is_present.is_(False), of.seen_at <= tx.now - settings.gone_us)
    left = _LIVE.respondent_id.in_(gone)
    for live in _where(tx, left, _LIVE.state == State.ASSIGNED):
        if live.is_visitor_waiting:
            routing.send_back(tx, live)


def withdraw(tx: WriteTransaction, respondent: int) -> None:
    """Let go of everything a respondent has who takes conversations no more: the system sends it to its queues."""
    desks.close(tx, respondent)
    own = _LIVE.respondent_id == respondent
    for live in _where(tx, own, _LIVE.state == State.ASSIGNED):
        routing.send_back(tx, live)
    for live in _where(tx, own, _LIVE.state == State.PAUSED):
        routing.release_pause(tx, live)
    for live in _where(tx, _LIVE.reserved_for_respondent_id == respondent, _LIVE.state == State.QUEUED):
        routing.enqueue(tx, live, routing.groups_for(tx.connection, live), except_respondent=respondent)


def _where(tx: WriteTransaction, *conditions: object) -> Iterable[LiveConversation]:
    query = select(*COLUMNS).where(_LIVE.project_id == tx.project_id, *conditions)  # type: ignore[arg-type]
    return [of_row(row) for row in tx.connection.execute(query.order_by(_LIVE.waiting_since, _LIVE.conversation_id))]
