"""What one cell holds: the text of a cell becomes the value its column promises."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from ressenti.intake.model import CellType, FileColumn, RowWarning
from ressenti.intake.values.month_names import is_month
from ressenti.intake.values.numbers import NumberFormat, numeral_reader
from ressenti.intake.values.parsed_options import ParsedOptions
from ressenti.intake.values.row_errors import RowError, quoted
from ressenti.intake.values.timestamps import moment_reader
from ressenti.kit.clock import DAY, SECOND
from ressenti.kit.currencies import MILLIONTHS, currency_code
from ressenti.kit.i18n import Sentence, _
from ressenti.kit.keys import id_before_float, normalize_key
from ressenti.record.rating_scales import Rating

CellReader = Callable[[Any], Any]

LONGEST_KEY = 1_000
"""How long an id or a name may be, in characters."""
OUTLIER = 3_652 * DAY
"""Ten years: a longer duration is taken, with a warning."""
EMPTY: dict[CellType, Any] = {CellType.TEXT: "", CellType.FLAG: False, CellType.LIST: (), CellType.IDS: ()}
"""What an empty cell is, where it is not None."""

_LARGEST = 2**63 - 1
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_WHOLE = re.compile(r"[+-]?\d{1,19}(?:\.0*)?", re.ASCII)
_FLAGS = {"true": True, "yes": True, "1": True, "1.0": True, "false": False, "no": False, "0": False, "0.0": False}
_FLAGS_OF = {
    "fr": {"oui": True, "vrai": True, "non": False, "faux": False},
    "de": {"ja": True, "wahr": True, "nein": False, "falsch": False},
}
"""What else says yes or no in the language of `--locale`."""
NULL_WORDS = frozenset("nan n/a #n/a na <na> null (null) \\n nil none - -- – — nat undefined".split())
"""What programs write for nothing, in lower case: empty in columns of numbers, times, ratings, yes and no."""
_OF_TOP = re.compile(r"(\d{1,6})\s*(?:/|out of|of|sur|von)\s*(\d{1,6})", re.ASCII | re.IGNORECASE)
_LABELLED = re.compile(r"(\d{1,6})(?:\s*[-–—:=.|]\s*|\s*(?=[(\[])|\s+(?=stars?$|étoiles?$))(\D+)", re.IGNORECASE)


def cell_reader(
    column: FileColumn,
    options: ParsedOptions,
    now: int,
    warnings: list[RowWarning],
    *,
    numbers: NumberFormat | None = None,
) -> CellReader:
    """Return what turns a filled cell of the column into its value, or None where it holds only spaces.

    `numbers` is how the numbers of the column are written, by `--locale` or as in English unless told. It raises
    RowError, naming the column and the value; what is odd but taken is added to `warnings`.
    """
    written = numbers or options.numbers or NumberFormat.ENGLISH
    numeral = numeral_reader(column.name, written, is_told=options.locale is not None)
    match column.type:
        case CellType.KEY | CellType.ID | CellType.CURRENCY:
            return _NAMING[column.type](column.name)
        case CellType.TEXT:
            return str
        case CellType.MOMENT:
            return _or_nothing(moment_reader(column.name, options, now, warnings))
        case CellType.SECONDS:
            return _or_nothing(_seconds_reader(column.name, numeral, warnings))
        case CellType.WHOLE:
            return _or_nothing(_whole_reader(column.name, numeral))
        case CellType.RATING:
            return rating_reader(column.name, numeral)
        case CellType.FLAG:
            return _or_nothing(_flag_reader(column.name, options, empty=False), nothing=False)
        case CellType.YES_NO:
            return _or_nothing(_flag_reader(column.name, options, empty=None))
        case CellType.MONEY:
            return _or_nothing(_money_reader(column.name, numeral))
        case CellType.LIST | CellType.IDS:
            return _list_reader(_NAMING[column.type](column.name))
        case CellType.CHOICE:
            return _or_nothing(_choice_reader(column.name, column.choices))


def is_null_word(cell: str) -> bool:
    """Whether a cell holds what programs write for nothing."""
    return cell.strip().lower() in NULL_WORDS


def _or_nothing(read: CellReader, nothing: Any = None) -> CellReader:
    """Return a reader that takes what programs write for nothing as nothing."""

    def read_or_nothing(cell: str) -> Any:
        try:
            return read(cell)
        except RowError:
            if is_null_word(cell):
                return nothing
            raise

    return read_or_nothing


def _key_reader(column: str) -> Callable[[str], str | None]:
    def read(cell: str) -> str | None:
        text = normalize_key(cell)
        if len(text) > LONGEST_KEY:
            raise RowError(
                "too_long",
                Sentence(
                    _("{column}: {value} is longer than {most:,} characters"),
                    column=column,
                    value=quoted(text),
                    most=LONGEST_KEY,
                ),
            )
        if not text.isprintable() and _CONTROL.search(text):
            raise RowError(
                "control_character",
                Sentence(_("{column}: {value} holds a control character"), column=column, value=quoted(text)),
            )
        return text or None

    return read


def _id_reader(column: str) -> Callable[[str], str | None]:
    key = _key_reader(column)

    def read(cell: str) -> str | None:
        text = key(cell)
        if text is None or ("." not in text and "+" not in text):  # most are, and this is quick
            return text
        if (whole := id_before_float(text)) is None:
            raise RowError(
                "inexact_id",
                Sentence(
                    _(
                        "{column}: {value} is an id that was rounded to a number, so nobody knows which one it was; "
                        "export it as text"
                    ),
                    column=column,
                    value=quoted(text),
                ),
            )
        return whole

    return read


def _currency_reader(column: str) -> Callable[[str], str | None]:
    key = _key_reader(column)

    def read(cell: str) -> str | None:
        text = key(cell)
        if text is None or is_null_word(text):
            return None
        if code := currency_code(text):
            return code
        raise RowError(
            "currency",
            Sentence(
                _("{column}: {value} is no currency of ISO 4217; write its three letters, as in EUR"),
                column=column,
                value=quoted(cell),
            ),
        )

    return read


_NAMING: dict[CellType, Callable[[str], Callable[[str], str | None]]] = {
    CellType.KEY: _key_reader,
    CellType.LIST: _key_reader,
    CellType.ID: _id_reader,
    CellType.IDS: _id_reader,
    CellType.CURRENCY: _currency_reader,
}
"""How one id or name of each type is read, by the column's name."""


