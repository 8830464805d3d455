"""Where a quote of a CSV file went wrong: the csv module only says that one did."""

from collections.abc import Iterable
from dataclasses import dataclass

LONGEST_FIELD = 64 * 1024 * 1024
"""A field that grows beyond this, in characters, is taken for one that was never closed."""


@dataclass(frozen=True, slots=True)
class QuoteFault:
    """The field opened on line `opened`; text follows its closing quote on line `broken`, None if it never closes."""

    opened: int
    broken: int | None


def find_fault(texts: Iterable[str], delimiter: str, *, first_line: int) -> QuoteFault:
    """Return where the quoting of a record breaks; `texts` are the lines from the record's first on."""
    opened, is_open, read = first_line, False, 0
    for line, text in enumerate(texts, start=first_line):
        read += len(text)
        if read > LONGEST_FIELD + len(text):
            break
        place = 0
        while place >= 0:
            if not is_open:
                place, is_open = _open_field(text, place, delimiter)
                opened = line if is_open else opened
            if is_open:
                place, is_open, is_broken = _close_field(text, place, delimiter)
                if is_broken:
                    return QuoteFault(opened, line)
    return QuoteFault(opened, None)


def _open_field(text: str, place: int, delimiter: str) -> tuple[int, bool]:
    """Go to the next quoted field of a line: return where its content begins, or -1 where there is none."""
    while text[place : place + 1] != '"':
        place = text.find(delimiter, place) + 1
        if not place:
            return -1, False
    return place + 1, True


def _close_field(text: str, place: int, delimiter: str) -> tuple[int, bool, bool]:
    """Go to the end of a quoted field: where the next begins (-1: not on this line), is it open, is it broken."""
    while (place := text.find('"', place)) >= 0:
        after = text[place + 1 : place + 2]
        if after == '"':
            place += 2
        elif after == delimiter:
            return place + 2, False, False
        else:
            return -1, False, after not in {"", "\r", "\n"}
    return -1, True, False
