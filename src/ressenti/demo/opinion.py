"""How likely is it that a visitor leaves satisfied, and which ratings do they give if asked?"""

from dataclasses import dataclass

from ressenti.demo.chance import Chance, cumulative
from ressenti.demo.company import INSTAGRAM, MESSENGER, ON_SITE, ORDER, PAYMENT, VIDEO, WHATSAPP
from ressenti.demo.course import Course
from ressenti.demo.people import Respondent
from ressenti.demo.stories import Stories, disappointment

_OF_CHANNEL = {WHATSAPP: 0.03, MESSENGER: -0.02, INSTAGRAM: -0.01, VIDEO: -0.07}
_WAITS = ((90, 0.0), (240, 0.02), (600, 0.06), (1500, 0.12), (3600, 0.17), (86_400, 0.12))

_GOOD_RATINGS, _GOOD_SUMS = (5, 4), cumulative((0.7, 0.3))
_BAD_RATINGS, _BAD_SUMS = (3, 2, 1), cumulative((0.42, 0.21, 0.37))
_NPS_SUMS = {
    5: cumulative((0.02, 0.02, 0.02, 0.1, 0.2, 0.7, 1.0, 4.0, 13.0, 27.0, 53.0)),
    4: cumulative((0.05, 0.05, 0.3, 0.8, 1.4, 5.0, 9.0, 29.0, 33.0, 13.0, 7.0)),
    3: cumulative((4.0, 2.0, 5.0, 8.0, 10.0, 24.0, 22.0, 15.0, 6.0, 0.6, 0.3)),
    2: cumulative((14.0, 8.0, 14.0, 17.0, 14.0, 17.0, 9.0, 4.0, 2.0, 0.5, 0.5)),
    1: cumulative((46.0, 14.0, 13.0, 10.0, 5.0, 6.0, 3.0, 1.5, 0.8, 0.4, 0.3)),
}


@dataclass(frozen=True, slots=True)
class SurveyReply:
    """What a visitor answered, when (seconds); a question left out is None. `mood` is the rating they had in mind."""

    at: int
    mood: int
    csat: int | None
    nps: int | None
    has_comment: bool


def chance_to_please(stories: Stories, course: Course, respondent: Respondent, day: int) -> float:
    """Return the probability that the visitor leaves satisfied, as the conversation stands with this respondent."""
    visit = course.visit
    is_bot = respondent.kind == "bot"
    hit_by_outage = 0.48 if visit.topic in (PAYMENT, ORDER) else 0.18
    chance = (
        (0.96 if is_bot else 0.945)
        + stories.skill(respondent, day)
        + visit.topic.liking
        + _OF_CHANNEL.get(visit.channel, 0.0)
        - _weariness(course.wait_s)
        - 0.09 * course.transfers
        - (0.03 if not is_bot and course.handlings and course.handlings[0].respondent.kind == "bot" else 0.0)
        - (0.07 if visit.previous_id else 0.0)
        - hit_by_outage * stories.outage_strength(day)
        - disappointment(visit.campaign)
    )
    return max(0.04, min(0.98, chance))


def _weariness(wait_s: int) -> float:
    for limit, cost in _WAITS:
        if wait_s <= limit:
            return cost
    return 0.15


def answer(chance: Chance, course: Course) -> SurveyReply | None:
    """Draw what the visitor answers to the survey, or None: most do not, and some stop midway."""
    willing = 0.31 if course.is_pleased else 0.38
    if course.automation == "full":
        willing *= 0.72
    if not chance.happens(willing):
        return None
    rating = _rating(chance, course)
    asks_nps = course.visit.channel in ON_SITE
    has_nps = asks_nps and chance.happens(0.75)
    has_csat = not has_nps or not chance.happens(0.035)
    return SurveyReply(
        at=course.closed_at + _delay_s(chance),
        mood=rating,
        csat=rating if has_csat else None,
        nps=chance.weighted(range(11), _NPS_SUMS[rating]) if has_nps else None,
        has_comment=chance.happens(0.27 if rating > 3 else 0.5),
    )


def _rating(chance: Chance, course: Course) -> int:
    if course.is_pleased:
        return chance.weighted(_GOOD_RATINGS, _GOOD_SUMS)
    return chance.weighted(_BAD_RATINGS, _BAD_SUMS)


def _delay_s(chance: Chance) -> int:
    late = chance.happens(0.1)
    return min(chance.delay_s(6 * 3600 if late else 45), 5 * 86_400) + 4
