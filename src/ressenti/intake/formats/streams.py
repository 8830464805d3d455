"""How the bytes of an input file are read and unpacked."""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import blake2b
from io import FileIO
from pathlib import Path
from typing import IO, Protocol

from ressenti.intake.refusals import ArchiveTooLarge, Bomb, DamagedFile, PathUnreadable
from ressenti.intake.values.row_errors import printable
from ressenti.kit.i18n import Sentence, _
from ressenti.kit.sizes import GIB, KIB, MIB

BLOCK = 256 * KIB
BOMB_SIZE = 200 * MIB
BOMB_RATIO = 100
ARCHIVE_SIZE = 2 * GIB

BROKEN_ZIP = (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError, struct.error)
"""What the zipfile module raises where an archive does not hold together."""

_GZIP = 31  # window bits that make zlib read gzip, checksums included


class Readable(Protocol):
    """Bytes that are read in order; fewer than asked for come only at the end."""

    def read(self, size: int, /) -> bytes:
        """Return the next bytes, none at the end."""


@dataclass(slots=True)
class Allowance:
    """How much the gzip files inside one archive may still unpack to, all together."""

    used: dict[str, int] = field(default_factory=dict)

    def spend(self, name: str, size: int) -> None:
        """Note how far a file has unpacked; raises a Refusal past 2 GiB in all."""
        self.used[name] = size
        if sum(self.used.values()) > ARCHIVE_SIZE:
            raise ArchiveTooLarge(file=name, limit_gib=ARCHIVE_SIZE // GIB)


def is_bomb(unpacked: int, packed: int) -> bool:
    """Whether this many bytes coming out of that many is a bomb rather than a well-packed file."""
    return unpacked > BOMB_SIZE and unpacked > BOMB_RATIO * packed


def bomb(name: str) -> Bomb:
    """Return the refusal of a bomb."""
    return Bomb(file=name, limit_mib=BOMB_SIZE // MIB, ratio=BOMB_RATIO)


@contextmanager
def open_file(path: Path) -> Iterator[Readable]:
    """Open a file on disk."""
    with _opened(path) as file:
        yield file


@contextmanager
def open_entry(path: Path, entry: str) -> Iterator[Readable]:
    """Open one file inside a zip."""
    name = printable(f"{path.name}/{entry}")
    with _opened(path) as file, _unzipped(file, entry, name) as unpacked:
        yield _ZipEntry(unpacked, name)


@contextmanager
def _unzipped(file: IO[bytes], entry: str, name: str) -> Iterator[IO[bytes]]:
    try:
        archive = zipfile.ZipFile(file)
        unpacked = archive.open(entry)
    except (*BROKEN_ZIP, KeyError) as error:
        raise DamagedFile(file=name, reason=error) from None
    with archive, unpacked:
        yield unpacked


def _opened(path: Path) -> FileIO:
    try:
        return FileIO(path)
    except OSError as error:
        raise PathUnreadable(path=printable(str(path)), reason=error.strerror) from None


class _ZipEntry:
    """Bytes out of a zip; the checksum is looked at when the end is read."""

    def __init__(self, file: IO[bytes], name: str) -> None:
        self._file = file
        self._name = name

    def read(self, size: int, /) -> bytes:
        try:
            return self._file.read(size)
        except (*BROKEN_ZIP, zlib.error, EOFError) as error:
            raise DamagedFile(file=self._name, reason=error) from None


class Gunzip:
    """The unpacked bytes of a gzip file of one part or several, as `zcat` prints them.

    Reading raises a Refusal where the file is cut short, damaged or a bomb.
    """

    def __init__(self, packed: Readable, *, name: str, allowance: Allowance | None = None) -> None:
        self._name = name
        self._allowance = allowance
        self._pieces = self._unpacked(packed)
        self._left = b""

    def read(self, size: int, /) -> bytes:
        """Return the next bytes, none at the end."""
        taken, missing = [self._left], size - len(self._left)
        while missing > 0 and (piece := next(self._pieces, b"")):
            taken.append(piece)
            missing -= len(piece)
        data = b"".join(taken)
        self._left = data[size:]
        return data[:size]

    def _unpacked(self, packed: Readable) -> Iterator[bytes]:
        waiting, part, is_started = b"", None, False
        packed_size = unpacked_size = 0
        while True:
            if not waiting:
                waiting = packed.read(BLOCK)
                packed_size += len(waiting)
                if not waiting:
                    break
            if part is None:
                waiting = waiting.lstrip(b"\0") if is_started else waiting  # zeros between parts are padding
                part, is_started = (zlib.decompressobj(_GZIP), True) if waiting else (None, True)
            if part is not None:
                data = self._inflate(part, waiting)
                unpacked_size += len(data)
                self._allow(unpacked_size, packed_size)
                waiting = part.unused_data if part.eof else part.unconsumed_tail
                part = None if part.eof else part
                if data:
                    yield data
        if part is not None or not is_started:
            raise DamagedFile(file=self._name, reason=Sentence(_("the end is missing")))

    def _inflate(self, part: "zlib._Decompress", waiting: bytes) -> bytes:
        try:
            return part.decompress(waiting, BLOCK)
        except zlib.error as error:
            raise DamagedFile(file=self._name, reason=error) from None

    def _allow(self, unpacked_size: int, packed_size: int) -> None:
        if is_bomb(unpacked_size, packed_size):
            raise bomb(self._name)
        if self._allowance:
            self._allowance.spend(self._name, unpacked_size)


class Sealed:
    """Bytes that are read, and remembered by a digest."""

    def __init__(self, stream: Readable) -> None:
        """Read from `stream`."""
        self._stream = stream
        self._seal = blake2b(digest_size=32)

    def read(self, size: int, /) -> bytes:
        """Return the next bytes, at most `size`."""
        data = self._stream.read(size)
        self._seal.update(data)
        return data

    def digest(self) -> bytes:
        """Return the digest of all that was read."""
        return self._seal.digest()
