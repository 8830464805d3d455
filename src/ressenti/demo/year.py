"""How is the demonstration's year written down? One function writes the files that `ressenti import` reads."""

import datetime as dt
from pathlib import Path

from ressenti.demo.chance import Chance
from ressenti.demo.comments import comment
from ressenti.demo.context import DemoContext
from ressenti.demo.course import Course
from ressenti.demo.files import DemoFiles
from ressenti.demo.opinion import answer
from ressenti.demo.paris import HOUR, Paris
from ressenti.demo.roster import Roster
from ressenti.demo.sales import sale
from ressenti.demo.season import MORNING_HOUR, SeasonDay, share_out, year
from ressenti.demo.stories import Stories
from ressenti.demo.tags import tags
from ressenti.demo.visits import VisitPlanner
from ressenti.demo.writer import ConversationWriter
from ressenti.kit.languages import SOURCE_LANGUAGE

ZONE, CURRENCY = "Europe/Paris", "EUR"
"""The zone and the currency of the project these conversations belong to."""

_OFFERED_SHARE = 0.94


def generate(
    folder: Path, *, today: dt.date, seed: int = 2011, conversations: int = 60_000, language: str = SOURCE_LANGUAGE
) -> None:
    """Write a year of Maison Tilleul into `folder`: agents, conversations, handlings, messages, surveys, transactions.

    The year ends at nine in the morning of `today` in Paris, and what is under way then stays open. Topics, teams and
    the like are named in `language`; the same happens in each, and visitors write in their own. The same arguments
    give the same bytes, on every machine. Raises OSError where the folder cannot be written.
    """
    stories = Stories.of(today)
    paris = Paris(dt.date.fromordinal(stories.first), today)
    with DemoFiles(folder, cutoff=paris.moment(stories.today, MORNING_HOUR * HOUR), language=language) as files:
        files.agents()
        _Year(Chance(seed), paris, stories, files).tell(conversations)


class _Year:
    """Generates every day of the year, in order."""

    def __init__(self, chance: Chance, paris: Paris, stories: Stories, files: DemoFiles) -> None:
        self._chance = chance
        self._stories = stories
        self._files = files
        self._visits = VisitPlanner(chance, paris)
        self._teller = ConversationWriter(DemoContext(chance, paris, stories, Roster(paris, stories)))

    def tell(self, conversations: int) -> None:
        days = year(self._stories)
        for day, count in zip(days, share_out(days, conversations), strict=True):
            self._tell_day(day, count)

    def _tell_day(self, day: SeasonDay, count: int) -> None:
        for visit in self._visits.of(day, count):
            course = self._teller.tell(visit)
            self._files.conversation(course, tags(self._chance, course, day.outage))
            self._follow_up(course, day)

    def _follow_up(self, course: Course, day: SeasonDay) -> None:
        """Generate what comes after the close: a survey, a sale, another visit."""
        visit, chance = course.visit, self._chance
        if course.wrote and chance.happens(_OFFERED_SHARE):
            self._survey(course, day)
        bought = sale(chance, course, day.outage)
        if bought and self._files.has_happened(bought.at):
            self._files.transaction(course, bought)
        unsettled = 0.6 if course.is_pleased else 2.6
        if visit.visitor_id and chance.happens(visit.topic.repeats * unsettled):
            self._visits.come_back(visit, course.closed_at)

    def _survey(self, course: Course, day: SeasonDay) -> None:
        given = answer(self._chance, course)
        text = ""
        if given and given.has_comment:
            has_new_page = day.ordinal >= self._stories.returns
            text = comment(self._chance, course, given.mood, is_outage=day.outage > 0, has_new_page=has_new_page)
        if not self._files.has_happened(course.closed_at + 2):
            return
        is_in = given is not None and self._files.has_happened(given.at)
        self._files.survey(course, given if is_in else None, text if is_in else "")
