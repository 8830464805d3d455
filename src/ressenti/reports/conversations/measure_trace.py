"""What was measured in one conversation, and how: from which message to which, so that anyone can check it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ressenti.facts.close import Closure, closure_of
from ressenti.facts.derive import Facts, derive
from ressenti.facts.model import Conversation, MeasurementSettings
from ressenti.facts.schema import TABLES
from ressenti.facts.timeline import BOT, HUMAN, HandlingSpan, Timeline, Turn, handling_spans, side_of, timeline
from ressenti.indicators.model import Unit
from ressenti.indicators.names import DEGREE_NAMES
from ressenti.kit.clock import SECOND
from ressenti.kit.i18n import _

StoredFacts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class TracedPart:
    """Something a sentence names: a moment in microseconds, or the ids of people; `message` is the one it is found at.

    A message is named by its place in the transcript, from 1.
    """

    at: int | None = None
    people: tuple[int, ...] = ()
    message: int | None = None


@dataclass(frozen=True, slots=True)
class MeasureExplanation:
    """A sentence that says how something was measured, with the `{names}` of what it speaks of."""

    sentence: str
    spots: Mapping[str, TracedPart]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredValue:
    """One measured value: its name, the value in its unit (None: not measured), and how it came about.

    A value of no unit is a word of ours, to be translated; `people` are those it speaks of instead of a value.
    """

    key: str
    name: str
    value: float | int | str | None
    unit: Unit | None
    how: tuple[MeasureExplanation, ...] = ()
    people: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredHandling:
    """One handling and what was measured in it."""

    respondent: int
    is_human: bool
    started_at: int
    ended_at: int | None
    ended_by: str | None
    measures: tuple[MeasuredValue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureTrace:
    """Everything measured in a conversation. `facts` are its rows as they stand in the analytics store."""

    facts: Facts
    closed_at: int | None
    measures: tuple[MeasuredValue, ...]
    handled: tuple[MeasuredHandling, ...]
    sales: tuple[MeasuredValue, ...]


ENDINGS = {
    "closed": _("It ends at {end}, when the conversation was closed."),
    "transferred": _("It ends at {end}, when the conversation was transferred."),
    "paused": _("It ends at {end}, when the conversation was paused."),
}
_ENDED = _("It ends at {end}.")
_AS_GIVEN = MeasureExplanation(_("As the source gives it: there are no messages to measure from."), {})


def measure(conversation: Conversation, setting: MeasurementSettings) -> MeasureTrace:
    """Measure a conversation as the figures do, and say how; its messages are numbered as the transcript shows them."""
    facts = derive(conversation, setting)
    line = timeline(conversation.messages, setting.kinds)
    ended = closure_of(conversation)
    spans = handling_spans(conversation, line, ended.closed_at)
    traced = _TracedConversation(conversation, setting, line, ended)
    row = _named("conversation", facts.conversation[0])
    handlings = [_named("handling", one) for one in facts.handling]
    return MeasureTrace(
        facts=facts,
        closed_at=ended.closed_at,
        measures=(
            _first_response(traced, row),
            _resolution(traced, row),
            *_first_resolution(traced),
            _automation(traced, row),
            *_credits(traced, row, facts),
        ),
        handled=tuple(_handled(traced, span, found) for span, found in zip(spans, handlings, strict=True)),
        sales=tuple(_sale(traced, _named("sale", one)) for one in facts.sale),
    )


@dataclass(frozen=True, slots=True)
class _TracedConversation:
    conversation: Conversation
    setting: MeasurementSettings
    line: Timeline
    ended: Closure

    @property
    def start(self) -> TracedPart | None:
        """Return where its resolution begins: at the visitor's first message, or at the opening where there is none."""
        if not self.conversation.messages:
            return TracedPart(self.conversation.opened_at)
        return None if self.line.first_visitor is None else _spot(self.line.first_visitor)


