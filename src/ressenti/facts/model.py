"""What is measured from: one conversation with all its rows, as `derive` takes it.

Ids are the record's; moments are microseconds since 1970 in UTC, durations microseconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ressenti.facts.schema import MEASURED_LABELS
from ressenti.record.handlings import Handling
from ressenti.record.messages import Message
from ressenti.record.respondents import Membership
from ressenti.record.status_events import StatusEvent
from ressenti.record.survey_answers import SurveyOffer
from ressenti.record.survey_offers import Offering
from ressenti.record.transactions import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """One conversation and everything that hangs on it, each in order of time, of one moment in order of arrival (D35).

    `respondents` and `groups` are those the source names on the conversation itself; `labels` are the ids of
    `MEASURED_LABELS`, in their order.
    """

    id: int
    opened_at: int
    source_id: int = 0
    closed_at: int | None = None
    resolved_at: int | None = None
    first_response_at: int | None = None
    first_response_us: int | None = None
    resolution_us: int | None = None
    rule_id: int | None = None
    distribution_group_id: int | None = None
    labels: tuple[int | None, ...] = (None,) * len(MEASURED_LABELS)
    visitor_id: int | None = None
    automation: str | None = None
    is_spam: bool = False
    respondents: tuple[int, ...] = ()
    groups: tuple[int, ...] = ()
    tags: tuple[int, ...] = ()
    messages: tuple[Message, ...] = ()
    handlings: tuple[Handling, ...] = ()
    events: tuple[StatusEvent, ...] = ()
    offers: tuple[SurveyOffer, ...] = ()
    transactions: tuple[Transaction, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasurementSettings:
    """What measuring needs to know of the project and its people.

    `kinds` holds the respondents whose kind was declared (human, expert, bot); the others are what their messages say.
    """

    project_id: int
    currency: str = "EUR"
    satisfied: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    kinds: Mapping[int, str] = field(default_factory=dict)
    memberships: Mapping[int, tuple[Membership, ...]] = field(default_factory=dict)
    offering: Offering = field(default_factory=Offering)
