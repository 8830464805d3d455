"""A small company that is hard to measure: nothing and a great deal of everything, equal, huge and on every edge."""

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert

from ressenti.facts.derive import Facts, derive, derive_offer
from ressenti.facts.model import Conversation, MeasurementSettings
from ressenti.facts.schema import MEASURED_LABELS
from ressenti.kit.clock import DAY, HOUR, MINUTE, SECOND, to_us
from ressenti.record import tables as t
from ressenti.record.handlings import Handling
from ressenti.record.messages import Message
from ressenti.record.projects import ensure_project, settle
from ressenti.record.stores.sqlite import Store
from ressenti.record.survey_answers import SurveyOffer
from ressenti.record.survey_offers import Offering
from ressenti.record.transactions import Transaction

PROJECTS = {1: "default", 2: "shop"}
KINDS = ("channel", "language", "topic", "tag", "rule", "distribution_group", "campaign", "survey")
LABELS, TAGS = 4, 30
"""How many labels of each kind a project has, and how many tags: some conversations have nearly all of them."""
PEOPLE, GROUPS, VISITORS = 12, 4, 9
BOTS = (11, 12)
TALKS, LONE, GONE = 180, 30, 20
"""How many conversations a project has, surveys without one, and conversations that were measured and are no more."""


def at(text: str) -> int:
    """Return a moment told in UTC."""
    return to_us(datetime.fromisoformat(text + "+00:00"))


