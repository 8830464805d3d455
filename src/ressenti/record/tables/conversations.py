"""What happened: projects, their names, conversations with all that belongs to them, and the journal."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    Text,
    UniqueConstraint,
    false,
    text,
    true,
)

from ressenti.record.tables.columns import arrival, moment, pair, primary_key, provenance, reference, seal, table

project = table(
    "project",
    primary_key(),
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

source = table(
    "source",
    primary_key(),
    reference("project_id", "project"),
    Column("name", Text, nullable=False),
    UniqueConstraint("project_id", "name"),
)

import_run = table(
    "import_run",
    primary_key(),
    reference("source_id", "source"),
    Column("fingerprint", Text, nullable=False),
    Column("state", Text, nullable=False),  # running | done
    moment("started_at"),
    moment("finished_at", optional=True),
    Column("progress", Text, nullable=False),  # JSON: where the last committed batch ended
    Index("ix_import_run_fingerprint", "source_id", "fingerprint"),
)

label = table(
    "label",
    primary_key(),
    reference("project_id", "project"),
    Column("kind", Text, nullable=False),  # channel, language, topic, tag, rule, distribution_group, campaign, survey
    Column("key", Text, nullable=False),
    UniqueConstraint("project_id", "kind", "key"),
)

agent_group = table(
    "agent_group",
    primary_key(),
    reference("project_id", "project"),
    Column("key", Text, nullable=False),
    UniqueConstraint("project_id", "key"),
)

respondent = table(
    "respondent",
    primary_key(),
    reference("source_id", "source"),
    Column("external_id", Text, nullable=False),
    Column("name", Text),
    Column("kind", Text),  # human | expert | bot, where declared; else each message's author_role tells
    Column("language", Text),
    moment("deleted_at", optional=True),
    Column("attributes", Text),
    *provenance(),
    UniqueConstraint("source_id", "external_id"),
    *seal("respondent"),
)

membership = table(
    "membership",
    primary_key(),
    reference("respondent_id", "respondent"),
    reference("group_id", "agent_group"),
    moment("from_at", optional=True),
    moment("until_at", optional=True),
    Index("ix_membership_respondent", "respondent_id"),
    *seal("membership"),
)

visitor = table(
    "visitor",
    primary_key(),
    reference("source_id", "source"),
    Column("external_id", Text, nullable=False),
    UniqueConstraint("source_id", "external_id"),
)

conversation = table(
    "conversation",
    primary_key(),
    reference("project_id", "project"),
    reference("source_id", "source"),
    Column("external_id", Text, nullable=False),
    moment("opened_at"),
    moment("closed_at", optional=True),
    moment("resolved_at", optional=True),
    moment("first_response_at", optional=True),
    Column("first_response_us", BigInteger),
    Column("resolution_us", BigInteger),
    reference("channel_id", "label", optional=True),
    reference("language_id", "label", optional=True),
    reference("topic_id", "label", optional=True),
    reference("rule_id", "label", optional=True),
    reference("distribution_group_id", "label", optional=True),
    reference("campaign_id", "label", optional=True),
    reference("visitor_id", "visitor", optional=True),
    Column("automation", Text),
    Column("is_spam", Boolean, nullable=False),
    Column("previous_external_id", Text),
    Column("attributes", Text),  # JSON: priority, status, reopens, source_url and the columns we do not know
    *provenance(),
    arrival(),
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
    *seal("conversation"),
)

conversation_tag = pair("conversation_tag", "conversation", "label")
conversation_group = pair("conversation_group", "conversation", "agent_group")
conversation_respondent = pair("conversation_respondent", "conversation", "respondent")

handling = table(
    "handling",
    primary_key(),
    reference("conversation_id", "conversation"),
    reference("respondent_id", "respondent"),
    moment("started_at"),
    moment("ended_at", optional=True),
    Column("ended_by", Text),
    reference("group_id", "agent_group", optional=True),
    reference("rule_id", "label", optional=True),
    reference("distribution_group_id", "label", optional=True),
    Column("attributes", Text),
    *provenance(),
    arrival(),
    UniqueConstraint("conversation_id", "respondent_id", "started_at"),
    *seal("handling"),
)

pause = table(
    "pause",
    primary_key(),
    reference("conversation_id", "conversation"),
    reference("respondent_id", "respondent"),
    moment("started_at"),
    moment("resumed_at", optional=True),
    Index("ix_pause_conversation", "conversation_id"),
    *seal("pause"),
)

message = table(
    "message",
    primary_key(),
    reference("source_id", "source"),
    Column("external_id", Text, nullable=False),
    reference("conversation_id", "conversation"),
    moment("created_at"),
    Column("author_role", Text, nullable=False),
    reference("respondent_id", "respondent", optional=True),
    Column("is_automatic", Boolean, nullable=False),
    Column("is_internal", Boolean, nullable=False),
    Column("text", Text, nullable=False),
    Column("attributes", Text),
    *provenance(),
    arrival(),
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
    *seal("message"),
)

status_event = table(
    "status_event",
    primary_key(),
    reference("conversation_id", "conversation"),
    moment("at"),
    Column("seq", Integer),
    Column("state", Text, nullable=False),
    reference("respondent_id", "respondent", optional=True),
    reference("group_id", "agent_group", optional=True),
    Column("attributes", Text),
    *provenance(),
    arrival(),
    UniqueConstraint("conversation_id", "digest"),
    *seal("status_event"),
)

survey_offer = table(
    "survey_offer",
    primary_key(),
    reference("project_id", "project"),
    reference("source_id", "source"),
    Column("external_id", Text, nullable=False),
    reference("conversation_id", "conversation", optional=True),
    reference("survey_id", "label", optional=True),
    reference("language_id", "label", optional=True),
    moment("offered_at", optional=True),
    moment("answered_at", optional=True),
    Column("attributes", Text),
    *provenance(),
    arrival(),
    Column("given_on_id", Integer),  # the merged conversation it was given on; `conversation_id` is what that became
    Column("respondent_id", Integer),  # this and the next two count only where there is no conversation
    Column("group_id", Integer),
    Column("channel_id", Integer),
    UniqueConstraint("source_id", "external_id"),
    Index("ix_survey_offer_conversation", "conversation_id"),
    Index("ix_survey_offer_offered", "source_id", "survey_id", "offered_at"),
    *seal("survey_offer"),
)

survey_answer = table(
    "survey_answer",
    Column("offer_id", Integer, ForeignKey("survey_offer.id"), primary_key=True),
    Column("question", Text, primary_key=True),  # csat | nps | ces | resolved | comment
    Column("value", Integer),
    Column("scale", Text),  # "5" for 1 to 5, "0-100" for both ends
    Column("text", Text),
    *seal("survey_answer", "offer_id", "question"),
    sqlite_with_rowid=False,
)

survey_answer_change = table(
    "survey_answer_change",
    primary_key(),
    reference("offer_id", "survey_offer"),
    Column("question", Text, nullable=False),
    Column("value", Integer),
    Column("scale", Text),
    Column("text", Text),
    moment("replaced_at"),
    Index("ix_survey_answer_change_offer", "offer_id"),
    *seal("survey_answer_change"),
)

transaction = table(
    "transaction",
    primary_key(),
    reference("project_id", "project"),
    reference("source_id", "source"),
    Column("external_id", Text, nullable=False),
    moment("at"),
    Column("amount_millionths", BigInteger, nullable=False),
    Column("currency", Text),
    reference("conversation_id", "conversation", optional=True),
    reference("visitor_id", "visitor", optional=True),
    Column("attributes", Text),
    *provenance(),
    arrival(),
    Column("given_on_id", Integer),  # the merged conversation it names; `conversation_id` is what that became
    UniqueConstraint("source_id", "external_id"),
    Index("ix_transaction_conversation", "conversation_id"),
    Index("ix_transaction_visitor", "visitor_id"),
    *seal("transaction"),
)

journal = table(
    "journal",
    Column("project_id", Integer, ForeignKey("project.id"), primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    moment("at"),
    Column(
        "kind", Text, nullable=False
    ),  # what happened: conversation.changed, message.created … (`journal.EventKind`)
    Column("subject_id", Integer, nullable=False),
    Column("detail", Text),  # JSON: of an event of a live conversation, the ids and codes that tell it; no content
    Index("ix_journal_subject", "subject_id", "seq", sqlite_where=text("detail IS NOT NULL")),
    sqlite_with_rowid=False,
)
