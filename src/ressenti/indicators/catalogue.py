"""Every indicator, declared once: SQL, API, page, tooltip, export, documentation and translations come from here.

Definitions are those of the domain, sections 2.1 to 2.6 and 7. A population is a condition on the facts, and becomes
the base n; columns are those of `facts.schema`.
"""

from dataclasses import dataclass
from enum import StrEnum

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
from ressenti.indicators.refusals import UnknownIndicator
from ressenti.kit.i18n import _
from ressenti.kit.refusals import nearest

SECONDS = 1_000_000
"""Microseconds in a second."""
MONEY = 1_000_000
"""Millionths in one unit of a currency."""

PROMOTER, DETRACTOR = "nps >= 9", "nps <= 6"


class CreditedTo(StrEnum):
    """To whom an indicator's rows belong when it is broken down by agent."""

    WROTE = "wrote"  # every respondent who wrote, or as `--attribution` says (D4)
    FIRST_RESPONDER = "first_responder"  # the person who gave the first answer
    OWN = "own"  # the handling's own respondent
    SELLER = "seller"  # the last person who wrote before the sale (D17)


class CountNoun(StrEnum):
    """What the n of an indicator counts, wherever it stands beside a value."""

    ANSWERS = "answers"
    CONTACTS = "contacts"
    CONVERSATIONS = "conversations"
    HANDLINGS = "handlings"
    REPLIES = "replies"
    SALES = "sales"
    SALES_AND_REFUNDS = "sales and refunds"
    SURVEYS = "surveys"


_EVERY = frozenset(Anchor)
_DATED = frozenset({Anchor.CLOSED, Anchor.OPENED})


