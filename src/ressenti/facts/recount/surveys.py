"""What came back from a survey, and what does it say? Counted a second time."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ressenti.facts.recount.record import (
    RecordedCase,
    RecordedOffer,
    RecordedSetting,
    RecordedSurvey,
    RecordedSurveys,
    arrived,
)
from ressenti.facts.recount.respondents import distinct, groups_at
from ressenti.facts.schema import TABLES
from ressenti.record.projects import Project

RecountedValues = dict[str, Any]
"""One row: its columns by name; lists are tuples."""

FIVE = "5"


def rating(survey: RecordedSurvey, question: str) -> int | None:
    """Return the number given to a question, if one was."""
    answer = survey.answers.get(question)
    return None if answer is None else answer.value


def on_five(survey: RecordedSurvey) -> int | None:
    """Return the satisfaction rating where it was given on 1 to 5, which is the scale where none is named."""
    answer = survey.answers.get("csat")
    return answer.value if answer and answer.scale in {None, FIVE} else None


def ends(survey: RecordedSurvey) -> tuple[int | None, int | None]:
    """Return the ends of the scale that the satisfaction answer is on: both `10` and `1-10` are 1 to 10.

    A scale of words has none.
    """
    answer = survey.answers.get("csat")
    if answer is None or answer.value is None:
        return None, None
    written = re.fullmatch(r"(?:(-?\d+)-)?(-?\d+)", answer.scale or FIVE)
    return (int(written[1] or 1), int(written[2])) if written else (None, None)


def has_comment(survey: RecordedSurvey) -> bool:
    """Say whether it holds a comment that is not only spaces (E30)."""
    answer = survey.answers.get("comment")
    return answer is not None and answer.text is not None and not (answer.text == "" or answer.text.isspace())


def is_satisfied(survey: RecordedSurvey, project: Project) -> bool | None:
    """Say whether the rating is a good one (D3), on another scale as the project declares (E29), or None."""
    answer = survey.answers.get("csat")
    if answer is None or answer.value is None:
        return None
    if answer.scale in {None, FIVE}:
        return answer.value in {4, 5}
    declared = project.satisfied.get(answer.scale or FIVE)
    return None if declared is None else answer.value in declared


def was_answered(survey: RecordedSurvey) -> bool:
    """Say whether at least one question was answered (D21)."""
    return has_comment(survey) or any(rating(survey, one) is not None for one in ("csat", "nps", "ces", "resolved"))


def is_known(survey: RecordedSurvey, world: RecordedSetting) -> bool:
    """Say whether it is known what was offered (D40): by its own date, or as others of it came back unanswered."""
    own = survey.offer.source_id, survey.offer.survey_id
    return survey.offer.offered_at is not None or own in world.offers.open


def is_offered(case: RecordedCase, world: RecordedSetting) -> bool | None:
    """Say whether a survey was offered in a conversation, None where nobody can know."""
    known = [is_known(one, world) for one in case.surveys]
    if known:
        return any(known) or None
    return None if _is_silent(case.head.source_id, world.offers) else False


def _is_silent(source: int, offers: RecordedSurveys) -> bool:
    """Say whether a source leaves open which of its conversations were offered a survey.

    It has answers only; or it has none, and beside it in the project is one that has answers only.
    """
    if source in offers.dated:
        return False
    beside = [one for one, project in offers.projects.items() if project == offers.projects[source]]
    return any(one in offers.asking and one not in offers.dated for one in beside)


def last_answered_at(surveys: Sequence[RecordedSurvey]) -> int | None:
    """Return when the last of these surveys came back."""
    return max((one.offer.answered_at for one in surveys if one.offer.answered_at is not None), default=None)


def last_rating(ratings: Sequence[tuple[RecordedSurvey, int | None]]) -> int | None:
    """Return the note that was given last."""
    given = [
        (survey.offer.answered_at is not None, survey.offer.answered_at or 0, _arrived(survey), value)
        for survey, value in ratings
        if value is not None
    ]
    return max(given)[-1] if given else None


def _arrived(survey: RecordedSurvey) -> int:
    return arrived(survey.offer.id, survey.offer.arrival)


def answer_row(survey: RecordedSurvey, language_id: int | None, world: RecordedSetting) -> RecountedValues:
    """Return what an answer row holds of its own; the language is its conversation's, if that has one."""
    offer, project = survey.offer, world.projects[survey.offer.project_id]
    return {
        "language_id": offer.language_id if language_id is None else language_id,
        "survey_ids": distinct([offer.survey_id]),
        "rating": on_five(survey),
        "nps_rating": rating(survey, "nps"),
        "offer_id": offer.id,
        "answered_at": offer.answered_at if was_answered(survey) else None,
        "is_known": is_known(survey, world),
        "is_answered": was_answered(survey),
        "csat": on_five(survey),
        "is_satisfied": is_satisfied(survey, project),
        "nps": rating(survey, "nps"),
        "is_rated": rating(survey, "csat") is not None,
        "scale_low": ends(survey)[0],
        "scale_high": ends(survey)[1],
        "ces": rating(survey, "ces"),
        "has_outcome": rating(survey, "resolved") is not None,
        "has_comment": has_comment(survey),
    }


def lone_row(survey: RecordedSurvey, world: RecordedSetting) -> RecountedValues:
    """Return the answer row of a survey without a conversation: it says itself whose and of which channel it was."""
    lists = {column.name: () for column in TABLES["answer"] if column.type.endswith("[]")}
    nothing: Mapping[str, Any] = {column.name: None for column in TABLES["answer"]} | lists
    offer = survey.offer
    known = {"project_id": offer.project_id, "is_counted": True, "channel_id": offer.channel_id}
    credited: RecountedValues = dict.fromkeys(
        ("closer_id", "last_respondent_id", "first_respondent_id"), offer.respondent_id
    )
    credited |= {"respondent_ids": distinct([offer.respondent_id]), "group_ids": _groups_of_lone(offer, world)}
    return dict(nothing) | known | credited | answer_row(survey, None, world)


def _groups_of_lone(offer: RecordedOffer, world: RecordedSetting) -> tuple[int, ...]:
    """Return the group it names; else those its agent was in when it came back, or was offered (D28)."""
    if offer.group_id is not None:
        return (offer.group_id,)
    moments = [at for at in (offer.answered_at, offer.offered_at) if at is not None]
    if offer.respondent_id is None or not moments:
        return ()
    return groups_at(world.memberships.get(offer.respondent_id, ()), moments[0])
