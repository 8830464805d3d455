"""One of the files of an import: what it holds, where it lies, and how it is packed."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from os import stat_result
from pathlib import Path

from ressenti.intake.formats.streams import Allowance, Gunzip, Readable, open_entry, open_file
from ressenti.intake.model import FileKind
from ressenti.intake.refusals import (
    FileChanged,
    PathMissing,
    PathUnreadable,
)
from ressenti.intake.values.row_errors import printable


class FileFormat(StrEnum):
    """The ways a table is written down."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"


@dataclass(frozen=True, slots=True, kw_only=True)
class InputFile:
    """One of the seven files, where it lies and how it is packed.

    `name` is what a person is shown, such as `export.zip/surveys.csv`. `stamp` tells it from what may lie there later.
    """

    kind: FileKind
    form: FileFormat
    name: str
    path: Path
    entry: str | None = None
    is_gzip: bool = False
    allowance: Allowance | None = field(default=None, compare=False, repr=False)
    stamp: tuple[int, ...] = ()

    def require_unchanged(self) -> None:
        """Raise FileChanged where the file on disk is no longer the one that was found."""
        if self.stamp and stamp_of(stat_of(self.path)) != self.stamp:
            raise FileChanged(file=self.name)

    @contextmanager
    def open(self) -> Iterator[Readable]:
        """Open the unpacked bytes; reading raises a Refusal where they do not unpack."""
        with self._packed() as packed:
            yield Gunzip(packed, name=self.name, allowance=self.allowance) if self.is_gzip else packed

    def _packed(self) -> AbstractContextManager[Readable]:
        if self.entry is None:
            return open_file(self.path)
        return open_entry(self.path, self.entry)


def stat_of(path: Path) -> stat_result:
    """Return what the disk says of a file; raises PathMissing and PathUnreadable."""
    try:
        return path.stat()
    except (FileNotFoundError, NotADirectoryError):
        raise PathMissing(path=printable(str(path))) from None
    except (OSError, ValueError) as error:
        raise PathUnreadable(path=printable(str(path)), reason=error) from None


def stamp_of(found: stat_result) -> tuple[int, ...]:
    """Return what changes when somebody writes into a file or puts another in its place."""
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns
