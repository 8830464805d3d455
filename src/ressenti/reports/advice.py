"""Which results are weak, and what may help: the advice that stands next to them.

A result is weak where it is surely worse than it was, or low by any measure:

- CSAT: clearly lower than before (95 %).
- NPS: negative, or clearly lower than before.
- First response and resolution time: clearly longer than before, by at least 20 %.
- Response rate: under 15 %.

What rests on fewer than 10 answers or conversations is never weak; neither is a negative NPS or a low response rate on
fewer than 30. Counts and what has no good direction have no advice.
"""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection

from ressenti.indicators.catalogue import INDICATORS
from ressenti.indicators.declaration import WeakWhen
from ressenti.indicators.model import Value
from ressenti.indicators.significance import ENOUGH_FOR_NPS
from ressenti.kit.i18n import _, translate
from ressenti.reports.comparison import Change, ChangeVerdict, Clarity
from ressenti.reports.few import FEW
from ressenti.reports.model import Tile
from ressenti.workspace.advice import find_advice

MUCH_LONGER = 20.0
"""A delay this much longer, in %, is worth a word."""
LOW_RESPONSE = 15.0
"""A response rate under this, in %, tells of few people only."""
LEAST_ANSWERS = ENOUGH_FOR_NPS
"""Answers (or surveys offered) below which a low value alone says nothing."""

ADVICE = {key: one.advice for key, one in INDICATORS.items() if one.advice}
"""What we advise, by indicator, until someone of the installation writes their own."""


def is_weak(indicator: str, value: Value, change: Change | None) -> bool:
    """Say whether a result deserves advice."""
    if indicator not in ADVICE or value.value is None or value.n < FEW:
        return False
    is_worse = _is_clearly_worse(change)
    match ADVICE[indicator].weak_when:
        case WeakWhen.LOW:
            return value.n >= LEAST_ANSWERS and value.value < LOW_RESPONSE
        case WeakWhen.MUCH_LONGER:
            return _is_much_longer(change)
        case WeakWhen.WORSE_OR_NEGATIVE:
            return is_worse or (value.n >= LEAST_ANSWERS and value.value < 0)
        case WeakWhen.WORSE:
            return is_worse


def weak_tiles(tiles: Iterable[Tile]) -> tuple[str, ...]:
    """Return the indicators of the tiles whose results are weak, in their order."""
    return tuple(tile.indicator for tile in tiles if is_weak(tile.indicator, tile.value, tile.change))


class CauseAdvice(NamedTuple):
    """What may help where something is the cause of a worse result; `practice` is the part of good practice for it."""

    words: str
    practice: str


def advice_on(cause: str, indicator: str) -> CauseAdvice | None:
    """Return what may help where a dimension holds the cause, None where there is nothing to say beyond the usual."""
    return (_ON_WAITS if ADVICE[indicator].weak_when is WeakWhen.MUCH_LONGER else _ON_SCORES).get(cause)


_SIT_DOWN = CauseAdvice(
    _("Read some of the conversations of {name} together with them, before anything else is decided."), "tool"
)
_SAY_FIRST = CauseAdvice(
    _("Read what people wrote about {name}, and tell them what you know already where they begin to look for it."),
    "low-scores",
)
_SEND_ANSWER = CauseAdvice(
    _("Prepare an answer about {name} that everyone can send at once, and let the bot give it where it can."), "waiting"
)
_MOVE_SHIFTS = CauseAdvice(_("Compare who is there with how many people write: {name}. Move shifts there."), "waiting")
_ON_SCORES = {
    "topic": _SAY_FIRST,
    "tag": _SAY_FIRST,
    "channel": CauseAdvice(
        _("See what differs there, who answers and what can be settled without changing channels: {name}."),
        "conversation",
    ),
    "agent": _SIT_DOWN,
    "group": _SIT_DOWN,
    "automation": CauseAdvice(_("See where the bot passes on too late, or not at all: {name}."), "transfers"),
}
_ON_WAITS = {
    "topic": _SEND_ANSWER,
    "tag": _SEND_ANSWER,
    "channel": _MOVE_SHIFTS,
    "hour_of_day": _MOVE_SHIFTS,
    "weekday": _MOVE_SHIFTS,
    "group": _MOVE_SHIFTS,
    "agent": CauseAdvice(
        _("See how many conversations {name} holds at once, and who takes over when it is full."), "tool"
    ),
}


def advice_for(connection: Connection, indicator: str, language: str) -> str:
    """Return the advice for an indicator: what someone wrote in that language, else ours; "" where there is none."""
    return find_advice(connection, indicator, language) or ours(indicator, language)


def ours(indicator: str, language: str) -> str:
    """Return our own advice for an indicator, "" where there is none."""
    return translate(ADVICE[indicator].words, language) if indicator in ADVICE else ""


def _is_clearly_worse(change: Change | None) -> bool:
    return change is not None and change.clarity is Clarity.CLEAR and change.verdict is ChangeVerdict.WORSE


def _is_much_longer(change: Change | None) -> bool:
    return _is_clearly_worse(change) and change is not None and (change.relative or 0) >= MUCH_LONGER
