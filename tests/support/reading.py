"""Small files to read, and what comes out of them, in few words."""

import gzip
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from ressenti.intake.model import FileKind, ImportOptions, InputRecord
from ressenti.intake.sources.files.check import CheckedFiles, check
from ressenti.intake.sources.files.input_set import find_files
from ressenti.intake.sources.files.records import records
from ressenti.intake.values.columns import KNOWN
from ressenti.kit.clock import to_us
from ressenti.kit.refusals import Exit, Refusal

NOW = to_us(datetime.fromisoformat("2026-11-22T12:00:00Z"))
CONVERSATIONS = "conversation_id,opened_at\n"
SURVEYS = "survey_id,rated_at\n"


def at(text: str) -> int:
    """Return a moment as a row has it."""
    return to_us(datetime.fromisoformat(text))


def write(folder: Path, name: str, content: str | bytes) -> Path:
    """Write a file, gzipped where its name says so."""
    data = content if isinstance(content, bytes) else content.encode()
    path = folder / name
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


def looked_at(path: Path, **options: Any) -> CheckedFiles:
    """Return what the first pass found."""
    wishes = ImportOptions(**options)
    return check(find_files([path], wishes), wishes)


def taken(path: Path, *, skip: int = 0, **options: Any) -> list[InputRecord]:
    """Return the records of the files at a path; there are as many as the first pass counted."""
    wishes = ImportOptions(**options)
    checked = looked_at(path, **options)
    found = [record for file in checked.files for record in records(file, wishes, now=NOW, skip=skip)]
    assert len(found) == sum(max(file.record_count - skip, 0) for file in checked.files)
    return found


def row(kind: FileKind, record: InputRecord) -> dict[str, Any]:
    """Return the values of a row that are there, by their names, attributes included."""
    assert record.row is not None, record.reject
    named = zip([*KNOWN[kind], "attributes"], record.row, strict=True)
    return {name: value for name, value in named if value is not None and value != ()}


def codes(found: list[InputRecord]) -> list[str]:
    """Return why each record was rejected, "" where it was taken."""
    return [record.reject.code if record.reject else "" for record in found]


def refused(does: Callable[[], object], exit_code: Exit = Exit.REFUSED) -> Refusal:
    """Return the refusal that something ends in; its sentence can be said."""
    with pytest.raises(Refusal) as caught:
        does()
    assert caught.value.exit_code is exit_code
    assert "{" not in caught.value.say()
    return caught.value
