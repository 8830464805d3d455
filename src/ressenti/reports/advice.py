"""Which results are weak, and what may help: the advice that stands next to them.

A result is weak where it is surely worse than it was, or than everyone's, or low by any measure:

- CSAT: clearly lower than before (95 %); as a row of a ranking, also where its whole interval lies under everyone's.
- NPS: negative, or clearly lower than before; as a row, also where its whole interval lies under everyone's.
- First response and resolution time: at least 20 % longer than before; as a row, also 20 % longer than everyone's.
- Response rate: under 15 %.

What rests on fewer than 10 answers or conversations is never weak; neither is a negative NPS or a low response rate on
fewer than 30. Counts and what has no good direction have no advice.
"""

from collections.abc import Iterable

from sqlalchemy import Connection

from ressenti.indicators.model import Value
from ressenti.kit.i18n import _, translate
from ressenti.reports.comparison import ENOUGH_FOR_NPS, Change, ChangeVerdict, Clarity
from ressenti.reports.experience.report import FEW_TO_RANK
from ressenti.reports.model import RankedRow, Ranking, Tile
from ressenti.workspace.advice import find_advice

MUCH_LONGER = 20.0
"""A delay this much longer, in %, is worth a word."""
LOW_RESPONSE = 15.0
"""A response rate under this, in %, tells of few people only."""
ENOUGH = ENOUGH_FOR_NPS
"""Answers (or surveys offered) below which a low value alone says nothing."""

ADVICE = {
    "csat": _(
        "Read the conversations rated 1 to 3 first: they say what went wrong. Where people waited or were cut off, "
        "train on the tool before anything else, then on how a good conversation is led. Write to those who were let "
        "down while it can still be put right."
    ),
    "nps": _(
        "A score for the whole company falls with bad exchanges, but also with prices, deliveries or products. "
        "The detractors' comments tell which. Pass them on to the teams concerned, and answer those who said what was "
        "wrong."
    ),
    "first_response_time": _(
        "Find the hours and channels where people wait longest, and move shifts there. Make sure everyone knows how to "
        "take, pause and hand over a conversation in the tool: many waits begin there. A first short answer that says "
        "what comes next already helps."
    ),
    "resolution_time": _(
        "Look at conversations that were handed over or paused several times: each time the visitor waits, and often "
        "repeats everything. Route matters to the right group at once, and leave a note for whoever takes over. "
        "Settled the first time matters more than settled fast."
    ),
    "response_rate": _(
        "Offer the survey before the visitor has left, with a rating first and nothing compulsory after it. Look for "
        "channels where it is hardly seen. People answer more readily when they learn what became of the answers."
    ),
}
"""What we advise, by indicator, until someone of the installation writes their own."""

PRACTICES = {
    "csat": "low-scores",
    "nps": "low-scores",
    "first_response_time": "waiting",
    "resolution_time": "transfers",
    "response_rate": "survey",
}
"""The part of the page of good practice that says more, by indicator."""


def is_weak(indicator: str, value: Value, change: Change | None, everyone: Value | None = None) -> bool:
    """Say whether a result deserves advice; `everyone` is the total that a row of a ranking is measured against."""
    if indicator not in ADVICE or value.value is None or value.n < FEW_TO_RANK:
        return False
    match indicator:
        case "response_rate":
            return value.n >= ENOUGH and value.value < LOW_RESPONSE
        case "first_response_time" | "resolution_time":
            return _is_much_longer(change) or _is_far_above(value, everyone)
        case _:
            is_negative = indicator == "nps" and value.n >= ENOUGH and value.value < 0
            return is_negative or _is_clearly_worse(change) or _is_under(value, everyone)


def weak_tiles(tiles: Iterable[Tile]) -> tuple[str, ...]:
    """Return the indicators of the tiles whose results are weak, in their order."""
    return tuple(tile.indicator for tile in tiles if is_weak(tile.indicator, tile.value, tile.change))


def weak_rows(ranking: Ranking) -> tuple[RankedRow, ...]:
    """Return the rows of a ranking that are weak, in its order; what is credited to nobody is nobody's weakness."""
    return tuple(
        row
        for row in ranking.ranked
        if row.key is not None and is_weak(ranking.indicator, row.value, row.change, ranking.total)
    )


def advice_for(connection: Connection, indicator: str, language: str) -> str:
    """Return the advice for an indicator: what someone wrote in that language, else ours; "" where there is none."""
    return find_advice(connection, indicator, language) or ours(indicator, language)


def ours(indicator: str, language: str) -> str:
    """Return our own advice for an indicator, "" where there is none."""
    return translate(ADVICE[indicator], language) if indicator in ADVICE else ""


def _is_clearly_worse(change: Change | None) -> bool:
    return change is not None and change.clarity is Clarity.CLEAR and change.verdict is ChangeVerdict.WORSE


def _is_under(value: Value, everyone: Value | None) -> bool:
    """Say whether the whole interval of a row lies under everyone's line, as the figure shows it."""
    return (
        everyone is not None and everyone.value is not None and value.high is not None and value.high < everyone.value
    )


def _is_much_longer(change: Change | None) -> bool:
    if change is None or change.relative is None or change.clarity is Clarity.FEW:
        return False
    return change.relative >= MUCH_LONGER


def _is_far_above(value: Value, everyone: Value | None) -> bool:
    if everyone is None or not everyone.value or value.value is None:
        return False
    return 100 * (value.value - everyone.value) / everyone.value >= MUCH_LONGER
