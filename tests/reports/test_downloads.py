"""Figures leave as files with every digit, beside what they rest on and what was asked."""

import csv
import io
import json
from typing import Any
from zipfile import ZipFile

import pyarrow.parquet as pq
import pytest

from ressenti.indicators.model import Answer, Question, Row, Unit, Value
from ressenti.reports.choice import read_report_choice
from ressenti.reports.experience.report import ReportReader
from ressenti.reports.exports import ExportFormat
from ressenti.reports.exports.figures import FiguresReader, export_figures
from ressenti.reports.exports.model import CsvOptions, Figures
from tests.support.exported import sheet
from tests.support.fakes import NOW, TODAY

UNITS = {
    "nps": Unit.POINTS,
    "first_response_time": Unit.SECONDS,
    "resolution_time": Unit.SECONDS,
    "conversations": Unit.COUNT,
}
TILES = [
    *("csat", "nps"),
    *("first_response_time", "first_response_time_p90", "first_response_time_mean"),
    *("resolution_time", "resolution_time_p90", "resolution_time_mean"),
    *("response_rate", "conversations"),
]
HOSTILE = '=HYPERLINK("https://example.org","free")'
EXACT = 83.33333333333333


def answering(question: Question) -> Answer:
    """Answer anything: 5 of 6, one row with a hostile name, another credited to nobody."""
    value, before = Value(EXACT, 6, 43.6, 97.0), Value(60.0, 50, 46.2, 72.4)
    rows: tuple[Row, ...] = ()
    if question.by:
        rows = (Row("a1", HOSTILE, value, before), Row(None, "none", Value(None, 0), None))
    elif question.grain:
        rows = (Row("2026-10-24T00:00:00+02:00", "24", value, before),)
    elif question.indicator.endswith("_distribution"):
        rows = tuple(Row(str(rating), str(rating), Value(20.0, 2), None) for rating in range(1, 6))
    return Answer(
        indicator=question.indicator,
        unit=UNITS.get(question.indicator, Unit.PERCENT),
        by=question.by,
        grain=question.grain,
        zone="Europe/Paris",
        start=None,
        end=None,
        anchor=question.anchor,
        as_of=907,
        total=value,
        previous=before if question.compare else None,
        p=0.3 if question.compare else None,
        rows=rows,
    )


def take(what: str, form: str = "csv", *, manner: CsvOptions | None = None, **asked: str | list[str]) -> bytes:
    words = {name: [value] if isinstance(value, str) else value for name, value in asked.items()}
    choice = read_report_choice(words, today=TODAY)
    asker = FiguresReader(
        reading=ReportReader(choice=choice, ask=answering, zone="Europe/Paris", now=NOW, currency="EUR"),
        projects=("default",),
        language="fr",
    )
    out = io.BytesIO()
    export_figures(Figures(what), ExportFormat(form), asker, out, manner or CsvOptions())
    return out.getvalue()


def rows(found: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(found.decode(), newline=""), strict=True))


def test_tiles_are_a_row_an_indicator_with_value_base_interval_change_and_whether_it_is_clear() -> None:
    found = rows(take("tiles"))

    assert [row["key"] for row in found] == TILES
    assert found[0] == {
        "key": "csat",
        "name": "CSAT",
        "definition": "Part des notes de satisfaction de 4 ou 5 sur 5, ou bonnes sur une autre échelle selon le "
        "projet.",
        "value": "83.33333333333333",
        "unit": "percent",
        "n": "6",
        "low": "43.6",
        "high": "97.0",
        "previous_value": "60.0",
        "previous_n": "50",
        "change": "23.33333333333333",
        "change_percent": "",
        "change_clarity": "chance",
    }
    assert found[2]["key"] == "first_response_time"
    assert found[2]["change_percent"].startswith("38.888888888888")


def test_without_a_comparison_nothing_is_said_of_a_period_before() -> None:
    found = rows(take("tiles", compare="none"))

    assert {row["previous_value"] + row["previous_n"] + row["change"] for row in found} == {""}


def test_a_breakdown_has_every_row_and_its_names_cannot_become_formulas() -> None:
    found = rows(take("breakdown", tab="agent", indicator="nps"))

    assert [(row["indicator"], row["by"], row["key"], row["label"]) for row in found] == [
        ("nps", "agent", "a1", f"'{HOSTILE}"),
        ("nps", "agent", "", "sans agent"),
    ]
    assert found[0]["value"] == "83.33333333333333"
    assert (found[1]["value"], found[1]["n"]) == ("", "0")


@pytest.mark.parametrize("tab", ["overview", "evolution"])
def test_a_breakdown_over_time_has_the_beginning_of_each_bucket(tab: str) -> None:
    (row,) = rows(take("breakdown", tab=tab))

    assert (row["by"], row["key"], row["bucket"]) == ("", "", "2026-10-24T00:00:00+02:00")


def test_ratings_are_notes_and_those_of_a_delay_its_medians_by_note() -> None:
    assert [row["note"] for row in rows(take("breakdown", tab="ratings"))] == ["1", "2", "3", "4", "5"]

    (row, _none) = rows(take("breakdown", tab="ratings", indicator="resolution_time"))
    assert (row["indicator"], row["by"], row["unit"]) == ("resolution_time", "rating", "seconds")


def test_the_whole_report_is_one_long_table_in_which_every_figure_is_a_row() -> None:
    found = rows(take("report"))

    assert {row["indicator"] for row in found} == {*TILES, "csat_distribution", "nps_distribution"}
    assert {row["by"] for row in found} >= {"", "agent", "group", "rule", "campaign", "channel", "survey", "weekday"}
    assert len({tuple(row[name] for name in ("indicator", "by", "key", "bucket", "note")) for row in found}) == len(
        found
    )


