"""Whatever happens to the file of the facts, or to the process that writes it: the figures are right afterwards."""

import json
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

import duckdb
import pytest

from ressenti.facts.store import facts_path
from tests.support.environment import ROOT, rounds
from tests.support.scenario import World

CORRUPTED = rounds(10, nightly=200)
KILLED = rounds(6, nightly=100)


def company(folder: Path, conversations: int) -> World:
    """Make a world of a few channels and agents, with surveys and sales."""
    world = World(folder)
    add(world, conversations)
    return world


def add(world: World, conversations: int) -> None:
    for number in range(conversations):
        minute = 1 + number % 50
        world.conversation(
            messages=[("visitor", "10:00"), (f"agent:a{number % 7}", f"10:{minute:02}")],
            csat=1 + number % 5 if number % 3 else None,
            channel=f"Channel {number % 4}",
            sales=[("10:20", 10.5 + number)] if number % 9 == 0 else (),
        )
    assert world.import_().total.rejected == 0


def child(what: str, url: str, *facts: str) -> "subprocess.Popen[str]":
    paths = os.pathsep.join(filter(None, sys.path))
    environment = {**os.environ, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "tests.support.child_facts", what, url, *facts]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def told(url: str, *facts: str) -> dict[str, Any]:
    """Have a process say the figures, and what verify finds; of facts that are kept elsewhere, where that is told."""
    with child("figures", url, *facts) as process:
        said, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    found: dict[str, Any] = json.loads(said)
    return found


def copied(world: World, folder: Path) -> tuple[str, Path]:
    """Copy an installation that nobody has open; return its address and its facts."""
    shutil.copytree(world.folder, folder, ignore=shutil.ignore_patterns("import-*", "*.lock"))
    return f"sqlite:///{folder / 'record.db'}", facts_path(folder / "record.db")


def damage(path: Path, pick: random.Random) -> str:
    """Cut a file short, or flip bits in it, so that its date may or may not tell; return what was done."""
    before = path.stat()
    content = bytearray(path.read_bytes())
    how = pick.choice(["cut", "bit", "bits", "block"])
    place = pick.randrange(len(content))
    if how == "cut":
        content = content[:place]
    elif how == "block":
        content[place : place + 4096] = pick.randbytes(len(content[place : place + 4096]))
    else:
        for _ in range(1 if how == "bit" else 40):
            content[pick.randrange(len(content))] ^= 1 << pick.randrange(8)
    path.write_bytes(content)
    if is_unseen := pick.random() < 0.5:
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    return f"{how} at {place}{', date kept' if is_unseen else ''}"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = company(tmp_path_factory.mktemp("whole"), 300)
    yield made
    made.close()


@pytest.fixture(scope="module")
def expected(whole: World) -> dict[str, Any]:
    return told(whole.url)


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Measure a few conversations, then record many more that the facts do not hold yet."""
    made = company(tmp_path_factory.mktemp("behind"), 200)
    told(made.url)
    add(made, 1_500)
    yield made
    made.close()


class TestDamage:
    @pytest.mark.parametrize("turn", range(CORRUPTED))
    def test_a_file_that_is_cut_or_flipped_gives_the_same_figures(
        self, whole: World, expected: dict[str, Any], tmp_path: Path, turn: int
    ) -> None:
        url, facts = copied(whole, tmp_path / "copy")
        done = damage(facts, random.Random(turn))

        assert told(url) == expected, done

    def test_a_value_that_somebody_changed_by_the_rules_is_found_by_verify(
        self, whole: World, expected: dict[str, Any], tmp_path: Path
    ) -> None:
        """The control: no checksum tells of it, and so the comparison above can fail."""
        url, facts = copied(whole, tmp_path / "copy")
        with duckdb.connect(str(facts)) as database:
            database.execute("UPDATE answer SET is_satisfied = NOT is_satisfied WHERE csat IS NOT NULL")
        found = told(url)

        assert found["figures"] != expected["figures"]
        assert found["verified"] != expected["verified"]


class TestKill:
    def test_ended_with_kill_9_while_they_follow_the_journal_verify_finds_nothing(
        self, behind: World, tmp_path: Path
    ) -> None:
        calm, _facts = copied(behind, tmp_path / "calm")
        with child("follow", calm) as process:
            assert process.stdout is not None
            process.stdout.readline()
            start = time.monotonic()
            assert process.wait(60) == 0
        usual_s = time.monotonic() - start
        expected = told(calm)
        midway = 0
        for turn in range(KILLED):
            folder = tmp_path / str(turn)
            url, _facts = copied(behind, folder)
            with child("follow", url) as process:
                assert process.stdout is not None
                process.stdout.readline()
                time.sleep(random.Random(turn).random() * usual_s * 0.7)
                process.send_signal(signal.SIGKILL)
                midway += process.wait() == -signal.SIGKILL

            assert told(url) == expected, f"round {turn}"
            shutil.rmtree(folder)

        assert midway > KILLED / 3
