"""An indicator and a dimension that exist nowhere but in tests: what is found of them anywhere follows from these."""

from ressenti.indicators.catalogue import INDICATORS
from ressenti.indicators.declaration import (
    Advice,
    CountNoun,
    CreditedTo,
    Dimension,
    DimensionTab,
    ExportedAs,
    Family,
    Indicator,
    Naming,
    WeakWhen,
)
from ressenti.indicators.dimensions import DIMENSIONS
from ressenti.indicators.measures import Share
from ressenti.indicators.model import Better, Unit
from ressenti.kit.clock import SECOND

PROMPT_RATE = Indicator(
    key="prompt_rate",
    name="Prompt answers",
    definition="Share of the conversations answered by a person within three minutes.",
    family=Family.WAITS,
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    facts="conversation",
    counts=CountNoun.CONVERSATIONS,
    base="conversations that somebody answered",
    population="first_response_us IS NOT NULL",
    left_out="Conversations left without an answer.",
    measure=Share(f"first_response_us <= {180 * SECOND}"),
    measured="conversations answered within three minutes",
    credit=CreditedTo.FIRST_RESPONDER,
    short_name="Prompt",
    tile=7,
    advice=Advice("Answer sooner. A first word is enough.", practice="waiting", weak_when=WeakWhen.LOW),
)

CLOSER = Dimension(
    key="closer",
    name="Closed by whom",
    definition="Who closed the conversation.",
    naming=Naming.RESPONDENT,
    column="closer_id",
    plural="Closers",
    tab=DimensionTab(15),
    filter=17,
    list_column=23,
    comment_column=20,
    heading="Closing hand",
    export=ExportedAs("closed_by", "who closed it"),
)


def declare() -> None:
    """Declare both, in a process in which nothing but the declarations was imported yet."""
    INDICATORS[PROMPT_RATE.key] = PROMPT_RATE
    DIMENSIONS[CLOSER.key] = CLOSER
