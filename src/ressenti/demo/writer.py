"""How does a conversation go, from the visitor's first message to its closing?"""

from ressenti.demo.agents import Agents
from ressenti.demo.context import DemoContext
from ressenti.demo.course import Course, capital
from ressenti.demo.robots import Robots
from ressenti.demo.visits import VisitPlan


class ConversationWriter:
    """Generates conversations, one after the other."""

    def __init__(self, context: DemoContext) -> None:
        self._chance = context.chance
        self._robots = Robots(context)
        self._agents = Agents(context)

    def tell(self, visit: VisitPlan) -> Course:
        """Return the whole conversation that a visit leads to, as if time never ended."""
        course = Course(visit, visit.at)
        if visit.is_spam:
            self._spam(course)
            return course
        self._open(course)
        bot = self._robots.at_the_door(visit)
        if bot is None or not self._robots.settles(course, bot):
            self._agents.answer(course)
        return course

    def _spam(self, course: Course) -> None:
        course.visitor_says(self._chance.pick(course.visit.words.manners["spam"]))
        course.at += self._chance.delay_s(400)
        course.closed_at = course.at

    def _open(self, course: Course) -> None:
        """Let the visitor write the first message; who comes back says so, and asks again."""
        visit, manners = course.visit, course.visit.words.manners
        opening = self._chance.pick(visit.matter.openings)
        if visit.previous_id:
            again = self._chance.pick(manners["back_again"])
            opening = again.replace("{detail}", capital(opening.format_map(visit.slots)))
        greeting = self._chance.pick(manners["greetings"])
        course.visitor_says(f"{greeting} {opening}" if greeting else opening)
