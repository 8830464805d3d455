"""One conversation from its opening to its closing, with everything that happened in it and was said about it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, select

from ressenti.accounts.permissions import ScopeIds
from ressenti.facts.close import in_order as numbered
from ressenti.facts.engines.engine import Engine
from ressenti.facts.load import load_setting, load_some
from ressenti.facts.model import Conversation, MeasurementSettings, Message
from ressenti.facts.schema import TABLES
from ressenti.facts.timeline import side_of
from ressenti.indicators.dimensions import AGENT, dimension
from ressenti.indicators.drilldown import seen
from ressenti.indicators.names import KeyName, names
from ressenti.indicators.paging import rows_of
from ressenti.kit.clock import from_us
from ressenti.record import tables as t
from ressenti.record.arrival import arrival
from ressenti.record.merged import became, parts_of
from ressenti.record.projects import Project, all_projects
from ressenti.reports.conversations.measure_trace import MeasuredHandling, MeasureTrace, measure
from ressenti.reports.conversations.timeline_events import (
    ConversationClosed,
    ConversationHanded,
    ConversationOpened,
    ConversationPaused,
    MessageWritten,
    QuestionReply,
    ReplyChanged,
    SaleMade,
    StatusChanged,
    SurveyAnswered,
    SurveyOffered,
    TimelineEvent,
    in_order,
)
from ressenti.search.words import TextPiece, highlight

OTHERS = 5
"""Of the same visitor's conversations, how many before and after this one are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherConversation:
    """Another conversation of the same visitor, with its last notes."""

    id: int
    key: str
    opened_at: int
    rating: int | None
    nps_rating: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """A conversation as a page shows it. Moments are in microseconds, read on the clock of `zone`.

    `labels` are what it is called in each dimension, `language` its language as its source writes it; `earlier` and
    `later` are the same visitor's conversations before and after this one, oldest first. `parts` are the ids of
    those that were merged into it.
    """

    id: int
    key: str
    project: Project
    zone: str
    opened_at: int
    measured: MeasureTrace
    items: tuple[TimelineEvent, ...]
    labels: Mapping[str, tuple[KeyName, ...]]
    people: Mapping[int, KeyName]
    language: str | None
    rating: int | None
    nps_rating: int | None
    earlier: tuple[OtherConversation, ...] = ()
    later: tuple[OtherConversation, ...] = ()
    parts: tuple[str, ...] = ()
    is_spam: bool = False

    @property
    def closed_at(self) -> int | None:
        """Return when it counts as closed, None while it is open."""
        return self.measured.closed_at

    @property
    def previous(self) -> OtherConversation | None:
        """Return the same visitor's conversation before this one."""
        return self.earlier[-1] if self.earlier else None

    @property
    def next(self) -> OtherConversation | None:
        """Return the same visitor's conversation after this one."""
        return self.later[0] if self.later else None

    @property
    def others(self) -> tuple[OtherConversation, ...]:
        """Return the same visitor's other conversations, oldest first."""
        return (*self.earlier, *self.later)

    @property
    def handled(self) -> tuple[MeasuredHandling, ...]:
        """Return its handlings."""
        return self.measured.handled

    def there(self, moment: int) -> datetime:
        """Return a moment as the clock of the zone showed it."""
        return from_us(moment).astimezone(ZoneInfo(self.zone))


def prepare_transcript(
    conversation_id: int,
    *,
    zone: str,
    facts: Engine,
    record: Connection,
    within: ScopeIds = (),
    may_read: bool = False,
    words: str = "",
) -> Transcript | None:
    """Return a conversation, None where there is none of that number that the viewer may see.

    For one that was merged into another, that is the one it became (D34).
    `may_read` shows what people wrote; `words` is what was looked for in it.
    """
    of = t.conversation.c
    conversation_id = became(record, [conversation_id]).get(conversation_id, conversation_id)
    row = record.execute(select(t.conversation).where(of.id == conversation_id)).one_or_none()
    with facts.snapshot() as view:
        if row is None or conversation_id not in seen([conversation_id], within, view):
            return None
    project = next(one for one in all_projects(record) if one.id == row.project_id)
    setting = load_setting(record, project)
    conversation = load_some(record, project, [conversation_id])[0]
    earlier, later = _others(row, facts, record, within)
    teller = _TranscriptReader(conversation, setting, project, record, may_read=may_read, words=words)
    trace = measure(conversation, setting)
    about = dict(zip((one.name for one in TABLES["conversation"]), trace.facts.conversation[0], strict=True))
    labels = {name: tuple(_called(record, name, about[dimension(name).column or ""], project)) for name in _LABELLED}
    return Transcript(
        id=conversation_id,
        key=row.external_id,
        project=project,
        zone=zone,
        opened_at=row.opened_at,
        measured=trace,
        items=teller.items(trace),
        labels={name: said for name, said in labels.items() if said},
        people=teller.people(trace),
        language=next((one.key for one in labels["language"]), None),
        rating=about["rating"],
        nps_rating=about["nps_rating"],
        earlier=earlier,
        later=later,
        parts=tuple(teller.parts.values()),
        is_spam=row.is_spam,
    )


