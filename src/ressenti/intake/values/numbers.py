"""How numbers are written, with which mark between thousands and which before decimals: judged on a whole column."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum

from ressenti.intake.refusals import NumberForm
from ressenti.intake.values.row_errors import RowError, printable, quoted
from ressenti.kit.i18n import Sentence, _

_NUMERAL = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_SIGN = r"([+\-−]?)"
_SPACED = r"\d{1,3}(?:(?P<mark>[ \u00a0\u2009\u202f'’])\d{3})(?:(?P=mark)\d{3})*"
_BY_COMMA = r"[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d?(?:,\d\d)+,\d{3}"
_BY_POINT = r"[1-9]\d{0,2}(?:\.\d{3})+"
_BESIDE_DIGITS = re.compile(r"[^\d]")


class JsonNumber(str):
    """A number as it was written, so that no digit of it is lost."""

    __slots__ = ()


class NumberFormat(Enum):
    """A way to write numbers. Spaces and apostrophes stand between thousands in all of them."""

    ENGLISH = "1,234.5"
    FRENCH = "1 234,5"
    GERMAN = "1.234,5"


LOCALES = {"en": NumberFormat.ENGLISH, "fr": NumberFormat.FRENCH, "de": NumberFormat.GERMAN}
"""The languages that `--locale` takes, with how numbers are written in them."""

_FORMS = {
    NumberFormat.ENGLISH: re.compile(rf"{_SIGN}({_SPACED}|{_BY_COMMA}|\d+)(?:\.(\d*))?", re.ASCII),
    NumberFormat.FRENCH: re.compile(rf"{_SIGN}({_SPACED}|\d+)(?:[.,](\d+))?", re.ASCII),
    NumberFormat.GERMAN: re.compile(rf"{_SIGN}({_SPACED}|{_BY_POINT}|\d+)(?:,(\d+))?", re.ASCII),
}


def numeral_reader(column: str, numbers: NumberFormat, *, is_told: bool) -> Callable[[str], str]:
    """Return what writes the number of a cell with a decimal point and nothing else, '' where there is none.

    `is_told` says that `--locale` was given, so that no remedy needs to name it. Raises RowError for what is no number.
    """
    form = _FORMS[numbers]
    is_german = numbers is NumberFormat.GERMAN

    def read(cell: str) -> str:
        text = cell.strip()
        if not text or (_NUMERAL.fullmatch(text) and not (is_german and "." in text)) or isinstance(cell, JsonNumber):
            return text
        if found := form.fullmatch(text):
            sign, whole, decimals = found[1], found[2], found[found.re.groups]
            return sign.replace("−", "-") + _BESIDE_DIGITS.sub("", whole) + (f".{decimals}" if decimals else "")
        raise RowError(
            "number",
            Sentence(
                _("{column}: {value} is not a number{remedy}"),
                column=column,
                value=quoted(cell),
                remedy="" if is_told else _remedy(text),
            ),
        )

    return read


def unambiguous_numeral(numeral: str, numbers: NumberFormat) -> str:
    """Return a number that a `numeral_reader` wrote so that it means the same whatever stands in its column.

    It has no mark between thousands, and never three decimals, which could be a thousand of something. Its decimal
    mark is that of `numbers`.
    """
    if not numeral:
        return ""
    whole, _point, decimals = format(Decimal(numeral), "f").partition(".")
    if not decimals:
        return whole
    decimals += "0" if len(decimals) == 3 else ""
    return f"{whole}{',' if numbers is NumberFormat.GERMAN else '.'}{decimals}"


def _remedy(text: str) -> str:
    if _FORMS[NumberFormat.FRENCH].fullmatch(text):
        return Sentence(_("; --locale fr reads a decimal comma"))
    if _FORMS[NumberFormat.GERMAN].fullmatch(text):
        return Sentence(_("; --locale de reads a decimal comma and points between thousands"))
    return ""


def common_locale(possible: Iterable[frozenset[NumberFormat]]) -> str | None:
    """Return the `--locale` that reads several columns as each was judged; None where none does, or any would.

    `possible` has the ways to write numbers that each column leaves open.
    """
    found = frozenset(NumberFormat).intersection(*possible)
    if {NumberFormat.ENGLISH, NumberFormat.FRENCH} <= found:  # nothing was seen but decimal points
        return None
    return next((locale for locale, numbers in LOCALES.items() if numbers in found), None)


# --- judged on the whole column --------------------------------------------------------------------------------------

_PLAINLY = re.compile(r"(?:[+-]?\d*(?:\.\d*)?\n)*+", re.ASCII)
_POINTS = {
    "either point": re.compile(r"^[+-]?[1-9]\d{0,2}\.\d{3}$", re.ASCII | re.MULTILINE),
    "decimal point": re.compile(r"^(?![+-]?[1-9]\d{0,2}\.\d{3}$)[+-]?\d*\.\d+$", re.ASCII | re.MULTILINE),
}
_EVIDENCE = {
    "grouping comma": re.compile(rf"{_SIGN}(?:(?:{_BY_COMMA})\.\d*|[1-9]\d?\d?(?:,\d\d\d?)+,\d{{3}})", re.ASCII),
    "either comma": re.compile(rf"{_SIGN}[1-9]\d{{0,2}},\d{{3}}", re.ASCII),
    "decimal comma": re.compile(rf"{_SIGN}(?:{_SPACED}|{_BY_POINT}|\d+),\d+", re.ASCII),
    "grouping point": re.compile(rf"{_SIGN}[1-9]\d{{0,2}}(?:\.\d{{3}}){{2,}}(?:,\d+)?", re.ASCII),
    "either point": re.compile(rf"{_SIGN}[1-9]\d{{0,2}}\.\d{{3}}", re.ASCII),
    "decimal point": re.compile(rf"{_SIGN}(?:{_SPACED}|\d*)\.\d+", re.ASCII),
}
"""What a cell tells of its column, the first that fits; other cells are plain, or no numbers at all."""
_POINT_BEFORE_COMMA = re.compile(r".*\d\.\d{3},\d+", re.ASCII)


@dataclass(frozen=True, slots=True)
class _NumbersSeen:
    line: int
    value: str


@dataclass(slots=True, kw_only=True)
class NumberAmbiguity:
    """How the numbers of one column are written, told by those that can be written in one way only."""

    file: str
    column: str
    told: NumberFormat | None
    _seen: dict[str, _NumbersSeen] = field(default_factory=dict)

    def look(self, values: Sequence[str], line_of: Callable[[int], int]) -> None:
        """Take in values; `line_of` tells on which line the value at an index stands."""
        joined = "\n".join(values) + "\n"
        if _PLAINLY.fullmatch(joined):
            if "." in joined:
                self._look_at_points(joined, line_of)
            return
        for index, value in enumerate(values):
            if value and not value.isdecimal():
                self._look_at(value.strip(), line_of, index)

    def _look_at_points(self, joined: str, line_of: Callable[[int], int]) -> None:
        for sort, form in _POINTS.items():
            if sort not in self._seen and (found := form.search(joined)):
                self._seen[sort] = _NumbersSeen(line_of(joined.count("\n", 0, found.start())), found[0])

    def _look_at(self, text: str, line_of: Callable[[int], int], index: int) -> None:
        sort = next((sort for sort, form in _EVIDENCE.items() if form.fullmatch(text)), None)
        if sort and sort not in self._seen:
            self._seen[sort] = _NumbersSeen(line_of(index), text)
        if sort == "decimal comma" and _POINT_BEFORE_COMMA.fullmatch(text) and "grouping point" not in self._seen:
            self._seen["grouping point"] = _NumbersSeen(line_of(index), text)

    @property
    def is_guess(self) -> bool:
        """Whether commas are taken to stand between thousands although none of them must."""
        return self.told is None and "either comma" in self._seen and not self._seen.keys() & _TELLING

    @property
    def example(self) -> str:
        """A value whose comma can mean two things."""
        return self._seen["either comma"].value

    @property
    def possible(self) -> frozenset[NumberFormat]:
        """The ways to write numbers that the column leaves open; where thousands are a guess, only the guess."""
        if self.is_guess:
            return frozenset({NumberFormat.ENGLISH})
        return frozenset(numbers for numbers, against in _AGAINST.items() if not against & self._seen.keys())

    def settle(self) -> NumberFormat:
        """Return how the numbers are written; raises a Refusal where the values contradict each other."""
        seen = self._seen
        fitting = [numbers for numbers, against in _AGAINST.items() if not against & seen.keys()]
        if self.told:
            if self.told not in fitting and fitting and seen.keys() & _EITHER:
                raise self._refusal(min(_AGAINST[self.told] & seen.keys()), min(seen.keys() & _EITHER))
            return self.told
        if not fitting:
            first, second, *_more = sorted(seen.keys() & _TELLING, key=lambda sort: seen[sort].line)
            raise self._refusal(first, second)
        if NumberFormat.ENGLISH not in fitting and "either point" in seen and len(fitting) > 1:
            raise self._refusal("decimal comma", "either point")
        return fitting[0]

    def _refusal(self, one: str, other: str) -> NumberForm:
        first, second = sorted((self._seen[one], self._seen[other]), key=lambda seen: seen.line)
        return NumberForm(
            file=self.file,
            line=first.line,
            column=self.column,
            value=printable(first.value),
            other=printable(second.value),
            other_line=second.line,
        )


_AGAINST = {
    NumberFormat.ENGLISH: {"decimal comma", "grouping point"},
    NumberFormat.FRENCH: {"grouping comma", "grouping point"},
    NumberFormat.GERMAN: {"grouping comma", "decimal point"},
}
_EITHER = {"either comma", "either point"}
_TELLING = {"grouping comma", "decimal comma", "grouping point", "decimal point"}
