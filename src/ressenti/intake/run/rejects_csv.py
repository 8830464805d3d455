"""How do rejected rows come back? As CSV files of their own names, to be corrected and imported again.

Each has the columns of the file its rows came from, and the reason in a last column that an import reads over. What a
spreadsheet could take for a formula has an apostrophe in front, which the import takes away again. Numbers are written
so that they mean what they meant beside the rows that were taken: how a column writes them may not show in those left.
"""

import csv
import os
import re
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from io import StringIO
from pathlib import Path
from typing import BinaryIO, NamedTuple

import msgspec

from ressenti.intake.formats.findings import CheckedFile
from ressenti.intake.formats.input_file import FileFormat
from ressenti.intake.formats.json_object import as_cells
from ressenti.intake.model import FileKind
from ressenti.intake.run.rejects import RejectLine
from ressenti.intake.values.columns import REJECTED_BECAUSE, is_ours
from ressenti.intake.values.numbers import LOCALES, NumberFormat, numeral_reader, unambiguous_numeral
from ressenti.intake.values.row_errors import RowError
from ressenti.kit.durable import open_private
from ressenti.kit.formulas import escape_formula, unescape_formula

_NUMBER = re.compile(r"[+-]?\d[\d\s.,\u2019]*%?")
_decode = msgspec.json.Decoder(RejectLine).decode


class _Row(NamedTuple):
    """A rejected row: its kind, its cells by column, those behind the last column, and why it was rejected."""

    kind: FileKind
    cells: Mapping[str, str]
    surplus: Sequence[str]
    reason: str


def names_of(files: Iterable[CheckedFile]) -> list[str]:
    """Return what the CSV files of an import's rejected rows can be called."""
    return sorted({f"{file.kind}.csv" for file in files})


def write(
    lines: Callable[[], Iterator[bytes]], files: Sequence[CheckedFile], folder: Path, *, locale: str | None = None
) -> int:
    """Write a CSV file for each kind of rejected rows into a folder, over those of an earlier try.

    `lines` gives the lines of the file of rejects, as often as it is called; `locale` is the one with which the files
    are to be given again, if any. Returns how many rows cannot be put into
    columns, such as lines that are no JSON: they are in that file alone. All is on the disk when it returns.
    """
    rows = partial(_rows, files=files, numbers=LOCALES[locale] if locale else NumberFormat.ENGLISH)
    surplus: dict[FileKind, int] = {}
    left_count = 0
    for row in rows(lines()):
        if row is None:
            left_count += 1
        else:
            surplus[row.kind] = max(surplus.get(row.kind, 0), len(row.surplus))
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with ExitStack() as stack:
        tables = {
            kind: _Table(
                stack.enter_context(open(folder / f"{kind}.csv", "wb", opener=open_private)),
                _columns(files, kind),
                count,
            )
            for kind, count in surplus.items()
        }
        for row in rows(lines()):
            if row is not None:
                tables[row.kind].put(row)
        for table in tables.values():
            table.settle()
    return left_count


def _columns(files: Sequence[CheckedFile], kind: FileKind) -> tuple[str, ...]:
    """Return the columns of all files of a kind, each once."""
    found = dict.fromkeys(name for file in files if file.kind is kind for name in file.columns)
    return tuple(name for name in found if name != REJECTED_BECAUSE)


class _Table:
    """One CSV file that is being written: columns, and some more for cells behind the last of them."""

    def __init__(self, out: BinaryIO, columns: tuple[str, ...], surplus: int) -> None:
        self._out = out
        self._columns = columns
        self._surplus = surplus
        out.write(BOM_UTF8)  # without it, spreadsheets take UTF-8 for something else
        unnamed = (f"column_{len(columns) + place}" for place in range(1, surplus + 1))
        self._put([*map(escape_formula, columns), *unnamed, REJECTED_BECAUSE])

    def put(self, row: _Row) -> None:
        """Write a row."""
        cells = [*(row.cells.get(name, "") for name in self._columns), *row.surplus]
        cells += [""] * (self._surplus - len(row.surplus))
        self._put(
            [*(cell if _NUMBER.fullmatch(cell) else escape_formula(cell) for cell in cells), escape_formula(row.reason)]
        )

    def settle(self) -> None:
        """Put it on the disk."""
        self._out.flush()
        os.fsync(self._out.fileno())

    def _put(self, cells: Sequence[str]) -> None:
        text = StringIO(newline="")
        csv.writer(text).writerow(cells)
        self._out.write(text.getvalue().encode(errors="backslashreplace"))


def _rows(lines: Iterator[bytes], files: Sequence[CheckedFile], numbers: NumberFormat) -> Iterator[_Row | None]:
    for text in lines:
        line = _decode(text)
        file = files[line.place]
        row = _row(line, file)
        yield None if row is None else row._replace(cells=dict(_unmistakable(row.cells, file, numbers)))


def _unmistakable(cells: Mapping[str, str], file: CheckedFile, numbers: NumberFormat) -> Iterator[tuple[str, str]]:
    """Yield the cells of a row, their numbers in a form that the rows beside it decide nothing of."""
    judged = file.findings.columns.numbers
    for name, cell in cells.items():
        yield name, _numeral(name, cell, judged[name], numbers) if name in judged else cell


def _numeral(column: str, cell: str, judged: NumberFormat, numbers: NumberFormat) -> str:
    try:
        return (
            cell
            if cell.isdecimal()
            else unambiguous_numeral(numeral_reader(column, judged, is_told=True)(cell), numbers)
        )
    except RowError:
        return cell  # it is to be corrected, so it stays as it was written


def _row(line: RejectLine, file: CheckedFile) -> _Row | None:
    """Return a rejected row cell by cell; None where nobody can say which cell is which."""
    text = line.content().decode(file.findings.encoding, "backslashreplace")
    if file.form is not FileFormat.CSV:
        cells = as_cells(text, file.kind)
        return None if cells is None else _Row(file.kind, cells, (), line.detail)
    row_cells = next(csv.reader(StringIO(text, newline=""), delimiter=file.findings.delimiter or ","), [])
    if is_ours(file.kind, file.columns):
        row_cells = [unescape_formula(cell) for cell in row_cells]
    width = len(file.columns)
    cells = dict(zip(file.columns, row_cells, strict=False))
    cells.pop(REJECTED_BECAUSE, None)
    return _Row(file.kind, cells, row_cells[width:], line.detail)
