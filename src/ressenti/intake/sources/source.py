"""What an import asks of a source: streams of records that can be read as often as it takes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from ressenti.intake.formats.rejected_cells import RowCells
from ressenti.intake.model import FileKind, InputRecord
from ressenti.intake.remarks import Remark
from ressenti.intake.values.scale_ambiguities import RatingsSeen

ReadRecords = Callable[[int], Iterator[InputRecord]]
"""Yields the records behind the first so many."""


def _unchanged() -> None:
    """Say nothing: what nobody else can write to stays as it was checked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordStream:
    """The records of one kind that a source holds under one name.

    `name` is what a person is shown, such as `export.zip/surveys.csv`; together with the line of a record it says where
    that stands. `columns` are those that its rows speak of, unknown ones too: of all others they say nothing.
    `record_count` counts its records, bad ones included.

    `read` yields the same records in the same order whenever it is called; a bad one has its `reject` set.
    `require_unchanged` is called before each batch is written: both raise a Refusal where the records are no longer
    those that were checked. `cells_of` returns the cells of a record, from its bytes, as a CSV file would have them; or
    None where nobody can say which is which.
    """

    kind: FileKind
    name: str
    columns: tuple[str, ...]
    record_count: int
    read: ReadRecords
    cells_of: Callable[[bytes], RowCells | None]
    require_unchanged: Callable[[], None] = _unchanged


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedSource:
    """A source whose records may be imported.

    `streams` stand in the order of `FileKind`, in which they are written: conversations before what hangs on them. The
    fingerprint is the same if and only if the same records are asked for again in the same way; an import that was
    interrupted goes on then. `skipped` names what was left aside, `ratings` says which satisfaction ratings there are.
    `zone` is the time zone in which moments without an offset were read, `locale` the one in which rejected rows have
    their numbers as they were read; None where there is none.
    """

    streams: tuple[RecordStream, ...]
    fingerprint: str
    remarks: tuple[Remark, ...] = ()
    skipped: tuple[str, ...] = ()
    ratings: tuple[RatingsSeen, ...] = ()
    zone: str | None = None
    locale: str | None = None


class Source(Protocol):
    """Records from outside. `name` says whose ids they use, in the record and to people."""

    @property
    def name(self) -> str:
        """Return the name, such as `zendesk`."""

    def check(self, *, now: int) -> CheckedSource:
        """Look through all records, before any is written; `now` is in microseconds.

        Raises a Refusal that says what to do where they cannot be imported as they are.
        """
