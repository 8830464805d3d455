"""What each column of the analytics store means. It holds numbers and surrogate ids only: no text, no person.

Moments and durations are whole microseconds, so that sums and medians are exact; amounts are millionths of the
project's currency. Lists are empty where there is nothing, never null.
"""

from typing import NamedTuple

VERSION = 5
"""Moved whenever a column or its meaning changes: facts of another version are rebuilt from the record."""


class Column(NamedTuple):
    """One column: its name, its SQL type, what it holds."""

    name: str
    type: str
    meaning: str


_MOMENT, _DURATION, _ID, _IDS, _FLAG, _COUNT = "BIGINT", "BIGINT", "INTEGER", "INTEGER[]", "BOOLEAN", "INTEGER"

_CONVERSATION_KEY = (Column("conversation_id", _ID, "the record's conversation; null for a survey without one"),)

_SPOKEN_OF = (
    Column("project_id", _ID, "the project"),
    Column("is_counted", _FLAG, "false for spam and tests: out of every figure (E63)"),
)

_ABOUT = (
    *_SPOKEN_OF,
    Column("channel_id", _ID, "label of the channel"),
    Column("language_id", _ID, "label of the language"),
    Column("topic_id", _ID, "label of the topic"),
    Column("campaign_id", _ID, "label of the campaign"),
    Column("automation", "TINYINT", "2 only bots answered, 1 bots and people, 0 people only, null nobody"),
    Column("tag_ids", _IDS, "labels of the tags"),
    Column("rule_ids", _IDS, "labels of the distribution rules it went through"),
    Column("distribution_group_ids", _IDS, "labels of the distribution groups it went through"),
    Column("group_ids", _IDS, "agent groups: as the source says, else the respondents' at the time (D28)"),
    Column("respondent_ids", _IDS, "who wrote in it (D4), or whom the source names where there are no messages"),
    Column("closer_id", _ID, "who closed it, else the last person who wrote (E18)"),
    Column("last_respondent_id", _ID, "the last who wrote"),
    Column("first_respondent_id", _ID, "the first who wrote"),
    Column("survey_ids", _IDS, "labels of the surveys offered in it"),
    Column("rating", "TINYINT", "its last CSAT note, 1 to 5"),
    Column("nps_rating", "TINYINT", "its last NPS note, 0 to 10"),
)

CONVERSATION = (
    *_CONVERSATION_KEY,
    *_ABOUT,
    Column("opened_at", _MOMENT, "when it opened"),
    Column("closed_at", _MOMENT, "when it closed (D2), null while open"),
    Column("answered_at", _MOMENT, "when its last survey was answered"),
    Column("involved_ids", _IDS, "who wrote in it or was handed it"),
    Column("visitor_id", _ID, "surrogate of the visitor, null for an anonymous one"),
    Column("first_response_us", _DURATION, "first visitor message to first human answer (D7)"),
    Column("first_responder_id", _ID, "the person who gave that answer"),
    Column("resolution_us", _DURATION, "first visitor message to resolution (D8)"),
    Column("is_answered", _FLAG, "a person answered"),
    Column("is_offered", _FLAG, "a survey was offered in it; null where that is not known (D40)"),
    Column("sale_count", _COUNT, "sales credited to it, in the project's currency, refunds left out"),
    Column("seller_ids", _IDS, "who is credited with those sales (D17)"),
)

HANDLING = (
    Column("conversation_id", _ID, "the conversation it is part of, which has everything else that it is asked by"),
    *_SPOKEN_OF,
    Column("handling_id", _ID, "its place in the conversation, from 0"),
    Column("respondent_id", _ID, "whose handling it is"),
    Column("rule_ids", _IDS, "label of its distribution rule, else those of the conversation"),
    Column("distribution_group_ids", _IDS, "label of its distribution group, else those of the conversation"),
    Column("group_ids", _IDS, "its agent group, else the respondent's at the time, else those of the conversation"),
    Column("is_human", _FLAG, "a person's, not a bot's"),
    Column("started_at", _MOMENT, "when it was handed over"),
    Column("ended_at", _MOMENT, "when it was closed, transferred or paused"),
    Column("handling_us", _DURATION, "end minus start"),
    Column("first_message_response_us", _DURATION, "the wait before its first reply"),
    Column("reply_count", _COUNT, "replies to the visitor in it"),
    Column("reply_wait_us", _DURATION, "the waits before those replies, added up (D9)"),
    Column("closing_delay_us", _DURATION, "last visitor message to closing, where it ended by closing (D10)"),
    Column("is_unanswered", _FLAG, "no message of a person in it, null where messages are not known"),
)

ANSWER = (
    *_CONVERSATION_KEY,
    *_ABOUT,
    Column("offer_id", _ID, "the record's survey offer"),
    Column("opened_at", _MOMENT, "when its conversation opened"),
    Column("closed_at", _MOMENT, "when its conversation closed"),
    Column("answered_at", _MOMENT, "when it was answered, null where it was only offered"),
    Column("is_known", _FLAG, "it is known of this survey what was offered, not only what was answered (D40)"),
    Column("is_answered", _FLAG, "at least one question was answered (D21)"),
    Column("csat", "TINYINT", "note from 1 to 5"),
    Column("is_satisfied", _FLAG, "4 or 5, or a note the project declares satisfied on another scale (D3, E29)"),
    Column("nps", "TINYINT", "note from 0 to 10"),
    Column("is_rated", _FLAG, "the satisfaction question was answered, on whatever scale"),
    Column("scale_low", "BIGINT", "the lowest rating of the scale of that answer, null where it has no numbers"),
    Column("scale_high", "BIGINT", "the highest"),
    Column("has_effort", _FLAG, "the question of effort was answered"),
    Column("has_outcome", _FLAG, "the yes/no question was answered"),
    Column("has_comment", _FLAG, "holds a comment that is not only spaces (E30)"),
)

SALE = (
    *_CONVERSATION_KEY,
    *_ABOUT,
    Column("transaction_id", _ID, "the record's transaction"),
    Column("opened_at", _MOMENT, "when its conversation opened"),
    Column("closed_at", _MOMENT, "when its conversation closed (D18)"),
    Column("answered_at", _MOMENT, "when its conversation's last survey was answered"),
    Column("amount_millionths", "BIGINT", "the amount; a refund is negative (E49)"),
    Column("seller_id", _ID, "the last person who wrote before it (D17)"),
)

DURATIONS = frozenset(
    column.name for columns in (CONVERSATION, HANDLING) for column in columns if column.name.endswith("_us")
)
"""The columns that are durations."""

TABLES: dict[str, tuple[Column, ...]] = {
    "conversation": CONVERSATION,
    "handling": HANDLING,
    "answer": ANSWER,
    "sale": SALE,
}
