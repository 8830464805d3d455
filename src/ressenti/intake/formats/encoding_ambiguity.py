"""Whether a text file is in the encoding it is taken to be in: judged on all of its lines."""

from dataclasses import dataclass

from ressenti.intake.formats.encoding import Encoding
from ressenti.intake.formats.lines import LineBlock, first_bad_byte
from ressenti.intake.refusals import OtherEncoding

_HINT = "cp1252"
"""The encoding most files that are not UTF-8 are in."""


def not_text(file: str, line: int, raw: bytes, encoding: Encoding) -> OtherEncoding:
    """Return the refusal of a line that is not text in its encoding."""
    byte = f"0x{first_bad_byte(raw, encoding.codec):02X}"
    return OtherEncoding(file=file, line=line, byte=byte, encoding=encoding.codec.upper(), hint=_HINT)


@dataclass(slots=True, kw_only=True)
class EncodingAmbiguity:
    """Whether a file that does not say its encoding is UTF-8: it is not if half the telling lines are not.

    A line tells something if it holds a byte beyond ASCII.
    """

    file: str
    encoding: Encoding
    _line_count: int = 0
    _good_count: int = 0
    _bad_count: int = 0
    _first: OtherEncoding | None = None

    def look(self, lines: LineBlock) -> None:
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
