"""Every table of the record, and what each column holds.

Moments are integers, microseconds since 1970 in UTC; amounts are millionths of the currency. `digest` is the
fingerprint of the content as it arrived and `import_id` the import that brought it last: together they tell a
repeated row from a contradictory one. `arrival` is a row's place in the order of arrival where its file was read from
the end (D35); where it is null, the id tells it (`record.arrival`). `seal` is a checksum of the row as it stands here
(`record/stores/row_checksums.py`).
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
    true,
)
from sqlalchemy.sql.schema import SchemaItem

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> Column[int]:
    return Column("id", Integer, primary_key=True)


def _to(name: str, target: str, *, optional: bool = False) -> Column[int]:
    return Column(name, Integer, ForeignKey(f"{target}.id"), nullable=optional)


def _arrived() -> tuple[Column[int], Column[int]]:
    return Column("digest", BigInteger, nullable=False), Column("import_id", Integer, nullable=False)


def _turned() -> Column[int]:
    return Column("arrival", BigInteger)


def _seal(table: str, *key: str) -> tuple[Column[int], Index]:
    """Return the checksum of a row, and what finds the rows that have none yet."""
    waiting = Index(f"ix_{table}_unsealed", *(key or ("id",)), sqlite_where=text("seal IS NULL"))
    return Column("seal", Integer), waiting


def _moment(name: str, *, optional: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=optional)


def _pair(name: str, left: str, right: str) -> Table:
    """Declare a many-to-many table, kept in the order it is read in."""
    return Table(
        name,
        metadata,
        Column(f"{left}_id", Integer, ForeignKey(f"{left}.id"), primary_key=True),
        Column(f"{right}_id", Integer, ForeignKey(f"{right}.id"), primary_key=True),
        Column("position", Integer, nullable=False),
        *_seal(name, f"{left}_id", f"{right}_id"),
        sqlite_with_rowid=False,
    )


def _table(name: str, *items: SchemaItem, **options: Any) -> Table:
    return Table(name, metadata, *items, **options)


project = _table(
    "project",
    _id(),
    Column("key", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("week_start", Integer, nullable=False),  # 0 is Monday, 6 is Sunday (D14)
    Column("satisfied", Text, nullable=False),  # JSON: scale -> the notes that count as satisfied (E29)
    Column("sale_window_us", BigInteger, nullable=False),  # how long after closing a sale is credited (D16)
    Column("journal_seq", BigInteger, nullable=False),  # the last journal number, moved inside each transaction
    Column("is_zone_set", Boolean, nullable=False, server_default=false()),  # until then the first import may (D41)
)

source = _table(
    "source",
    _id(),
    _to("project_id", "project"),
    Column("name", Text, nullable=False),
    UniqueConstraint("project_id", "name"),
)

import_run = _table(
    "import_run",
    _id(),
    _to("source_id", "source"),
    Column("fingerprint", Text, nullable=False),
    Column("state", Text, nullable=False),  # running | done
    _moment("started_at"),
    _moment("finished_at", optional=True),
    Column("progress", Text, nullable=False),  # JSON: where the last committed batch ended
    Index("ix_import_run_fingerprint", "source_id", "fingerprint"),
)

label = _table(
    "label",
    _id(),
    _to("project_id", "project"),
    Column("kind", Text, nullable=False),  # channel, language, topic, tag, rule, distribution_group, campaign, survey
    Column("key", Text, nullable=False),
    UniqueConstraint("project_id", "kind", "key"),
)

agent_group = _table(
    "agent_group",
    _id(),
    _to("project_id", "project"),
    Column("key", Text, nullable=False),
    UniqueConstraint("project_id", "key"),
)

respondent = _table(
    "respondent",
    _id(),
    _to("source_id", "source"),
    Column("external_id", Text, nullable=False),
    Column("name", Text),
    Column("kind", Text),  # human | expert | bot, where declared; else each message's author_role tells
    Column("language", Text),
    _moment("deleted_at", optional=True),
    Column("attributes", Text),
    *_arrived(),
    UniqueConstraint("source_id", "external_id"),
    *_seal("respondent"),
)

membership = _table(
    "membership",
    _id(),
    _to("respondent_id", "respondent"),
    _to("group_id", "agent_group"),
    _moment("from_at", optional=True),
    _moment("until_at", optional=True),
    Index("ix_membership_respondent", "respondent_id"),
    *_seal("membership"),
)

visitor = _table(
    "visitor",
    _id(),
    _to("source_id", "source"),
    Column("external_id", Text, nullable=False),
    UniqueConstraint("source_id", "external_id"),
)

conversation = _table(
    "conversation",
    _id(),
    _to("project_id", "project"),
    _to("source_id", "source"),
    Column("external_id", Text, nullable=False),
    _moment("opened_at"),
    _moment("closed_at", optional=True),
    _moment("resolved_at", optional=True),
    _moment("first_response_at", optional=True),
    Column("first_response_us", BigInteger),
    Column("resolution_us", BigInteger),
    _to("channel_id", "label", optional=True),
    _to("language_id", "label", optional=True),
    _to("topic_id", "label", optional=True),
    _to("rule_id", "label", optional=True),
    _to("distribution_group_id", "label", optional=True),
    _to("campaign_id", "label", optional=True),
    _to("visitor_id", "visitor", optional=True),
    Column("automation", Text),
    Column("is_spam", Boolean, nullable=False),
    Column("previous_external_id", Text),
    Column("attributes", Text),  # JSON: priority, status, reopens, source_url and the columns we do not know
    *_arrived(),
    _turned(),
    Column("is_private", Boolean, nullable=False, server_default=true()),
    Column("resolution", Text),  # the reason it was resolved with, as the source says it
    Column("visitor_email", Text),  # to ask the visitor at; leaves the record nowhere else
    Column("merged_into_external_id", Text),  # the conversation it was merged into, as the source says it (D34)
    Column("merged_into_id", Integer),  # the one it is part of by now, behind all merges; null while it is its own
    UniqueConstraint("source_id", "external_id"),
    Index("ix_conversation_visitor", "visitor_id"),
    Index(
        "ix_conversation_merged_into_external_id",
        "source_id",
        "merged_into_external_id",
        sqlite_where=text("merged_into_external_id IS NOT NULL"),
    ),
    Index(
        "ix_conversation_merged_into_id",
        "merged_into_id",
        sqlite_where=text("merged_into_id IS NOT NULL"),
    ),
    *_seal("conversation"),
)

conversation_tag = _pair("conversation_tag", "conversation", "label")
conversation_group = _pair("conversation_group", "conversation", "agent_group")
conversation_respondent = _pair("conversation_respondent", "conversation", "respondent")

handling = _table(
    "handling",
    _id(),
    _to("conversation_id", "conversation"),
    _to("respondent_id", "respondent"),
    _moment("started_at"),
    _moment("ended_at", optional=True),
    Column("ended_by", Text),
    _to("group_id", "agent_group", optional=True),
    _to("rule_id", "label", optional=True),
    _to("distribution_group_id", "label", optional=True),
    Column("attributes", Text),
    *_arrived(),
    _turned(),
    UniqueConstraint("conversation_id", "respondent_id", "started_at"),
    *_seal("handling"),
)

pause = _table(
    "pause",
    _id(),
    _to("conversation_id", "conversation"),
    _to("respondent_id", "respondent"),
    _moment("started_at"),
    _moment("resumed_at", optional=True),
    Index("ix_pause_conversation", "conversation_id"),
    *_seal("pause"),
)

message = _table(
    "message",
    _id(),
    _to("source_id", "source"),
    Column("external_id", Text, nullable=False),
    _to("conversation_id", "conversation"),
    _moment("created_at"),
    Column("author_role", Text, nullable=False),
    _to("respondent_id", "respondent", optional=True),
    Column("is_automatic", Boolean, nullable=False),
    Column("is_internal", Boolean, nullable=False),
    Column("text", Text, nullable=False),
    Column("attributes", Text),
    *_arrived(),
    _turned(),
    UniqueConstraint("source_id", "external_id"),
    # All that measuring needs, so that it never reads a text.
    Index(
        "ix_message_conversation",
        "conversation_id",
        "created_at",
        "author_role",
        "respondent_id",
        "is_automatic",
        "is_internal",
        "arrival",
    ),
    *_seal("message"),
)

status_event = _table(
    "status_event",
    _id(),
    _to("conversation_id", "conversation"),
    _moment("at"),
    Column("seq", Integer),
    Column("state", Text, nullable=False),
    _to("respondent_id", "respondent", optional=True),
    _to("group_id", "agent_group", optional=True),
    Column("attributes", Text),
    *_arrived(),
    _turned(),
    UniqueConstraint("conversation_id", "digest"),
    *_seal("status_event"),
)

survey_offer = _table(
    "survey_offer",
    _id(),
    _to("project_id", "project"),
    _to("source_id", "source"),
    Column("external_id", Text, nullable=False),
    _to("conversation_id", "conversation", optional=True),
    _to("survey_id", "label", optional=True),
    _to("language_id", "label", optional=True),
    _moment("offered_at", optional=True),
    _moment("answered_at", optional=True),
    Column("attributes", Text),
    *_arrived(),
    _turned(),
    Column("given_on_id", Integer),  # the merged conversation it was given on; `conversation_id` is what that became
    Column("respondent_id", Integer),  # this and the next two count only where there is no conversation
    Column("group_id", Integer),
    Column("channel_id", Integer),
    UniqueConstraint("source_id", "external_id"),
    Index("ix_survey_offer_conversation", "conversation_id"),
    Index("ix_survey_offer_offered", "source_id", "survey_id", "offered_at"),
    *_seal("survey_offer"),
)

survey_answer = _table(
    "survey_answer",
    Column("offer_id", Integer, ForeignKey("survey_offer.id"), primary_key=True),
    Column("question", Text, primary_key=True),  # csat | nps | ces | resolved | comment
    Column("value", Integer),
    Column("scale", Text),  # "5" for 1 to 5, "0-100" for both ends
    Column("text", Text),
    *_seal("survey_answer", "offer_id", "question"),
    sqlite_with_rowid=False,
)

survey_answer_change = _table(
    "survey_answer_change",
    _id(),
    _to("offer_id", "survey_offer"),
    Column("question", Text, nullable=False),
    Column("value", Integer),
    Column("scale", Text),
    Column("text", Text),
    _moment("replaced_at"),
    Index("ix_survey_answer_change_offer", "offer_id"),
    *_seal("survey_answer_change"),
)

transaction = _table(
    "transaction",
    _id(),
    _to("project_id", "project"),
    _to("source_id", "source"),
    Column("external_id", Text, nullable=False),
    _moment("at"),
    Column("amount_millionths", BigInteger, nullable=False),
    Column("currency", Text),
    _to("conversation_id", "conversation", optional=True),
    _to("visitor_id", "visitor", optional=True),
    Column("attributes", Text),
    *_arrived(),
    _turned(),
    Column("given_on_id", Integer),  # the merged conversation it names; `conversation_id` is what that became
    UniqueConstraint("source_id", "external_id"),
    Index("ix_transaction_conversation", "conversation_id"),
    Index("ix_transaction_visitor", "visitor_id"),
    *_seal("transaction"),
)

journal = _table(
    "journal",
    Column("project_id", Integer, ForeignKey("project.id"), primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    _moment("at"),
    Column(
        "kind", Text, nullable=False
    ),  # what happened: conversation.changed, message.created … (`journal.EventKind`)
    Column("subject_id", Integer, nullable=False),
    sqlite_with_rowid=False,
)

user = _table(
    "user",
    _id(),
    Column("email", Text, nullable=False, unique=True),  # lower case, its domain in ASCII
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),  # administrator | analyst | supervisor | agent
    Column("reads_content", Boolean, nullable=False),  # an analyst who may read what people wrote
    Column("password", Text),  # as argon2id leaves it; null until it is first set
    _moment("created_at"),
    _moment("disabled_at", optional=True),
    _moment("known_from", optional=True),  # browsers in which they signed in before are not known any more
)

user_group = _table(
    "user_group",
    Column("user_id", Integer, ForeignKey("user.id"), primary_key=True),
    Column("group_id", Integer, ForeignKey("agent_group.id"), primary_key=True),
    sqlite_with_rowid=False,
)

user_respondent = _table(
    "user_respondent",
    Column("user_id", Integer, ForeignKey("user.id"), primary_key=True),
    Column("respondent_id", Integer, ForeignKey("respondent.id"), primary_key=True),
    sqlite_with_rowid=False,
)

session = _table(
    "session",
    _id(),
    Column("digest", Text, nullable=False, unique=True),  # SHA-256 of what the cookie holds
    _to("user_id", "user"),
    _moment("created_at"),
    _moment("seen_at"),
    Column("agent", Text, nullable=False),  # the browser's own description, shortened
    Index("ix_session_user", "user_id"),
)

token = _table(
    "token",
    _id(),
    Column("name", Text, nullable=False, unique=True),
    Column("public_id", Text, nullable=False, unique=True),
    Column("digest", Text, nullable=False),  # SHA-256 of the secret half
    Column("role", Text, nullable=False),
    Column("reads_content", Boolean, nullable=False),
    _moment("created_at"),
    _moment("expires_at", optional=True),
    _moment("revoked_at", optional=True),
)

token_group = _table(
    "token_group",
    Column("token_id", Integer, ForeignKey("token.id"), primary_key=True),
    Column("group_id", Integer, ForeignKey("agent_group.id"), primary_key=True),
    sqlite_with_rowid=False,
)

token_respondent = _table(
    "token_respondent",
    Column("token_id", Integer, ForeignKey("token.id"), primary_key=True),
    Column("respondent_id", Integer, ForeignKey("respondent.id"), primary_key=True),
    sqlite_with_rowid=False,
)

invitation = _table(
    "invitation",
    _id(),
    Column("digest", Text, nullable=False, unique=True),  # SHA-256 of what the link holds
    _to("user_id", "user", optional=True),  # null: whoever opens it becomes the first administrator
    _moment("created_at"),
    _moment("expires_at"),
    _moment("used_at", optional=True),
)

saved_view = _table(
    "saved_view",
    _id(),
    _to("user_id", "user"),
    Column("name", Text, nullable=False),
    Column("page", Text, nullable=False),  # report | conversations | satisfaction
    Column("query", Text, nullable=False),  # the parameters of its address, without language and theme
    Column("is_shared", Boolean, nullable=False),
    _moment("created_at"),
    UniqueConstraint("user_id", "name"),
)

conversation_mark = _table(
    "conversation_mark",
    Column("user_id", Integer, ForeignKey("user.id"), primary_key=True),  # whose mark it is, and nobody else's
    Column("conversation_id", Integer, ForeignKey("conversation.id"), primary_key=True),
    _moment("read_at", optional=True),
    Column("comes_back", Boolean, nullable=False),  # they want to come back to it
    Column("note", Text, nullable=False),  # empty where they wrote none
    _moment("changed_at"),
    Index("ix_conversation_mark_conversation", "conversation_id"),
    sqlite_with_rowid=False,
)

marker = _table(
    "marker",
    _id(),
    _to("project_id", "project"),
    _to("user_id", "user", optional=True),
    _moment("at"),
    Column("kind", Text, nullable=False),  # action | incident | training
    Column("words", Text, nullable=False),
    _moment("created_at"),
    Index("ix_marker_project", "project_id", "at"),
)

advice = _table(
    "advice",
    _id(),
    Column("indicator", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("words", Text, nullable=False),  # instead of ours, next to a weak result
    _to("user_id", "user", optional=True),
    _moment("changed_at"),
    UniqueConstraint("indicator", "language"),
)

mailing = _table(
    "mailing",
    _id(),
    _to("user_id", "user"),  # with whose rights the report is read
    Column("name", Text, nullable=False),
    Column("query", Text, nullable=False),  # the view that is sent, as of a saved view
    Column("language", Text, nullable=False),
    Column("recipients", Text, nullable=False),  # JSON: e-mail addresses
    Column("rhythm", Text, nullable=False),  # daily | weekly | monthly
    Column("day", Integer),  # weekly: 1 Monday to 7 Sunday; monthly: 1 to 28
    Column("minute", Integer, nullable=False),  # of the day, on the clock of the zone
    Column("zone", Text, nullable=False),
    Column("is_on", Boolean, nullable=False),
    _moment("due_at"),  # the moment of its rhythm that is next to be served; its job says when that is tried
    _moment("sent_at", optional=True),
    Column("failure", Text),  # JSON: the sentence and data of what the last attempt met; null where it arrived
    _moment("created_at"),
)

job = _table(
    "job",
    _id(),
    Column("kind", Text, nullable=False),
    Column("unique_key", Text),  # of one kind and key there is one job; null: it is like no other
    Column("payload", Text, nullable=False),  # JSON, as its kind reads it
    _moment("due_at"),
    Column("attempts", Integer, nullable=False),  # begun since it was enqueued
    Column("fence", BigInteger, nullable=False),  # larger with every claim, from anywhere: an id may be given again
    _moment("leased_until", optional=True),  # null while nobody holds it
    Column("leased_by", Text),  # machine and process, for people to read
    _moment("again_at", optional=True),  # enqueued again while somebody holds it
    Column("failure", Text),  # the code of what the last attempt met
    _moment("failed_at", optional=True),  # failed for good: nobody tries it any more
    _moment("created_at"),
    UniqueConstraint("kind", "unique_key"),
    Index("ix_job_due", "kind", "due_at"),
)
