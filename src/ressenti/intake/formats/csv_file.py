"""How a CSV file is read: first inspected as a whole, then read record by record."""

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from typing import NoReturn

from ressenti.intake.formats.csv_quotes import LONGEST_FIELD, find_fault
from ressenti.intake.formats.csv_table import CsvTable, GrowsEndlessly, TableRows, is_blank
from ressenti.intake.formats.encoding_ambiguity import EncodingAmbiguity, not_text
from ressenti.intake.formats.findings import CheckedFile, Findings
from ressenti.intake.formats.input_file import InputFile
from ressenti.intake.formats.lines import EndlessLineFound, TextFile, first_bad_byte, without_ending
from ressenti.intake.formats.streams import Readable
from ressenti.intake.model import InputRecord, Rejection, RowWarning
from ressenti.intake.refusals import EndlessLine, MisplacedQuote, UnclosedQuote
from ressenti.intake.values.column_ambiguities import ColumnAmbiguities, ColumnValues, LineOf
from ressenti.intake.values.columns import KNOWN, Header, require
from ressenti.intake.values.parsed_options import ParsedOptions
from ressenti.intake.values.row_errors import RowError
from ressenti.intake.values.rows import RowReader, require_sizes, row_reader
from ressenti.kit.formulas import unescape_formula
from ressenti.kit.i18n import Sentence, _
from ressenti.kit.refusals import Refusal
from ressenti.kit.sizes import MIB

_HANDFUL = 1_000
"""How many rows the first pass looks at together."""


# --- the first pass --------------------------------------------------------------------------------------------------


def inspect(file: InputFile, stream: Readable, options: ParsedOptions) -> Findings:
    """Look through the whole file; raises a Refusal where its encoding, quotes, header or moments do not hold."""
    text = _text(stream, file, options)
    encoding = EncodingAmbiguity(file=file.name, encoding=text.encoding)
    table = CsvTable(text, file.kind, options.delimiter, encoding.look)
    columns = ColumnAmbiguities(file.name, file.kind, options)
    try:
        with _broken_rows_refused(file, table, options):
            rows = table.open()
            count, blank_count = _look_through(rows, table, columns, file) if rows else (0, 0)
    except (UnclosedQuote, MisplacedQuote, EndlessLine):
        encoding.settle()  # in another encoding, quotes are not what they seem
        raise
    encoding.settle()
    column_findings = columns.settle(rows.header if rows else None)
    return Findings(
        header=rows.header if rows else None,
        record_count=count,
        encoding=text.encoding.codec,
        is_encoding_marked=bool(text.encoding.mark),
        delimiter=table.delimiter,
        is_delimiter_sniffed=table.is_sniffed,
        blank_count=blank_count + table.window.lines_before,
        columns=column_findings,
    )


def _look_through(rows: TableRows, table: CsvTable, columns: ColumnAmbiguities, file: InputFile) -> tuple[int, int]:
    """Return how many rows and how many blank lines stand below the header."""
    _require_header(rows.header, table, file)
    window, reader = table.window, rows.reader
    row_count = blank_count = 0
    while True:
        handful: list[list[str]] = []
        ends = [window.taken]
        for cells in islice(reader, _HANDFUL):
            handful.append(cells)
            window.taken = end = reader.line_num
            ends.append(end)
        if not handful:
            return row_count, blank_count
        widths = set(map(len, handful))
        blanks = sum(map(is_blank, handful)) if min(widths) < 2 else 0
        blank_count += blanks
        row_count += len(handful) - blanks
        if widths != {width := len(rows.header.names)}:  # in a row of more or fewer cells nobody knows which is which
            handful = [cells if len(cells) == width else [""] * width for cells in handful]
        columns.look(_by_column(rows.header, handful), _line_of(ends, window.lines_before))


def _line_of(ends: list[int], lines_before: int) -> LineOf:
    return lambda index: ends[index] + lines_before + 1


def _by_column(header: Header, handful: list[list[str]]) -> ColumnValues:
    known = KNOWN[header.kind]
    return {name: cells for name, cells in zip(header.names, zip(*handful, strict=True), strict=True) if name in known}


def _require_header(header: Header, table: CsvTable, file: InputFile) -> None:
    window = table.window
    line = window.lines_before + 1
    if (raw := window.undecodable_line(0, window.taken)) is not None:
        raise not_text(file.name, line, raw, table.encoding)
    require(header, file=file.name, line=line)


