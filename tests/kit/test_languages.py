"""Wherever a language can be chosen or is spoken, it follows from its declaration and its translations alone."""

import json
import subprocess
import sys
from typing import Any

import pytest

from ressenti.kit.languages import LANGUAGES
from tests.support.environment import ROOT


@pytest.fixture(scope="module")
def esperanto(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return what is shown in a process in which one more language is declared."""
    command = [sys.executable, "-m", "tests.support.child_language", str(tmp_path_factory.mktemp("language"))]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    shown: dict[str, Any] = json.loads(done.stdout)
    return shown


def test_a_language_is_called_what_its_speakers_call_it() -> None:
    assert {key: one.name for key, one in LANGUAGES.items()} == {"en": "English", "fr": "Français"}


def test_the_page_of_signing_in_offers_it_and_speaks_it(esperanto: dict[str, Any]) -> None:
    page = esperanto["page"]["chosen"]

    assert '<html lang="eo"' in page
    assert '<a href="?lang=eo" lang="eo" hreflang="eo" aria-current="true">Esperanto</a>' in page
    assert "<h1>Ensaluti</h1>" in page


def test_it_is_remembered(esperanto: dict[str, Any]) -> None:
    assert "<h1>Ensaluti</h1>" in esperanto["page"]["remembered"]


def test_a_report_may_be_mailed_in_it(esperanto: dict[str, Any]) -> None:
    assert '<option value="eo" lang="eo" selected>Esperanto</option>' in esperanto["page"]["mailing"]


def test_programs_have_the_names_of_indicators_in_it(esperanto: dict[str, Any]) -> None:
    assert esperanto["api"]["response_rate"]["eo"]["name"] == "Respondofteco"


def test_the_terminal_speaks_it(esperanto: dict[str, Any]) -> None:
    line = next(line for line in esperanto["command"].splitlines() if line.startswith("response_rate"))

    assert line.split()[1] == "Respondofteco"


def test_a_page_with_numbers_speaks_it(esperanto: dict[str, Any]) -> None:
    page = esperanto["page"]["advice"]

    assert '<html lang="eo"' in page
    assert "Respondofteco" in page


def test_its_numbers_have_the_signs_of_cldr(esperanto: dict[str, Any]) -> None:
    assert esperanto["number"] == "12\u00a0430,5"


def test_its_clock_and_the_first_of_its_months_are_as_declared(esperanto: dict[str, Any]) -> None:
    assert (esperanto["clock"], esperanto["day"]) == ("h. 18:42", "1-a Nov 2026")
