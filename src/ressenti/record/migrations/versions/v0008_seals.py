"""A checksum beside every imported row, so that what changes on the disk by itself is found.

The rows that are there get theirs, and the triggers are made, once all steps are through (`stores/row_checksums.py`).
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_KEYS = {
    "respondent": ("id",),
    "membership": ("id",),
    "conversation": ("id",),
    "conversation_tag": ("conversation_id", "label_id"),
    "conversation_group": ("conversation_id", "agent_group_id"),
    "conversation_respondent": ("conversation_id", "respondent_id"),
    "handling": ("id",),
    "pause": ("id",),
    "message": ("id",),
    "status_event": ("id",),
    "survey_offer": ("id",),
    "survey_answer": ("offer_id", "question"),
    "survey_answer_change": ("id",),
    "transaction": ("id",),
}


def upgrade() -> None:
    """Add the column, and what finds the rows in which it is empty."""
    for table, key in _KEYS.items():
        op.add_column(table, sa.Column("seal", sa.Integer(), nullable=True))
        op.create_index(f"ix_{table}_unsealed", table, list(key), sqlite_where=sa.text("seal IS NULL"))
