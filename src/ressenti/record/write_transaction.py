"""The transaction in which rows enter the record, and what the journal says of them at its end."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Connection

from ressenti.record.journal import EventKind, append


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteTransaction:
    """What every door takes: the connection that writes, the project, and the moment.

    With `is_bulk`, as an import writes, a conversation has one entry however many of its rows came.
    """

    connection: Connection
    project_id: int
    now: int
    is_bulk: bool
    events: dict[tuple[EventKind, int], None] = field(default_factory=dict)
    details: dict[tuple[EventKind, int], str] = field(default_factory=dict)

    def tell(self, kind: EventKind, ids: Iterable[int]) -> None:
        """Note that this happened to these rows; what is noted twice is written once."""
        self.events.update(dict.fromkeys((kind, own_id) for own_id in dict.fromkeys(ids)))

    def tell_with(self, kind: EventKind, own_id: int, detail: Mapping[str, object]) -> None:
        """Note that this happened to a row, with the ids and codes that tell it: no name, and nothing anybody wrote."""
        self.tell(kind, (own_id,))
        self.details[kind, own_id] = json.dumps(detail)

    def tell_changed(self, conversations: Iterable[int]) -> None:
        """Note conversations whose figures have to be measured again."""
        self.tell(EventKind.CONVERSATION_CHANGED, conversations)


@contextmanager
def writing(connection: Connection, project_id: int, *, now: int, is_bulk: bool = False) -> Iterator[WriteTransaction]:
    """Give what the doors take, on the connection of a transaction; at the end the journal is told what happened."""
    tx = WriteTransaction(connection=connection, project_id=project_id, now=now, is_bulk=is_bulk)
    yield tx
    append(connection, project_id, tx.events, now=now, details=tx.details)
