"""What is measured from: one conversation with all its rows, as `derive` takes it.

Ids are the record's; moments are microseconds since 1970 in UTC, durations microseconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from ressenti.facts.schema import CONVERSATION_LABELS
from ressenti.record.survey_offers import Offering


class Message(NamedTuple):
    """One message. `role` is visitor, agent, bot or system; `respondent` is None for a visitor or an unnamed agent."""

    at: int
    role: str
    respondent: int | None
    is_automatic: bool = False
    is_internal: bool = False


class Handling(NamedTuple):
    """One stretch of a conversation with one respondent, as it was recorded."""

    respondent: int
    started_at: int
    ended_at: int | None
    ended_by: str | None
    group_id: int | None = None
    rule_id: int | None = None
    distribution_group_id: int | None = None


class StatusEvent(NamedTuple):
    """A change of status in a ticket log. `seq` is its number among those of one moment, where its source gives one."""

    at: int
    state: str
    seq: int | None = None


class SurveyOffer(NamedTuple):
    """A survey that was offered, with what came back; a note of None was not given.

    Channel, respondent and group are what it says of itself, for where it has no conversation that says so.
    """

    id: int
    offered_at: int | None
    answered_at: int | None
    survey_id: int | None = None
    language_id: int | None = None
    csat: int | None = None
    csat_scale: str | None = None
    nps: int | None = None
    ces: int | None = None
    is_resolved: bool | None = None
    has_comment: bool = False
    source_id: int = 0
    channel_id: int | None = None
    respondent_id: int | None = None
    group_id: int | None = None


class Transaction(NamedTuple):
    """A sale credited to the conversation."""

    id: int
    at: int
    amount_millionths: int
    currency: str | None = None


class Membership(NamedTuple):
    """A respondent's time in a group; None is open."""

    group_id: int
    from_at: int | None = None
    until_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """One conversation and everything that hangs on it, each in order of time, of one moment in order of arrival (D35).

    `respondents` and `groups` are those the source names on the conversation itself; `labels` are the ids of
    `CONVERSATION_LABELS`, in their order.
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
    labels: tuple[int | None, ...] = (None,) * len(CONVERSATION_LABELS)
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
