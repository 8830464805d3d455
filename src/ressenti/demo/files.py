"""How do generated conversations become the files of the import format?"""

import csv
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ressenti.demo.company import ON_SITE, distribution_group, page
from ressenti.demo.course import Course
from ressenti.demo.opinion import SurveyReply
from ressenti.demo.paris import DAY, EPOCH_DAY
from ressenti.demo.people import EVERYONE
from ressenti.demo.sales import Order
from ressenti.kit.i18n import _, translate

_HEADERS = {
    "agents": "agent_id name kind group language",
    "conversations": (
        "conversation_id opened_at closed_at channel language topic tags visitor_id rule distribution_group campaign"
        " automation is_spam previous_conversation_id source_url"
    ),
    "handlings": "conversation_id agent_id started_at ended_at ended_by group rule distribution_group",
    "messages": "message_id conversation_id created_at author_role author_id text automatic internal",
    "surveys": "survey_id conversation_id survey offered_at rated_at csat nps comment language",
    "transactions": "transaction_id at amount currency conversation_id visitor_id",
}
_YES = {True: "true", False: ""}


class TimestampWriter:
    """Writes moments (seconds) as ISO 8601 in UTC; a year has many messages and few days."""

    def __init__(self) -> None:
        self._days: dict[int, str] = {}
        self._times = [f"T{s // 3600:02}:{s // 60 % 60:02}:{s % 60:02}Z" for s in range(DAY)]

    def text(self, moment: int) -> str:
        """Return the moment as in 2026-03-01T09:30:00Z."""
        day = moment // DAY
        if day not in self._days:
            self._days[day] = date.fromordinal(day + EPOCH_DAY).isoformat()
        return self._days[day] + self._times[moment % DAY]


class DemoFiles:
    """The six files, open for writing; what comes after `cutoff` (seconds) is left out: it has not happened yet.

    The names of topics, teams and the like are in `language`; people write in their own.
    """

    def __init__(self, folder: Path, *, cutoff: int, language: str) -> None:
        self._language = language
        self._folder = folder
        self._cutoff = cutoff
        self._text = TimestampWriter().text
        self._stack = ExitStack()
        self._files: dict[str, Any] = {}
        self._counts = {"S": 0, "T": 0}

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        for name, header in _HEADERS.items():
            file = self._stack.enter_context((self._folder / f"{name}.csv").open("w", encoding="utf-8", newline=""))
            self._files[name] = csv.writer(file, lineterminator="\n")
            self._files[name].writerow(header.split())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def has_happened(self, moment: int) -> bool:
        """Return whether the moment is not after the cutoff."""
        return moment <= self._cutoff

    def agents(self) -> None:
        """Write everybody who answers."""
        for one in EVERYONE:
            language = "" if one.kind == "bot" else one.languages[:2]
            self._files["agents"].writerow([one.key, one.name, one.kind, self._named(one.group), language])

    def conversation(self, course: Course, tags: list[str]) -> None:
        """Write a conversation, its handlings and its messages, as far as they have happened."""
        visit, is_closed = course.visit, self.has_happened(course.closed_at)
        row = [
            visit.conversation_id,
            self._text(visit.at),
            self._text(course.closed_at) if is_closed else "",
            self._named(visit.channel),
            visit.language,
            self._named(visit.topic.key),
            ";".join(map(self._named, tags)),
            visit.visitor_id,
            self._named(visit.rule),
            self._named(_assigned(course)),
            self._named(visit.campaign),
            course.automation if is_closed else "",
            _YES[visit.is_spam],
            visit.previous_id,
            page(visit.topic, visit.language) if visit.channel in ON_SITE else "",
        ]
        self._files["conversations"].writerow(row)
        self._handlings(course)
        self._messages(course)

    def _handlings(self, course: Course) -> None:
        for leg in course.handlings:
            if not self.has_happened(leg.started_at):
                break
            is_over = self.has_happened(leg.ended_at)
            row = [course.visit.conversation_id, leg.respondent.key, self._text(leg.started_at)]
            row += [self._text(leg.ended_at), leg.ended_by] if is_over else ["", ""]
            row += map(self._named, (leg.respondent.group, course.visit.rule, leg.distribution_group))
            self._files["handlings"].writerow(row)

    def _messages(self, course: Course) -> None:
        key = course.visit.conversation_id
        self._files["messages"].writerows(
            (f"{key}-{number}", key, self._text(at), role, author, text, _YES[automatic], _YES[internal])
            for number, (at, role, author, text, automatic, internal) in enumerate(course.messages, 1)
            if at <= self._cutoff
        )

    def survey(self, course: Course, answer: SurveyReply | None, comment: str) -> None:
        """Write the offer of a survey, with the answer where one has come."""
        visit = course.visit
        row = [
            self._next("S"),
            visit.conversation_id,
            self._named(_("After a conversation") if visit.channel in ON_SITE else _("By message")),
            self._text(course.closed_at + 2),
        ]
        answered = [self._text(answer.at), _rating(answer.csat), _rating(answer.nps), comment] if answer else [""] * 4
        self._files["surveys"].writerow([*row, *answered, visit.language])

    def transaction(self, course: Course, sale: Order) -> None:
        """Write an order, with the conversation it came from or only the visitor who placed it."""
        visit = course.visit
        whose = [visit.conversation_id, ""] if sale.names_conversation else ["", visit.visitor_id]
        amount = f"{sale.cents // 100}.{sale.cents % 100:02}"
        self._files["transactions"].writerow([self._next("T"), self._text(sale.at), amount, "EUR", *whose])

    def _named(self, name: str | None) -> str:
        return translate(name, self._language) if name else ""

    def _next(self, letter: str) -> str:
        self._counts[letter] += 1
        return f"{letter}-{self._counts[letter]:06}"


def _rating(rating: int | None) -> str:
    return "" if rating is None else str(rating)


def _assigned(course: Course) -> str:
    """Return the distribution group that had the conversation last, or the one it waited for."""
    if course.handlings:
        return course.handlings[-1].distribution_group
    return distribution_group(course.visit.topic.group, course.visit.language)
