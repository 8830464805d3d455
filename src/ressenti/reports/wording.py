"""With which words are the parts of a report named: indicators, counts, changes, periods, buckets."""

from collections import Counter
from collections.abc import Sequence

from ressenti.indicators.catalogue import INDICATORS, SATISFACTION, tiles
from ressenti.indicators.declaration import CountNoun, Ratings
from ressenti.indicators.dimensions import DIMENSIONS
from ressenti.indicators.measures import Median
from ressenti.indicators.model import Anchor, Attribution, Grain, OnOtherScale, Unit, Value
from ressenti.kit.i18n import _, translate, translate_count
from ressenti.kit.shell import command
from ressenti.record.rating_scales import RatingScale, example_of_satisfied, ratings_on, unjudged
from ressenti.reports.dates import bucket, bucket_in_full, offset
from ressenti.reports.format import amount, count, few_of, interval, percent, plural_form
from ressenti.reports.model import (
    ComparedLine,
    ComparedLines,
    Evolution,
    EvolutionPoint,
    NpsClass,
    RatingDistribution,
    RatingShare,
)

NAMES = {one.key: one.short_name or one.name for one in tiles()}
"""What the indicators of tiles are called where there is little room."""

MEDIANS = frozenset(key for key, one in INDICATORS.items() if isinstance(one.measure, Median))

SAID_BESIDE_MEDIAN = {key: one.beside.words for key, one in INDICATORS.items() if one.beside}
"""What is shown beside a median, in front of its value."""

PRESETS = {
    "today": _("Today"),
    "yesterday": _("Yesterday"),
    "week": _("This week"),
    "last_week": _("Last week"),
    "month": _("This month"),
    "last_month": _("Last month"),
    "7d": _("7 days"),
    "30d": _("30 days"),
    "90d": _("90 days"),
    "12m": _("12 months"),
}

ORDERS = {
    "value": _("best first"),
    "lowest": _("lowest first"),
    "highest": _("highest first"),
    "change": _("most changed"),
    "n": _("most answers"),
    "name": _("by name"),
    "lower": _("by lower end of the interval"),
}

ATTRIBUTIONS = {
    Attribution.ALL: _("everyone who wrote"),
    Attribution.CLOSER: _("who closed it"),
    Attribution.LAST: _("who wrote last"),
    Attribution.FIRST: _("who wrote first"),
}
"""Whom an answer is credited to (D4)."""

RATING_NAMES = dict(zip(SATISFACTION.scale, SATISFACTION.names, strict=True))
"""What the ratings of CSAT are called."""

COUNTED = {"csat": _("4 and 5 count as satisfied."), "ces": _("5, 6 and 7 count as easy.")}
"""Which ratings of a scale a share of them counts."""

CLASSES = {
    NpsClass.DETRACTOR: _("detractors"),
    NpsClass.PASSIVE: _("passives"),
    NpsClass.PROMOTER: _("promoters"),
}

TABS = {"overview": _("Overview"), "evolution": _("Evolution"), "ratings": _("Ratings")} | {
    key: one.plural or one.name for key, one in DIMENSIONS.items() if one.tab
}
"""What the breakdowns are called, as tabs and as titles."""

ANCHORS = {
    Anchor.CLOSED: _("Dated by closing"),
    Anchor.OPENED: _("Dated by opening"),
    Anchor.ANSWERED: _("Dated by answer"),
}

ANSWERS_ALONE = _("no conversation, only answers: %(count)s")
"""What there is where an indicator of conversations has none."""

OTHER_DATES = {
    Anchor.CLOSED: _("%(count)s dated by closing"),
    Anchor.OPENED: _("%(count)s dated by opening"),
    Anchor.ANSWERED: _("%(count)s dated by answer"),
}
"""What there is by another date, where the chosen one has nothing."""

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
    """Return the short name of an indicator, or its whole one where it has none."""
    one = INDICATORS[indicator]
    return translate(one.short_name or one.name, language)