START, END = at("2024-01-01T00:00"), at("2026-01-01T00:00")
NOW = END + 3 * DAY
EDGES = tuple(
    at(text)
    for text in (
        "2024-03-31T01:00",  # Paris: an hour is left out
        "2024-10-27T01:00",  # Paris: an hour comes twice
        "2025-03-30T01:00",
        "2025-10-26T01:00",
        "2025-04-05T15:00",  # Lord Howe: half an hour comes twice
        "2025-10-04T15:30",
        "2024-12-31T23:00",  # Paris: midnight and another year
        "2024-12-31T18:15",  # Kathmandu: likewise
        "2024-02-29T00:00",
    )
)
"""Moments at which a clock changes or a day begins somewhere."""
WINDOWS = (24 * HOUR, 72 * HOUR, 7 * DAY)
_NEAR = (-HOUR, -1, 0, 1, 30 * MINUTE, HOUR - 1, HOUR)
_WAITS = (0, 1, 60 * SECOND, 60 * SECOND, 60 * SECOND, 61 * SECOND, 3_600_000_001, 2 * DAY + 1)
_HUGE = (2**53 + 1, 2**53 + 2, 2**55 - 1, 300 * 365 * DAY)
_AMOUNTS = (0, 1, 10_000, 12_345_678, 99_990_000, 99_990_000, 2**53 + 1, 2**56 - 1, -1, -5_000_000, -(2**53) - 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """What happened, as facts: as they are, and as some of them and some more were measured before."""

    record: Store
    facts: tuple[Facts, ...]
    earlier: tuple[Facts, ...]
    conversations: tuple[int, ...]
    offers: tuple[int, ...]
    marks: dict[int, int]


@contextmanager
def company(folder: Path, seed: int = 0) -> Iterator[Company]:
    """Give the company, with a record that holds its names."""
    record = Store.open(f"sqlite:///{folder / 'record.db'}", create=True)
    try:
        with record.write() as connection:
            _name(connection)
        writers = [_FactsWriter(random.Random(seed + project), project) for project in PROJECTS]
        yield Company(
            record=record,
            facts=tuple(one for writer in writers for one in writer.facts()),
            earlier=tuple(one for writer in writers for one in writer.earlier()),
            conversations=tuple(number for writer in writers for number in writer.talks + writer.gone),
            offers=tuple(number for writer in writers for number in writer.lone),
            marks={1: 4711, 2: 12},
        )
    finally:
        record.close()


def label(project: int, kind: str, number: int) -> int:
    """Return the id of one of a project's labels, the first of which is 1."""
    return 10_000 * project + 100 * KINDS.index(kind) + number


def person(project: int, number: int) -> int:
    """Return the id of one of a project's people."""
    return 100 * project + number


def group(project: int, number: int) -> int:
    """Return the id of one of a project's groups."""
    return 10 * project + number


def _name(connection: Connection) -> None:
    """Give names to all ids: both projects call what they have the same."""
    for project, key in PROJECTS.items():
        assert ensure_project(connection, key).id == project
        connection.execute(insert(t.source).values(id=project, project_id=project, name="desk"))
        labels = [
            {"id": label(project, kind, number), "project_id": project, "kind": kind, "key": f"{kind} {number}"}
            for kind in KINDS
            for number in range(1, 1 + (TAGS if kind == "tag" else LABELS))
        ]
        connection.execute(insert(t.label), labels)
        numbers = range(1, 1 + GROUPS)
        groups = [{"id": group(project, i), "project_id": project, "key": f"group {i}"} for i in numbers]
        connection.execute(insert(t.agent_group), groups)
        arrived = {"source_id": project, "digest": 0, "import_id": 0}
        people = [
            {"id": person(project, i), "external_id": f"agent {i}", "name": f"Name {i // 2}", **arrived}
            for i in range(1, 1 + PEOPLE)  # two have the same name
        ]
        connection.execute(insert(t.respondent), people)
    shop = ensure_project(connection, PROJECTS[2])
    settle(connection, shop, now=NOW, zone="Europe/Paris", week_start="sunday")


class _FactsWriter:
    """Tells what happened in a project, by chance."""

    def __init__(self, pick: random.Random, project: int) -> None:
        self.pick, self.project = pick, project
        first = 1000 * project
        self.talks = [first + 1 + i for i in range(TALKS)]
        self.gone = [first + 500 + i for i in range(GONE)]
        self.lone = [first + 900 + i for i in range(LONE)]
        self.closings: list[int] = []
        bots = dict.fromkeys((person(project, one) for one in BOTS), "bot")
        satisfied = {"10": (9, 10)} if project == 1 else {}
        untold = frozenset({(2, None), (2, label(project, "survey", 1))})
        offering = Offering(untold=untold, untold_sources=frozenset({2}))
        self.setting = MeasurementSettings(project_id=project, kinds=bots, satisfied=satisfied, offering=offering)

    def facts(self) -> Iterator[Facts]:
        """Measure all that is."""
        for number in self.talks:
            yield derive(self._conversation(number), self.setting)
        for number in self.lone:
            yield derive_offer(self._lone(number), self.setting)

    def earlier(self) -> Iterator[Facts]:
        """Measure what a third was once, and what is no more."""
        for number in (*self.talks[::3], *self.gone):
            yield derive(self._conversation(number), self.setting)
        for number in self.lone[::3]:
            yield derive_offer(self._lone(number), self.setting)

    def _conversation(self, number: int) -> Conversation:
        pick = self.pick
        opened = self._moment()
        end = opened + pick.choice((*_WAITS, 3 * HOUR))
        closed = pick.choices((end, None, opened - 1), (12, 2, 1))[0]
        if closed is not None:
            self.closings.append(closed)
        talk = self._messages(opened) if pick.random() < 0.6 else ()
        given = {} if talk else self._given(opened)
        return Conversation(
            id=number,
            opened_at=opened,
            closed_at=closed,
            labels=tuple(map(self._label, MEASURED_LABELS)),
            rule_id=self._label("rule"),
            distribution_group_id=self._label("distribution_group"),
            visitor_id=pick.choice((None, *range(10 * self.project, 10 * self.project + VISITORS))),
            is_spam=pick.random() < 0.07,
            groups=tuple(group(self.project, i) for i in self._some(range(1, 1 + GROUPS))),
            tags=tuple(label(self.project, "tag", i) for i in self._some(range(1, 1 + TAGS))),
            messages=talk,
            handlings=tuple(self._handling(opened, end) for _ in range(pick.choice((0, 0, 1, 2, 5)))),
            offers=tuple(self._offer(10 * number + i, end) for i in range(pick.choice((0, 0, 1, 1, 2, 3)))),
            transactions=tuple(
                Transaction(10 * number + i, opened + pick.choice(_WAITS), pick.choice(_AMOUNTS))
                for i in range(pick.choice((0, 0, 0, 1, 2)))
            ),
            **given,
        )

    def _moment(self) -> int:
        """Return a moment of the two years: any, or one on an edge, or just when somebody may have come back."""
        pick = self.pick
        how = pick.random()
        if how < 0.45:
            return pick.choice(EDGES) + pick.choice(_NEAR) + pick.choice((0, 0, DAY, pick.randrange(2 * DAY)))
        if how < 0.7 and self.closings:
            return pick.choice(self.closings) + pick.choice((0, 1, *WINDOWS, *(one + 1 for one in WINDOWS)))
        if how < 0.75:
            return NOW - pick.choice((*WINDOWS, HOUR)) - pick.choice((0, 1))
        return pick.randrange(START, END)

    def _messages(self, opened: int) -> tuple[Message, ...]:
        pick = self.pick
        roles = pick.choices(("visitor", "agent", "bot", "system"), (4, 4, 1, 1), k=pick.choice((1, 2, 3, 6, 11)))
        moments = accumulate((pick.choice(_WAITS) + 1 for _ in roles), initial=opened)
        return tuple(
            Message(at, role, self._author(role), pick.random() < 0.05, pick.random() < 0.05)
            for at, role in zip(moments, roles, strict=False)
        )

    def _author(self, role: str) -> int | None:
        if role in {"agent", "bot"}:
            numbers = BOTS if role == "bot" else range(1, 1 + PEOPLE - len(BOTS))
            return person(self.project, self.pick.choice(numbers))
        return None

    def _given(self, opened: int) -> dict[str, Any]:
        """Return what a source measured itself and hands over without messages."""
        pick = self.pick
        return {
            "first_response_us": pick.choice((None, None, *_WAITS, *_HUGE)),
            "resolution_us": pick.choice((None, *_WAITS, *_HUGE)),
            "first_response_at": opened + pick.choice((*_WAITS, -1)),
            "automation": pick.choice((None, "full", "partial", "none")),
            "respondents": tuple(person(self.project, i) for i in self._some(range(1, 1 + PEOPLE))),
        }

    def _handling(self, opened: int, end: int) -> Handling:
        pick = self.pick
        begun = opened + pick.choice((0, 0, 1, 30 * SECOND))
        return Handling(
            person(self.project, pick.randrange(1, 1 + PEOPLE)),
            begun,
            pick.choice((None, end, begun, begun + pick.choice(_WAITS))),
            pick.choice((None, "closed", "closed", "transferred", "paused")),
            pick.choice((None, None, group(self.project, 1), group(self.project, 2))),
            self._label("rule"),
            self._label("distribution_group"),
        )

    def _offer(self, number: int, end: int) -> SurveyOffer:
        pick = self.pick
        return SurveyOffer(
            number,
            pick.choice((None, end)),
            pick.choice((None, end + pick.choice(_WAITS), end + 1)),
            self._label("survey"),
            self._label("language"),
            pick.choice((None, *range(1, 6))),
            pick.choice((None, "5", "10")),
            pick.choice((None, *range(11))),
            pick.choice((None, None, *range(1, 8))),
            pick.choice((None, None, True, False)),
            has_comment=pick.random() < 0.3,
            source_id=pick.choice((1, 2)),
        )

    def _lone(self, number: int) -> SurveyOffer:
        return self._offer(number, self._moment())

    def _label(self, kind: str) -> int | None:
        number = self.pick.choice((None, None, *range(1, LABELS)))  # nothing ever has the last
        return None if number is None else label(self.project, kind, number)

    def _some(self, numbers: Sequence[int]) -> list[int]:
        """Return none, one, a few or nearly all of them, each once."""
        count = self.pick.choice((0, 0, 1, 1, 2, 3, len(numbers) - 1))
        return self.pick.sample(numbers, count)
