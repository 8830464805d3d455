"""How the bytes of a text file become lines, each with the bytes it stood in."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ressenti.intake.formats.encoding import LONGEST_MARK, Encoding, encoding_of
from ressenti.intake.formats.streams import BLOCK, Readable
from ressenti.kit.sizes import KIB

KEPT = 64 * KIB
"""How much of a line that is too long is kept, in bytes."""


class LongLine(bytes):
    """The beginning of a line that is too long; `whole_size` is how many bytes the line takes in the file."""

    whole_size: int

    @classmethod
    def of(cls, line: bytes, whole_size: int) -> "LongLine":
        """Return what is kept of a line."""
        kept = cls(line[:KEPT])
        kept.whole_size = whole_size
        return kept


class EndlessLineFound(Exception):
    """A line longer than any line of the file may be, in a file where it cannot be set aside."""


@dataclass(frozen=True, slots=True)
class LineBlock:
    """Consecutive lines, endings included: their bytes, their text, and which of them (by index) is not text."""

    raw: list[bytes]
    texts: list[str]
    undecodable: frozenset[int]
    has_nul: bool


class TextFile:
    """The lines of a text file in handfuls of about 256 KiB, read once and in constant memory.

    Of a line longer than `longest` bytes the beginning is kept; where `may_cut` is false, EndlessLineFound is raised.
    """

    def __init__(self, stream: Readable, wished: str | None, *, name: str, longest: int, may_cut: bool) -> None:
        head = stream.read(BLOCK)
        self.encoding = encoding_of(head[:LONGEST_MARK], wished, file=name)
        self.offset = len(self.encoding.mark)
        self._first = head[self.offset :]
        self._stream = stream
        self._longest = longest
        self._may_cut = may_cut
        self._split = splitter(self.encoding)
        self._ends = self.encoding.encoded("\n"), self.encoding.encoded("\r")

    def __iter__(self) -> Iterator[LineBlock]:
        for block in self._blocks():
            if isinstance(block, LongLine):
                yield LineBlock([block], [""], frozenset(), has_nul=False)
            else:
                yield self._lines(block)

    def _lines(self, block: bytes) -> LineBlock:
        raw = self._split(block)
        lines = _decoded(raw, block, self.encoding.codec)
        if len(block) > self._longest:
            lines.raw[:] = [LongLine.of(line, len(line)) if len(line) > self._longest else line for line in raw]
        return lines

    def _blocks(self) -> Iterator[bytes]:
        """Yield pieces of the file that end where a line ends, and LongLines."""
        held: list[bytes] = []
        held_size = 0
        chunk = self._first
        while chunk:
            end = self._after_last_line(chunk)
            if end:
                yield b"".join([*held, chunk[:end]])
                held, held_size = [], 0
            held.append(chunk[end:])
            held_size += len(chunk) - end
            if held_size > self._longest:
                *whole, endless = self._split(b"".join(held))
                yield from whole
                held, held_size = [endless], len(endless)
                if held_size > self._longest:
                    chunk, long_line = self._rest_of(endless)
                    held, held_size = [], 0
                    yield long_line
                    if chunk:
                        continue
            chunk = self._stream.read(BLOCK)
        if rest := b"".join(held):
            yield rest

    def _after_last_line(self, chunk: bytes) -> int:
        """Return where the last line that surely ended ends; a final CR may be half of CR LF."""
        unit = self.encoding.unit
        line_feed, carriage_return = self._ends
        return max(
            _last(chunk, line_feed, len(chunk), unit) + unit,
            _last(chunk, carriage_return, len(chunk) - unit, unit) + unit,
            0,
        )

    def _rest_of(self, start: bytes) -> tuple[bytes, LongLine]:
        """Pass over the rest of a line that is too long; return what was read after it, and the line."""
        if not self._may_cut:
            raise EndlessLineFound
        size = len(start)
        line_feed, carriage_return = self._ends
        if start.endswith(carriage_return):
            chunk = self._stream.read(BLOCK)
            more = len(line_feed) if chunk.startswith(line_feed) else 0
            return chunk[more:], LongLine.of(start, size + more)
        while chunk := self._stream.read(BLOCK):
            if chunk.endswith(carriage_return):
                chunk += self._stream.read(BLOCK)
            line = self._split(chunk)[0]
            size += len(line)
            if line.endswith(self._ends):
                return chunk[len(line) :], LongLine.of(start, size)
        return b"", LongLine.of(start, size)


def _last(chunk: bytes, mark: bytes, end: int, unit: int) -> int:
    """Return where a mark of whole units stands last before the end, or -unit where it does not."""
    place = chunk.rfind(mark, 0, max(end, 0))
    while place > 0 and place % unit:
        place = chunk.rfind(mark, 0, place + unit - 1)
    return place if place >= 0 else -unit


_WIDE = {
    "utf-16-le": rb"(?:[^\r\n].|[\r\n][^\0])*+(?:\r\0\n\0|[\r\n]\0|.?\Z)",
    "utf-16-be": rb"(?:[^\0].|\0[^\r\n])*+(?:\0\r\0\n|\0[\r\n]|.?\Z)",
    "utf-32-le": rb"(?:[^\r\n]...|[\r\n](?!\0\0\0)...)*+(?:\r\0\0\0\n\0\0\0|[\r\n]\0\0\0|.{0,3}\Z)",
    "utf-32-be": rb"(?:(?!\0\0\0[\r\n])....)*+(?:\0\0\0\r\0\0\0\n|\0\0\0[\r\n]|.{0,3}\Z)",
}
"""What a line is, its ending included, where characters take more than a byte."""


def splitter(encoding: Encoding) -> Callable[[bytes], list[bytes]]:
    """Return what cuts bytes after every LF, CR LF or lone CR, and at nothing else."""
    if encoding.unit == 1:
        return _split_narrow
    pattern = re.compile(_WIDE[encoding.codec], re.DOTALL)
    return lambda block: [line for line in pattern.findall(block) if line]


def _split_narrow(block: bytes) -> list[bytes]:
    return block.splitlines(keepends=True)


def without_ending(encoding: Encoding) -> Callable[[bytes], bytes]:
    """Return what takes the ending off a line."""
    if encoding.unit == 1:
        return lambda line: line.rstrip(b"\r\n")
    unit, endings = encoding.unit, [encoding.encoded(ending) for ending in ("\r\n", "\n", "\r")]

    def bare(line: bytes) -> bytes:
        found = (end for end in endings if line.endswith(end) and len(line) % unit == 0)
        return line.removesuffix(next(found, b""))

    return bare


def _decoded(raw: list[bytes], block: bytes, codec: str) -> LineBlock:
    try:
        text = block.decode(codec)
        texts = text.splitlines(keepends=True)
        if len(texts) != len(raw):  # text has line endings of its own, such as U+2028, that files do not
            texts = [line.decode(codec) for line in raw]
    except UnicodeDecodeError:
        return _half_decoded(raw, codec)
    return LineBlock(raw, texts, frozenset(), has_nul="\0" in text)


def _half_decoded(raw: list[bytes], codec: str) -> LineBlock:
    texts: list[str] = []
    undecodable: set[int] = set()
    for line in raw:
        try:
            texts.append(line.decode(codec))
        except UnicodeDecodeError:
            undecodable.add(len(texts))
            texts.append(line.decode(codec, "replace"))
    return LineBlock(raw, texts, frozenset(undecodable), has_nul=any("\0" in text for text in texts))


def first_bad_byte(line: bytes, codec: str) -> int:
    """Return the first byte of a line that is not text in this encoding (its last one where it ends too early)."""
    try:
        line.decode(codec)
    except UnicodeDecodeError as error:
        return line[min(error.start, len(line) - 1)]
    return line[-1]
