"""Is a stream read from its end? Where its moments only fall, the newest rows come first, of one moment too (D35)."""

from collections.abc import Iterable

from sqlalchemy import Connection

from ressenti.intake.model import FileKind, InputRecord
from ressenti.intake.run.progress import ImportState
from ressenti.intake.sources.source import RecordStream
from ressenti.intake.values.rules import SLOTS
from ressenti.record import conversations, handlings, messages, status_events, surveys, transactions
from ressenti.record.arrival import STEP
from ressenti.record.provenance import TableProvenance

TABLES: dict[FileKind, tuple[TableProvenance, tuple[str, ...]]] = {
    FileKind.CONVERSATIONS: (conversations.PROVENANCE, ("opened_at",)),
    FileKind.HANDLINGS: (handlings.PROVENANCE, ("started_at",)),
    FileKind.MESSAGES: (messages.PROVENANCE, ("created_at",)),
    FileKind.EVENTS: (status_events.PROVENANCE, ("at",)),
    FileKind.SURVEYS: (surveys.PROVENANCE, ("rated_at", "offered_at")),
    FileKind.TRANSACTIONS: (transactions.PROVENANCE, ("at",)),
}
"""The table that the rows of a stream go to, and the columns of which the first that is filled says when a row was."""


def only_falls(kind: FileKind, records: Iterable[InputRecord]) -> bool:
    """Say whether the moments of a stream fall and never rise; rows that cannot be read say nothing.

    Most rise within their first lines, and are looked at no further.
    """
    if kind not in TABLES:
        return False
    slots = [SLOTS[kind][name] for name in TABLES[kind][1]]
    before: int | None = None
    falls = False
    for record in records:
        if record.row is None:
            continue
        at = next((record.row[slot] for slot in slots if record.row[slot] is not None), None)
        if at is None:
            continue
        if before is not None and at > before:
            return False
        falls = falls or (before is not None and at < before)
        before = at
    return falls


def first_arrival(connection: Connection, state: ImportState, stream: RecordStream, *, start: int) -> int | None:
    """Return the place in the order of arrival of a stream's record number `start`, if it is read from its end.

    The record behind it has the place before it. All of its places lie behind the ids that are in the table when
    it begins, which the state of the import remembers, and before those that come later.
    """
    if not state.turned.get(state.file):
        return None
    if state.file not in state.behind:
        state.behind[state.file] = TABLES[stream.kind][0].last_id(connection)
    return state.behind[state.file] * STEP + stream.record_count - start
