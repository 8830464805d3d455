"""What does the address of a request say behind its question mark, in the order in which it stands there?"""

from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

from litestar import Request


def in_order(request: Request[Any, Any, Any]) -> list[tuple[str, str]]:
    """Return the parameters of an address as they were written, those without a value too."""
    return parse_qsl(request.scope["query_string"].decode("latin-1"), keep_blank_values=True)


def by_name(parameters: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Gather the parameters of an address by their names."""
    words: dict[str, list[str]] = {}
    for name, value in parameters:
        words.setdefault(name, []).append(value)
    return words
