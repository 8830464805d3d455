"""What the first pass watches for in the columns of a file: numbers, dates, scales, units, words for nothing."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ressenti.intake.model import FILES, LISTS, CellType, FileKind
from ressenti.intake.remarks import Remark
from ressenti.intake.values.cells import NULL_WORDS
from ressenti.intake.values.columns import KNOWN, Header
from ressenti.intake.values.numbers import NumberAmbiguity, NumberFormat
from ressenti.intake.values.parsed_options import ParsedOptions
from ressenti.intake.values.row_errors import printable
from ressenti.intake.values.rules import CES, NPS
from ressenti.intake.values.scale_ambiguities import RatingAmbiguity, RatingsSeen
from ressenti.intake.values.timestamp_ambiguities import TimestampAmbiguity
from ressenti.intake.values.unit_ambiguities import UnitAmbiguity, unit_ambiguities
from ressenti.kit.i18n import Sentence, _

ColumnValues = Mapping[str, Sequence[Any]]
"""Some rows of a file by column: the cells of each known one that is there, in the order of the rows."""

LineOf = Callable[[int], int]
"""Tells on which line of the file the row at an index stands."""

_NUMBERS = {CellType.SECONDS, CellType.WHOLE, CellType.MONEY}
_NAMES = {CellType.KEY, CellType.ID, *LISTS}
_SHOUTED = frozenset(word for known in NULL_WORDS for word in (known, known.upper(), known.title(), "NaN", "None"))
"""Words for nothing as they are mostly written: looked for in names without changing the case of each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnFindings:
    """What was found in the columns of a file: how numbers are written, which ratings there are, what is remarkable.

    `possible` has, for each column of numbers that was judged, the ways to write them that it leaves open.
    """

    numbers: Mapping[str, NumberFormat] = field(default_factory=dict)
    possible: tuple[frozenset[NumberFormat], ...] = ()
    ratings: tuple[RatingsSeen, ...] = ()
    remarks: tuple[Remark, ...] = ()


class ColumnAmbiguities:
    """Whether the columns of a file hold what they promise, in the first pass."""

    def __init__(self, file: str, kind: FileKind, options: ParsedOptions, *, certain: Collection[str] = ()) -> None:
        """Watch a file; `certain` names the columns whose numbers the file itself holds as numbers."""
        self._file = file
        self._certain = tuple(certain)
        types = KNOWN[kind]
        self._moments = TimestampAmbiguity(file=file, options=options)
        self._moment_names = [name for name, holds in types.items() if holds is CellType.MOMENT]
        self._numbers = [
            NumberAmbiguity(file=file, column=name, told=options.numbers)
            for name, holds in types.items()
            if holds in _NUMBERS and name not in certain
        ]
        self._names = [name for name, holds in types.items() if holds in _NAMES and name != "csat_scale"]
        self._choices = {column.name: column.choices for column in FILES[kind] if column.type is CellType.CHOICE}
        self._words: dict[str, Counter[str]] = {}
        self._units: list[UnitAmbiguity] = unit_ambiguities(kind, options)
        fixed = {"csat": None, "nps": NPS, "ces": CES}
        self._ratings = [
            RatingAmbiguity(
                file=file,
                column=name,
                fixed=fixed[name],
                usual=options.csat_scale,
                numbers=options.numbers or NumberFormat.ENGLISH,
            )
            for name, holds in types.items()
            if holds is CellType.RATING
        ]

    def look(self, columns: ColumnValues, line_of: LineOf) -> None:
        """Take in some rows."""
        for name in self._moment_names:
            if name in columns:
                self._moments.look(name, columns[name], line_of)
        for number in self._numbers:
            if number.column in columns:
                number.look(columns[number.column], line_of)
        for rating in self._ratings:
            if rating.column in columns:
                rating.look(columns[rating.column], columns.get("csat_scale") if rating.column == "csat" else None)
        for unit in self._units:
            unit.look(columns)
        for name in (*self._names, *self._choices):
            if name in columns:
                self._look_for_words(name, columns[name])

    def _look_for_words(self, name: str, cells: Sequence[Any]) -> None:
        try:
            if _SHOUTED.isdisjoint(cells):
                return
        except TypeError:  # several names in a JSON array
            cells = [one for cell in cells for one in (cell if isinstance(cell, list) else (cell,))]
        if found := [cell for cell in cells if cell in _SHOUTED]:
            self._words.setdefault(name, Counter()).update(found)

    def settle(self, header: Header | None) -> ColumnFindings:
        """Return what was found; raises a Refusal where a column cannot be believed as it is."""
        self._moments.settle()
        present = header.known if header else ()
        numbers = {ambiguity.column: ambiguity.settle() for ambiguity in self._numbers if ambiguity.column in present}
        ratings = [seen for ambiguity in self._ratings for seen in ambiguity.settle()]
        return ColumnFindings(
            numbers=numbers | dict.fromkeys(self._certain, NumberFormat.ENGLISH),
            possible=tuple(ambiguity.possible for ambiguity in self._numbers if ambiguity.column in present),
            ratings=tuple(ratings),
            remarks=(*self._remarks_on_numbers(), *self._remarks_on_units(), *self._remarks_on_words()),
        )

    def _remarks_on_numbers(self) -> list[Remark]:
        guessed = _("{file}: {column}: commas are read as standing between thousands, as in “{value}”; "
                    "if they are decimal commas, give --locale fr.")  # fmt: skip
        decimal = _("{file}: {column}: commas are read as decimal commas.")
        remarks = []
        for ambiguity in self._numbers:
            if ambiguity.is_guess:
                about = {"file": self._file, "column": ambiguity.column, "value": printable(ambiguity.example)}
                remarks.append(Remark(guessed, about))
            elif ambiguity.told is None and ambiguity.settle() is not NumberFormat.ENGLISH:
                remarks.append(Remark(decimal, {"file": self._file, "column": ambiguity.column}))
        return remarks

    def _remarks_on_units(self) -> list[Remark]:
        return [remark for ambiguity in self._units for remark in ambiguity.remarks(self._file)]

    def _remarks_on_words(self) -> list[Remark]:
        said = _("{file}: {column}: “{value}” is kept as a name ({times}); leave the cell empty if it means nothing.")
        empty = _("{file}: {column}: “{value}” is read as empty ({times}).")
        return [
            Remark(
                empty if name in self._choices else said,
                {"file": self._file, "column": name, "value": printable(word), "times": _times(count)},
            )
            for name, words in self._words.items()
            for word, count in words.most_common()
            if word.lower() not in self._choices.get(name, ())
        ]


def _times(count: int) -> Sentence:
    return Sentence(_("once")) if count == 1 else Sentence(_("{count} times"), count=count)
