"""What the options of an import mean: they are understood once, before any file is opened."""

import codecs
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from ressenti.intake.model import ImportOptions
from ressenti.intake.refusals import OptionNotUnderstood, UnknownEncoding
from ressenti.intake.values.date_formats import EPOCHS
from ressenti.intake.values.numbers import LOCALES, NumberFormat
from ressenti.kit.refusals import nearest
from ressenti.record.rating_scales import FIVE, RatingScale, scale
from ressenti.record.refusals import UnknownZone

FORMS = ("csv", "jsonl", "parquet")
DST = ("reject", "first", "second", "shift")
_DELIMITERS = {"tab": "\t", "\\t": "\t"}
_WIDE = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be")
_NOT_OF_FILES = {"idna", "charmap", "unicode-escape", "raw-unicode-escape"}
_ASCII = bytes([*b"\t\r\n", *range(32, 127)])
_PROBE_DATE = datetime(2031, 12, 28, 22, 45, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedOptions:
    """How the files are to be read. `codec`, `delimiter` and `locale` are None where each file tells."""

    zone: ZoneInfo | None
    dst: str
    date_format: str | None
    codec: str | None
    delimiter: str | None
    locale: str | None
    csat_scale: RatingScale

    @property
    def numbers(self) -> NumberFormat | None:
        """How numbers are written, None where each column tells."""
        return LOCALES[self.locale] if self.locale else None


@lru_cache(maxsize=16)
def parse_options(options: ImportOptions) -> ParsedOptions:
    """Return what the options mean; raises a Refusal (exit 2) naming the first that means nothing."""
    _one_of("format", options.format or "csv", FORMS)
    return ParsedOptions(
        zone=_zone(options.timezone) if options.timezone else None,
        dst=_one_of("dst", options.dst, DST),
        date_format=_date_format(options.date_format) if options.date_format else None,
        codec=_codec(options.encoding) if options.encoding else None,
        delimiter=_delimiter(options.delimiter) if options.delimiter else None,
        locale=_locale(options.locale) if options.locale else None,
        csat_scale=_csat_scale(options.csat_scale) if options.csat_scale else FIVE,
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


def _locale(name: str) -> str:
    language = name.lower().replace("-", "_").split("_")[0].split(".")[0]
    return _one_of("locale", language, tuple(LOCALES))


def _csat_scale(text: str) -> RatingScale:
    if not (found := scale(text)):
        raise OptionNotUnderstood(option="csat-scale", value=text, examples="5, 10, 0-100")
    return found


def _date_format(text: str) -> str:
    """Return the format if a moment written in it can be read back whole, to the minute where it tells the time."""
    if text in EPOCHS:
        return text
    try:
        read = datetime.strptime(_PROBE_DATE.strftime(text), text)  # noqa: DTZ007 - only what it shows is compared
    except ValueError:
        read = None
    tells_time = any(mark in text for mark in ("%H", "%I", "%M", "%p"))
    is_whole = read and read.date() == _PROBE_DATE.date() and (not tells_time or read.hour == _PROBE_DATE.hour)
    if not is_whole or ("%p" in text and "%I" not in text):
        raise OptionNotUnderstood(
            option="date-format", value=text, examples="%d/%m/%Y %H:%M, %m/%d/%Y %I:%M %p, epoch-s, epoch-ms"
        )
    return text
