"""Where the words are kept: a SQLite file beside the record that can be thrown away at any time.

It holds which word stands in which message or comment, and no text: those stay in the record. Its tables of words are
FTS5's, without content. SQLite reads the texts out of the record itself, attached for reading only, and asks
`tokens.py` for the words of each.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite

from ressenti.record.stores.attached_record import (
    ATTACH,
    COMMENTS,
    JOURNAL_ENDS,
    LAST_CONVERSATION,
    LONE_COMMENTS,
    PUBLIC_TEXTS,
    SURVEYS_OF_CONVERSATION,
    SURVEYS_WITH_CONVERSATION,
)
from ressenti.record.stores.storage_errors import code_of, storage_refusal
from ressenti.search.tokens import spaced

VERSION = 2
"""Moved whenever what is indexed, or how, changes: an index of another version is made anew."""

BUSY_S = 30.0
_SHIFT = 20
"""The number of a message in the index is its conversation's id and, in these lowest bits, its place in it."""


def table_of_words(name: str) -> str:
    """Return the SQL of a table that holds which words stand in which text, and no text."""
    return f"""CREATE VIRTUAL TABLE {name} USING fts5(
  words, content='', contentless_delete=1, tokenize='ascii', prefix='2 3')"""


_TABLES = (
    table_of_words("message"),
    table_of_words("comment"),  # its numbers are the ids of the record's survey offers
    "CREATE TABLE comment_of (offer_id INTEGER PRIMARY KEY, conversation_id INTEGER)",
    "CREATE INDEX ix_comment_of ON comment_of (conversation_id)",
    "CREATE TABLE mark (project_id INTEGER PRIMARY KEY, seq INTEGER NOT NULL)",
    "CREATE TABLE state (version INTEGER NOT NULL, conversation_id INTEGER NOT NULL, last_id INTEGER)",
    # Words of a text that was replaced leave the file soon, and what is freed in it is overwritten.
    "INSERT INTO message (message, rank) VALUES ('deletemerge', 1)",
    "INSERT INTO comment (comment, rank) VALUES ('deletemerge', 1)",
    # Bytes of words that wait in memory for the end of a transaction: with the usual 1 MiB it takes half again as long.
    f"INSERT INTO message (message, rank) VALUES ('hashsize', {32 << 20})",
)

_PUT_MESSAGES = f"""INSERT INTO message (rowid, words)
SELECT (conversation_id << {_SHIFT}) + place, spaced(text) FROM ({PUBLIC_TEXTS})
WHERE place < {1 << _SHIFT} AND text <> ''"""


def _putting_comments(comments: str) -> tuple[str, str]:
    """Return the statements that add comments which a query gives."""
    return (
        f"INSERT INTO comment (rowid, words) SELECT offer_id, spaced(text) FROM ({comments})",
        f"INSERT INTO comment_of SELECT offer_id, conversation_id FROM ({comments})",
    )


_PUT_COMMENTS = _putting_comments(COMMENTS)
_PUT_LONE_COMMENTS = _putting_comments(LONE_COMMENTS)

_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = NORMAL",
    "secure_delete = ON",
    "cell_size_check = ON",
    "cache_size = -65536",
)


class DamagedIndex(Exception):
    """The file cannot be used as an index of this version; it is to be made anew."""


def search_path(record: Path) -> Path:
    """Return where the words of a record stand: beside it, named after it."""
    return record.with_name(record.stem + ".search.db")


def discard(path: Path) -> None:
    """Remove an index, and what belongs to it."""
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


