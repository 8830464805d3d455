"""What Python 3.12 has and 3.11 lacks."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def batched(items: Iterable[T], size: int) -> Iterator[tuple[T, ...]]:
    """Cut items into tuples of `size`, the last one shorter."""
    rest = iter(items)
    while part := tuple(islice(rest, size)):
        yield part
