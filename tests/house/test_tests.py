"""A test that does not run says so: nothing is skipped quietly, and no test asserts nothing."""

import ast
from pathlib import Path

from tests.house.tree import place, python, syntax
from tests.support.environment import ROOT

TESTS = ROOT / "tests"
MAY_SKIP = {TESTS / "conftest.py"}
SKIPS = {"skip", "skipif", "xfail", "importorskip", "SkipTest", "skipTest", "skipUnless", "skipIf"}


def skips(path: Path) -> list[str]:
    attributes = (node for node in ast.walk(syntax(path)) if isinstance(node, ast.Attribute))
    return [place(path, node.lineno) for node in attributes if node.attr in SKIPS]


def test_only_the_fixtures_that_say_not_run_may_skip() -> None:
    assert [line for path in python(TESTS) if path not in MAY_SKIP for line in skips(path)] == []


def test_no_test_is_empty() -> None:
    tests = [
        (path, node)
        for path in python(TESTS)
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]

    assert [place(path, node.lineno) for path, node in tests if not says_something(node)] == []


def says_something(test: ast.FunctionDef) -> bool:
    """Say whether a test does more than `pass`, `...` or a docstring."""
    return any(not isinstance(part, ast.Pass) and not _is_constant(part) for part in test.body)


def _is_constant(part: ast.stmt) -> bool:
    return isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant)
