"""Every column of every export, declared once; keys are those of the import format where it has one for the same."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from ressenti.indicators.catalogue import CONVERSATIONS
from ressenti.indicators.declaration import CountNoun, Dimension, ExportedAs, Family, Indicator
from ressenti.indicators.dimensions import (
    AGENT,
    AUTOMATION,
    CAMPAIGN,
    CHANNEL,
    DIMENSIONS,
    DISTRIBUTION_GROUP,
    GROUP,
    LANGUAGE,
    PROJECT,
    RULE,
    SURVEY,
    TAG,
    TOPIC,
)
from ressenti.indicators.measures import Count
from ressenti.indicators.model import Better, Unit
from ressenti.indicators.operational import HANDLINGS
from ressenti.kit.i18n import _
from ressenti.reports.completeness import is_complete
from ressenti.reports.exports.model import ColumnHeading, ColumnKind, Export
from ressenti.reports.model import NpsClass
from ressenti.reports.rows import lookups
from ressenti.reports.rows.batch import ExportBatch
from ressenti.reports.rows.lookups import Lookup, seconds

TakeValues = Callable[[ExportBatch], Sequence[Any]]
"""Makes the values of a column, one a row, of the kind that the column declares."""


@dataclass(frozen=True, slots=True)
class ExportColumn(ColumnHeading):
    """A column of rows of facts, and how its values are had; `is_content` holds what people wrote."""

    take: TakeValues
    is_content: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportDeclaration:
    """One export: the indicator whose rows it gives, what orders rows of one date, and its columns."""

    indicator: Indicator
    key: tuple[str, ...]
    columns: tuple[ExportColumn, ...]


def _fact(column: str) -> TakeValues:
    return lambda batch: batch.fact(column)


def _seconds(column: str) -> TakeValues:
    return lambda batch: [seconds(us) for us in batch.fact(column)]


def _key(of: Dimension, column: str | None = None) -> TakeValues:
    name = column or of.column or ""
    return lambda batch: [one.key for one in batch.name(of, name)]


def _keys(of: Dimension, column: str | None = None) -> TakeValues:
    name = column or of.column or ""
    return lambda batch: [[one.key for one in names] for names in batch.name_each(of, name)]


def _label(of: Dimension, column: str) -> TakeValues:
    return lambda batch: [one.label if one.key is not None else None for one in batch.name(of, column)]


def _labels(of: Dimension) -> TakeValues:
    return lambda batch: [[one.label for one in names] for names in batch.name_each(of, of.column or "")]


def _told(lookup: Lookup, item: str | None = None, *, by: str = "conversation_id", default: Any = None) -> TakeValues:
    """Take what a lookup returns, or one item of it."""

    def take(batch: ExportBatch) -> list[Any]:
        found = batch.look_up(lookup, by)
        if item is None:
            return [found.get(one, default) for one in batch.fact(by)]
        return [getattr(found[one], item) if one in found else default for one in batch.fact(by)]

    return take


def _currency(batch: ExportBatch) -> list[str]:
    return [batch.projects[one].currency for one in batch.fact("project_id")]


def _survey(batch: ExportBatch) -> list[str | None]:
    return [names[0].key if names else None for names in batch.name_each(SURVEY, "survey_ids")]


def _complete(batch: ExportBatch) -> list[bool | None]:
    asked = batch.once(lookups.questions_asked)
    found = batch.look_up(lookups.questions_answered, "offer_id")
    answered = (found.get(one) for one in batch.fact("offer_id"))
    return [None if one is None else is_complete(one.survey, one.questions, asked) for one in answered]


def _nps_class(batch: ExportBatch) -> list[str | None]:
    class_of = {rating: one.value for one in NpsClass for rating in one.ratings}
    return [class_of.get(rating) for rating in batch.fact("nps")]


def _mean_wait(batch: ExportBatch) -> list[float | int | None]:
    waits = zip(batch.fact("reply_wait_us"), batch.fact("reply_count"), strict=True)
    return [seconds(us, count) if count else None for us, count in waits]


def _unanswered(batch: ExportBatch) -> list[bool | None]:
    """Take whether nobody answered, of people only: a bot's handling is no one's omission."""
    told = zip(batch.fact("is_human"), batch.fact("is_unanswered"), strict=True)
    return [is_unanswered if is_human else None for is_human, is_unanswered in told]


def _channel(batch: ExportBatch) -> list[str | None]:
    """Take where the conversation of a handling took place."""
    found = batch.look_up(lookups.channels, "conversation_id")
    ids = [found.get(one) for one in batch.fact("conversation_id")]
    return [one.key for one in batch.call(CHANNEL, ids)]


def _person(batch: ExportBatch) -> list[str]:
    return ["human" if is_human else "bot" for is_human in batch.fact("is_human")]


def _of(one: Dimension) -> ExportColumn:
    """Return the column of a dimension, as it declares it."""
    key, meaning, _with_comments = one.export or ExportedAs(one.key, one.definition)
    return _C(key, _K.TEXTS if one.many else _K.TEXT, meaning, _keys(one) if one.many else _key(one))


def _with_others(columns: tuple[ExportColumn, ...], *, of_comments: bool = False) -> tuple[ExportColumn, ...]:
    """Return these columns, then those of the dimensions that have none among them."""
    given = {column.key for column in columns}
    exported = [one for one in DIMENSIONS.values() if one.export and (one.export.with_comments or not of_comments)]
    return (*columns, *(_of(one) for one in exported if one.export and one.export.key not in given))


_C, _K = ExportColumn, ColumnKind

_CONVERSATION = _C("conversation_id", _K.TEXT, _("the source's own id"), _told(lookups.conversations, "key"))
_PROJECT = _of(PROJECT)
_SOURCE = _C("source", _K.TEXT, _("the source the ids belong to"), _told(lookups.conversations, "name"))
_CLOSED = _C("closed_at", _K.MOMENT, _("when the conversation closed (D2)"), _fact("closed_at"))
_WHO = (_of(AGENT), _C("agent_names", _K.TEXTS, _("their names, in the same order"), _labels(AGENT)), _of(GROUP))
# An import takes one rule and one group a row, and reads several as one name.
_ROUTED = (_of(RULE), _of(DISTRIBUTION_GROUP))
_FIRST_RESPONSE = _("from the visitor's first message to the first answer by a person (D7)")
_RESOLUTION = _("from the visitor's first message to the resolution (D8)")

_CONVERSATIONS = ExportDeclaration(
    indicator=CONVERSATIONS,
    key=("conversation_id",),
    columns=_with_others(
        (
            _CONVERSATION,
            _PROJECT,
            _SOURCE,
            _C("opened_at", _K.MOMENT, _("when the conversation opened"), _fact("opened_at")),
            _CLOSED,
            _of(CHANNEL),
            _of(LANGUAGE),
            _of(TOPIC),
            _of(TAG),
            *_WHO,
            *_ROUTED,
            _of(CAMPAIGN),
            _of(AUTOMATION),
            _C("first_response_s", _K.SECONDS, _FIRST_RESPONSE, _seconds("first_response_us")),
            _C("resolution_s", _K.SECONDS, _RESOLUTION, _seconds("resolution_us")),
            _C(
                "handling_count",
                _K.WHOLE,
                _("how often it was handed to someone"),
                _told(lookups.handling_counts, default=0),
            ),
            _C("csat", _K.WHOLE, _("its last CSAT note, 1 to 5"), _fact("rating")),
            _C("nps", _K.WHOLE, _("its last NPS note, 0 to 10"), _fact("nps_rating")),
            _C("answered_at", _K.MOMENT, _("when its last survey was answered"), _fact("answered_at")),
            _C("comment", _K.TEXT, _("the last comment left about it"), _told(lookups.comments), is_content=True),
            _of(SURVEY),
            _C("survey_id", _K.TEXT, _("the source's own id of its last survey"), _told(lookups.surveys, "key")),
            _C(
                "survey_sent_at",
                _K.MOMENT,
                _("when that survey was sent or shown"),
                _told(lookups.surveys, "offered_at"),
            ),
            _C("csat_given", _K.WHOLE, _("that survey's CSAT note, on its own scale"), _told(lookups.surveys, "csat")),
            _C("csat_scale", _K.TEXT, _("that scale: 5 is 1 to 5"), _told(lookups.surveys, "csat_scale")),
            _C(
                "resolved_by",
                _K.TEXT,
                _("who closed it, else the last person who wrote (E18)"),
                _key(AGENT, "closer_id"),
            ),
            _C("resolved_by_name", _K.TEXT, _("their name"), _label(AGENT, "closer_id")),
            _C(
                "resolved_by_group",
                _K.TEXTS,
                _("their agent groups when it closed"),
                _told(lookups.closer_groups, default=()),
            ),
            _C("sale_count", _K.WHOLE, _("the sales credited to it (D16)"), _fact("sale_count")),
            _C("revenue", _K.MONEY, _("the sum of those sales"), _told(lookups.revenue, default=Decimal(0))),
            _C("currency", _K.TEXT, _("the currency of that sum"), _currency),
        )
    ),
)

COMMENTS = Indicator(
    key="comments",
    name="Comments",
    definition="Number of comments left with a survey.",
    family=Family.SURVEYS,
    unit=Unit.COUNT,
    better=Better.NEUTRAL,
    facts="answer",
    counts=CountNoun.ANSWERS,
    base="comments left",
    population="has_comment",
    measure=Count(),
)
"""Not in the catalogue: only its rows are asked for."""

_COMMENTS = ExportDeclaration(
    indicator=COMMENTS,
    key=("offer_id",),
    columns=_with_others(
        (
            _C(
                "survey_id",
                _K.TEXT,
                _("the source's own id of the answer"),
                _told(lookups.offers, "key", by="offer_id"),
            ),
            _PROJECT,
            _C("source", _K.TEXT, _("the source the ids belong to"), _told(lookups.offers, "source", by="offer_id")),
            _C("rated_at", _K.MOMENT, _("when the survey was answered"), _fact("answered_at")),
            _C(
                "comment",
                _K.TEXT,
                _("what the visitor wrote"),
                _told(lookups.offers, "comment", by="offer_id"),
                is_content=True,
            ),
            _C("csat", _K.WHOLE, _("the note given, on its own scale"), _told(lookups.offers, "csat", by="offer_id")),
            _C("csat_scale", _K.TEXT, _("that scale: 5 is 1 to 5"), _told(lookups.offers, "csat_scale", by="offer_id")),
            _C("nps", _K.WHOLE, _("the NPS note, 0 to 10"), _fact("nps")),
            _C("nps_class", _K.TEXT, _("promoter from 9, detractor up to 6, else passive"), _nps_class),
            _C(
                "resolved",
                _K.FLAG,
                _("was it resolved? as the visitor said"),
                _told(lookups.offers, "is_resolved", by="offer_id"),
            ),
            _C(
                "complete",
                _K.FLAG,
                _("were all questions with a note answered that its survey asks? (E1)"),
                _complete,
            ),
            _C("survey", _K.TEXT, _("the survey that was offered"), _survey),
            _of(LANGUAGE),
            _CONVERSATION,
            _of(CHANNEL),
            *_WHO,
            _of(CAMPAIGN),
            *_ROUTED,
            _of(AUTOMATION),
            _of(TAG),
            _CLOSED,
            _C("first_response_s", _K.SECONDS, _FIRST_RESPONSE, _told(lookups.delays, "first_response_s")),
            _C("resolution_s", _K.SECONDS, _RESOLUTION, _told(lookups.delays, "resolution_s")),
            _C(
                "visitor_id", _K.TEXT, _("the source's own id of the visitor"), _told(lookups.visitors), is_content=True
            ),
        ),
        of_comments=True,
    ),
)

_HANDLINGS = ExportDeclaration(
    indicator=HANDLINGS,
    key=("conversation_id", "handling_id"),
    columns=(
        _CONVERSATION,
        _PROJECT,
        _SOURCE,
        _C("agent_id", _K.TEXT, _("whose handling it is"), _key(AGENT, "respondent_id")),
        _C("agent_name", _K.TEXT, _("their name"), _label(AGENT, "respondent_id")),
        _C("kind", _K.TEXT, _("human or bot"), _person),
        _C("started_at", _K.MOMENT, _("when the conversation was handed over"), _fact("started_at")),
        _C("ended_at", _K.MOMENT, _("when it was closed, transferred or paused"), _fact("ended_at")),
        _C("handling_s", _K.SECONDS, _("from start to end"), _seconds("handling_us")),
        _C(
            "first_message_response_s",
            _K.SECONDS,
            _("the wait before its first reply"),
            _seconds("first_message_response_us"),
        ),
        _C("reply_count", _K.WHOLE, _("replies to the visitor in it"), _fact("reply_count")),
        _C("response_s", _K.SECONDS, _("the mean wait before those replies (D9)"), _mean_wait),
        _C(
            "closing_delay_s",
            _K.SECONDS,
            _("from the visitor's last message to the closing (D10)"),
            _seconds("closing_delay_us"),
        ),
        _C("unanswered", _K.FLAG, _("a person's, and the visitor had written, and nobody answered"), _unanswered),
        _C("group", _K.TEXTS, _("the agent's groups at the time (D28)"), _keys(GROUP)),
        *_ROUTED,
        replace(_of(CHANNEL), take=_channel),
    ),
)

EXTRACTS: dict[Export, ExportDeclaration] = {
    Export.CONVERSATIONS: _CONVERSATIONS,
    Export.COMMENTS: _COMMENTS,
    Export.HANDLINGS: _HANDLINGS,
}
