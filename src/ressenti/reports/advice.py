"""Which results are weak, and what may help: the advice that stands next to them.

A result is weak where it is surely worse than it was, or than everyone's, or low by any measure:

- CSAT: clearly lower than before (95 %); as a row of a ranking, also where its whole interval lies under everyone's.
- NPS: negative, or clearly lower than before; as a row, also where its whole interval lies under everyone's.
- First response and resolution time: clearly longer than before, by at least 20 %; as a row, also where its whole
  interval is longer than everyone's, by as much.
- Response rate: under 15 %.

What rests on fewer than 10 answers or conversations is never weak; neither is a negative NPS or a low response rate on
fewer than 30. Counts and what has no good direction have no advice.
"""

from collections.abc import Iterable

from sqlalchemy import Connection

from ressenti.indicators.catalogue import INDICATORS
from ressenti.indicators.declaration import WeakWhen
from ressenti.indicators.model import Value
from ressenti.indicators.significance import ENOUGH_FOR_NPS
from ressenti.kit.i18n import translate
from ressenti.reports.comparison import Change, ChangeVerdict, Clarity
from ressenti.reports.experience.report import FEW_TO_RANK
from ressenti.reports.model import RankedRow, Ranking, Tile
from ressenti.workspace.advice import find_advice

MUCH_LONGER = 20.0
"""A delay this much longer, in %, is worth a word."""
LOW_RESPONSE = 15.0
"""A response rate under this, in %, tells of few people only."""
ENOUGH = ENOUGH_FOR_NPS
"""Answers (or surveys offered) below which a low value alone says nothing."""

ADVICE = {key: one.advice for key, one in INDICATORS.items() if one.advice}
"""What we advise, by indicator, until someone of the installation writes their own."""


def is_weak(indicator: str, value: Value, change: Change | None, everyone: Value | None = None) -> bool:
    """Say whether a result deserves advice; `everyone` is the total that a row of a ranking is measured against."""
    if indicator not in ADVICE or value.value is None or value.n < FEW_TO_RANK:
        return False
    is_worse = _is_clearly_worse(change) or _is_under(value, everyone)
    match ADVICE[indicator].weak_when:
        case WeakWhen.LOW:
            return value.n >= ENOUGH and value.value < LOW_RESPONSE
        case WeakWhen.MUCH_LONGER:
            return _is_much_longer(change) or _is_far_above(value, everyone)
        case WeakWhen.WORSE_OR_NEGATIVE:
            return is_worse or (value.n >= ENOUGH and value.value < 0)
        case WeakWhen.WORSE:
            return is_worse


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
    return translate(ADVICE[indicator].words, language) if indicator in ADVICE else ""


def _is_clearly_worse(change: Change | None) -> bool:
    return change is not None and change.clarity is Clarity.CLEAR and change.verdict is ChangeVerdict.WORSE


def _is_under(value: Value, everyone: Value | None) -> bool:
    """Say whether the whole interval of a row lies under everyone's line, as the figure shows it."""
    return (
        everyone is not None and everyone.value is not None and value.high is not None and value.high < everyone.value
    )


def _is_much_longer(change: Change | None) -> bool:
    return _is_clearly_worse(change) and change is not None and (change.relative or 0) >= MUCH_LONGER


def _is_far_above(value: Value, everyone: Value | None) -> bool:
    if everyone is None or not everyone.value or value.value is None or (value.low or 0) <= everyone.value:
        return False
    return 100 * (value.value - everyone.value) / everyone.value >= MUCH_LONGER
