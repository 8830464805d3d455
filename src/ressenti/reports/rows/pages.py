"""How many rows of facts are read without holding them all: a part at a time."""

from collections.abc import Iterator, Sequence
from typing import Any

from ressenti.facts.engines.engine import Engine
from ressenti.facts.engines.sql import Statement
from ressenti.indicators.declaration import Indicator
from ressenti.indicators.query_builder import Slice, anchor_column
from ressenti.indicators.sql import listing

PAGE = 5_000

PagedRows = list[tuple[Any, ...]]


def pages(
    facts: Engine, indicator: Indicator, slice_: Slice, columns: Sequence[str], key: Sequence[str], *, size: int = PAGE
) -> Iterator[PagedRows]:
    """Return the rows behind an indicator by their date, then by `key`, all as they stood when they were asked for."""
    wanted = listing(indicator, slice_, columns, facts.dialect, key=key)
    return facts.batches(wanted.text, wanted.params, size=size)


def pages_of(
    facts: Engine, indicator: Indicator, slice_: Slice, columns: Sequence[str], key: Sequence[str], ids: Sequence[int]
) -> Iterator[PagedRows]:
    """Return the rows of some conversations, or of the first of `key` where they are others, by their date."""
    order = ", ".join((anchor_column(indicator, slice_.anchor), *key))
    wanted = Statement(
        f"SELECT {', '.join(columns)} FROM {indicator.facts} WHERE {key[0]} IN {facts.dialect.ids} ORDER BY {order}",
        [list(ids)],
    )
    return facts.batches(wanted.text, wanted.params, size=PAGE)
