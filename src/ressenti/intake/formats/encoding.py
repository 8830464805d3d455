"""Which encoding a text file is in: its first bytes say, or the person says; nobody guesses."""

import codecs
from dataclasses import dataclass

from ressenti.intake.refusals import NotText, OtherEncoding
from ressenti.kit.i18n import Sentence, _

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UNMARKED = {"utf-16": "utf-16-le", "utf-32": "utf-32-le"}
_PACKED = ((b"PK\x03\x04", Sentence(_("zip or spreadsheet"))), (b"\x1f\x8b", "gzip"), (b"PAR1", "Parquet"))
LONGEST_MARK = 4


@dataclass(frozen=True, slots=True)
class Encoding:
    """How the bytes of a file become text: the codec, the mark to skip, and the bytes of one unit of text.

    `is_certain` is true where the file or the person said so; otherwise it is UTF-8 until proven otherwise.
    """

    codec: str
    mark: bytes
    is_certain: bool

    @property
    def unit(self) -> int:
        """How many bytes a line ending's character takes."""
        return {"16": 2, "32": 4}.get(self.codec[4:6], 1) if self.codec.startswith("utf-") else 1

    def encoded(self, text: str) -> bytes:
        """Return the bytes of a text in this encoding."""
        return text.encode(self.codec)


def encoding_of(head: bytes, wished: str | None, *, file: str) -> Encoding:
    """Return the encoding of a file that begins with these bytes; a mark outweighs what the person said.

    Raises a Refusal where the bytes are not those of a text.
    """
    for mark, codec in _MARKS:
        if head.startswith(mark):
            return Encoding(codec, mark, is_certain=True)
    for magic, what in _PACKED:
        if head.startswith(magic):
            raise NotText(file=file, what=what)
    if wished:
        return Encoding(_UNMARKED.get(wished, wished), b"", is_certain=True)
    _refuse_unmarked(head, file)
    return Encoding("utf-8", b"", is_certain=False)


def _refuse_unmarked(head: bytes, file: str) -> None:
    """Refuse a text whose every other byte is zero: UTF-16 that lost its mark reads as UTF-8 full of NULs."""
    if len(head) >= 2 and 0 in head[:2] and any(head[:2]):
        hint = "utf-16-be" if head[0] == 0 else "utf-16-le"
        raise OtherEncoding(file=file, line=1, byte="0x00", encoding="UTF-8", hint=hint)
