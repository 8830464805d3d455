"""What is said where a disk takes no more, or nothing may be written: whatever program of ours stumbles over it."""

import errno
import os
import re
from collections.abc import Iterator
from pathlib import Path

from ressenti.kit.durable import FULL, READ_ONLY
from ressenti.kit.refusals import Refusal
from ressenti.record.refusals import StorageFull, StorageReadOnly

_NAMED = re.compile(r'"(/[^"\n]+)"')
_ENGINES = ("duckdb", "_duckdb", "pysqlite3", "sqlite3", "pyarrow")
"""The packages whose errors say in words what the system told them."""


def storage_refusal(error: BaseException, place: object) -> Refusal | None:
    """Return what to say of an error that a full disk or a folder without rights is behind, None of every other.

    `place` is where things are kept, for an error that names no file.
    """
    for one in _chain(error):
        if isinstance(one, StorageFull | StorageReadOnly):
            return one
        if isinstance(one, OSError):
            if one.errno in FULL:
                return StorageFull(url=one.filename or place)
            # A right can be missing elsewhere too, at a port for one: then no file is named.
            if one.errno in READ_ONLY and (one.filename or one.errno == errno.EROFS):
                return StorageReadOnly(path=one.filename or place, reason=one.strerror)
        elif type(one).__module__.partition(".")[0] in _ENGINES and (found := _said(str(one), place)):
            return found
    return None


def read_only(folder: Path) -> Refusal | None:
    """Return the refusal for a folder in which nothing may be made, None where something may."""
    if not folder.is_dir() or os.access(folder, os.W_OK):
        return None
    is_mounted_so = bool(os.statvfs(folder).f_flag & os.ST_RDONLY)
    return StorageReadOnly(path=folder, reason=os.strerror(errno.EROFS if is_mounted_so else errno.EACCES))


def _said(text: str, place: object) -> Refusal | None:
    if named := _NAMED.search(text):
        place = named[1]
    if "disk is full" in text or any(os.strerror(code) in text for code in FULL):
        return StorageFull(url=place)
    reasons = ("readonly database", *map(os.strerror, sorted(READ_ONLY)))
    reason = next((one for one in reasons if one in text), None)
    return StorageReadOnly(path=place, reason=reason) if reason else None


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
