"""What the rows of an export tell beyond their own facts: keys and texts from the record, sums from other facts.

A lookup takes the ids of one batch and returns what it found by id; ids of which nothing is known are left out.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Connection

from ressenti.facts.engines.engine import Engine, Snapshot
from ressenti.kit.clock import SECOND
from ressenti.kit.currencies import MILLIONTHS
from ressenti.record import conversations as record_conversations
from ressenti.record import survey_answers
from ressenti.record.respondents import named_memberships
from ressenti.record.sources import SourceId
from ressenti.record.survey_answers import LastSurvey, NamedSurvey, SurveyAnswer
from ressenti.reports.completeness import Asked, read_asked_questions


class LookupContext(NamedTuple):
    """Where a lookup looks."""

    record: Connection
    facts: Engine | Snapshot


Lookup = Callable[[LookupContext, Sequence[int]], Mapping[int, Any]]


class OfferedSurvey(NamedTuple):
    """A survey and what was said in it; the scale is as the record has it: "5", or both ends as in "0-100"."""

    key: str
    source: str
    csat: int | None = None
    csat_scale: str | None = None
    is_resolved: bool | None = None
    comment: str | None = None


class QuestionsAnswered(NamedTuple):
    """Which survey it was, and which of its questions were answered."""

    survey: NamedSurvey
    questions: frozenset[str]


class Delays(NamedTuple):
    """How long a conversation took, in seconds."""

    first_response_s: float | int | None
    resolution_s: float | int | None


def conversations(around: LookupContext, ids: Sequence[int]) -> dict[int, SourceId]:
    """Return what its source calls each conversation."""
    return record_conversations.source_ids(around.record, ids)


def offers(around: LookupContext, ids: Sequence[int]) -> dict[int, OfferedSurvey]:
    """Return each survey with its answers."""
    source_ids = survey_answers.source_ids(around.record, ids)
    surveys = {own_id: OfferedSurvey(key, name) for own_id, (key, name) in source_ids.items()}
    for answer in survey_answers.answers_of(around.record, ids):
        surveys[answer.offer_id] = surveys[answer.offer_id]._replace(**_field_values(answer))
    return surveys


def comments(around: LookupContext, ids: Sequence[int]) -> dict[int, str]:
    """Return the last comment left about each conversation, those of only spaces aside (E30)."""
    return survey_answers.last_comments(around.record, ids)


def surveys(around: LookupContext, ids: Sequence[int]) -> dict[int, LastSurvey]:
    """Return the last survey of each conversation: the last that was answered, else the last that was offered."""
    return survey_answers.last_surveys(around.record, ids)


def questions_asked(around: LookupContext) -> Asked:
    """Return the ratings that anybody ever answered in each survey."""
    return read_asked_questions(around.record)


def questions_answered(around: LookupContext, ids: Sequence[int]) -> dict[int, QuestionsAnswered]:
    """Return the survey of each offer, and the questions that were answered of it; none where nothing was."""
    questions: dict[int, set[str]] = defaultdict(set)
    for answer in survey_answers.answers_of(around.record, ids):
        questions[answer.offer_id].add(answer.question)
    surveys = survey_answers.named_surveys(around.record, list(questions))
    return {own_id: QuestionsAnswered(survey, frozenset(questions[own_id])) for own_id, survey in surveys.items()}


def visitors(around: LookupContext, ids: Sequence[int]) -> dict[int, str]:
    """Return what its source calls the visitor of each conversation that has one."""
    return record_conversations.visitor_keys(around.record, ids)


def closer_groups(around: LookupContext, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Return the groups that whoever closed each conversation was in at that moment (D28)."""
    closed = around.facts.rows(
        "SELECT conversation_id, closer_id, coalesce(closed_at, opened_at) FROM conversation"
        f" WHERE closer_id IS NOT NULL AND conversation_id IN {around.facts.dialect.ids}",
        [list(ids)],
    )
    memberships = named_memberships(around.record, {closer for _conversation, closer, _at in closed})
    return {
        own_id: tuple(membership.group for membership in memberships.get(closer, ()) if membership.holds_at(at))
        for own_id, closer, at in closed
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


def _field_values(answer: SurveyAnswer) -> dict[str, Any]:
    """Return the fields of `OfferedSurvey` that an answer fills."""
    match answer.question:
        case "csat":
            return {"csat": answer.value, "csat_scale": answer.scale}
        case "resolved":
            return {"is_resolved": None if answer.value is None else bool(answer.value)}
        case "comment":
            return {"comment": answer.text}
        case _:
            return {}
