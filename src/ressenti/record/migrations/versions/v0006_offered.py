"""What tells quickly of which surveys it is known what was offered (D40)."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the index."""
    op.create_index("ix_survey_offer_offered", "survey_offer", ["source_id", "survey_id", "offered_at"])
