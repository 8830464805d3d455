"""How is a date, a moment or a span of time written for a person, in their language."""

from datetime import date, datetime, time

from babel.dates import format_date, format_time

from ressenti.indicators.model import Grain
from ressenti.kit.i18n import _, translate, translate_count
from ressenti.kit.languages import LANGUAGES
from ressenti.reports.format import NOBODY


def day(on: date, *, language: str = "en", pattern: str = "d MMM y") -> str:
    """Return a date, `21 Nov 2026`; the pattern is Unicode's. French says the first of a month as `1er`."""
    if on.day == 1:
        pattern = pattern.replace("d ", f"{LANGUAGES[language].first_of_month} ")
    return format_date(on, pattern, locale=language)


def day_of_month(on: date, *, language: str = "en") -> str:
    """Return a day of a month that is known: `the 5th`, `le 5`."""
    suffix = "th" if on.day in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(on.day % 10, "th")
    number = f"{on.day}{suffix}" if language == "en" else day(on, language=language, pattern="d ").strip()
    return translate(_("the {number}"), language).format(number=number)


def clock(at: time | datetime, *, language: str = "en") -> str:
    """Return a time of day: `18:42`, `18 h 42`."""
    return format_time(at.time() if isinstance(at, datetime) else at, LANGUAGES[language].clock, locale=language)


def clock_in_full(at: datetime, *, language: str = "en") -> str:
    """Return a time of day to the second: `18:42:07`, in either language."""
    return format_time(at.time(), "HH:mm:ss", locale=language)


def moment(at: datetime, *, language: str = "en") -> str:
    """Return a local moment as its own wall clock showed it: `21 Nov 2026, 18:42`."""
    return f"{day(at.date(), language=language)}, {clock(at, language=language)}"


def span(first: date, last: date, *, language: str = "en") -> str:
    """Return a span of whole days, both included, with nothing said twice: `23 Oct – 21 Nov 2026`."""
    if first == last:
        return day(first, language=language, pattern="EEE d MMM y")
    pattern = "d MMM" if first.year == last.year else "d MMM y"
    return f"{day(first, language=language, pattern=pattern)} {NOBODY} {day(last, language=language)}"


def bucket(start: datetime, grain: Grain, *, language: str = "en", is_short: bool = False) -> str:
    """Return the name of a bucket of time by its local start; the short one is for narrow axes."""
    match grain:
        case Grain.HOUR | Grain.THREE_HOURS:
            return clock(start, language=language)
        case Grain.MONTH:
            return day(start.date(), language=language, pattern="MMM yy" if is_short else "MMM y")
        case Grain.WEEK:
            return day(start.date(), language=language, pattern="d MMM" if is_short else "d MMM y")
        case Grain.DAY:
            return day(start.date(), language=language, pattern="d MMM" if is_short else "EEE d MMM")


def bucket_in_full(start: datetime, grain: Grain, *, language: str = "en") -> str:
    """Return a bucket's name as it stands alone, without an axis around it."""
    name = bucket(start, grain, language=language)
    match grain:
        case Grain.HOUR | Grain.THREE_HOURS:
            on = day(start.date(), language=language, pattern="EEE d MMM y")
            return f"{on}, {name}"
        case Grain.DAY:
            return day(start.date(), language=language, pattern="EEE d MMM y")
        case Grain.WEEK:
            return translate(_("week of {day}"), language).format(day=name)
        case _:
            return name


def days_before(days: int, *, language: str = "en") -> str:
    """Return what the previous period of so many days is called: `30 days before`."""
    return translate_count("the day before", "{count} days before", days, language).format(count=days)


def offset(at: datetime) -> str:
    """Return a local moment's distance from UTC, to tell apart the two hours of an autumn night: `UTC+02:00`."""
    return f"UTC{at.isoformat()[-6:]}".replace("-", "\N{MINUS SIGN}")
