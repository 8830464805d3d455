"""What each column of the analytics store means. It holds numbers and surrogate ids only: no text, no person.

Moments and durations are whole microseconds, so that sums and medians are exact; amounts are millionths of the
project's currency. Lists are empty where there is nothing, never null.
"""

from typing import NamedTuple

VERSION = 6
"""Moved whenever a column or its meaning changes: facts of another version are rebuilt from the record."""


class FactColumn(NamedTuple):
    """One column: its name, its SQL type, what it holds."""

    name: str
    type: str
    meaning: str


_MOMENT, _DURATION, _ID, _IDS, _FLAG, _COUNT = "BIGINT", "BIGINT", "INTEGER", "INTEGER[]", "BOOLEAN", "INTEGER"

MEASURED_LABELS = ("channel", "language", "topic", "campaign")
"""The labels of a conversation that are measured: its row in the record names one of each, in a column of its name."""

_CONVERSATION_KEY = (FactColumn("conversation_id", _ID, "the record's conversation; null for a survey without one"),)

_SPOKEN_OF = (
    FactColumn("project_id", _ID, "the project"),
    FactColumn("is_counted", _FLAG, "false for spam and tests: out of every figure (E63)"),
)

_ABOUT = (
    *_SPOKEN_OF,
    *(FactColumn(f"{label}_id", _ID, f"label of the {label}") for label in MEASURED_LABELS),
    FactColumn("automation", "TINYINT", "2 only bots answered, 1 bots and people, 0 people only, null nobody"),
    FactColumn("tag_ids", _IDS, "labels of the tags"),
    FactColumn("rule_ids", _IDS, "labels of the distribution rules it went through"),
    FactColumn("distribution_group_ids", _IDS, "labels of the distribution groups it went through"),
    FactColumn("group_ids", _IDS, "agent groups: as the source says, else the respondents' at the time (D28)"),
    FactColumn("respondent_ids", _IDS, "who wrote in it (D4), or whom the source names where there are no messages"),
    FactColumn("closer_id", _ID, "who closed it, else the last person who wrote (E18)"),
    FactColumn("last_respondent_id", _ID, "the last who wrote"),
    FactColumn("first_respondent_id", _ID, "the first who wrote"),
    FactColumn("survey_ids", _IDS, "labels of the surveys offered in it"),
    FactColumn("rating", "TINYINT", "its last CSAT note, 1 to 5"),
    FactColumn("nps_rating", "TINYINT", "its last NPS note, 0 to 10"),
)

CONVERSATION = (
    *_CONVERSATION_KEY,
    *_ABOUT,
    FactColumn("opened_at", _MOMENT, "when it opened"),
    FactColumn("closed_at", _MOMENT, "when it closed (D2), null while open"),
    FactColumn("answered_at", _MOMENT, "when its last survey was answered"),
    FactColumn("involved_ids", _IDS, "who wrote in it or was handed it"),
    FactColumn("visitor_id", _ID, "surrogate of the visitor, null for an anonymous one"),
    FactColumn("first_response_us", _DURATION, "first visitor message to first human answer (D7)"),
    FactColumn("first_responder_id", _ID, "the person who gave that answer"),
    FactColumn("resolution_us", _DURATION, "first visitor message to resolution (D8)"),
    FactColumn("is_answered", _FLAG, "a person answered"),
    FactColumn("is_offered", _FLAG, "a survey was offered in it; null where that is not known (D40)"),
    FactColumn("sale_count", _COUNT, "sales credited to it, in the project's currency, refunds left out"),
    FactColumn("seller_ids", _IDS, "who is credited with those sales (D17)"),
)

HANDLING = (
    FactColumn("conversation_id", _ID, "the conversation it is part of, which has everything else that it is asked by"),
    *_SPOKEN_OF,
    FactColumn("handling_id", _ID, "its place in the conversation, from 0"),
    FactColumn("respondent_id", _ID, "whose handling it is"),
    FactColumn("rule_ids", _IDS, "label of its distribution rule, else those of the conversation"),
    FactColumn("distribution_group_ids", _IDS, "label of its distribution group, else those of the conversation"),
    FactColumn("group_ids", _IDS, "its agent group, else the respondent's at the time, else those of the conversation"),
    FactColumn("is_human", _FLAG, "a person's, not a bot's"),
    FactColumn("started_at", _MOMENT, "when it was handed over"),
    FactColumn("ended_at", _MOMENT, "when it was closed, transferred or paused"),
    FactColumn("handling_us", _DURATION, "end minus start"),
    FactColumn("first_message_response_us", _DURATION, "the wait before its first reply"),
    FactColumn("reply_count", _COUNT, "replies to the visitor in it"),
    FactColumn("reply_wait_us", _DURATION, "the waits before those replies, added up (D9)"),
    FactColumn("closing_delay_us", _DURATION, "last visitor message to closing, where it ended by closing (D10)"),
    FactColumn("is_unanswered", _FLAG, "no message of a person in it, null where messages are not known"),
)

ANSWER = (
    *_CONVERSATION_KEY,
    *_ABOUT,
    FactColumn("offer_id", _ID, "the record's survey offer"),
    FactColumn("opened_at", _MOMENT, "when its conversation opened"),
    FactColumn("closed_at", _MOMENT, "when its conversation closed"),
    FactColumn("answered_at", _MOMENT, "when it was answered, null where it was only offered"),
    FactColumn("is_known", _FLAG, "it is known of this survey what was offered, not only what was answered (D40)"),
    FactColumn("is_answered", _FLAG, "at least one question was answered (D21)"),
    FactColumn("csat", "TINYINT", "note from 1 to 5"),
    FactColumn("is_satisfied", _FLAG, "4 or 5, or a note the project declares satisfied on another scale (D3, E29)"),
    FactColumn("nps", "TINYINT", "note from 0 to 10"),
    FactColumn("is_rated", _FLAG, "the satisfaction question was answered, on whatever scale"),
    FactColumn("scale_low", "BIGINT", "the lowest rating of the scale of that answer, null where it has no numbers"),
    FactColumn("scale_high", "BIGINT", "the highest"),
    FactColumn("ces", "TINYINT", "note of effort from 1 to 7"),
    FactColumn("has_outcome", _FLAG, "the yes/no question was answered"),
    FactColumn("has_comment", _FLAG, "holds a comment that is not only spaces (E30)"),
)

SALE = (
    *_CONVERSATION_KEY,
    *_ABOUT,
    FactColumn("transaction_id", _ID, "the record's transaction"),
    FactColumn("opened_at", _MOMENT, "when its conversation opened"),
    FactColumn("closed_at", _MOMENT, "when its conversation closed (D18)"),
    FactColumn("answered_at", _MOMENT, "when its conversation's last survey was answered"),
    FactColumn("amount_millionths", "BIGINT", "the amount; a refund is negative (E49)"),
    FactColumn("seller_id", _ID, "the last person who wrote before it (D17)"),
)

DURATIONS = frozenset(
    column.name for columns in (CONVERSATION, HANDLING) for column in columns if column.name.endswith("_us")
)
"""The columns that are durations."""

TABLES: dict[str, tuple[FactColumn, ...]] = {
    "conversation": CONVERSATION,
    "handling": HANDLING,
    "answer": ANSWER,
    "sale": SALE,
}
