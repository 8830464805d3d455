"""A small company of which everything is exported, and readers that look at each form with other eyes than ours."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pyarrow.parquet as pq

from ressenti.facts.store import FactStore
from ressenti.indicators.model import Question
from ressenti.kit.clock import to_us
from ressenti.record import tables as t
from ressenti.reports.exports import Export, ExportFormat, export
from tests.support.small_records import NOW, SmallRecord

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def at(text: str) -> float:
    """Return a moment written in ISO 8601 as seconds since the epoch; UTC where no offset is written."""
    moment = datetime.fromisoformat(text)
    return to_us(moment if moment.tzinfo else datetime.fromisoformat(f"{text}+00:00")) / 1_000_000


class Company(SmallRecord):
    """A record, its facts once they are asked for, and exports of them."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._fact_store: FactStore | None = None

    @property
    def fact_store(self) -> FactStore:
        if self._fact_store is None:
            self._fact_store = FactStore(self.store)
        return self._fact_store

    def forget(self) -> None:
        """Open the facts anew the next time they are asked for."""
        self._fact_store = None

    def close(self) -> None:
        if self._fact_store is not None:
            self._fact_store.close()
        self.store.close()

    def employ(self, key: str, name: str | None = None, kind: str = "human") -> int:
        """Return a respondent with a name."""
        who = self.respondent(key, kind)
        self.change(t.respondent, who, name=name)
        return who

    def change(self, table: Any, own_id: int, **values: Any) -> None:
        """Change columns of a row of the record."""
        with self.store.write() as connection:
            connection.execute(table.update().where(table.c.id == own_id).values(**values))

    def take(self, what: str, form: str = "jsonl", **asked: Any) -> bytes:
        """Return an export as it stands in the file."""
        out = io.BytesIO()
        question = Question(indicator="ignored", now=NOW, **asked)
        count = self.fact_store.using(
            lambda facts: export(Export(what), ExportFormat(form), question, facts, self.store, out)
        )
        assert count == len(READERS[form](out.getvalue()))
        return out.getvalue()

    def read(self, what: str, form: str = "jsonl", **asked: Any) -> list[dict[str, Any]]:
        """Return the rows of an export."""
        return READERS[form](self.take(what, form, **asked))

    def column(self, what: str, key: str, **asked: Any) -> list[Any]:
        """Return one column of an export."""
        return [row[key] for row in self.read(what, **asked)]


@contextmanager
def company(folder: Path) -> Iterator[Company]:
    """Give a company without a conversation."""
    one = Company(folder)
    try:
        yield one
    finally:
        one.close()


def furnish(one: Company) -> None:
    """Let a company have had every kind of conversation once."""
    ana, leo = one.employ("ana", "Ana Ruiz"), one.employ("leo")
    robo = one.employ("robo", "Robo", "bot")
    care, sales = one.group("Care"), one.group("Sales")
    for who, group in ((ana, care), (leo, sales), (robo, care)):
        one.member(who, group)
    labels: dict[str, Any] = {f"{kind}_id": one.label(kind, key) for kind, key in LABELS.items()}
    survey = labels.pop("survey_id")
    vip, late = one.label("tag", "vip"), one.label("tag", "late")
    start = at("2024-05-14T10:00")
    rich = one.conversation(
        start,
        start + 1800,
        messages=[
            ("visitor", start),
            ("bot", start + 2, robo),
            ("agent", start + 90.25, ana),
            ("visitor", start + 600),
            ("agent", start + 660, leo),
        ],
        tags=[vip, late],
        **labels,
    )
    one.survey(rich, start + 3600, csat=5, nps=9, resolved=1, comment="Très bien, « merci »", survey_id=survey)
    one.sale(start + 900, 12.5, conversation=rich)
    one.sale(start + 1000, -2.25, conversation=rich)
    one.conversation(start + 60, start + 120)
    one.conversation(start + 180)
    one.conversation(start, start + 60, is_spam=True)
    one.survey(None, start + 7200, csat=7, scale="0-10", nps=6, comment="by mail", language_id=labels["language_id"])


LABELS = {
    "channel": "Chat",
    "language": "fr",
    "topic": "Delivery",
    "rule": "Rule 1",
    "distribution_group": "Line 2",
    "campaign": "Spring",
    "survey": "After chat",
}


def read_csv(found: bytes) -> list[dict[str, Any]]:
    return list(csv.DictReader(io.StringIO(found.decode("utf-8"), newline=""), strict=True))


def read_jsonl(found: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in found.split(b"\n") if line]


def read_parquet(found: bytes) -> list[dict[str, Any]]:
    return list(pq.read_table(io.BytesIO(found)).to_pylist())


def read_xlsx(found: bytes) -> list[dict[str, Any]]:
    header, *rows = sheet(found, 1)
    return [dict(zip(header, row, strict=True)) for row in rows]


def read_zip(found: bytes) -> list[dict[str, Any]]:
    with zipfile.ZipFile(io.BytesIO(found)) as bundle:
        return read_csv(bundle.read(bundle.namelist()[0]).decode("utf-8-sig").encode())


READERS = {"zip": read_zip, "csv": read_csv, "jsonl": read_jsonl, "parquet": read_parquet, "xlsx": read_xlsx}


def sheet(found: bytes, number: int) -> list[list[Any]]:
    """Return the cells of a sheet: texts, numbers, flags, and dates as they are shown."""
    book = zipfile.ZipFile(io.BytesIO(found))
    shown = _formats(book)
    tree = ET.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))  # noqa: S314 - written here
    rows = [{_column(cell.get("r", "")): _value(cell, shown) for cell in row} for row in tree.iter(f"{MAIN}row")]
    width = max((place + 1 for row in rows for place in row), default=0)
    return [[row.get(place) for place in range(width)] for row in rows]


def _formats(book: zipfile.ZipFile) -> dict[str, str]:
    """Return the number format of each style that has one of its own."""
    tree = ET.fromstring(book.read("xl/styles.xml"))  # noqa: S314 - written here
    codes = {one.get("numFmtId"): one.get("formatCode", "") for one in tree.iter(f"{MAIN}numFmt")}
    styles = tree.find(f"{MAIN}cellXfs")
    assert styles is not None
    return {str(i): codes.get(style.get("numFmtId"), "") for i, style in enumerate(styles)}


def _column(reference: str) -> int:
    place = 0
    for letter in reference.rstrip("0123456789"):
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1


def _value(cell: ET.Element, shown: dict[str, str]) -> Any:
    assert cell.find(f"{MAIN}f") is None, "a formula"
    text = cell.findtext(f"{MAIN}v") or ""
    match cell.get("t"):
        case "inlineStr":
            return _unescaped("".join(cell.itertext()))
        case "b":
            return text == "1"
    number = float(text)
    if offset := re.search(r'ss"(.*)"', shown.get(cell.get("s", "0"), "")):
        day = datetime(1899, 12, 30) + timedelta(milliseconds=round(number * 86_400_000))  # noqa: DTZ001 - local
        return day.isoformat() + offset[1]
    return int(number) if number.is_integer() else number


def _unescaped(text: str) -> str:
    return re.sub("_x([0-9A-F]{4})_", lambda found: chr(int(found[1], 16)), text)
