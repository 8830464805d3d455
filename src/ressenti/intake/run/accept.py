"""How a batch of records enters the record, whatever they are: through the doors of its rooms, many rows at once."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection

from ressenti.intake.arrivals import agents, conversations, events, handlings, messages, surveys, transactions
from ressenti.intake.arrivals.batch import Destination, ImportBatch
from ressenti.intake.model import FileKind, InputRecord
from ressenti.record.write_transaction import writing

_ARRIVALS: dict[FileKind, Callable[[ImportBatch[Any]], None]] = {
    FileKind.AGENTS: agents.accept,
    FileKind.CONVERSATIONS: conversations.accept,
    FileKind.HANDLINGS: handlings.accept,
    FileKind.MESSAGES: messages.accept,
    FileKind.EVENTS: events.accept,
    FileKind.SURVEYS: surveys.accept,
    FileKind.TRANSACTIONS: transactions.accept,
}


def accept(
    connection: Connection,
    to: Destination,
    kind: FileKind,
    records: Sequence[InputRecord],
    *,
    columns: Sequence[str],
    arrival: int | None = None,
) -> ImportBatch[Any]:
    """Write what can be taken of these records, in the caller's transaction, and tell the journal what changed.

    `columns` are those of the file: what it has no column for, it says nothing about. `arrival` is the place of the
    first record in the order of arrival where the file is read from its end (D35).
    """
    with writing(connection, to.project_id, now=to.now, is_bulk=True) as tx:
        batch: ImportBatch[Any] = ImportBatch(
            tx=tx, to=to, kind=kind, records=records, columns=columns, first_arrival=arrival
        )
        _ARRIVALS[kind](batch)
    return batch
