"""What is looked for, and where it stands in a text: words of any case, with or without their accents.

A word finds every word that begins like it, and what is written in a script without spaces is found inside a sentence;
words between double quotes are found as they stand, in that order.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ressenti.search.refusals import NothingToSearch, SearchTooLong
from ressenti.search.tokens import tokens, words

MOST_WORDS = 16
MOST_CHARACTERS = 200

_TYPED = re.compile(r'"([^"]*)"?|([^\s"]+)')

TextPiece = tuple[str, bool]
"""A part of a text, and whether it is what was looked for."""


@dataclass(frozen=True, slots=True)
class SearchTerm:
    """One thing looked for: the words it is made of, folded; the last one may go on, unless it was quoted."""

    typed: str
    words: tuple[str, ...]
    is_quoted: bool


@lru_cache(maxsize=256)
def read_terms(typed: str) -> tuple[SearchTerm, ...]:
    """Return what was typed, term by term; raises SearchTooLong, and NothingToSearch where no word is in it."""
    if len(typed) > MOST_CHARACTERS:
        raise SearchTooLong(words=MOST_WORDS, characters=MOST_CHARACTERS)
    found = [(quoted or plain, bool(quoted)) for quoted, plain in _TYPED.findall(typed)]
    terms = tuple(term for text, is_quoted in found if (term := SearchTerm(text, words(text), is_quoted)).words)
    if not terms:
        raise NothingToSearch
    if sum(len(term.typed.split()) for term in terms) > MOST_WORDS:
        raise SearchTooLong(words=MOST_WORDS, characters=MOST_CHARACTERS)
    return terms


def expression(terms: Sequence[SearchTerm]) -> str:
    """Return the terms as FTS5 asks for them: each a quoted string, so that nothing typed is syntax."""
    return " AND ".join(f'"{" ".join(term.words)}"{"" if term.is_quoted else " *"}' for term in terms)


def highlight(text: str, typed: str) -> list[TextPiece]:
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


def _hits(text: str, terms: Sequence[SearchTerm]) -> Iterator[tuple[int, int]]:
    found = list(tokens(text))
    for i in range(len(found)):
        for term in terms:
            last = i + len(term.words) - 1
            if last < len(found) and _is_term(term, [token.word for token in found[i : last + 1]]):
                yield found[i].start, found[last].end


def _is_term(term: SearchTerm, candidate: Sequence[str]) -> bool:
    if list(term.words[:-1]) != list(candidate[:-1]):
        return False
    last = term.words[-1]
    return candidate[-1] == last if term.is_quoted else candidate[-1].startswith(last)


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
