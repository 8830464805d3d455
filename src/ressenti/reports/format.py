"""How is a number written for a person, in their language: shares, points, counts, durations, ratings, money.

Computed in full and rounded half up at the very end (E43). Nobody measured is "–", never 0.
"""

from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import TypeAlias

from babel import Locale
from babel.dates import format_timedelta
from babel.numbers import (
    format_compact_decimal,
    get_currency_precision,
    get_currency_symbol,
    get_decimal_symbol,
    get_group_symbol,
)

from ressenti.indicators.model import Unit, Value
from ressenti.kit.i18n import translate_count

NARROW = "\N{NARROW NO-BREAK SPACE}"
NO_BREAK = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
NOBODY = "\N{EN DASH}"

Number: TypeAlias = int | float | Decimal


@dataclass(frozen=True, slots=True)
class _Signs:
    """The signs a language writes numbers with, as CLDR has them; everything else is a translated sentence.

    Digits are grouped in threes and put together here: Babel's patterns give the same at two to three times the price,
    and a page of a year writes thousands of numbers.
    """

    decimal: str
    group: str
    day: str
    is_currency_first: bool


@cache
def _signs(language: str) -> _Signs:
    locale = _locale(language)
    one_day = format_timedelta(timedelta(days=1), "day", threshold=2, format="narrow", locale=locale)
    return _Signs(
        decimal=get_decimal_symbol(locale),
        group=get_group_symbol(locale),
        day=one_day.removeprefix("1").strip(),
        is_currency_first=locale.currency_formats["standard"].pattern.startswith("\N{CURRENCY SIGN}"),
    )


def decimal_sign(language: str) -> str:
    """Return the sign in front of the decimals: a point, or a comma."""
    return _signs(language).decimal


def rounded(value: Number, digits: int = 0) -> Decimal:
    """Return the value rounded half up, as a person reading the digits of it would: 2.675 is 2.68.

    The noise of binary fractions beyond the ninth decimal is dropped first: a share of 84.64999999999999 is 84.65.
    """
    exact = value if isinstance(value, Decimal) else Decimal(repr(round(value, 9)))
    result = exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return abs(result) if result.is_zero() else result


def number(value: Number, digits: int = 0, *, language: str = "en") -> str:
    """Return a number with the signs of the language: `12,430` or `12 430`, a real minus before negatives."""
    signs = _signs(language)
    result = rounded(value, digits)
    plain = f"{abs(result):,f}".translate({ord(","): signs.group, ord("."): signs.decimal})
    return MINUS + plain if result < 0 else plain


def count(value: Number | None, *, language: str = "en") -> str:
    """Return how many: `12,430`."""
    return NOBODY if value is None else number(value, language=language)


def percent(value: Number | None, digits: int = 1, *, language: str = "en") -> str:
    """Return a share of 100: `84.6 %`."""
    return NOBODY if value is None else number(value, digits, language=language) + NARROW + "%"


def points(value: Number | None, digits: int = 0, *, language: str = "en") -> str:
    """Return a score that may be negative, always with its sign: `+41`, `−12`, `0`."""
    if value is None:
        return NOBODY
    return ("+" if rounded(value, digits) > 0 else "") + number(value, digits, language=language)


def score(value: Number | None, out_of: int = 5, *, language: str = "en") -> str:
    """Return a mean rating on its scale: `4.30 / 5`."""
    return NOBODY if value is None else f"{number(value, 2, language=language)}{NARROW}/{NARROW}{out_of}"


def duration(value_s: Number | None, *, language: str = "en") -> str:
    """Return seconds in the two largest units that say something: `48 s`, `11 min 20 s`, `2 h 5 min`, `3 d 4 h`."""
    if value_s is None:
        return NOBODY
    sign = MINUS if rounded(value_s) < 0 else ""
    return sign + NARROW.join(f"{amount}{NARROW}{unit}" for amount, unit in duration_parts(value_s, language=language))


def duration_parts(value_s: Number, *, language: str = "en") -> list[tuple[str, str]]:
    """Return the amounts and unit symbols of a duration's size, for places that set them apart."""
    symbols = (_signs(language).day, "h", "min", "s")
    parts = [(number(amount, language=language), symbol) for amount, symbol in zip(_cut(value_s), symbols, strict=True)]
    return [part for part in parts if part[0] != "0"] or [("0", "s")]


def duration_in_words(value_s: Number, *, language: str = "en") -> str:
    """Return the size of a duration as it is said in a sentence: `7 seconds`, `1 hour 5 minutes`."""
    days, hours, minutes, seconds = _cut(value_s)
    amounts = [
        translate_count("{count} day", "{count} days", days, language).format(count=count(days, language=language)),
        translate_count("{count} hour", "{count} hours", hours, language).format(count=hours),
        translate_count("{count} minute", "{count} minutes", minutes, language).format(count=minutes),
        translate_count("{count} second", "{count} seconds", seconds, language).format(count=seconds),
    ]
    spoken = [words for words, amount in zip(amounts, (days, hours, minutes, seconds), strict=True) if amount]
    return " ".join(words.replace(" ", NO_BREAK) for words in spoken or amounts[-1:])


