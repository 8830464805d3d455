"""Every indicator, declared once: SQL, API, page, tooltip, export, documentation and translations come from here.

Definitions are those of the domain, sections 2.1 to 2.6 and 7. A population is a condition on the facts, and becomes
the base n; columns are those of `facts.schema`.
"""

from ressenti.indicators.declaration import (
    Advice,
    BesideTile,
    CountNoun,
    CreditedTo,
    Family,
    Indicator,
    Ratings,
    WeakWhen,
)
from ressenti.indicators.measures import (
    Count,
    Distribution,
    Mean,
    Measure,
    Median,
    Net,
    Percentile,
    Share,
)
from ressenti.indicators.model import Anchor, Better, Unit
from ressenti.indicators.operational import OPERATIONAL
from ressenti.indicators.refusals import UnknownIndicator
from ressenti.kit.clock import SECOND
from ressenti.kit.i18n import _
from ressenti.kit.refusals import nearest

PROMOTER, DETRACTOR = "nps >= 9", "nps <= 6"

_DATED = frozenset({Anchor.CLOSED, Anchor.OPENED})

ONLY_ANSWERED = _(
    "It is not known what was offered: there are answers only. Import the surveys that were not answered too, "
    "or fill in offered_at."
)

SATISFACTION = Ratings(
    "csat",
    (1, 2, 3, 4, 5),
    (_("Very dissatisfied"), _("Dissatisfied"), _("Neutral"), _("Satisfied"), _("Very satisfied")),
    good=(4, 5),
)
RECOMMENDATION = Ratings("nps", tuple(range(11)))
EFFORT = Ratings("ces", tuple(range(1, 8)), good=(5, 6, 7))

CSAT = Indicator(
    key="csat",
    name=_("CSAT"),
    definition=_(
        "Share of satisfaction ratings that are 4 or 5 out of 5, or good on another scale as the project says."
    ),
    family=Family.RATINGS,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    facts="answer",
    counts=CountNoun.ANSWERS,
    base=_("satisfaction ratings"),
    population="is_satisfied IS NOT NULL",
    left_out=_("Surveys without a satisfaction rating."),
    measure=Share("is_satisfied"),
    measured=_("ratings of 4 or 5 (or the notes a project calls satisfied on another scale)"),
    on_other_scales="is_rated AND is_satisfied IS NULL",
    tile=1,
    survey_column=3,
    ratings=SATISFACTION,
    is_judged=True,
    advice=Advice(
        _(
            "Read the conversations rated 1 to 3 first: they say what went wrong. Where people waited or were cut "
            "off, train on the tool before anything else, then on how a good conversation is led. Write to those "
            "who were let down while it can still be put right."
        ),
        practice="low-scores",
        weak_when=WeakWhen.WORSE,
    ),
)

CSAT_AVERAGE = Indicator(
    key="csat_average",
    name=_("Average rating"),
    definition=_("Mean of the satisfaction ratings, from 1 to 5."),
    family=Family.RATINGS,
    unit=Unit.SCORE,
    better=Better.HIGHER,
    facts="answer",
    counts=CountNoun.ANSWERS,
    base=_("satisfaction ratings"),
    population="csat IS NOT NULL",
    left_out=_("Surveys without a satisfaction rating from 1 to 5."),
    measure=Mean("csat"),
    measured=_("the ratings"),
    on_other_scales="is_rated AND csat IS NULL",
    survey_column=4,
    ratings=SATISFACTION,
)

CSAT_DISTRIBUTION = Indicator(
    key="csat_distribution",
    name=_("CSAT by rating"),
    definition=_("Share of each rating, 1 to 5, in all satisfaction ratings."),
    family=Family.RATINGS,
    unit=Unit.PERCENT,
    better=Better.NEUTRAL,
    facts="answer",
    counts=CountNoun.ANSWERS,
    base=_("satisfaction ratings"),
    population="csat IS NOT NULL",
    left_out=_("Surveys without a satisfaction rating from 1 to 5."),
    measure=Distribution(SATISFACTION.column, SATISFACTION.scale),
    on_other_scales="is_rated AND csat IS NULL",
    ratings=SATISFACTION,
)

