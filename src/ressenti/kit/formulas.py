"""What would a spreadsheet take for a formula, and how does a text stay one?

An apostrophe in front of it is what spreadsheets themselves write for "this is text" (E31). It can be taken away again:
`restored(neutral(text)) == text` for every text.
"""

import re

_FORMULA = "[\\s\\0']*[=+\\-@\uff1d\uff0b\uff0d\uff20]"
"""What a formula looks like, also in full width, which spreadsheets fold, and behind what they pass over."""
_BEFORE = re.compile(rf"(^|[;\t\r\n])(?={_FORMULA})")
"""Where one may begin: in front, or behind what some spreadsheets take for the end of a cell."""
_NEUTRAL = re.compile(rf"(^|[;\t\r\n])'(?={_FORMULA})")


def neutral(text: str) -> str:
    """Return a text that a spreadsheet shows and does not run."""
    return _BEFORE.sub(r"\1'", text)


def restored(text: str) -> str:
    """Return the text that `neutral` was given."""
    return _NEUTRAL.sub(r"\1", text) if "'" in text else text
