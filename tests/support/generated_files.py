"""What did the generator write? The rows of its files, and the few counts that the tests ask of them."""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
TODAY = date(2026, 11, 22)

Row = dict[str, str]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(PARIS)


def day(row: Row) -> int:
    """Return the local day a conversation was opened on, as an ordinal."""
    return moment(row["opened_at"]).date().toordinal()


def local_hour(row: Row) -> int:
    return moment(row["opened_at"]).hour


@dataclass
class GeneratedFiles:
    """The rows of a folder that `generate` filled."""

    folder: Path

    def rows(self, name: str) -> list[Row]:
        with (self.folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    @cached_property
    def agents(self) -> dict[str, Row]:
        return {row["agent_id"]: row for row in self.rows("agents")}

    @cached_property
    def conversations(self) -> dict[str, Row]:
        return {row["conversation_id"]: row for row in self.rows("conversations")}

    @cached_property
    def messages(self) -> list[Row]:
        return self.rows("messages")

    @cached_property
    def handlings(self) -> list[Row]:
        return self.rows("handlings")

    @cached_property
    def surveys(self) -> list[Row]:
        return self.rows("surveys")

    @cached_property
    def transactions(self) -> list[Row]:
        return self.rows("transactions")

    @cached_property
    def answers_by_conversation(self) -> dict[str, list[Row]]:
        """The messages with which respondents answered the visitor, in order."""
        found: defaultdict[str, list[Row]] = defaultdict(list)
        for row in self.messages:
            if row["author_role"] in ("agent", "bot") and not row["automatic"] and not row["internal"]:
                found[row["conversation_id"]].append(row)
        return found

    @cached_property
    def ratings(self) -> dict[str, int]:
        return {row["conversation_id"]: int(row["csat"]) for row in self.surveys if row["csat"]}

    @cached_property
    def sold(self) -> set[str]:
        return {row["conversation_id"] for row in self.transactions if row["conversation_id"]}

    def authors(self, conversation: Row) -> set[str]:
        return {row["author_id"] for row in self.answers_by_conversation[conversation["conversation_id"]]}

    def those(self, wanted: Callable[[Row], bool]) -> list[Row]:
        return [row for row in self.conversations.values() if wanted(row)]

    def written_by(self, *agents: str) -> list[Row]:
        return self.those(lambda row: not self.authors(row).isdisjoint(agents))

    def csat(self, conversations: Iterable[Row]) -> float:
        """Return the share of notes that are 4 or 5, 0 to 100."""
        ratings = [
            self.ratings[row["conversation_id"]] for row in conversations if row["conversation_id"] in self.ratings
        ]
        return 100 * sum(rating >= 4 for rating in ratings) / len(ratings)

    def wait_s(self, conversations: Iterable[Row]) -> float:
        """Return the median wait for the first answer by a person, in seconds."""
        waits = []
        for row in conversations:
            answers = self.answers_by_conversation[row["conversation_id"]]
            people = [answer for answer in answers if answer["author_role"] == "agent"]
            if people:
                waits.append((moment(people[0]["created_at"]) - moment(row["opened_at"])).total_seconds())
        return median(waits)

    def conversion(self, conversations: Iterable[Row]) -> float:
        """Return the share of conversations that a transaction names, 0 to 100."""
        keys = [row["conversation_id"] for row in conversations]
        return 100 * sum(key in self.sold for key in keys) / len(keys)
