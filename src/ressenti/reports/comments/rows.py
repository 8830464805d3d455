"""What do the rows of a page hold: their facts, their names, and the texts that the record has of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from ressenti.indicators.dimensions import LANGUAGE, dimension
from ressenti.indicators.names import names
from ressenti.kit.clock import SECOND, from_us
from ressenti.kit.single_flight import SingleFlight
from ressenti.record import conversations
from ressenti.record.journal import last_seq
from ressenti.record.survey_answers import NamedSurvey, SurveyAnswer, answers_of, named_surveys
from ressenti.reports.comments.choice import COLUMNS
from ressenti.reports.comments.model import CommentRow
from ressenti.reports.comments.order import SelectedAnswers
from ressenti.reports.completeness import Asked, is_complete, read_asked_questions
from ressenti.search.words import highlight

_NAMED = {key: dimension(one.names) for key, one in COLUMNS.items() if one.names}
_FACTS = ("offer_id", "conversation_id", "language_id", "answered_at", "closed_at", "csat", "nps", "automation")


class _RecordedReply(NamedTuple):
    """What the record tells of an answer: its own ratings on their own scales, its comment, and the survey's label."""

    survey: NamedSurvey
    answers: Mapping[str, SurveyAnswer]

    def answer(self, question: str) -> SurveyAnswer:
        """Return what came back to a question, empty where nothing did."""
        return self.answers.get(question) or SurveyAnswer(0, question, None, None, None)


class _ConversationFacts(NamedTuple):
    """What the record and the facts tell of a conversation."""

    key: str
    visitor: str | None
    first_response_s: float | None
    resolution_s: float | None


def fill_rows(
    answers: SelectedAnswers, ids: Sequence[int], record: Connection, *, columns: Sequence[str], typed: str, zone: str
) -> tuple[CommentRow, ...]:
    """Return the rows of these answers, in the order of their ids; names only for the columns that are shown."""
    if not ids:
        return ()
    named = {key: one for key, one in _NAMED.items() if key in columns}
    lists = [f"answer.{one.column}" for one in named.values()]
    marks = ", ".join("?" * len(ids))
    sql = f"SELECT {', '.join([*(f'answer.{one}' for one in _FACTS), *lists])} FROM answer WHERE offer_id IN ({marks})"
    rows = {row[0]: row for row in answers.facts.rows(sql, ids)}
    replies = _replies(record, ids)
    about = _about(answers, record, [row[1] for row in rows.values() if row[1] is not None])
    labels = {
        key: _labels(answers, record, key, [rows[one][len(_FACTS) + place] for one in ids])
        for place, key in enumerate(named)
    }
    languages = names(record, LANGUAGE, {row[2] for row in rows.values()}, answers.projects)
    asked = asked_of(record) if "status" in columns else None
    made = []
    for place, own_id in enumerate(ids):
        _id, conversation_id, language, answered_at, closed_at, csat, nps, automation = rows[own_id][: len(_FACTS)]
        reply, of = replies[own_id], about.get(conversation_id)
        given = reply.answer("csat")
        text = reply.answer("comment").text or ""
        resolved = reply.answer("resolved").value
        made.append(
            CommentRow(
                id=own_id,
                rated_at=_local(answered_at, zone),
                comment=tuple(highlight(text, typed) if typed else [(text, False)] if text.strip() else []),
                language=languages[language].key if language in languages else None,
                csat=csat if given.value is None else given.value,
                scale=given.scale or "5",
                nps=nps,
                is_resolved=None if resolved is None else bool(resolved),
                conversation=(conversation_id, of.key) if of else None,
                labels={key: values[place] for key, values in labels.items()},
                automation=automation,
                closed_at=_local(closed_at, zone),
                first_response_s=of.first_response_s if of else None,
                resolution_s=of.resolution_s if of else None,
                visitor=of.visitor if of else None,
                is_complete=None if asked is None else is_complete(reply.survey, reply.answers.keys(), asked),
            )
        )
    return tuple(made)


_asked: SingleFlight[object, Asked] = SingleFlight(1)
"""What was asked, as of the journal: it takes a second to read over a million answers."""


def asked_of(record: Connection) -> Asked:
    """Return the ratings that anybody ever answered in each survey."""
    state = str(record.engine.url), tuple(sorted(last_seq(record).items()))
    return _asked(state, lambda: read_asked_questions(record))


def _replies(record: Connection, ids: Sequence[int]) -> dict[int, _RecordedReply]:
    surveys = named_surveys(record, ids)
    answers: dict[int, dict[str, SurveyAnswer]] = {own_id: {} for own_id in ids}
    for answer in answers_of(record, ids):
        answers[answer.offer_id][answer.question] = answer
    return {own_id: _RecordedReply(surveys.get(own_id, NamedSurvey(0, None)), answers[own_id]) for own_id in ids}


def _about(answers: SelectedAnswers, record: Connection, ids: Sequence[int]) -> dict[int | None, _ConversationFacts]:
    if not ids:
        return {}
    source_ids, visitors = conversations.source_ids(record, ids), conversations.visitor_keys(record, ids)
    marks = ", ".join("?" * len(ids))
    delays = answers.facts.rows(
        "SELECT conversation_id, first_response_us, resolution_us FROM conversation"
        f" WHERE conversation_id IN ({marks})",
        ids,
    )
    took = {own_id: [None if us is None else us / SECOND for us in rest] for own_id, *rest in delays}
    return {
        own_id: _ConversationFacts(source_id.key, visitors.get(own_id), *took.get(own_id, [None, None]))
        for own_id, source_id in source_ids.items()
    }


def _labels(answers: SelectedAnswers, record: Connection, key: str, values: Sequence[Any]) -> list[tuple[str, ...]]:
    """Return the names in a column, a tuple a row."""
    lists = [tuple(value) if isinstance(value, list) else () if value is None else (value,) for value in values]
    known = names(record, _NAMED[key], {one for ids in lists for one in ids}, answers.projects)
    return [tuple(known[one].label for one in ids if one in known) for ids in lists]


def _local(at: int | None, zone: str) -> datetime | None:
    return None if at is None else from_us(at).astimezone(ZoneInfo(zone))