ONLY_ANSWERED = _(
    "It is not known what was offered: there are answers only. Import the surveys that were not answered too, "
    "or fill in offered_at."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One figure. `facts` names the table, `population` whom it speaks of, `measure` how a value is made of them.

    `untold` is a condition on rows of which it is not known whether they belong to that population, and a sentence that
    says why there is no value where there are no others. `on_other_scales` is a condition on satisfaction ratings that
    are not in that population for the scale they were given on (D42).
    """

    key: str
    name: str
    definition: str
    unit: Unit
    better: Better
    facts: str
    counts: CountNoun
    measure: Measure
    population: str = "true"
    credit: CreditedTo = CreditedTo.WROTE
    anchors: frozenset[Anchor] = _EVERY
    untold: tuple[str, str] | None = None
    on_other_scales: str | None = None


CSAT = Indicator(
    key="csat",
    name=_("CSAT"),
    definition=_(
        "Share of satisfaction ratings that are 4 or 5 out of 5, or good on another scale as the project says."
    ),
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    facts="answer",
    counts=CountNoun.ANSWERS,
    population="is_satisfied IS NOT NULL",
    measure=Share("is_satisfied"),
    on_other_scales="is_rated AND is_satisfied IS NULL",
)

CSAT_AVERAGE = Indicator(
    key="csat_average",
    name=_("Average rating"),
    definition=_("Mean of the satisfaction ratings, from 1 to 5."),
    unit=Unit.SCORE,
    better=Better.HIGHER,
    facts="answer",
    counts=CountNoun.ANSWERS,
    population="csat IS NOT NULL",
    measure=Mean("csat"),
    on_other_scales="is_rated AND csat IS NULL",
)

CSAT_DISTRIBUTION = Indicator(
    key="csat_distribution",
    name=_("CSAT by rating"),
    definition=_("Share of each rating, 1 to 5, in all satisfaction ratings."),
    unit=Unit.PERCENT,
    better=Better.NEUTRAL,
    facts="answer",
    counts=CountNoun.ANSWERS,
    population="csat IS NOT NULL",
    measure=Distribution("csat", (1, 2, 3, 4, 5)),
    on_other_scales="is_rated AND csat IS NULL",
)

NPS = Indicator(
    key="nps",
    name=_("NPS"),
    definition=_("Share of promoters (9 and 10) minus share of detractors (0 to 6), in points from −100 to 100."),
    unit=Unit.POINTS,
    better=Better.HIGHER,
    facts="answer",
    counts=CountNoun.ANSWERS,
    population="nps IS NOT NULL",
    measure=Net(PROMOTER, DETRACTOR),
)

NPS_DISTRIBUTION = Indicator(
    key="nps_distribution",
    name=_("NPS by rating"),
    definition=_("Share of each rating, 0 to 10, in all recommendation ratings."),
    unit=Unit.PERCENT,
    better=Better.NEUTRAL,
    facts="answer",
    counts=CountNoun.ANSWERS,
    population="nps IS NOT NULL",
    measure=Distribution("nps", tuple(range(11))),
)

FIRST_RESPONSE_TIME = Indicator(
    key="first_response_time",
    name=_("First response time"),
    definition=_("Median wait between a visitor's first message and the first answer by a person; bots do not count."),
    unit=Unit.SECONDS,
    better=Better.LOWER,
    facts="conversation",
    counts=CountNoun.CONVERSATIONS,
    population="first_response_us IS NOT NULL",
    measure=Median("first_response_us", SECONDS),
    credit=CreditedTo.FIRST_RESPONDER,
)

FIRST_RESPONSE_TIME_P90 = Indicator(
    key="first_response_time_p90",
    name=_("First response time, P90"),
    definition=_(
        "Wait that nine in ten visitors did not exceed between their first message and the first answer by a person; "
        "bots do not count."
    ),
    unit=Unit.SECONDS,
    better=Better.LOWER,
    facts="conversation",
    counts=CountNoun.CONVERSATIONS,
    population="first_response_us IS NOT NULL",
    measure=Percentile("first_response_us", 90, SECONDS),
    credit=CreditedTo.FIRST_RESPONDER,
)

FIRST_RESPONSE_TIME_MEAN = Indicator(
    key="first_response_time_mean",
    name=_("First response time, mean"),
    definition=_("Mean wait between a visitor's first message and the first answer by a person; bots do not count."),
    unit=Unit.SECONDS,
    better=Better.LOWER,
    facts="conversation",
    counts=CountNoun.CONVERSATIONS,
    population="first_response_us IS NOT NULL",
    measure=Mean("first_response_us", SECONDS),
    credit=CreditedTo.FIRST_RESPONDER,
)

RESOLUTION_TIME = Indicator(
    key="resolution_time",
    name=_("Resolution time"),
    definition=_("Median time between a visitor's first message and the resolution, waiting and pauses included."),
    unit=Unit.SECONDS,
    better=Better.LOWER,
    facts="conversation",
    counts=CountNoun.CONVERSATIONS,
    population="resolution_us IS NOT NULL",
    measure=Median("resolution_us", SECONDS),
)

RESOLUTION_TIME_P90 = Indicator(
    key="resolution_time_p90",
    name=_("Resolution time, P90"),
    definition=_(
        "Time that nine in ten conversations did not exceed between a visitor's first message and the resolution, "
        "waiting and pauses included."
    ),
    unit=Unit.SECONDS,
    better=Better.LOWER,
    facts="conversation",
    counts=CountNoun.CONVERSATIONS,
    population="resolution_us IS NOT NULL",
    measure=Percentile("resolution_us", 90, SECONDS),
)

RESOLUTION_TIME_MEAN = Indicator(
    key="resolution_time_mean",
    name=_("Resolution time, mean"),
    definition=_("Mean time between a visitor's first message and the resolution, waiting and pauses included."),
    unit=Unit.SECONDS,
    better=Better.LOWER,
    facts="conversation",
    counts=CountNoun.CONVERSATIONS,
    population="resolution_us IS NOT NULL",
    measure=Mean("resolution_us", SECONDS),
)

RESPONSE_RATE = Indicator(
    key="response_rate",
    name=_("Response rate"),
    definition=_("Share of the surveys offered in which at least one question was answered."),
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    facts="answer",
    counts=CountNoun.SURVEYS,
    population="is_known",
    measure=Share("is_answered"),
    anchors=_DATED,
    untold=("NOT is_known", ONLY_ANSWERED),
)

SURVEY_COVERAGE = Indicator(
    key="survey_coverage",
    name=_("Survey coverage"),
    definition=_("Share of the conversations in which a survey was offered."),
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    facts="conversation",
    counts=CountNoun.CONVERSATIONS,
    population="is_offered IS NOT NULL",
    measure=Share("is_offered"),
    untold=("is_offered IS NULL", ONLY_ANSWERED),
)

SURVEY_COMPLETION = Indicator(
    key="survey_completion",
    name=_("Survey completion"),
    definition=_("Share of the surveys begun in which every rating that the survey asks for was given."),
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    facts="begun",
    counts=CountNoun.SURVEYS,
    population="is_answered",
    measure=Share("is_complete"),
)

CONVERSATIONS = Indicator(
    key="conversations",
    name=_("Conversations"),
    definition=_("Number of conversations: closed in the period, or opened in it if dated by opening."),
    unit=Unit.COUNT,
    better=Better.NEUTRAL,
    facts="conversation",
    counts=CountNoun.CONVERSATIONS,
    measure=Count(),
)

HANDLINGS = Indicator(
    key="handlings",
    name=_("Handlings"),
    definition=_("Number of handlings, by people and bots: a conversation has one each time it is handed to someone."),
    unit=Unit.COUNT,
    better=Better.NEUTRAL,
    facts="handling",
    counts=CountNoun.HANDLINGS,
    measure=Count(),
    credit=CreditedTo.OWN,
    anchors=_DATED,
)

HANDLING_TIME = Indicator(
    key="handling_time",
    name=_("Handling time (AHT)"),
    definition=_("Mean time a person handled a conversation, from being handed it to closing, transfer or pause."),
    unit=Unit.SECONDS,
    better=Better.NEUTRAL,
    facts="handling",
    counts=CountNoun.HANDLINGS,
    population="is_human AND handling_us IS NOT NULL",
    measure=Mean("handling_us", SECONDS),
    credit=CreditedTo.OWN,
    anchors=_DATED,
)

RESPONSE_TIME = Indicator(
    key="response_time",
    name=_("Response time"),
    definition=_(
        "Mean wait before a person's reply, over all replies, from the visitor's earliest unanswered message."
    ),
    unit=Unit.SECONDS,
    better=Better.LOWER,
    facts="handling",
    counts=CountNoun.REPLIES,
    population="is_human AND reply_count > 0",
    measure=PooledMean("reply_wait_us", "reply_count", SECONDS),
    credit=CreditedTo.OWN,
    anchors=_DATED,
)

FIRST_MESSAGE_RESPONSE_TIME = Indicator(
    key="first_message_response_time",
    name=_("Response time to first message"),
    definition=_("Mean wait before a person's first reply in a handling."),
    unit=Unit.SECONDS,
    better=Better.LOWER,
    facts="handling",
    counts=CountNoun.HANDLINGS,
    population="is_human AND first_message_response_us IS NOT NULL",
    measure=Mean("first_message_response_us", SECONDS),
    credit=CreditedTo.OWN,
    anchors=_DATED,
)

CLOSING_DELAY = Indicator(
    key="closing_delay",
    name=_("Closing delay"),
    definition=_("Mean time between a visitor's last message and the closing, over handlings that ended by closing."),
    unit=Unit.SECONDS,
    better=Better.LOWER,
    facts="handling",
    counts=CountNoun.HANDLINGS,
    population="is_human AND closing_delay_us IS NOT NULL",
    measure=Mean("closing_delay_us", SECONDS),
    credit=CreditedTo.OWN,
    anchors=_DATED,
)

UNANSWERED_HANDLINGS = Indicator(
    key="unanswered_handlings",
    name=_("Unanswered handlings"),
    definition=_("Number of handlings by people in which the visitor had written and nobody answered."),
    unit=Unit.COUNT,
    better=Better.LOWER,
    facts="handling",
    counts=CountNoun.HANDLINGS,
    population="is_human AND is_unanswered IS NOT NULL",
    measure=Count("is_unanswered"),
    credit=CreditedTo.OWN,
    anchors=_DATED,
)

FCR = Indicator(
    key="fcr",
    name=_("First contact resolution (FCR)"),
    definition=_(
        "Share of first contacts after which the visitor did not come back about the same matter within the window; "
        "conversations too recent to tell are left out."
    ),
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    facts="contact",
    counts=CountNoun.CONTACTS,
    population="NOT is_repeat",
    measure=Share("NOT came_back"),
)

AUTOMATION_RATE = Indicator(
    key="automation_rate",
    name=_("Automation rate"),
    definition=_("Share of conversations in which only bots answered."),
    unit=Unit.PERCENT,
    better=Better.NEUTRAL,
    facts="conversation",
    counts=CountNoun.CONVERSATIONS,
    measure=Share("automation = 2"),
)

REVENUE = Indicator(
    key="revenue",
    name=_("Revenue"),
    definition=_("Sum of the sales made during a conversation or up to 48 hours after it."),
    unit=Unit.MONEY,
    better=Better.HIGHER,
    facts="sale",
    counts=CountNoun.SALES_AND_REFUNDS,
    measure=Total("amount_millionths", MONEY),
    credit=CreditedTo.SELLER,
)

TRANSACTIONS = Indicator(
    key="transactions",
    name=_("Transactions"),
    definition=_("Number of sales made during a conversation or up to 48 hours after it; a refund is not a sale."),
    unit=Unit.COUNT,
    better=Better.HIGHER,
    facts="sale",
    counts=CountNoun.SALES,
    population="amount_millionths >= 0",
    measure=Count(),
    credit=CreditedTo.SELLER,
)

AVERAGE_BASKET = Indicator(
    key="average_basket",
    name=_("Average basket"),
    definition=_("Revenue, refunds taken off, divided by the number of transactions."),
    unit=Unit.MONEY,
    better=Better.HIGHER,
    facts="sale",
    counts=CountNoun.SALES,
    measure=PooledMean("amount_millionths", "(amount_millionths >= 0)::INTEGER", MONEY),
    credit=CreditedTo.SELLER,
)

CONVERSION_RATE = Indicator(
    key="conversion_rate",
    name=_("Conversion rate"),
    definition=_("Share of conversations with at least one sale."),
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    facts="conversation",
    counts=CountNoun.CONVERSATIONS,
    measure=Share("sale_count > 0"),
)

INDICATORS: dict[str, Indicator] = {
    one.key: one
    for one in (
        CSAT,
        CSAT_AVERAGE,
        CSAT_DISTRIBUTION,
        NPS,
        NPS_DISTRIBUTION,
        FIRST_RESPONSE_TIME,
        FIRST_RESPONSE_TIME_P90,
        FIRST_RESPONSE_TIME_MEAN,
        RESOLUTION_TIME,
        RESOLUTION_TIME_P90,
        RESOLUTION_TIME_MEAN,
        RESPONSE_RATE,
        SURVEY_COVERAGE,
        SURVEY_COMPLETION,
        CONVERSATIONS,
        HANDLINGS,
        HANDLING_TIME,
        RESPONSE_TIME,
        FIRST_MESSAGE_RESPONSE_TIME,
        CLOSING_DELAY,
        UNANSWERED_HANDLINGS,
        FCR,
        AUTOMATION_RATE,
        REVENUE,
        TRANSACTIONS,
        AVERAGE_BASKET,
        CONVERSION_RATE,
    )
}


def indicator(key: str) -> Indicator:
    """Return the indicator with that key; raises UnknownIndicator with the nearest ones."""
    if key not in INDICATORS:
        raise UnknownIndicator(key=key, known=nearest(key, list(INDICATORS)))
    return INDICATORS[key]
