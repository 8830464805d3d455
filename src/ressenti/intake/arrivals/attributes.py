"""How the columns we do not know are kept."""

from typing import Any

import msgspec

_encode = msgspec.json.Encoder(decimal_format="number").encode


def attributes(columns: dict[str, Any] | None) -> str | None:
    """Return the columns we do not know as they are kept, or None where there are none."""
    return _encode(columns).decode() if columns else None
