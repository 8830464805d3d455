"""How the columns we do not know are kept."""

from typing import Any

import msgspec

KEPT_AS_ATTRIBUTES = ("priority", "status", "reopens", "source_url")
"""Columns of conversations that the record has no column for."""

_encode = msgspec.json.Encoder(decimal_format="number").encode


def attributes(columns: dict[str, Any] | None) -> str | None:
    """Return the columns we do not know as they are kept, or None where there are none."""
    return _encode(columns).decode() if columns else None