def money(value: Number | None, currency: str, *, language: str = "en") -> str:
    """Return an amount in a currency (ISO 4217): `€1,240.00`, `1 240,00 €`."""
    if value is None:
        return NOBODY
    digits = get_currency_precision(currency)
    size = number(abs(rounded(value, digits)), digits, language=language)
    symbol = get_currency_symbol(currency, language)
    sign = MINUS if rounded(value, digits) < 0 else ""
    if not _signs(language).is_currency_first:
        return f"{sign}{size}{NARROW}{symbol}"
    return f"{sign}{symbol}{NARROW if symbol.isalpha() else ''}{size}"


def amount(value: Number | None, unit: Unit, *, language: str = "en", currency: str = "EUR", fine: bool = False) -> str:
    """Return a measured value in its unit; `fine` shows the decimal of points that tooltips carry (E43)."""
    match unit:
        case Unit.PERCENT:
            return percent(value, language=language)
        case Unit.POINTS:
            return points(value, 1 if fine else 0, language=language)
        case Unit.SECONDS:
            return duration(value, language=language)
        case Unit.SCORE:
            return score(value, language=language)
        case Unit.SCORE_OF_7:
            return score(value, 7, language=language)
        case Unit.MONEY:
            return money(value, currency, language=language)
        case Unit.COUNT:
            return count(value, language=language)


def compact(value: Number, unit: Unit, *, language: str = "en", currency: str = "EUR") -> str:
    """Return a sum as short as an axis needs it: `120K`, `2.5M`, `€2.5M`; below 10,000 in full, cents where it has any.

    An axis carries round numbers; a measured value is written by `amount`.
    """
    digits = 0 if float(value).is_integer() else 1 if unit is Unit.COUNT else 2
    size = value if value >= 0 else -value
    plain = (
        number(size, digits, language=language)
        if size < 10_000
        else format_compact_decimal(size, locale=language, fraction_digits=1).replace(NO_BREAK, NARROW)
    )
    sign = MINUS if rounded(value, digits) < 0 else ""
    if unit is Unit.COUNT:
        return sign + plain
    symbol = get_currency_symbol(currency, language)
    if not _signs(language).is_currency_first:
        return f"{sign}{plain}{NARROW}{symbol}"
    return f"{sign}{symbol}{NARROW if symbol.isalpha() else ''}{plain}"


def amount_parts(
    value: Number | None, unit: Unit, *, language: str = "en", currency: str = "EUR"
) -> list[tuple[str, str]]:
    """Return a large figure cut into digits and the unit after them, which is set smaller."""
    match unit:
        case Unit.PERCENT if value is not None:
            return [(number(value, 1, language=language), "%")]
        case Unit.SECONDS if value is not None:
            return duration_parts(value, language=language)
        case _:
            return [(amount(value, unit, language=language, currency=currency), "")]


def interval(value: Value, unit: Unit, *, language: str = "en") -> str:
    """Return the 95 % interval, `87.8 – 93.3` or `38 s – 1 min 2 s`, or "–" where there is none."""
    if value.low is None or value.high is None:
        return NOBODY
    return f" {NOBODY} ".join(_end(end, unit, language) for end in (value.low, value.high))


def _end(end: float, unit: Unit, language: str) -> str:
    match unit:
        case Unit.POINTS:
            return points(end, language=language)
        case Unit.SECONDS:
            return duration(end, language=language)
        case _:
            return number(end, 1, language=language)


def few_of(value: Value) -> int:
    """Return how many of the n a share stands for, to write `6 of 7` where there are few answers."""
    return int(rounded((value.value or 0) * value.n / 100))


def plural_form(value: Number, digits: int = 0, *, language: str = "en") -> int:
    """Return 1 or 2: the count whose grammatical form goes with this number (French says 1,9 point)."""
    return 1 if _locale(language).plural_form(abs(rounded(value, digits))) == "one" else 2


def _cut(value_s: Number) -> tuple[int, int, int, int]:
    """Days, hours, minutes and seconds of a size, kept to its two largest units after rounding."""
    whole = int(abs(rounded(value_s)))
    if whole >= 86400:
        hours = int(rounded(Decimal(whole) / 3600))
        return hours // 24, hours % 24, 0, 0
    if whole >= 3600:
        minutes = int(rounded(Decimal(whole) / 60))
        return minutes // 1440, minutes // 60 % 24, minutes % 60, 0
    return 0, 0, whole // 60, whole % 60


@cache
def _locale(language: str) -> Locale:
    return Locale(language)
