"""What people mark for themselves in conversations: that they read one, that they come back to it, and a note.

Each mark is one person's alone: nobody else finds it, and whoever asks says whose it is.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from ressenti.kit.i18n import _
from ressenti.kit.iteration import batched
from ressenti.kit.names import require_plain
from ressenti.kit.refusals import Refusal
from ressenti.record.tables import conversation_mark

LONGEST_NOTE = 2_000
"""Characters of a note: what one wants to remember of a conversation, not its minutes."""
_CHUNK = 500


class NoteTooLong(Refusal):
    """A note that would be longer than most conversations."""

    code = "note_too_long"
    sentence = _("This note has {count} characters; {limit} fit. Shorten it.")


class MarkedAs(StrEnum):
    """By which of one's own marks conversations can be found."""

    UNREAD = "unread"
    READ = "read"
    COMES_BACK = "again"
    NOTED = "noted"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationMark:
    """What somebody marked in a conversation. `read_at` is when they read it, in microseconds, None where unread.

    `comes_back`: they want to come back to it; `note` is "" where they wrote none.
    """

    read_at: int | None = None
    comes_back: bool = False
    note: str = ""


UNMARKED = ConversationMark()
"""What somebody marked in a conversation that they marked nothing in."""

_MARKED: dict[MarkedAs, ColumnElement[bool]] = {
    MarkedAs.UNREAD: conversation_mark.c.read_at.is_not(None),
    MarkedAs.READ: conversation_mark.c.read_at.is_not(None),
    MarkedAs.COMES_BACK: conversation_mark.c.comes_back,
    MarkedAs.NOTED: conversation_mark.c.note != "",
}
"""Which marks tell of one: whatever has none of those that were read is unread."""


def marks_of(connection: Connection, user_id: int | None, ids: Collection[int]) -> dict[int, ConversationMark]:
    """Return what somebody marked in these conversations, of those they marked anything in; a program marks nothing."""
    of = conversation_mark.c
    marks: dict[int, ConversationMark] = {}
    for part in batched(ids, _CHUNK):
        query = select(conversation_mark).where(of.user_id == user_id, of.conversation_id.in_(part))
        for row in connection.execute(query):
            mark = ConversationMark(read_at=row.read_at, comes_back=row.comes_back, note=row.note)
            marks[row.conversation_id] = mark
    return marks


def ids_marked(connection: Connection, user_id: int | None, how: MarkedAs) -> set[int]:
    """Return the conversations that somebody marked so; for what is unread, those that are not."""
    of = conversation_mark.c
    query = select(of.conversation_id).where(of.user_id == user_id, _MARKED[how])
    return set(connection.execute(query).scalars())


def mark_read(connection: Connection, conversation_id: int, *, user_id: int, is_read: bool, now: int) -> None:
    """Mark a conversation as read, or as unread again; one that was read stays read since then."""
    mark = marks_of(connection, user_id, [conversation_id]).get(conversation_id, UNMARKED)
    read_at = (mark.read_at or now) if is_read else None
    _write(connection, conversation_id, user_id, now, read_at=read_at)


def mark_to_return(connection: Connection, conversation_id: int, *, user_id: int, comes_back: bool, now: int) -> None:
    """Mark a conversation to come back to, or no longer."""
    _write(connection, conversation_id, user_id, now, comes_back=comes_back)


def write_note(connection: Connection, conversation_id: int, words: str, *, user_id: int, now: int) -> None:
    """Write a note in the place of an earlier one; nothing but spaces takes it back.

    It is plain text with its line breaks. Raises NoteTooLong and ControlCharacter.
    """
    note = require_plain(words.replace("\r\n", "\n").replace("\r", "\n").strip(), but="\n\t")
    if len(note) > LONGEST_NOTE:
        raise NoteTooLong(count=len(note), limit=LONGEST_NOTE)
    _write(connection, conversation_id, user_id, now, note=note)


def erase_marks(connection: Connection, conversations: Iterable[int]) -> None:
    """Remove what anybody marked and noted of these conversations: whoever erases a visitor erases that too."""
    for part in batched(conversations, _CHUNK):
        connection.execute(delete(conversation_mark).where(conversation_mark.c.conversation_id.in_(part)))


def _write(connection: Connection, conversation_id: int, user_id: int, now: int, **values: Any) -> None:
    """Write one part of a mark; one that says nothing any more is removed."""
    of = conversation_mark.c
    row = {"user_id": user_id, "conversation_id": conversation_id, "comes_back": False, "note": ""}
    row |= {"changed_at": now} | values
    changed = {name: row[name] for name in (*values, "changed_at")}
    index = ["user_id", "conversation_id"]
    connection.execute(insert(conversation_mark).values(row).on_conflict_do_update(index_elements=index, set_=changed))
    is_own = (of.user_id == user_id) & (of.conversation_id == conversation_id)
    connection.execute(
        delete(conversation_mark).where(is_own, of.read_at.is_(None), of.comes_back.is_(False), of.note == "")
    )
