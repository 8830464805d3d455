"""What does a visitor buy after a conversation, when, and for how much?"""

from dataclasses import dataclass

from ressenti.demo.chance import Chance
from ressenti.demo.company import CHOOSING_LIGHT, FLASH_SALE, TRADE_QUOTE, VIDEO
from ressenti.demo.course import Course
from ressenti.demo.people import EXPERTS
from ressenti.demo.stories import appetite

_WINDOW_S = 48 * 3600
_BULB_CENTS = 950
_FLASH_SELLS = 0.11


@dataclass(frozen=True, slots=True)
class Order:
    """One order: when (seconds), its amount in cents, and whether it names the conversation or only the visitor."""

    at: int
    cents: int
    names_conversation: bool


def sale(chance: Chance, course: Course, outage_strength: float) -> Order | None:
    """Draw what the visitor buys, or None; advice sells best, and nothing sells while payments fail."""
    if not course.wrote or not chance.happens(_likelihood(course) * (1 - 0.8 * outage_strength)):
        return None
    is_late = bool(course.visit.visitor_id) and chance.happens(0.03)
    names_conversation = not course.visit.visitor_id or not (is_late or chance.happens(0.18))
    return Order(_moment(chance, course, is_late=is_late), _cents(chance, course), names_conversation)


def _likelihood(course: Course) -> float:
    visit = course.visit
    by_expert = 1.3 if any(expert in course.wrote for expert in EXPERTS) else 1.0
    by_video = 1.8 if visit.channel == VIDEO else 1.0
    by_bot = 0.45 if course.automation == "full" else 1.0
    mood = 1.1 if course.is_pleased else 0.75
    sells = max(visit.topic.sells, _FLASH_SELLS) if visit.campaign == FLASH_SALE else visit.topic.sells
    return min(0.8, sells * appetite(visit.campaign) * by_expert * by_video * by_bot * mood)


def _moment(chance: Chance, course: Course, *, is_late: bool) -> int:
    """Draw when: while they talk, within hours, or too late for it to count as a sale of the conversation."""
    if is_late:
        return course.closed_at + chance.between(_WINDOW_S + 3600, 2 * _WINDOW_S)
    if chance.happens(0.15):
        return chance.between(course.visit.at + 30, max(course.closed_at, course.visit.at + 31))
    return course.closed_at + min(chance.delay_s(2 * 3600), _WINDOW_S - 60)


def _cents(chance: Chance, course: Course) -> int:
    visit = course.visit
    pieces = chance.between(3, 8) if visit.topic is TRADE_QUOTE else 1 if chance.happens(0.8) else 2
    bulbs = chance.between(1, 3) if visit.topic is CHOOSING_LIGHT and chance.happens(0.6) else 0
    percent = 70 if visit.campaign == FLASH_SALE else 85 if visit.topic is TRADE_QUOTE else 100
    return (visit.product.cents * pieces * percent) // 100 + bulbs * _BULB_CENTS