def _spot(turn: Turn) -> TracedPart:
    """Return where a message is found."""
    return TracedPart(at=turn.at, message=turn.place)


def _named(table: str, row: tuple[Any, ...]) -> StoredFacts:
    return dict(zip((column.name for column in TABLES[table]), row, strict=True))


def _seconds(us: int | None) -> float | None:
    return None if us is None else us / SECOND


def _first_response(traced: _TracedConversation, row: StoredFacts) -> MeasuredValue:
    return MeasuredValue(
        key="first_response",
        name=_("First response"),
        value=_seconds(row["first_response_us"]),
        unit=Unit.SECONDS,
        how=_first_response_how(traced, row["first_response_us"]),
    )


def _first_response_how(traced: _TracedConversation, us: int | None) -> tuple[MeasureExplanation, ...]:
    conversation, line = traced.conversation, traced.line
    if not conversation.messages:
        if us is not None and conversation.first_response_us is None:
            spots = {"start": TracedPart(conversation.opened_at), "end": TracedPart(conversation.first_response_at)}
            return (
                MeasureExplanation(
                    _("From the opening at {start} to the first response that the source names, {end}."), spots
                ),
            )
        return (_AS_GIVEN,) if us is not None else (MeasureExplanation(_("The source tells of no response."), {}),)
    asked, reply = line.first_visitor, line.first_human_reply()
    if asked is None:
        return (MeasureExplanation(_("The visitor never wrote."), {}),)
    start = _spot(asked)
    if reply is None:
        return (MeasureExplanation(_("The visitor first wrote at {start}, and no person answered."), {"start": start}),)
    end = _spot(reply)
    if reply.who is None:
        sentence = _("From the visitor's first message at {start} to the first answer by a person at {end}.")
    else:
        sentence = _("From the visitor's first message at {start} to the first answer by a person, {who}, at {end}.")
    who = TracedPart(people=() if reply.who is None else (reply.who,))
    return (MeasureExplanation(sentence, {"start": start, "end": end, "who": who}), *_left_out(traced, asked, reply))


def _left_out(traced: _TracedConversation, asked: Turn, reply: Turn) -> tuple[MeasureExplanation, ...]:
    """Say which answers in between do not count: a bot's, and automatic ones."""
    between = range(asked.place + 1, reply.place)
    bot = next((turn for turn in traced.line.turns if turn.side == BOT and turn.place in between), None)
    greeting = next((place for place in between if _is_greeting(traced, place)), None)
    explanations = []
    if bot:
        explanations.append(MeasureExplanation(_("The bot's answer at {bot} does not count."), {"bot": _spot(bot)}))
    if greeting:
        at = TracedPart(traced.conversation.messages[greeting - 1].at, message=greeting)
        explanations.append(MeasureExplanation(_("The automatic message at {auto} does not count."), {"auto": at}))
    return tuple(explanations)


def _is_greeting(traced: _TracedConversation, place: int) -> bool:
    """Say whether a message is an automatic one that counts as nobody's."""
    message = traced.conversation.messages[place - 1]
    is_ours = message.is_automatic and message.role not in {"visitor", "system"}
    return is_ours and side_of(message, traced.setting.kinds) is None


def _resolution(traced: _TracedConversation, row: StoredFacts) -> MeasuredValue:
    return MeasuredValue(
        key="resolution",
        name=_("Resolution"),
        value=_seconds(row["resolution_us"]),
        unit=Unit.SECONDS,
        how=_resolution_how(traced, row["resolution_us"]),
    )


