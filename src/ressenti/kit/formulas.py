"""What would a spreadsheet take for a formula, and how does a text stay one?

An apostrophe in front of it is what spreadsheets themselves write for "this is text" (E31). It can be taken away again:
`unescape_formula(escape_formula(text)) == text` for every text. Every CSV that leaves is written with it.
"""

import re

_FORMULA = "[\\s\\0'\"\ufeff]*[=+\\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b]"
"""What a formula looks like, also in full width and as a small form, which spreadsheets fold, and behind what they pass
over: spaces, NUL, a mark of the encoding, and quotes, which are around a cell where another separator is read."""
_BEFORE = re.compile(rf"(^|[;\t\r\n])(?={_FORMULA})")
"""Where one may begin: in front, or behind what some spreadsheets take for the end of a cell."""
_NEUTRAL = re.compile(rf"(^|[;\t\r\n])'(?={_FORMULA})")


def escape_formula(text: str) -> str:
    """Return a text that a spreadsheet shows and does not run."""
    return _BEFORE.sub(r"\1'", text)


def unescape_formula(text: str) -> str:
    """Return the text that `escape_formula` was given."""
    return _NEUTRAL.sub(r"\1", text) if "'" in text else text
