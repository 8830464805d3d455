"""What were the cells of a row that was rejected? Found again in its bytes, so that they can be given back as CSV."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from typing import NamedTuple

from ressenti.intake.formats.findings import CheckedFile
from ressenti.intake.formats.input_file import FileFormat
from ressenti.intake.formats.json_object import as_cells
from ressenti.intake.values.columns import REJECTED_BECAUSE, is_ours
from ressenti.intake.values.numbers import LOCALES, NumberFormat, numeral_reader, unambiguous_numeral
from ressenti.intake.values.row_errors import RowError
from ressenti.kit.formulas import unescape_formula


class RowCells(NamedTuple):
    """The cells of a row by column, and those behind the last column."""

    by_column: Mapping[str, str]
    surplus: Sequence[str] = ()


def row_cells(file: CheckedFile, raw: bytes, locale: str | None) -> RowCells | None:
    """Return the cells of a row of a file, their numbers in a form that the rows beside it decide nothing of.

    `locale` is the one with which they are to be read again, if any. None where nobody can say which cell is which.
    """
    cells = _cells(file, raw.decode(file.findings.encoding, "backslashreplace"))
    if cells is None:
        return None
    numbers = LOCALES[locale] if locale else NumberFormat.ENGLISH
    return cells._replace(by_column=dict(_unmistakable(cells.by_column, file, numbers)))


def _cells(file: CheckedFile, text: str) -> RowCells | None:
    if file.form is not FileFormat.CSV:
        by_column = as_cells(text, file.kind)
        return None if by_column is None else RowCells(by_column)
    cells = next(csv.reader(StringIO(text, newline=""), delimiter=file.findings.delimiter or ","), [])
    if is_ours(file.kind, file.columns):
        cells = [unescape_formula(cell) for cell in cells]
    by_column = dict(zip(file.columns, cells, strict=False))
    by_column.pop(REJECTED_BECAUSE, None)
    return RowCells(by_column, cells[len(file.columns) :])


def _unmistakable(cells: Mapping[str, str], file: CheckedFile, numbers: NumberFormat) -> Iterator[tuple[str, str]]:
    judged = file.findings.columns.numbers
    for name, cell in cells.items():
        yield name, _numeral(name, cell, judged[name], numbers) if name in judged else cell


def _numeral(column: str, cell: str, judged: NumberFormat, numbers: NumberFormat) -> str:
    if cell.isdecimal():
        return cell
    try:
        return unambiguous_numeral(numeral_reader(column, judged, is_told=True)(cell), numbers)
    except RowError:
        return cell  # it is to be corrected, so it stays as it was written
