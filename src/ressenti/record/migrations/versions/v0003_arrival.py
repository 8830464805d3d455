"""In which order the rows of a file arrived that was read from its end (D35)."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_TABLES = ("conversation", "handling", "message", "status_event", "survey_offer", "transaction")
_MEASURED_BY = ("conversation_id", "created_at", "author_role", "respondent_id", "is_automatic", "is_internal")


def upgrade() -> None:
    """Add the place in the order of arrival, and to the index that messages are measured from."""
    for table in _TABLES:
        op.add_column(table, sa.Column("arrival", sa.BigInteger(), nullable=True))
    op.drop_index("ix_message_conversation", "message")
    op.create_index("ix_message_conversation", "message", [*_MEASURED_BY, "arrival"])