@contextmanager
def _broken_rows_refused(file: InputFile, table: CsvTable, options: ParsedOptions) -> Iterator[None]:
    try:
        yield
    except EndlessLineFound:
        window = table.window
        raise EndlessLine(file=file.name, line=window.lines_before + window.first + len(window.raw) + 1) from None
    except (csv.Error, GrowsEndlessly):
        raise _quote_refusal(file, table, options) from None


def _quote_refusal(file: InputFile, table: CsvTable, options: ParsedOptions) -> Refusal:
    """Read the row that broke once more, to say where its quotes went wrong."""
    before = table.window.lines_before + table.window.taken
    with file.open() as stream:
        blocks = (lines.texts for lines in _text(stream, file, options))
        texts = islice(chain.from_iterable(blocks), before, None)
        fault = find_fault(texts, table.delimiter, first_line=before + 1)
    if fault.broken is None:
        return UnclosedQuote(file=file.name, line=fault.opened)
    return MisplacedQuote(file=file.name, line=fault.broken, opened=fault.opened)


def _text(stream: Readable, file: InputFile, options: ParsedOptions) -> TextFile:
    return TextFile(stream, options.codec, name=file.name, longest=LONGEST_FIELD, may_cut=False)


# --- the second pass -------------------------------------------------------------------------------------------------


def take(
    checked: CheckedFile, stream: Readable, options: ParsedOptions, *, now: int, skip: int
) -> Iterator[InputRecord]:
    """Yield the records behind the first `skip`."""
    file = checked.file
    table = CsvTable(_text(stream, file, options), file.kind, options.delimiter)
    with _broken_rows_refused(file, table, options):
        if rows := table.open():
            warnings: list[RowWarning] = []
            numbers = checked.findings.columns.numbers
            read = row_reader(rows.header, options, now=now, warnings=warnings, numbers=numbers)
            yield from _records(table, rows, read, warnings, skip)


def _records(
    table: CsvTable, rows: TableRows, read: RowReader, warnings: list[RowWarning], skip: int
) -> Iterator[InputRecord]:
    window, reader, bare = table.window, rows.reader, without_ending(table.encoding)
    names = rows.header.names
    width, lines_before, is_ours = len(names), window.lines_before, rows.header.is_ours
    offset = window.offset + len(window.of_row(0, window.taken))
    start = window.taken
    for cells in reader:
        end = reader.line_num
        whole = window.of_row(start, end)
        first, start, window.taken = start, end, end
        here, offset = offset, offset + len(whole)
        if (len(cells) != width or width == 1) and is_blank(cells):
            continue
        if skip:
            skip -= 1
            continue
        raw = bare(whole)
        try:
            if window.is_suspicious:
                _require_text(cells, window.undecodable_line(first, end), table)
            if len(whole) > MIB:
                require_sizes(zip(names, cells, strict=False))
            if len(cells) != width:
                _refuse_width(cells, width)
            row = read([unescape_formula(cell) for cell in cells] if is_ours else cells)
        except RowError as error:
            warnings.clear()
            yield InputRecord(lines_before + first + 1, here, raw, None, _reject(error, cells))
            continue
        if warnings:
            yield InputRecord(lines_before + first + 1, here, raw, row, None, tuple(dict.fromkeys(warnings)))
            warnings.clear()
        else:
            yield InputRecord(lines_before + first + 1, here, raw, row)


def _require_text(cells: Sequence[str], undecodable: bytes | None, table: CsvTable) -> None:
    codec = table.encoding.codec
    if undecodable is not None:
        raise RowError(
            "encoding",
            Sentence(
                _("the byte 0x{byte:02X} is not {encoding}"),
                byte=first_bad_byte(undecodable, codec),
                encoding=codec.upper(),
            ),
        )
    if any("\0" in cell for cell in cells):
        raise RowError("control_character", Sentence(_("the row holds a NUL character")))


def _refuse_width(cells: Sequence[str], width: int) -> NoReturn:
    raise RowError(
        "columns", Sentence(_("there are {count} cells, but the header has {width}"), count=len(cells), width=width)
    )


def _reject(error: RowError, cells: Sequence[str]) -> Rejection:
    if error.code in {"missing", "columns"} and not any(map(str.strip, cells)):
        return Rejection("empty_row", "every cell of the row is empty")
    return Rejection(error.code, error.detail)
