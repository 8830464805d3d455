"""A small disk of its own for a test: it can be filled, and made one that nothing can be written to."""

import errno
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


class NoDisk(Exception):
    """This machine does not let us mount one."""


@dataclass(frozen=True, slots=True)
class Disk:
    """A disk that is mounted at a path."""

    path: Path

    def fill(self, *, but_kib: int = 0) -> None:
        """Leave that much room."""
        with (self.path / "ballast").open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"\0" * 4096)
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
            file.truncate(max(0, file.tell() - (but_kib << 10)))

    def empty(self) -> None:
        """Make room again."""
        (self.path / "ballast").unlink(missing_ok=True)

    def let_write(self, *, is_allowed: bool) -> None:
        """Let everybody write, or nobody, root included."""
        _mount("-o", f"remount,{'rw' if is_allowed else 'ro'}", self.path)

    @contextmanager
    def read_only(self) -> Iterator[None]:
        """Let nobody write for a while."""
        self.let_write(is_allowed=False)
        try:
            yield
        finally:
            self.let_write(is_allowed=True)

    def names(self) -> set[str]:
        """Return what is there, but for the journals of the engines and their marks, which come and go."""
        found = {str(one.relative_to(self.path)) for one in self.path.rglob("*")}
        return {one for one in found if not one.endswith(("-wal", "-shm", ".wal", ".closed"))}


@contextmanager
def small_disk(path: Path, *, mib: int) -> Iterator[Disk]:
    """Mount a disk of that size; raises NoDisk where that is not allowed."""
    path.mkdir()
    try:
        _mount("-t", "tmpfs", "-o", f"size={mib}m", "tmpfs", path)
    except (OSError, subprocess.CalledProcessError) as error:
        raise NoDisk from error
    try:
        yield Disk(path)
    finally:
        subprocess.run(["umount", "--lazy", str(path)], check=True)


def _mount(*words: str | Path) -> None:
    subprocess.run(["mount", *map(str, words)], check=True, capture_output=True)
