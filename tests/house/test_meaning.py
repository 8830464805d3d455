"""What the documents promise to explain is explained: decisions, commands, parameters; and their examples are so."""

import ast
import re
import tokenize
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click
import pytest
from litestar.handlers import HTTPRouteHandler

from ressenti.cli.app import COMMANDS
from ressenti.indicators.catalogue import INDICATORS
from ressenti.indicators.dimensions import DIMENSIONS
from ressenti.indicators.drivers.explained_change import DriverRow
from ressenti.indicators.parse_question import WORDS
from ressenti.kit.refusals import Exit
from ressenti.web.api import indicators
from scripts import examples
from tests.house.tree import SOURCE, place, python, syntax
from tests.support.environment import ROOT

DOCS = ROOT / "docs"
NUMBER = re.compile(r"\b[DE]\d{1,2}\b")
PARAGRAPH = re.compile(r"^\*\*((?:[DE]\d+(?:, )?)+)\.\*\*", re.MULTILINE)
ROW = re.compile(r"^\| `(-{0,2}[\w-]+)[^`]*` \|", re.MULTILINE)
COUNT = re.compile(r"^\| (\d+) \|", re.MULTILINE)


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def sections(text: str) -> dict[str, str]:
    """Return the parts of a page by their heading."""
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    return dict(zip((heading.strip("`") for heading in parts[1::2]), parts[2::2], strict=True))


def rows(text: str) -> set[str]:
    """Return what the first column of the tables names: a parameter, or an option without its value."""
    return set(ROW.findall(text))


def options(text: str) -> set[str]:
    return {row for row in rows(text) if row.startswith("--")}


def words(path: Path) -> Iterator[str]:
    """Return the comments of a Python file, and every text in it: docstrings, helps, refusals."""
    with path.open("rb") as file:
        yield from (token.string for token in tokenize.tokenize(file.readline) if token.type == tokenize.COMMENT)
    yield from (
        node.value for node in ast.walk(syntax(path)) if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def test_every_decision_and_edge_case_the_code_names_has_its_paragraph() -> None:
    named = {number: place(path) for path in python(SOURCE) for text in words(path) for number in NUMBER.findall(text)}
    explained = set(NUMBER.findall(" ".join(PARAGRAPH.findall(page("meaning.md")))))

    assert named
    assert {number: path for number, path in named.items() if number not in explained} == {}


def test_every_indicator_and_dimension_has_its_row() -> None:
    explained = sections(page("meaning.md"))

    assert rows(explained["The indicators"]) == set(INDICATORS)
    assert rows(explained["The dimensions"]) == set(DIMENSIONS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_of_a_command_has_its_row(name: str) -> None:
    module, function = COMMANDS[name].split(":")
    command: click.Command = getattr(import_module(module), function)
    parts = [command, *(command.commands.values() if isinstance(command, click.Group) else ())]
    given = [one for part in parts for one in part.params if isinstance(one, click.Option)]
    there = {option for one in given for option in (*one.opts, *one.secondary_opts)}
    text = sections(page("commands.md"))
    shared = options(text["Filters"]) if name in {"read", "drivers", "export"} else set()

    assert options(text[f"ressenti {name}"]) | shared == there


def test_every_exit_code_has_its_row() -> None:
    told = {int(code) for code in COUNT.findall(sections(page("commands.md"))["Exit codes"])}

    assert told == set(Exit)


def test_every_address_of_the_api_has_its_heading_and_every_parameter_its_row() -> None:
    text = sections(page("api.md"))
    routes = {
        f"{method} {path}".replace(":str", "")
        for one in vars(indicators).values()
        if isinstance(one, HTTPRouteHandler)
        for path in one.paths
        for method in one.http_methods - {"OPTIONS"}
    }

    assert routes == {heading for heading in text if "/" in heading}
    assert rows(text["GET /api/v1/indicators/{key}"]) == {*WORDS, "sql"}
    assert rows(text["GET /api/v1/indicators/{key}/drivers"]) >= {*DriverRow._fields}


def test_every_example_prints_what_the_page_says() -> None:
    found = list(examples.examples(examples.PAGE.read_text(encoding="utf-8")))

    assert len(found) > 20
    assert {one.command: one.found for one in found if not one.is_so} == {}, "scripts/examples.py writes them again"


def test_every_promise_has_its_test() -> None:
    promises = re.split(r"^- ", page("guarantees.md"), flags=re.MULTILINE)[1:]
    named = [re.findall(r"`(tests/[\w/]+\.py)(?:::(test_\w+))?`", promise) for promise in promises]
    missing = [
        (path, test)
        for path, test in (one for tests in named for one in tests)
        if not (ROOT / path).is_file() or f"def {test}(" not in (ROOT / path).read_text(encoding="utf-8") + "def ("
    ]

    assert [promise for promise, tests in zip(promises, named, strict=True) if not tests] == []
    assert missing == []
