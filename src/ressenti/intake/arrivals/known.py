"""What of this batch does the record know already? Rows by their key, and the conversations they belong to."""

from collections.abc import Collection, Hashable

from ressenti.intake.arrivals.batch import ImportBatch
from ressenti.record.conversations import ConversationReference, find
from ressenti.record.names import visitors_elsewhere
from ressenti.record.provenance import KnownRow, TableProvenance


def rows_by_key(batch: ImportBatch, provenance: TableProvenance) -> dict[Hashable, KnownRow]:
    """Return the rows of the source that have the keys of this batch, which stand first in every row."""
    keys = {record.row[0] for record in batch.records if record.row is not None}
    return provenance.known(batch.connection, batch.to.source_id, keys)


def conversations(batch: ImportBatch, keys: Collection[str]) -> dict[str, ConversationReference]:
    """Return the conversations with these ids: the source's own, else those of the project's other sources."""
    found = find(batch.connection, (batch.to.source_id,), keys)
    if len(found) < len(keys) and batch.to.other_sources:
        found = find(batch.connection, batch.to.other_sources, set(keys) - found.keys()) | found
    return found


def visitors(batch: ImportBatch, keys: Collection[str]) -> dict[str, int]:
    """Return the visitors with these ids: the source's own, else those of the project's other sources."""
    own = dict(batch.to.names.visitors.find(batch.connection, keys))
    return visitors_elsewhere(batch.connection, batch.to.other_sources, set(keys) - own.keys()) | own