NPS = Indicator(
    key="nps",
    name=_("NPS"),
    definition=_("Share of promoters (9 and 10) minus share of detractors (0 to 6), in points from −100 to 100."),
    family=Family.RATINGS,
    unit=Unit.POINTS,
    better=Better.HIGHER,
    facts="answer",
    counts=CountNoun.ANSWERS,
    base=_("recommendation ratings"),
    population="nps IS NOT NULL",
    left_out=_("Surveys without a recommendation rating."),
    measure=Net(PROMOTER, DETRACTOR),
    tile=2,
    survey_column=5,
    ratings=RECOMMENDATION,
    advice=Advice(
        _(
            "A score for the whole company falls with bad exchanges, but also with prices, deliveries or products. "
            "The detractors' comments tell which. Pass them on to the teams concerned, and answer those who said "
            "what was wrong."
        ),
        practice="low-scores",
        weak_when=WeakWhen.WORSE_OR_NEGATIVE,
    ),
)

NPS_DISTRIBUTION = Indicator(
    key="nps_distribution",
    name=_("NPS by rating"),
    definition=_("Share of each rating, 0 to 10, in all recommendation ratings."),
    family=Family.RATINGS,
    unit=Unit.PERCENT,
    better=Better.NEUTRAL,
    facts="answer",
    counts=CountNoun.ANSWERS,
    base=_("recommendation ratings"),
    population="nps IS NOT NULL",
    left_out=_("Surveys without a recommendation rating."),
    measure=Distribution(RECOMMENDATION.column, RECOMMENDATION.scale),
    ratings=RECOMMENDATION,
)

CES = Indicator(
    key="ces",
    name=_("CES"),
    definition=_("Share of effort ratings that are 5, 6 or 7 out of 7: how easy it was to have the matter handled."),
    family=Family.RATINGS,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    facts="answer",
    counts=CountNoun.ANSWERS,
    base=_("effort ratings"),
    population="ces IS NOT NULL",
    left_out=_("Surveys without an effort rating."),
    measure=Share("ces >= 5"),
    measured=_("ratings of 5, 6 or 7"),
    ratings=EFFORT,
)

CES_AVERAGE = Indicator(
    key="ces_average",
    name=_("Average effort rating"),
    definition=_("Mean of the effort ratings, from 1 (very hard) to 7 (very easy)."),
    family=Family.RATINGS,
    unit=Unit.SCORE_OF_7,
    better=Better.HIGHER,
    facts="answer",
    counts=CountNoun.ANSWERS,
    base=_("effort ratings"),
    population="ces IS NOT NULL",
    left_out=_("Surveys without an effort rating."),
    measure=Mean("ces"),
    measured=_("the ratings"),
    ratings=EFFORT,
)

CES_DISTRIBUTION = Indicator(
    key="ces_distribution",
    name=_("CES by rating"),
    definition=_("Share of each rating, 1 to 7, in all effort ratings."),
    family=Family.RATINGS,
    unit=Unit.PERCENT,
    better=Better.NEUTRAL,
    facts="answer",
    counts=CountNoun.ANSWERS,
    base=_("effort ratings"),
    population="ces IS NOT NULL",
    left_out=_("Surveys without an effort rating."),
    measure=Distribution(EFFORT.column, EFFORT.scale),
    ratings=EFFORT,
)

FIRST_RESPONSE_TIME = Indicator(
    key="first_response_time",
    name=_("First response time"),
    definition=_("Median wait between a visitor's first message and the first answer by a person; bots do not count."),
    family=Family.WAITS,
    unit=Unit.SECONDS,
    better=Better.LOWER,
    facts="conversation",
    counts=CountNoun.CONVERSATIONS,
    base=_("conversations that a person answered"),
    population="first_response_us IS NOT NULL",
    left_out=_("Conversations that no person answered; answers of bots, automatic messages."),
    measure=Median("first_response_us", SECOND),
    measured=_("the waits for the first answer"),
    credit=CreditedTo.FIRST_RESPONDER,
    short_name=_("First response"),
    tile=3,
    advice=Advice(
        _(
            "Find the hours and channels where people wait longest, and move shifts there. Make sure everyone knows "
            "how to take, pause and hand over a conversation in the tool: many waits begin there. A first short "
            "answer that says what comes next already helps."
        ),
        practice="waiting",
        weak_when=WeakWhen.MUCH_LONGER,
    ),
)

