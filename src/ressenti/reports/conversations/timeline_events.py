"""What can happen in a conversation, as its transcript tells it, one after another."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from ressenti.indicators.names import KeyName
from ressenti.search.words import TextPiece


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationOpened:
    """The conversation opens."""

    kind: ClassVar[str] = "opened"
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationHanded:
    """It is handed to a respondent; `after` is how the handling before it ended, None for the first."""

    kind: ClassVar[str] = "handed"
    at: int
    who: KeyName
    is_human: bool
    after: str | None
    group: str | None = None
    rule: str | None = None
    distribution_group: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageWritten:
    """A message. `place` counts from 1; `side` is visitor, human, bot, system or staff (what only staff may read).

    `pieces` is the text, with what was looked for in it; None where the viewer may not read it, and empty where
    there is none: it was erased, or only a file was sent. `length` is how many characters it has. `part` is the id of
    the merged conversation it was said in, which no measure looks at (D34).
    """

    kind: ClassVar[str] = "said"
    at: int
    place: int
    side: str
    who: KeyName | None
    is_automatic: bool
    is_internal: bool
    pieces: tuple[TextPiece, ...] | None
    length: int
    part: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationPaused:
    """It is put on hold, until it is taken up again (None: it was not)."""

    kind: ClassVar[str] = "paused"
    at: int
    until: int | None
    who: KeyName


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusChanged:
    """Its status changes."""

    kind: ClassVar[str] = "stated"
    at: int
    state: str
    who: KeyName | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyOffered:
    """A survey is offered."""

    kind: ClassVar[str] = "offered"
    at: int
    survey: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionReply:
    """An answer to one question of a survey: csat, nps, ces, resolved or comment.

    `value` is on the scale as the source has it ("5" is 1 to 5); `pieces` is a comment, None where it may not be read.
    """

    question: str
    value: int | None
    scale: str | None
    pieces: tuple[TextPiece, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyChanged:
    """What an answer was before it was changed at a moment."""

    at: int
    before: QuestionReply


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyAnswered:
    """A survey is answered; `changes` are what was said before, oldest first."""

    kind: ClassVar[str] = "answered"
    at: int
    survey: str | None
    replies: tuple[QuestionReply, ...]
    changes: tuple[ReplyChanged, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleMade:
    """A sale, or a refund where the amount (in millionths) is negative."""

    kind: ClassVar[str] = "sold"
    at: int
    amount_millionths: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationClosed:
    """The conversation closes."""

    kind: ClassVar[str] = "closed"
    at: int


TimelineEvent = (
    ConversationOpened
    | ConversationHanded
    | MessageWritten
    | ConversationPaused
    | StatusChanged
    | SurveyOffered
    | SurveyAnswered
    | SaleMade
    | ConversationClosed
)
_RANKS = ("opened", "asked", "handed", "said", "paused", "sold", "stated", "closed", "offered", "answered")
"""What comes first of two kinds of things that happened at the same moment: who is handed it was asked before, and then
says."""


def in_order(items: Iterable[TimelineEvent]) -> tuple[TimelineEvent, ...]:
    """Put everything that happened in order; things of one kind come in theirs and keep it, whoever wrote (D35)."""
    given = list(items)
    said_at: set[int] = set()
    ranks = []
    for item in given:
        is_asked = isinstance(item, MessageWritten) and item.side == "visitor" and item.at not in said_at
        if isinstance(item, MessageWritten) and not is_asked:
            said_at.add(item.at)
        ranks.append((item.at, _RANKS.index("asked" if is_asked else item.kind)))
    return tuple(given[place] for place in sorted(range(len(given)), key=ranks.__getitem__))
