"""Files that are empty, that change while they are read, and columns that nobody needs."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ressenti.intake.model import FileKind
from ressenti.intake.run.run import run_import
from ressenti.intake.sources.files.check import check
from ressenti.intake.sources.files.file_source import FileSource
from ressenti.kit.refusals import Refusal
from tests.support.importing import Desk
from tests.support.reading import codes, looked_at, refused, row, taken, write

CONVERSATIONS = "conversation_id,opened_at\n" + "".join(f"c{i:05},2026-05-01T10:00:00Z\n" for i in range(12_000))


class TestEmptyFiles:
    @pytest.mark.parametrize("name", ["conversations.csv", "conversations.jsonl", "conversations.csv.gz"])
    def test_nothing_at_all_is_said(self, tmp_path: Path, name: str) -> None:
        assert looked_at(write(tmp_path, name, "")).notes == (f"{name} is empty: it has neither a header nor a row.",)

    def test_a_header_alone_is_said(self, tmp_path: Path) -> None:
        path = write(tmp_path, "conversations.csv", "conversation_id,opened_at\n")

        assert looked_at(path).notes == ("conversations.csv has a header and no row.",)

    def test_so_is_a_parquet_file_without_rows(self, tmp_path: Path) -> None:
        path = tmp_path / "conversations.parquet"
        pq.write_table(
            pa.table({"conversation_id": pa.array([], pa.string()), "opened_at": pa.array([], pa.string())}), path
        )

        assert looked_at(path).notes == ("conversations.parquet has a header and no row.",)


class TestAFileThatChanges:
    def changing(self, desk: Desk, change: Callable[[Path], None]) -> tuple[Refusal, int]:
        """Return what an import says whose file is changed after its first batch, and how many rows are kept."""
        (desk.inbox / "conversations.csv").write_text(CONVERSATIONS)
        changed: list[bool] = []

        def progress(*_: Any) -> None:
            if not changed:
                changed.append(True)
                change(desk.inbox / "conversations.csv")

        with pytest.raises(Refusal) as caught:
            run_import(desk.store, FileSource([desk.inbox]), now=desk.now, progress=progress)
        return caught.value, desk.ask("SELECT count(*) FROM conversation")[0][0]

    def test_by_more_rows_stops_the_import_before_any_of_them(self, tmp_path: Path) -> None:
        def append(path: Path) -> None:
            with path.open("a") as file:
                file.write("late,2026-05-01T10:00:00Z\n")

        desk = Desk(tmp_path)
        refusal, kept = self.changing(desk, append)

        assert (refusal.code, kept) == ("file_changed", 5_000)
        assert run_import(desk.store, FileSource([desk.inbox]), now=desk.now).imported == 7_001

    def test_by_another_in_its_place_stops_it_too(self, tmp_path: Path) -> None:
        def replace(path: Path) -> None:
            other = path.with_name("other")
            other.write_text(CONVERSATIONS.replace("T10:", "T11:"))
            os.utime(other, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
            other.replace(path)

        assert self.changing(Desk(tmp_path), replace)[0].code == "file_changed"

    def test_with_its_size_and_date_kept_is_noticed_at_its_end(self, tmp_path: Path) -> None:
        def overwrite(path: Path) -> None:
            before = path.stat()
            with path.open("r+") as file:
                file.seek(len(CONVERSATIONS) - 20)
                file.write("2027")
            os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

        refusal, kept = self.changing(Desk(tmp_path), overwrite)

        assert (refusal.code, kept) == ("file_changed", 10_000)

    def test_between_the_passes_leaves_the_record_untouched(self, tmp_path: Path, monkeypatch: Any) -> None:
        desk = Desk(tmp_path)
        (desk.inbox / "conversations.csv").write_text(CONVERSATIONS)

        def check_and_change(*given: Any) -> Any:
            found = check(*given)
            (desk.inbox / "conversations.csv").write_text("conversation_id,opened_at\nc1,2026-05-01T10:00:00Z\n")
            return found

        monkeypatch.setattr("ressenti.intake.sources.files.file_source.check", check_and_change)

        refusal = refused(lambda: run_import(desk.store, FileSource([desk.inbox]), now=desk.now))

        assert refusal.code == "file_changed"
        assert desk.ask("SELECT count(*) FROM conversation") == [(0,)]

    def test_that_does_not_change_is_the_control(self, tmp_path: Path) -> None:
        desk = Desk(tmp_path)
        (desk.inbox / "conversations.csv").write_text(CONVERSATIONS)

        assert run_import(desk.store, FileSource([desk.inbox]), now=desk.now).imported == 12_000


class TestColumnsNobodyNeeds:
    def test_of_one_name_are_set_aside_with_a_remark(self, tmp_path: Path) -> None:
        path = write(
            tmp_path, "conversations.csv", "conversation_id,Other,opened_at,Other,Mood\nc1,a,2026-03-01T10:00Z,b,good\n"
        )

        (record,) = taken(path)

        assert row(FileKind.CONVERSATIONS, record)["attributes"] == {"Mood": "good"}
        assert looked_at(path).notes == (
            "conversations.csv: the column “Other” was set aside: it is there more than once.",
            "conversations.csv: columns kept as attributes: Mood.",
        )

    def test_of_one_name_that_is_needed_are_refused(self, tmp_path: Path) -> None:
        path = write(tmp_path, "surveys.csv", "survey_id,rated_at,csat,csat\ns1,2026-03-01T10:00Z,1,5\n")

        assert refused(lambda: looked_at(path)).code == "column_twice"

    def test_of_odd_parquet_types_are_set_aside_with_a_remark(self, tmp_path: Path) -> None:
        path = tmp_path / "conversations.parquet"
        columns = {
            "spent": pa.array([5, None], pa.duration("s")),
            "conversation_id": ["c1", "c2"],
            "token": pa.array([b"0" * 16, b"1" * 16], pa.uuid()),
            "opened_at": ["2026-03-01T10:00Z", "2026-03-01T11:00Z"],
            "labels": pa.array([[("a", 1)], []], pa.map_(pa.string(), pa.int64())),
            "place": [{"city": "Lyon"}, None],
            "mood": ["good", "bad"],
        }
        pq.write_table(pa.table(columns), path)

        found = taken(path)

        assert codes(found) == ["", ""]
        assert [row(FileKind.CONVERSATIONS, one)["attributes"] for one in found] == [{"mood": "good"}, {"mood": "bad"}]
        said = " ".join(looked_at(path).notes)
        assert "the column “spent” was set aside: it is of the type duration[s]." in said
        assert all(f"“{name}” was set aside: it is of the type " in said for name in ("token", "labels", "place"))
        assert taken(path, skip=1)[0].row == found[1].row

    def test_of_one_name_in_parquet_are_set_aside_too(self, tmp_path: Path) -> None:
        path = tmp_path / "conversations.parquet"
        table = pa.table(
            [["c1"], ["a"], ["2026-03-01T10:00Z"], ["b"]], ["conversation_id", "Other", "opened_at", "Other"]
        )
        pq.write_table(table, path)

        assert codes(taken(path)) == [""]
        assert looked_at(path).notes == (
            "conversations.parquet: the column “Other” was set aside: it is there more than once.",
        )
