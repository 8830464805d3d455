"""Whether the dates and times of a file can be read as they are, whatever its form."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ressenti.intake.refusals import EpochDate, OtherDateForm, SerialDate, TimezoneMissing
from ressenti.intake.values.date_formats import EPOCHS, DateFormats, epoch_form, read_in_form
from ressenti.intake.values.parsed_options import ParsedOptions
from ressenti.intake.values.row_errors import printable
from ressenti.intake.values.timestamps import TimestampForm, is_plain, lacks_zone, writing
from ressenti.kit.refusals import Refusal


@dataclass(slots=True, kw_only=True)
class TimestampAmbiguity:
    """Whether the moments of a file can be read as they are, with the options that were given."""

    file: str
    options: ParsedOptions
    _first: Refusal | None = field(default=None)
    _forms: DateFormats = field(init=False)

    def __post_init__(self) -> None:
        self._forms = DateFormats(self.file)

    def look(self, column: str, values: Sequence[str], line_of: Callable[[int], int]) -> None:
        """Take in values of a column; `line_of` tells on which line the value at an index stands."""
        if is_plain(values, may_be_local=self._may_be_local()):
            return
        look_at = self._look_in_form if self.options.date_format else self._look_at
        for index, value in enumerate(values):
            if value:
                look_at(column, value, line_of, index)

    def settle(self) -> None:
        """Raise the Refusal that says why the moments cannot be read, if there is one."""
        if self.options.date_format:
            self._forms.require(self.options.date_format)
        else:
            self._forms.settle()
        if self._first:
            raise self._first

    def _may_be_local(self) -> bool:
        """Whether a local time in ISO 8601 is nothing new: it can be read, or the first of them was noted."""
        return self.options.date_format is None and (self.options.zone is not None or self._first is not None)

    def _look_at(self, column: str, value: str, line_of: Callable[[int], int], index: int) -> None:
        sort = writing(value)
        if sort is TimestampForm.OWN_FORM:
            self._forms.look(column, value, line_of, index)
        elif self._first is None:
            about = {"file": self.file, "line": line_of(index), "column": column, "value": printable(value)}
            if sort is TimestampForm.SERIAL:
                self._first = SerialDate(**about)
            elif sort is TimestampForm.LOCAL and self.options.zone is None:
                self._first = TimezoneMissing(**about)
            elif hint := epoch_form(value) if sort is TimestampForm.EPOCH else None:
                self._first = EpochDate(**about, hint=hint, reading=_read(value, hint))

    def _look_in_form(self, column: str, value: str, line_of: Callable[[int], int], index: int) -> None:
        told = self.options.date_format or ""
        if told in EPOCHS:
            hint = epoch_form(value)
            if hint and hint != told and self._first is None:
                about = {"file": self.file, "line": line_of(index), "column": column, "value": printable(value)}
                self._first = OtherDateForm(**about, form=told, hint=hint)
            return
        self._forms.look(column, value, line_of, index)
        if self._first is None and self.options.zone is None and lacks_zone(value, self.options):
            self._first = TimezoneMissing(file=self.file, line=line_of(index), column=column, value=printable(value))


def _read(value: str, form: str) -> str:
    at = read_in_form(value, form)
    return f"{at:%Y-%m-%d %H:%M:%SZ}" if at else ""
