"""Is this row the same as one that came before? Its key, and its content in eight bytes."""

from collections.abc import Hashable
from hashlib import blake2b
from typing import Any

import msgspec

from ressenti.intake.model import FILES, FileKind
from ressenti.intake.values.rules import SLOTS

RecordRow = tuple[Any, ...]

_encode = msgspec.msgpack.Encoder(order="deterministic").encode
_HANDLING = tuple(SLOTS[FileKind.HANDLINGS][name] for name in ("conversation_id", "agent_id", "started_at"))


_FIRST_LATE: dict[FileKind, int] = {
    kind: next((slot for slot, column in enumerate(columns) if column.is_late), len(columns))
    for kind, columns in FILES.items()
}


def digest(kind: FileKind, row: RecordRow) -> int:
    """Return the content of a row, unknown columns included, as a signed integer of eight bytes.

    Columns that came to the format later count only where they hold something.
    """
    first = _FIRST_LATE[kind]
    late = row[first:-1]
    if late:
        row = (*row[:first], row[-1], *(late if any(one is not None for one in late) else ()))
    return int.from_bytes(blake2b(_encode(row), digest_size=8).digest(), "big", signed=True)


def key(kind: FileKind, row: RecordRow) -> tuple[Hashable, ...]:
    """Return what tells a row from the others of its kind, in the source's own words.

    An event has no id: it is the same as another if all its columns are.
    """
    match kind:
        case FileKind.HANDLINGS:
            return tuple(row[slot] for slot in _HANDLING)
        case FileKind.EVENTS:
            return row[0], digest(kind, row)
        case _:
            return (row[0],)
