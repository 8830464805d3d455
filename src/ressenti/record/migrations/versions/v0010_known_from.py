"""Since when the browsers of somebody are known: after a copy was put back, those from before are strangers."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the column, empty: every browser stays known."""
    op.add_column("user", sa.Column("known_from", sa.BigInteger()))
