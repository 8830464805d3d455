"""Nobody was measured: is there something that counts by another date, or something else than conversations?"""

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from ressenti.indicators.catalogue import CONVERSATIONS, SURVEY_COMPLETION, indicator
from ressenti.indicators.model import Anchor, Answer, Question, Weighting


class OtherDate(NamedTuple):
    """By which date the same question has an answer, and on how many rows that rests."""

    anchor: Anchor
    n: int


def other_dates(question: Question, answer: Answer, ask: Callable[[Question], Answer]) -> tuple[OtherDate, ...]:
    """Return the dates by which something is counted where the one asked for counts nothing.

    Answers without a conversation, as those of a mailed survey, have no closing; a conversation that is open has none
    yet. Nothing is asked where the answer rests on anything.
    """
    if answer.total.n:
        return ()
    plain = replace(question, by=None, grain=None, compare=None)
    others = [
        anchor for anchor in Anchor if anchor is not question.anchor and anchor in indicator(question.indicator).anchors
    ]
    found = [OtherDate(anchor, ask(replace(plain, anchor=anchor)).total.n) for anchor in others]
    return tuple(one for one in found if one.n)


def answers_alone(question: Question, answer: Answer, ask: Callable[[Question], Answer]) -> int:
    """Return how many surveys came back without a conversation, where an indicator of conversations has none at all.

    0 where there is a conversation, or a reason of another kind: what answers tell counts by their own date.
    """
    asked = indicator(question.indicator)
    if answer.total.n or answer.why or (asked.facts == "answer" and Anchor.ANSWERED in asked.anchors):
        return 0
    plain = replace(
        question, by=None, grain=None, compare=None, attribution=None, weighting=Weighting.OWN, anchor=Anchor.OPENED
    )
    if ask(replace(plain, indicator=CONVERSATIONS.key)).total.n:
        return 0
    return ask(replace(plain, indicator=SURVEY_COMPLETION.key, anchor=Anchor.ANSWERED)).total.n