def _resolution_how(traced: _TracedConversation, us: int | None) -> tuple[MeasureExplanation, ...]:
    conversation, ended, reopened = traced.conversation, traced.ended, _reopened(traced)
    if ended.closed_at is None or ended.resolved_at is None:
        return MeasureExplanation(_("The conversation is still open."), {}), *reopened
    if not conversation.messages and conversation.resolution_us is not None:
        return (_AS_GIVEN,)
    start = traced.start
    if start is None:
        return (MeasureExplanation(_("The visitor never wrote."), {}),)
    if us is None:
        return (
            MeasureExplanation(
                _("The times of this conversation contradict each other: it ends before it begins."), {}
            ),
        )
    if conversation.messages:
        begin = MeasureExplanation(_("It runs from the visitor's first message at {start}."), {"start": start})
    else:
        begin = MeasureExplanation(_("There are no messages: it runs from the opening at {start}."), {"start": start})
    end = ended.resolved_at
    if end == conversation.resolved_at or end != ended.closed_at:
        return (
            begin,
            MeasureExplanation(_("It ends with the resolution at {end}."), {"end": TracedPart(end)}),
            *reopened,
        )
    return begin, MeasureExplanation(_("It ends with the closing at {end}."), {"end": TracedPart(end)}), *reopened


def _reopened(traced: _TracedConversation) -> tuple[MeasureExplanation, ...]:
    """Say when it was last reopened: what was closed before that does not count (D33)."""
    at = traced.ended.reopened_at
    sentence = _("It was reopened at {at}; closings before that do not count.")
    return () if at is None else (MeasureExplanation(sentence, {"at": TracedPart(at)}),)


def _first_resolution(traced: _TracedConversation) -> list[MeasuredValue]:
    """Return how long it took until the first closing, of a conversation that was reopened after it (D33)."""
    first, start = traced.ended.first_at, traced.start
    if traced.ended.reopened_at is None or first is None or start is None or start.at is None:
        return []
    how = MeasureExplanation(
        _("From {start} to the first closing at {end}, before it was reopened."),
        {"start": start, "end": TracedPart(first)},
    )
    us = first - start.at
    value = _seconds(us) if us >= 0 else None
    return [
        MeasuredValue(key="first_resolution", name=_("First resolution"), value=value, unit=Unit.SECONDS, how=(how,))
    ]


def _automation(traced: _TracedConversation, row: StoredFacts) -> MeasuredValue:
    degree = row["automation"]
    if degree is None:
        how = MeasureExplanation(_("Nobody answered."), {})
    elif traced.line.sides() & {HUMAN, BOT}:
        how = (
            MeasureExplanation(_("Only people answered."), {}),
            MeasureExplanation(_("A bot and people answered."), {}),
            MeasureExplanation(_("Only bots answered."), {}),
        )[degree]
    else:
        how = MeasureExplanation(_("As the source tells it: there are no messages to see who answered."), {})
    return MeasuredValue(
        key="automation", name=_("Automation degree"), value=DEGREE_NAMES.get(degree), unit=None, how=(how,)
    )


def _credits(traced: _TracedConversation, row: StoredFacts, facts: Facts) -> list[MeasuredValue]:
    """Say whom the ratings count for, where there are any (D4)."""
    rated = [_named("answer", one) for one in facts.answer]
    if not any(one["is_answered"] for one in rated):
        return []
    wrote = row["respondent_ids"]
    if not wrote:
        how = MeasureExplanation(_("Nobody wrote in it, so its rating counts for nobody."), {})
    elif traced.conversation.messages:
        how = MeasureExplanation(_("A rating counts for everyone who wrote in the conversation."), {})
    else:
        how = MeasureExplanation(_("A rating counts for everyone the source names: there are no messages."), {})
    others = {
        "closer": (_("Closed by"), row["closer_id"]),
        "last": (_("Last to write"), row["last_respondent_id"]),
        "first": (_("First to write"), row["first_respondent_id"]),
    }
    return [
        MeasuredValue(key="credit", name=_("Its rating counts for"), value=None, unit=None, how=(how,), people=wrote),
        *(
            MeasuredValue(key=key, name=name, value=None, unit=None, people=(who,))
            for key, (name, who) in others.items()
            if who is not None and len(wrote) > 1
        ),
    ]