def _list_reader(key: Callable[[str], str | None]) -> Callable[[str | list[str]], tuple[str, ...]]:
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
            raise RowError(
                "choice",
                Sentence(
                    _("{column}: {value} is none of {known}"),
                    column=column,
                    value=quoted(cell),
                    known=", ".join(choices),
                ),
            )
        return None

    return read


def _flag_reader(column: str, options: ParsedOptions, *, empty: bool | None) -> Callable[[str], bool | None]:
    flags = _FLAGS | _FLAGS_OF.get(options.locale or "", {})

    def read(cell: str) -> bool | None:
        word = cell.strip().lower()
        if word not in flags and word:
            language = next((name for name, known in _FLAGS_OF.items() if word in known), None)
            raise RowError(
                "boolean",
                Sentence(
                    _("{column}: {value} is none of {known}{remedy}"),
                    column=column,
                    value=quoted(cell),
                    known="true, false, yes, no, 1, 0",
                    remedy=Sentence(_("; --locale {language} reads it"), language=language) if language else "",
                ),
            )
        return flags.get(word, empty)

    return read


NumeralReader = Callable[[str], str]
"""Writes the number of a cell with a decimal point and nothing else; raises RowError."""


def _whole_reader(column: str, numeral: NumeralReader) -> Callable[[str], int | None]:
    def read(cell: str) -> int | None:
        if cell.isdecimal() and cell.isascii() and len(cell) < 19:  # most are, and this is quick
            return int(cell)
        text = numeral(cell)
        if text and (not _WHOLE.fullmatch(text) or abs(int(text.partition(".")[0])) > _LARGEST):
            raise RowError(
                "number", Sentence(_("{column}: {value} is not a whole number"), column=column, value=quoted(cell))
            )
        return int(text.partition(".")[0]) if text else None

    return read


def rating_reader(column: str, numeral: NumeralReader) -> Callable[[str], int | None]:
    """Return what reads a rating: a whole number, or one with its label or the top of its scale (then a Rating)."""
    whole = _whole_reader(column, numeral)

    def read(cell: str) -> int | None:
        if cell.isdecimal() and cell.isascii() and len(cell) < 19:
            return int(cell)
        text = cell.strip()
        if of_top := _OF_TOP.fullmatch(text):
            return Rating.of(int(of_top[1]), int(of_top[2]))
        if (labelled := _LABELLED.fullmatch(text)) and _is_label(labelled[2]):
            if is_month(labelled[2].strip(" .")):
                raise RowError("rating_as_date", Sentence(_MADE_A_DATE, column=column, value=quoted(cell)))
            return int(labelled[1])
        return None if is_null_word(text) else whole(cell)

    return read


_MADE_A_DATE = _(
    "{column}: {value} is a date, which a spreadsheet makes of a rating such as 1/5: export the ratings as text"
)


def _is_label(text: str) -> bool:
    return any(one.isalpha() for one in text) and not any(one.isnumeric() for one in text)


def _seconds_reader(column: str, numeral: NumeralReader, warnings: list[RowWarning]) -> Callable[[str], int | None]:
    def read(cell: str) -> int | None:
        if not (text := numeral(cell)):
            return None
        duration = round(Decimal(text) * SECOND)
        if duration < 0:
            raise RowError(
                "negative_duration",
                Sentence(_("{column}: {value} is less than no time"), column=column, value=quoted(cell)),
            )
        if duration > _LARGEST:
            raise RowError("number", Sentence(_("{column}: {value} is too large"), column=column, value=quoted(cell)))
        if duration > OUTLIER:
            detail = Sentence(_("{column}: {value} is more than ten years"), column=column, value=quoted(cell))
            warnings.append(RowWarning("outlier", detail))
        return duration

    return read


def _money_reader(column: str, numeral: NumeralReader) -> Callable[[str], int | None]:
    def read(cell: str) -> int | None:
        if not (text := numeral(cell)):
            return None
        amount = Decimal(text) * MILLIONTHS
        if amount != amount.to_integral_value() or abs(amount) > _LARGEST:
            raise RowError(
                "number",
                Sentence(
                    _("{column}: {value} is not an amount with at most 6 decimals"), column=column, value=quoted(cell)
                ),
            )
        return int(amount)

    return read
