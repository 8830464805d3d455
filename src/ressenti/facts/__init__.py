"""What was measured: one row a conversation, a handling, an answer and a sale, in the analytics store."""
