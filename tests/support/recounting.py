"""What the recount says of a small record."""

from typing import Any

from ressenti.facts.recount.conversations import recount_conversations, recount_lone_surveys
from ressenti.facts.recount.record import next_conversations, next_lone_surveys, read_world
from ressenti.kit.clock import SECOND
from tests.support.small_records import SmallRecord


def rows(record: SmallRecord, conversation: int) -> dict[str, list[dict[str, Any]]]:
    """Return all rows of a conversation, by table."""
    with record.store.read() as connection:
        world, ids = read_world(connection), next_conversations(connection, 0, 1_000)
        found = {case.head.id: rows for case, rows in recount_conversations(connection, world, ids)}
    return found[conversation]


def its(record: SmallRecord, conversation: int) -> dict[str, Any]:
    """Return a conversation's own row."""
    (row,) = rows(record, conversation)["conversation"]
    return row


def held(record: SmallRecord, conversation: int) -> list[dict[str, Any]]:
    """Return a conversation's handlings."""
    return rows(record, conversation)["handling"]


def lone(record: SmallRecord) -> list[dict[str, Any]]:
    """Return the answers without a conversation."""
    with record.store.read() as connection:
        world, ids = read_world(connection), next_lone_surveys(connection, 0, 1_000)
        return [row for _survey, row in recount_lone_surveys(connection, world, ids)]


def s(duration: int | None) -> float | None:
    """Return microseconds as seconds."""
    return None if duration is None else duration / SECOND
