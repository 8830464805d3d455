"""How conversations are written to the record, with their tags, groups and respondents."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain
from operator import attrgetter, itemgetter

from ressenti.intake.arrivals import read_back
from ressenti.intake.arrivals.attributes import KEPT_AS_ATTRIBUTES, attributes
from ressenti.intake.arrivals.batch import ImportBatch, Incoming, RowProblem
from ressenti.intake.arrivals.known import id_of, rows_by_key
from ressenti.intake.arrivals.partial_updates import complete
from ressenti.intake.arrivals.unknown_references import unknown_reference
from ressenti.intake.model import ConversationRow, Rejection
from ressenti.record import conversations
from ressenti.record.conversations import ConversationNames, IncomingConversation, NewConversation
from ressenti.record.merged import has_merged, settle
from ressenti.record.names import CONVERSATION_LABELS

_key = attrgetter("conversation_id")
_kept_of = attrgetter(*KEPT_AS_ATTRIBUTES)
_NOTHING_KEPT = (None,) * len(KEPT_AS_ATTRIBUTES)

_RENAMED = {
    "external_id": "conversation_id",
    "first_response_us": "first_response_s",
    "resolution_us": "resolution_s",
    "previous_external_id": "previous_conversation_id",
    "merged_into_external_id": "merged_into",
}
"""What the record calls otherwise than a file."""
_VALUES = (*ConversationRow._fields, "labels", "visitor_id", "is_private", "attributes")
_SLOTS = {name: slot for slot, name in enumerate(_VALUES)}  # what is made of a cell comes behind it, and counts
_as_recorded = itemgetter(*(_SLOTS[_RENAMED.get(name, name)] for name in NewConversation._fields))
"""Picks out of `_VALUES` those of a NewConversation: five times as fast as naming them for each row."""


def accept(batch: ImportBatch[ConversationRow]) -> None:
    """Write a batch of conversations; one that was there before is replaced together with what hangs on its row."""
    known = rows_by_key(batch, conversations.PROVENANCE)
    complete(batch, known, key=_key, stored=read_back.conversations)
    rows = batch.sort(conversations.PROVENANCE, known, key=_key, problem=_problem(batch))
    names = _NamesOfBatch(batch, rows.accepted)
    conversations.add_many(batch.tx, list(names.conversations(rows.new)))
    ids = (own_id for own_id, _incoming in rows.changed)
    changed = names.conversations([incoming for _id, incoming in rows.changed])
    conversations.replace_many(batch.tx, dict(zip(ids, changed, strict=True)))
    _merge(batch, [incoming.row for incoming in rows.accepted])


def _merge(batch: ImportBatch[ConversationRow], written: Sequence[ConversationRow]) -> None:
    """Let these conversations be part of those they were merged into, as far as those are there, and so on (D34)."""
    batch.merged = sum(row.merged_into is not None for place, row in batch.rows() if place not in batch.rejected)
    source = batch.to.source_id
    if has_merged(batch.connection, source) or any(row.merged_into is not None for row in written):
        batch.tx.tell_changed(settle(batch.connection, source, {row.conversation_id for row in written}))


class _NamesOfBatch:
    """The ids of all that a batch of conversations names."""

    def __init__(self, batch: ImportBatch[ConversationRow], accepted: Sequence[Incoming[ConversationRow]]) -> None:
        names, connection = batch.to.names, batch.connection
        rows = [incoming.row for incoming in accepted]
        self._batch = batch
        self._labels = [
            (attrgetter(label), names.labels[label].ensure(connection, set(map(attrgetter(label), rows))))
            for label in CONVERSATION_LABELS
        ]
        self._visitors = names.visitors.ensure(connection, {row.visitor_id for row in rows})
        self._tags = names.tags.ensure(connection, _all(row.tags for row in rows))
        self._groups = names.groups.ensure(connection, _all(row.group for row in rows))
        self._respondents = names.respondents.ensure(connection, _all(row.agent_id for row in rows))

    def conversations(self, accepted: Sequence[Incoming[ConversationRow]]) -> Iterator[IncomingConversation]:
        """Return what the door takes."""
        visitors, tags, groups, respondents = self._visitors, self._tags, self._groups, self._respondents
        rows = [incoming.row for incoming in accepted]
        label_ids = zip(*(map(ids.get, map(label_of, rows)) for label_of, ids in self._labels), strict=True)
        labels = (dict(zip(CONVERSATION_LABELS, ids, strict=True)) for ids in label_ids)
        for row, own_labels, provenance in zip(rows, labels, self._batch.provenances(accepted), strict=True):
            visitor_id = id_of(row.visitor_id, visitors)
            values = (*row, own_labels, visitor_id, row.is_private is not False, _attributes(row))
            names = ConversationNames(
                [tags[key] for key in row.tags] if row.tags else (),
                [groups[key] for key in row.group] if row.group else (),
                [respondents[key] for key in row.agent_id] if row.agent_id else (),
            )
            yield NewConversation._make(_as_recorded(values)), names, provenance


def _attributes(row: ConversationRow) -> str | None:
    values = _kept_of(row)
    if values == _NOTHING_KEPT:
        return attributes(row.attributes)
    kept = {name: value for name, value in zip(KEPT_AS_ATTRIBUTES, values, strict=True) if value is not None}
    return attributes(kept | (row.attributes or {}))


def _all(lists: Iterable[Collection[str]]) -> set[str]:
    return set(chain.from_iterable(lists))


def _problem(batch: ImportBatch[ConversationRow]) -> RowProblem[ConversationRow] | None:
    """Return what looks for a merge into nobody, and for names nobody knows, where those may not be made."""
    rows = batch.readable
    pairs = ((row.conversation_id, row.merged_into) for row in rows)
    merges = batch.to.merging.problems(batch.connection, batch.to.source_id, pairs)
    if batch.to.may_create:
        return (lambda row: merges.get(row.conversation_id)) if merges else None
    names, connection = batch.to.names, batch.connection
    channels = names.labels["channel"].find(connection, (row.channel for row in rows))
    groups = names.groups.find(connection, _all(row.group for row in rows))
    respondents = names.respondents.find(connection, _all(row.agent_id for row in rows))

    def problem(row: ConversationRow) -> Rejection | None:
        return (
            merges.get(row.conversation_id)
            or unknown_reference("channel", "channel", (row.channel,), channels)
            or unknown_reference("group", "group", row.group, groups)
            or unknown_reference("respondent", "agent_id", row.agent_id, respondents)
        )

    return problem
