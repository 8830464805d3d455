"""How a batch of records enters the record, whatever they are: the single door."""

from collections.abc import Callable, Sequence

from sqlalchemy import Connection

from ressenti.intake.arrivals import agents, conversations, events, handlings, messages, surveys, transactions
from ressenti.intake.arrivals.batch import Batch, Destination
from ressenti.intake.model import Kind, Record
from ressenti.record import journal

_ARRIVALS: dict[Kind, Callable[[Batch], None]] = {
    Kind.AGENTS: agents.accept,
    Kind.CONVERSATIONS: conversations.accept,
    Kind.HANDLINGS: handlings.accept,
    Kind.MESSAGES: messages.accept,
    Kind.EVENTS: events.accept,
    Kind.SURVEYS: surveys.accept,
    Kind.TRANSACTIONS: transactions.accept,
}


def accept(
    connection: Connection,
    to: Destination,
    kind: Kind,
    records: Sequence[Record],
    *,
    columns: Sequence[str],
    arrival: int | None = None,
) -> Batch:
    """Write what can be taken of these records, in the caller's transaction, and tell the journal what changed.

    `columns` are those of the file: what it has no column for, it says nothing about. `arrival` is the place of the
    first record in the order of arrival where the file is read from its end (D35).
    """
    batch = Batch(connection=connection, to=to, kind=kind, records=records, columns=columns, first_arrival=arrival)
    _ARRIVALS[kind](batch)
    journal.append(connection, to.project_id, batch.changes, now=to.now)
    return batch
