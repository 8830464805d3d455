"""The journal names what happened, as the public events do: what it called a conversation is one that changed."""

from alembic import op

revision = "0011"
down_revision = "0010"

_NAMES = {
    "conversation": "conversation.changed",
    "offer": "survey.changed",
    "respondent": "respondent.changed",
    "project": "project.changed",
}


def upgrade() -> None:
    """Rename what is written; no number moves, so that facts and words stay where they are."""
    connection = op.get_bind()
    for before, now in _NAMES.items():
        connection.exec_driver_sql("UPDATE journal SET kind = ? WHERE kind = ?", (now, before))
