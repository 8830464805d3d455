"""What people mark for themselves in conversations: that they read one, that they come back to it, and a note.

Each mark is one person's alone: nobody else finds it, and whoever asks says whose it is.
"""

from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, delete, select

from ressenti.kit.i18n import _
from ressenti.kit.iteration import batched
from ressenti.kit.names import require_plain
from ressenti.kit.refusals import Refusal
from ressenti.record.stores.sqlite import put
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


def ids_read(connection: Connection, user_id: int | None) -> set[int]:
    """Return the conversations that somebody read; all others are unread."""
    return _ids(connection, user_id, conversation_mark.c.read_at.is_not(None))


def ids_to_return(connection: Connection, user_id: int | None) -> set[int]:
    """Return the conversations that somebody wants to come back to."""
    return _ids(connection, user_id, conversation_mark.c.comes_back)


def ids_noted(connection: Connection, user_id: int | None) -> set[int]:
    """Return the conversations that somebody wrote a note in."""
    return _ids(connection, user_id, conversation_mark.c.note != "")


def mark_read(connection: Connection, conversation_id: int, *, user_id: int, is_read: bool, now: int) -> None:
    """Mark a conversation as read, or as unread again; one that was read stays read since then."""
    mark = _mark(connection, conversation_id, user_id)
    _write(connection, conversation_id, user_id, now, replace(mark, read_at=(mark.read_at or now) if is_read else None))


def mark_to_return(connection: Connection, conversation_id: int, *, user_id: int, comes_back: bool, now: int) -> None:
    """Mark a conversation to come back to, or no longer."""
    mark = _mark(connection, conversation_id, user_id)
    _write(connection, conversation_id, user_id, now, replace(mark, comes_back=comes_back))


def write_note(connection: Connection, conversation_id: int, words: str, *, user_id: int, now: int) -> None:
    """Write a note in the place of an earlier one; nothing but spaces takes it back.

    It is plain text with its line breaks. Raises NoteTooLong and ControlCharacter.
    """
    note = require_plain(words.replace("\r\n", "\n").replace("\r", "\n").strip(), but="\n\t")
    if len(note) > LONGEST_NOTE:
        raise NoteTooLong(count=len(note), limit=LONGEST_NOTE)
    mark = _mark(connection, conversation_id, user_id)
    _write(connection, conversation_id, user_id, now, replace(mark, note=note))


def _ids(connection: Connection, user_id: int | None, condition: ColumnElement[bool]) -> set[int]:
    of = conversation_mark.c
    return set(connection.execute(select(of.conversation_id).where(of.user_id == user_id, condition)).scalars())


def _mark(connection: Connection, conversation_id: int, user_id: int) -> ConversationMark:
    return marks_of(connection, user_id, [conversation_id]).get(conversation_id, UNMARKED)


def _write(connection: Connection, conversation_id: int, user_id: int, now: int, mark: ConversationMark) -> None:
    """Write what somebody marked in a conversation; a mark that says nothing any more is removed."""
    of = conversation_mark.c
    if mark == UNMARKED:
        is_own = (of.user_id == user_id) & (of.conversation_id == conversation_id)
        connection.execute(delete(conversation_mark).where(is_own))
    else:
        key = {"user_id": user_id, "conversation_id": conversation_id}
        put(connection, conversation_mark, key, {"changed_at": now} | asdict(mark))
