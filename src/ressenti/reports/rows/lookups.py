"""What the rows of an export tell beyond their own facts: keys and texts from the record, sums from other facts.

A lookup takes the ids of one batch and returns what it found by id; ids of which nothing is known are left out.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from ressenti.facts.engines.engine import Engine, Snapshot
from ressenti.kit.clock import SECOND
from ressenti.kit.currencies import MILLIONTHS
from ressenti.record import tables as t
from ressenti.record.arrival import arrival
from ressenti.reports.completeness import Asked, read_asked
from ressenti.reports.completeness import QuestionsSurvey as AskedSurvey


class LookupContext(NamedTuple):
    """Where a lookup looks."""

    record: Connection
    facts: Engine | Snapshot


Lookup = Callable[[LookupContext, Sequence[int]], Mapping[int, Any]]


class SourceId(NamedTuple):
    """What a source calls something of its own."""

    key: str
    name: str


class OfferedSurvey(NamedTuple):
    """A survey and what was said in it; the scale is as the record has it: "5", or both ends as in "0-100"."""

    key: str
    source: str
    csat: int | None = None
    csat_scale: str | None = None
    is_resolved: bool | None = None
    comment: str | None = None


class LastSurvey(NamedTuple):
    """The last survey of a conversation: when it was sent, in microseconds, and its CSAT note on its own scale."""

    key: str
    offered_at: int | None
    csat: int | None = None
    csat_scale: str | None = None


class QuestionsAnswered(NamedTuple):
    """Which survey it was, and which of its questions were answered."""

    survey: AskedSurvey
    questions: frozenset[str]


class Delays(NamedTuple):
    """How long a conversation took, in seconds."""

    first_response_s: float | int | None
    resolution_s: float | int | None


def conversations(around: LookupContext, ids: Sequence[int]) -> dict[int, SourceId]:
    """Return what its source calls each conversation."""
    of = t.conversation.c
    query = select(of.id, of.external_id, t.source.c.name).join(t.source).where(of.id.in_(ids))
    return {found: SourceId(key, name) for found, key, name in around.record.execute(query)}


def offers(around: LookupContext, ids: Sequence[int]) -> dict[int, OfferedSurvey]:
    """Return each survey with its answers."""
    of, answer = t.survey_offer.c, t.survey_answer.c
    query = select(of.id, of.external_id, t.source.c.name).join(t.source).where(of.id.in_(ids))
    found = {one: OfferedSurvey(key, name) for one, key, name in around.record.execute(query)}
    columns = (answer.offer_id, answer.question, answer.value, answer.scale, answer.text)
    answers = select(*columns).where(answer.offer_id.in_(ids), answer.question.in_(("csat", "resolved", "comment")))
    for one, question, value, scale, text in around.record.execute(answers):
        found[one] = found[one]._replace(**_answer(question, value, scale, text))
    return found


def comments(around: LookupContext, ids: Sequence[int]) -> dict[int, str]:
    """Return the last comment left about each conversation, those of only spaces aside (E30)."""
    of, answer = t.survey_offer.c, t.survey_answer.c
    query = (
        select(of.conversation_id, answer.text)
        .join_from(t.survey_offer, t.survey_answer)
        .where(of.conversation_id.in_(ids), of.answered_at.is_not(None), answer.question == "comment")
        .order_by(of.answered_at, arrival(t.survey_offer))
    )
    return {one: text for one, text in around.record.execute(query) if one and text and text.strip()}


def surveys(around: LookupContext, ids: Sequence[int]) -> dict[int, LastSurvey]:
    """Return the last survey of each conversation: the last that was answered, else the last that was offered."""
    of, answer = t.survey_offer.c, t.survey_answer.c
    note = (answer.offer_id == of.id) & (answer.question == "csat")
    query = (
        select(of.conversation_id, of.external_id, of.offered_at, answer.value, answer.scale)
        .join_from(t.survey_offer, t.survey_answer, note, isouter=True)
        .where(of.conversation_id.in_(ids))
        .order_by(of.answered_at.is_not(None), of.answered_at, of.offered_at, arrival(t.survey_offer))
    )
    return {one: LastSurvey(*told) for one, *told in around.record.execute(query)}


def questions_asked(around: LookupContext) -> Asked:
    """Return the ratings that anybody ever answered in each survey."""
    return read_asked(around.record)


def questions_answered(around: LookupContext, ids: Sequence[int]) -> dict[int, QuestionsAnswered]:
    """Return the survey of each offer, and the questions that were answered of it."""
    offer, answer = t.survey_offer.c, t.survey_answer.c
    columns = (offer.id, offer.project_id, offer.survey_id, answer.question)
    query = select(*columns).join_from(t.survey_offer, t.survey_answer)
    found: dict[int, QuestionsAnswered] = {}
    for one, *survey, question in around.record.execute(query.where(offer.id.in_(ids))):
        before = found[one].questions if one in found else frozenset()
        found[one] = QuestionsAnswered((survey[0], survey[1]), before | {question})
    return found


def visitors(around: LookupContext, ids: Sequence[int]) -> dict[int, str]:
    """Return what its source calls the visitor of each conversation that has one."""
    of, visitor = t.conversation.c, t.visitor.c
    query = select(of.id, visitor.external_id).join(t.visitor, visitor.id == of.visitor_id).where(of.id.in_(ids))
    return {row[0]: row[1] for row in around.record.execute(query)}


def closer_groups(around: LookupContext, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Return the groups that whoever closed each conversation was in at that moment (D28)."""
    closed = around.facts.rows(
        "SELECT conversation_id, closer_id, coalesce(closed_at, opened_at) FROM conversation"
        f" WHERE closer_id IS NOT NULL AND conversation_id IN {around.facts.dialect.ids}",
        [list(ids)],
    )
    of, group = t.membership.c, t.agent_group.c
    query = select(of.respondent_id, of.from_at, of.until_at, group.key).join(t.agent_group, group.id == of.group_id)
    groups: dict[int, list[tuple[int | None, int | None, str]]] = {}
    for who, *told in around.record.execute(query.where(of.respondent_id.in_({row[1] for row in closed}))):
        groups.setdefault(who, []).append((told[0], told[1], told[2]))
    return {
        one: tuple(
            key
            for since, until, key in groups.get(who, ())
            if (since is None or since <= at) and (until is None or at < until)
        )
        for one, who, at in closed
    }


