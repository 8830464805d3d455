"""What can be exported, in which forms, what kinds of values a column holds, and what an export says of itself."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from ressenti.indicators.model import Anchor, Filter
from ressenti.indicators.names import WITHOUT
from ressenti.indicators.periods import say_date
from ressenti.kit.clock import from_us


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
    """How a CSV file is written: with a byte order mark for spreadsheets, or without, as programs like it."""

    has_mark: bool = False


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

    `going_on` is called again and again while they are; what it raises ends it.
    """

    only: OnlyRows | None = None
    reads_content: bool = True
    manner: CsvOptions = CsvOptions()
    going_on: Callable[[], None] = _go_on


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportScope:
    """The scope of an export, written into the file: which rows it holds and when it was made.

    `start`, `end` and `asked_at` are microseconds since the epoch; `as_of` is the journal number of the facts; `more`
    are further names and words.
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

    def said(self) -> dict[str, str]:
        """Return the scope as names and words, a period by its first and its last day, as pages say it."""
        return {
            "export": self.what.value,
            "projects": ", ".join(self.projects),
            "from": "" if self.start is None else say_date(self.start, self.zone),
            **self._end(),
            "dated by": self.anchor.value,
            "zone": self.zone,
            "where": " and ".join(map(_filter, self.where)),
            **dict(self.more),
            "asked at": local(self.asked_at, ZoneInfo(self.zone)).isoformat(timespec="seconds"),
            "as of": str(self.as_of),
        }

    def _end(self) -> dict[str, str]:
        """Return the last day, or the moment before which it ends where that is inside a day."""
        if self.end is None:
            return {"last day": ""}
        if local(self.end, ZoneInfo(self.zone)).time() != time():
            return {"up to (not including)": say_date(self.end, self.zone)}
        return {"last day": local(self.end - 1, ZoneInfo(self.zone)).date().isoformat()}

    def told(self, columns: Iterable[ColumnHeading], *, row_count: int, more: str = "") -> Iterator[tuple[str, str]]:
        """Yield all that stands beside the rows: the scope, how many there are, and what each column means."""
        yield from self.said().items()
        yield "rows", str(row_count)
        if more:
            yield "cut", more
        yield "", ""
        yield from {column.key: column.meaning for column in columns}.items()


def local(moment: int, zone: ZoneInfo) -> datetime:
    """Return a moment, in microseconds since the epoch, on the clock of a zone."""
    return from_us(moment).astimezone(zone)


def _filter(one: Filter) -> str:
    keys = ["none" if key == WITHOUT else key for key in one.keys]
    return f"{one.dimension} {one.sign} {(' and ' if one.is_excluded else ' or ').join(keys)}"


PLAIN = CsvOptions()

WriteRows = Callable[[Sequence[Sequence[Any]]], None]
"""Writes a batch: the values of each column, in the order of the columns."""
