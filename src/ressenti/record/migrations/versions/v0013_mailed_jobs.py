"""The next time of each mailed report becomes a job; when it is tried, and how often it was, is told there."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_JOBS = """
INSERT INTO job (kind, unique_key, payload, due_at, attempts, fence, created_at)
SELECT 'mailed_report', CAST(id AS TEXT), '{"mailing": ' || id || '}', try_at, attempts,
       abs(random() % 281474976710656), created_at
FROM mailing WHERE is_on
"""


def upgrade() -> None:
    """Enqueue what is planned; one that is being sent stays due when its sender would have been taken for dead."""
    op.execute(sa.text(_JOBS.replace('": ', '"\\: ')))
    op.drop_index("ix_mailing_due", "mailing")
    op.drop_column("mailing", "try_at")
    op.drop_column("mailing", "attempts")
