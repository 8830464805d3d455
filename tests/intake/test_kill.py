"""An import that was ended in the middle goes on where it was, and ends as if nothing had happened."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ressenti.intake.model import FileKind
from ressenti.intake.run import run
from ressenti.intake.run.outcome import ImportOutcome
from ressenti.intake.run.run import run_import
from ressenti.intake.sources.files.file_source import FileSource
from tests.support.environment import ROOT, rounds
from tests.support.import_files import export
from tests.support.importing import NOW, Desk, counts, rejected

BATCH = 200
ROUNDS = rounds(20, nightly=100)


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "BATCH", BATCH)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, ImportOutcome]]:
    """Return an import that nothing ended."""
    desk = Desk(tmp_path_factory.mktemp("undisturbed"))
    export(desk.inbox, conversations=300)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "BATCH", BATCH)
        yield desk, run_import(desk.store, FileSource([desk.inbox]), now=NOW)


def start(desk: Desk, inbox: Path, *, largest_file: int = 0) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.support.child_import", desk.store.url, inbox, BATCH, largest_file]
    paths = os.pathsep.join(filter(None, sys.path))
    environment = {**os.environ, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.Popen(
        list(map(str, command)), cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def kill_midway(desk: Desk, inbox: Path, pick: random.Random) -> int:
    """End an import with SIGKILL somewhere after a few batches; return how many had been told."""
    told = pick.randrange(1, 12)
    with start(desk, inbox) as child:
        assert child.stdout is not None
        lines = [child.stdout.readline() for _ in range(told)]
        time.sleep(pick.random() * 0.02)
        child.send_signal(signal.SIGKILL)
        child.wait()
    assert all(lines)
    assert child.returncode == -signal.SIGKILL
    return told


def shown(outcome: ImportOutcome) -> dict[str, Any]:
    """Return all that an import reports, but for where and whether it was resumed."""
    about = {"files": outcome.files, "warnings": outcome.warnings, "reasons": outcome.reasons}
    return {**about, "rejected": rejected(outcome)}


def test_the_export_has_every_fate_a_row_can_have(undisturbed: tuple[Desk, ImportOutcome]) -> None:
    _desk, outcome = undisturbed
    codes = {line["code"] for line in rejected(outcome)}

    assert min(outcome.imported, outcome.duplicate, outcome.rejected) > 0
    assert {"conflict", "overlap", "unknown_conversation", "columns"} <= codes
    assert all("kept" in line for line in rejected(outcome) if line["code"] == "conflict")


def tables(outcome: ImportOutcome) -> dict[str, bytes]:
    """Return the CSV files of rejected rows; nothing but them and the file of rejects lies in their folder."""
    assert outcome.rejects_folder is not None
    files = {path.name: path.read_bytes() for path in outcome.rejects_folder.iterdir()}
    assert files.pop("rejects.jsonl")
    assert files.keys() <= {f"{kind}.csv" for kind in FileKind}
    return files


def test_ended_with_kill_9_and_given_again_it_ends_as_if_nothing_had_happened(
    undisturbed: tuple[Desk, ImportOutcome], tmp_path: Path
) -> None:
    calm, expected = undisturbed
    content, report = calm.content(), shown(expected)
    resumed = 0
    for turn in range(ROUNDS):
        pick = random.Random(turn)
        folder = tmp_path / str(turn)
        folder.mkdir()
        desk = Desk(folder)
        for _ in range(pick.choice([1, 1, 2])):
            kill_midway(desk, calm.inbox, pick)
        outcome = run_import(desk.store, FileSource([calm.inbox]), now=NOW)

        assert shown(outcome) == report, f"round {turn}"
        assert desk.content() == content, f"round {turn}"
        assert tables(outcome) == tables(expected), f"round {turn}"
        resumed += outcome.resumed
        desk.store.close()
        shutil.rmtree(folder)

    assert resumed == ROUNDS


def test_without_what_the_commits_wrote_down_the_totals_would_be_others(
    undisturbed: tuple[Desk, ImportOutcome], tmp_path: Path
) -> None:
    calm, expected = undisturbed
    desk = Desk(tmp_path)
    kill_midway(desk, calm.inbox, random.Random(1))
    with desk.store.write() as connection:
        connection.exec_driver_sql("DELETE FROM import_run")

    outcome = run_import(desk.store, FileSource([calm.inbox]), now=NOW)

    assert not outcome.resumed
    assert outcome.read == expected.read
    assert counts(outcome) != counts(expected)


def test_a_full_disk_ends_it_with_6_and_it_goes_on_when_there_is_room(
    undisturbed: tuple[Desk, ImportOutcome], tmp_path: Path
) -> None:
    calm, expected = undisturbed
    desk = Desk(tmp_path)
    with start(desk, calm.inbox, largest_file=900_000) as child:
        said, errors = child.communicate()

    assert (child.returncode, errors) == (6, "")
    assert "Nothing was lost: make room and give the same command again." in said
    assert desk.ask("SELECT count(*) FROM conversation")[0][0] > 0

    outcome = run_import(desk.store, FileSource([calm.inbox]), now=NOW)

    assert outcome.resumed
    assert shown(outcome) == shown(expected)
    assert desk.content() == calm.content()


def test_an_interrupt_ends_it_between_commits_and_it_goes_on(
    undisturbed: tuple[Desk, ImportOutcome], tmp_path: Path
) -> None:
    calm, expected = undisturbed
    desk = Desk(tmp_path)
    with start(desk, calm.inbox) as child:
        assert child.stdout is not None
        child.stdout.readline()
        child.send_signal(signal.SIGINT)
        _said, errors = child.communicate()
    assert "KeyboardInterrupt" in errors

    outcome = run_import(desk.store, FileSource([calm.inbox]), now=NOW)

    assert outcome.resumed
    assert shown(outcome) == shown(expected)