FIRST_RESPONSE_TIME_P90 = Indicator(
    key="first_response_time_p90",
    name=_("First response time, P90"),
    definition=_(
        "Wait that nine in ten visitors did not exceed between their first message and the first answer by a person; "
        "bots do not count."
    ),
    family=Family.WAITS,
    unit=Unit.SECONDS,
    better=Better.LOWER,
    facts="conversation",
    counts=CountNoun.CONVERSATIONS,
    base=_("conversations that a person answered"),
    population="first_response_us IS NOT NULL",
    left_out=_("Conversations that no person answered; answers of bots, automatic messages."),
    measure=Percentile("first_response_us", 90, SECOND),
    measured=_("the waits for the first answer"),
    credit=CreditedTo.FIRST_RESPONDER,
    beside=BesideTile("first_response_time", _("Nine in ten within")),
)

FIRST_RESPONSE_TIME_MEAN = Indicator(
    key="first_response_time_mean",
    name=_("First response time, mean"),
    definition=_("Mean wait between a visitor's first message and the first answer by a person; bots do not count."),
    family=Family.WAITS,
    unit=Unit.SECONDS,
    better=Better.LOWER,
    facts="conversation",
    counts=CountNoun.CONVERSATIONS,
    base=_("conversations that a person answered"),
    population="first_response_us IS NOT NULL",
    left_out=_("Conversations that no person answered; answers of bots, automatic messages."),
    measure=Mean("first_response_us", SECOND),
    measured=_("the waits for the first answer"),
    credit=CreditedTo.FIRST_RESPONDER,
    beside=BesideTile("first_response_time", _("Mean")),
)

RESOLUTION_TIME = Indicator(
    key="resolution_time",
    name=_("Resolution time"),
    definition=_("Median time between a visitor's first message and the resolution, waiting and pauses included."),
    family=Family.WAITS,
    unit=Unit.SECONDS,
    better=Better.LOWER,
    facts="conversation",
    counts=CountNoun.CONVERSATIONS,
    base=_("resolved conversations in which the visitor wrote"),
    population="resolution_us IS NOT NULL",
    left_out=_("Conversations that are still open, or in which the visitor wrote nothing."),
    measure=Median("resolution_us", SECOND),
    measured=_("the times to resolution"),
    short_name=_("Resolution"),
    tile=4,
    advice=Advice(
        _(
            "Look at conversations that were handed over or paused several times: each time the visitor waits, and "
            "often repeats everything. Route matters to the right group at once, and leave a note for whoever takes "
            "over. Settled the first time matters more than settled fast."
        ),
        practice="transfers",
        weak_when=WeakWhen.MUCH_LONGER,
    ),
)

RESOLUTION_TIME_P90 = Indicator(
    key="resolution_time_p90",
    name=_("Resolution time, P90"),
    definition=_(
        "Time that nine in ten conversations did not exceed between a visitor's first message and the resolution, "
        "waiting and pauses included."
    ),
    family=Family.WAITS,
    unit=Unit.SECONDS,
    better=Better.LOWER,
    facts="conversation",
    counts=CountNoun.CONVERSATIONS,
    base=_("resolved conversations in which the visitor wrote"),
    population="resolution_us IS NOT NULL",
    left_out=_("Conversations that are still open, or in which the visitor wrote nothing."),
    measure=Percentile("resolution_us", 90, SECOND),
    measured=_("the times to resolution"),
    beside=BesideTile("resolution_time", _("Nine in ten within")),
)

RESOLUTION_TIME_MEAN = Indicator(
    key="resolution_time_mean",
    name=_("Resolution time, mean"),
    definition=_("Mean time between a visitor's first message and the resolution, waiting and pauses included."),
    family=Family.WAITS,
    unit=Unit.SECONDS,
    better=Better.LOWER,
    facts="conversation",
    counts=CountNoun.CONVERSATIONS,
    base=_("resolved conversations in which the visitor wrote"),
    population="resolution_us IS NOT NULL",
    left_out=_("Conversations that are still open, or in which the visitor wrote nothing."),
    measure=Mean("resolution_us", SECOND),
    measured=_("the times to resolution"),
    beside=BesideTile("resolution_time", _("Mean")),
)

