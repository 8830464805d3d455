"""How an indicator is computed, in plain words made from its declaration: nothing is said twice by hand."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ressenti.indicators.catalogue import INDICATORS
from ressenti.indicators.declaration import CreditedTo, Dimension, Family, Indicator
from ressenti.indicators.measures import (
    Count,
    Distribution,
    Mean,
    Measure,
    Median,
    Net,
    Percentile,
    PooledMean,
    Share,
    ShareAbove,
    Total,
)
from ressenti.indicators.model import Anchor, Better, Unit
from ressenti.kit.i18n import _, translate


@dataclass(frozen=True, slots=True)
class Explanation:
    """One thing to know, already in the reader's language: its heading and a sentence or two."""

    title: str
    words: str


_TITLES = {
    Family.RATINGS: _("Experience"),
    Family.SURVEYS: _("Experience"),
    Family.WAITS: _("Experience"),
    Family.WORK: _("Operations"),
    Family.SALES: _("Sales"),
    Family.AUTOMATION: _("Automation"),
    Family.VOLUME: _("Volume"),
}
"""Under which heading each family is explained, in the order they are read in."""

_CREDITS = {
    CreditedTo.WROTE: _(
        "Everyone who wrote in the conversation, people and bots; rows by agent therefore do not add up."
    ),
    CreditedTo.FIRST_RESPONDER: _("The person who gave the first answer."),
    CreditedTo.OWN: _("Whoever the conversation was handed to for that handling."),
    CreditedTo.SELLER: _("The last person who wrote before the sale."),
}
_UNITS = {
    Unit.PERCENT: _("Percent, from 0 to 100."),
    Unit.POINTS: _("Points, from −100 to 100, with their sign."),
    Unit.SECONDS: _("Seconds, shown as minutes, hours or days where they are long."),
    Unit.COUNT: _("A number."),
    Unit.MONEY: _("The project's currency."),
    Unit.SCORE: _("A note out of 5."),
    Unit.SCORE_OF_7: _("A note out of 7."),
}

_BETTERS = {
    Better.HIGHER: _("Higher is better."),
    Better.LOWER: _("Lower is better."),
    Better.NEUTRAL: _("Neither: it says how much, not how well, and is never coloured."),
}


def by_family() -> dict[str, tuple[str, ...]]:
    """Return the indicators by what they tell of, under its heading, in the order they are read in."""
    found: dict[str, tuple[str, ...]] = {}
    for family, title in _TITLES.items():
        own = tuple(key for key, one in INDICATORS.items() if one.family is family)
        found[title] = found.get(title, ()) + own
    return found


FAMILIES = by_family()


def explain(indicator: Indicator, *, language: str = "en") -> tuple[Explanation, ...]:
    """Return what to know of an indicator: how it is computed, on what, when, for whom, and how sure it is."""

    def say(sentence: str, **data: str) -> str:
        return translate(sentence, language).format(**data)

    base = say(indicator.base)
    explanations = (
        (
            _("Computed"),
            _computed(indicator.measure, base, say(indicator.measured) if indicator.measured else base, say),
        ),
        (_("n counts"), " ".join(_counted(indicator.measure, base, say))),
        (_("Left out"), " ".join(say(sentence) for sentence in _left_out(indicator))),
        (_("Date"), " ".join(say(sentence) for sentence in _dated(indicator))),
        (_("By agent"), say(indicator.own_hits.words if indicator.own_hits else _CREDITS[indicator.credit])),
        (_("Interval"), say(_interval(indicator.measure))),
        (_("Unit"), say(_UNITS[indicator.unit])),
        (_("Good news"), say(_BETTERS[indicator.better])),
    )
    return tuple(Explanation(say(title), words) for title, words in explanations)


def rows_of(dimension: Dimension, *, language: str = "en") -> str:
    """Return what to expect of the rows of a dimension, in a sentence."""
    if dimension.many:
        return translate(_("A conversation may count in several rows, so they do not add up to the total."), language)
    if dimension.clock is not None:
        return translate(_("Read off the clock of the time zone; every conversation is in one row."), language)
    return translate(_("Every conversation is in one row; what has no value here has a row of its own."), language)


def _computed(measure: Measure, base: str, measured: str, say: Callable[..., str]) -> str:
    match measure:
        case Share() | ShareAbove():
            return say(_("100 × {hit} ÷ {base}."), hit=measured, base=base)
        case Net():
            return say(
                _(
                    "100 × (promoters − detractors) ÷ {base}. Promoters gave 9 or 10, detractors 0 to 6; "
                    "7 and 8 count in the base only."
                ),
                base=base,
            )
        case Distribution(_column, ratings):
            first, last = str(ratings[0]), str(ratings[-1])
            sentence = _("For each note from {first} to {last}: 100 × ratings with that note ÷ {base}.")
            return say(sentence, first=first, last=last, base=base)
        case Median():
            return say(
                _(
                    "Put in order, then the middle one is taken, or the mean of the two middle ones: {what}. "
                    "Always made from every conversation, never from the medians of parts."
                ),
                what=measured,
            )
        case Percentile(_, percent):
            return say(
                _(
                    "Put in order, then the one is taken that {percent} in a hundred do not exceed: {what}. "
                    "Always made from every conversation, never from the values of parts."
                ),
                percent=str(percent),
                what=measured,
            )
        case Mean():
            return say(_("Added up, then divided by how many there are: {what}."), what=measured)
        case PooledMean():
            sentence = _("Added up over the whole period, then divided: {what} ÷ {count}. Never a mean of means.")
            return say(sentence, what=measured, count=base)
        case Total():
            return say(_("Added up: {what}; 0 where there are none."), what=measured)
        case Count():
            return say(_("How many there are: {what}."), what=measured)


def _counted(measure: Measure, base: str, say: Callable[..., str]) -> Iterator[str]:
    yield f"{base[:1].upper()}{base[1:]}."
    if isinstance(measure, Distribution):
        yield say(_("Beside a note, the ratings with that note."))


def _left_out(indicator: Indicator) -> Iterator[str]:
    if indicator.left_out:
        yield indicator.left_out
    yield _("Spam and tests.")


def _dated(indicator: Indicator) -> Iterator[str]:
    if indicator.facts == "handling":
        yield _("Counted on the day the handling ended, or began if dated by opening.")
        return
    yield _("Counted on the day its conversation closed, so that all figures speak of the same conversations.")
    others = {
        frozenset({Anchor.OPENED}): _("It can be dated by opening instead."),
        frozenset({Anchor.OPENED, Anchor.ANSWERED}): _("It can be dated by opening or by the survey's answer instead."),
    }
    yield others[indicator.anchors - {Anchor.CLOSED}]


def _interval(measure: Measure) -> str:
    match measure:
        case Share() | ShareAbove() | Distribution():
            return _("Wilson's, at 95 %: where the share would very likely lie if many more people had answered.")
        case Net():
            return _(
                "The score plus and minus its margin, at 95 %; where fewer than 30 answered, or all alike, "
                "as if there were three answers more."
            )
        case Median():
            return _(
                "At 95 %, between two values of the order: where the middle one would very likely lie if there were "
                "many more. From six on."
            )
        case Percentile() | Mean() | PooledMean():
            return _("None: look at n instead.")
        case Count() | Total():
            return _("None: it is counted, not estimated.")
