"""How conversations are written to the record, with their tags, groups and respondents."""

from collections.abc import Iterator, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any

from sqlalchemy import select

from ressenti.intake.arrivals import read_back
from ressenti.intake.arrivals.batch import ImportBatch, Incoming, RowProblem
from ressenti.intake.arrivals.digest import RecordRow
from ressenti.intake.arrivals.known import ids_where, rows_by_key
from ressenti.intake.arrivals.names import CHUNK
from ressenti.intake.arrivals.partial_updates import complete
from ressenti.intake.arrivals.unknown_references import stranger
from ressenti.intake.arrivals.writing import attributes, remove, replace
from ressenti.intake.model import FileKind, Rejection
from ressenti.intake.values.rules import SLOTS
from ressenti.kit.iteration import batched
from ressenti.record import tables as t
from ressenti.record.journal import EventKind
from ressenti.record.merged import has_merged, settle
from ressenti.record.stores.sqlite import insert

_SLOT = SLOTS[FileKind.CONVERSATIONS]
_CHANNEL = _SLOT["channel"]
_INTO = _SLOT["merged_into"]
_TAGS, _RESPONDENTS, _GROUPS = _SLOT["tags"], _SLOT["agent_id"], _SLOT["group"]

_COLUMNS = (
    "external_id",
    "opened_at",
    "closed_at",
    "resolved_at",
    "first_response_at",
    "first_response_us",
    "resolution_us",
    "channel_id",
    "language_id",
    "topic_id",
    "rule_id",
    "distribution_group_id",
    "campaign_id",
    "visitor_id",
    "automation",
    "is_spam",
    "previous_external_id",
    "is_private",
    "resolution",
    "merged_into_external_id",
    "visitor_email",
    "attributes",
    "digest",
    "import_id",
)
_VISITOR_COLUMN = _COLUMNS.index("visitor_id")


def accept(batch: ImportBatch) -> None:
    """Write a batch of conversations; one that was there before is replaced together with what hangs on its row."""
    known = rows_by_key(batch, t.conversation)
    complete(batch, known, key=itemgetter(0), stored=read_back.conversations)
    found = batch.sort(t.conversation, known, key=itemgetter(0), problem=_problem(batch))
    named = _Named(batch, found.accepted)
    places = batch.places(t.conversation, found.new)
    ids = {one.place: own_id for one, (own_id, _arrival) in zip(found.new, places, strict=True)}
    rows = (
        (*place, batch.to.project_id, batch.to.source_id, *values)
        for place, values in zip(places, named.values(found.new), strict=True)
    )
    insert(batch.connection, t.conversation, ("id", "arrival", "project_id", "source_id", *_COLUMNS), rows)
    _replace(batch, found.changed, named)
    written = [(ids[one.place], one.row) for one in found.new]
    written += [(own_id, incoming.row) for own_id, incoming in found.changed]
    named.hang(batch, written)
    batch.change(EventKind.CONVERSATION_CHANGED, (own_id for own_id, _row in written))
    _merge(batch, [row for _own_id, row in written])


def _merge(batch: ImportBatch, written: Sequence[RecordRow]) -> None:
    """Let these conversations be part of those they were merged into, as far as those are there, and so on (D34)."""
    batch.merged = sum(row[_INTO] is not None for place, row in batch.rows() if place not in batch.rejected)
    source = batch.to.source_id
    if has_merged(batch.connection, source) or any(row[_INTO] is not None for row in written):
        batch.change(EventKind.CONVERSATION_CHANGED, settle(batch.connection, source, {row[0] for row in written}))


class _Named:
    """The ids of all that a batch of conversations names."""

    def __init__(self, batch: ImportBatch, accepted: Sequence[Incoming]) -> None:
        names, connection = batch.to.names, batch.connection

        def column(name: str) -> set[Any]:
            return set(map(itemgetter(_SLOT[name]), rows))

        def lists(slot: int) -> set[str]:
            return set(chain.from_iterable(map(itemgetter(slot), rows)))

        rows = [incoming.row for incoming in accepted]
        self.import_id = batch.to.import_id
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

    def values(self, accepted: Sequence[Incoming]) -> Iterator[tuple[Any, ...]]:
        """Return the rows in the order of `_COLUMNS`."""
        channels, languages, topics, rules = self.channels.get, self.languages.get, self.topics.get, self.rules.get
        distribution_groups, campaigns = self.distribution_groups.get, self.campaigns.get
        visitors, import_id = self.visitors.get, self.import_id
        for _place, row, content in accepted:
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
                _tags,
                visitor_id,
                _respondents,
                _groups,
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
            ) = row
            kept = _kept(priority, status, reopens, source_url) | (unknown or {})
            yield (
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
                content,
                import_id,
            )

    def hang(self, batch: ImportBatch, written: Sequence[tuple[int, RecordRow]]) -> None:
        """Write the tags, groups and respondents the rows name, in the order they name them."""
        for table, ids, slot in (
            (t.conversation_tag, self.tags, _TAGS),
            (t.conversation_group, self.groups, _GROUPS),
            (t.conversation_respondent, self.respondents, _RESPONDENTS),
        ):
            columns = (*(key.name for key in table.primary_key), "position")
            insert(batch.connection, table, columns, _pairs(written, slot, ids))


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


def _pairs(written: Sequence[tuple[int, RecordRow]], slot: int, ids: dict[str, int]) -> list[tuple[int, int, int]]:
    return [(own_id, ids[name], place) for own_id, row in written if row[slot] for place, name in enumerate(row[slot])]


def _replace(batch: ImportBatch, changed: Sequence[tuple[int, Incoming]], named: _Named) -> None:
    """Replace rows; a visitor whom messages may have told stays where the new row names none."""
    if not changed:
        return
    ids = [own_id for own_id, _incoming in changed]
    before = _visitors_of(batch, ids)
    rows = list(zip(ids, named.values([incoming for _id, incoming in changed]), strict=True))
    told = _with_visitors(batch, [own_id for own_id, values in rows if values[_VISITOR_COLUMN] is None])
    for place, (own_id, values) in enumerate(rows):
        if values[_VISITOR_COLUMN] is None and own_id in told:
            kept = (*values[:_VISITOR_COLUMN], before[own_id], *values[_VISITOR_COLUMN + 1 :])
            rows[place] = (own_id, kept)
    replace(batch.connection, t.conversation, _COLUMNS, rows)
    for table in (t.conversation_tag, t.conversation_group, t.conversation_respondent):
        remove(batch.connection, table, "conversation_id", ids)
    left = {before[own_id] for own_id, values in rows if before[own_id] != values[_VISITOR_COLUMN]} - {None}
    visitor = t.conversation.c.visitor_id
    batch.change(EventKind.CONVERSATION_CHANGED, ids_where(batch.connection, t.conversation.c.id, visitor, left))


def _with_visitors(batch: ImportBatch, ids: Sequence[int]) -> set[int]:
    """Return the conversations in which a visitor wrote."""
    of = t.message.c
    found: set[int] = set()
    for part in batched(ids, CHUNK):
        query = select(of.conversation_id).where(of.conversation_id.in_(part), of.author_role == "visitor")
        found |= set(batch.connection.execute(query.distinct()).scalars())
    return found


def _visitors_of(batch: ImportBatch, ids: Sequence[int]) -> dict[int, int | None]:
    of = t.conversation.c
    found: dict[int, int | None] = {}
    for part in batched(ids, CHUNK):
        query = select(of.id, of.visitor_id).where(of.id.in_(part))
        found |= dict(batch.connection.execute(query).all())
    return found


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
