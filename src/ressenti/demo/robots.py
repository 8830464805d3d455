"""What does a bot do with a visitor: settle the matter, or pass the visitor on?"""

from ressenti.demo.company import APP, CHAT, DELIVERIES, INSTAGRAM, MESSAGING, ORDERS, RETURNS, ROBOT_FIRST, VIDEO
from ressenti.demo.context import IDLE_S, DemoContext
from ressenti.demo.course import Course
from ressenti.demo.people import ASSISTANT, TILOU, VEILLEUSE, Respondent
from ressenti.demo.visits import VisitPlan


class Robots:
    """The three bots: Assistant on the site, Tilou in messaging, Veilleuse at night."""

    def __init__(self, context: DemoContext) -> None:
        self._context = context
        self._chance = context.chance

    def at_the_door(self, visit: VisitPlan) -> Respondent | None:
        """Draw which bot receives the visitor, or None."""
        if visit.channel in (VIDEO, INSTAGRAM):
            return None
        if not self._context.roster.staff(visit.topic.group, visit.language, visit.at):
            has_expert = self._context.roster.experts(visit.topic, visit.at)
            return None if has_expert and self._chance.happens(0.7) else VEILLEUSE
        if visit.channel in (CHAT, APP):
            return ASSISTANT if self._chance.happens(0.56) else None
        return TILOU if self._chance.happens(0.66) else None

    def settles(self, course: Course, bot: Respondent) -> bool:
        """Generate the bot's part; return whether the conversation ended with it."""
        chance, visit, manners = self._chance, course.visit, course.visit.words.manners
        started_at = course.at
        talent = self._context.stories.bot_talent(bot, self._context.paris.day(visit.at))
        is_able = chance.happens(visit.topic.robot * talent)
        hello = self._asks(course, bot, chance.pick(manners["robot_hello"]) + " ")
        if is_able:
            course.says(bot, hello + chance.pick(visit.matter.robot))
            return self._closes(course, bot, started_at)
        if chance.happens(0.25):
            course.says(bot, chance.pick(manners["robot_apology"]))
            hello = ""
            self._context.visitor_replies(course, manners["insists_on_human"])
            course.at += chance.between(2, 4)
        course.says(bot, hello + chance.pick(manners["robot_night" if bot is VEILLEUSE else "robot_passes"]))
        return self._hands_over(course, bot, started_at)

    def _asks(self, course: Course, bot: Respondent, hello: str) -> str:
        """Let the bot ask which order or which item it is, more often than not; return what greeting is left to say."""
        chance, manners = self._chance, course.visit.words.manners
        course.at += chance.between(2, 4)
        if chance.happens(0.45):
            return hello
        has_order = course.visit.topic.group in (ORDERS, DELIVERIES, RETURNS)
        course.says(bot, hello + chance.pick(manners["robot_asks" if has_order else "robot_asks_item"]))
        self._context.visitor_replies(course, manners["order_replies" if has_order else "item_replies"])
        course.at += chance.between(2, 4)
        return ""

    def _closes(self, course: Course, bot: Respondent, started_at: int) -> bool:
        self._context.decide(course, bot)
        is_thanked = self._chance.happens(0.42)
        if is_thanked:
            self._context.visitor_ends(course)
        course.at += self._chance.between(5, 40) if is_thanked else IDLE_S
        course.ends_handling(bot, started_at, "closed", ROBOT_FIRST)
        course.closed_at = course.at
        return True

    def _hands_over(self, course: Course, bot: Respondent, started_at: int) -> bool:
        """Hand the visitor over; return whether they left instead: at night on the site, half do not wait."""
        course.at += 1
        course.ends_handling(bot, started_at, "transferred", ROBOT_FIRST)
        patience = 0.03 if bot is not VEILLEUSE else 0.2 if course.visit.channel in MESSAGING else 0.5
        is_gone = self._chance.happens(patience)
        if is_gone:
            self._context.decide(course, bot, penalty=0.4)
            course.at += IDLE_S
            course.closed_at = course.at
        return is_gone
