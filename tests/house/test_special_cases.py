"""No code asks for an indicator or a dimension by its key, to treat it in another way than others."""

import ast
from collections.abc import Iterator

from ressenti.indicators.catalogue import INDICATORS
from ressenti.indicators.dimensions import DIMENSIONS
from tests.house.tree import SOURCE, python, syntax

KEYS = frozenset(INDICATORS) | frozenset(DIMENSIONS)
STATIONS = ("indicators", "reports", "web", "cli")
ARGUMENTS = frozenset(("by", "indicator", "dimension"))
LOOKUPS = frozenset(("dimension", "indicator", "row_label"))

# What is spelled like a key and is none, by file.
OTHER_WORDS = {
    "reports/rows/lookups.py": "the questions of a survey, as the record calls them",
}


def test_no_key_is_asked_for_where_it_is_not_declared() -> None:
    found = {
        path.relative_to(SOURCE).as_posix(): list(asked_by_key(syntax(path)))
        for station in STATIONS
        for path in python(SOURCE / station)
    }
    asked = {file: places for file, places in found.items() if places}

    assert asked.keys() == OTHER_WORDS.keys(), asked


def test_control_comparisons_cases_arguments_and_lookups_are_seen() -> None:
    tree = ast.parse(
        "if by == 'agent': ...\n"
        "if key in ('csat', 'x'): ...\n"
        "match key:\n    case 'nps' | 'x': ...\n"
        "answer(by='survey')\n"
        "dimension('language')\n"
        "x = {'csat': tiles['csat']}\n"
    )

    assert sorted(asked_by_key(tree)) == [(1, "agent"), (2, "csat"), (4, "nps"), (5, "survey"), (6, "language")]


def asked_by_key(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield line and key where a key that is written out is compared with, or asked for."""
    for node in ast.walk(tree):
        for child in _asked_in(node):
            for part in ast.walk(child):
                if isinstance(part, ast.Constant) and part.value in KEYS:
                    yield part.lineno, part.value


def _asked_in(node: ast.AST) -> list[ast.expr]:
    match node:
        case ast.Compare(left=left, comparators=others):
            return [one for one in (left, *others) if isinstance(one, ast.Constant | ast.Tuple | ast.Set | ast.List)]
        case ast.MatchValue(value=value):
            return [value]
        case ast.keyword(arg=str(name), value=ast.Constant() as value) if name in ARGUMENTS:
            return [value]
        case ast.Call(func=ast.Name(id=name), args=[ast.Constant() as first, *_]) if name in LOOKUPS:
            return [first]
    return []
