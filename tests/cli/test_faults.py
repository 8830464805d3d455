"""A fault of ours in a command is one sentence, and a file that tells its place and its kind without its words."""

import stat
from pathlib import Path
from typing import Any

import pytest

from ressenti.cli.app import run
from ressenti.kit import logs
from tests.support.child_faulty import SAID, fail
from tests.support.scenario import World


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the folder in which a command leaves what it tells of a fault."""
    folder = tmp_path / "told"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def faulty(folder: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    world = World(folder / "record").settle()
    world.close()
    monkeypatch.setattr("ressenti.record.stores.sqlite.Store.read", fail)
    return run(["read", "csat", "--database", world.url])


def test_the_file_of_a_fault_holds_no_words(
    tmp_path: Path, told: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    exit_code = faulty(tmp_path, monkeypatch)
    said = capfd.readouterr()
    [file] = told.glob("ressenti-fault-*.txt")
    held = file.read_text()

    assert exit_code == 5
    assert (said.out, len(said.err.splitlines())) == ("", 1)
    assert str(file) in said.err
    assert held.endswith("child_faulty.Worded\n")
    assert "in fail" in held
    assert SAID not in held + said.err
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_told_whole_it_would_hold_them(tmp_path: Path, told: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control."""
    whole: Any = repr
    monkeypatch.setattr(logs, "trace", whole)
    faulty(tmp_path, monkeypatch)
    [file] = told.glob("ressenti-fault-*.txt")

    assert SAID in file.read_text()
