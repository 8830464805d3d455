"""What is said where a disk takes no more, fails, or nothing may be written: whatever program of ours stumbles over it.

The system says it by its number, SQLite by a code of its own. SQLite does not pass on why the system did not read or
write: then the disk is asked with a small file.
"""

import errno
import os
import re
import sqlite3 as codes  # the names of SQLite's codes; the driver lacks some
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pysqlite3.dbapi2 as driver

from ressenti.kit.durable import FAILING, FULL, READ_ONLY
from ressenti.kit.refusals import Refusal
from ressenti.record.refusals import StorageFailing, StorageFull, StorageReadOnly
from ressenti.record.stores.corruption import MALFORMED

PROBE_BYTES = 1 << 20
"""What a disk with room takes: more than SQLite writes, or makes longer, at once."""

_ANSWERS = (StorageFull, StorageReadOnly, StorageFailing)
_NO_RIGHT = frozenset({codes.SQLITE_READONLY, codes.SQLITE_PERM})
_UNTOLD = frozenset({*_NO_RIGHT, codes.SQLITE_IOERR, codes.SQLITE_CANTOPEN})
_CODES_OF_WORDS = {
    "database or disk is full": codes.SQLITE_FULL,
    "disk I/O error": codes.SQLITE_IOERR,
    "attempt to write a readonly database": codes.SQLITE_READONLY,
    "access permission denied": codes.SQLITE_PERM,
    "unable to open database file": codes.SQLITE_CANTOPEN,
    MALFORMED: codes.SQLITE_CORRUPT,
    "database is locked": codes.SQLITE_BUSY,
    "database table is locked": codes.SQLITE_LOCKED,
}
"""SQLite's own words for a code, which never change (sqlite3_errstr)."""
_NAMED = re.compile(r'"(/[^"\n]+)"')


def storage_refusal(error: BaseException, place: object) -> Refusal | None:
    """Return what to say of an error that a full or failing disk or a missing right is behind, None of every other.

    `place` is where things are kept, for an error that names no file.
    """
    for one in _chain(error):
        if found := _refusal(one, place):
            return found
    return None


def code_of(error: BaseException) -> int | None:
    """Return SQLite's primary code of an error, None of one that is not SQLite's."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None and isinstance(error, driver.Error):
        code = _CODES_OF_WORDS.get(str(error))  # a copy that fails half-way carries SQLite's words alone
    return None if code is None else code & 0xFF


def _refusal(error: BaseException, place: object) -> Refusal | None:
    if isinstance(error, _ANSWERS):
        return error
    if isinstance(error, OSError):
        return _of_system(error, error.filename or place)
    if code_of(error) is not None:
        return _of_sqlite(error, Path(str(place)))
    if type(error).__module__.partition(".")[0] in {"duckdb", "_duckdb"}:
        return _of_duckdb(str(error), place)
    return None


def _of_system(error: OSError, path: object) -> Refusal | None:
    if error.errno in FULL:
        return StorageFull(url=path)
    # A right can be missing elsewhere too, at a port for one: then no file is named.
    if error.errno in READ_ONLY and (error.filename or error.errno == errno.EROFS):
        return StorageReadOnly(path=path, reason=error.strerror)
    if error.errno in FAILING:
        return StorageFailing(path=path, reason=error.strerror)
    return None


def _of_sqlite(error: BaseException, path: Path) -> Refusal | None:
    code = code_of(error)
    if code == codes.SQLITE_FULL:
        return StorageFull(url=path)
    if code not in _UNTOLD:
        return None
    said = _asked(path if path.is_dir() else path.parent)
    if said and (found := _of_system(said, path)):
        return found
    if code in _NO_RIGHT or (code == codes.SQLITE_CANTOPEN and path.is_file() and not os.access(path, os.R_OK)):
        return StorageReadOnly(path=path, reason=error if os.access(path, os.W_OK) else os.strerror(errno.EACCES))
    return StorageFailing(path=path, reason=error) if code == codes.SQLITE_IOERR else None


def _asked(folder: Path) -> OSError | None:
    """Write a file without a name into a folder, and return what the system says of that; None where it takes it."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"\0" * PROBE_BYTES)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        error.filename = folder
        return error
    return None


def _of_duckdb(text: str, place: object) -> Refusal | None:
    """Read the sentence: DuckDB has no codes, but ends it with the system's words."""
    if named := _NAMED.search(text):
        place = named[1]
    for code in sorted(FULL | READ_ONLY | FAILING):
        if os.strerror(code) in text:
            return _of_system(OSError(code, os.strerror(code), str(place)), place)
    return None


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop(0)
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        waiting += [one.__cause__, one.__context__]
