"""The import as a whole: what it counts, what it leaves behind, and what it refuses."""

import errno
import os
import stat
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from ressenti.intake.model import FileKind
from ressenti.intake.refusals import ColumnsMissing, OptionNotUnderstood
from ressenti.intake.run import run
from ressenti.intake.run.aborted import ImportAborted, ImportRunning, RejectsNotWritable
from ressenti.intake.run.outcome import ImportOutcome, RowCounts
from ressenti.intake.run.rejects import writing_to
from ressenti.intake.run.run import run_import
from ressenti.intake.sources.files.file_source import FileSource
from ressenti.kit.refusals import Exit
from ressenti.record.refusals import StorageFull
from tests.support.import_files import export
from tests.support.importing import CONVERSATION, LATER, NOW, Desk, codes, counts, rejected

GOOD = "c2,2026-05-01T10:00:00Z,\n"
BAD = "c3,yesterday,\n"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


class TestCounting:
    def test_every_row_is_imported_updated_a_duplicate_or_rejected(self, desk: Desk) -> None:
        export(desk.inbox, conversations=40)

        outcome = run_import(desk.store, FileSource([desk.inbox]), now=NOW)

        lines = {path.name: path.read_text().count("\n") - 1 for path in desk.inbox.iterdir()}
        assert {Path(count.name).name: count.read for count in outcome.files} == lines
        assert [count.kind for count in outcome.files] == list(FileKind)
        assert all(count.adds_up for count in outcome.files)
        assert outcome.read == outcome.imported + outcome.updated + outcome.duplicate + outcome.rejected
        assert outcome.rejected == len(rejected(outcome)) > 0

    def test_a_row_that_is_not_accounted_for_is_our_fault(self) -> None:
        with pytest.raises(AssertionError, match="rows are missing"):
            ImportOutcome(files=(RowCounts(name="surveys.csv", read=2, imported=1),))

    def test_importing_twice_changes_nothing(self, desk: Desk) -> None:
        export(desk.inbox, conversations=60)
        first = run_import(desk.store, FileSource([desk.inbox]), now=NOW)
        content = desk.content()

        again = run_import(desk.store, FileSource([desk.inbox]), now=LATER)

        assert (again.imported, again.updated) == (0, 0)
        assert again.duplicate == first.imported + first.duplicate
        assert rejected(again) == rejected(first)
        assert desk.content() == content

    def test_a_clean_import_given_again_ends_with_0(self, desk: Desk) -> None:
        assert desk.give(conversations=CONVERSATION).exit_code == Exit.DONE
        again = desk.give(conversations=CONVERSATION)

        assert (counts(again), again.exit_code, again.resumed) == ((1, 0, 0, 1, 0), Exit.DONE, False)

    def test_a_file_without_rows_is_no_fault(self, desk: Desk) -> None:
        outcome = desk.give(conversations="conversation_id,opened_at\n")

        assert (counts(outcome), outcome.exit_code) == ((0, 0, 0, 0, 0), Exit.DONE)

    def test_files_that_are_none_of_the_seven_are_named(self, desk: Desk) -> None:
        desk.put(conversations=CONVERSATION)
        (desk.inbox / "readme.txt").write_text("x")

        outcome = run_import(desk.store, FileSource([desk.inbox]), now=NOW)

        assert outcome.skipped == ("inbox/readme.txt",)
        assert outcome.imported == 1

    def test_progress_is_told_after_each_batch(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(run, "BATCH", 2)
        rows = "".join(f"c{i},2026-05-01T10:00:00Z\n" for i in range(5))
        told: list[tuple[str, int, int]] = []
        desk.bring({"progress": lambda *said: told.append(said)}, conversations=f"conversation_id,opened_at\n{rows}")

        assert told == [("inbox/conversations.csv", taken, 5) for taken in (2, 4, 5)]


class TestJournal:
    def test_numbers_have_no_gaps_and_a_batch_names_a_conversation_once(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(run, "BATCH", 100)
        export(desk.inbox, conversations=150)
        marks = [0]

        def mark(*_told: object) -> None:
            marks.append(desk.ask("SELECT max(journal_seq) FROM project")[0][0])

        run_import(desk.store, FileSource([desk.inbox]), now=NOW, progress=mark)
        entries = desk.journal()

        assert [entry[0] for entry in entries] == list(range(1, len(entries) + 1))
        assert marks[-1] == len(entries)
        for before, after in pairwise(marks):
            batch = Counter(entry[1:] for entry in entries[before:after])
            assert set(batch.values()) <= {1}


class TestAllOrNothing:
    def test_the_first_bad_row_undoes_all(self, desk: Desk) -> None:
        with pytest.raises(ImportAborted) as refusal:
            desk.bring({"on_error": "abort"}, agents="agent_id\nana\n", conversations=CONVERSATION + GOOD + BAD)

        assert refusal.value.exit_code == Exit.REFUSED
        assert "inbox/conversations.csv, line 4 was rejected (time): opened_at: 'yesterday'" in str(refusal.value)
        assert all(rows == [] for table, rows in desk.content().items() if table != "alembic_version")
        assert desk.ask("SELECT count(*) FROM import_run") == [(0,)]
        assert not list(desk.folder.glob("*-rejects"))

    def test_an_earlier_bad_row_is_the_one_that_is_named(self, desk: Desk) -> None:
        said = "message_id,conversation_id,created_at,author_role\n"
        rows = "m1,ghost,2026-05-01T10:00:00Z,agent\nm2,c1,yesterday,agent\n"

        with pytest.raises(ImportAborted, match=r"line 2 was rejected \(unknown_conversation\)"):
            desk.bring({"on_error": "abort"}, conversations=CONVERSATION, messages=said + rows)

    def test_without_a_bad_row_all_is_written(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(run, "BATCH", 1)

        outcome = desk.bring({"on_error": "abort"}, conversations=CONVERSATION + GOOD)

        assert (counts(outcome), outcome.exit_code) == ((2, 2, 0, 0, 0), Exit.DONE)
        assert [entry[0] for entry in desk.journal()] == [1, 2]


class TestRejects:
    def test_they_go_to_a_folder_beside_the_database(self, desk: Desk) -> None:
        outcome = desk.give(conversations=CONVERSATION + BAD + GOOD)

        assert outcome.exit_code == Exit.DIFFERENCES
        assert outcome.rejects_path == desk.folder / "record.db-rejects" / "20260528T202640Z-1" / "rejects.jsonl"
        assert rejected(outcome) == [
            {
                "file": "inbox/conversations.csv",
                "line": 3,
                "offset": len(CONVERSATION),
                "code": "time",
                "detail": rejected(outcome)[0]["detail"],
                "raw": BAD.strip(),
            }
        ]
        assert list(desk.inbox.iterdir()) == [desk.inbox / "conversations.csv"]

    def test_only_their_owner_can_read_them(self, desk: Desk) -> None:
        path = desk.give(conversations=CONVERSATION + BAD).rejects_path

        assert path is not None
        assert [stat.S_IMODE(one.stat().st_mode) for one in (path, path.parent)] == [0o600, 0o700]

    def test_without_rejects_there_is_no_folder(self, desk: Desk, tmp_path: Path) -> None:
        outcome = desk.bring({"rejects": tmp_path / "aside" / "deep"}, conversations=CONVERSATION)

        assert outcome.rejects_path is None
        assert sorted(path.name for path in desk.folder.iterdir() if path.is_dir()) == ["inbox"]

    def test_they_go_where_the_person_says(self, desk: Desk, tmp_path: Path) -> None:
        outcome = desk.bring({"rejects": tmp_path / "aside"}, conversations=CONVERSATION + BAD)

        assert outcome.rejects_path == tmp_path / "aside" / "rejects.jsonl"
        assert codes(outcome) == ["time"]

    def test_those_of_an_earlier_import_stay(self, desk: Desk, tmp_path: Path) -> None:
        first = desk.bring({"rejects": tmp_path / "aside"}, conversations=CONVERSATION + BAD)
        second = desk.bring({"rejects": tmp_path / "aside"}, conversations=CONVERSATION + BAD + BAD)

        assert first.rejects_path != second.rejects_path
        assert (len(rejected(first)), len(rejected(second))) == (1, 2)

    def test_a_folder_that_cannot_be_written_is_refused_before_anything_is_written(
        self, desk: Desk, tmp_path: Path
    ) -> None:
        (tmp_path / "taken").write_text("a file")

        with pytest.raises(RejectsNotWritable) as refusal:
            desk.bring({"rejects": tmp_path / "taken" / "in"}, conversations=CONVERSATION + BAD)

        assert refusal.value.exit_code == Exit.WRONG_USE
        assert "Name a folder you may write to: --rejects PATH." in str(refusal.value)
        assert desk.ask("SELECT count(*) FROM import_run") == [(0,)]

    @pytest.mark.parametrize("reason", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
    def test_a_full_disk_below_them_is_a_full_disk(self, tmp_path: Path, reason: int) -> None:
        with pytest.raises(StorageFull) as refusal, writing_to(tmp_path):
            raise OSError(reason, os.strerror(reason))

        assert refusal.value.exit_code == Exit.STORAGE_FULL

    def test_what_a_conflict_contradicts_is_found_in_an_earlier_file(self, desk: Desk) -> None:
        desk.put(conversations=CONVERSATION)
        row = '{"conversation_id": "c1", "opened_at": "2026-05-01T10:30:00Z"}\n'
        (desk.inbox / "conversations.jsonl").write_text(row)

        line = rejected(run_import(desk.store, FileSource([desk.inbox]), now=NOW))[0]

        assert (line["file"], line["raw"]) == ("inbox/conversations.jsonl", row.strip())
        assert line["kept"]["file"] == "inbox/conversations.csv"
        assert line["kept"]["raw"] == "c1,2026-05-01T10:00:00Z,2026-05-01T11:00:00Z"

    def test_a_conflict_of_an_earlier_batch_finds_the_row_that_stands(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(run, "BATCH", 1)
        other = "c1,2026-05-01T10:30:00Z,\n"

        outcome = desk.give(conversations=CONVERSATION + GOOD + other + GOOD.replace("10:00", "10:01"))

        assert [(line["line"], line["kept"]["line"]) for line in rejected(outcome)] == [(4, 2), (5, 3)]


class TestGoingOn:
    def stop(self, desk: Desk, *, after: int, **options: object) -> None:
        """Import what is in the inbox and stop after some batches, as an interrupt does."""
        told = 0

        def interrupt(*_told: object) -> None:
            nonlocal told
            told += 1
            if told == after:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            run_import(desk.store, FileSource([desk.inbox]), now=NOW, progress=interrupt, **options)  # type: ignore[arg-type]

    @pytest.fixture(autouse=True)
    def small_batches(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(run, "BATCH", 2)

    def test_an_interrupted_import_goes_on_behind_its_last_commit(self, desk: Desk) -> None:
        desk.put(conversations=CONVERSATION + BAD + GOOD + GOOD)
        self.stop(desk, after=1)
        assert desk.ask("SELECT count(*) FROM conversation") == [(1,)]

        outcome = run_import(desk.store, FileSource([desk.inbox]), now=LATER)

        assert outcome.resumed
        assert counts(outcome) == (4, 2, 0, 1, 1)
        assert codes(outcome) == ["time"]
        assert desk.ask("SELECT state, finished_at FROM import_run") == [("done", LATER)]

    def test_interrupted_after_its_last_row_it_is_only_finished(self, desk: Desk) -> None:
        desk.put(conversations=CONVERSATION + GOOD)
        self.stop(desk, after=1)

        outcome = run_import(desk.store, FileSource([desk.inbox]), now=NOW)

        assert (outcome.resumed, counts(outcome)) == (True, (2, 2, 0, 0, 0))

    def test_other_files_are_another_import(self, desk: Desk) -> None:
        desk.put(conversations=CONVERSATION + GOOD + GOOD)
        self.stop(desk, after=1)

        assert not desk.give(conversations=CONVERSATION + GOOD).resumed

    @pytest.mark.parametrize("options", [{"source": "chat"}, {"project": "other"}, {"unknown": "reject"}])
    def test_the_same_files_for_another_purpose_are_another_import(self, desk: Desk, options: dict[str, str]) -> None:
        desk.put(conversations=CONVERSATION + GOOD + GOOD)
        self.stop(desk, after=1)

        source = FileSource([desk.inbox], name=options.pop("source", "import"))
        assert not run_import(desk.store, source, now=NOW, **options).resumed  # type: ignore[arg-type]

    def test_rejects_written_but_never_counted_are_cut_off(self, desk: Desk) -> None:
        desk.put(conversations=CONVERSATION + BAD + GOOD + BAD)
        self.stop(desk, after=1)
        part = next((desk.folder / "record.db-rejects").rglob("*.part"))
        with part.open("a") as file:
            file.write('{"half a li')

        outcome = run_import(desk.store, FileSource([desk.inbox]), now=NOW)

        assert [line["line"] for line in rejected(outcome)] == [3, 5]

    def test_two_imports_of_one_moment_into_one_folder_keep_their_rejects_apart(
        self, desk: Desk, tmp_path: Path
    ) -> None:
        (tmp_path / "other").mkdir()
        other = Desk(tmp_path / "other")
        for one in (desk, other):
            one.put(conversations=CONVERSATION + BAD + GOOD)
            self.stop(one, after=1, rejects=tmp_path / "both")
        parts = [path.read_bytes() for path in (tmp_path / "both").glob("*.part")]

        for one in (desk, other):
            outcome = run_import(one.store, FileSource([one.inbox]), now=NOW, rejects=tmp_path / "both")
            assert [line["line"] for line in rejected(outcome)] == [3]
        assert len(parts) == 2
        assert not list((tmp_path / "both").glob("*.part"))

    def test_rejects_that_are_gone_are_found_again_from_the_beginning(self, desk: Desk) -> None:
        desk.put(conversations=CONVERSATION + BAD + GOOD + BAD)
        self.stop(desk, after=1)
        next((desk.folder / "record.db-rejects").rglob("*.part")).unlink()

        outcome = run_import(desk.store, FileSource([desk.inbox]), now=NOW)

        assert (outcome.resumed, counts(outcome)) == (False, (4, 1, 0, 1, 2))
        assert [line["line"] for line in rejected(outcome)] == [3, 5]

    def test_a_conflict_with_a_row_from_before_the_interruption_keeps_both(self, desk: Desk) -> None:
        desk.put(conversations=CONVERSATION + GOOD + GOOD + "c1,2026-05-01T10:30:00Z,\n")
        self.stop(desk, after=1)

        line = rejected(run_import(desk.store, FileSource([desk.inbox]), now=NOW))[0]

        assert (line["code"], line["line"], line["kept"]["line"]) == ("conflict", 5, 2)

    def test_interrupted_after_its_rejects_got_their_last_name_it_is_only_finished(self, desk: Desk) -> None:
        first = desk.give(conversations=CONVERSATION + BAD + GOOD)
        lines = rejected(first)
        with desk.store.write() as connection:
            connection.exec_driver_sql("UPDATE import_run SET state = 'running', finished_at = NULL")

        again = run_import(desk.store, FileSource([desk.inbox]), now=NOW)

        assert (again.resumed, counts(again), again.rejects_path) == (True, counts(first), first.rejects_path)
        assert rejected(again) == lines

    def test_two_programs_cannot_do_the_same_import_at_once(self, desk: Desk) -> None:
        desk.put(conversations=CONVERSATION + GOOD + GOOD + GOOD + GOOD)

        def another(*_told: object) -> None:
            run_import(desk.store, FileSource([desk.inbox]), now=NOW)

        with pytest.raises(ImportRunning) as refusal:
            run_import(desk.store, FileSource([desk.inbox]), now=NOW, progress=another)

        assert refusal.value.exit_code == Exit.UNAVAILABLE
        assert counts(run_import(desk.store, FileSource([desk.inbox]), now=NOW)) == (5, 0, 0, 5, 0)


class TestRefusals:
    def test_a_file_that_cannot_be_read_leaves_the_record_untouched(self, desk: Desk) -> None:
        with pytest.raises(ColumnsMissing):
            desk.give(conversations=CONVERSATION, messages="message_id,text\nm1,Hello\n")

        assert desk.ask("SELECT count(*) FROM project") == [(0,)]

    @pytest.mark.parametrize("option", ["on_error", "unknown"])
    def test_a_choice_nobody_offers_is_wrong_use(self, desk: Desk, option: str) -> None:
        with pytest.raises(OptionNotUnderstood) as refusal:
            desk.bring({option: "perhaps"}, conversations=CONVERSATION)

        assert refusal.value.exit_code == Exit.WRONG_USE
