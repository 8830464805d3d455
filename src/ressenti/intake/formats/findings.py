"""What the first pass found out about the files of an import."""

from dataclasses import dataclass, field

from ressenti.intake.formats.input_file import FileFormat, InputFile
from ressenti.intake.model import FileKind
from ressenti.intake.values.column_ambiguities import ColumnFindings
from ressenti.intake.values.columns import Header


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What was found in one file.

    `delimiter` is what separates its cells (CSV); `is_delimiter_sniffed` and `is_encoding_marked` say that the file
    itself told. `header` is None in a file without any record, `blank_count` counts blank lines and comments;
    `columns` is what was found in its columns, `unread_columns` names those set aside for
    their type, with it, or '' where they are there more than once (Parquet).
    """

    header: Header | None
    record_count: int
    encoding: str = "utf-8"
    is_encoding_marked: bool = False
    delimiter: str | None = None
    is_delimiter_sniffed: bool = False
    blank_count: int = 0
    columns: ColumnFindings = field(default_factory=ColumnFindings)
    unread_columns: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedFile:
    """A file that passed the first pass, what was found in it, and the digest of its unpacked bytes."""

    file: InputFile
    findings: Findings
    digest: bytes = b""

    @property
    def kind(self) -> FileKind:
        """Which of the seven it is."""
        return self.file.kind

    @property
    def form(self) -> FileFormat:
        """How it is written."""
        return self.file.form

    @property
    def name(self) -> str:
        """What a person is shown."""
        return self.file.name

    @property
    def record_count(self) -> int:
        """How many records it holds, bad ones included."""
        return self.findings.record_count

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of its columns, in its order."""
        return self.findings.header.names if self.findings.header else ()

    @property
    def unknown_columns(self) -> tuple[str, ...]:
        """The columns the import format does not define: they are kept as attributes."""
        return self.findings.header.unknown if self.findings.header else ()
