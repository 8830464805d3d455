"""What people mark in conversations for themselves: each sees their own, and what is erased is gone for all."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from ressenti.accounts.grants import Grant
from ressenti.accounts.permissions import Role
from ressenti.accounts.users import create_user
from ressenti.kit.names import ControlCharacter
from ressenti.workspace.conversation_marks import (
    LONGEST_NOTE,
    ConversationMark,
    NoteTooLong,
    ids_noted,
    ids_read,
    ids_to_return,
    mark_read,
    mark_to_return,
    marks_of,
    write_note,
)
from tests.support.scenario import NOW, World

ANA, BEN = 1, 2
IDS = [1, 2, 3]


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Connection]:
    """Give a record of three conversations and two people."""
    world = World(tmp_path)
    for _ in IDS:
        world.conversation()
    world.import_()
    with world.store.write() as connection:
        for email in ("ana@tilleul.example", "ben@tilleul.example"):
            create_user(connection, email=email, grant=Grant(role=Role.ADMINISTRATOR), now=NOW)
        yield connection
    world.close()


def test_each_sees_their_own_marks_alone(record: Connection) -> None:
    mark_read(record, 1, user_id=ANA, is_read=True, now=NOW)
    mark_to_return(record, 2, user_id=ANA, comes_back=True, now=NOW)
    write_note(record, 2, " Call her\r\nback. ", user_id=ANA, now=NOW)

    assert marks_of(record, ANA, IDS) == {
        1: ConversationMark(read_at=NOW),
        2: ConversationMark(comes_back=True, note="Call her\nback."),
    }
    assert marks_of(record, BEN, IDS) == {}
    assert marks_of(record, None, IDS) == {}


def test_conversations_are_found_by_how_one_marked_them(record: Connection) -> None:
    mark_read(record, 1, user_id=ANA, is_read=True, now=NOW)
    mark_to_return(record, 2, user_id=ANA, comes_back=True, now=NOW)
    write_note(record, 3, "Call her back.", user_id=ANA, now=NOW)

    assert [found(record, ANA) for found in (ids_read, ids_to_return, ids_noted)] == [{1}, {2}, {3}]
    assert [found(record, BEN) for found in (ids_read, ids_to_return, ids_noted)] == [set()] * 3


def test_what_was_read_stays_read_since_then_until_it_is_unread(record: Connection) -> None:
    mark_read(record, 1, user_id=ANA, is_read=True, now=NOW)
    mark_read(record, 1, user_id=ANA, is_read=True, now=NOW + 1)
    assert marks_of(record, ANA, IDS) == {1: ConversationMark(read_at=NOW)}

    mark_read(record, 1, user_id=ANA, is_read=False, now=NOW + 2)
    assert marks_of(record, ANA, IDS) == {}


def test_marks_that_are_taken_back_leave_nothing(record: Connection) -> None:
    mark_to_return(record, 1, user_id=ANA, comes_back=True, now=NOW)
    write_note(record, 1, "Call her back.", user_id=ANA, now=NOW)
    mark_to_return(record, 1, user_id=ANA, comes_back=False, now=NOW)
    assert marks_of(record, ANA, IDS) == {1: ConversationMark(note="Call her back.")}

    write_note(record, 1, "  \n ", user_id=ANA, now=NOW)

    assert record.exec_driver_sql("SELECT count(*) FROM conversation_mark").scalar_one() == 0


def test_a_note_is_plain_and_not_endless(record: Connection) -> None:
    write_note(record, 1, "x" * LONGEST_NOTE, user_id=ANA, now=NOW)
    with pytest.raises(NoteTooLong) as refused:
        write_note(record, 1, "x" * 2001, user_id=ANA, now=NOW)
    with pytest.raises(ControlCharacter):
        write_note(record, 1, "evil \u202e", user_id=ANA, now=NOW)

    assert refused.value.say("en") == "This note has 2001 characters; 2000 fit. Shorten it."
