"""Which characters control a line instead of standing in it, and how is a text shown that holds some?

A control character is what no name, address or header holds: the C0 and C1 sets, line and paragraph separators,
halves of a surrogate pair, and what embeds, overrides or isolates the direction of all that follows. Joiners and marks
of direction, without which several scripts and emoji cannot be written, are none.
"""

import unicodedata

_LONGEST_SHOWN = 60
_KINDS = frozenset({"Cc", "Cs", "Zl", "Zp"})
_UNSEEN = _KINDS | {"Cf", "Zs"}
_FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def is_control(character: str) -> bool:
    """Say whether a character controls what stands around it."""
    return not character.isprintable() and (unicodedata.category(character) in _KINDS or character in _DIRECTIONS)


def is_blank(text: str) -> bool:
    """Say whether nothing of a text is seen: spaces, joiners, marks of direction, letters that fill a place."""
    return all(unicodedata.category(one) in _UNSEEN or one in _FILLERS for one in text)


def control_characters(text: str, *, but: str = "") -> list[str]:
    """Return the control characters of a text, in their order, other than those of `but`."""
    return [] if text.isprintable() else [one for one in text if is_control(one) and one not in but]


def printable_excerpt(text: str) -> str:
    """Return a text as it can be shown to the caller again: on one line, shortened, without control characters."""
    short = text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…"
    return "".join("\N{REPLACEMENT CHARACTER}" if is_control(one) else one for one in short)
