"""How rows become a spreadsheet: texts that stay texts, moments that sort, and a sheet about the scope of the rows."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from ressenti.kit.clock import from_us
from ressenti.kit.i18n import Sentence, _, translate
from ressenti.reports.exports.model import ColumnHeading, ColumnKind, ExportScope, WriteRows, local
from ressenti.reports.exports.refusals import TooManyRows
from ressenti.reports.exports.text_lines import BETWEEN

MOST_ROWS = 1_048_575
"""A sheet has 1,048,576 rows; the first is the header."""

_CUT = -2
_FIRST_YEAR = 1900
_WIDTHS = {
    ColumnKind.TEXT: 18,
    ColumnKind.TEXTS: 24,
    ColumnKind.WHOLE: 12,
    ColumnKind.SECONDS: 14,
    ColumnKind.NUMBER: 14,
    ColumnKind.MONEY: 12,
    ColumnKind.FLAG: 12,
    ColumnKind.MOMENT: 27,
}
_WIDE = {"comment": 60, "conversation_id": 24}
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def require_room(count: int) -> None:
    """Refuse more rows than a sheet holds; raises TooManyRows."""
    if count > MOST_ROWS:
        raise TooManyRows(count=count, limit=MOST_ROWS)


@contextmanager
def xlsx_file(scope: ExportScope, columns: Sequence[ColumnHeading], out: BinaryIO) -> Iterator[WriteRows]:
    """Write a workbook with the rows on its first sheet, and on its second what they are."""
    with xlsx_sheets(scope, {scope.what.value: columns}, out) as (write,):
        yield write


@contextmanager
def xlsx_sheets(
    scope: ExportScope, sheets: Mapping[str, Sequence[ColumnHeading]], out: BinaryIO
) -> Iterator[list[WriteRows]]:
    """Write a workbook with these columns on sheets of these names, and on a last one what they are.

    Gives what writes to each sheet, in their order.
    """
    with TemporaryDirectory(prefix="ressenti-export-") as folder:
        book = Workbook(out, {**_OPTIONS, "tmpdir": folder})
        book.set_properties({"title": scope.what.value, "created": from_us(scope.asked_at)})
        pages = [book.add_worksheet(name, _PlainSheet) for name in (*sheets, translate(_("about"), scope.language))]
        try:
            rows = [
                _Rows(book, page, columns, ZoneInfo(scope.zone))
                for page, columns in zip(pages, sheets.values(), strict=False)
            ]
            yield [one.write for one in rows]
            for one in rows:
                one.finish()
            headings = [column for columns in sheets.values() for column in columns]
            about = scope.told(headings, row_count=sum(one.row_count for one in rows), more=_cut(rows))
            _tell(pages[-1], book.add_format({"bold": True}), about)
            book.close()
        finally:
            for page in pages:
                page.let_go()


class _PlainSheet(Worksheet):  # type: ignore[misc]
    """A sheet on which every text is only text.

    XlsxWriter writes a text that begins with `<r>` and ends with `</r>` as markup of its own, and lets through two
    characters that no XML may hold.
    """

    def let_go(self) -> None:
        """Close the file that holds the rows until the workbook is put together."""
        self.row_data_fh.close()

    def _xml_rich_inline_string(self, string: str, attributes: Sequence[Any] = ()) -> None:
        self._xml_inline_string(string, True, attributes)  # noqa: FBT003 - the library's own argument

    def _xml_inline_string(self, string: str, preserve: bool, attributes: Sequence[Any] = ()) -> None:  # noqa: FBT001
        valid = string.replace("\ufffe", "_xFFFE_").replace("\uffff", "_xFFFF_")
        super()._xml_inline_string(valid, preserve, attributes)


class _Rows:
    """The sheet of rows: header, then a row at a time, since only the last one is held."""

    def __init__(self, book: Workbook, sheet: Worksheet, columns: Sequence[ColumnHeading], zone: ZoneInfo) -> None:
        self.row_count = 0
        self.cut_count = 0
        self._book, self._sheet, self._zone = book, sheet, zone
        self._clocks: dict[timedelta | None, Format] = {}
        self._width = len(columns)
        put: dict[ColumnKind, Callable[[int, int, Any], None]] = {
            ColumnKind.TEXT: self._text,
            ColumnKind.TEXTS: lambda row, place, texts: self._text(row, place, BETWEEN.join(texts)),
            ColumnKind.WHOLE: sheet.write_number,
            ColumnKind.SECONDS: sheet.write_number,
            ColumnKind.NUMBER: sheet.write_number,
            ColumnKind.MONEY: self._money,
            ColumnKind.FLAG: sheet.write_boolean,
            ColumnKind.MOMENT: self._moment,
        }
        self._puts = [put[column.kind] for column in columns]
        bold = book.add_format({"bold": True})
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, _WIDE.get(column.key, _WIDTHS[column.kind]))
            sheet.write_string(0, place, column.key, bold)

    def write(self, batch: Sequence[Sequence[Any]]) -> None:
        """Write a batch; raises TooManyRows."""
        require_room(self.row_count + len(batch[0]))
        for values in zip(*batch, strict=True):
            self.row_count += 1
            for place, (put, value) in enumerate(zip(self._puts, values, strict=True)):
                if value is not None:
                    put(self.row_count, place, value)

    def finish(self) -> None:
        """Let every column be filtered."""
        self._sheet.autofilter(0, 0, self.row_count, self._width - 1)

    def _text(self, row: int, place: int, text: str) -> None:
        if text and self._sheet.write_string(row, place, text) == _CUT:
            self.cut_count += 1

    def _money(self, row: int, place: int, amount: Decimal) -> None:
        self._sheet.write_number(row, place, float(amount))

    def _moment(self, row: int, place: int, moment: int) -> None:
        at = local(moment, self._zone)
        if at.year < _FIRST_YEAR:  # a spreadsheet knows no earlier date
            self._sheet.write_string(row, place, at.isoformat())
        else:
            self._sheet.write_datetime(row, place, at.replace(tzinfo=None), self._clock(at))

    def _clock(self, at: datetime) -> Format:
        """Return the number format that shows a date of this offset as ISO 8601: it is still a date."""
        offset = at.utcoffset()
        if offset not in self._clocks:
            written = at.isoformat().removeprefix(at.replace(tzinfo=None).isoformat())
            self._clocks[offset] = self._book.add_format({"num_format": f'yyyy-mm-dd"T"hh:mm:ss"{written}"'})
        return self._clocks[offset]


def _cut(written: Sequence[_Rows]) -> str:
    cut_count = sum(one.cut_count for one in written)
    sentence = _("{count} texts were longer than the 32,767 characters a cell holds, and end there")
    return Sentence(sentence, count=cut_count) if cut_count else ""


def _tell(sheet: Worksheet, bold: Format, pairs: Iterator[tuple[str, str]]) -> None:
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 80)
    for row, (name, words) in enumerate(pairs):
        sheet.write_string(row, 0, name, bold)
        sheet.write_string(row, 1, words)
