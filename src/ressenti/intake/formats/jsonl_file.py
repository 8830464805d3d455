"""How a file of one JSON object a line is read: first inspected as a whole, then read record by record."""

from collections.abc import Callable, Collection, Iterator
from typing import Any, NamedTuple

from ressenti.intake.formats.encoding import Encoding
from ressenti.intake.formats.encoding_ambiguity import EncodingAmbiguity
from ressenti.intake.formats.findings import CheckedFile, Findings
from ressenti.intake.formats.input_file import InputFile
from ressenti.intake.formats.json_object import JsonCells, read_object
from ressenti.intake.formats.lines import LongLine, TextFile, first_bad_byte, without_ending
from ressenti.intake.formats.streams import Readable
from ressenti.intake.model import FileKind, InputRecord, Rejection, RowWarning
from ressenti.intake.refusals import JSONArray
from ressenti.intake.values.column_ambiguities import ColumnAmbiguities, ColumnFindings
from ressenti.intake.values.columns import KNOWN, REJECTED_BECAUSE, Header, require
from ressenti.intake.values.parsed_options import ParsedOptions
from ressenti.intake.values.row_errors import RowError
from ressenti.intake.values.rows import require_sizes, row_reader
from ressenti.kit.i18n import Sentence, _
from ressenti.kit.sizes import MIB

LONGEST_LINE = 2 * MIB
_HANDFUL = 1_000
"""How many lines the first pass looks at together."""
MOST_NAMES = 10_000
"""How many different keys of a file are told apart in the first pass; nobody's export has more."""
_COMMENTS = ("#", "//")


class RecordLine(NamedTuple):
    """One line of the file that holds a record, with its number and first byte."""

    number: int
    offset: int
    raw: bytes
    text: str
    is_text: bool


class RecordLines:
    """The lines of a file that hold records; blank lines and comments are counted."""

    def __init__(self, text: TextFile, ambiguity: EncodingAmbiguity | None = None) -> None:
        self.encoding: Encoding = text.encoding
        self.blank_count = 0
        self._text = text
        self._ambiguity = ambiguity

    def __iter__(self) -> Iterator[RecordLine]:
        number, offset = 0, self._text.offset
        for lines in self._text:
            if self._ambiguity:
                self._ambiguity.look(lines)
            for index, (raw, text) in enumerate(zip(lines.raw, lines.texts, strict=True)):
                number, here = number + 1, offset
                offset += raw.whole_size if isinstance(raw, LongLine) else len(raw)
                start = text.lstrip()
                if (start and not start.startswith(_COMMENTS)) or isinstance(raw, LongLine):
                    yield RecordLine(number, here, raw, text, index not in lines.undecodable)
                else:
                    self.blank_count += 1


# --- the first pass --------------------------------------------------------------------------------------------------


def inspect(file: InputFile, stream: Readable, options: ParsedOptions) -> Findings:
    """Look through the whole file; raises a Refusal where its encoding, keys or moments do not hold."""
    text = text_of(stream, file, options)
    encoding = EncodingAmbiguity(file=file.name, encoding=text.encoding)
    lines = RecordLines(text, encoding)
    survey = ObjectSurvey(file, options)
    for line in lines:
        if survey.line_count == 0:
            _refuse_document(file, line)
        survey.look(line)
    encoding.settle()
    header = survey.header()
    if header:
        require(header, file=file.name, line=survey.first_line)
    columns = survey.settle()
    return Findings(
        header=header,
        record_count=survey.line_count,
        encoding=text.encoding.codec,
        is_encoding_marked=bool(text.encoding.mark),
        blank_count=lines.blank_count,
        columns=columns,
    )


