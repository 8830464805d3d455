"""The append-only log of what changed, numbered in the order in which changes were committed.

A number is taken from a counter row of the project inside the writing transaction, so no reader can see a number
while a smaller one is still to come.
"""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import Connection, func, select, update

from ressenti.record.stores.sqlite import insert
from ressenti.record.tables import journal, project


class ChangedKind(StrEnum):
    """What a journal entry is about; its subject is that row's id."""

    CONVERSATION = "conversation"
    OFFER = "offer"
    RESPONDENT = "respondent"
    PROJECT = "project"


class JournalEntry(NamedTuple):
    """One line of the journal."""

    seq: int
    kind: str
    subject_id: int


def append(connection: Connection, project_id: int, changes: Iterable[tuple[ChangedKind, int]], *, now: int) -> None:
    """Write down what changed, in the caller's transaction."""
    lines = list(changes)
    if not lines:
        return
    advance = update(project).where(project.c.id == project_id).values(journal_seq=project.c.journal_seq + len(lines))
    last = connection.execute(advance.returning(project.c.journal_seq)).scalar_one()
    first = last - len(lines) + 1
    rows = ((project_id, first + i, now, kind.value, subject) for i, (kind, subject) in enumerate(lines))
    insert(connection, journal, ("project_id", "seq", "at", "kind", "subject_id"), rows)


def last_seq(connection: Connection) -> dict[int, int]:
    """Return the last journal number of each project."""
    return {row.id: row.journal_seq for row in connection.execute(select(project.c.id, project.c.journal_seq))}


def beginning(connection: Connection) -> int:
    """Return when the first entry was written, 0 before there is one: of a record and its copies, and of no other."""
    first = select(func.min(journal.c.at)).where(journal.c.seq == 1, journal.c.project_id.in_(select(project.c.id)))
    return connection.execute(first).scalar_one() or 0


def read_after(connection: Connection, project_id: int, seq: int) -> Iterator[JournalEntry]:
    """Return what has changed in a project after a number: each thing once, in the order of their last changes."""
    of, last = journal.c, func.max(journal.c.seq)
    query = select(last, of.kind, of.subject_id).where(of.project_id == project_id, of.seq > seq)
    rows = connection.execute(query.group_by(of.kind, of.subject_id).order_by(last))
    return (JournalEntry(*row) for row in rows)
