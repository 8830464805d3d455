"""A command that is told to people can be pasted into a shell, whatever stands in it."""

import re
import shlex
from pathlib import Path

import pytest

import ressenti
from ressenti.indicators.model import OnOtherScale
from ressenti.kit.shell import command
from ressenti.reports.wording import satisfied_command
from tests.support.scenario import World
from tests.support.terminal import Terminal

HOSTILE = [
    "two words",
    "it's",
    'say "no"',
    "$HOME",
    "`id`",
    "$(id)",
    "a;b",
    "a\nb",
    "*",
    "~",
    "#1",
    "été",
    "-x",
    "a&b",
    "",
]


@pytest.mark.parametrize("value", HOSTILE)
def test_a_shell_reads_each_word_as_it_was_given(value: str) -> None:
    said = command("project", value, options=["--zone", "UTC"])

    usual = ["ressenti", "project", value, "--zone", "UTC"]
    assert shlex.split(said) == (["ressenti", "project", "--zone", "UTC", "--", "-x"] if value == "-x" else usual)


@pytest.mark.parametrize("key", [one for one in HOSTILE if one])
def test_what_the_page_says_of_a_scale_names_the_project_whatever_it_is_called(key: str) -> None:
    said = satisfied_command(OnOtherScale(1, 10, 3), key)

    words = shlex.split(said)
    assert words[:2] == ["ressenti", "project"]
    assert {*words[2:]} - {"--"} == {key, "--satisfied", "10=9,10"}


@pytest.mark.parametrize("key", ["-x", "--zone", "it's $HOME"])
def test_a_told_command_does_what_it_says_whatever_the_project_is_called(key: str, tmp_path: Path) -> None:
    terminal = Terminal(f"sqlite:///{tmp_path}/r.db")
    told = shlex.split(command("project", key, options=["--zone", "Europe/Paris"]))

    done = terminal.run(*told[1:])

    assert done.exit_code == 0
    assert re.search(rf"^{re.escape(key)} .* Europe/Paris", done.output, re.MULTILINE)


def test_what_an_import_says_of_its_zone_and_its_scale_can_be_pasted(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.conversation(csat=9, csat_scale="10")
    outcome = world.import_(project="it's $HOME", timezone="Europe/Paris", csat_scale="10")
    world.close()

    told = [str(note.data["command"]) for note in outcome.notes if "command" in note.data]
    assert told
    assert {tuple(shlex.split(one)[:3]) for one in told} == {("ressenti", "project", "it's $HOME")}


def test_no_command_is_put_together_by_hand() -> None:
    """Our own words may stand in one as they are: indicators and dimensions."""
    found = {
        path.parent.name: line.strip()
        for path in Path(ressenti.__file__).parent.rglob("*.py")
        for line in path.read_text().splitlines()
        if re.search(r'"ressenti [a-z]+[^"]*\{', line)
    }

    assert set(found) <= {"definitions"}
