"""Who is at work at a moment, and when does somebody come back?"""

from datetime import date
from functools import lru_cache

from ressenti.demo.company import PRESALE, Topic
from ressenti.demo.paris import HOUR, Paris
from ressenti.demo.people import AGENTS, EXPERTS, Respondent
from ressenti.demo.season import is_closed
from ressenti.demo.stories import Stories

_SUNDAY_HOURS = range(10, 18)


class Roster:
    """The working hours of everybody, over the year of the stories."""

    def __init__(self, paris: Paris, stories: Stories) -> None:
        self._paris = paris
        self._today = stories.today
        self._staff = lru_cache(maxsize=4096)(self._find_staff)
        self._present = lru_cache(maxsize=256)(self._find_present)
        self._experts = lru_cache(maxsize=512)(self._find_experts)

    def staff(self, group: str, language: str, moment: int) -> tuple[Respondent, ...]:
        """Return the agents at work who can take this: of the group if any is there, else of the house; or nobody."""
        return self._staff(group, language, self._paris.day(moment), self._paris.hour(moment))

    def experts(self, topic: Topic, moment: int) -> tuple[Respondent, ...]:
        """Return the experts who answer questions of this topic at this hour."""
        return self._experts(self._paris.day(moment), self._paris.hour(moment)) if topic in PRESALE else ()

    def is_on_duty(self, respondent: Respondent, moment: int) -> bool:
        """Return whether this respondent is at work."""
        return self._works(respondent, self._paris.day(moment), self._paris.hour(moment))

    def opening_after(self, moment: int) -> int:
        """Return the next moment at which agents are at work: this one, or the first full hour that has some."""
        while not self.staff("", "", moment):
            moment += HOUR - moment % HOUR
        return moment

    def _find_staff(self, group: str, language: str, day: int, hour: int) -> tuple[Respondent, ...]:
        present = self._present(day, hour)
        speakers = [agent for agent in present if language in agent.languages] or present
        return tuple([agent for agent in speakers if agent.group == group] or speakers)

    def _find_present(self, day: int, hour: int) -> tuple[Respondent, ...]:
        return tuple(agent for agent in AGENTS if self._works(agent, day, hour))

    def _find_experts(self, day: int, hour: int) -> tuple[Respondent, ...]:
        return tuple(expert for expert in EXPERTS if self._works(expert, day, hour))

    def _works(self, respondent: Respondent, day: int, hour: int) -> bool:
        calendar = date.fromordinal(day)
        is_sunday = calendar.weekday() == 6
        if is_closed(calendar) or calendar.weekday() in respondent.off or _is_on_leave(respondent, day):
            return False
        if is_sunday and respondent.kind == "human" and hour not in _SUNDAY_HOURS:
            return False
        return respondent.starts <= hour < respondent.ends and self._is_employed(respondent, day)

    def _is_employed(self, respondent: Respondent, day: int) -> bool:
        age = self._today - day
        return age <= (respondent.hired or age) and age >= (respondent.left or age)


def _is_on_leave(respondent: Respondent, day: int) -> bool:
    """Five weeks a year, and never a whole group at once."""
    return day // 7 % 10 == int(respondent.key[2:]) % 10
