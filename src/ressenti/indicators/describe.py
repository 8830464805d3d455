"""How an indicator is computed, in plain words made from its declaration: nothing is said twice by hand.

Every population, condition and column of the catalogue has its words here; one without is a KeyError in the tests.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ressenti.indicators.catalogue import CONVERSION_RATE, CreditedTo, Indicator
from ressenti.indicators.dimensions import Dimension, Naming
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
    Total,
)
from ressenti.indicators.model import Anchor, Better, Unit
from ressenti.kit.i18n import _, translate


@dataclass(frozen=True, slots=True)
class Explanation:
    """One thing to know, already in the reader's language: its heading and a sentence or two."""

    title: str
    words: str


FAMILIES: dict[str, tuple[str, ...]] = {
    _("Experience"): (
        "csat",
        "csat_average",
        "csat_distribution",
        "nps",
        "nps_distribution",
        "response_rate",
        "survey_coverage",
        "survey_completion",
        "first_response_time",
        "first_response_time_p90",
        "first_response_time_mean",
        "resolution_time",
        "resolution_time_p90",
        "resolution_time_mean",
        "fcr",
    ),
    _("Operations"): (
        "handling_time",
        "response_time",
        "first_message_response_time",
        "closing_delay",
        "unanswered_handlings",
    ),
    _("Sales"): ("revenue", "transactions", "average_basket", "conversion_rate"),
    _("Automation"): ("automation_rate",),
    _("Volume"): ("conversations", "handlings"),
}
"""The indicators by what they tell of, in the order they are read in."""

_BASES = {
    "is_satisfied IS NOT NULL": _("satisfaction ratings"),
    "csat IS NOT NULL": _("satisfaction ratings"),
    "nps IS NOT NULL": _("recommendation ratings"),
    "first_response_us IS NOT NULL": _("conversations that a person answered"),
    "resolution_us IS NOT NULL": _("resolved conversations in which the visitor wrote"),
    "is_human AND handling_us IS NOT NULL": _("handlings by people"),
    "is_human AND reply_count > 0": _("replies by people"),
    "is_human AND first_message_response_us IS NOT NULL": _("handlings in which a person replied"),
    "is_human AND closing_delay_us IS NOT NULL": _("handlings by people that ended by closing"),
    "is_human AND is_unanswered IS NOT NULL": _("handlings by people in which the visitor had written"),
    "NOT is_repeat": _("first contacts"),
    "is_answered": _("surveys begun"),
    "is_known": _("surveys offered"),
    "is_offered IS NOT NULL": _("conversations"),
    "amount_millionths >= 0": _("sales"),
}
"""What the rows of a population are, for populations that say it."""
_ROWS = {
    "answer": _("surveys offered"),
    "conversation": _("conversations"),
    "handling": _("handlings"),
    "sale": _("sales and refunds"),
}
"""What the rows of a table are, where every row counts."""

_LEFT_OUT = {
    "is_satisfied IS NOT NULL": _("Surveys without a satisfaction rating."),
    "csat IS NOT NULL": _("Surveys without a satisfaction rating from 1 to 5."),
    "nps IS NOT NULL": _("Surveys without a recommendation rating."),
    "first_response_us IS NOT NULL": _("Conversations that no person answered; answers of bots, automatic messages."),
    "resolution_us IS NOT NULL": _("Conversations that are still open, or in which the visitor wrote nothing."),
    "is_human AND handling_us IS NOT NULL": _("Handlings by bots, and those that have not ended."),
    "is_human AND reply_count > 0": _("Messages that were never answered; bots and automatic messages."),
    "is_human AND first_message_response_us IS NOT NULL": _("Handlings without a reply, and handlings by bots."),
    "is_human AND closing_delay_us IS NOT NULL": _("Handlings that ended by a pause or a transfer, and those by bots."),
    "is_human AND is_unanswered IS NOT NULL": _("Handlings by bots, and those whose messages are not known."),
    "NOT is_repeat": _(
        "Visitors who are not known, conversations that no person answered, and those closed too recently to tell."
    ),
    "is_answered": _("Surveys that nobody began to answer."),
    "is_known": _("Answers of which it is not known to whom the survey was offered: files that hold answers only."),
    "is_offered IS NOT NULL": _("Conversations of which it is not known whether a survey was offered in them."),
    "amount_millionths >= 0": _("Refunds."),
}

