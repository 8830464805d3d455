"""Where do the rows go that are not taken? One line each, with why and their own bytes, so that nothing is lost.

While an import runs they are in a file that ends in `.part`; what a commit counted is on the disk before it. Its name
is its own, as that of every unfinished file, and stands in the record: an import that is continued finds it again.
"""

import os
import tempfile
from binascii import a2b_base64, b2a_base64
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import msgspec

from ressenti.intake.arrivals.batch import ImportBatch, Rejected
from ressenti.intake.arrivals.digest import key
from ressenti.intake.model import FileKind, InputRecord
from ressenti.intake.run.aborted import RejectsNotWritable
from ressenti.kit.clock import from_us
from ressenti.kit.durable import FULL, open_private, sync_folder
from ressenti.kit.i18n import in_language
from ressenti.record.refusals import StorageFull

_encode = msgspec.json.Encoder().encode


class ConflictingRow(msgspec.Struct, frozen=True):
    """The row that a rejected one contradicts: its kind, its key in the source's words, and its content."""

    kind: FileKind
    key: tuple[str | int, ...]
    digest: int


class RejectLine(msgspec.Struct, omit_defaults=True):
    """One rejected row. `raw` is its bytes in base64; `kept` is the row it contradicts, put in at the end.

    While the import runs, `place` says which of its files the row is from, and `stands` which row it contradicts.
    """

    file: str
    line: int
    offset: int
    code: str
    detail: str
    raw: str
    place: int = -1
    stands: ConflictingRow | None = None
    kept: dict[str, Any] | None = None

    def content(self) -> bytes:
        """Return the bytes of the row."""
        return a2b_base64(self.raw)


def row_location(record: InputRecord, file: str) -> dict[str, Any]:
    """Return where a record stood, and its bytes."""
    return {"file": file, "line": record.line, "offset": record.offset, "raw": _base64(record.raw)}


class Origin(NamedTuple):
    """Where the rows of a batch come from: a file, by its kind, its name, and its place among those of the import."""

    kind: FileKind
    name: str
    place: int


def lines(batch: ImportBatch[Any], origin: Origin, *, language: str) -> Iterator[bytes]:
    """Return the lines of the rows a batch rejected, in their order, with the reasons in a language."""
    for place, rejected in sorted(batch.rejected.items()):
        yield _encode(_line(batch.records[place], rejected, origin, language)) + b"\n"


def _line(record: InputRecord, rejected: Rejected, origin: Origin, language: str) -> RejectLine:
    stands = None
    if rejected.stands is not None and record.row is not None:
        stands = ConflictingRow(origin.kind, key(origin.kind, record.row), rejected.stands)  # type: ignore[arg-type]
    detail = in_language(rejected.reject.detail, language)
    about = row_location(record, origin.name)
    return RejectLine(**about, code=rejected.reject.code, detail=detail, place=origin.place, stands=stands)


def _base64(raw: bytes) -> str:
    return b2a_base64(raw, newline=False).decode()


class RejectsFile:
    """The file of the rejected rows of one import; it is made when the first one comes."""

    def __init__(self, folder: Path, *, started_at: int, import_id: int, mark: str) -> None:
        self.folder = folder
        self._name = f"rejects-{stamp(started_at)}-{import_id}"
        self.part = folder / ".".join(filter(None, (self._name, "jsonl", mark, "part")))

    def add(self, new: Iterable[bytes], *, after: int) -> int:
        """Write lines behind the first `after` bytes, on the disk when it returns; return where they end.

        What stands behind was written by a batch that was never committed. Raises StorageFull, RejectsNotWritable.
        """
        data = b"".join(new)
        if not data:
            return after
        with writing_to(self.folder):
            is_new = not self.part.exists()
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with self.part.open("r+b") if after else _anew(self.part) as file:
                file.seek(after)
                file.truncate()
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            if is_new:
                sync_folder(self.folder)
                sync_folder(self.folder.parent)
        return after + len(data)

    def holds(self, size: int, *, as_: str | None) -> bool:
        """Say whether the lines that were counted are still there, maybe under the last name already."""
        if self.part.exists():
            return self.part.stat().st_size >= size
        return size == 0 or (as_ is not None and Path(as_).exists())

    def lines(self, size: int) -> Iterator[bytes]:
        """Return the lines in the first `size` bytes, while the import runs."""
        with self.part.open("rb") as file:
            yield from _first_lines(file, size)

    def free_name(self) -> Path:
        """Return what the finished file is called: rejects.jsonl, or a longer name where there is one already."""
        plain = self.folder / "rejects.jsonl"
        return plain if not plain.exists() else self.folder / f"{self._name}.jsonl"

    def free_folder(self, final: Path, names: Iterable[str]) -> Path:
        """Return where files of these names go: beside the finished file, or apart where one of them is there."""
        is_free = final.name == "rejects.jsonl" and not any((self.folder / name).exists() for name in names)
        return self.folder if is_free else self.folder / self._name

    def finish(self, final: Path, *, size: int, rewrite: Callable[[Iterator[bytes]], Iterator[bytes]]) -> None:
        """Give the file its last name and its lines their last form; doing it again does no harm."""
        with writing_to(self.folder):
            if not self.part.exists() and final.exists():
                return
            fresh = self.part.with_suffix(".new")
            with self.part.open("rb") as old, _anew(fresh) as new:
                new.writelines(rewrite(_first_lines(old, size)))
                new.flush()
                os.fsync(new.fileno())
            fresh.replace(final)
            self.part.unlink()
            sync_folder(self.folder)


def _anew(path: Path) -> BinaryIO:
    """Open a file that nobody else has: what a killed import left there is removed, and no link is followed."""
    path.unlink(missing_ok=True)
    return open(path, "xb", opener=open_private)


def _first_lines(file: BinaryIO, size: int) -> Iterator[bytes]:
    while file.tell() < size:
        yield file.readline()


def stamp(at: int) -> str:
    """Return a moment as it stands in the names of files, in UTC."""
    return f"{from_us(at):%Y%m%dT%H%M%SZ}"


def require_writable(folder: Path) -> None:
    """Try a folder out before it is needed, and leave nothing behind; raises RejectsNotWritable, StorageFull."""
    made = [one for one in (folder, *folder.parents) if not one.exists()]
    with writing_to(folder):
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with tempfile.TemporaryFile(dir=folder):
                pass
        finally:
            for one in made:
                if one.is_dir():
                    one.rmdir()


@contextmanager
def writing_to(path: Path) -> Iterator[None]:
    """Say in words why the disk does not take what is written."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise StorageFull(url=path) from error
        raise RejectsNotWritable(path=path, reason=error.strerror or error) from error
