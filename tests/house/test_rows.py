"""Are the parts of a row asked for by name? A slice of one says only how many columns stood before."""

import ast
from collections.abc import Iterator

from tests.house.tree import SOURCE, place, python, syntax

ROWS = frozenset("handling message one own record row survey values".split())
"""Names of values that are one row; a list of them has a name in the plural."""


def test_no_row_is_cut_into_parts() -> None:
    cut = [place(path, line) for path in python(SOURCE) for line in slices_of_rows(syntax(path))]

    assert cut == []


def test_control_what_is_unpacked_handed_on_or_called_a_row_is_seen() -> None:
    code = "a, b = x[1:3]\nf(*x[2:-1])\ny = (*x[:-1], 1)\nz = [row[1:] for row in rows]\nw = own[-3:]\n"

    assert list(slices_of_rows(ast.parse(code))) == [1, 2, 3, 4, 5]


def test_control_slices_of_lists_and_of_texts_pass() -> None:
    code = "first = rows[:1]\nlast = text[-6:]\nall = [*rows[1:], row]\na, *rest = x\nb = row[low:high]\n"

    assert list(slices_of_rows(ast.parse(code))) == []


def slices_of_rows(tree: ast.Module) -> Iterator[int]:
    """Yield the lines on which a row is cut at a fixed place.

    A slice with such a place is one of a row if it is unpacked, is handed on with a star to a call or into a tuple, or
    if what it cuts is called a row.
    """
    lines: set[int] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Tuple()], value=value):
                lines |= {node.lineno} if _is_fixed_slice(value) else set()
            case ast.Call(args=parts) | ast.Tuple(elts=parts):
                starred = (part.value for part in parts if isinstance(part, ast.Starred))
                lines |= {value.lineno for value in starred if _is_fixed_slice(value)}
            case ast.Subscript(value=ast.Name(id=name)):
                lines |= {node.lineno} if name in ROWS and _is_fixed_slice(node) else set()
    yield from sorted(lines)


def _is_fixed_slice(node: ast.expr) -> bool:
    if not isinstance(node, ast.Subscript) or not isinstance(node.slice, ast.Slice):
        return False
    bounds = [bound for bound in (node.slice.lower, node.slice.upper) if bound is not None]
    return bool(bounds) and all(_is_number(bound) for bound in bounds)


def _is_number(node: ast.expr) -> bool:
    plain = node.operand if isinstance(node, ast.UnaryOp) else node
    return isinstance(plain, ast.Constant) and isinstance(plain.value, int)
