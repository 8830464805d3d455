"""Time is a parameter: the clock is read in one place, so that everything else can be asked about any moment."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.tree import SOURCE, place, python, syntax

CLOCK = SOURCE / "kit" / "clock.py"
READS = {
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
    "time": {"time", "time_ns", "localtime", "gmtime", "ctime", "asctime", "strftime"},
    "func": {"now", "current_timestamp", "current_date", "current_time", "localtimestamp"},
}
"""What reads the clock; `time.monotonic` and `time.perf_counter` measure how long something takes, and may."""


def readings(tree: ast.Module) -> Iterator[int]:
    """Return the lines on which the clock is read, by whatever name it was imported."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in READS.get(_name(node.value), ()):
            yield node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            yield from (node.lineno for alias in node.names if alias.name in READS["time"])


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def test_only_the_clock_reads_the_clock() -> None:
    read = [place(path, line) for path in python(SOURCE) if path != CLOCK for line in readings(syntax(path))]

    assert read == []


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("datetime.now(UTC)", [1]),
        ("datetime.datetime.utcnow()", [1]),
        ("x = 1\nfrom time import time", [2]),
        ("func.now()", [1]),
        ("clock.now()", []),
        ("time.monotonic()", []),
        ("Path('a').time", []),
    ],
)
def test_the_rule_knows_a_reading_of_the_clock(code: str, lines: list[int]) -> None:
    assert list(readings(ast.parse(code))) == lines


def test_the_clock_itself_is_where_the_rule_looks_for_it() -> None:
    assert list(readings(syntax(Path(CLOCK))))
