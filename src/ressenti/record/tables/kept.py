"""What people keep and have done: views, marks, markers, advice, mailed reports; and the jobs."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, Text, UniqueConstraint

from ressenti.record.tables.columns import moment, primary_key, reference, table

saved_view = table(
    "saved_view",
    primary_key(),
    reference("user_id", "user"),
    Column("name", Text, nullable=False),
    Column("page", Text, nullable=False),  # report | conversations | satisfaction
    Column("query", Text, nullable=False),  # the parameters of its address, without language and theme
    Column("is_shared", Boolean, nullable=False),
    moment("created_at"),
    UniqueConstraint("user_id", "name"),
)

conversation_mark = table(
    "conversation_mark",
    Column("user_id", Integer, ForeignKey("user.id"), primary_key=True),  # whose mark it is, and nobody else's
    Column("conversation_id", Integer, ForeignKey("conversation.id"), primary_key=True),
    moment("read_at", optional=True),
    Column("comes_back", Boolean, nullable=False),  # they want to come back to it
    Column("note", Text, nullable=False),  # empty where they wrote none
    moment("changed_at"),
    Index("ix_conversation_mark_conversation", "conversation_id"),
    sqlite_with_rowid=False,
)

marker = table(
    "marker",
    primary_key(),
    reference("project_id", "project"),
    reference("user_id", "user", optional=True),
    moment("at"),
    Column("kind", Text, nullable=False),  # action | incident | training
    Column("words", Text, nullable=False),
    moment("created_at"),
    Index("ix_marker_project", "project_id", "at"),
)

advice = table(
    "advice",
    primary_key(),
    Column("indicator", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("words", Text, nullable=False),  # instead of ours, next to a weak result
    reference("user_id", "user", optional=True),
    moment("changed_at"),
    UniqueConstraint("indicator", "language"),
)

mailing = table(
    "mailing",
    primary_key(),
    reference("user_id", "user"),  # with whose rights the report is read
    Column("name", Text, nullable=False),
    Column("query", Text, nullable=False),  # the view that is sent, as of a saved view
    Column("language", Text, nullable=False),
    Column("recipients", Text, nullable=False),  # JSON: e-mail addresses
    Column("rhythm", Text, nullable=False),  # daily | weekly | monthly
    Column("day", Integer),  # weekly: 1 Monday to 7 Sunday; monthly: 1 to 28
    Column("minute", Integer, nullable=False),  # of the day, on the clock of the zone
    Column("zone", Text, nullable=False),
    Column("is_on", Boolean, nullable=False),
    moment("due_at"),  # the moment of its rhythm that is next to be served; its job says when that is tried
    moment("sent_at", optional=True),
    Column("failure", Text),  # JSON: the sentence and data of what the last attempt met; null where it arrived
    moment("created_at"),
)

job = table(
    "job",
    primary_key(),
    Column("kind", Text, nullable=False),
    Column("unique_key", Text),  # of one kind and key there is one job; null: it is like no other
    Column("payload", Text, nullable=False),  # JSON, as its kind reads it
    moment("due_at"),
    Column("attempts", Integer, nullable=False),  # begun since it was enqueued
    Column("fence", BigInteger, nullable=False),  # larger with every claim, from anywhere: an id may be given again
    moment("leased_until", optional=True),  # null while nobody holds it
    Column("leased_by", Text),  # machine and process, for people to read
    moment("again_at", optional=True),  # enqueued again while somebody holds it
    Column("failure", Text),  # the code of what the last attempt met
    moment("failed_at", optional=True),  # failed for good: nobody tries it any more
    moment("created_at"),
    UniqueConstraint("kind", "unique_key"),
    Index("ix_job_due", "kind", "due_at"),
)
