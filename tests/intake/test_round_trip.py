"""Whatever is written in a form we read comes back, cell for cell and byte for byte."""

import codecs
import csv
import io
import json
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from ressenti.intake.model import FileKind, InputRecord
from ressenti.intake.values.timestamps import EARLIEST
from ressenti.kit.clock import from_us
from ressenti.kit.keys import id_before_float, normalize_key
from tests.support.reading import NOW, codes, row, taken, write

COLUMNS = ("message_id", "conversation_id", "created_at", "author_role", "text", "mood")
ENDINGS = st.sampled_from(["\n", "\r\n", "\r"])
ENCODINGS = st.sampled_from(
    [
        ("utf-8", b""),
        ("utf-8", codecs.BOM_UTF8),
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
        ("utf-32-le", codecs.BOM_UTF32_LE),
    ]
)

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
keys = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20).filter(
    lambda text: text == normalize_key(text) == id_before_float(text) and not text.startswith("\ufeff")
)
moments = st.integers(EARLIEST, NOW)
roles = st.sampled_from(["visitor", "agent", "bot", "system"])
messages = st.tuples(keys, keys, moments, roles, texts, texts)
tables = st.lists(messages, max_size=12)


def expected(message: tuple[Any, ...]) -> dict[str, Any]:
    named = dict(zip(COLUMNS, message, strict=True))
    mood = named.pop("mood")
    return named | {"automatic": False, "internal": False} | ({"attributes": {"mood": mood}} if mood else {})


def iso(moment: int) -> str:
    return from_us(moment).isoformat()


def come_back(name: str, content: bytes, *, skip: int = 0, **options: Any) -> list[InputRecord]:
    with tempfile.TemporaryDirectory() as folder:
        return taken(write(Path(folder), name, content), skip=skip, **options)


def as_csv(table: Sequence[tuple[Any, ...]], *, ending: str, delimiter: str = ",") -> str:
    """Write a table with as few quotes as its line ending allows: the csv module knows which only for CR LF."""
    written = io.StringIO(newline="")
    quoting: Any = csv.QUOTE_MINIMAL if ending == "\r\n" else csv.QUOTE_ALL
    writer = csv.writer(written, lineterminator=ending, delimiter=delimiter, quoting=quoting)
    writer.writerow(COLUMNS)
    writer.writerows([*message[:2], iso(message[2]), *message[3:]] for message in table)
    return written.getvalue()


def as_objects(table: Sequence[tuple[Any, ...]]) -> list[dict[str, Any]]:
    return [dict(zip(COLUMNS, [*one[:2], iso(one[2]), *one[3:]], strict=True)) for one in table]


class TestCSV:
    @given(tables, ENDINGS, st.sampled_from(",;\t|"), ENCODINGS, st.integers(0, 15))
    @example([("a", "b", NOW, "bot", 'x "y"\r\n,;\n\r', "\u2028")], "\r\n", ",", ("utf-8", b""), 0)
    def test_any_table_comes_back(
        self, table: list[tuple[Any, ...]], ending: str, delimiter: str, encoding: tuple[str, bytes], skip: int
    ) -> None:
        codec, mark = encoding
        content = mark + as_csv(table, ending=ending, delimiter=delimiter).encode(codec)

        found = come_back("messages.csv", content)

        assert [row(FileKind.MESSAGES, record) for record in found] == [expected(message) for message in table]
        assert come_back("messages.csv", content, skip=skip) == found[skip:]

    @given(tables, ENDINGS, ENCODINGS)
    def test_the_bytes_of_the_records_are_those_of_the_file(
        self, table: list[tuple[Any, ...]], ending: str, encoding: tuple[str, bytes]
    ) -> None:
        codec, mark = encoding
        content = mark + as_csv(table, ending=ending).encode(codec)
        head = mark + as_csv([], ending=ending).encode(codec)

        found = come_back("messages.csv", content)

        assert head + b"".join(record.raw + ending.encode(codec) for record in found) == content
        assert [content[record.offset :][: len(record.raw)] for record in found] == [record.raw for record in found]

    @given(st.binary(max_size=400))
    def test_no_bytes_lose_a_line_or_break_the_reading(self, junk: bytes) -> None:
        body = junk.replace(b'"', b"'")
        content = b"agent_id,name\n" + body

        found = come_back("agents.csv", content, encoding="latin-1", delimiter=",")

        lines = [line for line in body.splitlines() if line.decode("latin-1").strip()]
        assert [record.raw for record in found] == lines


class TestJSONL:
    @given(tables, ENCODINGS, st.booleans(), st.integers(0, 15))
    def test_any_table_comes_back(
        self, table: list[tuple[Any, ...]], encoding: tuple[str, bytes], is_ascii: bool, skip: int
    ) -> None:
        codec, mark = encoding
        lines = [json.dumps(one, ensure_ascii=is_ascii) for one in as_objects(table)]
        content = mark + "".join(f"{line}\n" for line in lines).encode(codec)

        found = come_back("messages.jsonl", content)

        assert [row(FileKind.MESSAGES, record) for record in found] == [expected(message) for message in table]
        assert [record.raw.decode(codec) for record in found] == lines
        assert come_back("messages.jsonl", content, skip=skip) == found[skip:]

    @given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=5))
    def test_no_value_breaks_the_reading(self, value: Any) -> None:
        line = json.dumps({"agent_id": "a1", "name": value, "group": value, "kind": value, "other": value})

        (record,) = come_back("agents.jsonl", line.encode())

        assert record.raw == line.encode()
        assert codes([record])[0] in {"", "type", "choice", "number", "unicode", "control_character", "too_long"}


class TestForms:
    @given(tables)
    def test_a_table_means_the_same_in_every_text_form(self, table: list[tuple[Any, ...]]) -> None:
        jsonl = "".join(json.dumps(one) + "\n" for one in as_objects(table)).encode()
        comma = as_csv(table, ending="\r\n").encode()

        rows = [
            [record.row for record in come_back(*file)] for file in [("messages.csv", comma), ("messages.jsonl", jsonl)]
        ]

        assert rows[0] == rows[1]

    def test_the_present_is_that_of_the_tests(self) -> None:
        assert from_us(NOW) == datetime(2026, 11, 22, 12, tzinfo=UTC)
