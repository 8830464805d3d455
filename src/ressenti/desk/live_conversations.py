"""The one row of truth of a conversation that lasts: read whole, and written by compare-and-set on its version."""

from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from ressenti.desk.refusals import UnknownConversation
from ressenti.record.tables import live_conversation as table
from ressenti.record.write_transaction import WriteTransaction


class StaleConversation(RuntimeError):
    """A conversation was written from what is no longer so: within one transaction, only our own code can do that."""


class State(StrEnum):
    """Where a conversation is in its life."""

    QUEUED = "queued"
    ASSIGNED = "assigned"
    PAUSED = "paused"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveConversation:
    """A conversation as it stands; ids are the record's, moments microseconds.

    `respondent_id` has it, or paused it. `waiting_since` is its place among those that wait, which a return to the
    queue keeps. `returns_at` is when a pause is over; `returned_at` when the last one was,
    and `paused_until` remembers its moment after an early return.
    """

    conversation_id: int
    project_id: int
    channel_id: int
    visitor_id: int
    last_at: int
    waiting_since: int
    version: int = 0
    state: State = State.QUEUED
    rule_id: int | None = None
    distribution_group_id: int | None = None
    respondent_id: int | None = None
    handling_id: int | None = None
    queued_at: int | None = None
    visitor_wrote_at: int | None = None
    respondent_wrote_at: int | None = None
    returns_at: int | None = None
    is_kept: bool = False
    returned_at: int | None = None
    paused_until: int | None = None
    reserved_for_group_id: int | None = None
    reserved_for_respondent_id: int | None = None

    def next_moment(self, now: int) -> int:
        """Return the moment of what happens now: later than everything before, whatever the clock says."""
        return max(now, self.last_at + 1)

    @property
    def is_visitor_waiting(self) -> bool:
        """Say whether the last word is the visitor's."""
        if self.visitor_wrote_at is None:
            return False
        return self.respondent_wrote_at is None or self.respondent_wrote_at < self.visitor_wrote_at


_NAMES = tuple(LiveConversation.__dataclass_fields__)
COLUMNS = tuple(table.c[name] for name in _NAMES)
"""The columns of a `LiveConversation`, in its order."""
_GET = select(*COLUMNS).where(table.c.conversation_id == bindparam("own_id"))
_ADD = insert(table)
_OPEN_OF_VISITOR = (
    select(*COLUMNS)
    .where(table.c.visitor_id == bindparam("visitor"), table.c.state != State.CLOSED)
    .order_by(table.c.conversation_id.desc())
    .limit(1)
)
_CHANGE = (
    update(table)
    .where(table.c.conversation_id == bindparam("own_id"), table.c.version == bindparam("known_version"))
    .values({name: bindparam(name) for name in _NAMES if name not in {"conversation_id", "project_id"}})
)


def of_row(row: Any) -> LiveConversation:
    """Return the conversation of a row of `COLUMNS`."""
    values = dict(zip(_NAMES, row, strict=True))
    return LiveConversation(**values | {"state": State(values["state"])})


def find(connection: Connection, own_id: int) -> LiveConversation | None:
    """Return a conversation that is or was live, None where there is none."""
    row = connection.execute(_GET, {"own_id": own_id}).one_or_none()
    return None if row is None else of_row(row)


def get(tx: WriteTransaction, own_id: int) -> LiveConversation:
    """Return a live conversation of the project; raises UnknownConversation."""
    found = find(tx.connection, own_id)
    if found is None or found.project_id != tx.project_id:
        raise UnknownConversation
    return found


def open_of_visitor(connection: Connection, visitor: int) -> LiveConversation | None:
    """Return the conversation that a visitor is in, None where none is open."""
    row = connection.execute(_OPEN_OF_VISITOR, {"visitor": visitor}).one_or_none()
    return None if row is None else of_row(row)


def last_of_visitor(connection: Connection, visitor: int) -> int | None:
    """Return the last conversation a visitor had here, open or closed; None where they had none."""
    query = select(func.max(table.c.conversation_id)).where(table.c.visitor_id == visitor)
    return connection.execute(query).scalar()


def add(tx: WriteTransaction, new: LiveConversation) -> LiveConversation:
    """Write down a conversation that has begun."""
    tx.connection.execute(_ADD, asdict(new))
    return new


def change(tx: WriteTransaction, known: LiveConversation, **changes: Any) -> LiveConversation:
    """Write what has changed; raises StaleConversation where it was written since it was read, which is our fault."""
    changed = replace(known, version=known.version + 1, **changes)
    values = asdict(changed) | {"own_id": known.conversation_id, "known_version": known.version}
    del values["conversation_id"], values["project_id"]
    if tx.connection.execute(_CHANGE, values).rowcount != 1:
        raise StaleConversation(known.conversation_id)
    return changed