@pytest.mark.parametrize("what", list(Figures))
def test_every_form_holds_the_same_rows(what: str) -> None:
    from_csv = rows(take(what))
    lines = [json.loads(line) for line in take(what, "jsonl").splitlines()]
    table = pq.read_table(io.BytesIO(take(what, "parquet"))).to_pylist()

    assert lines == table
    assert [{name: "" if one is None else one for name, one in row.items()} for row in lines] == [
        {name: _typed(name, cell) for name, cell in row.items()} for row in from_csv
    ]


def _typed(name: str, cell: str) -> Any:
    if name in {"value", "low", "high", "previous_value", "change", "change_percent"}:
        return float(cell) if cell else ""
    return int(cell) if cell and name in {"n", "previous_n", "note"} else cell.removeprefix("'")


def test_a_workbook_has_a_sheet_for_each_breakdown_with_the_indicators_beside_one_another() -> None:
    found = take("report", "xlsx")
    tiles, evolution, agents = (sheet(found, number) for number in (1, 2, 3))

    assert [row[0] for row in tiles] == ["key", *TILES]
    assert evolution[0][:5] == ["key", "csat", "csat_n", "csat_low", "csat_high"]
    assert evolution[1][1:3] == [EXACT, 6]
    assert agents[0][:4] == ["key", "label", "csat", "csat_n"]
    assert agents[1][:4] == ["a1", HOSTILE, EXACT, 6]
    assert "first_response_time_low" in agents[0]
    assert "conversations_low" not in agents[0]
    assert agents[0][-4:] == ["conversations", "conversations_n", "conversations_previous", "conversations_previous_n"]


def about(found: bytes) -> dict[str, str]:
    """Return what the last sheet of a workbook says."""
    number = 1
    while True:
        try:
            cells = sheet(found, number)
        except KeyError:
            break
        number += 1
    return {str(name): str(words) for name, words in cells if name}


def unzipped(found: bytes) -> tuple[str, list[list[str]]]:
    """Return the table in a ZIP, and the rows of what says what was asked."""
    with ZipFile(io.BytesIO(found)) as bundle:
        table, beside = (bundle.read(name).decode("utf-8-sig") for name in bundle.namelist())
    return table, list(csv.reader(io.StringIO(beside, newline="")))


def test_a_file_says_what_was_asked_and_when_in_the_language_of_whoever_asked() -> None:
    asked: dict[str, Any] = {"tab": "agent", "where": ["channel=Chat", "channel=E-mail"], "anchor": "opened"}
    table, beside = unzipped(take("breakdown", "zip", **asked))

    assert table.startswith("indicator,by,key,label,")
    assert beside[:12] == [
        ["export", "ventilation"],
        ["projets", "default"],
        ["du", "2026-10-23"],
        ["dernier jour", "2026-11-21"],
        ["date retenue", "ouverture"],
        ["fuseau", "Europe/Paris"],
        ["filtres", "Canal = Chat ou E-mail"],
        ["comparé à", "les mêmes jours de semaine avant"],
        ["indicateur", "CSAT"],
        ["ventilé par", "Agents"],
        ["demandé le", "2026-11-21T18:42:00+01:00"],
        ["état des données (entrée du journal)", "907"],
    ]
    assert ["n", "sur combien de lignes repose la valeur"] in beside
    said = about(take("breakdown", "xlsx", **asked))
    assert (said["filtres"], said["indicateur"]) == ("Canal = Chat ou E-mail", "CSAT")
    told = json.loads(pq.read_schema(io.BytesIO(take("breakdown", "parquet", **asked))).metadata[b"ressenti"])
    assert (told["where"], told["figure"]) == ("Channel = Chat or E-mail", "CSAT")


def test_a_csv_is_a_table_from_its_first_line_on() -> None:
    assert take("breakdown", tab="agent").startswith(b"indicator,by,key,label,")


def test_a_filter_cannot_begin_a_line_of_its_own_beside_the_rows() -> None:
    _table, beside = unzipped(take("tiles", "zip", where=["channel=a\r\n=1+1\nkey,name"]))

    assert ["filtres", "Canal = a =1+1 key,name"] in beside


def test_a_mark_tells_spreadsheets_the_encoding_where_it_is_wanted() -> None:
    assert take("tiles", manner=CsvOptions(has_mark=True)).startswith(b"\xef\xbb\xbfkey,")
    assert take("tiles").startswith(b"key,")


@pytest.mark.parametrize("form", list(ExportFormat))
def test_indicators_without_the_chosen_date_are_left_out(form: ExportFormat) -> None:
    found = take("tiles", form, anchor="answered")

    assert b"response_rate" not in found
    assert found


def test_a_french_spreadsheet_has_its_cells_between_semicolons_and_its_decimals_behind_a_comma() -> None:
    english = take("tiles", manner=CsvOptions.for_spreadsheet("en")).decode("utf-8-sig")
    french = take("tiles", manner=CsvOptions.for_spreadsheet("fr")).decode("utf-8-sig")
    read_english = list(csv.reader(io.StringIO(english)))
    read_french = list(csv.reader(io.StringIO(french), delimiter=";"))

    assert french.splitlines()[0] == english.splitlines()[0].replace(",", ";")
    numbers = [
        (one, other)
        for left, right in zip(read_english, read_french, strict=True)
        for one, other in zip(left, right, strict=True)
        if one != other
    ]
    assert numbers
    assert all(one.replace(".", ",") == other for one, other in numbers)
