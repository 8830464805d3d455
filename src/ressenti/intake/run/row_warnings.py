"""What is odd about rows that are taken all the same: counted by file and kind, with their lines and an example."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from ressenti.intake.arrivals.batch import ImportBatch
from ressenti.intake.remarks import Remark
from ressenti.kit.i18n import _, in_language

MOST_LINES = 5
"""How many lines a remark names."""

SENTENCES = {
    "near_future": _(
        "{file}: rows with a time up to a day ahead of the present, taken as they are: {count} (lines: {lines}). "
        "For example, {detail}."
    ),
    "outlier": _(
        "{file}: rows with a duration of more than ten years, taken as they are: {count} (lines: {lines}). "
        "For example, {detail}."
    ),
    "outside_conversation": _(
        "{file}: messages from before or after their conversation, taken as they are: {count} (lines: {lines}). "
        "For example, {detail}."
    ),
    "no_author": _(
        "{file}: messages of agents that do not say which (author_id), so that they are in no figure of agents, "
        "such as response times or handlings: {count} (lines: {lines})."
    ),
}
"""What is said of each kind."""


class WarningCount(msgspec.Struct, kw_only=True):
    """Rows of a file that are odd in one way: how many, the lines of the first, and what is odd about the very first.

    `detail` is in the reader's language.
    """

    file: str
    code: str
    count: int
    lines: list[int]
    detail: str


def add_oddities(counts: list[WarningCount], batch: ImportBatch[Any], file: str, *, language: str) -> None:
    """Count the odd rows of a batch, each once for each way in which it is odd."""
    known = {odd.code: odd for odd in counts if odd.file == file}
    for place, code in sorted(batch.odd):
        line = batch.records[place].line
        if (odd := known.get(code)) is None:
            detail = in_language(batch.odd[place, code], language)
            known[code] = WarningCount(file=file, code=code, count=1, lines=[line], detail=detail)
            counts.append(known[code])
            continue
        odd.count += 1
        if len(odd.lines) < MOST_LINES:
            odd.lines.append(line)


def remarks(counts: Iterable[WarningCount]) -> Iterator[Remark]:
    """Yield a remark for each kind of odd rows in each file."""
    for odd in counts:
        lines = ", ".join(map(str, odd.lines)) + (", …" if odd.count > len(odd.lines) else "")
        about = {"file": odd.file, "count": odd.count, "lines": lines, "detail": odd.detail}
        yield Remark(SENTENCES[odd.code], about)
