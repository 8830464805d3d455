"""How conversations are written to the record, with their tags, groups and respondents."""

from collections.abc import Iterator, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any

from ressenti.intake.arrivals import read_back
from ressenti.intake.arrivals.attributes import attributes
from ressenti.intake.arrivals.batch import ImportBatch, Incoming, RowProblem
from ressenti.intake.arrivals.digest import RecordRow
from ressenti.intake.arrivals.known import rows_by_key
from ressenti.intake.arrivals.partial_updates import complete
from ressenti.intake.arrivals.unknown_references import stranger
from ressenti.intake.model import FileKind, Rejection
from ressenti.intake.values.rules import SLOTS
from ressenti.record import conversations
from ressenti.record.conversations import ConversationNames, IncomingConversation, NewConversation
from ressenti.record.merged import has_merged, settle

_SLOT = SLOTS[FileKind.CONVERSATIONS]
_CHANNEL = _SLOT["channel"]
_INTO = _SLOT["merged_into"]
_TAGS, _RESPONDENTS, _GROUPS = _SLOT["tags"], _SLOT["agent_id"], _SLOT["group"]


def accept(batch: ImportBatch) -> None:
    """Write a batch of conversations; one that was there before is replaced together with what hangs on its row."""
    known = rows_by_key(batch, conversations.PROVENANCE)
    complete(batch, known, key=itemgetter(0), stored=read_back.conversations)
    found = batch.sort(conversations.PROVENANCE, known, key=itemgetter(0), problem=_problem(batch))
    named = _Named(batch, found.accepted)
    conversations.add_many(batch.tx, list(named.rows(found.new)))
    ids = (own_id for own_id, _incoming in found.changed)
    changed = named.rows([incoming for _id, incoming in found.changed])
    conversations.replace_many(batch.tx, dict(zip(ids, changed, strict=True)))
    _merge(batch, [incoming.row for incoming in found.accepted])


def _merge(batch: ImportBatch, written: Sequence[RecordRow]) -> None:
    """Let these conversations be part of those they were merged into, as far as those are there, and so on (D34)."""
    batch.merged = sum(row[_INTO] is not None for place, row in batch.rows() if place not in batch.rejected)
    source = batch.to.source_id
    if has_merged(batch.connection, source) or any(row[_INTO] is not None for row in written):
        batch.tx.tell_changed(settle(batch.connection, source, {row[0] for row in written}))


class _Named:
    """The ids of all that a batch of conversations names."""

    def __init__(self, batch: ImportBatch, accepted: Sequence[Incoming]) -> None:
        names, connection = batch.to.names, batch.connection

        def column(name: str) -> set[Any]:
            return set(map(itemgetter(_SLOT[name]), rows))

        def lists(slot: int) -> set[str]:
            return set(chain.from_iterable(map(itemgetter(slot), rows)))

        rows = [incoming.row for incoming in accepted]
        self._batch = batch
        self.channels = names.channels.ensure(connection, column("channel"))
        self.languages = names.languages.ensure(connection, column("language"))
        self.topics = names.topics.ensure(connection, column("topic"))
        self.rules = names.rules.ensure(connection, column("rule"))
        self.distribution_groups = names.distribution_groups.ensure(connection, column("distribution_group"))
        self.campaigns = names.campaigns.ensure(connection, column("campaign"))
        self.visitors = names.visitors.ensure(connection, column("visitor_id"))
        self.tags = names.tags.ensure(connection, lists(_TAGS))
        self.groups = names.groups.ensure(connection, lists(_GROUPS))
        self.respondents = names.respondents.ensure(connection, lists(_RESPONDENTS))

    def rows(self, accepted: Sequence[Incoming]) -> Iterator[IncomingConversation]:
        """Return what the door takes."""
        channels, languages, topics, rules = self.channels.get, self.languages.get, self.topics.get, self.rules.get
        distribution_groups, campaigns = self.distribution_groups.get, self.campaigns.get
        visitors, tags, groups, respondents = self.visitors.get, self.tags, self.groups, self.respondents
        for incoming, provenance in zip(accepted, self._batch.provenances(accepted), strict=True):
            (
                external_id,
                opened_at,
                closed_at,
                resolved_at,
                first_response_at,
                first_response_us,
                resolution_us,
                channel,
                language,
                topic,
                tag_keys,
                visitor_id,
                respondent_keys,
                group_keys,
                rule,
                distribution_group,
                campaign,
                automation,
                priority,
                status,
                reopens,
                is_spam,
                previous_external_id,
                source_url,
                is_private,
                resolution,
                merged_into,
                visitor_email,
                unknown,
            ) = incoming.row
            kept = _kept(priority, status, reopens, source_url) | (unknown or {})
            conversation = NewConversation(
                external_id,
                opened_at,
                closed_at,
                resolved_at,
                first_response_at,
                first_response_us,
                resolution_us,
                channels(channel),
                languages(language),
                topics(topic),
                rules(rule),
                distribution_groups(distribution_group),
                campaigns(campaign),
                visitors(visitor_id),
                automation,
                is_spam,
                previous_external_id,
                is_private is not False,
                resolution,
                merged_into,
                visitor_email,
                attributes(kept),
            )
            named = ConversationNames(
                [tags[key] for key in tag_keys] if tag_keys else (),
                [groups[key] for key in group_keys] if group_keys else (),
                [respondents[key] for key in respondent_keys] if respondent_keys else (),
            )
            yield conversation, named, provenance


def _kept(priority: str | None, status: str | None, reopens: int | None, source_url: str | None) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    if priority is not None:
        kept["priority"] = priority
    if status is not None:
        kept["status"] = status
    if reopens is not None:
        kept["reopens"] = reopens
    if source_url is not None:
        kept["source_url"] = source_url
    return kept


def _problem(batch: ImportBatch) -> RowProblem | None:
    """Return what looks for a merge into nobody, and for names nobody knows, where those may not be made."""
    rows = [record.row for record in batch.records if record.row is not None]
    told = ((row[0], row[_INTO]) for row in rows)
    merges = batch.to.merging.problems(batch.connection, batch.to.source_id, told)
    if batch.to.may_create:
        return (lambda row: merges.get(row[0])) if merges else None
    names, connection = batch.to.names, batch.connection
    channels = names.channels.find(connection, map(itemgetter(_CHANNEL), rows))
    groups = names.groups.find(connection, chain.from_iterable(map(itemgetter(_GROUPS), rows)))
    respondents = names.respondents.find(connection, chain.from_iterable(map(itemgetter(_RESPONDENTS), rows)))

    def problem(row: RecordRow) -> Rejection | None:
        return (
            merges.get(row[0])
            or stranger("channel", "channel", (row[_CHANNEL],), channels)
            or stranger("group", "group", row[_GROUPS], groups)
            or stranger("respondent", "agent_id", row[_RESPONDENTS], respondents)
        )

    return problem
