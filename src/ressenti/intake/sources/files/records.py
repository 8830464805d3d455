"""What the files of an import hold, record by record: the second pass, in constant memory."""

from collections.abc import Iterator

from ressenti.intake.formats import csv_file, jsonl_file, parquet_file
from ressenti.intake.formats.findings import CheckedFile
from ressenti.intake.formats.input_file import FileFormat
from ressenti.intake.formats.streams import Sealed
from ressenti.intake.model import ImportOptions, InputRecord
from ressenti.intake.refusals import FileChanged
from ressenti.intake.values.parsed_options import parse_options

_TAKE = {FileFormat.CSV: csv_file.take, FileFormat.JSONL: jsonl_file.take, FileFormat.PARQUET: parquet_file.take}


def records(file: CheckedFile, options: ImportOptions, *, now: int, skip: int = 0) -> Iterator[InputRecord]:
    """Yield the records of a file behind the first `skip`, bad ones included; `now` is in microseconds.

    A bad row is a Record with `reject` set. A Refusal is raised only where the file is no longer the one that was
    checked: noticed before the first record, and behind the last.
    """
    file.file.require_unchanged()
    with file.file.open() as stream:
        contents = Sealed(stream)
        yield from _TAKE[file.form](file, contents, parse_options(options), now=now, skip=skip)
    if file.digest and contents.digest() != file.digest:
        raise FileChanged(file=file.name)
