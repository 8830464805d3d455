"""How is what was written put on the disk, so that it is there after the power fails?"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What the system says where a disk takes no more."""
READ_ONLY = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
"""What it says where nothing may be written."""
FAILING = frozenset({errno.EIO})
"""What it says where the disk itself does not read or write."""


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Have what the system says of a file within the block name it: of one that is open already, it does not."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = str(path)
        raise


def sync_file(path: Path) -> None:
    """Put the content of a file on the disk."""
    _sync(path)


def sync_folder(folder: Path) -> None:
    """Put the names in a folder on the disk: what was made, renamed and removed there."""
    _sync(folder)


def open_private(path: str, flags: int) -> int:
    """Open a file that its owner alone can read, as `open(…, opener=open_private)`."""
    return os.open(path, flags, 0o600)


def write_private(path: Path, text: str) -> None:
    """Write a file that its owner alone can read, whoever could read the one before."""
    with naming(path), open(path, "w", encoding="utf-8", opener=open_private) as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(text)


def make_folder(path: Path) -> None:
    """Make a folder that its owner alone can look into, where there is none."""
    path.mkdir(parents=True, exist_ok=True, mode=0o700)


def keep_private() -> None:
    """Have every file that this process makes be its owner's alone, those of the engines too."""
    os.umask(0o077)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        with naming(path):
            os.fsync(handle)
    finally:
        os.close(handle)
