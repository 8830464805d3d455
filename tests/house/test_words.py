"""Is a class told from every other by its name, and a value by what it is?"""

import ast
import builtins
import re
from collections import Counter
from collections.abc import Iterator

from tests.house.tree import SOURCE, place, python, syntax

SAYS_NOTHING = frozenset("one found told said wanted this".split())
LONGEST_SPAN = 5
RAISED = re.compile(r"\b[Rr]aises\s+([A-Z]\w+(?:(?:,|,?\s+and)\s+[A-Z]\w+)*)")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def test_the_name_of_a_class_or_of_a_type_alias_stands_for_one_thing_only() -> None:
    named: dict[str, list[str]] = {}
    for path in python(SOURCE):
        for name, line in type_names(syntax(path)):
            named.setdefault(name, []).append(place(path, line))

    assert {name: places for name, places in named.items() if len(places) > 1} == {}


def test_a_value_that_lives_longer_than_a_few_lines_is_named_by_what_it_is() -> None:
    vague = {
        place(path, line): (function, name)
        for path in python(SOURCE)
        for line, function, name in vague_values(syntax(path))
    }

    assert vague == {}


def test_what_a_docstring_says_is_raised_is_there() -> None:
    known = set(dir(builtins))
    for path in python(SOURCE):
        known |= set(names_bound(syntax(path)))
    missing = [
        (place(path, line), name)
        for path in python(SOURCE)
        for line, name in said_to_be_raised(syntax(path))
        if name not in known
    ]

    assert missing == []


def test_control_a_name_after_raises_is_seen() -> None:
    tree = ast.parse('def read():\n    """Return it; raises Gone and Lost. Raises Broken, and others."""\n')

    assert [name for _line, name in said_to_be_raised(tree)] == ["Gone", "Lost", "Broken"]


def test_control_two_classes_and_two_aliases_of_one_name_are_seen() -> None:
    tree = ast.parse("class _Row: ...\nKey = dict[str, int]\nclass Outer:\n    class _Row: ...\nKey: TypeAlias = int\n")

    assert Counter(name for name, _ in type_names(tree)) == {"_Row": 2, "Key": 2, "Outer": 1}


def test_control_a_parameter_and_a_local_of_long_life_are_seen() -> None:
    tree = ast.parse("def read(one):\n    found = 1\n\n\n\n\n\n    print(found)\n    return one\n")

    assert list(vague_values(tree)) == [(1, "read", "one"), (2, "read", "found")]


def test_control_short_lives_and_targets_of_comprehensions_pass() -> None:
    tree = ast.parse(
        "def read(one):\n    print(one)\n\n    x = [one for one in x]\n\n\n\n\n    y = {one for one in x}\n"
    )

    assert list(vague_values(tree)) == []


def type_names(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Yield the name and line of every class and of every type alias."""
    for node in ast.walk(tree):
        match node:
            case ast.ClassDef(name=name):
                yield name, node.lineno
            case ast.AnnAssign(target=ast.Name(id=name), annotation=ast.Name(id="TypeAlias")):
                yield name, node.lineno
    yield from _assigned_aliases(tree)


def _assigned_aliases(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Yield the names at the top of a module, written as those of types are, that a type is assigned to."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Subscript | ast.BinOp | ast.Call):
            for target in node.targets:
                if isinstance(target, ast.Name) and _is_type_name(target.id):
                    yield target.id, node.lineno


def _is_type_name(name: str) -> bool:
    return name.lstrip("_")[:1].isupper() and not name.isupper()


def vague_values(tree: ast.Module) -> Iterator[tuple[int, str, str]]:
    """Yield line, function and name of the values that say nothing by their name and live long."""
    for function in ast.walk(tree):
        if not isinstance(function, Function):
            continue
        lines: dict[str, list[int]] = {}
        for name, line in _names(function, frozenset()):
            lines.setdefault(name, []).append(line)
        for name in sorted(lines.keys() & SAYS_NOTHING, key=lambda name: min(lines[name])):
            if max(lines[name]) - min(lines[name]) > LONGEST_SPAN:
                yield min(lines[name]), function.name, name


def _names(node: ast.AST, bound: frozenset[str]) -> Iterator[tuple[str, int]]:
    """Yield the values named in a function, those apart that a comprehension binds or a function inside it names."""
    for child in ast.iter_child_nodes(node):
        inside = bound
        match child:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() | ast.Lambda():
                continue
            case (
                ast.Name(id=name) | ast.arg(arg=name) | ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name))
            ):
                if name not in bound:
                    yield name, child.lineno
            case (
                ast.ListComp(generators=parts)
                | ast.SetComp(generators=parts)
                | ast.DictComp(generators=parts)
                | ast.GeneratorExp(generators=parts)
            ):
                inside = bound | _targets(parts)
        yield from _names(child, inside)


def _targets(parts: list[ast.comprehension]) -> set[str]:
    return {name.id for part in parts for name in ast.walk(part.target) if isinstance(name, ast.Name)}


def names_bound(tree: ast.Module) -> Iterator[str]:
    """Yield the names of classes, and of what is imported."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from (alias.asname or alias.name for alias in node.names)


def said_to_be_raised(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield the line and the name of each exception that a docstring says is raised."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | Function) and (text := ast.get_docstring(node)):
            for listed in RAISED.findall(text):
                for name in re.findall(r"[A-Z]\w+", listed):
                    yield getattr(node, "lineno", 1), name
