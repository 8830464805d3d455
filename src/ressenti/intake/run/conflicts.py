"""Which row does a rejected one contradict? Found again in the files, so that both are kept."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import msgspec

from ressenti.intake.arrivals.digest import digest, key
from ressenti.intake.formats.findings import CheckedFile
from ressenti.intake.model import FileKind, InputRecord
from ressenti.intake.run.rejects import ConflictingRow, RejectLine, row_location
from ressenti.kit.iteration import batched

CHUNK = 20_000
"""How many rejected rows are completed in one pass over the files."""

KeptRows = dict[ConflictingRow, dict[str, Any]]
ReadFile = Callable[[CheckedFile], Iterable[InputRecord]]

_decode = msgspec.json.Decoder(RejectLine).decode
_encode = msgspec.json.Encoder().encode


def with_kept(lines: Iterator[bytes], files: Sequence[CheckedFile], read: ReadFile) -> Iterator[bytes]:
    """Put into each line of a conflict the row that stands, with its place in the files."""
    for part in batched(map(_decode, lines), CHUNK):
        kept = _find({line.stands for line in part if line.stands}, files, read)
        for line in part:
            if line.stands:
                line.kept, line.stands = kept.get(line.stands), None
            line.place = -1
            yield _encode(line) + b"\n"


def _find(rows: set[ConflictingRow], files: Sequence[CheckedFile], read: ReadFile) -> KeptRows:
    kept: KeptRows = {}
    for kind in sorted({one.kind for one in rows}):
        own = {one for one in rows if one.kind is kind}
        for file in (file for file in files if file.kind is kind):
            kept |= _find_in(file, kind, own - kept.keys(), read)
    return kept


def _find_in(file: CheckedFile, kind: FileKind, rows: set[ConflictingRow], read: ReadFile) -> KeptRows:
    keys = {one.key for one in rows}
    kept: KeptRows = {}
    first: dict[tuple[Any, ...], dict[str, Any]] = {}  # one whose row was filled in from the record stands otherwise
    for record in read(file) if rows else ():
        if record.row is None or (name := key(kind, record.row)) not in keys:
            continue
        first.setdefault(name, row_location(record, file.name))
        stands = ConflictingRow(kind, name, digest(kind, record.row))  # type: ignore[arg-type]
        if stands in rows and stands not in kept:
            kept[stands] = row_location(record, file.name)
        if len(kept) == len(rows):
            break
    return {one: first[one.key] for one in rows if one.key in first} | kept
