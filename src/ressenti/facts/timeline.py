"""The timeline of a conversation, from the order of its messages: who wrote, waited, handled it, when."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from ressenti.facts.model import Conversation
from ressenti.record.handlings import Handling
from ressenti.record.messages import Message

VISITOR, HUMAN, BOT = "visitor", "human", "bot"


class Turn(NamedTuple):
    """A message that counts: `side` is visitor, human or bot, `place` its place among all messages, from 1."""

    at: int
    side: str
    who: int | None
    place: int


class TimedReply(NamedTuple):
    """A reply to the visitor, the wait before it (D9), and the message it was for; None if the handover came later."""

    wait_us: int
    turn: Turn
    asked: Turn | None


@dataclass(slots=True)
class HandlingSpan:
    """A handling and what happened in it."""

    handling: Handling
    is_human: bool
    replies: list[TimedReply] = field(default_factory=list)
    was_answered: bool = False


@dataclass(slots=True)
class Timeline:
    """The messages that count, in order."""

    turns: list[Turn]
    kinds: Mapping[int, str]

    @property
    def first_visitor(self) -> Turn | None:
        """Return the visitor's first message."""
        return next((turn for turn in self.turns if turn.side == VISITOR), None)

    @property
    def first_visitor_at(self) -> int | None:
        """Return when the visitor first wrote."""
        return None if (asked := self.first_visitor) is None else asked.at

    def wrote(self) -> list[int]:
        """Return who sent at least one message, in the order of their first (D4)."""
        return list(dict.fromkeys(turn.who for turn in self.turns if turn.side != VISITOR and turn.who is not None))

    def last_person(self, until: int | None = None) -> Turn | None:
        """Return the last message of a named person, up to a moment if one is given (D17)."""
        people = (turn for turn in reversed(self.turns) if turn.side == HUMAN and turn.who is not None)
        return next((turn for turn in people if until is None or turn.at <= until), None)

    def last_visitor(self, until: int) -> Turn | None:
        """Return the visitor's last message, up to a moment."""
        return next((turn for turn in reversed(self.turns) if turn.side == VISITOR and turn.at <= until), None)

    def sides(self) -> set[str]:
        """Return which of visitor, human and bot wrote."""
        return {turn.side for turn in self.turns}

    def first_human_reply(self) -> Turn | None:
        """Return the first human message after the first visitor message, in their order (D7, D35)."""
        asked = self.first_visitor
        if asked is None:
            return None
        return next((turn for turn in self.turns if turn.side == HUMAN and turn.place > asked.place), None)


def timeline(messages: Sequence[Message], kinds: Mapping[int, str]) -> Timeline:
    """Read messages, which are in their order, leaving out notes among staff, system lines and automatic greetings."""
    turns = []
    for place, message in enumerate(messages, start=1):
        side = side_of(message, kinds)
        if side is not None:
            turns.append(Turn(message.at, side, message.respondent if side != VISITOR else None, place))
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


def handling_spans(conversation: Conversation, line: Timeline, closed_at: int | None) -> list[HandlingSpan]:
    """Return the handlings of a conversation, recorded or derived, each with the replies in it."""
    if conversation.handlings:
        handlings = [
            HandlingSpan(handling, _is_human(handling.respondent, line)) for handling in conversation.handlings
        ]
        _walk(line, _recorded(handlings))
        return handlings
    runs = _runs(conversation.opened_at, line)
    handlings = _derived(runs, line, closed_at)
    _walk(line, _by_run(handlings, runs), unawaited={run.begin for run in runs if not run.is_awaited})
    return handlings


class _Run(NamedTuple):
    """An unbroken run of one respondent's messages: the place of its first, and from when it counts."""

    who: int
    begin: int
    start: int
    is_awaited: bool


def _runs(opened_at: int, line: Timeline) -> list[_Run]:
    """Return the runs of messages, of which each makes a handling.

    It starts when the visitor began to wait for it: the earliest visitor message nobody had answered, but not before
    the opening. Where nobody waited it starts with its own first message, which then answers nothing.
    """
    runs: list[_Run] = []
    waiting: Turn | None = None
    for turn in line.turns:
        if turn.side == VISITOR:
            waiting = waiting or turn
            continue
        if turn.who is not None and (not runs or runs[-1].who != turn.who):
            start = turn.at if waiting is None else max(opened_at, waiting.at)
            runs.append(_Run(turn.who, turn.place, start, waiting is not None))
        waiting = None
    return runs


def _derived(runs: Sequence[_Run], line: Timeline, closed_at: int | None) -> list[HandlingSpan]:
    """Make a handling of each run: it ends where the next starts, the last at the closing."""
    ends: list[tuple[int | None, str | None]] = [(run.start, "transferred") for run in runs[1:]]
    ends.append((closed_at, None if closed_at is None else "closed"))
    return [
        HandlingSpan(Handling(run.who, run.start, end, how), _is_human(run.who, line))
        for run, (end, how) in zip(runs, ends, strict=False)
    ]


class _Own(NamedTuple):
    """The handlings of one respondent, in order, and from which moment or message on each has theirs."""

    begins: list[int]
    handling_spans: list[HandlingSpan]
    is_by_place: bool

    def of(self, turn: Turn) -> HandlingSpan | None:
        """Return the handling a message was written in: the last that had begun; none where clocks disagree (E15)."""
        place = bisect_right(self.begins, turn.place if self.is_by_place else turn.at)
        found = self.handling_spans[place - 1] if place else None
        return found if found is not None and found.handling.started_at <= turn.at else None


def _recorded(found: Sequence[HandlingSpan]) -> dict[int, _Own]:
    own: dict[int, _Own] = {}
    for stretch in found:
        mine = own.setdefault(stretch.handling.respondent, _Own([], [], is_by_place=False))
        mine.begins.append(stretch.handling.started_at)
        mine.handling_spans.append(stretch)
    return own


def _by_run(found: Sequence[HandlingSpan], runs: Sequence[_Run]) -> dict[int, _Own]:
    own: dict[int, _Own] = {}
    for stretch, run in zip(found, runs, strict=True):
        mine = own.setdefault(run.who, _Own([], [], is_by_place=True))
        mine.begins.append(run.begin)
        mine.handling_spans.append(stretch)
    return own


def _walk(line: Timeline, own: Mapping[int, _Own], unawaited: set[int] | frozenset[int] = frozenset()) -> None:
    """Give each human message to the handling it was written in, with the visitor's wait if it answers one."""
    waiting: Turn | None = None
    for turn in line.turns:
        if turn.side == VISITOR:
            waiting = waiting or turn
        elif turn.side == HUMAN:
            stretch = own[turn.who].of(turn) if turn.who is not None and turn.who in own else None
            if stretch is not None:
                stretch.was_answered = True
                if waiting is not None and turn.place not in unawaited:
                    start = stretch.handling.started_at
                    asked = waiting if waiting.at >= start else None
                    stretch.replies.append(TimedReply(turn.at - max(start, waiting.at), turn, asked))
            waiting = None


def _is_human(respondent: int, line: Timeline) -> bool:
    if respondent in line.kinds:
        return line.kinds[respondent] != BOT
    return all(turn.side == HUMAN for turn in line.turns if turn.who == respondent)
