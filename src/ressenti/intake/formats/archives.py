"""Which files a zip holds, once it is known that nothing in it is a trap."""

import stat
import struct
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from ressenti.intake.formats.streams import ARCHIVE_SIZE, BROKEN_ZIP, bomb, is_bomb
from ressenti.intake.refusals import (
    ArchiveTooLarge,
    DamagedFile,
    Encrypted,
    LinkInArchive,
    NameTwice,
    NestedArchive,
    PathUnreadable,
    TooManyEntries,
    UnknownCompression,
    UnsafeName,
)
from ressenti.intake.values.row_errors import printable
from ressenti.kit.i18n import Sentence, _
from ressenti.kit.sizes import GIB, KIB, MIB

MOST_ENTRIES = 10_000
_CATALOGUE_SIZE = 4 * MIB
"""How long the list of entries may be: reading it builds an object an entry, before their count can be checked."""
_NESTED = (".zip", ".7z", ".rar", ".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz")
_END, _END_SIZE = b"PK\x05\x06", 22
_END_64, _END_64_SIZE = b"PK\x06\x06", 56 + 20  # the end record of large archives, and the pointer to it
_LONGEST_COMMENT = 64 * KIB
_IS_ENCRYPTED = 0x1
_HOST_UNIX = 16  # how far the Unix mode is shifted in an entry's external attributes


def entries(path: Path) -> tuple[zipfile.ZipInfo, ...]:
    """Return the files of a zip that a person put there; raises a Refusal if any entry of it is unsafe."""
    _check_catalogue(path)
    try:
        with zipfile.ZipFile(path) as archive:
            listed = archive.infolist()
    except BROKEN_ZIP as error:
        raise DamagedFile(file=printable(path.name), reason=error) from None
    _check_together(path, listed)
    for entry in listed:
        _check_entry(printable(path.name), entry)
    return tuple(entry for entry in listed if not entry.is_dir() and not is_hidden(entry.filename))


def is_hidden(name: str) -> bool:
    """Whether a name is one that systems leave behind: dot files, and the shadows macOS packs."""
    return any(part.startswith(".") or part == "__MACOSX" for part in name.split("/"))


def _check_catalogue(path: Path) -> None:
    """Refuse an archive whose list of entries is too long to be read into memory."""
    count, size = _catalogue(path)
    if count > MOST_ENTRIES or size > _CATALOGUE_SIZE:
        raise TooManyEntries(file=printable(path.name), limit=MOST_ENTRIES)


def _catalogue(path: Path) -> tuple[int, int]:
    """Return how many entries the end record of a zip declares, and the length of their list in bytes."""
    try:
        with path.open("rb") as file:
            file.seek(-min(_LONGEST_COMMENT + _END_SIZE + _END_64_SIZE, path.stat().st_size), 2)
            tail = file.read()
    except OSError as error:
        raise PathUnreadable(path=printable(str(path)), reason=error.strerror) from None
    is_plain = tail[-_END_SIZE:].startswith(_END) and tail.endswith(b"\0\0")
    start = len(tail) - _END_SIZE if is_plain else tail.rfind(_END)
    if start < 0 or len(tail) - start < _END_SIZE:
        raise DamagedFile(file=printable(path.name), reason=Sentence(_("it has no end record")))
    if (large := start - _END_64_SIZE) >= 0 and tail.startswith(_END_64, large):
        count, size = struct.unpack_from("<QQ", tail, large + 32)
    else:
        count, size = struct.unpack_from("<HL", tail, start + 10)
    return count, size


def _check_together(path: Path, listed: list[zipfile.ZipInfo]) -> None:
    if len(listed) > MOST_ENTRIES:
        raise TooManyEntries(file=printable(path.name), limit=MOST_ENTRIES)
    if twice := [name for name, count in Counter(_plain(entry.filename) for entry in listed).items() if count > 1]:
        raise NameTwice(file=printable(path.name), entry=printable(twice[0]))
    unpacked = sum(entry.file_size for entry in listed)
    if is_bomb(unpacked, path.stat().st_size) or any(is_bomb(entry.file_size, entry.compress_size) for entry in listed):
        raise bomb(printable(path.name))
    if unpacked > ARCHIVE_SIZE:
        raise ArchiveTooLarge(file=printable(path.name), limit_gib=ARCHIVE_SIZE // GIB)


def _plain(name: str) -> str:
    return name.replace("\\", "/").rstrip("/")


def _check_entry(archive: str, entry: zipfile.ZipInfo) -> None:
    if refusal := next(_faults(entry), None):
        raise refusal(file=archive, entry=printable(entry.filename))


_Fault = type[UnsafeName | LinkInArchive | Encrypted | NestedArchive | UnknownCompression]


def _faults(entry: zipfile.ZipInfo) -> Iterator[_Fault]:
    name = entry.filename.replace("\\", "/")
    if name.startswith("/") or name[1:2] == ":" or ".." in name.split("/") or "\0" in entry.orig_filename:
        yield UnsafeName
    if stat.S_ISLNK(entry.external_attr >> _HOST_UNIX):
        yield LinkInArchive
    if entry.flag_bits & _IS_ENCRYPTED:
        yield Encrypted
    if name.lower().endswith(_NESTED):
        yield NestedArchive
    if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        yield UnknownCompression