_HITS = {
    "is_satisfied": _("ratings of 4 or 5 (or the notes a project calls satisfied on another scale)"),
    "is_answered": _("surveys with at least one answer"),
    "is_offered": _("conversations in which a survey was offered"),
    "is_complete": _("surveys in which every rating that the survey asks for was given"),
    "NOT came_back": _("contacts after which the visitor did not come back"),
    "automation = 2": _("conversations in which only bots answered"),
    "sale_count > 0": _("conversations with at least one sale"),
    "is_unanswered": _("handlings by people in which the visitor had written and nobody answered"),
}

_COLUMNS = {
    "csat": _("the ratings"),
    "first_response_us": _("the waits for the first answer"),
    "resolution_us": _("the times to resolution"),
    "handling_us": _("the times from being handed the conversation to closing, transfer or pause"),
    "reply_wait_us": _("the waits before replies"),
    "first_message_response_us": _("the waits before the first reply"),
    "closing_delay_us": _("the times from the visitor's last message to closing"),
    "amount_millionths": _("the amounts, with refunds taken off"),
}
_COUNTED = {"reply_count": _("replies by people"), "(amount_millionths >= 0)::INTEGER": _("sales")}
"""What the divisor of a pooled mean counts, and its n."""

_CREDITS = {
    CreditedTo.WROTE: _(
        "Everyone who wrote in the conversation, people and bots; rows by agent therefore do not add up."
    ),
    CreditedTo.FIRST_RESPONDER: _("The person who gave the first answer."),
    CreditedTo.OWN: _("Whoever the conversation was handed to for that handling."),
    CreditedTo.SELLER: _("The last person who wrote before the sale."),
}
_OWN_SALES = _("Everyone who wrote is in the base; a sale counts for the last person who wrote before it.")

_UNITS = {
    Unit.PERCENT: _("Percent, from 0 to 100."),
    Unit.POINTS: _("Points, from −100 to 100, with their sign."),
    Unit.SECONDS: _("Seconds, shown as minutes, hours or days where they are long."),
    Unit.COUNT: _("A number."),
    Unit.MONEY: _("The project's currency."),
    Unit.SCORE: _("A note out of 5."),
}

_BETTERS = {
    Better.HIGHER: _("Higher is better."),
    Better.LOWER: _("Lower is better."),
    Better.NEUTRAL: _("Neither: it says how much, not how well, and is never coloured."),
}


def explain(one: Indicator, *, language: str = "en") -> tuple[Explanation, ...]:
    """Return what to know of an indicator: how it is computed, on what, when, for whom, and how sure it is."""

    def say(sentence: str, **data: str) -> str:
        return translate(sentence, language).format(**data)

    base = say(_base(one))
    told = (
        (_("Computed"), _computed(one.measure, base, say)),
        (_("n counts"), " ".join(_counted(one.measure, base, say))),
        (_("Left out"), " ".join(say(sentence) for sentence in _left_out(one))),
        (_("Date"), " ".join(say(sentence) for sentence in _dated(one))),
        (_("By agent"), say(_OWN_SALES if one is CONVERSION_RATE else _CREDITS[one.credit])),
        (_("Interval"), say(_interval(one.measure))),
        (_("Unit"), say(_UNITS[one.unit])),
        (_("Good news"), say(_BETTERS[one.better])),
    )
    return tuple(Explanation(say(title), words) for title, words in told)


