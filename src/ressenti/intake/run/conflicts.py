"""Which row does a rejected one contradict? Found again in the streams, so that both are kept."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from ressenti.intake.arrivals.digest import digest, key
from ressenti.intake.run.rejects import ConflictingRow, RejectLine, row_location
from ressenti.intake.sources.source import RecordStream
from ressenti.kit.iteration import batched

CHUNK = 20_000
"""How many rejected rows are completed in one pass over the streams."""

KeptRows = dict[ConflictingRow, dict[str, Any]]

_decode = msgspec.json.Decoder(RejectLine).decode
_encode = msgspec.json.Encoder().encode


def with_kept(lines: Iterator[bytes], streams: Sequence[RecordStream]) -> Iterator[bytes]:
    """Put into each line of a conflict the row that stands, with where it stands."""
    for line in complete(lines, streams):
        line.stands, line.place = None, -1
        yield _encode(line) + b"\n"


def complete(lines: Iterator[bytes], streams: Sequence[RecordStream]) -> Iterator[RejectLine]:
    """Return the rejected rows of these lines, those of a conflict with the row that stands."""
    for part in batched(map(_decode, lines), CHUNK):
        kept = _find({line.stands for line in part if line.stands}, streams)
        for line in part:
            if line.stands:
                line.kept = kept.get(line.stands)
            yield line


def _find(rows: set[ConflictingRow], streams: Sequence[RecordStream]) -> KeptRows:
    kept: KeptRows = {}
    for kind in sorted({row.kind for row in rows}):
        of_kind = {row for row in rows if row.kind is kind}
        for stream in (stream for stream in streams if stream.kind is kind):
            kept |= _find_in(stream, of_kind - kept.keys())
    return kept


def _find_in(stream: RecordStream, rows: set[ConflictingRow]) -> KeptRows:
    keys = {row.key for row in rows}
    kept: KeptRows = {}
    first: dict[tuple[Any, ...], dict[str, Any]] = {}  # one whose row was filled in from the record stands otherwise
    for record in stream.read(0) if rows else ():
        if record.row is None or (name := key(stream.kind, record.row)) not in keys:
            continue
        first.setdefault(name, row_location(record, stream.name))
        stands = ConflictingRow(stream.kind, name, digest(stream.kind, record.row))  # type: ignore[arg-type]
        if stands in rows and stands not in kept:
            kept[stands] = row_location(record, stream.name)
        if len(kept) == len(rows):
            break
    return {row: first[row.key] for row in rows if row.key in first} | kept
