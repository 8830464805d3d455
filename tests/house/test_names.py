"""A module says by its name and its first sentence what question it answers."""

import ast

from tests.house.tree import SOURCE, place, python, syntax

SAYS_NOTHING = set("utils util helpers helper common manager service services handler handlers base misc".split())


def test_no_module_is_named_after_nothing() -> None:
    named = [place(path) for path in python() if SAYS_NOTHING & {path.stem, path.parent.name}]

    assert named == []


def test_every_module_says_what_question_it_answers() -> None:
    silent = [place(path) for path in python(SOURCE) if not ast.get_docstring(syntax(path))]

    assert silent == []
