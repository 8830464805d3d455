"""Rejected rows come back as CSV files, each with why, to be corrected and imported again."""

import csv
import json
import shlex
from pathlib import Path

import pytest

from ressenti.intake.model import ImportOptions
from ressenti.intake.run import rejects_csv, run
from ressenti.intake.run.outcome import ImportOutcome
from ressenti.intake.run.run import run_import
from ressenti.intake.sources.files.file_source import FileSource
from tests.support.importing import CONVERSATION, NOW, Desk, counts
from tests.support.terminal import Terminal

SURVEYS = "survey_id,rated_at,conversation_id,csat,comment\n"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def table(outcome: ImportOutcome, kind: str) -> list[list[str]]:
    """Return the CSV file of the rejected rows of a kind, header first."""
    assert outcome.rejects_folder is not None
    with (outcome.rejects_folder / f"{kind}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def correct(folder: Path, kind: str, old: str, new: str) -> None:
    """Put one text in the place of another, as a person does in a spreadsheet."""
    path = folder / f"{kind}.csv"
    written = path.read_text(encoding="utf-8-sig")
    assert old in written
    path.write_text(written.replace(old, new), encoding="utf-8-sig")


def test_each_kind_of_row_has_a_file_of_its_own_name_with_the_reason_last(desk: Desk) -> None:
    outcome = desk.give(
        conversations=CONVERSATION + "c3,yesterday,\n",
        surveys=SURVEYS + "s1,2026-05-01T12:00:00Z,nobody,5,Thanks\ns2,2026-05-01T12:00:00Z,c1,7,Seven\n",
    )

    assert outcome.rejects_folder == desk.folder / "record.db-rejects" / "20260528T202640Z-1"
    assert sorted(path.name for path in outcome.rejects_folder.iterdir()) == [
        "conversations.csv",
        "rejects.jsonl",
        "surveys.csv",
    ]
    assert table(outcome, "conversations")[0] == ["conversation_id", "opened_at", "closed_at", "rejected_because"]
    assert [row[:3] for row in table(outcome, "conversations")[1:]] == [["c3", "yesterday", ""]]
    assert [row[0] for row in table(outcome, "surveys")] == ["survey_id", "s1", "s2"]
    assert [row[-1] for row in table(outcome, "surveys")[1:]] == [
        "conversation_id: 'nobody' is not a conversation we know",
        "csat: '7' is not on the scale 1 to 5",
    ]


def test_corrected_and_given_again_they_come_in_as_if_they_had_never_been_wrong(desk: Desk, tmp_path: Path) -> None:
    first = desk.give(conversations=CONVERSATION + "c3,2026-5-1X,\nc4,2026-05-01T11:00:00Z,\n")
    assert first.rejects_folder is not None
    correct(first.rejects_folder, "conversations", "2026-5-1X", "2026-05-01T10:00:00Z")

    again = run_import(desk.store, FileSource([first.rejects_folder]), now=NOW + 1)

    (tmp_path / "other").mkdir()
    other = Desk(tmp_path / "other")
    other.give(conversations=CONVERSATION + "c3,2026-05-01T10:00:00Z,\nc4,2026-05-01T11:00:00Z,\n")
    assert counts(again) == (1, 1, 0, 0, 0)
    ask = "SELECT external_id, opened_at, closed_at, attributes FROM conversation ORDER BY external_id"
    assert desk.ask(ask) == other.ask(ask)


def test_given_again_uncorrected_they_are_rejected_again_and_lose_nothing(desk: Desk) -> None:
    formula = "=1+1;@x"
    first = desk.give(surveys=SURVEYS + f"s1,never,c1,5,{formula}\ns2,never,c1,5,'=2\n")
    for _round in range(3):
        assert first.rejects_folder is not None
        assert [row[4] for row in table(first, "surveys")[1:]] == ["'=1+1;'@x", "''=2"]
        first = run_import(desk.store, FileSource([first.rejects_folder]), now=NOW)
        assert counts(first) == (2, 0, 0, 0, 2)


def test_given_again_uncorrected_a_row_that_contradicted_another_changes_nothing(desk: Desk) -> None:
    rows = "s1,2026-05-01T10:00:00Z,,5,first\ns1,2026-05-01T10:00:00Z,,1,second\ns2,never,,3,third\n"
    first = desk.give(surveys=SURVEYS + rows + "s1,2026-05-01T10:00:00Z,,2,again\n")
    assert counts(first) == (4, 1, 0, 0, 3)
    assert [(row[0], row[4], bool(row[-1])) for row in table(first, "surveys")[1:]] == [
        ("s1", "first", False),
        ("s1", "second", True),
        ("s2", "third", True),
        ("s1", "again", True),
    ]

    correct(first.rejects_folder or Path(), "surveys", "never", "2026-05-02T10:00:00Z")
    again = run_import(desk.store, FileSource([first.rejects_folder or Path()]), now=NOW)

    assert counts(again) == (4, 1, 0, 1, 2)


def test_what_looks_like_a_formula_is_imported_as_it_was(desk: Desk) -> None:
    first = desk.give(conversations=CONVERSATION, surveys=SURVEYS + "s1,never,c1,5,=1+1;@x\n")
    assert first.rejects_folder is not None
    correct(first.rejects_folder, "surveys", "never", "2026-05-01T12:00:00Z")

    run_import(desk.store, FileSource([first.rejects_folder]), now=NOW)

    assert desk.ask("SELECT text FROM survey_answer WHERE question = 'comment'") == [("=1+1;@x",)]


def test_the_name_of_a_column_is_no_formula_either_and_comes_back(desk: Desk) -> None:
    header = "survey_id,rated_at,csat,=HYPERLINK(1)\n"
    outcome = desk.give(surveys=header + "s1,2026-05-01T12:00:00Z,7,@x\n")
    assert outcome.rejects_folder is not None
    found = table(outcome, "surveys")

    assert found[0] == ["survey_id", "rated_at", "csat", "'=HYPERLINK(1)", "rejected_because"]
    assert found[1][3] == "'@x"
    correct(outcome.rejects_folder, "surveys", ",7,", ",5,")
    run_import(desk.store, FileSource([outcome.rejects_folder]), now=NOW)
    [[attributes]] = desk.ask("SELECT attributes FROM survey_offer WHERE attributes IS NOT NULL")
    assert json.loads(attributes) == {"=HYPERLINK(1)": "@x"}


def test_cells_behind_the_last_column_stand_in_columns_of_their_own(desk: Desk) -> None:
    outcome = desk.give(surveys=SURVEYS + "s1,2026-05-01T12:00:00Z,c1,5,Good, really, good\ns2,2026,c1,4,Nice, too\n")

    assert [row[4:7] for row in table(outcome, "surveys")] == [
        ["comment", "column_6", "column_7"],
        ["Good", " really", " good"],
        ["Nice", " too", ""],
    ]


def test_lines_of_json_become_rows_and_what_is_none_is_counted(desk: Desk) -> None:
    desk.put(conversations=CONVERSATION)
    (desk.inbox / "messages.jsonl").write_text(
        '{"message_id": "m1", "conversation_id": "c1", "created_at": "later", "author_role": "visitor", "text": null}\n'
        '{"message_id": "m2", "conversation_id": "c1", "created_at": 5, "author_role": "visitor", "mood": {"a": [1]}}\n'
        '{"message_id": "m3", \n'
    )

    outcome = run_import(desk.store, FileSource([desk.inbox]), now=NOW)

    assert (counts(outcome)[-1], outcome.columnless) == (3, 1)
    header, *rows = table(outcome, "messages")
    assert [dict(zip(header[:-1], row, strict=False)) for row in rows] == [
        {
            "message_id": "m1",
            "conversation_id": "c1",
            "created_at": "later",
            "author_role": "visitor",
            "text": "",
            "mood": "",
        },
        {
            "message_id": "m2",
            "conversation_id": "c1",
            "created_at": "5",
            "author_role": "visitor",
            "text": "",
            "mood": '{"a":[1]}',
        },
    ]


def test_a_file_of_another_encoding_and_delimiter_comes_back_as_utf_8_with_commas(desk: Desk) -> None:
    desk.put()
    content = SURVEYS.replace(",", ";") + "s1;hier;c1;5;Très bien, merci\n"
    (desk.inbox / "surveys.csv").write_bytes(content.encode("cp1252"))

    outcome = run_import(desk.store, FileSource([desk.inbox], ImportOptions(encoding="cp1252")), now=NOW)

    assert table(outcome, "surveys")[1][:5] == ["s1", "hier", "c1", "5", "Très bien, merci"]


def test_files_that_are_there_are_never_overwritten(desk: Desk) -> None:
    rows = CONVERSATION + "c3,yesterday,\n"
    outcome = desk.bring({"rejects": desk.inbox}, conversations=rows)

    assert (desk.inbox / "conversations.csv").read_text() == rows
    assert outcome.rejects_folder is not None
    assert outcome.rejects_folder.parent == desk.inbox
    assert [row[0] for row in table(outcome, "conversations")] == ["conversation_id", "c3"]


def test_interrupted_while_they_are_written_they_are_whole_afterwards(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_given: object, **_named: object) -> int:
        raise OSError(5, "the cable was pulled")

    with monkeypatch.context() as patch:
        patch.setattr(rejects_csv, "write", broken)
        with pytest.raises(Exception, match="the cable was pulled"):
            desk.give(conversations=CONVERSATION + "c3,yesterday,\n")

    outcome = run_import(desk.store, FileSource([desk.inbox]), now=NOW)

    assert outcome.resumed
    assert [row[0] for row in table(outcome, "conversations")] == ["conversation_id", "c3"]


def test_reasons_are_counted_with_the_first_row_as_an_example(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "BATCH", 2)
    rows = "".join(f"s{n},2026-05-01T12:00:00Z,c1,{9 if n in {0, 3} else 5},x\n" for n in range(5)) + "s9,soon,c1,5,x\n"

    outcome = desk.give(conversations=CONVERSATION, surveys=SURVEYS + rows)

    assert [(one.count, one.code, one.column, one.line) for one in outcome.reasons] == [
        (2, "out_of_scale", "csat", 2),
        (1, "time", "rated_at", 7),
    ]
    assert outcome.reasons[0].detail == "csat: '9' is not on the scale 1 to 5"


class TestOnTheScreen:
    def test_the_reasons_stand_there_with_what_to_give(self, tmp_path: Path) -> None:
        (tmp_path / "in").mkdir()
        (tmp_path / "in" / "conversations.csv").write_text(CONVERSATION.replace("10:00:00Z", "25:00:00"))

        given = ("import", str(tmp_path / "in"), "--timezone", "Europe/Paris", "--project", "l'été")
        done = Terminal(f"sqlite:///{tmp_path}/r.db").run(*given)

        assert done.exit_code == 1
        told = " ".join(done.errors.split())
        assert "Nothing was imported: no row could be taken." in told
        assert "The figures are up to date." not in told
        assert "in/conversations.csv, line 2" in told
        command = next(line for line in done.errors.splitlines() if "ressenti import" in line)
        assert shlex.split(command.partition("give: ")[2])[3:] == [
            "--project",
            "l'été",
            "--timezone",
            "Europe/Paris",
        ]

    def test_they_are_in_the_readers_language(self, tmp_path: Path) -> None:
        (tmp_path / "surveys.csv").write_text(SURVEYS + "s1,2026-05-01T12:00:00Z,c1,5,x\n")

        done = Terminal(f"sqlite:///{tmp_path}/r.db", LC_ALL="fr_FR.UTF-8").run("import", str(tmp_path / "surveys.csv"))

        assert "pas une conversation" in " ".join(done.errors.split())
        folder = next((tmp_path / "r.db-rejects").iterdir())
        assert "pas une conversation" in (folder / "surveys.csv").read_text(encoding="utf-8-sig")
