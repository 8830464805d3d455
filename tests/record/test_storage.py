"""A disk that takes no more, or takes nothing, is recognised whatever program of ours says so, and nothing else is."""

import errno
import os

import duckdb
import pysqlite3.dbapi2 as sqlite
import pytest

from ressenti.record.refusals import StorageFull, StorageReadOnly
from ressenti.record.storage import storage_refusal


def of_system(code: int, path: str | None = "/srv/record.db") -> OSError:
    return OSError(code, os.strerror(code), path)


@pytest.mark.parametrize(
    "error",
    [
        of_system(errno.ENOSPC),
        of_system(errno.EDQUOT, None),
        sqlite.OperationalError("database or disk is full"),
        duckdb.IOException('Could not write to file "/srv/record.facts.duckdb": No space left on device'),
    ],
    ids=repr,
)
def test_a_full_disk_is_known_by_what_the_system_the_record_and_the_facts_say(error: Exception) -> None:
    assert isinstance(storage_refusal(error, "/srv"), StorageFull)


@pytest.mark.parametrize(
    "error",
    [
        of_system(errno.EROFS, None),
        of_system(errno.EACCES),
        sqlite.OperationalError("attempt to write a readonly database"),
        duckdb.IOException('Cannot open file "/srv/record.facts.duckdb": Read-only file system'),
    ],
    ids=repr,
)
def test_a_folder_without_rights_likewise(error: Exception) -> None:
    assert isinstance(storage_refusal(error, "/srv"), StorageReadOnly)


def test_it_is_found_behind_what_it_led_to() -> None:
    try:
        try:
            raise of_system(errno.ENOSPC)
        except OSError as error:
            raise ValueError("the rows") from error
    except ValueError as error:
        found = storage_refusal(error, "/srv")

    assert found is not None
    assert "/srv/record.db" in found.say()


@pytest.mark.parametrize(
    "error",
    [
        KeyError("No space left on device"),
        of_system(errno.ENOENT),
        of_system(errno.EACCES, None),
        sqlite.OperationalError("no such table: people"),
        duckdb.IOException("Checksum of a block is wrong"),
    ],
    ids=repr,
)
def test_everything_else_is_not(error: Exception) -> None:
    assert storage_refusal(error, "/srv") is None
