"""How rows become lines of text: RFC 4180 for spreadsheets and tools, JSON for programs."""

import csv
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from io import StringIO
from typing import Any, BinaryIO, cast
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo
from zoneinfo import ZoneInfo

import msgspec

from ressenti.kit.formulas import escape_formula
from ressenti.reports.exports.model import PLAIN, ColumnHeading, ColumnKind, CsvOptions, ExportScope, WriteRows, local

BETWEEN = ";"
"""Stands between several values in one cell, as in the import format."""


@contextmanager
def csv_file(
    scope: ExportScope, columns: Sequence[ColumnHeading], out: BinaryIO, manner: CsvOptions = PLAIN
) -> Iterator[WriteRows]:
    """Write lines of comma-separated cells in UTF-8, the header first; texts cannot become formulas."""
    cell_of = _csv_cells(ZoneInfo(scope.zone), manner.decimal)
    cells = [cell_of[column.kind] for column in columns]

    def write(batch: Sequence[Sequence[Any]]) -> None:
        written = (
            ["" if value is None else cell(value) for value in values]
            for cell, values in zip(cells, batch, strict=True)
        )
        _put(zip(*written, strict=True), out, manner.delimiter)

    if manner.has_mark:
        out.write(BOM_UTF8)
    _put([[column.key for column in columns]], out, manner.delimiter)
    yield write


@contextmanager
def csv_with_scope(scope: ExportScope, columns: Sequence[ColumnHeading], out: BinaryIO) -> Iterator[WriteRows]:
    """Write a ZIP of two tables for spreadsheets: the rows, and what they are."""
    row_count, manner = 0, CsvOptions(has_mark=True)
    with ZipFile(out, "w") as bundle:
        with (
            bundle.open(_entry(f"{scope.what.value}.csv", scope), "w", force_zip64=True) as rows,
            csv_file(scope, columns, cast("BinaryIO", rows), manner) as write,
        ):

            def count(batch: Sequence[Sequence[Any]]) -> None:
                nonlocal row_count
                row_count += len(batch[0])
                write(batch)

            yield count
        with bundle.open(_entry("about.csv", scope), "w") as about:
            about.write(BOM_UTF8)
            said = scope.told(columns, row_count=row_count)
            lines = [(name, escape_formula(_in_a_line(words))) for name, words in said]
            _put(lines, cast("BinaryIO", about), manner.delimiter)


def _entry(name: str, scope: ExportScope) -> ZipInfo:
    """Return a file of a ZIP, dated by when it was asked for: the same question gives the same bytes."""
    entry = ZipInfo(name, local(scope.asked_at, ZoneInfo(scope.zone)).timetuple()[:6])
    entry.compress_type = ZIP_DEFLATED
    return entry


@contextmanager
def jsonl_file(scope: ExportScope, columns: Sequence[ColumnHeading], out: BinaryIO) -> Iterator[WriteRows]:
    """Write one JSON object a line; texts stay as they are, several values are an array."""
    zone = ZoneInfo(scope.zone)
    encoder = msgspec.json.Encoder(decimal_format="number")
    keys = [column.key for column in columns]

    def write(batch: Sequence[Sequence[Any]]) -> None:
        values = [
            _iso_all(values, zone) if column.kind is ColumnKind.MOMENT else values
            for column, values in zip(columns, batch, strict=True)
        ]
        out.write(encoder.encode_lines([dict(zip(keys, row, strict=True)) for row in zip(*values, strict=True)]))

    yield write


def _put(rows: Iterable[Sequence[str]], out: BinaryIO, delimiter: str) -> None:
    text = StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    out.write(text.getvalue().encode())


def _in_a_line(words: str) -> str:
    """Return words without what would begin another line: a key may hold anything."""
    return " ".join(words.split())


def _csv_cells(zone: ZoneInfo, decimal: str) -> dict[ColumnKind, Callable[[Any], str]]:
    return {
        ColumnKind.TEXT: escape_formula,
        ColumnKind.TEXTS: lambda texts: escape_formula(BETWEEN.join(texts)),
        ColumnKind.WHOLE: str,
        ColumnKind.SECONDS: lambda number: _digits(number).replace(".", decimal),
        ColumnKind.NUMBER: lambda number: _digits(number).replace(".", decimal),
        ColumnKind.MONEY: lambda amount: format(amount, "f").replace(".", decimal),
        ColumnKind.FLAG: lambda flag: "true" if flag else "false",
        ColumnKind.MOMENT: lambda moment: local(moment, zone).isoformat(),
    }


def _digits(number: float) -> str:
    """Return a number with all its digits and without an exponent."""
    written = repr(number)
    return format(Decimal(written), "f") if "e" in written else written


def _iso_all(moments: Sequence[int | None], zone: ZoneInfo) -> list[str | None]:
    return [None if moment is None else local(moment, zone).isoformat() for moment in moments]