def _handled(traced: _TracedConversation, span: HandlingSpan, row: StoredFacts) -> MeasuredHandling:
    handling = span.handling
    begin = MeasureExplanation(
        _("It runs from {start}, when the conversation was handed over."), {"start": TracedPart(handling.started_at)}
    )
    ended = ENDINGS.get(handling.ended_by or "", _ENDED)
    open_ended = MeasureExplanation(_("It has not ended yet."), {})
    end = open_ended if handling.ended_at is None else MeasureExplanation(ended, {"end": TracedPart(handling.ended_at)})
    count = row["reply_count"]
    measures = [
        MeasuredValue(
            key="handling_time",
            name=_("Handling time"),
            value=_seconds(row["handling_us"]),
            unit=Unit.SECONDS,
            how=(begin, end),
        )
    ]
    if span.is_human:
        measures += [
            MeasuredValue(
                key="response_time",
                name=_("Response time, mean"),
                value=row["reply_wait_us"] / (count * SECOND) if count else None,
                unit=Unit.SECONDS,
                how=_waits(span),
            ),
            MeasuredValue(
                key="first_message_response_time",
                name=_("Response time to first message"),
                value=_seconds(row["first_message_response_us"]),
                unit=Unit.SECONDS,
                how=_waits(span)[:1],
            ),
            MeasuredValue(key="reply_count", name=_("Replies to the visitor"), value=count, unit=Unit.COUNT),
            _closing_delay(traced, span, row),
        ]
    return MeasuredHandling(
        respondent=handling.respondent,
        is_human=span.is_human,
        started_at=handling.started_at,
        ended_at=handling.ended_at,
        ended_by=handling.ended_by,
        measures=tuple(measures),
    )


def _waits(span: HandlingSpan) -> tuple[MeasureExplanation, ...]:
    if not span.replies:
        return (MeasureExplanation(_("There is no reply to a visitor who was waiting."), {}),)
    explanations = []
    for reply in span.replies:
        if reply.asked is None:
            start = TracedPart(reply.turn.at - reply.wait_us)
            sentence = _("From the handover at {start} to the reply at {end}: the visitor was waiting already.")
        else:
            start = _spot(reply.asked)
            sentence = _("From the visitor's message at {start} to the reply at {end}.")
        explanations.append(MeasureExplanation(sentence, {"start": start, "end": _spot(reply.turn)}))
    return tuple(explanations)


def _closing_delay(traced: _TracedConversation, span: HandlingSpan, row: StoredFacts) -> MeasuredValue:
    us, end = row["closing_delay_us"], span.handling.ended_at
    last = None if us is None or end is None else traced.line.last_visitor(end)
    if last is None:
        how = MeasureExplanation(_("Measured only where a handling ended by closing, after the visitor wrote."), {})
    else:
        spots = {"start": _spot(last), "end": TracedPart(end)}
        how = MeasureExplanation(_("From the visitor's last message at {start} to the closing at {end}."), spots)
    return MeasuredValue(
        key="closing_delay", name=_("Closing delay"), value=_seconds(us), unit=Unit.SECONDS, how=(how,)
    )


def _sale(traced: _TracedConversation, row: StoredFacts) -> MeasuredValue:
    sold = next(one for one in traced.conversation.transactions if one.id == row["transaction_id"])
    seller = row["seller_id"]
    wrote = None if seller is None else traced.line.last_person(sold.at)
    if seller is None:
        how = MeasureExplanation(_("No person had written before the sale at {sale}."), {"sale": TracedPart(sold.at)})
    elif wrote:
        spots = {"last": _spot(wrote), "sale": TracedPart(sold.at)}
        how = MeasureExplanation(_("The last person who wrote, at {last}, before the sale at {sale}."), spots)
    else:
        how = MeasureExplanation(_("As the source names who answered: there are no messages."), {})
    people = () if seller is None else (seller,)
    return MeasuredValue(
        key="sale",
        name=_("Credited with the sale"),
        value=row["amount_millionths"],
        unit=None,
        how=(how,),
        people=people,
    )
