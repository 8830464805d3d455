"""In which form dates that are not ISO 8601 are written: judged on all of a file, and read when it is told."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from ressenti.intake.refusals import DateFormAmbiguous, DateFormMissing, DateFormsMixed, OtherDateForm
from ressenti.intake.values.month_names import NAMED, in_english, is_month
from ressenti.intake.values.row_errors import printable
from ressenti.kit.clock import EPOCH

EPOCHS = {"epoch-s": 1_000_000, "epoch-ms": 1_000}
"""The forms of `--date-format` that count from 1970, with the microseconds in one."""

_EARLIEST_S, _LATEST_S = 631_152_000, 4_133_980_800
"""The years 1990 to 2100 in seconds since 1970."""

EXAMPLE = datetime(2026, 3, 1, 10, 30, tzinfo=UTC)

_HALF = r"[AaPp]\.?\s?[Mm]\.?"
_CLOCK = (
    r"(?P<hour>\d{1,2})(?:(?P<mark>[:hH.])(?P<minute>\d\d)?(?P<second>:\d\d)?(?:[.,]\d{1,6})?)?"
    rf"\s*(?P<half>{_HALF})?"
)
_ZONE = r"(?:Z|(?:(?:GMT|UTC)\s?)?(?P<sign>[+-])(?P<hours>\d{1,2})(?::?(?P<minutes>\d\d))?|GMT|UTC)"
_NUMBERED = re.compile(
    r"(?P<one>\d{4}|\d{1,2})(?P<sep>[/.-])(?P<two>\d{1,2})(?P=sep)(?P<three>\d{4}|\d\d)"
    rf"(?:(?P<joint>,?\s+|,|T){_CLOCK}(?:\s*{_ZONE})?)?"
)
_NAMED = re.compile(rf"{NAMED}(?:(?P<joint>,?\s+(?:(?:à|at|um)\s+)?|,|T){_CLOCK}(?:\s*{_ZONE})?)?", re.IGNORECASE)
_ZONE_AT_END = re.compile(rf"\s*{_ZONE}$")
_HALF_AT_END = re.compile(r"(?<=\d)\s?([AaPp])\.?\s?[Mm](?:\.|\b)")
_DECIMAL_COMMA = re.compile(r"(:\d\d),(\d)")
_BEFORE_CLOCK = re.compile(r"[\sT]*%[HI].*", re.DOTALL)
_COUNT = re.compile(r"\d{1,14}(?:\.\d{1,9})?", re.ASCII)


def epoch_form(text: str) -> str | None:
    """Return the form of `--date-format` in which a number of 1990 to 2100 counts from 1970, None where it does not."""
    if not _COUNT.fullmatch(text := text.strip()):
        return None
    count = int(text.partition(".")[0])
    return next((form for form, unit in EPOCHS.items() if _EARLIEST_S <= count * unit // 1_000_000 < _LATEST_S), None)


# --- reading ---------------------------------------------------------------------------------------------------------


def example(date_format: str) -> str:
    """Return a moment as it is written in a form of `--date-format`."""
    unit = EPOCHS.get(date_format)
    return str((EXAMPLE - EPOCH) // timedelta(microseconds=unit)) if unit else EXAMPLE.strftime(date_format)


def read_in_form(text: str, date_format: str) -> datetime | None:
    """Return the moment a text means in a form of `--date-format`, aware where it says its offset; None if it is none.

    The time may lack its seconds, or be missing whole (midnight), and an offset may follow, as GMT+1.
    """
    text = _even(text)
    if unit := EPOCHS.get(date_format):
        return _since_1970(text, unit)
    forms = _forms(date_format)
    if (at := _first_that_fits(text, forms)) or "%z" in date_format.lower():
        return at
    offset = _ZONE_AT_END.search(text)
    if not offset or not (at := _first_that_fits(text[: offset.start()], forms)):
        return None
    length = timedelta(hours=int(offset["hours"] or 0), minutes=int(offset["minutes"] or 0))
    if length > timedelta(hours=14):
        return None
    return at.replace(tzinfo=timezone(-length if offset["sign"] == "-" else length))


def _since_1970(text: str, unit: int) -> datetime | None:
    return EPOCH + timedelta(microseconds=int(Decimal(text) * unit)) if _COUNT.fullmatch(text) else None


def _even(text: str) -> str:
    """Return a date without what makes no difference: commas, several or special spaces, the points of a.m."""
    text = in_english(text)
    text = _HALF_AT_END.sub(r" \1M", _DECIMAL_COMMA.sub(r"\1.\2", text)).replace("%p", " %p")
    return " ".join(text.replace(",", " ").split())


@lru_cache(maxsize=16)
def _forms(date_format: str) -> tuple[str, ...]:
    whole = _even(date_format)
    seconds = whole.replace("%M", "%M:%S") if "%S" not in whole else whole.replace(":%S.%f", "").replace(":%S", "")
    return tuple(dict.fromkeys([whole, seconds, whole.replace("%S", "%S.%f"), _BEFORE_CLOCK.sub("", whole)]))


def _first_that_fits(text: str, forms: tuple[str, ...]) -> datetime | None:
    for form in forms:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 - the zone is added by the caller
        except ValueError:
            continue
    return None


# --- judging ---------------------------------------------------------------------------------------------------------


class _Shape(NamedTuple):
    """What all dates of a form have in common but for the order of day and month; `clock` is '' where none is seen."""

    sep: str
    widths: str
    joint: str
    clock: str


@dataclass(frozen=True, slots=True)
class _DatesSeen:
    line: int
    column: str
    value: str
    one: int
    two: int


_ORDERS = {
    "year first": ("%Y", "%m", "%d"),
    "year last": ("%d", "%m", "%Y"),
    "short year last": ("%d", "%m", "%y"),
    "short year first": ("%y", "%m", "%d"),
    "named": ("%d", "%b", "%Y"),
    "named, short year": ("%d", "%b", "%y"),
    "named, month first": ("%b", "%d", "%Y"),
    "named, year first": ("%Y", "%b", "%d"),
}
_SWAPPED = {
    "year first": ("%Y", "%d", "%m"),
    "year last": ("%m", "%d", "%Y"),
    "short year last": ("%m", "%d", "%y"),
    "short year first": ("%y", "%d", "%m"),
}


def is_numbered(text: str) -> bool:
    """Whether a text looks like a date written with three numbers, as 14/3/2026 4:05 PM."""
    return _NUMBERED.fullmatch(text.strip()) is not None


def is_named(text: str) -> bool:
    """Whether a text looks like a date with its month in words, as 14 Mar 2026."""
    return _named(text) is not None


def _named(text: str) -> re.Match[str] | None:
    found = _NAMED.fullmatch(text.strip())
    is_one = found and is_month(found["month"] or found["month_first"] or found["month_second"])
    return found if is_one else None


@dataclass(slots=True)
class DateFormats:
    """The dates of a file that are not ISO 8601, and in which forms all of them can be read.

    One form has to do for a file, as there is one `--date-format`.
    """

    file: str
    _shapes: dict[_Shape, _DatesSeen] = field(default_factory=dict)
    _first: _DatesSeen | None = None
    _apart: _DatesSeen | None = None
    _day_first: _DatesSeen | None = None
    _month_first: _DatesSeen | None = None

    def look(self, column: str, text: str, line_of: Callable[[int], int], index: int) -> None:
        """Take in a value."""
        if not (numbered := _NUMBERED.fullmatch(text.strip())):
            if named := _named(text):
                seen = _DatesSeen(line_of(index), column, text, 0, 0)
                self._first = self._first or seen
                self._shapes.setdefault(_named_shape(named), seen)
            return
        shape = _shape_of(numbered)
        day, month = _numbers_of(numbered, shape)
        if not (0 < day <= 31 and 0 < month <= 31 and min(day, month) <= 12):
            return
        is_new = shape not in self._shapes
        if not is_new and (day == month or self._apart) and day <= 12 and month <= 12:
            return
        seen = _DatesSeen(line_of(index), column, text, day, month)
        self._first = self._first or seen
        self._shapes.setdefault(shape, seen)
        if day > 12:
            self._day_first = self._day_first or seen
        elif month > 12:
            self._month_first = self._month_first or seen
        elif day != month:
            self._apart = self._apart or seen

    def settle(self) -> None:
        """Raise the Refusal that says in which form the dates are, or that it cannot be told; nothing without dates."""
        if not self._first:
            return
        shape = self._common_shape()
        if self._day_first and self._month_first:
            raise self._mixed(self._day_first, self._month_first)
        if shape.widths not in _SWAPPED:
            raise DateFormMissing(**self._about(self._first), hint=_form(shape, is_swapped=False))
        forms = [_form(shape, is_swapped=is_swapped) for is_swapped in (False, True)]
        if self._month_first:
            raise DateFormMissing(**self._about(self._month_first), hint=forms[1])
        telling = self._day_first or self._apart
        if telling and shape.widths == "short year last" and self._day_first:
            self._refuse_either(telling, forms[0], _form(shape._replace(widths="short year first"), is_swapped=False))
        if telling and shape.widths.endswith("last") and not self._day_first:
            self._refuse_either(telling, *forms)
        raise DateFormMissing(**self._about(telling or self._first), hint=forms[0])

    def _refuse_either(self, seen: _DatesSeen, form: str, other: str) -> None:
        first, second = read_in_form(seen.value, form), read_in_form(seen.value, other)
        if first and second:
            raise DateFormAmbiguous(
                **self._about(seen),
                hint=form,
                other_hint=other,
                reading=f"{first:%Y-%m-%d}",
                other_reading=f"{second:%Y-%m-%d}",
            )

    def require(self, date_format: str) -> None:
        """Raise a Refusal where dates contradict the form they are said to be in, and none of them speaks for it."""
        is_day_first = date_format.find("%d") < date_format.find("%m")
        against, for_it = (self._month_first, self._day_first) if is_day_first else (self._day_first, self._month_first)
        if against and not for_it and "%d" in date_format and "%m" in date_format:
            swapped = date_format.replace("%d", "%\0").replace("%m", "%d").replace("%\0", "%m")
            if read_in_form(against.value, swapped):
                raise OtherDateForm(**self._about(against), form=date_format, hint=swapped)

    def _common_shape(self) -> _Shape:
        """Return the shape of all; raises DateFormsMixed where there are several."""
        seen = list(self._shapes.items())
        first = next((one for one in seen if one[0].clock), seen[0])
        for shape, value in seen:
            is_same_day = (shape.sep, shape.widths) == (first[0].sep, first[0].widths)
            if not is_same_day or (shape.clock and (shape.clock, shape.joint) != (first[0].clock, first[0].joint)):
                raise self._mixed(first[1], value)
        return first[0]

    def _mixed(self, one: _DatesSeen, other: _DatesSeen) -> DateFormsMixed:
        first, second = sorted((one, other), key=lambda seen: seen.line)
        about = self._about(first) | {"other_line": second.line, "other_column": second.column}
        return DateFormsMixed(**about, other=printable(second.value))

    def _about(self, seen: _DatesSeen) -> dict[str, object]:
        return {"file": self.file, "line": seen.line, "column": seen.column, "value": printable(seen.value)}


def _shape_of(matched: re.Match[str]) -> _Shape:
    if len(matched["one"]) == 4:
        widths = "year first"
    elif len(matched["three"]) == 4:
        widths = "year last"
    else:
        widths = "short year first" if int(matched["one"]) > 31 else "short year last"
    return _Shape(matched["sep"], widths, *_clock_of(matched))


def _named_shape(matched: re.Match[str]) -> _Shape:
    if matched["month_first"]:
        return _Shape(" ", "named, month first", *_clock_of(matched))
    if matched["year_first"]:
        return _Shape(matched["dash"], "named, year first", *_clock_of(matched))
    return _Shape(matched["sep"], "named" if len(matched["year"]) == 4 else "named, short year", *_clock_of(matched))


def _clock_of(matched: re.Match[str]) -> tuple[str, str]:
    """Return what stands between the day and the time, and how the time is written; both '' where there is none."""
    if matched["hour"] is None:
        return "", ""
    mark, half = matched["mark"] or "", " %p" if matched["half"] else ""
    clock = ("%I" if half else "%H") + mark.lower() + ("%M" if matched["minute"] else "") + half
    return "T" if matched["joint"] == "T" else " ", clock


def _numbers_of(matched: re.Match[str], shape: _Shape) -> tuple[int, int]:
    """Return the day and the month, as they are by custom: the first two numbers, or the last and the middle one."""
    if shape.widths.endswith("first"):
        return int(matched["three"]), int(matched["two"])
    return int(matched["one"]), int(matched["two"])


def _form(shape: _Shape, *, is_swapped: bool) -> str:
    day = shape.sep.join((_SWAPPED if is_swapped else _ORDERS)[shape.widths])
    return day + shape.joint + shape.clock
