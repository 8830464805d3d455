"""How a Parquet file is read: by a child process with limits, which turns it into one JSON object a line."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple, cast

from ressenti.intake.formats.encoding import Encoding
from ressenti.intake.formats.findings import CheckedFile, Findings
from ressenti.intake.formats.input_file import InputFile
from ressenti.intake.formats.jsonl_file import LONGEST_LINE, ObjectSurvey, RecordLine, RecordLines, record_reader
from ressenti.intake.formats.lines import LongLine, TextFile
from ressenti.intake.formats.streams import BLOCK, BOMB_RATIO, BOMB_SIZE, Readable, bomb
from ressenti.intake.model import LISTS, CellType, InputRecord
from ressenti.intake.refusals import ColumnTypes, Encrypted, NotParquet, ResourceLimit
from ressenti.intake.values.columns import KNOWN, Header, require
from ressenti.intake.values.parsed_options import ParsedOptions
from ressenti.kit.i18n import Sentence, _
from ressenti.kit.refusals import Refusal
from ressenti.kit.sizes import GIB, MIB

MEMORY = 1 * GIB
SECONDS = 300
"""The processor time that reading one file may take."""

_PROGRAM = Path(__file__).with_name("parquet_worker.py")
_MAGIC, _ENCRYPTED = b"PAR1", b"PARE"
_REFUSED = 3
_MISCOUNTED = _("it holds another number of rows than it says")
"""What the child says so, too; its other reasons are those of the library that reads."""
_LIMITS = {-signal.SIGKILL, -signal.SIGXCPU, -signal.SIGABRT}
"""How a child ends that asked for more than it may have."""
_UTF8 = Encoding("utf-8", b"", is_certain=True)


# --- the two passes --------------------------------------------------------------------------------------------------


def inspect(file: InputFile, stream: Readable, options: ParsedOptions) -> Findings:
    """Read the whole file; raises a Refusal where it is damaged, asks for too much, or its columns do not hold."""
    with _seekable(file, stream) as source, _rows(file, source, skip=0) as (summary, rows):
        require(summary.header, file=file.name, line=1)
        survey = ObjectSurvey(file, options, certain=summary.numbers)
        for row in rows:
            survey.look(row)
    return Findings(
        header=summary.header, record_count=survey.line_count, columns=survey.settle(), unread_columns=summary.aside
    )


def take(
    checked: CheckedFile, stream: Readable, options: ParsedOptions, *, now: int, skip: int
) -> Iterator[InputRecord]:
    """Yield the records behind the first `skip`; `line` is the row's number, `raw` the row as JSON."""
    file = checked.file
    record = record_reader(checked, options, _UTF8, now=now)
    with _seekable(file, stream) as source, _rows(file, source, skip=skip) as (_told, rows):
        for row in rows:
            yield record(row)


@contextmanager
def _seekable(file: InputFile, stream: Readable) -> Iterator[IO[bytes]]:
    """Give the unpacked file as one that can be read in any order, as Parquet must be."""
    if file.entry is None and not file.is_gzip:
        while stream.read(BLOCK):  # so that the digest of the stream covers all of it
            pass
        with file.path.open("rb") as source:
            yield source
    else:
        with tempfile.TemporaryFile() as source:
            while block := stream.read(BLOCK):
                source.write(block)
            yield source


class _Told(NamedTuple):
    """What the child tells first: the columns, those that hold numbers, and those it sets aside."""

    header: Header
    numbers: tuple[str, ...]
    aside: tuple[tuple[str, str], ...]


@contextmanager
def _rows(file: InputFile, source: IO[bytes], *, skip: int) -> Iterator[tuple[_Told, Iterator[RecordLine]]]:
    """Start the child, and give the columns and the rows it tells of."""
    size = _require_marks(file, source)
    with _child(file, source, size=size, skip=skip) as (told, settle):
        lines = iter(RecordLines(TextFile(told, "utf-8", name=file.name, longest=LONGEST_LINE, may_cut=True)))
        if (first := next(lines, None)) is None:
            settle()
            raise NotParquet(file=file.name, reason=Sentence(_("reading it tells nothing")))
        if isinstance(first.raw, LongLine):
            raise NotParquet(file=file.name, reason=Sentence(_("it has too many columns")))
        about = json.loads(first.text)
        header = Header(file.kind, tuple(about["names"]))
        numbers = tuple(name for name in about["numbers"] if name in header.known)
        about_it = _Told(header, numbers, tuple(about["aside"].items()))
        yield about_it, _counted(lines, skip)
        settle()


