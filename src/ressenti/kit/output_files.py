"""Where may a file go that somebody asked for? Nothing is overwritten unasked, and nothing but a plain file ever."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

from ressenti.kit.durable import open_private, sync_file, sync_folder
from ressenti.kit.i18n import Sentence, _
from ressenti.kit.refusals import Exit, Refusal


class FileInTheWay(Refusal):
    """What is to be written would overwrite a file."""

    status, exit_code, code = 409, Exit.REFUSED, "file_in_the_way"
    sentence = _(
        "There is a file at {path} already. Name another one, or add --replace to put the new one in its place."
    )


class BadOutput(Refusal):
    """A path at which no file can be."""

    status, exit_code, code = 422, Exit.REFUSED, "bad_output"
    sentence = _("Nothing can be written to {path}: {reason}. Name another place.")


@contextmanager
def new_file(path: Path, *, replace: bool) -> Iterator[BinaryIO]:
    """Give a file to write into, which has its name only once it is whole and on the disk; its owner's alone.

    Raises FileInTheWay and BadOutput.
    """
    require_place(path, replace=replace)
    part = create_partial(path)
    try:
        with part.open("r+b") as out:
            yield out
        sync_file(part)
        publish(part, path, replace=replace)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def require_place(path: Path, *, replace: bool) -> None:
    """Refuse a path where something is: a file unless it may be replaced, anything else always.

    Raises FileInTheWay and BadOutput.
    """
    mode = _mode(path)
    if mode is not None and not stat.S_ISREG(mode):
        raise BadOutput(path=path, reason=Sentence(_("it is there and no plain file")))
    if mode is not None and not replace:
        raise FileInTheWay(path=path)


def create_partial(path: Path) -> Path:
    """Make an empty file beside a path, its owner's alone from the first byte on, and return what it is called.

    Its name is its own, so that two who write to one path at once, or a file of that name, never meet.
    """
    while True:
        part = path.with_name(f"{path.name}.{token_hex(4)}.part")
        with suppress(FileExistsError):
            _make(part)
            return part


def publish(part: Path, path: Path, *, replace: bool) -> None:
    """Give a whole file its name; what came to that name meanwhile stays, unless it is to be replaced.

    Raises FileInTheWay.
    """
    if replace:
        part.replace(path)
    else:
        try:
            _take_name(part, path)
        except FileExistsError:
            raise FileInTheWay(path=path) from None
    sync_folder(path.parent)


def _take_name(part: Path, path: Path) -> None:
    try:
        path.hardlink_to(part)
    except FileExistsError:
        raise
    except OSError:  # a disk without links: an empty file takes the name, and gives it to the whole one
        _make(path)
        part.replace(path)


def _make(path: Path) -> None:
    os.close(open_private(str(path), os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW))


def _mode(path: Path) -> int | None:
    """Return what is at a path itself, wherever it leads; None where nothing is."""
    try:
        return path.lstat().st_mode
    except FileNotFoundError:
        return None
    except OSError as error:
        raise BadOutput(path=path, reason=error.strerror or str(error)) from error