def name_by_date(indicator: str, anchor: Anchor) -> str:
    """Return the short name of an indicator, not translated yet, as it is called by that date."""
    one = INDICATORS[indicator]
    return dict(one.names_by_date).get(anchor) or one.short_name or one.name


def rating_name(ratings: Ratings | None, rating: int) -> str:
    """Return what a rating of a scale is called, not translated yet, "" where it has no name."""
    return dict(zip(ratings.scale, ratings.names, strict=False)).get(rating, "") if ratings else ""


def grain_words(grain: Grain, *, language: str = "en") -> str:
    """Return what a length of bucket is called, inside a sentence."""
    return translate(GRAINS[grain], language).lower()


def evolution_title(evolution: Evolution, *, language: str = "en") -> str:
    """Return what an evolution is called: `CSAT by day`."""
    indicator = name(evolution.indicator, language=language)
    return translate(_TITLES[evolution.grain], language).format(indicator=indicator)


def base(value: Value, unit: Unit, *, of: str = "", language: str = "en") -> str:
    """Return on how many a value rests, in words: `3,742 answers`, `212 handlings`, whatever its indicator counts.

    A share of surveys rests on those that were offered: `of 12,150 offered`. Without an indicator, `unit` decides.
    """
    usual = CountNoun.CONVERSATIONS if unit in {Unit.SECONDS, Unit.COUNT} else CountNoun.ANSWERS
    counts = INDICATORS[of].counts if of in INDICATORS else usual
    words = _counted(counts, plural_form(value.n, language=language), language)
    return words.format(count=count(value.n, language=language))


def _counted(counts: CountNoun, form: int, language: str) -> str:
    match counts:
        case CountNoun.OFFERED:
            return translate(_("of {count} offered"), language)
        case CountNoun.ANSWERS:
            return translate_count("{count} answer", "{count} answers", form, language)
        case CountNoun.CONTACTS:
            return translate_count("{count} first contact", "{count} first contacts", form, language)
        case CountNoun.CONVERSATIONS:
            return translate_count("{count} conversation", "{count} conversations", form, language)
        case CountNoun.HANDLINGS:
            return translate_count("{count} handling", "{count} handlings", form, language)
        case CountNoun.REPLIES:
            return translate_count("{count} reply", "{count} replies", form, language)
        case CountNoun.SALES:
            return translate_count("{count} sale", "{count} sales", form, language)
        case CountNoun.SALES_AND_REFUNDS:
            return translate_count("{count} sale or refund", "{count} sales and refunds", form, language)
        case CountNoun.SURVEYS:
            return translate_count("{count} survey", "{count} surveys", form, language)


def base_of(key: str, value: Value, *, language: str = "en") -> str:
    """Return on how many the value of a tile rests; how many conversations there are stands above it already."""
    if INDICATORS[key].is_plain_count and INDICATORS[key].counts is CountNoun.CONVERSATIONS:
        words = translate_count("conversation", "conversations", plural_form(value.n, language=language), language)
        return str(words)
    return base(value, INDICATORS[key].unit, of=key, language=language)


def on_other_scales(key: str, scales: Sequence[OnOtherScale], *, language: str = "en") -> str:
    """Return how many ratings an indicator does not count, and of which scales: whose good ones nobody named (D42).

    A mean and a distribution are of the ratings 1 to 5, whatever is called good on another scale.
    """
    if not scales:
        return ""
    ratings = ", ".join(ratings_on(RatingScale(low, high), n).say(language) for low, high, n in scales)
    if INDICATORS[key].is_judged:
        return unjudged(ratings).say(language)
    return translate(_("not in it: {ratings}"), language).format(ratings=ratings)


def satisfied_command(one: OnOtherScale, project: str = "KEY") -> str:
    """Return the command, with an example, that says which ratings of a scale are good."""
    return command("project", project, options=["--satisfied", example_of_satisfied(RatingScale(one.low, one.high))])


