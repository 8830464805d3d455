"""When does a conversation count as closed, and as resolved? As its columns and its log of states say (D2, D8, D33)."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol, TypeVar

from ressenti.facts.model import Conversation
from ressenti.record.status_events import StatusEvent

CLOSED_STATES = frozenset({"closed", "fermé", "fermée", "clos", "close", "clôturé", "clôturée"})
RESOLVED_STATES = frozenset({"resolved", "solved", "résolu", "résolue"})


class Numbered(Protocol):
    """Something that happened, with the number its source gives it among others, if it does."""

    @property
    def at(self) -> int:
        """When."""

    @property
    def seq(self) -> int | None:
        """Its number."""


NumberedEvent = TypeVar("NumberedEvent", bound=Numbered)


class Closure(NamedTuple):
    """How a conversation ended: `closed_at` is None while it is open, `resolved_at` is when its resolution ends.

    `first_at` is its first closing, and `reopened_at` the last reopening, where its log has any.
    """

    closed_at: int | None
    resolved_at: int | None
    first_at: int | None = None
    reopened_at: int | None = None


def in_order(events: Sequence[NumberedEvent]) -> list[NumberedEvent]:
    """Put events, which come by time and then by arrival, in their order (D35).

    Those of one moment that their source numbers stand by their number, in the places that they hold together.
    """
    ordered = list(events)
    moments: dict[int, list[int]] = {}
    for place, event in enumerate(events):
        if event.seq is not None:
            moments.setdefault(event.at, []).append(place)
    for places in moments.values():
        numbered = sorted((events[place] for place in places), key=lambda one: one.seq or 0)
        for place, event in zip(places, numbered, strict=True):
            ordered[place] = event
    return ordered


def closure_of(conversation: Conversation) -> Closure:
    """Return how a conversation ended. The last state of a log decides; columns win where it does not contradict."""
    closed, resolved = conversation.closed_at, conversation.resolved_at
    log = in_order(conversation.events)
    first = next((one.at for one in log if _is_closing(one)), None)
    reopened = _last_reopening(log)
    since = log if reopened is None else log[reopened + 1 :]
    reopened_at = None if reopened is None else log[reopened].at
    if not since or not _is_closing(since[-1]):
        told = closed if closed is not None else resolved
        closed_at = None if _is_before(told, reopened_at) else told
    elif closed is not None and not _is_before(closed, reopened_at):
        closed_at = closed
    else:
        closed_at = _last(since, CLOSED_STATES)
        closed_at = _last(since, RESOLVED_STATES) if closed_at is None else closed_at
    if closed_at is None:
        return Closure(None, None, first, reopened_at)
    # A row whose closing knows of the reopening was written after it, and stands by an earlier resolution.
    is_known = not _is_before(resolved, reopened_at) or (closed is not None and not _is_before(closed, reopened_at))
    ends = (resolved if is_known else None, _last(since, RESOLVED_STATES), closed_at)
    return Closure(closed_at, next(at for at in ends if at is not None), first, reopened_at)


def _last_reopening(log: Sequence[StatusEvent]) -> int | None:
    """Return the place of the last state that is not a closing one after one that is."""
    after_closing = (
        place for place in range(len(log) - 1, 0, -1) if _is_closing(log[place - 1]) and not _is_closing(log[place])
    )
    return next(after_closing, None)


def _is_closing(event: StatusEvent) -> bool:
    return _word(event) in CLOSED_STATES or _word(event) in RESOLVED_STATES


def _last(events: Sequence[StatusEvent], states: frozenset[str]) -> int | None:
    return next((one.at for one in reversed(events) if _word(one) in states), None)


def _word(event: StatusEvent) -> str:
    return event.state.strip().lower()


def _is_before(at: int | None, reopened_at: int | None) -> bool:
    """Say whether a column was filled before the last reopening, which it then knows nothing of."""
    return at is not None and reopened_at is not None and at < reopened_at
