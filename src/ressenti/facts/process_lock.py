"""Who owns the facts file: one process at a time, held by a lock that a crash releases."""

import fcntl
import os
import socket
import time
from pathlib import Path

from ressenti.facts.refusals import FactsLocked, ServerStarting
from ressenti.kit.durable import naming
from ressenti.kit.paths import running_server_of

PATIENCE_S = 10.0
_STEP_S = 0.05
_SERVER = "server"
"""What stands in the lock of a server, which is asked where it answers instead of being waited for."""


def is_held(path: Path) -> bool:
    """Say whether a process holds the lock at a path."""
    try:
        file = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(file)
    return False


def lock_path(record: Path) -> Path:
    """Return where the lock of a record's facts is."""
    return record.with_name(record.name + ".lock")


class Lock:
    """The lock beside a record. It names its holder, for those who find it taken."""

    def __init__(self, path: Path, *, patience_s: float = PATIENCE_S, is_servers: bool = False) -> None:
        """Take the lock, waiting a little; raises FactsLocked and ServerStarting."""
        self.path = path
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        deadline = time.monotonic() + patience_s
        while not self._try():
            if time.monotonic() > deadline:
                holder = os.pread(self._file, 200, 0).decode(errors="replace").split("\n")
                os.close(self._file)
                raise _held_by(holder, path)
            time.sleep(_STEP_S)
        self.was_left = os.fstat(self._file).st_size > 0
        """Whether the one who held it before was ended before it could give it back."""
        what = f"{_SERVER}\n" if is_servers else ""
        try:
            with naming(path):
                os.ftruncate(self._file, 0)
                os.pwrite(self._file, f"{os.getpid()}\n{socket.gethostname()}\n{what}".encode(), 0)
        except OSError:
            os.close(self._file)
            raise

    def _try(self) -> bool:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def release(self, *, as_left: bool = False) -> None:
        """Give the lock back. The file stays: removing it would let two processes lock two files of one name.

        With `as_left`, the next one finds it as if this process had been ended: what has to follow that is not done.
        """
        if not as_left:
            os.ftruncate(self._file, 0)
        os.close(self._file)


def _held_by(holder: list[str], path: Path) -> FactsLocked | ServerStarting:
    """Return what to say of who holds a lock: a server leaves word where it answers as soon as it does."""
    pid, host, what, *_more = (*holder, *("?",) * 3)
    record = path.with_suffix("")
    word = running_server_of(record)
    if what == _SERVER and (word is None or str(word.pid) != pid):
        return ServerStarting(pid=pid, host=host, path=record)
    return FactsLocked(pid=pid, host=host, path=path)
