"""Who held a conversation from when to when, and how long did the visitor wait for them? Counted a second time."""

from collections.abc import Sequence
from itertools import groupby, takewhile
from operator import itemgetter
from typing import NamedTuple

from ressenti.facts.recount.record import RecordedCase, RecordedHandling, RecordedSetting
from ressenti.facts.recount.respondents import AuthorSide, RecountedTurn, by_visitor, written


class RecountedHandling(NamedTuple):
    """One handling. Of one derived from messages, `begun_by` is the place of its first message.

    `is_awaited` says whether a visitor was waiting for it.
    """

    respondent_id: int
    started_at: int
    ended_at: int | None
    ended_by: str | None
    group_id: int | None = None
    rule_id: int | None = None
    distribution_group_id: int | None = None
    begun_by: int | None = None
    is_awaited: bool = True


class RecountedReply(NamedTuple):
    """A person's answer to a waiting visitor: in which handling it was given, and after what wait."""

    stretch: int
    wait_us: int


def stretches(case: RecordedCase, of: Sequence[RecountedTurn], closed_at: int | None) -> list[RecountedHandling]:
    """Return the handlings by start: the recorded ones, or where none is recorded, those derived from the messages."""
    if case.held:
        return [_recorded(handling) for handling in case.held]
    return _from_messages(of, case.head.opened_at, closed_at)


def _recorded(handling: RecordedHandling) -> RecountedHandling:
    return RecountedHandling(
        handling.respondent_id,
        handling.started_at,
        handling.ended_at,
        handling.ended_by,
        handling.group_id,
        handling.rule_id,
        handling.distribution_group_id,
    )


def _from_messages(of: Sequence[RecountedTurn], opened_at: int, closed_at: int | None) -> list[RecountedHandling]:
    """Return a handling for each unbroken run of one named respondent's messages."""
    started = [_started(of, place, respondent, opened_at) for place, respondent in _first_of_runs(of)]
    ends: list[tuple[int | None, str | None]] = [(one.started_at, "transferred") for one in started[1:]]
    ends.append((closed_at, None if closed_at is None else "closed"))
    return [one._replace(ended_at=at, ended_by=by) for one, (at, by) in zip(started, ends, strict=False)]


def _first_of_runs(of: Sequence[RecountedTurn]) -> list[tuple[int, int]]:
    """Return where each run begins and whose it is; who has no name interrupts nobody."""
    said = [(place, turn.respondent_id) for place, turn in enumerate(of) if turn.side is not AuthorSide.VISITOR]
    named = [(place, respondent) for place, respondent in said if respondent is not None]
    return [next(run) for _respondent, run in groupby(named, key=itemgetter(1))]


def _started(of: Sequence[RecountedTurn], place: int, respondent: int, opened_at: int) -> RecountedHandling:
    """Return a handling from the moment the visitor began to wait for it, or from its own first message."""
    waiting = _waiting(of[:place], ended_by={AuthorSide.PERSON, AuthorSide.BOT})
    if not waiting:
        return RecountedHandling(respondent, of[place].at, None, None, begun_by=place, is_awaited=False)
    return RecountedHandling(respondent, max(opened_at, waiting[0].at), None, None, begun_by=place)


def _waiting(before: Sequence[RecountedTurn], *, ended_by: set[AuthorSide]) -> list[RecountedTurn]:
    """Return the visitor's messages that none of these has answered yet."""
    since = list(takewhile(lambda turn: turn.side not in ended_by, reversed(before)))
    return by_visitor(since[::-1])


def stretch_of(of: Sequence[RecountedTurn], place: int, handlings: Sequence[RecountedHandling]) -> int | None:
    """Return which handling a message belongs to: the writer's that started last, at or before it.

    Where the handlings are derived from the messages, it is the run of messages that it stands in.
    """
    turn = of[place]
    own = [number for number, one in enumerate(handlings) if one.respondent_id == turn.respondent_id]
    begun = [number for number in own if (handlings[number].begun_by or 0) <= place]
    if any(handlings[number].begun_by is not None for number in own):
        begun = begun[-1:]
    theirs = [(handlings[number].started_at, number) for number in begun if handlings[number].started_at <= turn.at]
    return max(theirs)[1] if theirs else None


def replies(of: Sequence[RecountedTurn], handlings: Sequence[RecountedHandling]) -> list[RecountedReply]:
    """Return each answer of a person to a waiting visitor (D9), in order; what a bot says ends no wait."""
    opening = {one.begun_by for one in handlings if not one.is_awaited}
    answers = []
    for place, turn in enumerate(of):
        if turn.side is not AuthorSide.PERSON or place in opening:
            continue
        waiting = _waiting(of[:place], ended_by={AuthorSide.PERSON})
        stretch = stretch_of(of, place, handlings)
        if waiting and stretch is not None:
            answers.append(RecountedReply(stretch, turn.at - max(handlings[stretch].started_at, waiting[0].at)))
    return answers


def is_person(respondent_id: int, of: Sequence[RecountedTurn], world: RecordedSetting) -> bool:
    """Say whether a handling is a person's: as declared, else if all that its respondent wrote is a person's."""
    if respondent_id in world.kinds:
        return world.kinds[respondent_id] != "bot"
    return all(turn.side is AuthorSide.PERSON for turn in written(of) if turn.respondent_id == respondent_id)


def closing_delay(one: RecountedHandling, of: Sequence[RecountedTurn]) -> int | None:
    """Return last visitor message to closing (D10), for a handling that ended by closing."""
    ended_at = one.ended_at
    if one.ended_by != "closed" or ended_at is None:
        return None
    before = [turn.at for turn in by_visitor(of) if turn.at <= ended_at]
    return ended_at - before[-1] if before else None


def is_unanswered(one: RecountedHandling, of: Sequence[RecountedTurn], *, has_spoken: bool) -> bool | None:
    """Say whether no person wrote in a handling; None where the visitor had written nothing by its end."""
    ended_at = one.ended_at
    if not [turn for turn in by_visitor(of) if ended_at is None or turn.at <= ended_at]:
        return None
    return not has_spoken


def spoken_in(of: Sequence[RecountedTurn], handlings: Sequence[RecountedHandling]) -> set[int | None]:
    """Return the places of the handlings in which a person wrote."""
    return {stretch_of(of, place, handlings) for place, turn in enumerate(of) if turn.side is AuthorSide.PERSON}


def not_negative(duration: int | None) -> int | None:
    """Return a duration, or None where clocks disagree so that it would be negative (E15)."""
    return None if duration is None or duration < 0 else duration