_LABELLED = ("channel", "language", "topic", "tag", "group", "campaign", "rule", "distribution_group", "survey")


def _called(record: Connection, name: str, value: Any, project: Project) -> Iterable[KeyName]:
    ids = value if isinstance(value, tuple | list) else [value]
    known = names(record, dimension(name), ids, [project])
    return [known[one] for one in ids if one is not None and one in known]


class _TranscriptReader:
    """Reads what happened in a conversation, and names who did it."""

    def __init__(
        self,
        conversation: Conversation,
        setting: MeasurementSettings,
        project: Project,
        record: Connection,
        *,
        may_read: bool,
        words: str,
    ) -> None:
        self._conversation = conversation
        self._setting = setting
        self._project = project
        self._record = record
        self._may_read = may_read
        self._words = words
        of = t.message.c
        query = (
            select(t.message).where(of.conversation_id == conversation.id).order_by(of.created_at, arrival(t.message))
        )
        self._messages = list(record.execute(query))
        self.parts = parts_of(record, conversation.id)
        query = select(t.message).where(of.conversation_id.in_(self.parts))
        self._elsewhere = list(record.execute(query.order_by(of.created_at, arrival(t.message))))
        self._known: dict[int | None, KeyName] = {}

    @property
    def order(self) -> list[Message]:
        """Return the messages in the order they are shown in."""
        return [_message(one) for one in self._messages]

    def people(self, trace: MeasureTrace) -> dict[int, KeyName]:
        """Return the names of everyone the measures speak of."""
        said = (*trace.measures, *trace.sales)
        ids = {who for one in said for who in one.people}
        ids |= {who for one in said for how in one.how for spot in how.spots.values() for who in spot.people}
        ids |= {one.respondent for one in trace.handled}
        return {who: self._name(who) for who in self._learn(ids)}

    def items(self, trace: MeasureTrace) -> tuple[TimelineEvent, ...]:
        """Return everything that happened, in order."""
        conversation = self._conversation
        items: list[TimelineEvent] = [
            ConversationOpened(at=conversation.opened_at),
            *self._handed(trace.handled),
            *self._said(),
            *self._paused(),
            *self._stated(),
            *self._surveyed(),
            *(
                SaleMade(
                    at=one.at,
                    amount_millionths=one.amount_millionths,
                    currency=one.currency or self._project.currency,
                )
                for one in conversation.transactions
            ),
        ]
        if trace.closed_at is not None:
            items.append(ConversationClosed(at=trace.closed_at))
        return in_order(items)

    def _handed(self, handled: Sequence[MeasuredHandling]) -> list[ConversationHanded]:
        given = self._conversation.handlings
        groups = self._names("group", [one.group_id for one in given])
        rules = self._names("rule", [one.rule_id for one in given])
        distribution = self._names("distribution_group", [one.distribution_group_id for one in given])
        self._learn({one.respondent for one in handled})
        items = []
        for i, handling in enumerate(handled):
            recorded = given[i] if given else None
            items.append(
                ConversationHanded(
                    at=handling.started_at,
                    who=self._name(handling.respondent),
                    is_human=handling.is_human,
                    after=handled[i - 1].ended_by if i else None,
                    group=groups.get(recorded.group_id) if recorded else None,
                    rule=rules.get(recorded.rule_id) if recorded else None,
                    distribution_group=distribution.get(recorded.distribution_group_id) if recorded else None,
                )
            )
        return items

    def _said(self) -> list[MessageWritten]:
        messages = [*self._messages, *self._elsewhere]
        self._learn({one.respondent_id for one in messages})
        return [
            MessageWritten(
                at=one.created_at,
                place=place,
                side=_side(told, self._setting),
                who=self._name(one.respondent_id) if one.respondent_id is not None else None,
                is_automatic=one.is_automatic,
                is_internal=one.is_internal,
                pieces=self._pieces(one.text),
                length=len(one.text),
                part=self.parts.get(one.conversation_id),
            )
            for place, (one, told) in enumerate(zip(messages, map(_message, messages), strict=True), start=1)
        ]

    def _pieces(self, text: str) -> tuple[TextPiece, ...] | None:
        if not self._may_read:
            return None
        if not text.strip():
            return ()
        return tuple(highlight(text, self._words)) if self._words else ((text, False),)

    def _paused(self) -> list[ConversationPaused]:
        of = t.pause.c
        rows = list(self._record.execute(select(t.pause).where(of.conversation_id == self._conversation.id)))
        self._learn({row.respondent_id for row in rows})
        return [
            ConversationPaused(at=row.started_at, until=row.resumed_at, who=self._name(row.respondent_id))
            for row in rows
        ]

    def _stated(self) -> list[StatusChanged]:
        of = t.status_event.c
        query = select(t.status_event).where(of.conversation_id == self._conversation.id)
        rows = numbered(list(self._record.execute(query.order_by(of.at, arrival(t.status_event)))))
        self._learn({row.respondent_id for row in rows})
        return [
            StatusChanged(at=row.at, state=row.state, who=self._name(row.respondent_id) if row.respondent_id else None)
            for row in rows
        ]

    def _surveyed(self) -> list[SurveyOffered | SurveyAnswered]:
        offers = self._conversation.offers
        surveys = self._names("survey", [one.survey_id for one in offers])
        ids = [one.id for one in offers]
        replies, changes = self._replies(ids), self._changes(ids)
        items: list[SurveyOffered | SurveyAnswered] = []
        for offer in offers:
            survey = surveys.get(offer.survey_id)
            if offer.offered_at is not None:
                items.append(SurveyOffered(at=offer.offered_at, survey=survey))
            if offer.answered_at is not None:
                items.append(
                    SurveyAnswered(
                        at=offer.answered_at,
                        survey=survey,
                        replies=tuple(replies.get(offer.id, ())),
                        changes=tuple(changes.get(offer.id, ())),
                    )
                )
        return items

    def _replies(self, ids: Collection[int]) -> dict[int, list[QuestionReply]]:
        of = t.survey_answer.c
        found: dict[int, list[QuestionReply]] = defaultdict(list)
        for row in self._record.execute(select(t.survey_answer).where(of.offer_id.in_(ids))):
            found[row.offer_id].append(self._reply(row))
        for replies in found.values():
            replies.sort(key=lambda one: _QUESTIONS.get(one.question, len(_QUESTIONS)))
        return found

    def _changes(self, ids: Collection[int]) -> dict[int, list[ReplyChanged]]:
        of = t.survey_answer_change.c
        query = select(t.survey_answer_change).where(of.offer_id.in_(ids)).order_by(of.replaced_at, of.id)
        found: dict[int, list[ReplyChanged]] = defaultdict(list)
        for row in self._record.execute(query):
            found[row.offer_id].append(ReplyChanged(at=row.replaced_at, before=self._reply(row)))
        return found

    def _reply(self, row: Any) -> QuestionReply:
        pieces = None if row.text is None else self._pieces(row.text)
        return QuestionReply(question=row.question, value=row.value, scale=row.scale, pieces=pieces)

    def _names(self, name: str, ids: Iterable[int | None]) -> dict[int | None, str]:
        wanted = {one for one in ids if one is not None}
        known = names(self._record, dimension(name), wanted, [self._project]) if wanted else {}
        return {one: known[one].label for one in wanted if one in known}

    def _learn(self, people: Iterable[int | None]) -> set[int]:
        wanted = {who for who in people if who is not None}
        if missing := wanted - self._known.keys():
            self._known |= names(self._record, AGENT, missing, [self._project])
        return wanted

    def _name(self, who: int) -> KeyName:
        return self._known.get(who, KeyName(None, ""))


