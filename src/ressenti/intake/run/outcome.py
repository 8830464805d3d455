"""What became of an import: how many rows of each file, and where the rejected ones are."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ressenti.intake.model import FileKind
from ressenti.intake.remarks import Remark
from ressenti.kit.refusals import Exit


@dataclass(slots=True, kw_only=True)
class RowCounts:
    """The rows of one file, or of all: what was read is imported, updated, a duplicate or rejected."""

    name: str
    kind: FileKind | None = None
    read: int = 0
    imported: int = 0
    updated: int = 0
    duplicate: int = 0
    rejected: int = 0

    @property
    def adds_up(self) -> bool:
        """Say whether every row is accounted for."""
        return self.read == self.imported + self.updated + self.duplicate + self.rejected


@dataclass(slots=True, kw_only=True)
class RejectReason:
    """Why rows of a file were rejected: how many, and the first of them as an example.

    `code` is stable; `column` is the one concerned, if any; `detail` is in the reader's language.
    """

    file: str
    code: str
    column: str | None
    count: int
    line: int
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOutcome:
    """What an import did.

    `warnings` counts what was odd about rows that were written, by code; `notes` are the remarks on the files, on these
    rows and on the project (each can `say(language)`), `skipped` names the files left aside. `reasons` say why rows
    were rejected, the commonest first. `rejects_path` is the file that holds these rows and `rejects_folder` has them
    as CSV files (None without rejects); `columnless` counts those that are in the first alone, and `locale` is what
    reads the numbers of the others as they were read here, where something has to be said. Making one raises
    AssertionError where a row is not accounted for: that would be our fault.
    """

    files: tuple[RowCounts, ...]
    warnings: Counter[str] = field(default_factory=Counter)
    notes: Sequence[Remark] = ()
    skipped: tuple[str, ...] = ()
    reasons: tuple[RejectReason, ...] = ()
    rejects_path: Path | None = None
    rejects_folder: Path | None = None
    columnless: int = 0
    locale: str | None = None
    resumed: bool = False

    def __post_init__(self) -> None:
        for count in (*self.files, self.total):
            if not count.adds_up:
                raise AssertionError(f"rows are missing: {count}")

    @property
    def total(self) -> RowCounts:
        """Return the counts of all files together."""
        return RowCounts(
            name="",
            read=self.read,
            imported=self.imported,
            updated=self.updated,
            duplicate=self.duplicate,
            rejected=self.rejected,
        )

    @property
    def read(self) -> int:
        """Return how many rows were read."""
        return sum(count.read for count in self.files)

    @property
    def imported(self) -> int:
        """Return how many rows are new."""
        return sum(count.imported for count in self.files)

    @property
    def updated(self) -> int:
        """Return how many rows replaced one of an earlier import."""
        return sum(count.updated for count in self.files)

    @property
    def duplicate(self) -> int:
        """Return how many rows were there already."""
        return sum(count.duplicate for count in self.files)

    @property
    def rejected(self) -> int:
        """Return how many rows were set aside."""
        return sum(count.rejected for count in self.files)

    @property
    def exit_code(self) -> Exit:
        """Return how the command ends: 0, or 1 where rows were rejected."""
        return Exit.DIFFERENCES if self.rejected else Exit.DONE
