"""A source without files: objects in memory, as a program that asks another desk would hold them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from typing import Any

from ressenti.intake.formats.json_object import as_cells
from ressenti.intake.formats.rejected_cells import RowCells
from ressenti.intake.model import FileKind, ImportOptions, InputRecord, Rejection
from ressenti.intake.sources.source import CheckedSource, RecordStream
from ressenti.intake.values.columns import Header
from ressenti.intake.values.parsed_options import parse_options
from ressenti.intake.values.row_errors import RowError
from ressenti.intake.values.rows import row_reader

OBJECTS = Sequence[Mapping[str, str]]


@dataclass(frozen=True)
class MemorySource:
    """Objects by the name of their stream, with the kind of record that each is."""

    streams: Mapping[str, tuple[FileKind, OBJECTS]]
    name: str = "memory"

    def check(self, *, now: int) -> CheckedSource:
        seal = blake2b(json.dumps(self.streams).encode(), digest_size=16)
        streams = [_stream(name, kind, objects, now) for name, (kind, objects) in self.streams.items()]
        return CheckedSource(streams=tuple(streams), fingerprint=seal.hexdigest())


def _stream(name: str, kind: FileKind, objects: OBJECTS, now: int) -> RecordStream:
    columns = tuple(dict.fromkeys(key for each in objects for key in each))
    return RecordStream(
        kind=kind,
        name=name,
        columns=columns,
        record_count=len(objects),
        read=partial(_read, Header(kind, columns), objects, now),
        cells_of=partial(_cells_of, kind),
    )


def _read(header: Header, objects: OBJECTS, now: int, skip: int) -> Iterator[InputRecord]:
    read_row = row_reader(header, parse_options(ImportOptions()), now=now, warnings=[])
    for number, each in enumerate(objects[skip:], start=skip + 1):
        raw = json.dumps(each).encode()
        try:
            row: tuple[Any, ...] = read_row([each.get(name, "") for name in header.names])
        except RowError as error:
            yield InputRecord(number, 0, raw, reject=Rejection(error.code, error.detail))
        else:
            yield InputRecord(number, 0, raw, row)


def _cells_of(kind: FileKind, raw: bytes) -> RowCells | None:
    cells = as_cells(raw.decode(), kind)
    return None if cells is None else RowCells(cells)
