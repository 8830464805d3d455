"""How handlings are written to the record; two at once in one conversation contradict each other."""

from collections.abc import Hashable, Mapping, Sequence
from typing import NamedTuple

from ressenti.intake.arrivals import read_back
from ressenti.intake.arrivals.attributes import attributes
from ressenti.intake.arrivals.batch import ImportBatch, Incoming
from ressenti.intake.arrivals.digest import digest
from ressenti.intake.arrivals.known import conversations, id_of
from ressenti.intake.arrivals.partial_updates import complete
from ressenti.intake.arrivals.unknown_references import unknown_conversation, unknown_reference
from ressenti.intake.model import HandlingRow, Rejection
from ressenti.intake.values.row_errors import quoted
from ressenti.kit.clock import from_us
from ressenti.kit.i18n import Sentence, _
from ressenti.record import handlings
from ressenti.record.conversations import ConversationReference
from ressenti.record.handlings import IncomingHandling, NewHandling
from ressenti.record.provenance import KnownRow

_SHOWN = 5

HandlingKey = tuple[int, str, int]
"""Conversation, respondent (the source's id) and start: what tells a handling from others."""


class _Stretch(NamedTuple):
    """When a handling was, and whose; an end nobody told is taken to be before whatever came next."""

    who: str
    started_at: int
    ended_at: int | None

    @classmethod
    def of(cls, row: HandlingRow) -> "_Stretch":
        """Return when and whose the handling of a row was."""
        return cls(row.agent_id, row.started_at, row.ended_at)

    def overlaps(self, other: "_Stretch") -> bool:
        """Say whether both were going on at some moment."""
        return self.covers(other.started_at) or other.covers(self.started_at)

    def covers(self, at: int) -> bool:
        """Say whether it was going on at that moment, as far as we know."""
        return self.ended_at is not None and self.started_at <= at < self.ended_at

    def __str__(self) -> str:
        end = "" if self.ended_at is None else f"{from_us(self.ended_at):%FT%TZ}"
        return f"{quoted(self.who)} {from_us(self.started_at):%FT%TZ}/{end}"


def accept(batch: ImportBatch[HandlingRow]) -> None:
    """Write a batch of handlings; one that was there before is replaced, one beside another is rejected."""
    door = _HandlingBatch(batch)
    rows = batch.sort(handlings.PROVENANCE, door.known, key=door.key, problem=door.problem)
    door.name(rows.accepted)
    handlings.add_many(batch.tx, [door.incoming(new) for new in rows.new])
    handlings.replace_many(batch.tx, {own_id: door.incoming(changed) for own_id, changed in rows.changed})


class _HandlingBatch:
    """What decides about a batch of handlings: the conversations they belong to and the handlings already there."""

    def __init__(self, batch: ImportBatch[HandlingRow]) -> None:
        self._batch = batch
        self._belongs: Mapping[str, ConversationReference] = conversations(
            batch, {row.conversation_id for row in batch.readable}
        )
        self.known: dict[Hashable, KnownRow] = {}
        self._stretches: dict[int, dict[HandlingKey, _Stretch]] = {}
        self._corrected: dict[HandlingKey, _Stretch] = {}
        self._load()
        complete(batch, self.known, key=self.key, stored=read_back.handlings)
        rows = batch.readable
        names = batch.to.names
        self._respondents = names.respondents.find(batch.connection, {row.agent_id for row in rows})
        self._groups = names.groups.find(batch.connection, {row.group for row in rows})
        self._expect(rows)

    def key(self, row: HandlingRow) -> HandlingKey | None:
        """Return what tells a row from others, None for one that belongs to nothing."""
        conversation = self._belongs.get(row.conversation_id)
        return None if conversation is None else (conversation.id, row.agent_id, row.started_at)

    def problem(self, row: HandlingRow) -> Rejection | None:
        """Return why a row is not taken."""
        key = self.key(row)
        if key is None:
            return unknown_conversation(row.conversation_id)
        return self._unknown_references(row) or self._overlap(key, _Stretch.of(row))

    def name(self, accepted: Sequence[Incoming[HandlingRow]]) -> None:
        """Find or make the names that these rows use."""
        names, connection = self._batch.to.names, self._batch.connection
        rows = [incoming.row for incoming in accepted]
        self._respondents = names.respondents.ensure(connection, {row.agent_id for row in rows})
        self._groups = names.groups.ensure(connection, {row.group for row in rows})
        self._rules = names.labels["rule"].ensure(connection, {row.rule for row in rows})
        self._distribution_groups = names.labels["distribution_group"].ensure(
            connection, {row.distribution_group for row in rows}
        )

    def incoming(self, incoming: Incoming[HandlingRow]) -> IncomingHandling:
        """Return what the door takes."""
        row = incoming.row
        handling = NewHandling(
            respondent_id=self._respondents[row.agent_id],
            started_at=row.started_at,
            ended_at=row.ended_at,
            ended_by=row.ended_by,
            group_id=id_of(row.group, self._groups),
            rule_id=id_of(row.rule, self._rules),
            distribution_group_id=id_of(row.distribution_group, self._distribution_groups),
            attributes=attributes(row.attributes),
        )
        return self._belongs[row.conversation_id].id, handling, self._batch.provenance(incoming)

    def _unknown_references(self, row: HandlingRow) -> Rejection | None:
        if self._batch.to.may_create:
            return None
        return unknown_reference("respondent", "agent_id", (row.agent_id,), self._respondents) or unknown_reference(
            "group", "group", (row.group,), self._groups
        )

    def _overlap(self, key: HandlingKey, stretch: _Stretch) -> Rejection | None:
        """Return which handlings a row lies across, or note it as one the next rows may not lie across."""
        beside = self._stretches.setdefault(key[0], {})
        across = [other for name, other in beside.items() if name != key and other.overlaps(stretch)]
        if not across:
            beside[key] = stretch
            return None
        if key in self._corrected:
            beside[key] = self._corrected[key]
        named = ", ".join(map(str, across[:_SHOWN]))
        if len(across) > _SHOWN:
            more = len(across) - _SHOWN
            return Rejection("overlap", Sentence(_("overlaps {named} and {count} more"), named=named, count=more))
        return Rejection("overlap", Sentence(_("overlaps {named}"), named=named))

    def _load(self) -> None:
        """Read the handlings of these conversations."""
        ids = {conversation.id for conversation in self._belongs.values()}
        for handling in handlings.known(self._batch.connection, ids):
            key = (handling.conversation_id, handling.respondent, handling.started_at)
            self.known[key] = handling.row
            stretch = _Stretch(handling.respondent, handling.started_at, handling.ended_at)
            self._stretches.setdefault(handling.conversation_id, {})[key] = stretch

    def _expect(self, rows: Sequence[HandlingRow]) -> None:
        """Take the handlings that this batch corrects as corrected, so that the order of rows does not matter."""
        own = self._batch.to.import_id
        for row in rows:
            key = self.key(row)
            before = self.known.get(key)
            if (
                key is not None
                and before
                and before.import_id != own
                and before.digest != digest(self._batch.kind, row)
            ):
                self._corrected.setdefault(key, self._stretches[key[0]][key])
                self._stretches[key[0]][key] = _Stretch.of(row)
