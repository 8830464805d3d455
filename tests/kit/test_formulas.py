"""A text that goes into a spreadsheet stays a text there, and can be had back."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ressenti.kit.formulas import escape_formula, unescape_formula
from tests.support.environment import rounds


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('=HYPERLINK("https://x.example")', '\'=HYPERLINK("https://x.example")'),
        ("+33 1 SUM(A1)", "'+33 1 SUM(A1)"),
        ("@cmd", "'@cmd"),
        ("-2+3+cmd|' /C calc'!A0", "'-2+3+cmd|' /C calc'!A0"),
        ("\t=1+1", "'\t'=1+1"),
        ("\r\n=1+1", "'\r'\n'=1+1"),
        ("\0=1+1", "'\0=1+1"),
        ("thanks;=1+1", "thanks;'=1+1"),
        ("thanks\t@cmd", "thanks\t'@cmd"),
        ("one line\n=another", "one line\n'=another"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("\uff20cmd", "'\uff20cmd"),
        ("'=1", "''=1"),
        ("-5", "'-5"),
        ("   =1+1", "'   =1+1"),
        ("\u3000\uff0b1", "'\u3000\uff0b1"),
        ("\u00a0-1", "'\u00a0-1"),
        ("\ufeff=1", "'\ufeff=1"),
        ("\ufe66SUM(A1)", "'\ufe66SUM(A1)"),
        ('a;"=1+1', "a;'\"=1+1"),
        ('"=1+1"', '\'"=1+1"'),
        ("a;b;@c\r+d", "a;b;'@c\r'+d"),
    ],
)
def test_a_formula_gets_an_apostrophe(text: str, shown: str) -> None:
    assert escape_formula(text) == shown
    assert unescape_formula(shown) == text


@pytest.mark.parametrize("text", ["", "5", "a=b", "3-2", "l'été", "'5", "a;b", "1;2"])
def test_any_other_text_stays_as_it_is(text: str) -> None:
    assert (escape_formula(text), unescape_formula(text)) == (text, text)


@settings(max_examples=rounds(500, 10_000))
@given(st.text("=+-@\uff1d\ufe62\ufeff;\"'\t\r\n\0 a5,.%"))
@example("''=")
@example(";';=")
def test_every_text_can_be_had_back(text: str) -> None:
    assert unescape_formula(escape_formula(text)) == text
