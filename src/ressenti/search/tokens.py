"""Which tokens is a text made of, folded so that case, accents and widths do not matter?

The one tokenizer of the index and of the highlighter: a text is found exactly where it is marked. Words are folded in
every script: compatibility forms are decomposed (ＡＢＣ, ﬁ), case is folded (Straße, ΑΘΉΝΑ), accents and vowel signs
are left out where they are written over a letter (été, ещё, مُحَمَّد), and letters with a stroke or joined to another
stand for those that people type instead (Łódź, cœur). Chinese, Japanese, Thai and the other scripts that are written
without spaces are cut into single characters, so that a phrase is found inside a sentence.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple


class TextToken(NamedTuple):
    """One word of a text, folded, and the part of the text it stands for."""

    word: str
    start: int
    end: int


_RUN = re.compile(r"\S+")
_ASCII_WORD = re.compile(r"[0-9A-Za-z]+")

_SIGNS = (
    "\u0300-\u036f\u0483-\u0487\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"  # over Latin, Greek and Cyrillic
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"  # Hebrew
    "\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u08d3-\u08ff"  # Arabic
    "\u0711\u0730-\u074a"  # Syriac
    "\u00ad\u200c\u200d\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff"  # seen by nobody
)
"""What is left out of a word. Marks of other scripts are letters of their own: a Thai vowel, the voicing of が."""

_SIGN = re.compile(f"[{_SIGNS}]")
_STANDS_FOR = str.maketrans(
    {
        "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ŧ": "t", "ı": "i", "ŋ": "n",
        "ƶ": "z", "ɨ": "i", "ʉ": "u", "ƀ": "b", "ɵ": "o",
    }
)  # fmt: skip
"""Letters that Unicode does not decompose, and what is typed where a keyboard has none of them."""

_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\ua9e0-\ua9ff\uaa60-\uaa7f"  # Thai, Lao, Burmese, Khmer
    "\u3005-\u3007\u3021-\u3029\u3041-\u30ff\u31f0-\u31ff"  # Japanese
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U0001b000-\U0001b16f\U00020000-\U0003ffff"  # Chinese characters
)
_CLUSTER = re.compile(
    "[\u1100-\u115f\ua960-\ua97f]+[\u1160-\u11a7\ud7b0-\ud7c6]*[\u11a8-\u11ff\ud7cb-\ud7fb]*"  # a Korean syllable
    r"|[\s\S]"
)
_SPACING = re.compile(f"[{_UNSPACED}]")


def tokens(text: str) -> Iterator[TextToken]:
    """Return the tokens of a text, in order; where a token starts and ends is counted in characters of the text."""
    for run in _RUN.finditer(text):
        for word, start, end in _tokens_of(run.group()):
            yield TextToken(word, run.start() + start, run.start() + end)


def words(text: str) -> tuple[str, ...]:
    """Return the folded words of a text, in order."""
    return tuple(word for run in text.split() for word, _start, _end in _tokens_of(run))


def spaced(text: str) -> str:
    """Return the folded words of a text between spaces, as FTS5's tokenizer `ascii` reads them back one by one."""
    if text.isascii() and "\0" not in text:
        return text  # which the tokenizer folds and cuts as it is done here
    return " ".join(words(text))


_CACHED = 48
"""Characters of a run that is worth remembering: words come again, whole sentences without a space do not."""


def _tokens_of(run: str) -> tuple[TextToken, ...]:
    return _known(run) if len(run) <= _CACHED else _cut(run)


@lru_cache(maxsize=1 << 15)
def _known(run: str) -> tuple[TextToken, ...]:
    return _cut(run)


def _cut(run: str) -> tuple[TextToken, ...]:
    """Cut a text without white space into its tokens."""
    if run.isascii():
        return tuple(TextToken(one.group().lower(), one.start(), one.end()) for one in _ASCII_WORD.finditer(run))
    cut: list[TextToken] = []
    is_open = False  # whether the last token may still go on
    for start, end in _clusters(run):
        cluster = run[start:end]
        folded = _folded(cluster)
        is_unspaced = bool(_SPACING.match(folded))
        if not folded:
            is_open = is_open and _is_unseen(cluster)
        elif is_open and not is_unspaced:
            cut[-1] = TextToken(cut[-1].word + folded, cut[-1].start, end)
        else:
            cut.append(TextToken(folded, start, end))
            is_open = not is_unspaced
    return tuple(cut)


def _clusters(run: str) -> Iterator[tuple[int, int]]:
    """Return where each character begins and where it ends, with the marks that belong to it."""
    start = end = 0
    for one in _CLUSTER.finditer(run):
        if one.start() and not _is_mark(one.group()[0]):
            yield start, end
            start = one.start()
        end = one.end()
    if end:
        yield start, end


@lru_cache(maxsize=1 << 14)
def _is_mark(character: str) -> bool:
    """Say whether a character belongs to the one before it: a combining mark, or a voicing mark of half width."""
    return unicodedata.category(character)[0] == "M" or character in "\uff9e\uff9f"


def _is_unseen(cluster: str) -> bool:
    """Say whether a character that stands for no letter leaves the word whole, as one that nobody sees does."""
    return all(_SIGN.match(one) for one in cluster)


@lru_cache(maxsize=1 << 14)
def _folded(cluster: str) -> str:
    """Return the letters and digits that a character with its marks stands for; nothing where it is none."""
    if unicodedata.category(cluster[0])[0] not in "LNM":
        return ""
    bare = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", cluster).casefold())
    plain = unicodedata.normalize("NFC", _SIGN.sub("", bare).translate(_STANDS_FOR))
    if any(unicodedata.category(one)[0] not in "LNM" for one in plain):
        return cluster.casefold()  # ½ is not 12
    return "".join(str(unicodedata.decimal(one)) if one.isdecimal() else one for one in plain)
