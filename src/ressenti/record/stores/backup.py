"""Copies of a record: taken while it is in use, checked, and put back without ever being without a whole one."""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite
from sqlalchemy import Connection

from ressenti.kit.durable import sync_file, sync_folder
from ressenti.kit.i18n import Sentence, _
from ressenti.kit.output_files import create_partial, publish, require_place
from ressenti.kit.paths import database_url
from ressenti.kit.refusals import Refusal
from ressenti.record.migrations.upgrade import require_known
from ressenti.record.refusals import (
    BadCopy,
    DamagedDatabase,
    DatabaseBusy,
    RecordInTheWay,
)
from ressenti.record.stores.integrity import Damages, damaged, damaged_pages, damaged_rows, in_words, listed
from ressenti.record.stores.sqlite import Store
from ressenti.record.stores.storage_errors import code_of, storage_refusal
from ressenti.record.tables import metadata

BUSY_S = 5.0
"""How long putting back waits for whoever uses the record that is to be replaced."""
_LEFT = re.compile(r"(\.before(-\d+)?)?\.[0-9a-f]{8}\.part")
"""How the name of a file that was not finished goes on behind that of the record."""
_ENDINGS = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a database, and takes for its own when it opens one of that name."""


# --- taking a copy ---------------------------------------------------------------------------------------------------


def copy_to(store: Store, path: Path, *, replace: bool = False) -> None:
    """Write a consistent copy of the record to a path, under its name only once it is whole.

    Raises BadOutput where the path is none for a file, and FileInTheWay where there is one unless told to replace it;
    DamagedDatabase where the record is not what was written, as a copy of that would take the place of a good one.
    """
    _require_place(store, path, replace=replace)
    try:
        part = create_partial(path)
    except OSError as error:
        raise _refusal(error, path, path) from error
    try:
        _copy(store.path, part)
        _require_sound(store, part, path)
        publish(part, path, replace=replace)
    except (sqlite.Error, OSError) as error:
        raise _refusal(error, path, path) from error
    finally:
        with suppress(OSError):
            _remove(part)


def _require_place(store: Store, path: Path, *, replace: bool) -> None:
    require_place(path, replace=replace)
    if path.exists() and path.samefile(store.path):
        raise BadCopy(path=path, reason=Sentence(_("it is the record itself")))


def _require_sound(store: Store, part: Path, path: Path) -> None:
    """Refuse a copy that is not what was written, and say whether the record is; raises DamagedDatabase and BadCopy."""
    if found := _damages(part):
        raise damaged(store.url, own) if (own := _damages(store.path)) else BadCopy(path=path, reason=listed(found))


# --- putting one back ------------------------------------------------------------------------------------------------


@contextmanager
def put_back(
    copy: Path, target: Path, *, replace: bool, revoke: Callable[[Connection], None], forget: Callable[[], None]
) -> Iterator[None]:
    """Make a copy the record; the block opens it, and only then is the record that was there removed.

    All is checked on a second copy, which is brought up to date, and in which `revoke` ends every session, before the
    record is touched. Just before one takes the place of the other, `forget` removes what was made from the record. If
    the block fails, the record that was there is the record again. Killed at any step, either of them is, whole and
    with all that was written.

    Raises BadCopy, NewerDatabase and UnknownDatabase for a copy that cannot be the record, RecordInTheWay where there
    is one unless told to replace it, DatabaseBusy while somebody uses that, StorageFull and StorageReadOnly.
    """
    require_record(copy)
    if target.exists() and target.stat().st_size and not replace:
        raise RecordInTheWay(path=target)
    target = target.resolve()  # what a link leads to is the record
    try:
        _clear_away(target, copy)
        part = create_partial(target)
    except OSError as error:
        raise _refusal(error, copy, target) from error
    try:
        _prepare(copy, part, revoke)
        with _aside(target) as old:
            forget()
            part.replace(target)
            sync_folder(target.parent)
    except (sqlite.Error, OSError) as error:
        raise _refusal(error, copy, target) from error
    finally:
        with suppress(OSError):
            _remove(part)
    try:
        yield
    except BaseException:
        if old is not None:
            _return(old, target)
        raise
    if old is not None:
        _remove(old)
        sync_folder(target.parent)


def _clear_away(target: Path, copy: Path) -> None:
    """Remove what a restore that was killed has left, other than the copy that is to be put back now."""
    for left in target.parent.iterdir():
        is_left = left.name.startswith(target.name) and _LEFT.fullmatch(left.name, len(target.name))
        if is_left and not copy.samefile(left):
            _remove(left)


def _prepare(copy: Path, part: Path, revoke: Callable[[Connection], None]) -> None:
    """Make a second copy, of this version, sound, with nobody signed in, and on the disk; raises BadCopy."""
    _copy(copy, part)
    try:
        with closing(Store.open(database_url(part))) as store, store.write() as connection:  # it is up to date now
            revoke(connection)
    except DamagedDatabase as damage:
        raise BadCopy(path=copy, reason=damage.data["found"]) from damage
    _to_one_file(part)
    if found := _damages(part):
        raise BadCopy(path=copy, reason=listed(found))


@contextmanager
def _aside(target: Path) -> Iterator[Path | None]:
    """Give the record another name beside its own, and keep everybody from it while the block gives away the first.

    What its journal holds is brought into it before, so that no journal is left for the one that comes. A file that is
    no database has its journal taken aside with it.
    """
    if not target.exists():
        for ending in _ENDINGS:  # of a record that was removed by hand
            target.with_name(target.name + ending).unlink(missing_ok=True)
        yield None
        return
    with closing(_connect(target)) as connection:
        try:
            _to_one_file(target, connection)
            connection.execute("PRAGMA locking_mode = EXCLUSIVE").fetchall()
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite.OperationalError as error:
            if code_of(error) in {sqlite.SQLITE_BUSY, sqlite.SQLITE_LOCKED}:
                raise DatabaseBusy(url=database_url(target)) from error
            raise
        except sqlite.DatabaseError:
            connection.close()
            yield _link_aside(target, None)
            return
        yield _link_aside(target, connection)


def _link_aside(target: Path, connection: Any) -> Path:
    """Give the record a second name, over the connection that keeps others from it; None where it is no database."""
    first = next(_names_aside(target))
    if os.path.lexists(first) and first.samefile(target):  # from a restore that was killed
        first.unlink()
    old = next(name for name in _names_aside(target) if not os.path.lexists(name))
    try:
        old.hardlink_to(target)
    except OSError:  # a disk without links: a copy is kept, under its name once it is whole
        _copy_aside(target, old, connection)
    for ending in _ENDINGS if connection is None else ():
        with suppress(FileNotFoundError):
            target.with_name(target.name + ending).rename(old.with_name(old.name + ending))
    sync_folder(target.parent)
    return old


def _copy_aside(target: Path, old: Path, connection: Any) -> None:
    part = create_partial(old)
    try:
        if connection is None:
            part.write_bytes(target.read_bytes())
        else:  # not by its bytes: whoever closes the file within this process opens it to the others
            connection.execute("COMMIT")  # nothing was written; the lock stays, as that is its mode
            with closing(_connect(part)) as writing:
                connection.backup(writing)
            _to_one_file(part)
        sync_file(part)
        part.replace(old)
    finally:
        _remove(part)


def _names_aside(target: Path) -> Iterator[Path]:
    yield target.with_name(f"{target.name}.before")
    number = 2
    while True:
        yield target.with_name(f"{target.name}.before-{number}")
        number += 1


def _return(old: Path, target: Path) -> None:
    """Put the record that was there back under its name, with its journal where it has one."""
    for ending in _ENDINGS:
        target.with_name(target.name + ending).unlink(missing_ok=True)
    old.replace(target)
    for ending in _ENDINGS:
        with suppress(FileNotFoundError):
            old.with_name(old.name + ending).rename(target.with_name(target.name + ending))
    sync_folder(target.parent)


def _remove(path: Path) -> None:
    for ending in (*_ENDINGS, ""):
        path.with_name(path.name + ending).unlink(missing_ok=True)


# --- both ------------------------------------------------------------------------------------------------------------


def _damages(path: Path) -> Damages:
    """Return what of a record is not what was written: its pages and indexes, else its rows."""
    return damaged_pages(path) or damaged_rows(path)


def require_record(path: Path) -> None:
    """Refuse a file that is no record of a version we know; raises BadCopy, NewerDatabase and UnknownDatabase.

    Nothing is written beside the file.
    """
    if not path.is_file():
        raise BadCopy(path=path, reason=Sentence(_("there is no such file")))
    try:
        with closing(_connect(path, reading=True)) as connection:
            names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            versions = [one for (one,) in connection.execute("SELECT version_num FROM alembic_version")]
            is_current = require_known(versions, database_url(path))
    except sqlite.Error as error:
        raise BadCopy(path=path, reason=in_words(str(error))) from error
    if missing := (metadata.tables.keys() if is_current else {"project", "conversation"}) - names:
        raise BadCopy(path=path, reason=Sentence(_("it has no table {name}"), name=min(missing)))


def _copy(source: Path, target: Path) -> None:
    """Copy a database as it stands, what its journal holds included, into one file that is on the disk."""
    with closing(_connect(source, reading=True)) as reading, closing(_connect(target)) as writing:
        reading.backup(writing)
    _to_one_file(target)


def _to_one_file(path: Path, connection: Any = None) -> None:
    """Bring what the journal of a database holds into it, and put it on the disk without one."""
    if connection is None:
        with closing(_connect(path)) as own:
            _to_one_file(path, own)
            return
    mode = connection.execute("PRAGMA journal_mode = DELETE").fetchone()[0]
    if mode != "delete":
        raise DatabaseBusy(url=database_url(path))
    sync_file(path)


def _connect(path: Path, *, reading: bool = False) -> Any:
    """Open a database; for reading, one without a journal beside it is opened so that nothing is made there."""
    has_journal = any(path.with_name(path.name + ending).exists() for ending in _ENDINGS)
    how = ("mode=ro" if has_journal else "mode=ro&immutable=1") if reading else "mode=rw"
    return sqlite.connect(f"{path.absolute().as_uri()}?{how}", uri=True, timeout=BUSY_S, isolation_level=None)


def _refusal(error: sqlite.Error | OSError, copy: Path, written: Path) -> Refusal:
    """Return what to say where the disk does not take what is written, or SQLite does not read the copy."""
    if refusal := storage_refusal(error, written):
        return refusal
    return BadCopy(path=copy, reason=error.strerror if isinstance(error, OSError) else in_words(str(error)))
