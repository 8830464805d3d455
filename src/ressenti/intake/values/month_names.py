"""Dates with the month in words: no word of the languages read here is another month in another of them."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from itertools import product
from typing import Literal

_LANGUAGES = ("en", "fr", "de")
_WIDTHS: tuple[Literal["wide", "abbreviated"], ...] = ("wide", "abbreviated")
_CONTEXTS: tuple[Literal["format", "stand-alone"], ...] = ("format", "stand-alone")


@cache
def _months() -> Mapping[str, str]:
    """Return what each month is called, in lower case, with accents and without, and what `%b` calls it."""
    from babel.dates import get_month_names

    english = get_month_names("abbreviated", locale="en")
    found: dict[str, str] = {}
    for language, width, context in product(_LANGUAGES, _WIDTHS, _CONTEXTS):
        for number, name in get_month_names(width, context, language).items():
            word = name.rstrip(".").casefold()
            found |= dict.fromkeys((word, _bare(word)), english[number])
    return found


def _bare(word: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFKD", word) if not unicodedata.combining(one))


_WORD = r"[^\W\d_]{3,9}"
_A_WORD = re.compile(rf"(?<![^\W\d_])({_WORD})\b\.?")
_ORDINAL = re.compile(r"(?<=\d)(?:st|[nr]d|th|er)\b|(?:(?<=\d)|(?<=%d))\.(?=[\s-]+(?:[^\W\d]|%[bB]))", re.IGNORECASE)
_JOINT = re.compile(r"\s+(?:à|at|um)\s+(?=\d|%[HI])", re.IGNORECASE)

DAY = r"(?P<day>\d{1,2})(?:st|[nr]d|th|er|\.)?"
NAMED = (
    rf"(?:{DAY}(?P<sep>[\s/-])\s?(?P<month>{_WORD})\.?(?P=sep)(?P<year>\d{{4}}|\d\d)"
    rf"|(?P<month_first>{_WORD})\.?\s+{DAY.replace('day', 'day_second')},?\s+(?P<year_last>\d{{4}})"
    rf"|(?P<year_first>\d{{4}})(?P<dash>[\s/-])(?P<month_second>{_WORD})\.?(?P=dash)(?P<day_last>\d{{1,2}}))"
)
"""A date with its month in words, in one of three orders."""


def is_month(word: str) -> bool:
    """Say whether a word is the name of a month."""
    return word.casefold() in _months()


def in_english(text: str) -> str:
    """Return a date, or a form of dates, with the month as `%b` has it, and without what stands around it."""
    text = _JOINT.sub(" ", _ORDINAL.sub("", text)).replace("%B", "%b").replace("%b.", "%b")
    return _A_WORD.sub(lambda found: _months().get(found[1].casefold(), found[0]), text)
