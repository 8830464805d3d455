"""What was answered in surveys, read again: each survey with its answers, for measuring and for whoever reads them."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, select

from ressenti.record import tables as t
from ressenti.record.arrival import arrival
from ressenti.record.rows import RowScope
from ressenti.record.sources import SourceId


class SurveyOffer(NamedTuple):
    """A survey that was offered, with what came back; a rating of None was not given.

    Channel, respondent and group are what it says of itself, for where it has no conversation that says so.
    """

    id: int
    offered_at: int | None
    answered_at: int | None
    survey_id: int | None = None
    language_id: int | None = None
    csat: int | None = None
    csat_scale: str | None = None
    nps: int | None = None
    ces: int | None = None
    is_resolved: bool | None = None
    has_comment: bool = False
    source_id: int = 0
    channel_id: int | None = None
    respondent_id: int | None = None
    group_id: int | None = None


class SurveyAnswer(NamedTuple):
    """What came back to one question; a rating as it was given, on its own scale, written "5" or "0-100"."""

    offer_id: int
    question: str
    value: int | None
    scale: str | None
    text: str | None


class AnswerColumns(NamedTuple):
    """What was answered to one question, in columns: the surveys, and the rating given in each."""

    offer_ids: Sequence[int]
    values: Sequence[int | None]


class NamedSurvey(NamedTuple):
    """A project, and the label of one of its surveys; None where it has no name."""

    project_id: int
    survey_id: int | None


class LastSurvey(NamedTuple):
    """The last survey of a conversation: when it was sent, in microseconds, and its CSAT rating on its own scale."""

    key: str
    offered_at: int | None
    csat: int | None = None
    csat_scale: str | None = None


class ReplacedAnswer(NamedTuple):
    """An answer that another one took the place of (D20), and when."""

    replaced_at: int
    answer: SurveyAnswer


def by_conversation(connection: Connection, scope: RowScope) -> dict[int, list[SurveyOffer]]:
    """Return the surveys that count for each conversation, in order of arrival (D35)."""
    found: dict[int, list[SurveyOffer]] = defaultdict(list)
    for conversation_id, offer in _offers(connection, scope(t.survey_offer.c.conversation_id)):
        found[conversation_id].append(offer)
    return found


def without_conversation(connection: Connection, project_id: int, scope: RowScope) -> list[SurveyOffer]:
    """Return those of these surveys of a project that have no conversation, in order of arrival (D35)."""
    of = t.survey_offer.c
    condition = scope(of.id) & of.conversation_id.is_(None) & (of.project_id == project_id)
    return [offer for _conversation, offer in _offers(connection, condition)]


def answers_of(connection: Connection, offers: Collection[int]) -> Iterator[SurveyAnswer]:
    """Return what was answered in these surveys."""
    of = t.survey_answer.c
    query = select(of.offer_id, of.question, of.value, of.scale, of.text).where(of.offer_id.in_(offers))
    return map(SurveyAnswer._make, connection.execute(query))


def replaced_answers_of(connection: Connection, offers: Collection[int]) -> Iterator[ReplacedAnswer]:
    """Return the answers to these surveys that were replaced, oldest first."""
    of = t.survey_answer_change.c
    query = select(of.replaced_at, of.offer_id, of.question, of.value, of.scale, of.text)
    rows = connection.execute(query.where(of.offer_id.in_(offers)).order_by(of.replaced_at, of.id))
    return (ReplacedAnswer(replaced_at, SurveyAnswer._make(values)) for replaced_at, *values in rows)


def answer_columns(connection: Connection, question: str) -> AnswerColumns:
    """Return what was answered to one question in all surveys."""
    of = t.survey_answer.c
    rows = connection.execute(select(of.offer_id, of.value).where(of.question == question)).all()
    return AnswerColumns([row[0] for row in rows], [row[1] for row in rows])


def source_ids(connection: Connection, offers: Collection[int]) -> dict[int, SourceId]:
    """Return what its source calls each of these surveys."""
    of = t.survey_offer.c
    query = select(of.id, of.external_id, t.source.c.name).join(t.source).where(of.id.in_(offers))
    return {own_id: SourceId(key, name) for own_id, key, name in connection.execute(query)}


def named_surveys(connection: Connection, offers: Collection[int]) -> dict[int, NamedSurvey]:
    """Return of each of these offers which survey of which project it is."""
    of = t.survey_offer.c
    rows = connection.execute(select(of.id, of.project_id, of.survey_id).where(of.id.in_(offers)))
    return {own_id: NamedSurvey(project_id, survey_id) for own_id, project_id, survey_id in rows}


def questions_answered(connection: Connection, among: Collection[str]) -> dict[NamedSurvey, set[str]]:
    """Return which of these questions anybody ever answered in each survey; a second for a million answers."""
    offer, answer = t.survey_offer, t.survey_answer
    query = select(offer.c.project_id, offer.c.survey_id, answer.c.question).join_from(answer, offer)
    questions: dict[NamedSurvey, set[str]] = defaultdict(set)
    for project_id, survey_id, question in connection.execute(query.where(answer.c.question.in_(among)).distinct()):
        questions[NamedSurvey(project_id, survey_id)].add(question)
    return questions


def last_comments(connection: Connection, conversations: Collection[int]) -> dict[int, str]:
    """Return the last comment left about each of these conversations, those of only spaces aside (E30)."""
    of, answer = t.survey_offer.c, t.survey_answer.c
    query = (
        select(of.conversation_id, answer.text)
        .join_from(t.survey_offer, t.survey_answer)
        .where(of.conversation_id.in_(conversations), of.answered_at.is_not(None), answer.question == "comment")
        .order_by(of.answered_at, arrival(t.survey_offer))
    )
    return {own_id: text for own_id, text in connection.execute(query) if own_id and text and text.strip()}


def last_surveys(connection: Connection, conversations: Collection[int]) -> dict[int, LastSurvey]:
    """Return the last survey of each conversation: the last that was answered, else the last that was offered."""
    of, answer = t.survey_offer.c, t.survey_answer.c
    rating = (answer.offer_id == of.id) & (answer.question == "csat")
    query = (
        select(of.conversation_id, of.external_id, of.offered_at, answer.value, answer.scale)
        .join_from(t.survey_offer, t.survey_answer, rating, isouter=True)
        .where(of.conversation_id.in_(conversations))
        .order_by(of.answered_at.is_not(None), of.answered_at, of.offered_at, arrival(t.survey_offer))
    )
    return {own_id: LastSurvey(*values) for own_id, *values in connection.execute(query) if own_id is not None}


def _offers(connection: Connection, condition: ColumnElement[bool]) -> Iterator[tuple[int, SurveyOffer]]:
    """Return surveys with the conversation each counts for."""
    of, answer = t.survey_offer.c, t.survey_answer.c
    replies = select(answer.offer_id, answer.question, answer.value, answer.scale, answer.text).join(t.survey_offer)
    given: dict[int, dict[str, Any]] = defaultdict(dict)
    for offer_id, question, value, scale, text in connection.execute(replies.where(condition)):
        given[offer_id] |= _field_values(question, value, scale, text)
    own = (of.id, of.offered_at, of.answered_at, of.survey_id, of.language_id)
    itself = (of.source_id, of.channel_id, of.respondent_id, of.group_id)
    offers = select(of.conversation_id, *itself, *own).where(condition).order_by(arrival(t.survey_offer))
    for conversation_id, source_id, channel_id, respondent_id, group_id, *values in connection.execute(offers):
        fields = {
            "source_id": source_id,
            "channel_id": channel_id,
            "respondent_id": respondent_id,
            "group_id": group_id,
        }
        yield conversation_id, SurveyOffer(*values, **given.get(values[0], {}) | fields)


def _field_values(question: str, value: int | None, scale: str | None, text: str | None) -> dict[str, Any]:
    """Return the fields of `SurveyOffer` that an answer fills."""
    match question:
        case "csat":
            return {"csat": value, "csat_scale": scale}
        case "comment":
            return {"has_comment": bool(text and text.strip())}
        case "resolved":
            return {"is_resolved": bool(value)}
        case _:
            return {question: value}
