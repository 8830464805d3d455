"""What one cell holds: the text of a cell becomes the value its column promises."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from ressenti.intake.model import Column, Type
from ressenti.intake.moments import moment_reader
from ressenti.intake.terms import Terms
from ressenti.intake.unfit import Unfit, shown
from ressenti.kit.clock import DAY, SECOND
from ressenti.kit.i18n import Words, _

Reader = Callable[[Any], Any]

LONGEST_KEY = 1_000
"""How long an id or a name may be, in characters."""
OUTLIER = 3_652 * DAY
"""Ten years: a longer duration is taken, with a warning."""
EMPTY: dict[Type, Any] = {Type.TEXT: "", Type.FLAG: False, Type.LIST: ()}
"""What an empty cell is, where it is not None."""

_LARGEST = 2**63 - 1
_MILLION = 1_000_000
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SPACES = " \u00a0\u2009\u202f"
_NUMERAL = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_FRENCH = re.compile(rf"([+-]?(?:\d{{1,3}}(?:[{_SPACES}]\d{{3}})+|\d+))(?:[.,](\d+))?", re.ASCII)
_WHOLE = re.compile(r"[+-]?\d{1,19}(?:\.0*)?", re.ASCII)
_FLAGS = {"true": True, "yes": True, "1": True, "1.0": True, "false": False, "no": False, "0": False, "0.0": False}


def cell_reader(column: Column, terms: Terms, now: int, warnings: list[str]) -> Reader:
    """Return what turns a filled cell of the column into its value, or None where it holds only spaces.

    It raises Unfit, naming the column and the value; what is odd but taken is added to `warnings`.
    """
    match column.type:
        case Type.KEY:
            return _key_reader(column.name)
        case Type.TEXT:
            return str
        case Type.MOMENT:
            return moment_reader(column.name, terms, now, warnings)
        case Type.SECONDS:
            return _seconds_reader(column.name, terms, warnings)
        case Type.WHOLE:
            return _whole_reader(column.name, terms)
        case Type.FLAG:
            return _flag_reader(column.name, empty=False)
        case Type.YES_NO:
            return _flag_reader(column.name, empty=None)
        case Type.MONEY:
            return _money_reader(column.name, terms)
        case Type.LIST:
            return _list_reader(column.name)
        case Type.CHOICE:
            return _choice_reader(column.name, column.choices)


def _key_reader(column: str) -> Callable[[str], str | None]:
    def read(cell: str) -> str | None:
        text = cell.strip()
        if len(text) > LONGEST_KEY:
            raise Unfit(
                "too_long",
                Words(
                    _("{column}: {value} is longer than {most:,} characters"),
                    column=column,
                    value=shown(text),
                    most=LONGEST_KEY,
                ),
            )
        if not text.isprintable() and _CONTROL.search(text):
            raise Unfit(
                "control_character",
                Words(_("{column}: {value} holds a control character"), column=column, value=shown(text)),
            )
        return text or None

    return read


def _list_reader(column: str) -> Callable[[str | list[str]], tuple[str, ...]]:
    key = _key_reader(column)

    def read(cell: str | list[str]) -> tuple[str, ...]:
        names = cell.split(";") if isinstance(cell, str) else cell
        return tuple(dict.fromkeys([name for part in names if (name := key(part))]))

    return read


def _choice_reader(column: str, choices: tuple[str, ...]) -> Callable[[str], str | None]:
    known = {choice: choice for choice in choices}

    def read(cell: str) -> str | None:
        if found := known.get(cell) or known.get(word := cell.strip().lower()):
            return found
        if word:
            raise Unfit(
                "choice",
                Words(
                    _("{column}: {value} is none of {known}"),
                    column=column,
                    value=shown(cell),
                    known=", ".join(choices),
                ),
            )
        return None

    return read


def _flag_reader(column: str, *, empty: bool | None) -> Callable[[str], bool | None]:
    def read(cell: str) -> bool | None:
        word = cell.strip().lower()
        if word not in _FLAGS and word:
            raise Unfit(
                "boolean",
                Words(
                    _("{column}: {value} is none of {known}"),
                    column=column,
                    value=shown(cell),
                    known="true, false, yes, no, 1, 0",
                ),
            )
        return _FLAGS.get(word, empty)

    return read


def _whole_reader(column: str, terms: Terms) -> Callable[[str], int | None]:
    numeral = _numeral_reader(column, terms)

    def read(cell: str) -> int | None:
        if cell.isdecimal() and cell.isascii() and len(cell) < 19:  # most are, and this is quick
            return int(cell)
        text = numeral(cell)
        if text and (not _WHOLE.fullmatch(text) or abs(int(text.partition(".")[0])) > _LARGEST):
            raise Unfit("number", Words(_("{column}: {value} is not a whole number"), column=column, value=shown(cell)))
        return int(text.partition(".")[0]) if text else None

    return read


def _seconds_reader(column: str, terms: Terms, warnings: list[str]) -> Callable[[str], int | None]:
    numeral = _numeral_reader(column, terms)

    def read(cell: str) -> int | None:
        if not (text := numeral(cell)):
            return None
        duration = round(Decimal(text) * SECOND)
        if duration < 0:
            raise Unfit(
                "negative_duration",
                Words(_("{column}: {value} is less than no time"), column=column, value=shown(cell)),
            )
        if duration > _LARGEST:
            raise Unfit("number", Words(_("{column}: {value} is too large"), column=column, value=shown(cell)))
        if duration > OUTLIER:
            warnings.append("outlier")
        return duration

    return read


def _money_reader(column: str, terms: Terms) -> Callable[[str], int | None]:
    numeral = _numeral_reader(column, terms)

    def read(cell: str) -> int | None:
        if not (text := numeral(cell)):
            return None
        amount = Decimal(text) * _MILLION
        if amount != amount.to_integral_value() or abs(amount) > _LARGEST:
            raise Unfit(
                "number",
                Words(
                    _("{column}: {value} is not an amount with at most 6 decimals"), column=column, value=shown(cell)
                ),
            )
        return int(amount)

    return read


def _numeral_reader(column: str, terms: Terms) -> Callable[[str], str]:
    """Return what writes the number of a cell with a decimal point and nothing else, '' where there is none."""

    def read(cell: str) -> str:
        text = cell.strip()
        if not text or _NUMERAL.fullmatch(text):
            return text
        if terms.decimal_comma and (french := _FRENCH.fullmatch(text)):
            return re.sub(rf"[{_SPACES}]", "", french[1]) + (f".{french[2]}" if french[2] else "")
        raise Unfit(
            "number",
            Words(
                _("{column}: {value} is not a number{remedy}"),
                column=column,
                value=shown(cell),
                remedy=_remedy(text, terms),
            ),
        )

    return read


def _remedy(text: str, terms: Terms) -> str:
    is_french = not terms.decimal_comma and _FRENCH.fullmatch(text)
    return Words(_("; --locale fr reads a decimal comma")) if is_french else ""
