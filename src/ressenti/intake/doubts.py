"""What the first pass watches for: signs that a whole file is not what it seems, whatever its form."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ressenti.intake.encoding import Encoding
from ressenti.intake.lines import Lines, first_bad_byte
from ressenti.intake.moments import Writing, is_plain, lacks_zone, likely_format, writing
from ressenti.intake.refusals import DateFormMissing, OtherEncoding, SerialDate, TimezoneMissing
from ressenti.intake.terms import Terms
from ressenti.intake.unfit import plain
from ressenti.kit.refusals import Refusal

_HINT = "cp1252"
"""The encoding most files that are not UTF-8 are in."""


def not_text(file: str, line: int, raw: bytes, encoding: Encoding) -> OtherEncoding:
    """Return the refusal of a line that is not text in its encoding."""
    byte = f"0x{first_bad_byte(raw, encoding.codec):02X}"
    return OtherEncoding(file=file, line=line, byte=byte, encoding=encoding.codec.upper(), hint=_HINT)


@dataclass(slots=True, kw_only=True)
class EncodingDoubt:
    """Whether a file that does not say its encoding is UTF-8: it is not if half the telling lines are not.

    A line tells something if it holds a byte beyond ASCII.
    """

    file: str
    encoding: Encoding
    _line_count: int = 0
    _good_count: int = 0
    _bad_count: int = 0
    _first: OtherEncoding | None = None

    def look(self, lines: Lines) -> None:
        """Take in the next lines."""
        if not self.encoding.is_certain:
            self._bad_count += len(lines.undecodable)
            self._good_count += sum(not text.isascii() for text in lines.texts) - len(lines.undecodable)
            if lines.undecodable and self._first is None:
                index = min(lines.undecodable)
                self._first = not_text(self.file, self._line_count + index + 1, lines.raw[index], self.encoding)
        self._line_count += len(lines.texts)

    def settle(self) -> None:
        """Raise a Refusal if what was seen so far is in another encoding."""
        if self._first and self._bad_count >= self._good_count:
            raise self._first


@dataclass(slots=True, kw_only=True)
class MomentDoubt:
    """Whether the moments of a file can be read: the first that cannot, for want of an option, is kept."""

    file: str
    terms: Terms
    _first: Refusal | None = field(default=None)

    def look(self, column: str, values: Sequence[str], line_of: Callable[[int], int]) -> None:
        """Take in values of a column; `line_of` tells on which line the value at an index stands."""
        if self._first or self._is_settled() or self._are_plain(values):
            return
        for index, value in enumerate(values):
            if value and (refusal := self._doubt(value)):
                self._first = refusal(
                    file=self.file, line=line_of(index), column=column, value=plain(value), hint=likely_format(value)
                )
                return

    def settle(self) -> None:
        """Raise the Refusal of the first moment that cannot be read, if there was one."""
        if self._first:
            raise self._first

    def _is_settled(self) -> bool:
        return self.terms.date_format is not None and self.terms.zone is not None

    def _are_plain(self, values: Sequence[str]) -> bool:
        return self.terms.date_format is None and is_plain(values, may_be_local=self.terms.zone is not None)

    def _doubt(self, value: str) -> type[Refusal] | None:
        if self.terms.date_format:
            return TimezoneMissing if lacks_zone(value, self.terms) else None
        match writing(value):
            case Writing.OWN_FORM:
                return DateFormMissing
            case Writing.SERIAL:
                return SerialDate
            case Writing.LOCAL if self.terms.zone is None:
                return TimezoneMissing
        return None
