"""Puts a copy back in a process of its own, and ends it with kill -9 before a step; run as a module by the tests."""

import os
import signal
import sys
from functools import partial
from pathlib import Path
from typing import Any

from ressenti.accounts.revocation import revoke_all_sessions
from ressenti.record.stores.backup import put_back
from ressenti.record.stores.sqlite import Store

STEPS = ("replace", "rename", "unlink", "remove", "link", "fsync")


def kill_before(step: int) -> list[int]:
    """Count what changes the names on a disk and what is put on it, and end this process before one of them."""
    done = [0]

    def watched(name: str) -> Any:
        real = getattr(os, name)

        def call(*given: Any, **named: Any) -> Any:
            done[0] += 1
            if done[0] == step:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*given, **named)

        return call

    for name in STEPS:
        setattr(os, name, watched(name))
    return done


def carelessly(copy: Path, target: Path) -> None:
    """Put a copy back as one should not: the journal of the record goes before its successor is there."""
    for ending in ("-wal", "-shm"):
        target.with_name(target.name + ending).unlink(missing_ok=True)
    part = target.with_name(target.name + ".part")
    part.write_bytes(copy.read_bytes())
    part.replace(target)


def main() -> None:
    copy, target, step, how = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    done = kill_before(step)
    if how == "carelessly":
        carelessly(copy, target)
    else:
        with put_back(copy, target, replace=True, revoke=partial(revoke_all_sessions, now=0), forget=lambda: None):
            Store.open(f"sqlite:///{target}").close()
    print(done[0])


if __name__ == "__main__":
    main()
