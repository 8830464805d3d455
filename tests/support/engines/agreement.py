"""In what do two answers to the same question differ? Ratios may by a billionth, everything else by nothing."""

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from math import isclose
from typing import Any

from sqlalchemy import Connection

from ressenti.facts.engines.engine import Engine
from ressenti.indicators.answer import answer
from ressenti.indicators.catalogue import INDICATORS
from ressenti.indicators.measures import Count, Median, Percentile
from ressenti.indicators.model import Answer, Question
from ressenti.kit.refusals import Refusal

NEAR = 1e-9

GeneratedFiles = Answer | Refusal
Expected = Callable[[Question], GeneratedFiles]
"""What the reference tells."""


def told(question: Question, facts: Engine, record: Connection) -> GeneratedFiles:
    """Ask a question; return the answer, or why there is none."""
    try:
        return answer(question, facts, record)
    except Refusal as refusal:
        return refusal


def differences(one: GeneratedFiles, other: GeneratedFiles) -> list[str]:
    """Return where two tell different things, and what each tells there."""
    if isinstance(one, Answer) and isinstance(other, Answer):
        is_exact = isinstance(INDICATORS[one.indicator].measure, Count | Median | Percentile)
        return list(_differences(one, other, "", is_exact=is_exact))
    both = [repr(told) if isinstance(told, Answer) else f"{type(told).__name__}: {told}" for told in (one, other)]
    return [] if both[0] == both[1] else [f"{both[0]}, not {both[1]}"]


def _differences(one: Any, other: Any, place: str, *, is_exact: bool) -> Iterator[str]:
    if type(one) is not type(other):
        yield f"{place}: {one!r}, not {other!r}"
    elif isinstance(one, tuple):
        if len(one) != len(other):
            yield f"{place}: {len(one)}, not {len(other)}"
        for number, (own, others) in enumerate(zip(one, other, strict=False)):
            yield from _differences(own, others, f"{place}[{number}]", is_exact=is_exact)
    elif is_dataclass(one):
        for field in fields(one):
            if field.name != "sql":
                own, others = getattr(one, field.name), getattr(other, field.name)
                yield from _differences(own, others, f"{place}.{field.name}", is_exact=is_exact)
    elif isinstance(one, float) and not is_exact:
        if not isclose(one, other, rel_tol=NEAR, abs_tol=NEAR):
            yield f"{place}: {one!r}, not {other!r}"
    elif one != other:
        yield f"{place}: {one!r}, not {other!r}"