_QUESTIONS = {name: place for place, name in enumerate("csat nps ces resolved comment".split())}


def _message(row: Any) -> Message:
    return Message(row.created_at, row.author_role, row.respondent_id, row.is_automatic, row.is_internal)


def _side(message: Message, setting: MeasurementSettings) -> str:
    """Return who speaks, also in what no figure counts: staff among themselves, systems, automatic greetings."""
    if message.role == "system":
        return "system"
    if message.is_internal:
        return "staff"
    return side_of(message, setting.kinds) or "human"


def _others(
    row: Any, facts: Engine, record: Connection, within: ScopeIds
) -> tuple[tuple[OtherConversation, ...], tuple[OtherConversation, ...]]:
    """Return the same visitor's conversations before this one and after it, of those the viewer may see."""
    if row.visitor_id is None:
        return (), ()
    of, arrived = t.conversation.c, arrival(t.conversation)
    own = select(arrived).where(of.id == row.id).scalar_subquery()
    same = select(of.id, of.external_id, of.opened_at).where(of.visitor_id == row.visitor_id, of.id != row.id)
    is_before: ColumnElement[bool] = (of.opened_at < row.opened_at) | (
        (of.opened_at == row.opened_at) & (arrived < own)
    )
    before = same.where(is_before).order_by(of.opened_at.desc(), arrived.desc()).limit(_LOOKED_AT)
    after = same.where(~is_before).order_by(of.opened_at, arrived).limit(_LOOKED_AT)
    found = [list(record.execute(query)) for query in (before, after)]
    with facts.snapshot() as view:
        allowed = seen([one.id for part in found for one in part], within, view)
        kept = [[one for one in part if one.id in allowed][:OTHERS] for part in found]
        kept[0].reverse()
        shown = [*kept[0], *kept[1]]
        notes = dict(
            zip(
                (one.id for one in shown),
                rows_of(view, ("rating", "nps_rating"), [one.id for one in shown]),
                strict=True,
            )
        )
    earlier, later = (
        tuple(
            OtherConversation(
                id=one.id,
                key=one.external_id,
                opened_at=one.opened_at,
                rating=notes[one.id][0],
                nps_rating=notes[one.id][1],
            )
            for one in part
        )
        for part in kept
    )
    return earlier, later


_LOOKED_AT = 200
"""Of a visitor's conversations, how many on either side are looked at for some that may be seen."""