class Writer:
    """The one connection that writes to an index. Not for several threads at once."""

    def __init__(self, path: Path, record: Path) -> None:
        """Open the index, or make an empty one; raises DamagedIndex where what is there cannot be used."""
        self._path = path
        path.touch(mode=0o600)
        with _translated(path):
            self._connection = _connect(path, "rwc")
        try:
            with _translated(self._path):
                self._prepare(record)
        except BaseException:
            self._connection.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def interrupt(self) -> None:
        """End what is being done; from another thread."""
        self._connection.interrupt()

    @contextmanager
    def writing(self) -> Iterator["Writer"]:
        """Do all of a block or nothing of it, with the record as it stands at its beginning; raises DamagedIndex."""
        with _translated(self._path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def check(self) -> None:
        """Read the structure of the whole file; raises DamagedIndex."""
        with _translated(self._path):
            if self._rows("PRAGMA main.quick_check(1)") != [("ok",)]:
                raise DamagedIndex

    def marks(self) -> dict[int, int]:
        """Return the journal number that each project's words stand at."""
        with _translated(self._path):
            return dict(self._rows("SELECT project_id, seq FROM mark"))

    def mark(self, marks: Iterable[tuple[int, int]]) -> None:
        """Note the journal number that projects' words stand at from now on."""
        self._connection.executemany("INSERT OR REPLACE INTO mark VALUES (?, ?)", marks)

    def reached(self) -> tuple[int, int | None]:
        """Return up to which conversation the first reading has come, and where it ends: None once it is over."""
        with _translated(self._path):
            return self._rows("SELECT conversation_id, last_id FROM state")[0]

    def reach(self, conversation_id: int, last_id: int | None) -> None:
        """Note how far the first reading has come."""
        self._connection.execute("UPDATE state SET conversation_id = ?, last_id = ?", (conversation_id, last_id))

    def last_conversation(self) -> int:
        """Return the highest id of a conversation in the record, 0 where there is none."""
        return self._rows(LAST_CONVERSATION)[0][0]  # type: ignore[no-any-return]

    def put_conversations(self, first: int, last: int) -> None:
        """Add the words of these conversations, which the index does not hold."""
        run = self._connection.execute
        run(_PUT_MESSAGES, (first, last))
        for sql in _PUT_COMMENTS:
            run(sql, (first, last))

    def put_lone_comments(self) -> None:
        """Add the words of all comments of surveys without a conversation, which the index does not hold."""
        for sql in _PUT_LONE_COMMENTS:
            self._connection.execute(sql, (0, 1 << 62))

    def replace_conversations(self, ids: Sequence[int]) -> None:
        """Put the words of these conversations, as they are now in the record, in the place of their old ones."""
        twice = [(one, one) for one in ids]
        run = self._connection.executemany
        run(f"DELETE FROM message WHERE rowid BETWEEN ? << {_SHIFT} AND (? << {_SHIFT}) + {(1 << _SHIFT) - 1}", twice)
        self._drop("offer_id IN (SELECT offer_id FROM comment_of WHERE conversation_id = ?)", ids)
        self._drop(f"offer_id IN ({SURVEYS_OF_CONVERSATION})", ids)
        for sql in (_PUT_MESSAGES, *_PUT_COMMENTS):
            run(sql, twice)

    def replace_lone_comments(self, offers: Sequence[int]) -> None:
        """Put the words of these surveys' comments in the place of their old ones, if they have no conversation."""
        mine = f"SELECT ? EXCEPT {SURVEYS_WITH_CONVERSATION}"
        self._drop(f"offer_id IN ({mine})", offers)
        for sql in _PUT_LONE_COMMENTS:
            self._connection.executemany(sql, [(one, one) for one in offers])

    def _drop(self, which: str, ids: Sequence[int]) -> None:
        rows = [(one,) for one in ids]
        self._connection.executemany(
            f"DELETE FROM comment WHERE rowid IN (SELECT offer_id FROM comment_of WHERE {which})", rows
        )
        self._connection.executemany(f"DELETE FROM comment_of WHERE {which}", rows)

    def _prepare(self, record: Path) -> None:
        for pragma in _PRAGMAS:
            self._rows(f"PRAGMA {pragma}")
        self._connection.execute(ATTACH, (_uri(record, "ro"),))
        self._connection.create_function("spaced", 1, spaced, deterministic=True)
        with self.writing():
            if not self._rows("SELECT name FROM main.sqlite_master LIMIT 1"):
                for sql in _TABLES:
                    self._connection.execute(sql)
                self._connection.execute("INSERT INTO state VALUES (?, 0, ?)", (VERSION, self.last_conversation()))
                self.mark(self._rows(JOURNAL_ENDS))
            elif self._rows("SELECT version FROM state") != [(VERSION,)]:
                raise DamagedIndex

    def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql).fetchall()  # type: ignore[no-any-return]


def find_conversations(path: Path, expression: str, *, comments_too: bool = False) -> list[int]:
    """Return the ids of the conversations with a message (or a comment) that an FTS5 expression finds, in order."""
    sql = f"SELECT rowid >> {_SHIFT} FROM message WHERE message MATCH ?"
    found = dict.fromkeys(_found(path, sql, expression))
    if not comments_too:
        return list(found)
    sql = "SELECT conversation_id FROM comment JOIN comment_of ON offer_id = comment.rowid WHERE comment MATCH ?"
    return sorted({*found, *(one for one in _found(path, sql, expression) if one is not None)})


def find_offers(path: Path, expression: str) -> list[int]:
    """Return the ids of the survey offers whose comment an FTS5 expression finds, in order."""
    return _found(path, "SELECT rowid FROM comment WHERE comment MATCH ?", expression)


def _found(path: Path, sql: str, expression: str) -> list[Any]:
    with _translated(path), closing(_connect(path, "ro")) as connection:
        connection.execute("PRAGMA cache_size = -65536")
        return [row[0] for row in connection.execute(sql, (expression,))]


def _connect(path: Path, mode: str) -> Any:
    return sqlite.connect(_uri(path, mode), uri=True, timeout=BUSY_S, isolation_level=None, check_same_thread=False)


def _uri(path: Path, mode: str) -> str:
    return f"{path.absolute().as_uri()}?mode={mode}"


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    """Call damage what SQLite reports of it: an error of the database that is not one of the operation.

    A fault of the disk is reported as anywhere else.
    """
    try:
        yield
    except sqlite.DatabaseError as error:
        if refusal := storage_refusal(error, path):
            raise refusal from error
        # SQLite has one code for a table that lacks something and for a question that is wrong.
        is_lacking = any(one in str(error) for one in ("no such table", "no such column"))
        if isinstance(error, sqlite.OperationalError) and not is_lacking and code_of(error) != sqlite.SQLITE_CORRUPT:
            raise
        raise DamagedIndex(str(error)) from error
