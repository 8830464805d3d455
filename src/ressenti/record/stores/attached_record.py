"""What a search index reads of the record: SQL for a SQLite file to which the record is attached as `record`.

SQLite reads texts and writes words within one statement, at the record's state of one transaction; through Python every
text would be copied once more.
"""

ATTACH = "ATTACH ? AS record"

PUBLIC_TEXTS = """SELECT
  conversation_id, text, row_number() OVER (PARTITION BY conversation_id ORDER BY created_at) - 1 AS place
FROM record.message INDEXED BY ix_message_conversation
WHERE conversation_id BETWEEN ? AND ?
  AND author_role IN ('visitor', 'agent', 'bot') AND NOT is_automatic AND NOT is_internal"""
"""(conversation_id, text, place): what visitors and respondents wrote to each other (D29), numbered from 0 in each
conversation, of the conversations from one id to another."""

_COMMENTS = """SELECT offer.id AS offer_id, offer.conversation_id, answer.text
FROM record.survey_offer AS offer
JOIN record.survey_answer AS answer ON answer.offer_id = offer.id AND answer.question = 'comment'
WHERE answer.text IS NOT NULL AND """
COMMENTS = f"{_COMMENTS}offer.conversation_id BETWEEN ? AND ?"
"""(offer_id, conversation_id, text): the comments left about the conversations from one id to another."""
LONE_COMMENTS = f"{_COMMENTS}offer.conversation_id IS NULL AND offer.id BETWEEN ? AND ?"
"""(offer_id, conversation_id, text): the comments without a conversation, of the surveys from one id to another."""

SURVEYS_OF_CONVERSATION = "SELECT id FROM record.survey_offer WHERE conversation_id = ?"
SURVEYS_WITH_CONVERSATION = "SELECT id FROM record.survey_offer WHERE conversation_id IS NOT NULL"
LAST_CONVERSATION = "SELECT coalesce(max(id), 0) FROM record.conversation"
JOURNAL_ENDS = "SELECT id, journal_seq FROM record.project"
"""(project_id, seq): the last journal number of each project."""
