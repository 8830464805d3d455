"""What is to happen to a conversation at a moment: a job of its kind, one for each conversation."""

from ressenti.jobs import queue
from ressenti.record.write_transaction import WriteTransaction


def schedule(tx: WriteTransaction, kind: str, conversation: int, *, due_at: int, **payload: object) -> None:
    """Have a job done for a conversation, if the transaction is committed; where one waits, at the earlier moment."""
    told = {"conversation": conversation, "project": tx.project_id, **payload}
    queue.enqueue(tx.connection, kind, told, due_at=due_at, now=tx.now, key=str(conversation))


def unschedule(tx: WriteTransaction, kind: str, conversation: int) -> None:
    """Have it not done."""
    queue.cancel(tx.connection, kind, str(conversation))
