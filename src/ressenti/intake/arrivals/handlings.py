"""How handlings are written to the record; two at once in one conversation contradict each other."""

from collections.abc import Hashable, Mapping, Sequence
from typing import NamedTuple

from ressenti.intake.arrivals import read_back
from ressenti.intake.arrivals.attributes import attributes
from ressenti.intake.arrivals.batch import ImportBatch, Incoming
from ressenti.intake.arrivals.digest import RecordRow, digest
from ressenti.intake.arrivals.known import conversations
from ressenti.intake.arrivals.partial_updates import complete
from ressenti.intake.arrivals.unknown_references import stranger, unknown_conversation
from ressenti.intake.model import Rejection
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

    def overlaps(self, other: "_Stretch") -> bool:
        """Say whether both were going on at some moment."""
        return self.covers(other.started_at) or other.covers(self.started_at)

    def covers(self, at: int) -> bool:
        """Say whether it was going on at that moment, as far as we know."""
        return self.ended_at is not None and self.started_at <= at < self.ended_at

    def __str__(self) -> str:
        end = "" if self.ended_at is None else f"{from_us(self.ended_at):%FT%TZ}"
        return f"{quoted(self.who)} {from_us(self.started_at):%FT%TZ}/{end}"


def accept(batch: ImportBatch) -> None:
    """Write a batch of handlings; one that was there before is replaced, one beside another is rejected."""
    door = _HandlingBatch(batch)
    found = batch.sort(handlings.PROVENANCE, door.known, key=door.key, problem=door.problem)
    rows = door.rows(found.accepted)
    count = len(found.new)
    handlings.add_many(batch.tx, rows[:count])
    ids = (own_id for own_id, _incoming in found.changed)
    handlings.replace_many(batch.tx, dict(zip(ids, rows[count:], strict=True)))


class _HandlingBatch:
    """What decides about a batch of handlings: the conversations they belong to and the handlings already there."""

    def __init__(self, batch: ImportBatch) -> None:
        rows = [record.row for record in batch.records if record.row is not None]
        self._batch = batch
        self._belongs: Mapping[str, ConversationReference] = conversations(batch, {row[0] for row in rows})
        self.known: dict[Hashable, KnownRow] = {}
        self._stretches: dict[int, dict[HandlingKey, _Stretch]] = {}
        self._corrected: dict[HandlingKey, _Stretch] = {}
        self._load()
        complete(batch, self.known, key=self.key, stored=read_back.handlings)
        rows = [record.row for record in batch.records if record.row is not None]
        names = batch.to.names
        self._respondents = names.respondents.find(batch.connection, {row[1] for row in rows})
        self._groups = names.groups.find(batch.connection, {row[5] for row in rows})
        self._expect(rows)

    def key(self, row: RecordRow) -> HandlingKey | None:
        """Return what tells a row from others, None for one that belongs to nothing."""
        found = self._belongs.get(row[0])
        return None if found is None else (found.id, row[1], row[2])

    def problem(self, row: RecordRow) -> Rejection | None:
        """Return why a row is not taken."""
        found = self._belongs.get(row[0])
        if found is None:
            return unknown_conversation(row[0])
        return self._strangers(row) or self._overlap((found.id, row[1], row[2]), _Stretch(*row[1:4]))

    def rows(self, accepted: Sequence[Incoming]) -> list[IncomingHandling]:
        """Return what the door takes, with the names the rows need made."""
        names, connection = self._batch.to.names, self._batch.connection
        rows = [incoming.row for incoming in accepted]
        respondents = names.respondents.ensure(connection, {row[1] for row in rows})
        groups = names.groups.ensure(connection, {row[5] for row in rows})
        rules = names.rules.ensure(connection, {row[6] for row in rows})
        distribution_groups = names.distribution_groups.ensure(connection, {row[7] for row in rows})
        incoming_rows: list[IncomingHandling] = []
        for incoming in accepted:
            key, who, started_at, ended_at, ended_by, group, rule, distribution_group, unknown = incoming.row
            handling = NewHandling(
                respondents[who],
                started_at,
                ended_at,
                ended_by,
                groups.get(group),
                rules.get(rule),
                distribution_groups.get(distribution_group),
                attributes(unknown),
            )
            incoming_rows.append((self._belongs[key].id, handling, self._batch.provenance(incoming)))
        return incoming_rows

    def _strangers(self, row: RecordRow) -> Rejection | None:
        if self._batch.to.may_create:
            return None
        return stranger("respondent", "agent_id", (row[1],), self._respondents) or stranger(
            "group", "group", (row[5],), self._groups
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
            said = Sentence(_("overlaps {named} and {count} more"), named=named, count=len(across) - _SHOWN)
        else:
            said = Sentence(_("overlaps {named}"), named=named)
        return Rejection("overlap", said)

    def _load(self) -> None:
        """Read the handlings of these conversations."""
        for one in handlings.known(self._batch.connection, {found.id for found in self._belongs.values()}):
            key = (one.conversation_id, one.respondent, one.started_at)
            self.known[key] = one.row
            stretch = _Stretch(one.respondent, one.started_at, one.ended_at)
            self._stretches.setdefault(one.conversation_id, {})[key] = stretch

    def _expect(self, rows: Sequence[RecordRow]) -> None:
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
                self._stretches[key[0]][key] = _Stretch(*row[1:4])
