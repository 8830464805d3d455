"""Which moment a text means: ISO 8601 with an offset, or local time in the zone the person named."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from enum import Enum

from ressenti.intake.model import RowWarning
from ressenti.intake.values.date_formats import EXAMPLE, epoch_form, example, is_named, is_numbered, read_in_form
from ressenti.intake.values.parsed_options import ParsedOptions
from ressenti.intake.values.row_errors import RowError, quoted
from ressenti.kit.clock import DAY, EPOCH, from_us, to_us
from ressenti.kit.i18n import Sentence, _

EARLIEST = to_us(datetime.fromisoformat("1990-01-01T00:00:00Z"))
LATEST = to_us(datetime.fromisoformat("2101-01-01T00:00:00Z")) - 1
TOLERANCE = DAY
"""How far ahead of the present a moment may lie, in microseconds, before it is taken for a mistake."""

_TIME = r"\d\d(?::?\d\d(?::?\d\d(?:[.,]\d+)?)?)?"
_ISO = re.compile(rf"(\d{{4}}-\d\d-\d\d|\d{{8}})(?:[T ]({_TIME}))?\s?(Z|UTC|[+-]\d\d(?::?\d\d)?)?", re.ASCII)
_END_OF_DAY = re.compile(r"24(?::?00(?::?00(?:[.,]0+)?)?)?")
_PLAIN = r"(?:(?:\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)%s)?\n)*+"
_PLAINLY_ZONED = re.compile(_PLAIN % "", re.ASCII)
_PLAINLY_ISO = re.compile(_PLAIN % "?", re.ASCII)
_SERIAL = re.compile(r"(\d{5})(?:[.,]\d+)?", re.ASCII)
_SERIALS = range(32_874, 73_416)
"""The spreadsheet day counts of 1990 to 2100."""


class TimestampForm(Enum):
    """How a moment is written, as far as it decides whether a file can be read at all."""

    ZONED = "with an offset"
    LOCAL = "without an offset"
    OWN_FORM = "as 03/04/2026"
    EPOCH = "as a count of seconds or milliseconds since 1970"
    SERIAL = "as a spreadsheet's count of days"
    UNREADABLE = "in no way we know"


def parse_iso(text: str) -> datetime | None:
    """Return the moment an ISO 8601 text means, aware where it has an offset; None where it is not ISO 8601.

    24:00 is the midnight at the end of its day.
    """
    if not (found := _ISO.fullmatch(text.strip().upper())):
        return None
    day, time, offset = found.groups()
    is_end = time is not None and _END_OF_DAY.fullmatch(time) is not None
    try:
        at = datetime.fromisoformat(
            f"{day}T{'00:00' if is_end else time or '00:00'}{(offset or '').replace('UTC', 'Z')}"
        )
        return at + timedelta(days=1) if is_end else at
    except (ValueError, OverflowError):
        return None


def _is_impossible(text: str) -> bool:
    """Whether a text is written as in ISO 8601 and is no moment: its day, time or offset is none there can be."""
    found = _ISO.fullmatch(text.strip().upper())
    if found is None or parse_iso(text) is not None:
        return False
    month, day = found[1][-5:-3] if "-" in found[1] else found[1][4:6], found[1][-2:]
    return not 1 <= int(day) <= 12 < int(month) <= 31  # else the day stands before the month


def writing(text: str) -> TimestampForm:
    """Return how a moment is written."""
    if at := parse_iso(text):
        return TimestampForm.ZONED if at.tzinfo else TimestampForm.LOCAL
    if _is_impossible(text):
        return TimestampForm.UNREADABLE
    text = text.strip()
    if is_numbered(text) or is_named(text):
        return TimestampForm.OWN_FORM
    if epoch_form(text):
        return TimestampForm.EPOCH
    serial = _SERIAL.fullmatch(text)
    return TimestampForm.SERIAL if serial and int(serial[1]) in _SERIALS else TimestampForm.UNREADABLE


def is_plain(values: Sequence[str], *, may_be_local: bool) -> bool:
    """Whether every value is a moment in the usual form, or empty: true of most files, and cheap to ask."""
    pattern = _PLAINLY_ISO if may_be_local else _PLAINLY_ZONED
    return pattern.fullmatch("\n".join(values) + "\n") is not None


def lacks_zone(text: str, options: ParsedOptions) -> bool:
    """Whether a text can be read as a moment, but for the zone nobody named."""
    at = _in_own_form(text, options.date_format) if options.date_format else parse_iso(text)
    return options.zone is None and at is not None and at.tzinfo is None


def moment_reader(
    column: str, options: ParsedOptions, now: int, warnings: list[RowWarning]
) -> Callable[[str], int | None]:
    """Return what turns a cell into microseconds since the epoch; `now` is the present moment.

    It raises RowError for what is no moment of 1990 to 2100, or lies more than a day ahead.
    """
    slowly = _slow_reader(column, options)
    from_iso, epoch, microsecond = datetime.fromisoformat, EPOCH, datetime.resolution

    def usual(at: int, cell: str) -> int:
        return at if EARLIEST <= at <= now else _unusual(column, cell, at, now, warnings)

    def read_slowly(cell: str) -> int | None:
        at = slowly(cell)
        return None if at is None else usual(at, cell)

    def read(cell: str) -> int | None:
        try:
            if cell[10] in "T ":
                return usual((from_iso(cell) - epoch) // microsecond, cell)
        except (ValueError, TypeError, IndexError):
            pass
        return read_slowly(cell)

    return read_slowly if options.date_format else read


def _unusual(column: str, cell: str, at: int, now: int, warnings: list[RowWarning]) -> int:
    if not EARLIEST <= at <= LATEST:
        raise RowError(
            "year", Sentence(_("{column}: {value} is not in the years 1990 to 2100"), column=column, value=quoted(cell))
        )
    if at > now + TOLERANCE:
        raise RowError(
            "future",
            Sentence(
                _("{column}: {value} is more than a day after the present, {now}"),
                column=column,
                value=quoted(cell),
                now=f"{from_us(now):%FT%TZ}",
            ),
        )
    said = _("{column}: {value} is ahead of the present, {now}")
    detail = Sentence(said, column=column, value=quoted(cell), now=f"{from_us(now):%FT%TZ}")
    warnings.append(RowWarning("near_future", detail))
    return at


def _slow_reader(column: str, options: ParsedOptions) -> Callable[[str], int | None]:
    def read(cell: str) -> int | None:
        if not cell.strip():
            return None
        at = _in_own_form(cell, options.date_format) if options.date_format else parse_iso(cell)
        if at is None and _is_impossible(cell):
            said = _(
                "{column}: {value} is no time that is taken: days are those of the calendar, hours go up to 24:00, "
                "seconds to 59, offsets to 23:59"
            )
            raise RowError("time", Sentence(said, column=column, value=quoted(cell)))
        if at is None:
            raise RowError(
                "time",
                Sentence(
                    _("{column}: {value} is not a time we can read; {remedy}"),
                    column=column,
                    value=quoted(cell),
                    remedy=_wanted(options),
                ),
            )
        return to_us(at if at.tzinfo else _in_zone(column, cell, at, options))

    return read


def _wanted(options: ParsedOptions) -> str:
    if options.date_format is None:
        return Sentence(_("write it in ISO 8601, for example {example}"), example=f"{EXAMPLE:%Y-%m-%dT%H:%M:%SZ}")
    said = _("write it in the form {form}, for example {example}")
    return Sentence(said, form=options.date_format, example=example(options.date_format))


def _in_own_form(cell: str, date_format: str) -> datetime | None:
    """Read a date in the person's form; ISO 8601 with an offset is still taken, as it cannot mean two things."""
    if at := read_in_form(cell, date_format):
        return at
    at = parse_iso(cell)
    return at if at and at.tzinfo else None