def rows_of(one: Dimension, *, language: str = "en") -> str:
    """Return what to expect of the rows of a dimension, in a sentence."""
    if one.many:
        return translate(_("A conversation may count in several rows, so they do not add up to the total."), language)
    if one.naming in {Naming.HOUR, Naming.WEEKDAY}:
        return translate(_("Read off the clock of the time zone; every conversation is in one row."), language)
    return translate(_("Every conversation is in one row; what has no value here has a row of its own."), language)


def _base(one: Indicator) -> str:
    if isinstance(one.measure, PooledMean):
        return _COUNTED[one.measure.count]
    return _ROWS[one.facts] if one.population == "true" else _BASES[one.population]


def _computed(measure: Measure, base: str, say: Callable[..., str]) -> str:
    match measure:
        case Share(hit):
            return say(_("100 × {hit} ÷ {base}."), hit=say(_HITS[hit]), base=base)
        case Net():
            return say(
                _(
                    "100 × (promoters − detractors) ÷ {base}. Promoters gave 9 or 10, detractors 0 to 6; "
                    "7 and 8 count in the base only."
                ),
                base=base,
            )
        case Distribution(_column, notes):
            first, last = str(notes[0]), str(notes[-1])
            said = _("For each note from {first} to {last}: 100 × ratings with that note ÷ {base}.")
            return say(said, first=first, last=last, base=base)
        case Median(column):
            return say(
                _(
                    "Put in order, then the middle one is taken, or the mean of the two middle ones: {what}. "
                    "Always made from every conversation, never from the medians of parts."
                ),
                what=say(_COLUMNS[column]),
            )
        case Percentile(column, percent):
            return say(
                _(
                    "Put in order, then the one is taken that {percent} in a hundred do not exceed: {what}. "
                    "Always made from every conversation, never from the values of parts."
                ),
                percent=str(percent),
                what=say(_COLUMNS[column]),
            )
        case Mean(column):
            return say(_("Added up, then divided by how many there are: {what}."), what=say(_COLUMNS[column]))
        case PooledMean(total, count):
            said = _("Added up over the whole period, then divided: {what} ÷ {count}. Never a mean of means.")
            return say(said, what=say(_COLUMNS[total]), count=say(_COUNTED[count]))
        case Total(column):
            return say(_("Added up: {what}; 0 where there are none."), what=say(_COLUMNS[column]))
        case Count(hit):
            return say(_("How many there are: {what}."), what=say(_HITS[hit]) if hit else base)


def _counted(measure: Measure, base: str, say: Callable[..., str]) -> Iterator[str]:
    yield f"{base[:1].upper()}{base[1:]}."
    if isinstance(measure, Distribution):
        yield say(_("Beside a note, the ratings with that note."))


def _left_out(one: Indicator) -> Iterator[str]:
    if one.population != "true":
        yield _LEFT_OUT[one.population]
    yield _("Spam and tests.")


def _dated(one: Indicator) -> Iterator[str]:
    if one.facts == "handling":
        yield _("Counted on the day the handling ended, or began if dated by opening.")
        return
    yield _("Counted on the day its conversation closed, so that all figures speak of the same conversations.")
    others = {
        frozenset({Anchor.OPENED}): _("It can be dated by opening instead."),
        frozenset({Anchor.OPENED, Anchor.ANSWERED}): _("It can be dated by opening or by the survey's answer instead."),
    }
    yield others[one.anchors - {Anchor.CLOSED}]


def _interval(measure: Measure) -> str:
    match measure:
        case Share() | Distribution():
            return _("Wilson's, at 95 %: where the share would very likely lie if many more people had answered.")
        case Net():
            return _(
                "The score plus and minus its margin, at 95 %; where fewer than 30 answered, or all alike, "
                "as if there were three answers more."
            )
        case Median() | Percentile() | Mean() | PooledMean():
            return _("None: look at n instead.")
        case Count() | Total():
            return _("None: it is counted, not estimated.")
