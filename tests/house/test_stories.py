"""Every story that is ticked names tests that are there, and none of the due ones is missing."""

import ast
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.support.environment import ROOT

DUE = {*range(1, 27), 32, 98, 100, 104}
PAGE = ROOT / "docs" / "stories.md"


def rows() -> dict[int, list[str]]:
    """Return the tests of each story, by its number."""
    found = re.findall(r"^\| (\d+) \| [^|]+ \| (.+) \|$", PAGE.read_text(), re.MULTILINE)
    return {int(number): re.findall(r"`([^`]+)`", tests) for number, tests in found}


def names(path: Path) -> set[str]:
    """Return the node ids of a file of tests, without its path."""
    found = set()
    with ThreadPoolExecutor(
        1
    ) as pool:  # on its own stack: a browser's may be in this thread, which the parser bears badly
        tree = pool.submit(ast.parse, path.read_text()).result()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}::{one.name}" for one in node.body if isinstance(one, ast.FunctionDef)}
    return found


def test_every_story_that_is_due_is_shown_by_tests() -> None:
    told = rows()

    assert set(told) >= DUE
    assert [number for number, tests in told.items() if not tests] == []


def test_every_test_that_a_story_names_is_there() -> None:
    missing = []
    for tests in rows().values():
        for one in tests:
            path, _colons, name = one.partition("::")
            if not (ROOT / path).exists() or name not in names(ROOT / path):
                missing.append(one)

    assert missing == []
