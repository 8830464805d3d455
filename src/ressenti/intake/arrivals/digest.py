"""Is this row the same as one that came before? Its key, and its content in eight bytes."""

from collections.abc import Hashable
from hashlib import blake2b
from operator import attrgetter, itemgetter
from typing import Any

import msgspec

from ressenti.intake.model import FILES, FileKind

RecordRow = tuple[Any, ...]
"""A row of any kind: one of `ROWS`."""

_encode = msgspec.msgpack.Encoder(order="deterministic").encode
_handling_key = attrgetter("conversation_id", "agent_id", "started_at")
_early = {
    kind: itemgetter(*(slot for slot, column in enumerate(columns) if not column.is_late), len(columns))
    for kind, columns in FILES.items()
}
"""What rows had from the first: the columns that did not come later, and the unknown ones."""
_late = {
    kind: itemgetter(*slots)
    for kind, columns in FILES.items()
    if (slots := [slot for slot, column in enumerate(columns) if column.is_late])
}
"""What rows of some kinds have since later, several columns in each."""
_NOTHING = {kind: (None,) * sum(column.is_late for column in columns) for kind, columns in FILES.items()}


def digest(kind: FileKind, row: RecordRow) -> int:
    """Return the content of a row, unknown columns included, as a signed integer of eight bytes.

    Columns that came to the format later count only where they hold something.
    """
    content = _early[kind](row)
    if kind in _late and (late := _late[kind](row)) != _NOTHING[kind]:
        content = (*content, *late)
    return int.from_bytes(blake2b(_encode(content), digest_size=8).digest(), "big", signed=True)


def key(kind: FileKind, row: RecordRow) -> tuple[Hashable, ...]:
    """Return what tells a row from the others of its kind, in the source's own words.

    An event has no id: it is the same as another if all its columns are.
    """
    match kind:
        case FileKind.HANDLINGS:
            return _handling_key(row)
        case FileKind.EVENTS:
            return row[0], digest(kind, row)
        case _:
            return (row[0],)
