"""A strict content policy holds because no page carries a script, a style or a handler of its own."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.tree import SOURCE, place, python, syntax, tracked

INLINE = re.compile(
    r"<script(?![^>]*\ssrc=)|<style\b|\sstyle\s*=|\son[a-z]+\s*=|\bhx-on\b|\bhx-vals\s*=\s*[\"']js:|\b(?:java)?script:",
    re.IGNORECASE,
)
NOT_MARKUP = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<!--.*?-->", re.DOTALL)
MARKUP = {".html", ".svg", ".j2"}


def inline(markup: str) -> list[str]:
    """Return what a strict content policy would refuse."""
    return [found.strip() for found in INLINE.findall(NOT_MARKUP.sub("", markup))]


def drawn(path: Path) -> Iterator[str]:
    """Return the markup that stands in strings of a Python file: figures are drawn there."""
    texts = (
        node.value for node in ast.walk(syntax(path)) if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    return (text for text in texts if "<" in text or '="' in text)


def test_no_template_carries_a_script_a_style_or_a_handler() -> None:
    templates = [path for path in tracked() if path.suffix in MARKUP and path.is_relative_to(SOURCE)]

    assert templates
    assert {place(path): found for path in templates if (found := inline(path.read_text(encoding="utf-8")))} == {}


def test_no_figure_carries_a_script_a_style_or_a_handler() -> None:
    stations = [SOURCE / "reports", SOURCE / "web"]
    files = [path for station in stations for path in python(station)]

    assert {place(path): found for path in files for text in drawn(path) if (found := inline(text))} == {}


@pytest.mark.parametrize(
    "markup",
    [
        "<script>",
        "<script type='module'>",
        "<style>",
        '<p style="a">',
        "<a onclick='b'>",
        '<div hx-on:click="c">',
        '<a href="javascript:d">',
        "<i hx-vals='js:{e}'>",
    ],
)
def test_the_rule_knows_what_the_policy_refuses(markup: str) -> None:
    assert inline(markup)


@pytest.mark.parametrize(
    "markup", ['<script src="a.js" defer></script>', "<p class=style>", "{# <style> #}", "{{ f(1, only=2) }}"]
)
def test_the_rule_lets_pass_what_the_policy_does(markup: str) -> None:
    assert not inline(markup)
