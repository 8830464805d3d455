"""What do agents and experts do with a visitor: answer, pass on, put aside, or come too late?"""

from ressenti.demo.company import EXPERTS_EVENING, GROUPS, MESSAGING, NEIGHBOURS, VIDEO, distribution_group
from ressenti.demo.context import IDLE_S, DemoContext
from ressenti.demo.course import Course, team
from ressenti.demo.paris import HOUR
from ressenti.demo.people import Respondent
from ressenti.demo.visits import VisitPlan

_MONDAY = 1
"""The remainder of a Monday's ordinal divided by seven."""


class Agents:
    """Everybody who answers in person."""

    def __init__(self, context: DemoContext) -> None:
        self._context = context
        self._chance = context.chance

    def answer(self, course: Course) -> None:
        """Generate the conversation from the moment it waits for a person until it is closed."""
        agent, pushed_at = self._next(course, course.visit.topic.group)
        if self._is_too_late(course, pushed_at):
            self._visitor_leaves(course, agent, pushed_at)
        else:
            self._first_answer(course, agent, pushed_at)

    def _next(self, course: Course, group: str) -> tuple[Respondent, int]:
        """Return who takes the conversation, and when it reaches them."""
        chance, visit, roster = self._chance, course.visit, self._context.roster
        experts = roster.experts(visit.topic, course.at)
        if experts and (chance.happens(0.6) or not roster.staff(group, visit.language, course.at)):
            return chance.pick(experts), course.at + chance.delay_s(20)
        opens_at = self._opening(course.at)
        reached_at = self._opening(opens_at + self._queue_s(visit, group, opens_at))
        wanted = group if chance.happens(0.92) else chance.pick(GROUPS)
        return chance.pick(roster.staff(wanted, visit.language, reached_at)), reached_at

    def _opening(self, moment: int) -> int:
        """Return this moment while agents are at work, else one soon after they are again: others wait as well."""
        opens_at = self._context.roster.opening_after(moment)
        return opens_at + self._chance.between(60, 2400) if opens_at > moment else moment

    def _queue_s(self, visit: VisitPlan, group: str, moment: int) -> int:
        day, hour = self._context.paris.day(moment), self._context.paris.hour(moment)
        patience = 5.0 if visit.channel in MESSAGING else 1.0
        monday = 1.3 if day % 7 == _MONDAY else 1.0
        return self._chance.delay_s(8 * patience * monday * self._context.stories.slowness(group, day, hour))

    def _is_too_late(self, course: Course, pushed_at: int) -> bool:
        """Draw whether the visitor leaves unanswered; on the site, the longer the wait the likelier."""
        wait_s = pushed_at - course.at
        weariness = 0.1 if wait_s > 240 and course.visit.channel not in MESSAGING else 0.0
        weariness += 0.12 if 900 < wait_s < 3 * HOUR else 0.0
        return self._chance.happens(0.012 + weariness)

    def _visitor_leaves(self, course: Course, agent: Respondent, pushed_at: int) -> None:
        chance = self._chance
        if chance.happens(0.6):
            course.at += min(pushed_at - course.at, chance.delay_s(120))
            course.visitor_says(chance.pick(course.visit.words.manners["chasing"]))
        course.at = max(course.at + IDLE_S, pushed_at + chance.between(120, 600))
        if chance.happens(0.55):
            self._ends(course, agent, pushed_at, "closed")
        course.closed_at = course.at

    def _first_answer(self, course: Course, agent: Respondent, pushed_at: int) -> None:
        chance, visit, manners = self._chance, course.visit, course.visit.words.manners
        had_bot = bool(course.handlings)
        if not had_bot and pushed_at - visit.at > 60 and chance.happens(0.3):
            course.at = visit.at + 2
            course.greets_by_itself(chance.pick(manners["welcome"]))
        course.at = pushed_at + self._reaction_s(agent, pushed_at)
        course.wait_s = course.at - visit.at
        hello = chance.pick(manners["takes_over" if had_bot else "hello"]) + " "
        if visit.matter.asks and visit.channel != VIDEO and chance.happens(0.3 if had_bot else 0.65):
            question, reply = chance.pick(visit.matter.asks)
            course.says(agent, hello + question)
            self._context.visitor_replies(course, (reply,))
            course.at += self._typing_s(agent)
            hello = ""
        self._middle(course, agent, pushed_at, hello)

    def _middle(self, course: Course, agent: Respondent, started_at: int, hello: str) -> None:
        """Pass it on, put it aside, or settle it."""
        topic = course.visit.topic
        if not course.transfers and self._chance.happens(topic.transfers):
            self._transfer(course, agent, started_at, hello)
        elif self._chance.happens(topic.pauses):
            self._pause(course, agent, started_at, hello)
        else:
            self._settle(course, agent, started_at, hello)

    def _transfer(self, course: Course, agent: Respondent, started_at: int, hello: str) -> None:
        chance, visit = self._chance, course.visit
        group = visit.topic.group
        colleague, pushed_at = self._next(course, chance.pick(NEIGHBOURS[group]) if agent.group == group else group)
        if colleague is agent:
            return self._settle(course, agent, started_at, hello)
        visit.slots.update(colleague=colleague.first_name, their_team=team(visit.language, colleague.group))
        course.says(agent, hello + chance.pick(visit.words.manners["pass_on"]))
        course.at += 2
        if chance.happens(0.4):
            course.says(agent, chance.pick(visit.words.manners["notes"]), is_internal=True)
        self._ends(course, agent, started_at, "transferred")
        course.transfers += 1
        taken_at = max(pushed_at, course.at)
        course.at = taken_at + self._reaction_s(colleague, taken_at)
        self._middle(course, colleague, taken_at, chance.pick(visit.words.manners["takes_over"]) + " ")
        return None

    def _pause(self, course: Course, agent: Respondent, started_at: int, hello: str) -> None:
        """Put the conversation aside until somebody is there again, hours later."""
        chance, manners = self._chance, course.visit.words.manners
        course.says(agent, hello + chance.pick(manners["hold"]))
        course.at += chance.between(5, 40)
        self._ends(course, agent, started_at, "paused")
        course.at += min(chance.delay_s(4 * HOUR), 40 * HOUR)
        if chance.happens(0.3):
            course.visitor_says(chance.pick(manners["visitor_nudges"]))
        back_at = self._context.roster.opening_after(course.at) + chance.between(20, 900)
        again = self._who_resumes(course, agent, back_at)
        course.at = back_at + self._reaction_s(again, back_at)
        self._settle(course, again, back_at, chance.pick(manners["after_hold"]) + " ")

    def _who_resumes(self, course: Course, agent: Respondent, moment: int) -> Respondent:
        roster = self._context.roster
        if roster.is_on_duty(agent, moment) and self._chance.happens(0.9):
            return agent
        return self._chance.pick(roster.staff(agent.group, course.visit.language, roster.opening_after(moment)))

    def _settle(self, course: Course, agent: Respondent, started_at: int, hello: str) -> None:
        chance, visit = self._chance, course.visit
        self._context.decide(course, agent)
        is_refused = not course.is_pleased and chance.happens(0.65)
        course.says(agent, hello + chance.pick(visit.matter.refused if is_refused else visit.matter.solved))
        if visit.channel == VIDEO:
            course.at += chance.between(400, 1500)
        elif chance.happens(0.13):
            self._further_question(course, agent)
        self._say_goodbye(course, agent)
        course.at += chance.delay_s(140)
        self._ends(course, agent, started_at, "closed")
        course.closed_at = course.at

    def _further_question(self, course: Course, agent: Respondent) -> None:
        question, reply = self._chance.pick(course.visit.words.second)
        self._context.visitor_replies(course, (question,))
        course.at += self._typing_s(agent)
        course.says(agent, reply)

    def _say_goodbye(self, course: Course, agent: Respondent) -> None:
        """Two visitors in three say a last word; agents close politely, more or less often."""
        chance, manners = self._chance, course.visit.words.manners
        if chance.happens(0.66):
            self._context.visitor_ends(course)
            if chance.happens(0.45):
                course.at += self._typing_s(agent) // 2
                course.says(agent, chance.pick(manners["closing" if course.is_pleased else "closing_sorry"]))
        elif chance.happens(0.3):
            course.at += IDLE_S
            course.says(agent, chance.pick(manners["goodbye_idle"]))

    def _ends(self, course: Course, agent: Respondent, started_at: int, ended_by: str) -> None:
        is_expert = agent.kind == "expert"
        assigned = EXPERTS_EVENING if is_expert else distribution_group(agent.group, course.visit.language)
        course.ends_handling(agent, started_at, ended_by, assigned)

    def _reaction_s(self, agent: Respondent, moment: int) -> int:
        strength = self._context.stories.outage_strength(self._context.paris.day(moment))
        return self._chance.delay_s(21 * agent.speed * (1 + 1.5 * strength))

    def _typing_s(self, agent: Respondent) -> int:
        return self._chance.delay_s(58 * agent.speed)
