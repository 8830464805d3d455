"""An import whose files all passed the first pass."""

from dataclasses import dataclass, field

from ressenti.intake.formats.findings import CheckedFile
from ressenti.intake.remarks import Remark
from ressenti.intake.sources.input_set import InputSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """An import that may begin. The fingerprint is the same if and only if the same import is asked for again.

    `locale` reads the numbers of all its files as they are read: as told, else as judged; None where none does, or any.
    """

    input_set: InputSet
    files: tuple[CheckedFile, ...]
    fingerprint: str
    locale: str | None = None
    remarks: tuple[Remark, ...] = field(default=())

    @property
    def notes(self) -> tuple[str, ...]:
        """The remarks in English."""
        return tuple(remark.say() for remark in self.remarks)
