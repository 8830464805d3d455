"""The seven files as a source: found, looked through, and read as often as an import wants."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ressenti.intake.formats.findings import CheckedFile
from ressenti.intake.formats.rejected_cells import row_cells
from ressenti.intake.model import ImportOptions, InputRecord
from ressenti.intake.sources.files.check import check
from ressenti.intake.sources.files.input_set import find_files
from ressenti.intake.sources.files.records import records
from ressenti.intake.sources.source import CheckedSource, RecordStream


@dataclass(frozen=True, slots=True)
class FileSource:
    """The files that paths lead to, read as the options say."""

    paths: Sequence[Path]
    options: ImportOptions = ImportOptions()  # noqa: RUF009 - it is frozen
    name: str = "import"

    def check(self, *, now: int) -> CheckedSource:
        """Look through all files; raises a Refusal naming file, line and remedy."""
        checked = check(find_files(self.paths, self.options), self.options)
        return CheckedSource(
            streams=tuple(self._stream(file, checked.locale, now) for file in checked.files),
            fingerprint=checked.fingerprint,
            remarks=checked.remarks,
            skipped=checked.input_set.skipped,
            ratings=tuple(seen for file in checked.files for seen in file.findings.columns.ratings),
            zone=self.options.timezone,
            locale=checked.locale,
        )

    def _stream(self, file: CheckedFile, locale: str | None, now: int) -> RecordStream:
        return RecordStream(
            kind=file.kind,
            name=file.name,
            columns=file.columns,
            record_count=file.record_count,
            read=partial(self._read, file, now),
            cells_of=partial(row_cells, file, locale=locale),
            require_unchanged=file.file.require_unchanged,
        )

    def _read(self, file: CheckedFile, now: int, skip: int) -> Iterator[InputRecord]:
        return records(file, self.options, now=now, skip=skip)
