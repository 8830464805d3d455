"""How the lines of a CSV file become rows of cells, and which lines each row stands on."""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Protocol

from ressenti.intake.formats.csv_quotes import LONGEST_FIELD
from ressenti.intake.formats.encoding import Encoding
from ressenti.intake.formats.lines import LineBlock, TextFile
from ressenti.intake.model import FileKind
from ressenti.intake.values.columns import KNOWN, Header, header_of

DELIMITERS = ",;\t|"
"""What may separate cells without being told; the first is the usual one."""


Watch = Callable[[LineBlock], None]
"""Shown every handful of lines as it is read."""


class GrowsEndlessly(Exception):
    """A row that goes on for longer than any can: a quote was not closed."""


class Window:
    """The lines that were handed out and may still be needed, with their bytes.

    Lines are counted from 0, from the header's first on. The reader of the rows moves `taken` behind each row.
    """

    def __init__(self, text: TextFile, watch: Watch | None = None) -> None:
        self.raw: list[bytes] = []
        self.first = 0
        self.taken = 0
        self.undecodable: set[int] = set()
        self.is_suspicious = False
        self.lines_before = 0
        self.offset = text.offset
        self._blocks = self._watched(text, watch)
        self._has_nul = False
        self._pending = 0

    def first_filled_line(self) -> str | None:
        """Pass over blank lines and return the first other one without taking it, None at the end of the file."""
        for lines in self._blocks:
            index = next((index for index, text in enumerate(lines.texts) if text.strip()), len(lines.texts))
            self.lines_before += index
            self.offset += sum(map(len, lines.raw[:index]))
            if index < len(lines.texts):
                rest = _from(lines, index)
                self._blocks = chain([rest], self._blocks)
                return rest.texts[0]
        return None

    def texts(self) -> Iterator[list[str]]:
        """Hand out the lines; raises GrowsEndlessly where no row has ended for 64 MiB."""
        for lines in self._blocks:
            self._make_room()
            self._load(lines)
            yield lines.texts

    def of_row(self, start: int, end: int) -> bytes:
        """Return the bytes of the lines from `start` up to `end`."""
        first = self.first
        return self.raw[start - first] if end - start == 1 else b"".join(self.raw[start - first : end - first])

    def undecodable_line(self, start: int, end: int) -> bytes | None:
        """Return the first of these lines that is not text, None where all are."""
        found = next((line for line in range(start, end) if line in self.undecodable), None)
        return None if found is None else self.raw[found - self.first]

    def _make_room(self) -> None:
        """Forget the lines of rows that have been taken; all that is left belongs to one row."""
        done = self.taken - self.first
        if done:
            del self.raw[:done]
            self.first = self.taken
            self._pending = sum(map(len, self.raw))
        if self._pending > LONGEST_FIELD:
            raise GrowsEndlessly

    def _load(self, lines: LineBlock) -> None:
        if not self.raw:
            self.undecodable.clear()
            self._has_nul = False
        start = self.first + len(self.raw)
        self.undecodable.update(start + index for index in lines.undecodable)
        self._has_nul = self._has_nul or lines.has_nul
        self.is_suspicious = self._has_nul or bool(self.undecodable)
        self.raw += lines.raw
        self._pending += sum(map(len, lines.raw))

    def _watched(self, text: TextFile, watch: Watch | None) -> Iterator[LineBlock]:
        for lines in text:
            if watch:
                watch(lines)
            yield lines


def _from(lines: LineBlock, index: int) -> LineBlock:
    undecodable = frozenset(line - index for line in lines.undecodable if line >= index)
    return LineBlock(lines.raw[index:], lines.texts[index:], undecodable, lines.has_nul)


class _Cells(Protocol):
    """What the csv module reads rows with; `line_num` counts the lines it has taken."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...


@dataclass(frozen=True, slots=True)
class TableRows:
    """The header of a table, and what reads the rows below it."""

    header: Header
    reader: _Cells


class CsvTable:
    """The rows of a CSV file. Reading them raises csv.Error, GrowsEndlessly or EndlessLineFound where they break."""

    def __init__(self, text: TextFile, kind: FileKind, delimiter: str | None, watch: Watch | None = None) -> None:
        self.encoding: Encoding = text.encoding
        self.window = Window(text, watch)
        self.delimiter = delimiter or DELIMITERS[0]
        self.is_sniffed = delimiter is None
        self._kind = kind

    def open(self) -> TableRows | None:
        """Read the header; None in a file without a single filled line."""
        csv.field_size_limit(max(csv.field_size_limit(), LONGEST_FIELD))
        if (line := self.window.first_filled_line()) is None:
            return None
        if self.is_sniffed:
            self.delimiter = sniff(line, self._kind)
        rows = csv.reader(chain.from_iterable(self.window.texts()), delimiter=self.delimiter, strict=True)
        header = header_of(self._kind, next(rows))
        self.window.taken = rows.line_num
        return TableRows(header, rows)


def sniff(header: str, kind: FileKind) -> str:
    """Return the delimiter that finds most known columns in a header, and of those the one that finds most columns."""

    def score(delimiter: str) -> tuple[int, int]:
        cells = _split(header, delimiter)
        return len(KNOWN[kind].keys() & cells), len(cells)

    return max(DELIMITERS, key=score)


def _split(header: str, delimiter: str) -> list[str]:
    return [cell.strip() for cell in next(csv.reader([header], delimiter=delimiter), [])]


def is_blank(cells: Sequence[str]) -> bool:
    """Whether the cells are those of a blank line, which is no row."""
    return not cells or (len(cells) == 1 and cells[0].isspace())
