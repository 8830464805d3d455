"""Copies of a record: taken while it is in use, checked, and put back."""

import os
import shutil
from contextlib import closing
from pathlib import Path

import pysqlite3.dbapi2 as sqlite

from ressenti.kit.i18n import Words, _
from ressenti.record.refusals import BadCopy, RecordInTheWay
from ressenti.record.store import Store


def copy_to(store: Store, path: Path) -> None:
    """Write a consistent copy of the record to a path, under its name only once it is whole; raises BadCopy."""
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    try:
        with closing(sqlite.connect(str(store.path))) as source, closing(sqlite.connect(str(part))) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE").fetchall()  # the copy is one file
        os.chmod(part, 0o600)  # noqa: PTH101 - what holds people's words is its owner's alone
        require_whole(part)
        part.replace(path)
    except (sqlite.Error, OSError) as error:
        raise BadCopy(path=path, reason=error) from error
    finally:
        part.unlink(missing_ok=True)


def put_back(copy: Path, target: Path, *, replace: bool) -> None:
    """Make a copy the record; raises BadCopy for one that is not whole, RecordInTheWay unless told to replace."""
    require_whole(copy)
    if target.exists() and target.stat().st_size and not replace:
        raise RecordInTheWay(path=target)
    part = target.with_name(target.name + ".part")
    shutil.copyfile(copy, part)
    os.chmod(part, 0o600)  # noqa: PTH101
    for ending in ("-wal", "-shm"):
        target.with_name(target.name + ending).unlink(missing_ok=True)
    part.replace(target)


def require_whole(path: Path) -> None:
    """Refuse a file that is not a whole record; raises BadCopy."""
    if not path.is_file():
        raise BadCopy(path=path, reason=Words(_("there is no such file")))
    try:
        with closing(sqlite.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            found = connection.execute("PRAGMA integrity_check").fetchall()
            connection.execute("SELECT version_num FROM alembic_version").fetchall()
    except sqlite.Error as error:
        raise BadCopy(path=path, reason=error) from error
    if found != [("ok",)]:
        raise BadCopy(path=path, reason=found[0][0])
