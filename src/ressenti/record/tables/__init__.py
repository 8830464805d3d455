"""Every table of the record, and what each column holds.

Moments are integers, microseconds since 1970 in UTC; amounts are millionths of the currency. `digest` is the
fingerprint of the content as it arrived and `import_id` the import that brought it last: together they tell a
repeated row from a contradictory one. `arrival` is a row's place in the order of arrival where its file was read from
the end (D35); where it is null, the id tells it (`record.arrival`). `seal` is a checksum of the row as it stands here
(`record/stores/row_checksums.py`).
"""

from ressenti.record.tables.columns import metadata
from ressenti.record.tables.conversations import (
    agent_group,
    conversation,
    conversation_group,
    conversation_respondent,
    conversation_tag,
    handling,
    import_run,
    journal,
    label,
    membership,
    message,
    pause,
    project,
    respondent,
    source,
    status_event,
    survey_answer,
    survey_answer_change,
    survey_offer,
    transaction,
    visitor,
)
from ressenti.record.tables.kept import advice, conversation_mark, job, mailing, marker, saved_view
from ressenti.record.tables.people import (
    invitation,
    session,
    token,
    token_group,
    token_respondent,
    user,
    user_group,
    user_respondent,
)

__all__ = [
    "advice",
    "agent_group",
    "conversation",
    "conversation_group",
    "conversation_mark",
    "conversation_respondent",
    "conversation_tag",
    "handling",
    "import_run",
    "invitation",
    "job",
    "journal",
    "label",
    "mailing",
    "marker",
    "membership",
    "message",
    "metadata",
    "pause",
    "project",
    "respondent",
    "saved_view",
    "session",
    "source",
    "status_event",
    "survey_answer",
    "survey_answer_change",
    "survey_offer",
    "token",
    "token_group",
    "token_respondent",
    "transaction",
    "user",
    "user_group",
    "user_respondent",
    "visitor",
]
