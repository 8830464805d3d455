"""What the options of an import mean: they are understood once, before any file is opened."""

import codecs
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from ressenti.intake.model import Options
from ressenti.intake.refusals import OptionNotUnderstood, UnknownEncoding
from ressenti.intake.scales import Scale, scale
from ressenti.kit.refusals import nearest
from ressenti.record.refusals import UnknownZone

FORMS = ("csv", "jsonl", "parquet")
DST = ("reject", "first", "second", "shift")
LOCALES = {"en": False, "fr": True}
"""Languages in which numbers may be written, and whether they have a decimal comma."""

_DELIMITERS = {"tab": "\t", "\\t": "\t"}
_WIDE = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be")
_NOT_OF_FILES = {"idna", "charmap", "unicode-escape", "raw-unicode-escape"}
_ASCII = bytes([*b"\t\r\n", *range(32, 127)])
_PROBE_DATE = datetime(2031, 12, 28, 22, 45, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How the files are to be read. `codec` and `delimiter` are None where each file tells."""

    zone: ZoneInfo | None
    dst: str
    date_format: str | None
    codec: str | None
    delimiter: str | None
    decimal_comma: bool
    csat_scale: Scale


@lru_cache(maxsize=16)
def understand(options: Options) -> Terms:
    """Return what the options mean; raises a Refusal (exit 2) naming the first that means nothing."""
    _one_of("format", options.format or "csv", FORMS)
    return Terms(
        zone=_zone(options.timezone) if options.timezone else None,
        dst=_one_of("dst", options.dst, DST),
        date_format=_date_format(options.date_format) if options.date_format else None,
        codec=_codec(options.encoding) if options.encoding else None,
        delimiter=_delimiter(options.delimiter) if options.delimiter else None,
        decimal_comma=_decimal_comma(options.locale) if options.locale else False,
        csat_scale=_csat_scale(options.csat_scale) if options.csat_scale else Scale(1, 5),
    )


def _one_of(option: str, value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise OptionNotUnderstood(option=option, value=value, examples=", ".join(known))
    return value


def _zone(name: str) -> ZoneInfo:
    known = available_timezones()
    if name not in known:
        raise UnknownZone(zone=name, known=nearest(name, sorted(known)))
    return ZoneInfo(name)


def _codec(name: str) -> str:
    try:
        codec = codecs.lookup(name).name.replace("_", "-").removesuffix("-sig")
        is_text = codec in _WIDE or (codec not in _NOT_OF_FILES and _ASCII.decode(codec).encode("ascii") == _ASCII)
    except (LookupError, UnicodeError, ValueError):
        is_text = False
    if not is_text:
        raise UnknownEncoding(encoding=name, examples="utf-8, cp1252, latin-1, cp850, utf-16")
    return codec


def _delimiter(text: str) -> str:
    delimiter = _DELIMITERS.get(text, text)
    if len(delimiter) != 1 or delimiter in '"\r\n\0 ':
        raise OptionNotUnderstood(option="delimiter", value=text, examples=", ; | tab")
    return delimiter


def _decimal_comma(name: str) -> bool:
    language = name.lower().replace("-", "_").split("_")[0].split(".")[0]
    return LOCALES[_one_of("locale", language, tuple(LOCALES))]


def _csat_scale(text: str) -> Scale:
    if not (found := scale(text)):
        raise OptionNotUnderstood(option="csat-scale", value=text, examples="5, 10, 0-100")
    return found


def _date_format(text: str) -> str:
    """Return the format if a date written in it can be read back whole."""
    try:
        read = datetime.strptime(_PROBE_DATE.strftime(text), text)  # noqa: DTZ007 - only the date is compared
    except ValueError:
        read = None
    if read is None or read.date() != _PROBE_DATE.date():
        raise OptionNotUnderstood(option="date-format", value=text, examples="%d/%m/%Y %H:%M")
    return text
