"""Was an answer complete? Where every rating that anybody answered in the same survey is answered in it (E1)."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from sqlalchemy import Connection

from ressenti.record.survey_answers import NamedSurvey, questions_answered

RATINGS = frozenset({"csat", "nps", "ces", "resolved"})
"""The questions that count. A comment is an invitation: leaving it out does not make an answer partial."""

Asked = Mapping[NamedSurvey, AbstractSet[str]]
"""The ratings that anybody ever answered in each survey."""


def read_asked_questions(record: Connection) -> Asked:
    """Return what was asked in each survey, as far as anybody answered it; a second for a million answers."""
    return questions_answered(record, RATINGS)


def is_complete(survey: NamedSurvey, answered: AbstractSet[str], asked: Asked) -> bool:
    """Say whether the questions that were answered are all that was asked in a survey."""
    return asked.get(survey, frozenset()) <= answered
