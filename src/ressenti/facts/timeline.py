"""What the order of a conversation's messages tells: who wrote, who waited how long, who handled it when."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ressenti.facts.model import Conversation, Handling, Message

VISITOR, HUMAN, BOT = "visitor", "human", "bot"


@dataclass(slots=True)
class Stretch:
    """A handling and what happened in it. `waits_us` holds the wait before each reply to the visitor (D9).

    `replied_at` holds when each of those replies was written.
    """

    handling: Handling
    is_human: bool
    waits_us: list[int] = field(default_factory=list)
    replied_at: list[int] = field(default_factory=list)
    was_answered: bool = False


@dataclass(slots=True)
class Timeline:
    """The messages that count, in order, as (moment, visitor|human|bot, respondent)."""

    turns: list[tuple[int, str, int | None]]
    kinds: Mapping[int, str]

    @property
    def first_visitor_at(self) -> int | None:
        """Return when the visitor first wrote."""
        return next((at for at, side, _who in self.turns if side == VISITOR), None)

    def wrote(self) -> list[int]:
        """Return who sent at least one message, in the order of their first (D4)."""
        return list(dict.fromkeys(who for _at, side, who in self.turns if side != VISITOR and who is not None))

    def last_person(self, until: int | None = None) -> int | None:
        """Return the last person who wrote, up to a moment if one is given (D17)."""
        people = (w for at, side, w in reversed(self.turns) if side == HUMAN and (until is None or at <= until))
        return next((who for who in people if who is not None), None)

    def last_visitor_at(self, until: int) -> int | None:
        """Return when the visitor last wrote, up to a moment."""
        return next((at for at, side, _who in reversed(self.turns) if side == VISITOR and at <= until), None)

    def sides(self) -> set[str]:
        """Return which of visitor, human and bot wrote."""
        return {side for _at, side, _who in self.turns}

    def first_human_reply(self) -> tuple[int, int | None] | None:
        """Return the first human message at or after the first visitor message, and whose it is (D7)."""
        asked = self.first_visitor_at
        if asked is None:
            return None
        return next(((at, who) for at, side, who in self.turns if side == HUMAN and at >= asked), None)


def timeline(messages: Sequence[Message], kinds: Mapping[int, str]) -> Timeline:
    """Read the messages in order of time, leaving out notes among staff, system lines and automatic greetings."""
    turns = []
    for message in sorted(messages, key=lambda one: one.at):
        side = side_of(message, kinds)
        if side is not None:
            turns.append((message.at, side, message.respondent if side != VISITOR else None))
    return Timeline(turns, kinds)


def side_of(message: Message, kinds: Mapping[int, str]) -> str | None:
    """Return who speaks in a message, or None where nobody does; a declared kind outweighs the author's role."""
    if message.is_internal or message.role == "system":
        return None
    if message.role == "visitor":
        return VISITOR
    kind = kinds.get(message.respondent) if message.respondent is not None else None
    is_bot = kind == BOT if kind else message.role == BOT
    if is_bot:
        return BOT
    return None if message.is_automatic else HUMAN


def stretches(conversation: Conversation, line: Timeline, closed_at: int | None) -> list[Stretch]:
    """Return the handlings of a conversation, recorded or derived, each with the waits in it."""
    if conversation.handlings:
        given = sorted(conversation.handlings, key=lambda one: one.started_at)
        found = [Stretch(handling, _is_human(handling.respondent, line)) for handling in given]
        unawaited: set[int] = set()
    else:
        found, unawaited = _derived(conversation.opened_at, line, closed_at)
    _walk(found, line, unawaited)
    return found


def _derived(opened_at: int, line: Timeline, closed_at: int | None) -> tuple[list[Stretch], set[int]]:
    """Make one handling of each unbroken run of one respondent's messages.

    It starts when the visitor began to wait for it: the earliest visitor message nobody had answered, but not before
    the opening. Where nobody waited it starts with its own first message, which then answers nothing.
    """
    runs: list[tuple[int, int]] = []
    unawaited: set[int] = set()
    waiting_since: int | None = None
    for place, (at, side, who) in enumerate(line.turns):
        if side == VISITOR:
            waiting_since = at if waiting_since is None else waiting_since
            continue
        if who is not None and (not runs or runs[-1][1] != who):
            if waiting_since is None:
                unawaited.add(place)
            runs.append((at if waiting_since is None else max(opened_at, waiting_since), who))
        waiting_since = None
    ends = [start for start, _who in runs[1:]]
    made = []
    for i, (start, who) in enumerate(runs):
        last = closed_at, None if closed_at is None else "closed"
        end, how = (ends[i], "transferred") if i < len(ends) else last
        made.append(Stretch(Handling(who, start, end, how), _is_human(who, line)))
    return made, unawaited


def _walk(found: list[Stretch], line: Timeline, unawaited: set[int]) -> None:
    """Give each human message to the handling it was written in, with the visitor's wait if it answers one."""
    starts: dict[int, list[int]] = {}
    own: dict[int, list[Stretch]] = {}
    for stretch in sorted(found, key=lambda one: one.handling.started_at):
        starts.setdefault(stretch.handling.respondent, []).append(stretch.handling.started_at)
        own.setdefault(stretch.handling.respondent, []).append(stretch)
    waiting_since: int | None = None
    for turn, (at, side, who) in enumerate(line.turns):
        if side == VISITOR:
            waiting_since = at if waiting_since is None else waiting_since
        elif side == HUMAN:
            place = bisect_right(starts.get(who, []), at) if who is not None else 0
            if place and who is not None:
                stretch = own[who][place - 1]
                stretch.was_answered = True
                if waiting_since is not None and turn not in unawaited:
                    stretch.waits_us.append(at - max(stretch.handling.started_at, waiting_since))
                    stretch.replied_at.append(at)
            waiting_since = None


def _is_human(respondent: int, line: Timeline) -> bool:
    if respondent in line.kinds:
        return line.kinds[respondent] != BOT
    return all(side == HUMAN for _at, side, who in line.turns if who == respondent)
