"""What the four forms do to a value: nothing, but for what would become a formula, or not fit, in a spreadsheet."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, cast

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ressenti.indicators.model import Anchor, Filter, Question
from ressenti.kit.formulas import escape_formula
from ressenti.kit.refusals import Exit
from ressenti.reports.exports import Export, ExportFormat, export
from ressenti.reports.exports.columns import EXTRACTS, ExportColumn
from ressenti.reports.exports.formats import writing
from ressenti.reports.exports.model import ColumnKind, ExportScope
from ressenti.reports.exports.refusals import TooManyRows
from ressenti.reports.exports.workbook import MOST_ROWS, require_room
from tests.support.exported import READERS, Company, company, furnish, read_jsonl, sheet
from tests.support.small_records import NOW

HOSTILE = {
    '=HYPERLINK("https://example.org","free")': True,
    "+33 1 23 45 67 89": True,
    "-1": True,
    "@SUM(A1)": True,
    "\t=1+1": True,
    "\r=1+1": True,
    "'=1+1": True,
    'She said "never again", twice': False,
    "first line\nsecond line\r\nthird; line": False,
    "مرحبا، كيف حالك؟": False,
    "\u202eecalp eht si siht": False,
    "👩🏽‍💻 très déçu 🤬": False,
    "<script>alert(1)</script>": False,
    "<r><t>x</t></r>": False,
    "<r></c></row></sheetData></r>": False,
    "_x000D_ and _x005F_": False,
    "a\x07bell and a\x1bescape": False,
    "no character: \ufffe \uffff": False,
    "  spaces around  ": False,
    "{=1+1}": False,
    "007": False,
    "1e5": False,
    "https://example.org/?a=1&b=2": False,
    "NULL": False,
}
"""Comments, and whether a spreadsheet would take them for formulas."""

SCOPE = ExportScope(
    what=Export.COMMENTS,
    projects=("default",),
    zone="Europe/Paris",
    anchor=Anchor.CLOSED,
    start=None,
    end=None,
    where=(),
    as_of=0,
    asked_at=NOW,
)


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    with company(tmp_path_factory.mktemp("full")) as one:
        furnish(one)
        yield one


def file(form: str, kinds: dict[str, ColumnKind], *rows: Any) -> bytes:
    """Return a file with columns of these kinds and rows of these values."""
    out = io.BytesIO()
    columns = [ExportColumn(key, kind, key, lambda _batch: ()) for key, kind in kinds.items()]
    with writing(ExportFormat(form), SCOPE, columns, out) as write:
        write(list(zip(*rows, strict=True)))
    return out.getvalue()


def one(form: str, kind: ColumnKind, value: Any) -> Any:
    """Return a value as it is read back."""
    return READERS[form](file(form, {"value": kind}, [value]))[0]["value"]


@pytest.mark.parametrize("what", Export)
def test_every_form_holds_the_same_rows(full: Company, what: Export) -> None:
    anchor = Anchor.CLOSED if what is Export.HANDLINGS else Anchor.ANSWERED
    rows = full.read(what, anchor=anchor)

    assert rows
    assert full.read(what, "csv", anchor=anchor) == [{key: cell(value) for key, value in row.items()} for row in rows]
    assert full.read(what, "xlsx", anchor=anchor) == [
        {key: joined(value) or None if isinstance(value, list) else value for key, value in row.items()} for row in rows
    ]
    assert [
        {key: value.isoformat() if key.endswith("_at") and value else value for key, value in row.items()}
        for row in full.read(what, "parquet", anchor=anchor)
    ] == rows


def joined(values: list[str]) -> str:
    return ";".join(values)


def cell(value: Any) -> str:
    if isinstance(value, list):
        return joined(value)
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def zipped(found: bytes) -> bytes:
    """Return the table in a ZIP."""
    with zipfile.ZipFile(io.BytesIO(found)) as bundle:
        return bundle.read(bundle.namelist()[0])


@pytest.mark.parametrize("what", Export)
@pytest.mark.parametrize("form", ExportFormat)
def test_an_export_of_nothing_has_its_columns_and_no_row(full: Company, what: Export, form: ExportFormat) -> None:
    found = full.take(what, form, end=0)
    keys = [column.key for column in EXTRACTS[what].columns]
    header: dict[ExportFormat, Any] = {
        ExportFormat.CSV: lambda: found.decode().rstrip("\r\n").split(","),
        ExportFormat.ZIP: lambda: zipped(found).decode("utf-8-sig").rstrip("\r\n").split(","),
        ExportFormat.JSONL: lambda: keys if found == b"" else None,
        ExportFormat.PARQUET: lambda: pq.read_schema(io.BytesIO(found)).names,
        ExportFormat.XLSX: lambda: sheet(found, 1)[0],
    }

    assert READERS[form](found) == []
    assert header[form]() == keys


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_the_same_text_in_every_form(text: str) -> None:
    written = {form: one(form, ColumnKind.TEXT, text) for form in ("jsonl", "parquet", "xlsx", "csv")}

    assert written == {
        "jsonl": text,
        "parquet": text,
        "xlsx": text,
        "csv": escape_formula(text),
    }
    assert escape_formula(text).startswith("'") == HOSTILE[text]


def test_hostile_comments_come_through_from_the_record(tmp_path: Path) -> None:
    with company(tmp_path) as empty:
        for moment, text in enumerate(HOSTILE):
            empty.survey(None, moment, csat=1, comment=text)
        said = {
            form: [row["comment"] for row in empty.read("comments", form, anchor=Anchor.ANSWERED)] for form in READERS
        }

    assert said["jsonl"] == list(HOSTILE)
    assert said["parquet"] == said["xlsx"] == said["jsonl"]
    assert said["csv"] == [escape_formula(text) for text in HOSTILE]


def test_a_list_whose_first_name_looks_like_a_formula_is_no_formula() -> None:
    assert one("csv", ColumnKind.TEXTS, ["-vip", "=late"]) == "'-vip;'=late"
    assert one("jsonl", ColumnKind.TEXTS, ["-vip", "=late"]) == ["-vip", "=late"]


def test_a_text_that_begins_with_nul_is_held_off_too() -> None:
    assert escape_formula("\0=1") == "'\0=1"


def test_numbers_below_zero_are_numbers_not_formulas() -> None:
    row = [Decimal("-12.5"), -3]
    found = file("csv", {"revenue": ColumnKind.MONEY, "count": ColumnKind.WHOLE}, row)

    assert found == b"revenue,count\r\n-12.5,-3\r\n"


@given(st.lists(st.text(st.characters(codec="utf-8")), min_size=1, max_size=5))
def test_any_text_comes_back_from_csv_and_json(texts: list[str]) -> None:
    rows = [[text] for text in texts]
    from_csv = [
        row[0] if row else ""
        for row in csv.reader(io.StringIO(file("csv", {"t": ColumnKind.TEXT}, *rows).decode(), ""))
    ]

    assert from_csv[1:] == [escape_formula(text) for text in texts]
    assert [row["t"] for row in read_jsonl(file("jsonl", {"t": ColumnKind.TEXT}, *rows))] == texts


def test_csv_is_rfc_4180_in_utf_8_without_a_mark() -> None:
    found = file("csv", {"comment": ColumnKind.TEXT, "tags": ColumnKind.TEXTS}, ['a "b", c\nd', ["é", "x"]], [None, []])

    assert found == 'comment,tags\r\n"a ""b"", c\nd",é;x\r\n,\r\n'.encode()


@pytest.mark.parametrize(
    ("seconds", "written"), [(90, "90"), (90.25, "90.25"), (1e-06, "0.000001"), (4 / 3, "1.3333333333333333"), (0, "0")]
)
def test_durations_have_all_their_digits_and_whole_ones_no_decimals(seconds: float, written: str) -> None:
    found = file("csv", {"s": ColumnKind.SECONDS}, [seconds])

    assert found == f"s\r\n{written}\r\n".encode()
    assert json.loads(file("jsonl", {"s": ColumnKind.SECONDS}, [seconds])) == {"s": seconds}
    assert one("parquet", ColumnKind.SECONDS, seconds) == seconds
    assert one("xlsx", ColumnKind.SECONDS, seconds) == pytest.approx(seconds, rel=1e-15)


def test_json_writes_whole_numbers_and_amounts_as_they_are() -> None:
    found = file("jsonl", {"s": ColumnKind.SECONDS, "m": ColumnKind.MONEY}, [90, Decimal("12.5")], [None, Decimal(3)])

    assert found == b'{"s":90,"m":12.5}\n{"s":null,"m":3}\n'


def test_parquet_has_real_types() -> None:
    kinds = {kind.value: kind for kind in ColumnKind}
    schema = pq.read_schema(io.BytesIO(file("parquet", kinds, [None] * len(kinds))))

    assert dict(zip(schema.names, schema.types, strict=True)) == {
        "text": pa.string(),
        "texts": pa.list_(pa.string()),
        "whole": pa.int64(),
        "seconds": pa.float64(),
        "number": pa.float64(),
        "money": pa.decimal128(38, 6),
        "flag": pa.bool_(),
        "moment": pa.timestamp("us", tz="Europe/Paris"),
    }


def test_parquet_gathers_batches_into_groups_of_rows() -> None:
    out = io.BytesIO()
    with writing(
        ExportFormat.PARQUET, SCOPE, [ExportColumn("n", ColumnKind.WHOLE, "a number", lambda _batch: ())], out
    ) as write:
        for start in range(0, 120_000, 5_000):
            write([range(start, start + 5_000)])
    found = pq.ParquetFile(out)

    assert found.read().column("n").to_pylist() == list(range(120_000))
    assert [found.metadata.row_group(i).num_rows for i in range(found.num_row_groups)] == [50_000, 50_000, 20_000]


def test_files_with_room_for_it_tell_what_they_hold(full: Company) -> None:
    asked = {"where": (Filter("channel", ("Chat", "")), Filter("rating", ("5",))), "zone": "Europe/Paris", "start": 0}
    said = {
        "export": "conversations",
        "projects": "default",
        "from": "1970-01-01T01:00:00+01:00",
        "last day": "",
        "dated by": "closing",
        "zone": "Europe/Paris",
        "where": "Channel = Chat or none and Satisfaction rating = 5",
        "asked at": "2027-01-15T09:00:00+01:00",
        "as of": str(max(full.fact_store.using(lambda facts: facts.watermarks()).values())),
    }
    parquet = pq.read_schema(io.BytesIO(full.take("conversations", "parquet", **asked))).metadata
    about = [tuple(row) for row in sheet(full.take("conversations", "xlsx", **asked), 2)]

    assert json.loads(parquet[b"ressenti"]) == said
    assert about[: len(said)] == list(said.items())
    assert ("rows", "1") in about
    assert ("first_response_s", "from the visitor's first message to the first answer by a person (D7)") in about


def test_a_sheet_has_a_bold_header_that_stays_and_columns_that_can_be_filtered() -> None:
    found = zipfile.ZipFile(io.BytesIO(file("xlsx", {"a": ColumnKind.TEXT, "b": ColumnKind.WHOLE}, ["x", 1])))
    rows = found.read("xl/worksheets/sheet1.xml").decode()

    assert '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' in rows
    assert '<autoFilter ref="A1:B2"/>' in rows
    assert '<c r="A1" s="1" t="inlineStr">' in rows
    assert "<b/>" in found.read("xl/styles.xml").decode()


def test_a_date_before_spreadsheets_have_any_is_written_out() -> None:
    assert one("xlsx", ColumnKind.MOMENT, -3_000_000_000_000_000) == "1874-12-07T18:49:21+00:09:21"


def test_a_text_too_long_for_a_cell_is_cut_and_the_file_says_so() -> None:
    found = file("xlsx", {"comment": ColumnKind.TEXT}, ["x" * 40_000], ["🤬" * 20_000], ["short"])

    assert [len(row[0]) for row in sheet(found, 1)] == [7, 32_767, 16_383, 5]
    assert any(name == "cut" and words.startswith("2 texts") for name, words in sheet(found, 2))


def test_more_rows_than_a_sheet_has_are_refused_with_a_way_out() -> None:
    require_room(MOST_ROWS)
    with pytest.raises(TooManyRows) as refused:
        require_room(1_048_576)

    assert refused.value.say() == (
        "1048576 rows are more than a spreadsheet holds (at most 1048575). Use csv, or a shorter period."
    )
    assert refused.value.exit_code == Exit.WRONG_USE


class Pipe:
    """A place to write that cannot go back, nor tell where it is."""

    def __init__(self) -> None:
        self.written = b""

    def write(self, piece: bytes) -> int:
        self.written += bytes(piece)
        return len(piece)

    def flush(self) -> None:
        pass


@pytest.mark.parametrize("form", ExportFormat)
def test_an_export_can_be_written_to_a_pipe(full: Company, form: ExportFormat) -> None:
    pipe = Pipe()
    question = Question(indicator="", now=NOW)
    full.fact_store.using(
        lambda facts: export(Export.COMMENTS, form, question, facts, full.store, cast("BinaryIO", pipe))
    )

    assert [row["comment"] for row in READERS[form](pipe.written)] == ["Très bien, « merci »"]


def fail(form: ExportFormat) -> None:
    """Begin a file that ends badly."""
    columns = [ExportColumn("n", ColumnKind.WHOLE, "a number", lambda _batch: ())]
    with writing(form, SCOPE, columns, io.BytesIO()) as write:
        write([[1]])
        raise OSError("the disk is full")


@pytest.mark.parametrize("form", ExportFormat)
def test_an_export_that_fails_leaves_no_file_of_its_own_behind(
    form: ExportFormat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    with pytest.raises(OSError, match="the disk is full"):
        fail(form)

    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("form", ExportFormat)
def test_the_same_question_gives_the_same_bytes(full: Company, form: ExportFormat) -> None:
    assert full.take("conversations", form) == full.take("conversations", form)