def channels(around: LookupContext, ids: Sequence[int]) -> dict[int, int]:
    """Return the label of the channel of each conversation that has one."""
    rows = around.facts.rows(
        "SELECT conversation_id, channel_id FROM conversation"
        f" WHERE channel_id IS NOT NULL AND conversation_id IN {around.facts.dialect.ids}",
        [list(ids)],
    )
    return dict(rows)


def delays(around: LookupContext, ids: Sequence[int]) -> dict[int, Delays]:
    """Return how long each conversation took."""
    rows = around.facts.rows(
        "SELECT conversation_id, first_response_us, resolution_us FROM conversation"
        f" WHERE conversation_id IN {around.facts.dialect.ids}",
        [list(ids)],
    )
    return {one: Delays(seconds(first_response), seconds(resolution)) for one, first_response, resolution in rows}


def revenue(around: LookupContext, ids: Sequence[int]) -> dict[int, Decimal]:
    """Return the sum of the sales credited to each conversation that has any."""
    rows = around.facts.rows(
        "SELECT conversation_id, sum(amount_millionths) FROM sale"
        f" WHERE conversation_id IN {around.facts.dialect.ids} GROUP BY conversation_id",
        [list(ids)],
    )
    return {one: Decimal(int(amount)) / MILLIONTHS for one, amount in rows}


def handling_counts(around: LookupContext, ids: Sequence[int]) -> dict[int, int]:
    """Return how many handlings each conversation has that has any."""
    rows = around.facts.rows(
        "SELECT conversation_id, count(*) FROM handling"
        f" WHERE conversation_id IN {around.facts.dialect.ids} GROUP BY conversation_id",
        [list(ids)],
    )
    return dict(rows)


def seconds(us: int | None, count: int = 1) -> float | int | None:
    """Return microseconds, or their mean over a count, in seconds; whole ones as a whole number."""
    if us is None:
        return None
    whole, rest = divmod(us, count * SECOND)
    return us / (count * SECOND) if rest else whole


def _answer(question: str, value: int | None, scale: str | None, text: str | None) -> dict[str, Any]:
    match question:
        case "csat":
            return {"csat": value, "csat_scale": scale}
        case "resolved":
            return {"is_resolved": None if value is None else bool(value)}
        case _:
            return {"comment": text}
