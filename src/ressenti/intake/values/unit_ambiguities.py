"""Whether durations are in seconds, where moments beside them say how long it was."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ressenti.intake.model import CellType, FileColumn, FileKind
from ressenti.intake.remarks import Remark
from ressenti.intake.values.cells import CellReader, cell_reader
from ressenti.intake.values.parsed_options import ParsedOptions
from ressenti.intake.values.row_errors import RowError
from ressenti.intake.values.timestamps import LATEST, moment_reader
from ressenti.kit.clock import SECOND
from ressenti.kit.i18n import Sentence, _

UNITS = {60: Sentence(_("minutes")), 3_600: Sentence(_("hours")), 1_000: Sentence(_("milliseconds"))}
"""What durations may be in, by the factor between them and what the moments say."""

ALL_UP_TO = 10_000
"""So many rows are compared in a file; of those behind them one in ONE_OF_SO_MANY is, as comparing takes its time."""
ONE_OF_SO_MANY = 20

BESIDE: dict[FileKind, tuple[tuple[str, str, tuple[str, ...]], ...]] = {
    FileKind.CONVERSATIONS: (
        ("first_response_s", "opened_at", ("first_response_at",)),
        ("resolution_s", "opened_at", ("resolved_at", "closed_at")),
    ),
}
"""Columns of durations, with where each begins and where it ends: the first of these that is filled."""


def unit_ambiguities(kind: FileKind, options: ParsedOptions) -> "list[UnitAmbiguity]":
    """Return what there is to watch in a file of this kind."""
    return [
        UnitAmbiguity(column=column, start=start, ends=ends, options=options)
        for column, start, ends in BESIDE.get(kind, ())
    ]


@dataclass(slots=True, kw_only=True)
class UnitAmbiguity:
    """How often a duration and the moments beside it differ by a factor that is one of units."""

    column: str
    start: str
    ends: tuple[str, ...]
    options: ParsedOptions
    _count: int = 0
    _factors: Counter[int] = field(default_factory=Counter)
    _readers: dict[str, CellReader] = field(default_factory=dict)

    def look(self, columns: Mapping[str, Sequence[Any]]) -> None:
        """Take in some rows by column."""
        ends = [columns[name] for name in self.ends if name in columns]
        if self.column not in columns or self.start not in columns or not ends:
            return
        read = datetime.fromisoformat
        finals = ends[0] if len(ends) == 1 else [first or second for first, second in zip(*ends, strict=True)]
        rows = zip(columns[self.column], columns[self.start], finals, strict=True)
        filled = [row for row in rows if row[0] and row[1] and row[2]]
        if self._count >= ALL_UP_TO:
            filled = filled[::ONE_OF_SO_MANY]
        try:
            pairs = [(float(said), (read(last) - read(first)).total_seconds()) for said, first, last in filled]
        except (ValueError, TypeError):
            pairs = [pair for row in filled if (pair := self._slowly(*row))]
        self._count += len(pairs)
        for said, stamped in pairs:
            if (said - stamped > 1 or stamped - said > 1) and said > 0 and stamped > 0:
                self._note(said, stamped)

    def _note(self, said: float, stamped: float) -> None:
        for factor in UNITS:
            whole = said / factor if factor == 1_000 else said * factor
            rounded = 1 if factor == 1_000 else factor
            if abs(whole - stamped) <= max(rounded, stamped * 0.02):
                self._factors[factor] += 1

    def _slowly(self, duration: str, start: str, end: str) -> tuple[float, float] | None:
        """Return what is said and what the moments say in seconds; None where one of them is none."""
        if not self._readers:
            self._readers = {
                "s": cell_reader(FileColumn(self.column, CellType.SECONDS), self.options, LATEST, []),
                "at": moment_reader(self.start, self.options, LATEST, []),
            }
        try:
            said, first, last = self._readers["s"](duration), self._readers["at"](start), self._readers["at"](end)
        except RowError:
            return None
        return None if None in {said, first, last} else (said / SECOND, (last - first) / SECOND)

    def remarks(self, file: str) -> Iterator[Remark]:
        """Yield a remark where more than a fifth of the rows compared are off by the factor of a unit."""
        if self._factors:
            factor, count = self._factors.most_common(1)[0]
            if count * 5 > self._count:
                about = {"file": file, "column": self.column, "count": count, "all": self._count}
                said = _("{file}: {column} does not agree with the times beside it in {count} of {all} rows "
                         "compared, factor {factor}: {unit}?")  # fmt: skip
                yield Remark(said, about | {"factor": factor, "unit": UNITS[factor]})
