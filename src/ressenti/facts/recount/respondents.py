"""Who wrote in a conversation, and who is credited with what? Counted a second time, in the most literal way."""

from collections.abc import Iterable, Sequence
from enum import Enum
from itertools import dropwhile
from typing import NamedTuple, TypeVar

from ressenti.facts.recount.record import RecordedCase, RecordedMembership, RecordedMessage, RecordedSetting

DistinctItem = TypeVar("DistinctItem")


class AuthorSide(Enum):
    """Whose message it is."""

    VISITOR = "visitor"
    PERSON = "person"
    BOT = "bot"


class RecountedTurn(NamedTuple):
    """A message that counts: the visitor's, or one that somebody wrote to the visitor."""

    at: int
    side: AuthorSide
    respondent_id: int | None


def turns(messages: Sequence[RecordedMessage], world: RecordedSetting) -> list[RecountedTurn]:
    """Return the messages that count, in order.

    Staff notes and system lines are nobody's; a person's automatic message is not written by that person, a bot's is.
    """
    told = ((message, side_of(message, world)) for message in messages if not message.is_internal)
    return [
        RecountedTurn(message.created_at, side, None if side is AuthorSide.VISITOR else message.respondent_id)
        for message, side in told
        if side is not None and not (side is AuthorSide.PERSON and message.is_automatic)
    ]


def side_of(message: RecordedMessage, world: RecordedSetting) -> AuthorSide | None:
    """Return whose message it is: a respondent's declared kind outweighs the role the message was written in."""
    if message.author_role == "visitor":
        return AuthorSide.VISITOR
    if message.author_role not in {"agent", "bot"}:
        return None
    kind = None if message.respondent_id is None else world.kinds.get(message.respondent_id)
    is_bot = message.author_role == "bot" if kind is None else kind == "bot"
    return AuthorSide.BOT if is_bot else AuthorSide.PERSON


def distinct(items: Iterable[DistinctItem | None]) -> tuple[DistinctItem, ...]:
    """Return each item once, in order of its first appearance, without nothing."""
    return tuple(dict.fromkeys(item for item in items if item is not None))


def written(of: Sequence[RecountedTurn]) -> list[RecountedTurn]:
    """Return what was written to the visitor."""
    return [turn for turn in of if turn.side is not AuthorSide.VISITOR]


def by_people(of: Sequence[RecountedTurn]) -> list[RecountedTurn]:
    """Return what people wrote to the visitor: agents and experts, named or not."""
    return [turn for turn in of if turn.side is AuthorSide.PERSON]


def by_visitor(of: Sequence[RecountedTurn]) -> list[RecountedTurn]:
    """Return what the visitor wrote."""
    return [turn for turn in of if turn.side is AuthorSide.VISITOR]


def respondents(case: RecordedCase, of: Sequence[RecountedTurn]) -> tuple[int, ...]:
    """Return who is credited (D4): who wrote, by first message; whom the source lists if there are no messages."""
    if not case.messages:
        return distinct(case.listed)
    return distinct(turn.respondent_id for turn in written(of))


def first_answer(of: Sequence[RecountedTurn]) -> RecountedTurn | None:
    """Return the first message of a person that follows the visitor's first, in their order (D7, D35)."""
    since = dropwhile(lambda turn: turn.side is not AuthorSide.VISITOR, of)
    return next((turn for turn in since if turn.side is AuthorSide.PERSON), None)


def first_responder(case: RecordedCase, of: Sequence[RecountedTurn], world: RecordedSetting) -> int | None:
    """Return the person who gave the first answer; without messages, the first listed who is not declared a bot."""
    if case.messages:
        answer = first_answer(of)
        return answer.respondent_id if answer else None
    people = [one for one in case.listed if world.kinds.get(one) != "bot"]
    return people[0] if people else None


def automation(case: RecordedCase, of: Sequence[RecountedTurn], world: RecordedSetting) -> int | None:
    """Return 2 where only bots wrote, 1 where bots and people did, 0 where only people did, None where nobody did."""
    told = {"full": 2, "partial": 1, "none": 0}.get(case.head.automation or "")
    if case.messages:
        return _degree({turn.side for turn in written(of)}, otherwise=told)
    if told is not None:
        return told
    return _degree(
        {AuthorSide.BOT if world.kinds.get(one) == "bot" else AuthorSide.PERSON for one in case.listed}, otherwise=None
    )


def _degree(sides: set[AuthorSide], *, otherwise: int | None) -> int | None:
    if not sides:
        return otherwise
    if sides == {AuthorSide.BOT}:
        return 2
    return 1 if AuthorSide.BOT in sides else 0


def first_respondent(case: RecordedCase, of: Sequence[RecountedTurn]) -> int | None:
    """Return the first who wrote, or is listed."""
    order = _in_order(case, of)
    return order[0] if order else None


def last_respondent(case: RecordedCase, of: Sequence[RecountedTurn]) -> int | None:
    """Return the last who wrote, or is listed."""
    order = _in_order(case, of)
    return order[-1] if order else None


def _in_order(case: RecordedCase, of: Sequence[RecountedTurn]) -> list[int]:
    if not case.messages:
        return list(case.listed)
    return [turn.respondent_id for turn in written(of) if turn.respondent_id is not None]


def last_person(of: Sequence[RecountedTurn], *, until: int | None = None) -> int | None:
    """Return the last named person who wrote, at or before a moment if one is given."""
    named = [
        turn.respondent_id
        for turn in by_people(of)
        if turn.respondent_id is not None and (until is None or turn.at <= until)
    ]
    return named[-1] if named else None


def seller(case: RecordedCase, of: Sequence[RecountedTurn], sold_at: int) -> int | None:
    """Return who is credited with a sale (D17): the last person who wrote by then, or the last listed."""
    if not case.messages:
        return last_respondent(case, of)
    return last_person(of, until=sold_at)


def groups_at(memberships: Sequence[RecordedMembership], at: int) -> tuple[int, ...]:
    """Return the groups somebody was in at a moment (D28): from the first of it, until before the last."""
    return distinct(
        one.group_id
        for one in memberships
        if (one.from_at is None or one.from_at <= at) and (one.until_at is None or at < one.until_at)
    )


def groups_of_writers(case: RecordedCase, of: Sequence[RecountedTurn], world: RecordedSetting) -> tuple[int, ...]:
    """Return the groups in which those who wrote were when they first wrote, or when it opened if that is not known."""
    first_at = dict.fromkeys(respondents(case, of), case.head.opened_at)
    for turn in reversed(written(of)):
        if turn.respondent_id is not None:
            first_at[turn.respondent_id] = turn.at
    return distinct(group for one, at in first_at.items() for group in groups_at(world.memberships.get(one, ()), at))
