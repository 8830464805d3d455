"""What do a bot and an agent have in common when they answer a visitor?"""

from dataclasses import dataclass

from ressenti.demo.chance import Chance
from ressenti.demo.company import MESSAGING
from ressenti.demo.course import Course
from ressenti.demo.opinion import chance_to_please
from ressenti.demo.paris import Paris
from ressenti.demo.people import Respondent
from ressenti.demo.roster import Roster
from ressenti.demo.stories import Stories
from ressenti.demo.words import Sentences

IDLE_S = 300
"""After so long without a word, a bot takes the visitor for gone."""


@dataclass(frozen=True, slots=True)
class DemoContext:
    """The draws, the clock, the stories and the roster from which conversations are generated."""

    chance: Chance
    paris: Paris
    stories: Stories
    roster: Roster

    def decide(self, course: Course, respondent: Respondent, *, penalty: float = 0.0) -> None:
        """Draw whether the visitor will leave satisfied, as it stands now with this respondent."""
        likely = chance_to_please(self.stories, course, respondent, self.paris.day(course.visit.at))
        course.is_pleased = self.chance.happens(likely - penalty)

    def visitor_replies(self, course: Course, sentences: Sentences) -> None:
        """Let the visitor answer, at the pace of the channel."""
        pace = 4.0 if course.visit.channel in MESSAGING else 1.0
        course.at += self.chance.delay_s(36 * pace)
        course.visitor_says(self.chance.pick(sentences))

    def visitor_ends(self, course: Course) -> None:
        """Let the visitor say thank you, or not quite."""
        self.visitor_replies(course, course.visit.words.manners["thanks" if course.is_pleased else "cold"])
