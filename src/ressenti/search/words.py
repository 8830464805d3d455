"""What is looked for, and where it stands in a text: words of any case, with or without their accents.

A word finds every word that begins like it; words between double quotes are found as they stand, in that order.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ressenti.search.refusals import NothingToSearch, SearchTooLong

MOST_WORDS = 16
MOST_CHARACTERS = 200

_TYPED = re.compile(r'"([^"]*)"?|([^\s"]+)')
_WORD = re.compile(r"[^\W_]+")

Piece = tuple[str, bool]
"""A part of a text, and whether it is what was looked for."""


@dataclass(frozen=True, slots=True)
class Term:
    """One thing looked for: the words it is made of, folded; the last one may go on, unless it was quoted."""

    typed: str
    words: tuple[str, ...]
    is_quoted: bool


@lru_cache(maxsize=256)
def read_terms(typed: str) -> tuple[Term, ...]:
    """Return what was typed, term by term; raises SearchTooLong, and NothingToSearch where no word is in it."""
    if len(typed) > MOST_CHARACTERS:
        raise SearchTooLong(words=MOST_WORDS, characters=MOST_CHARACTERS)
    found = [(quoted or plain, bool(quoted)) for quoted, plain in _TYPED.findall(typed)]
    terms = tuple(term for text, is_quoted in found if (term := Term(text, _words(text), is_quoted)).words)
    if not terms:
        raise NothingToSearch
    if sum(len(term.words) for term in terms) > MOST_WORDS:
        raise SearchTooLong(words=MOST_WORDS, characters=MOST_CHARACTERS)
    return terms


def expression(terms: Sequence[Term]) -> str:
    """Return the terms as FTS5 asks for them: each a quoted string, so that nothing typed is syntax."""
    return " AND ".join(f'"{_plain(term.typed)}"{"" if term.is_quoted else " *"}' for term in terms)


def highlight(text: str, typed: str) -> list[Piece]:
    """Cut a text into pieces, each with whether it is a word that was looked for; together they are the text.

    Nothing is marked where nothing can be looked for.
    """
    try:
        terms = read_terms(typed)
    except (NothingToSearch, SearchTooLong):
        return [(text, False)] if text else []
    pieces: list[tuple[str, bool]] = []
    end = 0
    for start, stop in _merged(_hits(text, terms)):
        pieces += [(text[end:start], False), (text[start:stop], True)]
        end = stop
    return [piece for piece in [*pieces, (text[end:], False)] if piece[0]]


def _hits(text: str, terms: Sequence[Term]) -> Iterator[tuple[int, int]]:
    folded, places = _folded(text)
    words = [(found.group(), found.start(), found.end()) for found in _WORD.finditer(folded)]
    for i in range(len(words)):
        for term in terms:
            last = i + len(term.words) - 1
            if last < len(words) and _is_term(term, [word for word, _start, _end in words[i : last + 1]]):
                yield places[words[i][1]], places[words[last][2]]


def _is_term(term: Term, words: Sequence[str]) -> bool:
    if list(term.words[:-1]) != list(words[:-1]):
        return False
    return words[-1] == term.words[-1] if term.is_quoted else words[-1].startswith(term.words[-1])


def _merged(spans: Iterator[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Return spans in order, those that overlap as one."""
    now: tuple[int, int] | None = None
    for start, stop in sorted(spans):
        if now is not None and start < now[1]:
            now = now[0], max(now[1], stop)
            continue
        if now is not None:
            yield now
        now = start, stop
    if now is not None:
        yield now


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(_folded(_plain(text))[0]))


def _plain(text: str) -> str:
    """Return a text without what could end a quoted string."""
    return text.replace('"', " ").replace("\0", " ").encode(errors="replace").decode()


def _folded(text: str) -> tuple[str, Sequence[int]]:
    """Return a text without case and accents, and where each of its characters, and its end, stand in the original.

    A combining accent belongs to the letter before it.
    """
    if text.isascii():
        return text.lower(), range(len(text) + 1)
    letters, places = [], []
    for place, character in enumerate(text):
        if bare := _bare(character):
            letters.append(bare)
            places.append(place)
    return "".join(letters), [*places, len(text)]


@lru_cache(maxsize=4096)
def _bare(character: str) -> str:
    """Return a character in small and without accents, nothing for an accent alone; always one character at most."""
    if unicodedata.category(character) == "Mn":
        return ""
    base = "".join(one for one in unicodedata.normalize("NFD", character) if unicodedata.category(one) != "Mn")
    small = (base if len(base) == 1 else character).lower()
    return small if len(small) == 1 else character