class ObjectSurvey:
    """What the objects of a file have in common: their keys, in the order they came; and what their columns hold."""

    def __init__(self, file: InputFile, options: ParsedOptions, *, certain: Collection[str] = ()) -> None:
        """Survey a file; `certain` names the columns whose numbers the file itself holds as numbers."""
        self.line_count = 0
        self.first_line = 1
        self._kind = kind = file.kind
        self._columns = ColumnAmbiguities(file.name, kind, options, certain=certain)
        self._handful: list[JsonCells] = []
        self._lines: list[int] = []
        self._names: dict[str, None] = {}

    def look(self, line: RecordLine) -> None:
        """Take in one line; what is wrong with it alone is said in the second pass."""
        self.line_count += 1
        cells = _cells_or_none(line, self._kind)
        if cells is None:
            return
        if not self._names:
            self.first_line = line.number
        has_room = len(self._names) < MOST_NAMES
        self._names.update(dict.fromkeys(cells if has_room else cells.keys() & KNOWN[self._kind].keys()))
        self._handful.append(cells)
        self._lines.append(line.number)
        if len(self._handful) == _HANDFUL:
            self._look_at_columns()

    def settle(self) -> ColumnFindings:
        """Return what was found in the columns; raises a Refusal where one cannot be believed as it is."""
        self._look_at_columns()
        return self._columns.settle(self.header())

    def _look_at_columns(self) -> None:
        handful, lines = self._handful, self._lines
        if handful:
            known = [name for name in KNOWN[self._kind] if name in self._names]
            columns = {name: [cells.get(name, "") for cells in handful] for name in known}
            self._columns.look(columns, lines.__getitem__)
            handful.clear()
            lines.clear()

    def header(self) -> Header | None:
        """Return the keys of all objects together, None where there was no object."""
        return Header(self._kind, tuple(self._names)) if self._names else None


def _cells_or_none(line: RecordLine, kind: FileKind) -> JsonCells | None:
    if not line.is_text or isinstance(line.raw, LongLine):
        return None
    try:
        return read_object(line.text, kind)
    except RowError:
        return None


def _refuse_document(file: InputFile, line: RecordLine) -> None:
    start = line.text.strip()
    if start.startswith("[") or start == "{":
        raise JSONArray(file=file.name, line=line.number)


# --- the second pass -------------------------------------------------------------------------------------------------


def take(
    checked: CheckedFile, stream: Readable, options: ParsedOptions, *, now: int, skip: int
) -> Iterator[InputRecord]:
    """Yield the records behind the first `skip`."""
    lines = RecordLines(text_of(stream, checked.file, options))
    record = record_reader(checked, options, lines.encoding, now=now, is_sparse=True)
    for line in lines:
        if skip:
            skip -= 1
        else:
            yield record(line)


def record_reader(
    checked: CheckedFile, options: ParsedOptions, encoding: Encoding, *, now: int, is_sparse: bool = False
) -> Callable[[RecordLine], InputRecord]:
    """Return what turns a line into a Record; made once for a file.

    `is_sparse` says that each object speaks only of the keys it has.
    """
    every = frozenset(checked.columns)
    seen: dict[frozenset[str], frozenset[str]] = {}
    kind = checked.kind
    header = checked.findings.header or Header(kind, ())
    known = header.known
    warnings: list[RowWarning] = []
    bare = without_ending(encoding)
    numbers = checked.findings.columns.numbers
    read = row_reader(Header(kind, known), options, now=now, warnings=warnings, numbers=numbers)

    def record(line: RecordLine) -> InputRecord:
        raw = bare(line.raw)
        try:
            cells = _cells(line, kind, encoding)
            if len(raw) > MIB:
                require_sizes(cells.items())
            given = frozenset(cells)
            row = read([cells.pop(name, "") for name in known])
        except RowError as error:
            warnings.clear()
            return InputRecord(line.number, line.offset, raw, None, Rejection(error.code, error.detail))
        cells.pop(REJECTED_BECAUSE, None)
        if attributes := {name: value for name, value in cells.items() if value}:
            row = row._replace(attributes=attributes)
        odd, warnings[:] = tuple(dict.fromkeys(warnings)), []
        sparse = None if not is_sparse or given == every else seen.setdefault(given, given)
        return InputRecord(line.number, line.offset, raw, row, None, odd, sparse)

    return record


def _cells(line: RecordLine, kind: FileKind, encoding: Encoding) -> dict[str, Any]:
    if isinstance(line.raw, LongLine):
        size = line.raw.whole_size
        raise RowError(
            "line_too_long",
            Sentence(_("the line has {size:,} bytes; it may have {most:,}"), size=size, most=LONGEST_LINE),
        )
    if not line.is_text:
        codec = encoding.codec
        raise RowError(
            "encoding",
            Sentence(
                _("the byte 0x{byte:02X} is not {encoding}"),
                byte=first_bad_byte(line.raw, codec),
                encoding=codec.upper(),
            ),
        )
    return read_object(line.text, kind)


def text_of(stream: Readable, file: InputFile, options: ParsedOptions) -> TextFile:
    """Return the lines of the file."""
    return TextFile(stream, options.codec, name=file.name, longest=LONGEST_LINE, may_cut=True)
