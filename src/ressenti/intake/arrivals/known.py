"""What of this batch does the record know already? Rows by their key, and the conversations they belong to."""

from collections.abc import Collection, Hashable, Mapping
from typing import Any

from ressenti.intake.arrivals.batch import ImportBatch
from ressenti.record.conversations import ConversationReference, find
from ressenti.record.names import visitors_elsewhere
from ressenti.record.provenance import KnownRow, TableProvenance


def rows_by_key(batch: ImportBatch[Any], provenance: TableProvenance) -> dict[Hashable, KnownRow]:
    """Return the rows of the source that have the keys of this batch, which stand first in every row."""
    keys = {row[0] for row in batch.readable}
    return provenance.known(batch.connection, batch.to.source_id, keys)


def conversations(batch: ImportBatch[Any], keys: Collection[str]) -> dict[str, ConversationReference]:
    """Return the conversations with these ids: the source's own, else those of the project's other sources."""
    found = find(batch.connection, (batch.to.source_id,), keys)
    if len(found) < len(keys) and batch.to.other_sources:
        found = find(batch.connection, batch.to.other_sources, set(keys) - found.keys()) | found
    return found


def id_of(key: str | None, ids: Mapping[str, int]) -> int | None:
    """Return the id of a name that a row may do without."""
    return None if key is None else ids[key]


def visitors(batch: ImportBatch[Any], keys: Collection[str]) -> dict[str, int]:
    """Return the visitors with these ids: the source's own, else those of the project's other sources."""
    own = dict(batch.to.names.visitors.find(batch.connection, keys))
    return visitors_elsewhere(batch.connection, batch.to.other_sources, set(keys) - own.keys()) | own
