"""What does a visitor write under a rating, given what happened to them?"""

from ressenti.demo.chance import Chance
from ressenti.demo.company import FLASH_SALE, ORDER, PAYMENT, RETURN
from ressenti.demo.course import CURLY, Course, capital, hasty
from ressenti.demo.words import Sentences

_LONG_WAIT_S = 240
_A_NIGHT_S = 4 * 3600
_QUICK_S = 600
_LENGTHS = (0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 3, 3)
"""How many sentences of its own a comment has; none is a remark in a few words."""


def comment(chance: Chance, course: Course, rating: int, *, is_outage: bool, has_new_page: bool) -> str:
    """Return a comment that fits the rating, the matter, the language and what happened.

    `is_outage` says that payments failed that day, `has_new_page` that returns have their new page.
    """
    remarks = course.visit.words.remarks
    length = chance.pick(_LENGTHS)
    parts = _parts(chance, course, rating, is_outage=is_outage)[:length] if length else []
    if parts and rating > 3 and has_new_page and course.visit.topic is RETURN and chance.happens(0.3):
        parts[-1] = chance.pick(remarks["new_returns_page"])
    if length > 1 and rating != 3 and chance.happens(0.5):
        parts.append(chance.pick(remarks["warm_ends" if rating > 3 else "cold_ends"]))
    slots = _slots(chance, course)
    sentences = parts or [chance.pick(remarks[f"short {rating}"])]
    return _typed(chance, course, " ".join(capital(sentence.format_map(slots)) for sentence in sentences))


def _parts(chance: Chance, course: Course, rating: int, *, is_outage: bool) -> list[str]:
    remarks = course.visit.words.remarks
    if rating > 3:
        return _praise(chance, course, rating)
    hurts = _grievances(course, is_outage=is_outage)
    if rating == 3:
        softener = remarks["let_down_by_bot" if course.automation == "full" else "kind_all_the_same"]
        return _one_of_each(chance, [remarks["so_so"], hurts[0], softener])
    return _one_of_each(chance, [*hurts[:2], chance.pick(hurts)])


def _praise(chance: Chance, course: Course, rating: int) -> list[str]:
    remarks, is_robot = course.visit.words.remarks, course.automation == "full"
    praise = tuple(one for one in course.visit.matter.praise if not (is_robot and "{agent}" in one))
    likes = [remarks["helped_by_bot" if is_robot else "person"], praise]
    if not is_robot and course.wait_s < 60 and course.closed_at - course.visit.at < _QUICK_S:
        likes.append(remarks["quick"])
    parts = _one_of_each(chance, likes)
    if rating == 4 and chance.happens(0.6):
        parts[1:] = [chance.pick(remarks[_reservation(course)])]
    return parts


def _reservation(course: Course) -> str:
    if _LONG_WAIT_S < course.wait_s < _A_NIGHT_S:
        return "waited"
    return "asked_twice" if course.automation == "partial" else "but"


def _grievances(course: Course, *, is_outage: bool) -> list[Sentences]:
    """Return what there is to say of each thing that went wrong, the worst first."""
    visit, remarks, is_robot = course.visit, course.visit.words.remarks, course.automation == "full"
    happened = [
        (remarks["outage"], is_outage and visit.topic in (PAYMENT, ORDER)),
        (remarks["flash"], visit.campaign == FLASH_SALE),
        (remarks["waited_a_night"], course.wait_s > _A_NIGHT_S),
        (remarks["waited"], _LONG_WAIT_S < course.wait_s <= _A_NIGHT_S),
        (remarks["passed_around"], course.transfers > 0),
        (remarks["came_back"], bool(visit.previous_id)),
        (visit.matter.blame, True),
        (remarks["let_down_by_bot"], is_robot),
        (remarks["cold_person"], not is_robot),
    ]
    return [sentences for sentences, is_so in happened if is_so]


def _one_of_each(chance: Chance, kinds: list[Sentences]) -> list[str]:
    """Return one sentence of each kind, beginning with the first kind or the second, and never the same twice."""
    turn = int(chance.draw() * 2)
    return list(dict.fromkeys(chance.pick(kind) for kind in kinds[turn:] + kinds[:turn]))


def _slots(chance: Chance, course: Course) -> dict[str, str]:
    last, mine = course.wrote[-1], course.visit.slots
    return mine | {
        "agent": last.first_name,
        "ae": "e" if last.is_feminine else "",
        "f": "ve" if mine.get("e") else "f",
        "s": "e" if chance.happens(0.5) else "",
        "minutes": str(max(3, course.wait_s // 60)),
    }


def _typed(chance: Chance, course: Course, text: str) -> str:
    """Return the text as this visitor types it: on a phone, in a hurry, or with a slip."""
    if course.visit.is_casual:
        text = hasty(text)
    elif chance.happens(0.12):
        text = text.replace(*chance.pick(course.visit.words.typos))
    return text.replace("'", CURLY) if chance.happens(0.4) else text
