"""One conversation from its opening to its closing, with everything that happened in it and was said about it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from ressenti.accounts.permissions import ScopeIds
from ressenti.facts.close import in_order as numbered
from ressenti.facts.engines.engine import Engine
from ressenti.facts.load import load_setting, load_some
from ressenti.facts.model import Conversation, MeasurementSettings
from ressenti.facts.schema import TABLES
from ressenti.facts.timeline import side_of
from ressenti.indicators.declaration import Dimension, in_places
from ressenti.indicators.dimensions import AGENT, DIMENSIONS, DISTRIBUTION_GROUP, GROUP, LANGUAGE, RULE, SURVEY
from ressenti.indicators.drilldown import seen
from ressenti.indicators.names import KeyName, names
from ressenti.indicators.paging import rows_of
from ressenti.kit.clock import from_us
from ressenti.record import conversations, messages
from ressenti.record.merged import became, parts_of
from ressenti.record.messages import Message
from ressenti.record.pauses import pauses_of
from ressenti.record.projects import Project, all_projects
from ressenti.record.status_events import log_of
from ressenti.record.survey_answers import SurveyAnswer, answers_of, replaced_answers_of
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
    """Another conversation of the same visitor, with its last ratings."""

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
    conversation_id = became(record, [conversation_id]).get(conversation_id, conversation_id)
    identity = conversations.identity(record, conversation_id)
    with facts.snapshot() as view:
        if identity is None or conversation_id not in seen([conversation_id], within, view):
            return None
    project = next(one for one in all_projects(record) if one.id == identity.project_id)
    setting = load_setting(record, project)
    conversation = load_some(record, project, [conversation_id])[0]
    earlier, later = _others(conversation, facts, record, within)
    reader = _TranscriptReader(conversation, setting, project, record, may_read=may_read, words=words)
    trace = measure(conversation, setting)
    about = dict(zip((one.name for one in TABLES["conversation"]), trace.facts.conversation[0], strict=True))
    labels = {by.key: tuple(_called(record, by, about[by.column or ""], project)) for by in _LABELLED}
    return Transcript(
        id=conversation_id,
        key=identity.external_id,
        project=project,
        zone=zone,
        opened_at=conversation.opened_at,
        measured=trace,
        items=reader.items(trace),
        labels={name: said for name, said in labels.items() if said},
        people=reader.people(trace),
        language=next((one.key for one in labels[LANGUAGE.key]), None),
        rating=about["rating"],
        nps_rating=about["nps_rating"],
        earlier=earlier,
        later=later,
        parts=tuple(reader.parts.values()),
        is_spam=conversation.is_spam,
    )


_LABELLED = in_places(
    (one.list_column, one)
    for one in DIMENSIONS.values()
    if one.list_column is not None and one.is_named_by_the_record and not one.is_credited
)
"""What a conversation is labelled with, as lists have it; who wrote is said of each message."""


def _called(record: Connection, by: Dimension, value: Any, project: Project) -> Iterable[KeyName]:
    ids = value if isinstance(value, tuple | list) else [value]
    known = names(record, by, ids, [project])
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
        self.parts = parts_of(record, conversation.id)
        self._messages = [
            *messages.written_in(record, [conversation.id]),
            *messages.written_in(record, self.parts),
        ]
        self._known: dict[int | None, KeyName] = {}

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
        groups = self._names(GROUP, [one.group_id for one in given])
        rules = self._names(RULE, [one.rule_id for one in given])
        distribution = self._names(DISTRIBUTION_GROUP, [one.distribution_group_id for one in given])
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
        self._learn({written.message.respondent for written in self._messages})
        return [
            MessageWritten(
                at=message.at,
                place=place,
                side=_side(message, self._setting),
                who=self._name(message.respondent) if message.respondent is not None else None,
                is_automatic=message.is_automatic,
                is_internal=message.is_internal,
                pieces=self._pieces(text),
                length=len(text),
                part=self.parts.get(conversation_id),
            )
            for place, (conversation_id, message, text) in enumerate(self._messages, start=1)
        ]

    def _pieces(self, text: str) -> tuple[TextPiece, ...] | None:
        if not self._may_read:
            return None
        if not text.strip():
            return ()
        return tuple(highlight(text, self._words)) if self._words else ((text, False),)

    def _paused(self) -> list[ConversationPaused]:
        pauses = pauses_of(self._record, self._conversation.id)
        self._learn({pause.respondent_id for pause in pauses})
        return [
            ConversationPaused(at=pause.started_at, until=pause.resumed_at, who=self._name(pause.respondent_id))
            for pause in pauses
        ]

    def _stated(self) -> list[StatusChanged]:
        log = numbered(log_of(self._record, self._conversation.id))
        self._learn({status.respondent_id for status in log})
        return [
            StatusChanged(
                at=status.at,
                state=status.state,
                who=self._name(status.respondent_id) if status.respondent_id else None,
            )
            for status in log
        ]

    def _surveyed(self) -> list[SurveyOffered | SurveyAnswered]:
        offers = self._conversation.offers
        surveys = self._names(SURVEY, [one.survey_id for one in offers])
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
        replies: dict[int, list[QuestionReply]] = defaultdict(list)
        for answer in answers_of(self._record, ids):
            replies[answer.offer_id].append(self._reply(answer))
        for own in replies.values():
            own.sort(key=lambda reply: _QUESTIONS.get(reply.question, len(_QUESTIONS)))
        return replies

    def _changes(self, ids: Collection[int]) -> dict[int, list[ReplyChanged]]:
        changes: dict[int, list[ReplyChanged]] = defaultdict(list)
        for replaced_at, answer in replaced_answers_of(self._record, ids):
            changes[answer.offer_id].append(ReplyChanged(at=replaced_at, before=self._reply(answer)))
        return changes

    def _reply(self, answer: SurveyAnswer) -> QuestionReply:
        pieces = None if answer.text is None else self._pieces(answer.text)
        return QuestionReply(question=answer.question, value=answer.value, scale=answer.scale, pieces=pieces)

    def _names(self, by: Dimension, ids: Iterable[int | None]) -> dict[int | None, str]:
        wanted = {one for one in ids if one is not None}
        known = names(self._record, by, wanted, [self._project]) if wanted else {}
        return {one: known[one].label for one in wanted if one in known}

    def _learn(self, people: Iterable[int | None]) -> set[int]:
        wanted = {who for who in people if who is not None}
        if missing := wanted - self._known.keys():
            self._known |= names(self._record, AGENT, missing, [self._project])
        return wanted

    def _name(self, who: int) -> KeyName:
        return self._known.get(who, KeyName(None, ""))


_QUESTIONS = {name: place for place, name in enumerate("csat nps ces resolved comment".split())}


def _side(message: Message, setting: MeasurementSettings) -> str:
    """Return who speaks, also in what no figure counts: staff among themselves, systems, automatic greetings."""
    if message.role == "system":
        return "system"
    if message.is_internal:
        return "staff"
    return side_of(message, setting.kinds) or "human"


def _others(
    conversation: Conversation, facts: Engine, record: Connection, within: ScopeIds
) -> tuple[tuple[OtherConversation, ...], tuple[OtherConversation, ...]]:
    """Return the same visitor's conversations before this one and after it, of those the viewer may see."""
    if conversation.visitor_id is None:
        return (), ()
    neighbours = conversations.of_same_visitor(record, conversation.id, limit=_LOOKED_AT)
    with facts.snapshot() as view:
        allowed = seen([other.id for side in neighbours for other in side], within, view)
        before, after = ([other for other in side if other.id in allowed][:OTHERS] for side in neighbours)
        shown = [*reversed(before), *after]
        ratings = rows_of(view, ("rating", "nps_rating"), [other.id for other in shown])
    others = tuple(
        OtherConversation(
            id=other.id, key=other.external_id, opened_at=other.opened_at, rating=rating, nps_rating=nps_rating
        )
        for other, (rating, nps_rating) in zip(shown, ratings, strict=True)
    )
    return others[: len(before)], others[len(before) :]


_LOOKED_AT = 200
"""Of a visitor's conversations, how many on either side are looked at for some that may be seen."""
