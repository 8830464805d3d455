"""What do the rows of a page hold: their facts, their names, and the texts that the record has of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from ressenti.indicators.dimensions import dimension
from ressenti.indicators.names import names
from ressenti.kit.clock import SECOND, from_us
from ressenti.kit.single_flight import SingleFlight
from ressenti.record import tables as t
from ressenti.record.journal import last_seq
from ressenti.reports.comments.choice import COLUMNS
from ressenti.reports.comments.model import CommentRow
from ressenti.reports.comments.order import SelectedAnswers
from ressenti.reports.completeness import Asked, QuestionsSurvey, is_complete, read_asked
from ressenti.search.words import highlight

_NAMED = {key: dimension(one.names) for key, one in COLUMNS.items() if one.names}
_FACTS = ("offer_id", "conversation_id", "language_id", "answered_at", "closed_at", "csat", "nps", "automation")


class _RecordedReply(NamedTuple):
    """What the record tells of an answer: its own notes on their own scales, its comment, and the survey's label."""

    survey: QuestionsSurvey
    answers: Mapping[str, tuple[int | None, str | None, str | None]]

    def value(self, question: str) -> int | None:
        return self.answers.get(question, (None, None, None))[0]


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
    replies = _told(record, ids)
    about = _about(answers, record, [row[1] for row in rows.values() if row[1] is not None])
    labels = {
        key: _labels(answers, record, key, [rows[one][len(_FACTS) + place] for one in ids])
        for place, key in enumerate(named)
    }
    languages = names(record, dimension("language"), {row[2] for row in rows.values()}, answers.projects)
    asked = asked_of(record) if "status" in columns else None
    made = []
    for place, own_id in enumerate(ids):
        _id, conversation_id, language, answered_at, closed_at, csat, nps, automation = rows[own_id][: len(_FACTS)]
        mine, of = replies[own_id], about.get(conversation_id)
        given, scale, _text = mine.answers.get("csat", (None, None, None))
        text = mine.answers.get("comment", (None, None, None))[2] or ""
        resolved = mine.value("resolved")
        made.append(
            CommentRow(
                id=own_id,
                rated_at=_local(answered_at, zone),
                comment=tuple(highlight(text, typed) if typed else [(text, False)] if text.strip() else []),
                language=languages[language].key if language in languages else None,
                csat=csat if given is None else given,
                scale=scale or "5",
                nps=nps,
                is_resolved=None if resolved is None else bool(resolved),
                conversation=(conversation_id, of.key) if of else None,
                labels={key: values[place] for key, values in labels.items()},
                automation=automation,
                closed_at=_local(closed_at, zone),
                first_response_s=of.first_response_s if of else None,
                resolution_s=of.resolution_s if of else None,
                visitor=of.visitor if of else None,
                is_complete=None if asked is None else is_complete(mine.survey, mine.answers.keys(), asked),
            )
        )
    return tuple(made)


_asked: SingleFlight[object, Asked] = SingleFlight(1)
"""What was asked, as of the journal: it takes a second to read over a million answers."""


def asked_of(record: Connection) -> Asked:
    """Return the ratings that anybody ever answered in each survey."""
    state = str(record.engine.url), tuple(sorted(last_seq(record).items()))
    return _asked(state, lambda: read_asked(record))


def _told(record: Connection, ids: Sequence[int]) -> dict[int, _RecordedReply]:
    offer, answer = t.survey_offer.c, t.survey_answer.c
    rows = record.execute(select(offer.id, offer.project_id, offer.survey_id).where(offer.id.in_(ids)))
    replies: dict[int, _RecordedReply] = {
        own_id: _RecordedReply((project, survey), {}) for own_id, project, survey in rows
    }
    columns = (answer.offer_id, answer.question, answer.value, answer.scale, answer.text)
    for own_id, question, *given in record.execute(select(*columns).where(answer.offer_id.in_(ids))):
        replies[own_id] = _RecordedReply(replies[own_id].survey, {**replies[own_id].answers, question: tuple(given)})
    return {own_id: replies.get(own_id, _RecordedReply((0, None), {})) for own_id in ids}


def _about(answers: SelectedAnswers, record: Connection, ids: Sequence[int]) -> dict[int | None, _ConversationFacts]:
    if not ids:
        return {}
    of = t.conversation.c
    query = select(of.id, of.external_id, t.visitor.c.external_id).outerjoin(t.visitor, t.visitor.c.id == of.visitor_id)
    keys = {own_id: (key, visitor) for own_id, key, visitor in record.execute(query.where(of.id.in_(ids)))}
    marks = ", ".join("?" * len(ids))
    delays = answers.facts.rows(
        "SELECT conversation_id, first_response_us, resolution_us FROM conversation"
        f" WHERE conversation_id IN ({marks})",
        ids,
    )
    took = {own_id: [None if us is None else us / SECOND for us in rest] for own_id, *rest in delays}
    return {own_id: _ConversationFacts(*keys[own_id], *took.get(own_id, [None, None])) for own_id in keys}


def _labels(answers: SelectedAnswers, record: Connection, key: str, values: Sequence[Any]) -> list[tuple[str, ...]]:
    """Return the names in a column, a tuple a row."""
    lists = [tuple(value) if isinstance(value, list) else () if value is None else (value,) for value in values]
    known = names(record, _NAMED[key], {one for ids in lists for one in ids}, answers.projects)
    return [tuple(known[one].label for one in ids if one in known) for ids in lists]


def _local(at: int | None, zone: str) -> datetime | None:
    return None if at is None else from_us(at).astimezone(ZoneInfo(zone))
