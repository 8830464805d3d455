"""What one conversation contributes to the figures: a pure function from its rows in the record to its rows of facts.

Definitions are the decisions of the domain (D-numbers) and its edge cases (E-numbers).
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, TypeVar

from ressenti.facts.close import Closure, closure_of
from ressenti.facts.model import Conversation, MeasurementSettings
from ressenti.facts.schema import MEASURED_LABELS
from ressenti.facts.timeline import BOT, HUMAN, HandlingSpan, Timeline, handling_spans, timeline
from ressenti.record.rating_scales import FIVE, SATISFIED_FROM, scale
from ressenti.record.survey_answers import SurveyOffer

T = TypeVar("T")
FactRows = list[tuple[Any, ...]]

_FULL, _PARTIAL, _NONE = 2, 1, 0
_DEGREES = {"full": _FULL, "partial": _PARTIAL, "none": _NONE}


class Facts(NamedTuple):
    """The rows of one conversation, or of one survey without a conversation, in the columns of `facts.schema`."""

    conversation: FactRows
    handling: FactRows
    answer: FactRows
    sale: FactRows


class _People(NamedTuple):
    wrote: tuple[int, ...]
    involved: tuple[int, ...]
    closer: int | None
    last: int | None
    first: int | None


class _About(NamedTuple):
    """What the rows of a conversation repeat, so that few questions need a join."""

    project_id: int
    is_counted: bool
    labels: tuple[int | None, ...]
    automation: int | None = None
    tags: tuple[int, ...] = ()
    rules: tuple[int, ...] = ()
    distribution_groups: tuple[int, ...] = ()
    groups: tuple[int, ...] = ()
    wrote: tuple[int, ...] = ()
    closer: int | None = None
    last: int | None = None
    first: int | None = None
    surveys: tuple[int, ...] = ()
    rating: int | None = None
    nps_rating: int | None = None

    @property
    def columns(self) -> tuple[Any, ...]:
        """Return the values in the order of the columns."""
        project_id, is_counted, labels, *others = self
        return (project_id, is_counted, *labels, *others)


def derive(conversation: Conversation, setting: MeasurementSettings) -> Facts:
    """Measure one conversation whole."""
    line = timeline(conversation.messages, setting.kinds)
    ended = closure_of(conversation)
    spans = handling_spans(conversation, line, ended.closed_at)
    people = _people(conversation, line, spans)
    about = _about(conversation, setting, line, spans, people)
    answered_at = max((o.answered_at for o in conversation.offers if o.answered_at is not None), default=None)
    dates = (conversation.opened_at, ended.closed_at, answered_at)
    sales = _sales(conversation, setting, line, people)
    return Facts(
        [_conversation_row(conversation, setting, line, ended, (*about.columns, *dates, people.involved), sales)],
        [_handling_row(conversation.id, i, span, about, setting, line) for i, span in enumerate(spans)],
        [answer_row(offer, setting, about, dates, conversation.id) for offer in conversation.offers],
        [(conversation.id, *about.columns, sale[0], *dates, sale[1], sale[2]) for sale in sales],
    )


def derive_offer(offer: SurveyOffer, setting: MeasurementSettings) -> Facts:
    """Measure a survey that belongs to no conversation, such as a mailed one."""
    survey_ids = () if offer.survey_id is None else (offer.survey_id,)
    who = offer.respondent_id
    own = {"channel": offer.channel_id, "language": offer.language_id}
    about = _About(
        project_id=setting.project_id,
        is_counted=True,
        labels=tuple(map(own.get, MEASURED_LABELS)),
        groups=_groups_of_offer(offer, setting),
        wrote=() if who is None else (who,),
        closer=who,
        last=who,
        first=who,
        surveys=survey_ids,
    )
    return Facts([], [], [answer_row(offer, setting, about, (None, None, None), None)], [])


def _groups_of_offer(offer: SurveyOffer, setting: MeasurementSettings) -> tuple[int, ...]:
    """Return the group a survey names, else those its agent was in when it was answered or offered (D28)."""
    if offer.group_id is not None:
        return (offer.group_id,)
    at = offer.offered_at if offer.answered_at is None else offer.answered_at
    if offer.respondent_id is None or at is None:
        return ()
    return _distinct(_membership(offer.respondent_id, at, setting))


def _resolution(conversation: Conversation, line: Timeline, ended: Closure) -> int | None:
    """Return first visitor message to resolution (D8), null where the times contradict each other (E15)."""
    if ended.resolved_at is None:
        return None
    if not conversation.messages and conversation.resolution_us is not None:
        return conversation.resolution_us
    start = line.first_visitor_at if conversation.messages else conversation.opened_at
    return None if start is None else _not_negative(ended.resolved_at - start)


def _first_response(conversation: Conversation, line: Timeline) -> int | None:
    """Return first visitor message to first human answer (D7); measures given stand in only where no message is."""
    if conversation.messages:
        reply, asked = line.first_human_reply(), line.first_visitor_at
        return reply.at - asked if reply and asked is not None else None
    if conversation.first_response_us is not None:
        return conversation.first_response_us
    if conversation.first_response_at is None:
        return None
    return _not_negative(conversation.first_response_at - conversation.opened_at)


def _people(conversation: Conversation, line: Timeline, spans: Sequence[HandlingSpan]) -> _People:
    wrote = tuple(line.wrote()) if conversation.messages else conversation.respondents
    handled = (span.handling.respondent for span in spans)
    involved = tuple(dict.fromkeys((*wrote, *handled)))
    if not wrote:
        return _People(wrote, involved, None, None, None)
    last = next((turn.who for turn in reversed(line.turns) if turn.who is not None), wrote[-1])
    closers = [span.handling.respondent for span in spans[-1:] if span.handling.ended_by == "closed"]
    closer = next((who for who in closers if who in wrote), None)
    person = line.last_person()
    return _People(wrote, involved, _first(closer, person.who if person else None, last), last, wrote[0])


def _about(
    conversation: Conversation,
    setting: MeasurementSettings,
    line: Timeline,
    spans: Sequence[HandlingSpan],
    people: _People,
) -> _About:
    handlings = [span.handling for span in spans]
    rules = _distinct((conversation.rule_id, *(one.rule_id for one in handlings)))
    distribution = _distinct((conversation.distribution_group_id, *(one.distribution_group_id for one in handlings)))
    answered = sorted((o for o in conversation.offers if o.answered_at is not None), key=lambda o: o.answered_at or 0)
    return _About(
        setting.project_id,
        not conversation.is_spam,
        conversation.labels,
        _automation(conversation, setting, line),
        conversation.tags,
        rules,
        distribution,
        _groups(conversation, setting, line, people),
        people.wrote,
        people.closer,
        people.last,
        people.first,
        _distinct(offer.survey_id for offer in conversation.offers),
        _last_given(_rating_of_five(offer) for offer in answered),
        _last_given(offer.nps for offer in answered),
    )


def _automation(conversation: Conversation, setting: MeasurementSettings, line: Timeline) -> int | None:
    """Return the degree of automation by who wrote; as the source says it where nobody did."""
    sides = line.sides() & {HUMAN, BOT}
    if not sides and not conversation.messages:
        if conversation.automation is not None:
            return _DEGREES[conversation.automation]
        sides = {BOT if setting.kinds.get(who) == BOT else HUMAN for who in conversation.respondents}
    if not sides:
        return None if conversation.automation is None else _DEGREES[conversation.automation]
    return _PARTIAL if len(sides) > 1 else _FULL if BOT in sides else _NONE


def _groups(
    conversation: Conversation, setting: MeasurementSettings, line: Timeline, people: _People
) -> tuple[int, ...]:
    """Return the groups the source names, else those the respondents were in when they wrote (D28)."""
    named = _distinct((*conversation.groups, *(one.group_id for one in conversation.handlings)))
    if named or not setting.memberships:
        return named
    wrote_at: dict[int, int] = {}
    for turn in line.turns:
        if turn.who is not None:
            wrote_at.setdefault(turn.who, turn.at)
    return _distinct(
        group for who in people.wrote for group in _membership(who, wrote_at.get(who, conversation.opened_at), setting)
    )


def _membership(who: int, at: int, setting: MeasurementSettings) -> list[int]:
    return [
        one.group_id
        for one in setting.memberships.get(who, ())
        if (one.from_at is None or one.from_at <= at) and (one.until_at is None or at < one.until_at)
    ]


def _conversation_row(
    conversation: Conversation,
    setting: MeasurementSettings,
    line: Timeline,
    ended: Closure,
    about: tuple[Any, ...],
    sales: FactRows,
) -> tuple[Any, ...]:
    first_response_us = _first_response(conversation, line)
    return (
        conversation.id,
        *about,
        conversation.visitor_id,
        first_response_us,
        _first_responder(conversation, setting, line),
        _resolution(conversation, line, ended),
        _is_answered(conversation, setting, line, first_response_us),
        _is_offered(conversation, setting),
        sum(sale[1] >= 0 for sale in sales),
        _distinct(sale[2] for sale in sales if sale[1] >= 0),
    )


def _first_responder(conversation: Conversation, setting: MeasurementSettings, line: Timeline) -> int | None:
    if conversation.messages:
        reply = line.first_human_reply()
        return reply.who if reply else None
    return next((who for who in conversation.respondents if setting.kinds.get(who) != BOT), None)


def _is_answered(
    conversation: Conversation, setting: MeasurementSettings, line: Timeline, first_response_us: int | None
) -> bool:
    if conversation.messages:
        return line.first_human_reply() is not None
    return first_response_us is not None or _first_responder(conversation, setting, line) is not None


def _is_offered(conversation: Conversation, setting: MeasurementSettings) -> bool | None:
    """Say whether a survey was offered in it; None where its answers are all that is known of its surveys (D40)."""
    if conversation.offers:
        return True if any(_is_known(offer, setting) for offer in conversation.offers) else None
    return None if conversation.source_id in setting.offering.untold_sources else False


def _is_known(offer: SurveyOffer, setting: MeasurementSettings) -> bool:
    return offer.offered_at is not None or (offer.source_id, offer.survey_id) not in setting.offering.untold


def _handling_row(
    conversation_id: int, place: int, span: HandlingSpan, about: _About, setting: MeasurementSettings, line: Timeline
) -> tuple[Any, ...]:
    handling = span.handling
    ended = None if handling.ended_at is None else _not_negative(handling.ended_at - handling.started_at)
    return (
        conversation_id,
        about.project_id,
        about.is_counted,
        place,
        handling.respondent,
        about.rules if handling.rule_id is None else (handling.rule_id,),
        about.distribution_groups if handling.distribution_group_id is None else (handling.distribution_group_id,),
        _handling_groups(span, setting) or about.groups,
        span.is_human,
        handling.started_at,
        handling.ended_at,
        ended,
        span.replies[0].wait_us if span.replies else None,
        len(span.replies),
        sum(reply.wait_us for reply in span.replies),
        _closing_delay(span, line),
        _is_unanswered(span, line),
    )


def _handling_groups(span: HandlingSpan, setting: MeasurementSettings) -> tuple[int, ...]:
    if span.handling.group_id is not None:
        return (span.handling.group_id,)
    return _distinct(_membership(span.handling.respondent, span.handling.started_at, setting))


def _closing_delay(span: HandlingSpan, line: Timeline) -> int | None:
    """Return last visitor message to closing, for a handling that ended by closing (D10)."""
    ended_at = span.handling.ended_at
    if span.handling.ended_by != "closed" or ended_at is None:
        return None
    last = line.last_visitor(ended_at)
    return None if last is None else ended_at - last.at


def _is_unanswered(span: HandlingSpan, line: Timeline) -> bool | None:
    """Say whether the visitor wrote and no person answered in it; null where no visitor message is known."""
    until = span.handling.ended_at
    wrote = line.first_visitor_at
    if wrote is None or (until is not None and wrote > until):
        return None
    return not span.was_answered


def answer_row(
    offer: SurveyOffer,
    setting: MeasurementSettings,
    about: _About,
    dates: tuple[int | None, ...],
    conversation_id: int | None,
) -> tuple[Any, ...]:
    """Return the row of one survey, answered or only offered."""
    is_answered = offer.answered_at is not None and (
        offer.has_comment or any(v is not None for v in (offer.csat, offer.nps, offer.ces, offer.is_resolved))
    )
    own = about._replace(
        labels=tuple(
            _first(label, offer.language_id) if name == "language" else label
            for name, label in zip(MEASURED_LABELS, about.labels, strict=True)
        ),
        surveys=() if offer.survey_id is None else (offer.survey_id,),
        rating=_rating_of_five(offer),
        nps_rating=offer.nps,
    )
    return (
        conversation_id,
        *own.columns,
        offer.id,
        dates[0],
        dates[1],
        offer.answered_at if is_answered else None,
        _is_known(offer, setting),
        is_answered,
        _rating_of_five(offer),
        _is_satisfied(offer, setting),
        offer.nps,
        offer.csat is not None,
        *_ends(offer),
        offer.ces,
        offer.is_resolved is not None,
        offer.has_comment,
    )


def _rating_of_five(offer: SurveyOffer) -> int | None:
    return offer.csat if offer.csat_scale in {None, "5"} else None


def _ends(offer: SurveyOffer) -> tuple[int, int] | tuple[None, None]:
    """Return the lowest and the highest rating of the scale that the satisfaction rating is on."""
    if offer.csat is None:
        return None, None
    on = FIVE if offer.csat_scale is None else scale(offer.csat_scale)
    return (on.low, on.high) if on else (None, None)


def _is_satisfied(offer: SurveyOffer, setting: MeasurementSettings) -> bool | None:
    if offer.csat is None:
        return None
    if offer.csat_scale in {None, "5"}:
        return offer.csat >= SATISFIED_FROM
    ratings = setting.satisfied.get(offer.csat_scale or "")
    return None if ratings is None else offer.csat in ratings


def _sales(conversation: Conversation, setting: MeasurementSettings, line: Timeline, people: _People) -> FactRows:
    """Return (transaction, amount, seller) of the sales in the project's currency.

    Other currencies are kept apart (E48); a refund is a negative amount (E49).
    """
    own = [t for t in conversation.transactions if (t.currency or setting.currency) == setting.currency]
    without = people.wrote[-1] if people.wrote and not conversation.messages else None
    last = {one.id: line.last_person(one.at) for one in own}
    return [(one.id, one.amount_millionths, turn.who if (turn := last[one.id]) else without) for one in own]


def _distinct(ids: Iterable[int | None]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(one for one in ids if one is not None))


def _last_given(ratings: Iterable[int | None]) -> int | None:
    given = [rating for rating in ratings if rating is not None]
    return given[-1] if given else None


def _first(*values: T | None) -> T | None:
    return next((value for value in values if value is not None), None)


def _not_negative(us: int) -> int | None:
    return us if us >= 0 else None
