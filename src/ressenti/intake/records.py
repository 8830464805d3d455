"""What the files of an import hold, record by record: the second pass, in constant memory."""

from collections.abc import Iterator

from ressenti.intake import csv_form, jsonl_form, parquet_form
from ressenti.intake.findings import CheckedFile
from ressenti.intake.model import Options, Record
from ressenti.intake.refusals import FileChanged
from ressenti.intake.streams import Sealed
from ressenti.intake.terms import understand
from ressenti.intake.unit import Form

_TAKE = {Form.CSV: csv_form.take, Form.JSONL: jsonl_form.take, Form.PARQUET: parquet_form.take}


def records(file: CheckedFile, options: Options, *, now: int, skip: int = 0) -> Iterator[Record]:
    """Yield the records of a file behind the first `skip`, bad ones included; `now` is in microseconds.

    A bad row is a Record with `reject` set. A Refusal is raised only where the file is no longer the one that was
    checked: noticed before the first record, and behind the last.
    """
    file.file.require_unchanged()
    with file.file.open() as stream:
        contents = Sealed(stream)
        yield from _TAKE[file.form](file, contents, understand(options), now=now, skip=skip)
    if file.digest and contents.digest() != file.digest:
        raise FileChanged(file=file.name)
