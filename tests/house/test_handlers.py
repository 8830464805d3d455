"""A handler of the pages is thin: it parses, calls and returns. What it calls can be read without the web framework."""

import ast
from collections.abc import Iterator

from tests.house.tree import SOURCE, python, syntax

LONGEST = 12
"""Lines of a handler below its docstring."""
ALLOWED: dict[str, int] = {}
"""Handlers that are longer, by name, with their lines: this list only shrinks."""


def handlers() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Walk the handlers of all routes, each with its name."""
    for path in python(SOURCE / "web"):
        for node in ast.walk(syntax(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and any(map(is_route, node.decorator_list)):
                yield f"{path.relative_to(SOURCE / 'web').as_posix()}::{node.name}", node


def is_route(decorator: ast.expr) -> bool:
    return (
        isinstance(decorator, ast.Call)
        and isinstance(decorator.func, ast.Name)
        and decorator.func.id in {"get", "post", "route"}
    )


def lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return (node.end_lineno or 0) - body[0].lineno + 1


def test_a_handler_is_short() -> None:
    long = {name: lines(node) for name, node in handlers() if lines(node) > LONGEST}

    assert len(list(handlers())) > 50
    assert long == ALLOWED


def test_the_handlers_of_pages_ask_for_their_context_alone() -> None:
    repeated = {"request", "viewer", "now", "fact_store", "index", "body"}
    pages = [(name, node) for name, node in handlers() if name.startswith("pages/")]
    asked = {name: {each.arg for each in node.args.args} & repeated for name, node in pages}

    assert len(pages) > 40
    assert {name: sorted(names) for name, names in asked.items() if names} == {"pages/assets.py::asset": ["request"]}


def test_the_rule_counts_a_handler_below_its_docstring() -> None:
    [node] = ast.parse(
        '@get("/")\ndef page(\n    context: Context,\n) -> None:\n    """Show it."""\n    a()\n    b()\n'
    ).body
    assert isinstance(node, ast.FunctionDef)

    assert (lines(node), any(map(is_route, node.decorator_list))) == (2, True)
