"""The append-only log of what happened, numbered in the order in which changes were committed.

A number is taken from a counter row of the project inside the writing transaction, so no reader can see a number
while a smaller one is still to come. An entry names an event and the row it happened to, never what stands in that row.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from sqlalchemy import Connection, Table, func, select, update

from ressenti.kit.iteration import batched
from ressenti.record.stores.sqlite import insert
from ressenti.record.tables import journal, message, project, survey_offer

CHUNK = 5_000
"""How many rows are looked up at once."""


class EventKind(StrEnum):
    """What happened. The word before the dot says whose id an entry holds: that of a conversation, a message, a survey.

    An entry of `availability` holds that of the respondent.
    An import tells of rows that changed, one entry for each conversation of a batch; whoever writes one row at a time
    tells what it was.
    """

    CONVERSATION_CHANGED = "conversation.changed"
    CONVERSATION_OPENED = "conversation.opened"
    CONVERSATION_QUEUED = "conversation.queued"
    CONVERSATION_ASSIGNED = "conversation.assigned"
    CONVERSATION_TRANSFERRED = "conversation.transferred"
    CONVERSATION_PAUSED = "conversation.paused"
    CONVERSATION_RESUMED = "conversation.resumed"
    CONVERSATION_TAGGED = "conversation.tagged"
    CONVERSATION_CLOSED = "conversation.closed"
    MESSAGE_CREATED = "message.created"
    SURVEY_CHANGED = "survey.changed"
    SURVEY_OFFERED = "survey.offered"
    SURVEY_ANSWERED = "survey.answered"
    RESPONDENT_CHANGED = "respondent.changed"
    PROJECT_CHANGED = "project.changed"
    AVAILABILITY_CHANGED = "availability.changed"


class JournalEntry(NamedTuple):
    """One line of the journal: its number, the event, and the id of the row it happened to."""

    seq: int
    kind: str
    subject_id: int


class ToldEntry(NamedTuple):
    """One line of the journal with all it tells: also when, and the ids and codes of an event, as JSON."""

    seq: int
    at: int
    kind: str
    subject_id: int
    detail: str | None


class ChangedRows(NamedTuple):
    """What journal entries touch, as those who follow the journal need it.

    A survey that belongs to a conversation is among both: its conversation holds its figures, and it may have been
    without one before.
    """

    conversations: set[int]
    surveys: set[int]
    respondents: set[int]
    is_project: bool


def append(
    connection: Connection,
    project_id: int,
    events: Iterable[tuple[EventKind, int]],
    *,
    now: int,
    details: Mapping[tuple[EventKind, int], str] = MappingProxyType({}),
) -> None:
    """Write down what happened, in the caller's transaction; `details` has the JSON of those that have any."""
    lines = list(events)
    if not lines:
        return
    advance = update(project).where(project.c.id == project_id).values(journal_seq=project.c.journal_seq + len(lines))
    last = connection.execute(advance.returning(project.c.journal_seq)).scalar_one()
    first = last - len(lines) + 1
    rows = (
        (project_id, first + i, now, kind.value, subject, details.get((kind, subject)))
        for i, (kind, subject) in enumerate(lines)
    )
    insert(connection, journal, ("project_id", "seq", "at", "kind", "subject_id", "detail"), rows)


def last_seq(connection: Connection) -> dict[int, int]:
    """Return the last journal number of each project."""
    return {row.id: row.journal_seq for row in connection.execute(select(project.c.id, project.c.journal_seq))}


def last_written(connection: Connection) -> dict[int, int]:
    """Return the number of the last entry that is there, of each project that has any."""
    rows = connection.execute(select(journal.c.project_id, func.max(journal.c.seq)).group_by(journal.c.project_id))
    return {row[0]: row[1] for row in rows}


def beginning(connection: Connection) -> int:
    """Return when the first entry was written, 0 before there is one: of a record and its copies, and of no other."""
    first = select(func.min(journal.c.at)).where(journal.c.seq == 1, journal.c.project_id.in_(select(project.c.id)))
    return connection.execute(first).scalar_one() or 0


def last_held_at(connection: Connection, project_id: int, seq: int) -> int | None:
    """Return when the last entry up to a number was written, None where there is none."""
    of = journal.c
    query = select(of.at).where(of.project_id == project_id, of.seq <= seq).order_by(of.seq.desc()).limit(1)
    return connection.execute(query).scalar_one_or_none()


def first_missing_at(connection: Connection, project_id: int, seq: int) -> int | None:
    """Return when the first entry after a number was written, None where there is none."""
    of = journal.c
    query = select(of.at).where(of.project_id == project_id, of.seq > seq).order_by(of.seq).limit(1)
    return connection.execute(query).scalar_one_or_none()


def read_after(connection: Connection, project_id: int, seq: int) -> Iterator[JournalEntry]:
    """Return what has happened in a project after a number: each thing once, in the order it happened last."""
    of, last = journal.c, func.max(journal.c.seq)
    query = select(last, of.kind, of.subject_id).where(of.project_id == project_id, of.seq > seq)
    rows = connection.execute(query.group_by(of.kind, of.subject_id).order_by(last))
    return (JournalEntry(*row) for row in rows)


def entries_after(connection: Connection, project_id: int, seq: int, *, limit: int) -> list[ToldEntry]:
    """Return the next lines of a project after a number, each as it stands, in their order."""
    of = journal.c
    query = select(of.seq, of.at, of.kind, of.subject_id, of.detail).where(of.project_id == project_id, of.seq > seq)
    return [ToldEntry._make(row) for row in connection.execute(query.order_by(of.seq).limit(limit))]


def entries_of_conversation(connection: Connection, project_id: int, conversation: int) -> list[ToldEntry]:
    """Return the lines that tell of a live conversation, in their order; its messages have their own."""
    of = journal.c
    query = select(of.seq, of.at, of.kind, of.subject_id, of.detail).where(
        of.project_id == project_id,
        of.subject_id == conversation,
        of.detail.is_not(None),
        of.kind.startswith("conversation."),
    )
    return [ToldEntry._make(row) for row in connection.execute(query.order_by(of.seq))]


def changed_rows(connection: Connection, entries: Iterable[JournalEntry]) -> ChangedRows:
    """Return what these entries touch; an event that changes no figure and no word touches nothing."""
    subjects: defaultdict[str, set[int]] = defaultdict(set)
    for entry in entries:
        subjects[entry.kind.partition(".")[0]].add(entry.subject_id)
    conversations = subjects["conversation"]
    conversations |= _conversations_of(connection, message, subjects["message"])
    conversations |= _conversations_of(connection, survey_offer, subjects["survey"])
    return ChangedRows(conversations, subjects["survey"], subjects["respondent"], bool(subjects["project"]))


def _conversations_of(connection: Connection, table: Table, ids: Collection[int]) -> set[int]:
    of = table.c.conversation_id
    return {
        one
        for part in batched(sorted(ids), CHUNK)
        for one in connection.execute(select(of).where(table.c.id.in_(part), of.is_not(None)).distinct()).scalars()
    }
