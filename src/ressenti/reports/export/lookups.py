"""What the rows of an export tell beyond their own facts: keys and texts from the record, sums from other facts.

A lookup takes the ids of one batch and returns what it found by id; ids of which nothing is known are left out.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from ressenti.facts.store import FactStore
from ressenti.indicators.catalogue import MONEY, SECONDS
from ressenti.record import tables as t


class Around(NamedTuple):
    """Where a lookup looks."""

    record: Connection
    facts: FactStore


Lookup = Callable[[Around, Sequence[int]], Mapping[int, Any]]


class Source(NamedTuple):
    """What a source calls something of its own."""

    key: str
    name: str


class Offer(NamedTuple):
    """A survey and what was said in it; the scale is as the record has it: "5", or both ends as in "0-100"."""

    key: str
    source: str
    csat: int | None = None
    csat_scale: str | None = None
    is_resolved: bool | None = None
    comment: str | None = None


class Delays(NamedTuple):
    """How long a conversation took, in seconds."""

    first_response_s: float | int | None
    resolution_s: float | int | None


def conversations(around: Around, ids: Sequence[int]) -> dict[int, Source]:
    """Return what its source calls each conversation."""
    of = t.conversation.c
    query = select(of.id, of.external_id, t.source.c.name).join(t.source).where(of.id.in_(ids))
    return {found: Source(key, name) for found, key, name in around.record.execute(query)}


def offers(around: Around, ids: Sequence[int]) -> dict[int, Offer]:
    """Return each survey with its answers."""
    of, answer = t.survey_offer.c, t.survey_answer.c
    query = select(of.id, of.external_id, t.source.c.name).join(t.source).where(of.id.in_(ids))
    found = {one: Offer(key, name) for one, key, name in around.record.execute(query)}
    columns = (answer.offer_id, answer.question, answer.value, answer.scale, answer.text)
    answers = select(*columns).where(answer.offer_id.in_(ids), answer.question.in_(("csat", "resolved", "comment")))
    for one, question, value, scale, text in around.record.execute(answers):
        found[one] = found[one]._replace(**_answer(question, value, scale, text))
    return found


def comments(around: Around, ids: Sequence[int]) -> dict[int, str]:
    """Return the last comment left about each conversation, those of only spaces aside (E30)."""
    of, answer = t.survey_offer.c, t.survey_answer.c
    query = (
        select(of.conversation_id, answer.text)
        .join_from(t.survey_offer, t.survey_answer)
        .where(of.conversation_id.in_(ids), of.answered_at.is_not(None), answer.question == "comment")
        .order_by(of.answered_at, of.id)
    )
    return {one: text for one, text in around.record.execute(query) if one and text and text.strip()}


def delays(around: Around, ids: Sequence[int]) -> dict[int, Delays]:
    """Return how long each conversation took."""
    rows = around.facts.rows(
        "SELECT conversation_id, first_response_us, resolution_us FROM conversation"
        " WHERE conversation_id IN (SELECT unnest(?))",
        [list(ids)],
    )
    return {one: Delays(seconds(first_response), seconds(resolution)) for one, first_response, resolution in rows}


def revenue(around: Around, ids: Sequence[int]) -> dict[int, Decimal]:
    """Return the sum of the sales credited to each conversation that has any."""
    rows = around.facts.rows(
        "SELECT conversation_id, sum(amount_millionths) FROM sale"
        " WHERE conversation_id IN (SELECT unnest(?)) GROUP BY conversation_id",
        [list(ids)],
    )
    return {one: Decimal(int(amount)) / MONEY for one, amount in rows}


def handling_counts(around: Around, ids: Sequence[int]) -> dict[int, int]:
    """Return how many handlings each conversation has that has any."""
    rows = around.facts.rows(
        "SELECT conversation_id, count(*) FROM handling"
        " WHERE conversation_id IN (SELECT unnest(?)) GROUP BY conversation_id",
        [list(ids)],
    )
    return dict(rows)


def seconds(us: int | None, count: int = 1) -> float | int | None:
    """Return microseconds, or their mean over a count, in seconds; whole ones as a whole number."""
    if us is None:
        return None
    whole, rest = divmod(us, count * SECONDS)
    return us / (count * SECONDS) if rest else whole


def _answer(question: str, value: int | None, scale: str | None, text: str | None) -> dict[str, Any]:
    match question:
        case "csat":
            return {"csat": value, "csat_scale": scale}
        case "resolved":
            return {"is_resolved": None if value is None else bool(value)}
        case _:
            return {"comment": text}
