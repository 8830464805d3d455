"""The same id or name is never two, however a file writes it (D43)."""

import json
import unicodedata
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ressenti.intake.run.run import run_import
from ressenti.intake.sources.files.file_source import FileSource
from ressenti.kit.keys import id_before_float, normalize_key
from tests.support.importing import Desk, codes, counts

NFC = "Caf\u00e9"
NFD = unicodedata.normalize("NFD", NFC)
TALK = "conversation_id,opened_at\n1001,2026-05-01T10:00:00Z\n1002,2026-05-01T10:00:00Z\n"
TIMES = "2026-05-01T10:00:00Z,2026-05-01T11:00:00Z"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.mark.parametrize(
    ("written", "means"),
    [
        ("1001.0", "1001"),
        ("1.001E+3", "1001"),
        ("1.001e+03", "1001"),
        ("12.000", "12"),
        ("0.0", "0"),
        ("-7.0", "-7"),
        ("9007199254740992.0", "9007199254740992"),
        ("9007199254740994.0", None),
        ("1.23457E+11", None),
        ("1E+20", None),
        ("1.5", "1.5"),
        ("1.0.0", "1.0.0"),
        ("12e4", "12e4"),
        ("007", "007"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
    ],
)
def test_an_id_that_went_through_a_float_is_the_whole_number_or_refused(written: str, means: str | None) -> None:
    assert id_before_float(written) == means


def test_a_key_is_trimmed_and_composed() -> None:
    assert normalize_key(f" {NFD}\u00a0") == NFC


def test_a_name_in_two_unicode_forms_is_one_in_every_column(desk: Desk) -> None:
    head = "conversation_id,opened_at,closed_at,channel,language,topic,tags,visitor_id,agent_id,group,rule,campaign\n"

    def line(number: int, name: str) -> str:
        return f"{number},{TIMES}," + ",".join([name] * 9) + "\n"

    desk.give(conversations=head + line(1, NFC) + line(2, NFD))

    assert desk.ask("SELECT kind, count(*) FROM label GROUP BY kind ORDER BY kind") == [
        ("campaign", 1),
        ("channel", 1),
        ("language", 1),
        ("rule", 1),
        ("tag", 1),
        ("topic", 1),
    ]
    for table in ("visitor", "respondent", "agent_group"):
        assert desk.ask(f"SELECT count(*) FROM {table}") == [(1,)]


def test_ids_of_answers_sales_and_messages_are_composed_too(desk: Desk) -> None:
    desk.give(
        conversations=f"conversation_id,opened_at\n{NFC},2026-05-01T10:00:00Z\n",
        surveys=f"survey_id,conversation_id,rated_at,survey,csat\n{NFC},{NFD},2026-05-01T10:00:00Z,{NFD},5\n",
        messages="message_id,conversation_id,created_at,author_role,author_id\n"
        f"{NFC},{NFD},2026-05-01T10:00:00Z,agent,{NFD}\n",
    )
    again = desk.give(
        surveys=f"survey_id,conversation_id,rated_at,survey,csat\n{NFD},{NFC},2026-05-01T10:00:00Z,{NFC},5\n",
        messages="message_id,conversation_id,created_at,author_role,author_id\n"
        f"{NFD},{NFC},2026-05-01T10:00:00Z,agent,{NFC}\n",
    )

    assert counts(again) == (2, 0, 0, 2, 0)


def test_a_source_in_two_unicode_forms_is_one(desk: Desk) -> None:
    desk.bring({"source": NFC}, conversations=TALK)

    assert counts(desk.bring({"source": NFD}, conversations=TALK)) == (2, 0, 0, 2, 0)


def test_ids_from_a_data_frame_find_what_they_name_in_a_csv_file(desk: Desk) -> None:
    desk.give(conversations=TALK, agents="agent_id,name\n12,Ana\n")

    outcome = desk.give(
        surveys="survey_id,conversation_id,rated_at,csat\n1.0,1001.0,2026-05-01T10:00:00Z,5\n"
        "2.0,1.002E+3,2026-05-01T10:00:00Z,4\n",
        messages="message_id,conversation_id,created_at,author_role,author_id\n"
        "1.0,1001.0,2026-05-01T10:00:00Z,agent,12.0\n",
    )

    assert counts(outcome) == (3, 3, 0, 0, 0)
    assert desk.ask("SELECT external_id FROM respondent") == [("12",)]


def test_ids_from_a_data_frame_find_what_they_name_in_jsonl_and_parquet(desk: Desk) -> None:
    desk.give(conversations=TALK, agents="agent_id,name\n12,Ana\n")
    answer = {"survey_id": 1.0, "conversation_id": 1001.0, "rated_at": "2026-05-01T10:00:00Z", "csat": 5}
    (desk.folder / "surveys.jsonl").write_text(json.dumps(answer) + "\n")
    pq.write_table(
        pa.table(
            {
                "message_id": pa.array([1.0, 2.0, 3.0]),
                "conversation_id": pa.array([1001.0, 1002.0, 1001.0]),
                "created_at": ["2026-05-01T10:00:00Z"] * 3,
                "author_role": ["agent"] * 3,
                "author_id": pa.array([12.0, None, float("nan")]),
            }
        ),
        desk.folder / "messages.parquet",
    )

    files = [desk.folder / "surveys.jsonl", desk.folder / "messages.parquet"]
    outcome = run_import(desk.store, FileSource(files), now=desk.now)

    assert counts(outcome) == (4, 4, 0, 0, 0)
    assert desk.ask("SELECT external_id FROM respondent") == [("12",)]


@pytest.mark.parametrize("held", [pa.float64(), pa.float32()])
def test_an_id_above_what_a_float_tells_apart_is_refused(desk: Desk, held: pa.DataType) -> None:
    number = 2.0**53 + 2 if held == pa.float64() else 2.0**24 + 2
    opened = ["2026-05-01T10:00:00Z"]
    path = desk.folder / "conversations.parquet"
    pq.write_table(pa.table({"conversation_id": pa.array([number], held), "opened_at": opened}), path)

    outcome = run_import(desk.store, FileSource([path]), now=desk.now)

    assert counts(outcome) == (1, 0, 0, 0, 1)
    assert codes(outcome) == ["inexact_id"]


def test_a_version_in_a_name_keeps_its_decimal(desk: Desk) -> None:
    desk.give(conversations="conversation_id,opened_at,campaign\nc,2026-05-01T10:00:00Z,2.0\n")

    assert desk.ask("SELECT key FROM label") == [("2.0",)]


def test_currencies_are_in_capitals(desk: Desk) -> None:
    desk.give(
        conversations=TALK,
        transactions="transaction_id,at,amount,currency,conversation_id\n"
        + "".join(f"{code},2026-05-01T10:00:00Z,20,{code},1001\n" for code in ("EUR", "eur", "Eur")),
    )

    assert desk.ask('SELECT currency, sum(amount_millionths) FROM "transaction" GROUP BY 1') == [("EUR", 60_000_000)]
    assert desk.ask('SELECT count(*) FROM "transaction"') == [(3,)]