def _counted(lines: Iterator[RecordLine], skip: int) -> Iterator[RecordLine]:
    """Yield the rows with their numbers."""
    for number, line in enumerate(lines, start=skip + 1):
        yield line._replace(number=number, offset=0)


# --- the child -------------------------------------------------------------------------------------------------------


def _require_marks(file: InputFile, source: IO[bytes]) -> int:
    """Return the size of the file; raises a Refusal where it does not begin and end as Parquet does."""
    size = source.seek(0, os.SEEK_END)
    source.seek(0)
    head = source.read(4)
    source.seek(max(size - 4, 0))
    tail = source.read(4)
    source.seek(0)
    if _ENCRYPTED in {head, tail}:
        raise Encrypted(file=file.name, entry=file.name)
    if head != _MAGIC:
        raise NotParquet(file=file.name, reason=Sentence(_("it does not begin as one")))
    if tail != _MAGIC or size < 12:
        raise NotParquet(file=file.name, reason=Sentence(_("its end is missing")))
    return size


SettleFindings = Callable[[], None]
"""Waits for the child to end, and raises a Refusal if it complains."""


@contextmanager
def _child(file: InputFile, source: IO[bytes], *, size: int, skip: int) -> Iterator[tuple[IO[bytes], SettleFindings]]:
    """Run the child for as long as somebody listens to it."""
    with tempfile.TemporaryFile() as complaint:
        child = subprocess.Popen(  # noqa: S603 - our own program, and no shell
            [sys.executable, "-P", str(_PROGRAM), json.dumps(_wishes(file, size=size, skip=skip))],
            stdin=source,
            stdout=subprocess.PIPE,
            stderr=complaint,
            env=os.environ | {"ARROW_DEFAULT_MEMORY_POOL": "system", "OMP_NUM_THREADS": "1"},
        )
        output = cast("IO[bytes]", child.stdout)

        def settle() -> None:
            output.read()
            if code := child.wait():
                complaint.seek(0)
                raise _refusal(file, code, complaint.read())

        try:
            yield output, settle
        finally:
            child.kill()
            child.wait()
            output.close()


def _wishes(file: InputFile, *, size: int, skip: int) -> dict[str, Any]:
    return {
        "memory": MEMORY,
        "seconds": SECONDS,
        "size": size,
        "bomb_size": BOMB_SIZE,
        "bomb_ratio": BOMB_RATIO,
        "skip": skip,
        "known": list(KNOWN[file.kind]),
        "lists": [name for name, holds in KNOWN[file.kind].items() if holds in LISTS],
        "keys": [name for name, holds in KNOWN[file.kind].items() if holds in LISTS | {CellType.KEY, CellType.ID}],
    }


def _refusal(file: InputFile, code: int, complaint: bytes) -> Refusal:
    if code == -signal.SIGSEGV:
        return NotParquet(file=file.name, reason=Sentence(_("reading it fails")))
    if code in _LIMITS:
        return _too_much(file)
    if code != _REFUSED:
        raise RuntimeError(f"reading {file.name} ended with {code}: {complaint[-2_000:].decode(errors='replace')}")
    about = json.loads(complaint)
    match about["fault"]:
        case "types":
            return ColumnTypes(file=file.name, columns=", ".join(about["columns"][:40]))
        case "damaged":
            return NotParquet(
                file=file.name, reason=Sentence(_MISCOUNTED) if about["reason"] == _MISCOUNTED else about["reason"]
            )
        case "bomb":
            return bomb(file.name)
    return _too_much(file)


def _too_much(file: InputFile) -> ResourceLimit:
    return ResourceLimit(file=file.name, memory_mib=MEMORY // MIB, seconds=SECONDS)