def few_share(value: Value, *, language: str = "en") -> str:
    """Return a share that rests on few answers as counts: `6 of 7`."""
    return translate(_("{some} of {count}"), language).format(some=few_of(value), count=value.n)


def bucket_names(evolution: Evolution, *, language: str = "en") -> tuple[str, ...]:
    """Return the buckets' names for the rows of a table; the repeated hour of an autumn night carries its offset."""
    years = {point.start.year for point in evolution.points}
    name_of = bucket_in_full if len(years) > 1 and evolution.grain is Grain.DAY else bucket
    names = [name_of(point.start, evolution.grain, language=language) for point in evolution.points]
    walls = Counter(point.start.replace(tzinfo=None) for point in evolution.points)
    distinct_names = (
        f"{words} {offset(point.start)}" if walls[point.start.replace(tzinfo=None)] > 1 else words
        for words, point in zip(names, evolution.points, strict=True)
    )
    so_far = translate(_("so far"), language)
    return tuple(
        f"{words}, {so_far}" if point.is_unfinished else words
        for words, point in zip(distinct_names, evolution.points, strict=True)
    )


def describe(point: EvolutionPoint, evolution: Evolution, before: str, *, language: str = "en") -> str:
    """Return all that a bucket holds in one line, for its tooltip: nothing is in it that the table lacks."""
    unit, value = evolution.unit, point.value
    when = bucket_in_full(point.start, evolution.grain, language=language)
    if value.value is None:
        parts = [translate(_("nobody was measured"), language)]
    else:
        parts = [amount(value.value, unit, language=language, currency=evolution.currency, fine=True)]
        parts.append(base(value, unit, of=evolution.indicator, language=language))
    if value.low is not None and value.value is not None:
        ends = interval(value, unit, language=language)
        level = percent(95, 0, language=language)
        parts.append(translate(_("{level} interval {interval}"), language).format(level=level, interval=ends))
    if point.previous and point.previous.value is not None:
        was = amount(point.previous.value, unit, language=language, currency=evolution.currency, fine=True)
        parts.append(f"{before} {was}")
    return translate(_("{when}: {what}"), language).format(when=when, what=", ".join(parts))


def describe_rating(rating: RatingShare, *, distribution: RatingDistribution, language: str = "en") -> str:
    """Return all that a bar of a distribution holds in one line."""
    called = rating_name(INDICATORS[distribution.indicator].ratings, rating.rating)
    what = f"{rating.rating} {translate(called, language)}" if called else str(rating.rating)
    parts = [
        amount(rating.value.value, Unit.PERCENT, language=language),
        base(rating.value, Unit.PERCENT, language=language),
    ]
    return translate(_("{when}: {what}"), language).format(when=what, what=", ".join(parts))


def describe_line(line: ComparedLine, i: int, *, lines: ComparedLines, language: str = "en") -> str:
    """Return what a place of one of several lines holds."""
    value = line.points[i]
    when = bucket_in_full(lines.starts[i], lines.grain, language=language)
    shown = amount(value.value, lines.unit, language=language, currency=lines.currency, fine=True)
    what = f"{line.label}, {shown}, {base(value, lines.unit, of=lines.indicator, language=language)}"
    return translate(_("{when}: {what}"), language).format(when=when, what=what)


def everyone(value: float | None, unit: Unit, *, language: str, currency: str) -> str:
    """Say what stands over the dotted line of a ranking: `all 84.6 %`; nothing where nobody was measured."""
    if value is None:
        return ""
    return f"{translate(_('all'), language)} {amount(value, unit, language=language, currency=currency)}"


def order_words(column: str, *, is_falling: bool, language: str = "en") -> str:
    """Say by which column rows are in order, and which way; `column` is what it is called in English."""
    sentence = _("by {column}, descending") if is_falling else _("by {column}, ascending")
    return translate(sentence, language).format(column=translate(column, language))
