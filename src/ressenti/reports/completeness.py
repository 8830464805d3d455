"""Was an answer complete? Where every rating that anybody answered in the same survey is answered in it (E1)."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from sqlalchemy import Connection, select

from ressenti.record import tables as t

RATINGS = frozenset({"csat", "nps", "ces", "resolved"})
"""The questions that count. A comment is an invitation: leaving it out does not make an answer partial."""

QuestionsSurvey = tuple[int, int | None]
"""A project, and the label of one of its surveys; None where it has no name."""
Asked = Mapping[QuestionsSurvey, AbstractSet[str]]
"""The ratings that anybody ever answered in each survey."""


def read_asked(record: Connection) -> Asked:
    """Return what was asked in each survey, as far as anybody answered it; a second for a million answers."""
    offer, answer = t.survey_offer, t.survey_answer
    columns = (offer.c.project_id, offer.c.survey_id, answer.c.question)
    query = select(*columns).join_from(answer, offer).where(answer.c.question.in_(RATINGS))
    found: dict[QuestionsSurvey, set[str]] = {}
    for project, survey, question in record.execute(query.distinct()):
        found.setdefault((project, survey), set()).add(question)
    return found


def is_complete(survey: QuestionsSurvey, answered: AbstractSet[str], asked: Asked) -> bool:
    """Say whether the questions that were answered are all that was asked in a survey."""
    return asked.get(survey, frozenset()) <= answered
