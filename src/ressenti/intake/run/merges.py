"""Which conversations does an import say were merged into which (D34)? Looked for before the first is written."""

from collections.abc import Callable, Sequence

from ressenti.intake.arrivals.merging import MergesOfImport
from ressenti.intake.model import FileKind
from ressenti.intake.sources.source import RecordStream
from ressenti.intake.values.rules import SLOTS

_INTO = SLOTS[FileKind.CONVERSATIONS]["merged_into"]


def read_merges(streams: Sequence[RecordStream], merged_before: Callable[[], set[str]]) -> MergesOfImport:
    """Look through the conversations for what was merged into what: twice, and only where a stream tells of merges.

    `merged_before` returns the ids of those that the record holds as merged.
    """
    conversations = [stream for stream in streams if stream.kind is FileKind.CONVERSATIONS]
    telling = [stream for stream in conversations if "merged_into" in stream.columns]
    if not telling:
        return MergesOfImport()
    before = merged_before()
    merges = MergesOfImport()
    for stream in telling:
        for record in stream.read(0):
            if record.row is None or (record.given is not None and "merged_into" not in record.given):
                continue
            if record.row[_INTO] is not None or record.row[0] in before:
                merges.told.setdefault(record.row[0], record.row[_INTO])
    missing = {into for into in merges.told.values() if into is not None} - merges.told.keys()
    for stream in conversations if missing else ():
        for record in stream.read(0):
            if record.row is not None and record.row[0] in missing:
                merges.there.add(record.row[0])
    return merges