RESPONSE_RATE = Indicator(
    key="response_rate",
    name=_("Response rate"),
    definition=_("Share of the surveys offered in which at least one question was answered."),
    family=Family.SURVEYS,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    facts="answer",
    counts=CountNoun.OFFERED,
    base=_("surveys offered"),
    population="is_known",
    left_out=_("Answers of which it is not known to whom the survey was offered: files that hold answers only."),
    measure=Share("is_answered"),
    measured=_("surveys with at least one answer"),
    anchors=_DATED,
    untold=("NOT is_known", ONLY_ANSWERED),
    tile=5,
    survey_column=1,
    advice=Advice(
        _(
            "Offer the survey before the visitor has left, with a rating first and nothing compulsory after it. "
            "Look for channels where it is hardly seen. People answer more readily when they learn what became of "
            "the answers."
        ),
        practice="survey",
        weak_when=WeakWhen.LOW,
    ),
)

SURVEY_COVERAGE = Indicator(
    key="survey_coverage",
    name=_("Survey coverage"),
    definition=_("Share of the conversations in which a survey was offered."),
    family=Family.SURVEYS,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    facts="conversation",
    counts=CountNoun.CONVERSATIONS,
    base=_("conversations"),
    population="is_offered IS NOT NULL",
    left_out=_("Conversations of which it is not known whether a survey was offered in them."),
    measure=Share("is_offered"),
    measured=_("conversations in which a survey was offered"),
    untold=("is_offered IS NULL", ONLY_ANSWERED),
)

SURVEY_COMPLETION = Indicator(
    key="survey_completion",
    name=_("Survey completion"),
    definition=_("Share of the surveys begun in which every rating that the survey asks for was given."),
    family=Family.SURVEYS,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    facts="begun",
    counts=CountNoun.SURVEYS,
    base=_("surveys begun"),
    population="is_answered",
    left_out=_("Surveys that nobody began to answer."),
    measure=Share("is_complete"),
    measured=_("surveys in which every rating that the survey asks for was given"),
    survey_column=2,
)

CONVERSATIONS = Indicator(
    key="conversations",
    name=_("Conversations"),
    definition=_("Number of conversations: closed in the period, or opened in it if dated by opening."),
    family=Family.VOLUME,
    unit=Unit.COUNT,
    better=Better.NEUTRAL,
    facts="conversation",
    counts=CountNoun.CONVERSATIONS,
    base=_("conversations"),
    measure=Count(),
    short_name=_("Closed"),
    names_by_date=((Anchor.OPENED, _("Opened")), (Anchor.ANSWERED, _("Answered"))),
    tile=6,
)

INDICATORS: dict[str, Indicator] = {
    one.key: one
    for one in (
        CSAT,
        CSAT_AVERAGE,
        CSAT_DISTRIBUTION,
        NPS,
        NPS_DISTRIBUTION,
        CES,
        CES_AVERAGE,
        CES_DISTRIBUTION,
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
        *OPERATIONAL,
    )
}


def indicator(key: str) -> Indicator:
    """Return the indicator with that key; raises UnknownIndicator with the nearest ones."""
    if key not in INDICATORS:
        raise UnknownIndicator(key=key, known=nearest(key, list(INDICATORS)))
    return INDICATORS[key]


def tiles() -> tuple[Indicator, ...]:
    """Return the indicators that have a tile in the report, in their order."""
    return tuple(sorted((one for one in INDICATORS.values() if one.tile), key=lambda one: one.tile or 0))


def more_figures() -> tuple[Indicator, ...]:
    """Return the indicators that a report shows on request, beyond its tiles; how ratings spread is no single value."""
    return tuple(one for one in INDICATORS.values() if not one.tile and not isinstance(one.measure, Distribution))


def spread_of(one: Indicator) -> Indicator | None:
    """Return the indicator that tells how the ratings of one spread over their scale, None where it has none."""
    return _of_ratings(one, Distribution)


def average_of(one: Indicator) -> Indicator | None:
    """Return the indicator that is the mean of the ratings of one, None where it has none."""
    return _of_ratings(one, Mean)


def _of_ratings(one: Indicator, measure: type[Measure]) -> Indicator | None:
    own = (other for other in INDICATORS.values() if one.ratings and other.ratings == one.ratings)
    return next((other for other in own if isinstance(other.measure, measure)), None)