def _in_zone(column: str, cell: str, at: datetime, options: ParsedOptions) -> datetime:
    """Return a local time in the zone of the import; on the days clocks change, as `--dst` says."""
    if options.zone is None:
        raise RowError(
            "time",
            Sentence(
                _("{column}: {value} is a time without a zone; name it with --timezone"),
                column=column,
                value=quoted(cell),
            ),
        )
    if not 1990 <= at.year <= 2100:
        raise RowError(
            "year", Sentence(_("{column}: {value} is not in the years 1990 to 2100"), column=column, value=quoted(cell))
        )
    first = at.replace(tzinfo=options.zone)
    second = first.replace(fold=1)
    before, after = first.utcoffset(), second.utcoffset()
    if before == after:
        return first
    if before is not None and after is not None and before < after:
        return _skipped(column, cell, first, options)
    return _repeated(column, cell, first, second, options)


def _skipped(column: str, cell: str, first: datetime, options: ParsedOptions) -> datetime:
    if options.dst != "shift":
        detail = Sentence(
            _("{column}: {value} never was on a clock in {zone}; --dst shift moves it forward"),
            column=column,
            value=quoted(cell),
            zone=options.zone,
        )
        raise RowError("nonexistent_time", detail)
    return first  # read with the offset before the change, it lands after the gap


def _repeated(column: str, cell: str, first: datetime, second: datetime, options: ParsedOptions) -> datetime:
    if options.dst not in {"first", "second"}:
        detail = Sentence(
            _("{column}: {value} was twice on a clock in {zone}; choose with --dst first or second"),
            column=column,
            value=quoted(cell),
            zone=options.zone,
        )
        raise RowError("ambiguous_time", detail)
    return first if options.dst == "first" else second
