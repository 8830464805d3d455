"""With which words are the parts of a report named: indicators, counts, changes, periods, buckets."""

from collections import Counter

from ressenti.indicators.model import Anchor, Grain, Unit, Value
from ressenti.kit.i18n import _, translate, translate_count
from ressenti.reports.comparison import Change, Clarity, Direction, Verdict
from ressenti.reports.customer_experience import Evolution, Point, Report
from ressenti.reports.dates import bucket, bucket_in_full, days_before, offset
from ressenti.reports.format import (
    NARROW,
    NOBODY,
    amount,
    count,
    duration,
    few_of,
    interval,
    number,
    percent,
    plural_form,
    rounded,
)

NAMES = {
    "csat": _("CSAT"),
    "nps": _("NPS"),
    "first_response_time": _("First response"),
    "resolution_time": _("Resolution"),
}
"""What indicators are called where there is little room; their whole names stand in their declarations."""

MEDIANS = frozenset({"first_response_time", "resolution_time"})

PRESETS = {"7d": _("7 days"), "30d": _("30 days"), "90d": _("90 days"), "12m": _("12 months")}

ANCHORS = {
    Anchor.CLOSED: _("Dated by closing"),
    Anchor.OPENED: _("Dated by opening"),
    Anchor.ANSWERED: _("Dated by answer"),
}

GRAINS = {
    Grain.HOUR: _("Hour"),
    Grain.THREE_HOURS: _("3 hours"),
    Grain.DAY: _("Day"),
    Grain.WEEK: _("Week"),
    Grain.MONTH: _("Month"),
}

_TITLES = {
    Grain.HOUR: _("{indicator} by hour"),
    Grain.THREE_HOURS: _("{indicator} by three hours"),
    Grain.DAY: _("{indicator} by day"),
    Grain.WEEK: _("{indicator} by week"),
    Grain.MONTH: _("{indicator} by month"),
}


def name(indicator: str, *, language: str = "en") -> str:
    """Return the short name of an indicator."""
    return translate(NAMES[indicator], language)


def grain_words(grain: Grain, *, language: str = "en") -> str:
    """Return what a length of bucket is called, inside a sentence."""
    return translate(GRAINS[grain], language).lower()


def evolution_title(evolution: Evolution, *, language: str = "en") -> str:
    """Return what an evolution is called: `CSAT by day`."""
    indicator = name(evolution.indicator, language=language)
    return translate(_TITLES[evolution.grain], language).format(indicator=indicator)


def base(value: Value, unit: Unit, *, language: str = "en") -> str:
    """Return on how many a value rests, in words: `3,742 answers`, or conversations for delays."""
    form = plural_form(value.n, language=language)
    if unit is Unit.SECONDS:
        words = translate_count("{count} conversation", "{count} conversations", form, language)
    else:
        words = translate_count("{count} answer", "{count} answers", form, language)
    return words.format(count=count(value.n, language=language))


def change_size(change: Change, unit: Unit, *, language: str = "en") -> str:
    """Return how large a change is, without its direction: `1.9 pts`, `7 s`, `4.8 %`."""
    match unit:
        case Unit.PERCENT | Unit.POINTS:
            digits = 1 if unit is Unit.PERCENT else 0
            form = plural_form(change.difference, digits, language=language)
            words = translate_count("{count} pt", "{count} pts", form, language)
            return words.format(count=number(abs(change.difference), digits, language=language)).replace(" ", NARROW)
        case Unit.SECONDS if rounded(change.difference) or change.relative is None:
            return duration(abs(change.difference), language=language)
        case Unit.SCORE:
            return number(abs(change.difference), 2, language=language)
        case _ if change.relative is not None:
            return percent(abs(change.relative), language=language)
        case _:
            return count(abs(change.difference), language=language)


def change_words(change: Change, unit: Unit, *, language: str = "en") -> str:
    """Return a change in a word or two: `1.9 pts better`, `7 s faster`, `stable`, `few answers`."""
    if change.direction is Direction.STABLE:
        return translate(_("stable"), language)
    size = change_size(change, unit, language=language)
    return translate(_change_sentence(change, unit), language).format(size=size)


def change_short(change: Change, unit: Unit, *, language: str = "en") -> str:
    """Return a change as it stands in a column: its size, or `stable`."""
    if change.direction is Direction.STABLE:
        return translate(_("stable"), language)
    return change_size(change, unit, language=language)


def clarity_words(change: Change, *, language: str = "en") -> str:
    """Return what the diamond beside a change says."""
    sentence = {
        Clarity.CLEAR: _("clear change"),
        Clarity.CHANCE: _("could be chance"),
        Clarity.FEW: _("few answers"),
        Clarity.UNTESTED: "",
    }[change.clarity]
    return translate(sentence, language) if sentence else ""


def _change_sentence(change: Change, unit: Unit) -> str:
    is_up = change.direction is Direction.UP
    if unit is Unit.SECONDS:
        return _("{size} slower") if is_up else _("{size} faster")
    if change.is_good_news is None:
        return _("{size} higher") if is_up else _("{size} lower")
    return _("{size} better") if change.verdict is Verdict.BETTER else _("{size} worse")


def few_share(value: Value, *, language: str = "en") -> str:
    """Return a share that rests on few answers as counts: `6 of 7`."""
    return translate(_("{some} of {count}"), language).format(some=few_of(value), count=value.n)


def previous_name(report: Report, *, language: str = "en") -> str:
    """Return what the period before is called: `30 days before`, `12 months before`."""
    if report.choice.preset == "12m":
        return translate(_("12 months before"), language)
    return days_before(report.choice.period.days, language=language)


def bucket_names(evolution: Evolution, *, language: str = "en") -> tuple[str, ...]:
    """Return the buckets' names for the rows of a table; the two same hours of an autumn night tell their offset."""
    years = {point.start.year for point in evolution.points}
    name_of = bucket_in_full if len(years) > 1 and evolution.grain is Grain.DAY else bucket
    names = [name_of(point.start, evolution.grain, language=language) for point in evolution.points]
    walls = Counter(point.start.replace(tzinfo=None) for point in evolution.points)
    told = (
        f"{words} {offset(point.start)}" if walls[point.start.replace(tzinfo=None)] > 1 else words
        for words, point in zip(names, evolution.points, strict=True)
    )
    so_far = translate(_("so far"), language)
    return tuple(
        f"{words}, {so_far}" if point.is_unfinished else words
        for words, point in zip(told, evolution.points, strict=True)
    )


def describe(point: Point, evolution: Evolution, before: str, *, language: str = "en") -> str:
    """Return all that a bucket holds in one line, for its tooltip: nothing is in it that the table lacks."""
    unit, value = evolution.unit, point.value
    when = bucket_in_full(point.start, evolution.grain, language=language)
    if value.value is None:
        said = [translate(_("nobody was measured"), language)]
    else:
        said = [amount(value.value, unit, language=language, fine=True), base(value, unit, language=language)]
    if value.low is not None and value.value is not None:
        ends = interval(value, unit, language=language)
        level = percent(95, 0, language=language)
        said.append(translate(_("{level} interval {interval}"), language).format(level=level, interval=ends))
    if point.previous and point.previous.value is not None:
        said.append(f"{before} {amount(point.previous.value, unit, language=language, fine=True)}")
    return translate(_("{when}: {what}"), language).format(when=when, what=", ".join(said))


def row_label(key: str | None, label: str, *, language: str = "en") -> str:
    """Return the name of a ranking's row; what is credited to nobody is called so."""
    return translate(_("none"), language) if key is None else label or NOBODY
