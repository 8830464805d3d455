"""What can be exported, in which forms, what kinds of values a column holds, and what an export says of itself."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from functools import reduce
from typing import Any
from zoneinfo import ZoneInfo

from ressenti.indicators.dimensions import DIMENSIONS
from ressenti.indicators.model import Anchor, Filter
from ressenti.indicators.names import WITHOUT
from ressenti.indicators.periods import say_date
from ressenti.kit.clock import from_us
from ressenti.kit.i18n import Sentence, _, in_language, translate
from ressenti.kit.languages import SOURCE_LANGUAGE
from ressenti.reports.format import decimal_sign


class Export(StrEnum):
    """What one row of an export is."""

    CONVERSATIONS = "conversations"
    COMMENTS = "comments"
    HANDLINGS = "handlings"


class Figures(StrEnum):
    """What an export of figures holds: everything of the report, its tiles, or one of its breakdowns."""

    REPORT = "report"
    TILES = "tiles"
    BREAKDOWN = "breakdown"


class ExportFormat(StrEnum):
    """The form of the file."""

    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"
    JSONL = "jsonl"
    ZIP = "zip"
    """The CSV, and beside it a second one that says what was asked."""


class ColumnKind(StrEnum):
    """What a column holds, as Python has it before a form writes it down; None is no value, whatever the kind."""

    TEXT = "text"  # str, exactly as it came
    TEXTS = "texts"  # list of str, empty where there is none
    WHOLE = "whole"  # int
    SECONDS = "seconds"  # int or float, full precision
    NUMBER = "number"  # int or float of a unit given elsewhere, full precision
    MONEY = "money"  # Decimal, in units of the currency
    FLAG = "flag"  # bool
    MOMENT = "moment"  # int, microseconds since the epoch; written as local time with offset


@dataclass(frozen=True, slots=True)
class ColumnHeading:
    """One column of a file: its key in every form, what kind of values it holds, and what they mean."""

    key: str
    kind: ColumnKind
    meaning: str


@dataclass(frozen=True, slots=True)
class CsvOptions:
    """How a CSV file is written: as programs like it, or as a spreadsheet of some language opens it by itself.

    Where `decimal` is a comma, cells stand apart by semicolons: so such a spreadsheet expects both.
    """

    has_mark: bool = False
    decimal: str = "."

    @classmethod
    def for_spreadsheet(cls, language: str) -> "CsvOptions":
        """Return how a spreadsheet of a language expects it: with a byte order mark, and its own decimal sign."""
        return cls(has_mark=True, decimal=decimal_sign(language))

    @property
    def delimiter(self) -> str:
        """Return what stands between cells."""
        return ";" if self.decimal == "," else ","


@dataclass(frozen=True, slots=True)
class OnlyRows:
    """The conversations (for comments: the surveys) an export is kept to, whatever their dates, by the record's ids.

    `more` says in names and words which they are.
    """

    ids: Sequence[int]
    more: tuple[tuple[str, str], ...] = ()


def _go_on() -> None:
    """Have nobody to ask whether it is still wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOptions:
    """How rows are taken: some of them only, with or without what people wrote, and in which manner.

    `language` is that of whoever takes them, in which the file says what it holds. `going_on` is called again and again
    while they are; what it raises ends it.
    """

    only: OnlyRows | None = None
    reads_content: bool = True
    manner: CsvOptions = CsvOptions()
    language: str = SOURCE_LANGUAGE
    going_on: Callable[[], None] = _go_on


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportScope:
    """The scope of an export, written into the file: which rows it holds and when it was made.

    `start`, `end` and `asked_at` are microseconds since the epoch; `as_of` is the journal number of the facts; `more`
    are further names, which are translated, and words, which are where they are sentences of ours.
    """

    what: Export | Figures
    projects: tuple[str, ...]
    zone: str
    anchor: Anchor
    start: int | None
    end: int | None
    where: tuple[Filter, ...]
    as_of: int
    asked_at: int
    more: tuple[tuple[str, str], ...] = ()
    language: str = SOURCE_LANGUAGE

    def said(self) -> dict[str, str]:
        """Return the scope as names and words, a period by its first and its last day, as pages say it."""
        return {
            _("export"): Sentence(_NAMES[self.what]),
            _("projects"): ", ".join(self.projects),
            _("from"): "" if self.start is None else say_date(self.start, self.zone),
            **self._end(),
            _("dated by"): Sentence(_DATES[self.anchor]),
            _("zone"): self.zone,
            _("where"): all_of([say_filter(one.dimension, one.sign, one.keys) for one in self.where]),
            **dict(self.more),
            _("asked at"): local(self.asked_at, ZoneInfo(self.zone)).isoformat(timespec="seconds"),
            _("as of"): str(self.as_of),
        }

    def _end(self) -> dict[str, str]:
        """Return the last day, or the moment before which it ends where that is inside a day."""
        if self.end is None:
            return {_("last day"): ""}
        if local(self.end, ZoneInfo(self.zone)).time() != time():
            return {_("up to (not including)"): say_date(self.end, self.zone)}
        return {_("last day"): local(self.end - 1, ZoneInfo(self.zone)).date().isoformat()}

    def told(self, columns: Iterable[ColumnHeading], *, row_count: int, more: str = "") -> Iterator[tuple[str, str]]:
        """Yield all that stands beside the rows: the scope, how many there are, and what each column means.

        It is in the language of the scope.
        """
        said = self.said() | {_("rows"): str(row_count)} | ({_("cut"): more} if more else {})
        for name, words in said.items():
            yield translate(name, self.language), in_language(words, self.language)
        yield "", ""
        for key, meaning in {column.key: column.meaning for column in columns}.items():
            yield key, in_language(Sentence(meaning) if type(meaning) is str else meaning, self.language)


def local(moment: int, zone: ZoneInfo) -> datetime:
    """Return a moment, in microseconds since the epoch, on the clock of a zone."""
    return from_us(moment).astimezone(zone)


def say_filter(dimension: str, sign: str, keys: Sequence[str]) -> str:
    """Return a filter in words: `Channel = Chat or E-mail`; the keys of one that leaves out are all left out."""
    named = [Sentence(_("none")) if key == WITHOUT else key for key in keys]
    values = any_of(named) if sign == "=" else all_of(named)
    return Sentence("{name} {sign} {values}", name=Sentence(DIMENSIONS[dimension].name), sign=sign, values=values)


def any_of(words: Sequence[str]) -> str:
    """Return words with "or" between them, as a sentence of ours."""
    return reduce(lambda first, last: Sentence(_("{first} or {last}"), first=first, last=last), words)


def all_of(words: Sequence[str]) -> str:
    """Return words with "and" between them, as a sentence of ours; nothing of none."""
    if not words:
        return ""
    return reduce(lambda first, last: Sentence(_("{first} and {last}"), first=first, last=last), words)


PLAIN = CsvOptions()

_NAMES = {
    Export.CONVERSATIONS: _("conversations"),
    Export.COMMENTS: _("comments"),
    Export.HANDLINGS: _("handlings"),
    Figures.REPORT: _("report"),
    Figures.TILES: _("tiles"),
    Figures.BREAKDOWN: _("breakdown"),
}
_DATES = {Anchor.CLOSED: _("closing"), Anchor.OPENED: _("opening"), Anchor.ANSWERED: _("answer")}

WriteRows = Callable[[Sequence[Sequence[Any]]], None]
"""Writes a batch: the values of each column, in the order of the columns."""
