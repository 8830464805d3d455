"""Conversations that were merged into others (D34), how they were resolved, and what a lone survey tells of itself."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the columns, and the two indexes that hold merged conversations only."""
    op.add_column("conversation", sa.Column("is_private", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("conversation", sa.Column("resolution", sa.Text(), nullable=True))
    op.add_column("conversation", sa.Column("visitor_email", sa.Text(), nullable=True))
    op.add_column("conversation", sa.Column("merged_into_external_id", sa.Text(), nullable=True))
    op.add_column("conversation", sa.Column("merged_into_id", sa.Integer(), nullable=True))
    for column in ("given_on_id", "respondent_id", "group_id", "channel_id"):
        op.add_column("survey_offer", sa.Column(column, sa.Integer(), nullable=True))
    op.add_column("transaction", sa.Column("given_on_id", sa.Integer(), nullable=True))
    for column, columns in (
        ("merged_into_external_id", ["source_id", "merged_into_external_id"]),
        ("merged_into_id", ["merged_into_id"]),
    ):
        where = sa.text(f"{column} IS NOT NULL")
        op.create_index(f"ix_conversation_{column}", "conversation", columns, sqlite_where=where)
