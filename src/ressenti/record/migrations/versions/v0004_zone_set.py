"""Whether somebody chose a project's time zone: until then the first import may (D41)."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the column; a project that counts elsewhere than in UTC was told to."""
    op.add_column("project", sa.Column("is_zone_set", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE project SET is_zone_set = (zone <> 'UTC')")
