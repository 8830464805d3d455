"""Settings are declared once: what commands read, what doctor looks at and what the page says are the same."""

import re
from pathlib import Path

import pytest

import ressenti
from ressenti.kit.settings import ADDRESS, OF_CHECKOUTS, SETTINGS, in_use, unknown
from tests.support.terminal import Terminal


def test_the_command_line_wins_over_the_environment_and_an_empty_variable_is_not_set() -> None:
    environment = {"RESSENTI_ADDRESS": "https://b.example"}

    assert ADDRESS.read("https://a.example", environment) == "https://a.example"
    assert ADDRESS.read(None, environment) == "https://b.example"
    assert ADDRESS.read("", environment) == "https://b.example"
    assert ADDRESS.read(None, {"RESSENTI_ADDRESS": ""}) is None


def test_every_variable_the_package_speaks_of_is_a_setting() -> None:
    """A variable read somewhere by hand would be in no document."""
    spoken_of = {
        name
        for path in Path(ressenti.__file__).parent.rglob("*.py")
        for name in re.findall(r"RESSENTI_[A-Z]+(?:_[A-Z]+)*", path.read_text(encoding="utf-8"))
    }

    assert spoken_of - OF_CHECKOUTS == {setting.variable for setting in SETTINGS}


def test_no_module_but_that_of_settings_reads_a_variable_of_ours() -> None:
    reading = [
        path.name
        for path in Path(ressenti.__file__).parent.rglob("*.py")
        if re.search(r"environ(?:\.get)?[(\[]\s*\"RESSENTI_", path.read_text(encoding="utf-8"))
    ]

    assert reading == []


def test_variables_that_were_mistyped_are_found() -> None:
    environment = {"RESSENTI_ADRESS": "x", "RESSENTI_SMTP": "smtp://127.0.0.1", "RESSENTI_SHARED": "x", "HOME": "x"}

    assert unknown(environment) == ["RESSENTI_ADRESS"]
    assert in_use(environment) == ["RESSENTI_SMTP"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"RESSENTI_ADRESS": "x"}, "RESSENTI_ADRESS is no setting. Did you mean: RESSENTI_ADDRESS"),
        ({"RESSENTI_SMTP": "smtp://me:secret@127.0.0.1"}, "Settings"),
    ],
)
def test_doctor_names_settings_and_never_their_values(given: dict[str, str], told: str, tmp_path: Path) -> None:
    terminal = Terminal(f"sqlite:///{tmp_path}/r.db", **given)

    said = terminal.run("doctor").output

    assert told in " ".join(said.split())
    assert "secret" not in said
