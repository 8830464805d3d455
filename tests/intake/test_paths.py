"""Which files a path leads to, and what is refused before it is opened."""

import os
import socket
from pathlib import Path

import pytest

from ressenti.intake.formats.input_file import FileFormat
from ressenti.intake.model import FileKind, ImportOptions
from ressenti.intake.sources.files.check import check
from ressenti.intake.sources.files.input_set import InputSet, find_files
from ressenti.kit.refusals import Exit
from tests.support.reading import SURVEYS, codes, looked_at, refused, taken, write

DAY = "2026-03-01T10:00:00Z"


def names(unit: InputSet) -> list[str]:
    return [file.name for file in unit.files]


class TestFolders:
    def test_a_folder_is_one_unit_in_the_order_of_the_seven(self, tmp_path: Path) -> None:
        folder = tmp_path / "export"
        folder.mkdir()
        for name in ("transactions.csv", "surveys.jsonl", "messages.csv.gz", "agents.jsonl.gz", "agents.csv"):
            write(folder, name, "")
        write(folder, "conversations.parquet", "")

        unit = find_files([folder], ImportOptions())

        assert names(unit) == [
            "export/agents.csv",
            "export/agents.jsonl.gz",
            "export/conversations.parquet",
            "export/messages.csv.gz",
            "export/surveys.jsonl",
            "export/transactions.csv",
        ]
        assert [(file.kind, file.form) for file in unit.files[:3]] == [
            (FileKind.AGENTS, FileFormat.CSV),
            (FileKind.AGENTS, FileFormat.JSONL),
            (FileKind.CONVERSATIONS, FileFormat.PARQUET),
        ]

    def test_files_of_other_names_are_left_aside_and_listed(self, tmp_path: Path) -> None:
        write(tmp_path, "surveys.csv", SURVEYS)
        for name in ("README.md", "surveys.xlsx", "old.surveys.csv", "surveys-2024.csv", "more.zip", ".DS_Store"):
            write(tmp_path, name, "x")
        (tmp_path / "agents.csv").mkdir()

        unit = find_files([tmp_path], ImportOptions())

        assert names(unit) == [f"{tmp_path.name}/surveys.csv"]
        left = ("README.md", "agents.csv", "more.zip", "old.surveys.csv", "surveys-2024.csv", "surveys.xlsx")
        assert unit.skipped == tuple(f"{tmp_path.name}/{name}" for name in left)
        assert (
            f"{tmp_path.name}/README.md was left aside: it is not one of the seven files."
            in check(unit, ImportOptions()).notes
        )

    def test_a_folder_without_any_of_the_seven_is_refused(self, tmp_path: Path) -> None:
        write(tmp_path, "notes.txt", "x")

        refusal = refused(lambda: find_files([tmp_path], ImportOptions()))

        assert refusal.code == "nothing_to_import"
        assert "agents, conversations, handlings, messages, events, surveys, transactions" in refusal.say()

    def test_this_folder_has_a_name_too(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        write(tmp_path, "surveys.csv", SURVEYS)
        monkeypatch.chdir(tmp_path)

        assert names(find_files([Path()], ImportOptions())) == [f"{tmp_path.name}/surveys.csv"]


class TestFiles:
    def test_a_single_file_of_another_name_is_refused_and_the_seven_named(self, tmp_path: Path) -> None:
        refusal = refused(lambda: find_files([write(tmp_path, "ratings.csv", "x")], ImportOptions()))

        assert refusal.code == "unknown_file"
        assert "agents, conversations, handlings, messages, events, surveys, transactions" in refusal.say()

    @pytest.mark.parametrize("name", ["surveys.xlsx", "Feedback.XLSX", "surveys.ods", "surveys.xls"])
    def test_a_spreadsheet_is_refused_with_what_to_do(self, tmp_path: Path, name: str) -> None:
        """Row 126."""
        refusal = refused(lambda: find_files([write(tmp_path, name, b"PK\x03\x04")], ImportOptions()))

        assert refusal.code == "spreadsheet"
        assert "Save the sheet as CSV (UTF-8)" in refusal.say()

    @pytest.mark.parametrize("name", ["surveys.txt", "surveys.json", "surveys", "surveys.csv.bz2", "surveys.tsv"])
    def test_another_form_is_refused_unless_it_is_named(self, tmp_path: Path, name: str) -> None:
        path = write(tmp_path, name, f"{SURVEYS}s1,{DAY}\n")

        assert refused(lambda: find_files([path], ImportOptions())).code == "unknown_form"
        assert codes(taken(path, format="csv")) == [""]

    def test_the_form_that_was_named_outweighs_the_name(self, tmp_path: Path) -> None:
        path = write(tmp_path, "surveys.csv", f'{{"survey_id":"s1","rated_at":"{DAY}"}}')

        assert codes(taken(path, format="jsonl")) == [""]

    def test_an_unknown_form_is_wrong_use(self, tmp_path: Path) -> None:
        path = write(tmp_path, "surveys.csv", SURVEYS)

        assert (
            "csv, jsonl, parquet"
            in refused(lambda: find_files([path], ImportOptions(format="xml")), Exit.WRONG_USE).say()
        )

    def test_names_may_be_in_any_case(self, tmp_path: Path) -> None:
        assert codes(taken(write(tmp_path, "Surveys.CSV", f"{SURVEYS}s1,{DAY}\n"))) == [""]

    def test_a_path_that_leads_nowhere_is_wrong_use(self, tmp_path: Path) -> None:
        for path in (tmp_path / "none.csv", tmp_path / "none" / "surveys.csv"):
            assert refused(lambda path=path: find_files([path], ImportOptions()), Exit.WRONG_USE).code == "missing_path"  # type: ignore[misc]

    def test_a_name_that_no_file_can_have_is_wrong_use(self) -> None:
        assert refused(lambda: find_files([Path("a\0b")], ImportOptions()), Exit.WRONG_USE).code == "unreadable_path"
        assert (
            refused(lambda: find_files([Path("x" * 5000)], ImportOptions()), Exit.WRONG_USE).code == "unreadable_path"
        )

    def test_a_pipe_is_wrong_use_and_never_opened(self, tmp_path: Path) -> None:
        """Row 127."""
        pipe = tmp_path / "surveys.csv"
        os.mkfifo(pipe)

        assert refused(lambda: find_files([pipe], ImportOptions()), Exit.WRONG_USE).code == "not_a_file"
        assert refused(lambda: find_files([tmp_path], ImportOptions()), Exit.WRONG_USE).code == "not_a_file"

    def test_a_device_is_wrong_use(self) -> None:
        """Row 127."""
        assert refused(lambda: find_files([Path("/dev/null")], ImportOptions()), Exit.WRONG_USE).code == "not_a_file"

    def test_a_socket_is_wrong_use(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Row 127."""
        monkeypatch.chdir(tmp_path)
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind("surveys.csv")

            assert (
                refused(lambda: find_files([Path("surveys.csv")], ImportOptions()), Exit.WRONG_USE).code == "not_a_file"
            )

    def test_a_link_to_a_file_is_the_file(self, tmp_path: Path) -> None:
        (tmp_path / "surveys.csv").symlink_to(write(tmp_path, "other.csv", f"{SURVEYS}s1,{DAY}\n"))

        assert codes(taken(tmp_path / "surveys.csv")) == [""]

    def test_files_from_several_places_are_one_unit(self, tmp_path: Path) -> None:
        for part in ("a", "b"):
            (tmp_path / part).mkdir()
            write(tmp_path / part, "surveys.csv", SURVEYS)
        agents = write(tmp_path, "agents.csv", "agent_id\n")

        unit = find_files([tmp_path / "b" / "surveys.csv", tmp_path / "a" / "surveys.csv", agents], ImportOptions())

        assert names(unit) == ["agents.csv", str(tmp_path / "a" / "surveys.csv"), str(tmp_path / "b" / "surveys.csv")]

    def test_a_file_given_twice_is_read_once(self, tmp_path: Path) -> None:
        path = write(tmp_path, "surveys.csv", SURVEYS)

        assert names(find_files([path, tmp_path / "." / "surveys.csv"], ImportOptions())) == ["surveys.csv"]


class TestFingerprints:
    def test_the_same_files_and_options_have_the_same_fingerprint(self, tmp_path: Path) -> None:
        """Row 114."""
        path = write(tmp_path, "surveys.csv", f"{SURVEYS}s1,{DAY}\n")

        assert looked_at(path).fingerprint == looked_at(path).fingerprint == looked_at(tmp_path).fingerprint

    def test_another_byte_another_kind_or_another_option_is_another_import(self, tmp_path: Path) -> None:
        """Row 114."""
        first = looked_at(write(tmp_path, "surveys.csv", f"{SURVEYS}s1,{DAY}\n"))
        second = looked_at(write(tmp_path, "surveys.csv", f"{SURVEYS}s2,{DAY}\n"))
        third = looked_at(tmp_path / "surveys.csv", csat_scale="10")
        fourth = looked_at(write(tmp_path, "surveys.jsonl", ""))
        fifth = looked_at(write(tmp_path, "agents.jsonl", ""))

        assert len({checked.fingerprint for checked in (first, second, third, fourth, fifth)}) == 5
