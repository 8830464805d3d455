"""Who may sign in, and as what: users, sessions, tokens, invitations."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Text

from ressenti.record.tables.columns import moment, primary_key, reference, table

user = table(
    "user",
    primary_key(),
    Column("email", Text, nullable=False, unique=True),  # lower case, its domain in ASCII
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),  # administrator | analyst | supervisor | agent
    Column("reads_content", Boolean, nullable=False),  # an analyst who may read what people wrote
    Column("password", Text),  # as argon2id leaves it; null until it is first set
    moment("created_at"),
    moment("disabled_at", optional=True),
    moment("known_from", optional=True),  # browsers in which they signed in before are not known any more
)

user_group = table(
    "user_group",
    Column("user_id", Integer, ForeignKey("user.id"), primary_key=True),
    Column("group_id", Integer, ForeignKey("agent_group.id"), primary_key=True),
    sqlite_with_rowid=False,
)

user_respondent = table(
    "user_respondent",
    Column("user_id", Integer, ForeignKey("user.id"), primary_key=True),
    Column("respondent_id", Integer, ForeignKey("respondent.id"), primary_key=True),
    sqlite_with_rowid=False,
)

session = table(
    "session",
    primary_key(),
    Column("digest", Text, nullable=False, unique=True),  # SHA-256 of what the cookie holds
    reference("user_id", "user"),
    moment("created_at"),
    moment("seen_at"),
    Column("agent", Text, nullable=False),  # the browser's own description, shortened
    Index("ix_session_user", "user_id"),
)

token = table(
    "token",
    primary_key(),
    Column("name", Text, nullable=False, unique=True),
    Column("public_id", Text, nullable=False, unique=True),
    Column("digest", Text, nullable=False),  # SHA-256 of the secret half
    Column("role", Text, nullable=False),
    Column("reads_content", Boolean, nullable=False),
    moment("created_at"),
    moment("expires_at", optional=True),
    moment("revoked_at", optional=True),
)

token_group = table(
    "token_group",
    Column("token_id", Integer, ForeignKey("token.id"), primary_key=True),
    Column("group_id", Integer, ForeignKey("agent_group.id"), primary_key=True),
    sqlite_with_rowid=False,
)

token_respondent = table(
    "token_respondent",
    Column("token_id", Integer, ForeignKey("token.id"), primary_key=True),
    Column("respondent_id", Integer, ForeignKey("respondent.id"), primary_key=True),
    sqlite_with_rowid=False,
)

invitation = table(
    "invitation",
    primary_key(),
    Column("digest", Text, nullable=False, unique=True),  # SHA-256 of what the link holds
    reference("user_id", "user", optional=True),  # null: whoever opens it becomes the first administrator
    moment("created_at"),
    moment("expires_at"),
    moment("used_at", optional=True),
)
