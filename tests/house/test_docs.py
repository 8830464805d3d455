"""What the documents say is so: the pages made from the code are current, and what they point at is there."""

import re
from collections import Counter
from pathlib import Path

import pytest

from ressenti.cli.app import COMMANDS
from ressenti.intake.model import FILES
from scripts import references, refusals
from tests.house.tree import tracked
from tests.support.environment import ROOT

PAGES = [path for path in tracked() if path.suffix == ".md"]
VERB = re.compile(r"`make ([a-z-]+)|^make ([a-z-]+)", re.MULTILINE)
COMMAND = re.compile(r"^ressenti ([a-z]+)|`ressenti ([a-z]+)", re.MULTILINE)
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_the_page_of_refusals_is_current() -> None:
    assert refusals.PAGE.read_text(encoding="utf-8") == refusals.page(), "make docs writes it again"


@pytest.mark.parametrize("path", references.PAGES, ids=lambda path: path.stem)
def test_the_pages_of_settings_and_of_the_data_model_are_current(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == references.PAGES[path](), "make docs writes it again"


def test_each_refusal_has_a_code_of_its_own() -> None:
    """Of a marker and of a conversation that are somebody else's the same is said: both names are public."""
    codes = Counter(refusal.code for refusal in refusals.known())

    assert [code for code, count in codes.items() if count > 1] == ["not_yours"]


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_verb_a_page_names_is_in_the_makefile(page: Path) -> None:
    verbs = {first or second for first, second in VERB.findall(page.read_text(encoding="utf-8"))}
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))

    assert verbs <= targets


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_command_a_page_names_is_one(page: Path) -> None:
    commands = {first or second for first, second in COMMAND.findall(page.read_text(encoding="utf-8"))}

    assert commands <= set(COMMANDS)


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_leads_to_a_file(page: Path) -> None:
    links = LINK.findall(page.read_text(encoding="utf-8"))
    local = [link for link in links if not re.match(r"[a-z]+:", link)]

    assert [link for link in local if not (page.parent / link).exists()] == []


def test_every_decision_fits_on_a_screen_and_is_in_the_list() -> None:
    folder = ROOT / "docs" / "decisions"
    decisions = sorted(path for path in folder.glob("0*.md"))
    listed = LINK.findall((folder / "README.md").read_text(encoding="utf-8"))

    assert [path.name for path in decisions] == listed
    assert [path.name for path in decisions if len(path.read_text(encoding="utf-8").splitlines()) > 40] == []


def test_the_page_of_the_import_format_names_every_column() -> None:
    page = (ROOT / "docs" / "import.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", page, re.MULTILINE))
    missing = {
        (kind, column.name)
        for kind, columns in FILES.items()
        for column in columns
        if f"`{column.name}`" not in rows[kind]
    }

    assert missing == set()
