"""When was a conversation paused? From the end of a handling that paused it to the start of the next one."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from ressenti.kit.iteration import batched
from ressenti.record import tables as t
from ressenti.record.arrival import arrival
from ressenti.record.rows import CHUNK, remove
from ressenti.record.stores.sqlite import insert

_COLUMNS = ("conversation_id", "respondent_id", "started_at", "resumed_at")


class Pause(NamedTuple):
    """A time in which a conversation waited for whoever paused it; `resumed_at` is None until somebody goes on."""

    started_at: int
    resumed_at: int | None
    respondent_id: int


def renew(connection: Connection, conversations: Iterable[int]) -> None:
    """Write the pauses of these conversations anew, from their handlings."""
    of = t.handling.c
    columns = (of.conversation_id, of.respondent_id, of.started_at, of.ended_at, of.ended_by)
    for part in batched(conversations, CHUNK):
        remove(connection, t.pause, "conversation_id", part)
        query = select(*columns).where(of.conversation_id.in_(part))
        query = query.order_by(of.conversation_id, of.started_at, arrival(t.handling))
        rows = connection.execute(query).all()
        insert(connection, t.pause, _COLUMNS, _pauses(rows))


def pauses_of(connection: Connection, conversation: int) -> list[Pause]:
    """Return the pauses of one conversation."""
    of = t.pause.c
    query = select(of.started_at, of.resumed_at, of.respondent_id).where(of.conversation_id == conversation)
    return [Pause._make(row) for row in connection.execute(query)]


def _pauses(handlings: Sequence[Any]) -> Iterator[tuple[int, int, int, int | None]]:
    for conversation, own in groupby(handlings, itemgetter(0)):
        for one, following in pairwise([*own, None]):
            if one is not None and one.ended_by == "paused":
                yield conversation, one.respondent_id, one.ended_at, following.started_at if following else None
