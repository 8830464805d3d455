"""How respondents are written to the record, with the groups they are in, from when to when (D28)."""

from collections.abc import Mapping
from operator import attrgetter
from typing import Any

from ressenti.intake.arrivals import read_back
from ressenti.intake.arrivals.attributes import attributes
from ressenti.intake.arrivals.batch import ImportBatch, Incoming
from ressenti.intake.arrivals.known import rows_by_key
from ressenti.intake.arrivals.partial_updates import complete
from ressenti.intake.model import AgentRow
from ressenti.record import respondents
from ressenti.record.provenance import UNDECLARED, KnownRow
from ressenti.record.respondents import IncomingRespondent, NewRespondent

_key = attrgetter("agent_id")


def accept(batch: ImportBatch[AgentRow]) -> None:
    """Write a batch of respondents; one that conversations named before is filled in, and counts as imported."""
    known = rows_by_key(batch, respondents.PROVENANCE)
    complete(batch, known, key=_key, stored=read_back.agents)
    undeclared = {key: row for key, row in known.items() if row.digest == UNDECLARED}
    declared: dict[Any, KnownRow] = {key: row for key, row in known.items() if key not in undeclared}
    rows = batch.sort(respondents.PROVENANCE, declared, key=_key)
    filled = [(row.id, new) for new in rows.new if (row := undeclared.get(_key(new.row))) and row.id is not None]
    fresh = [new for new in rows.new if _key(new.row) not in undeclared]
    there = [*filled, *rows.changed]
    groups = _groups(batch, [*fresh, *(new for _id, new in there)])
    respondents.add_many(batch.tx, [_incoming(batch, new, groups) for new in fresh])
    respondents.replace_many(batch.tx, {own_id: _incoming(batch, new, groups) for own_id, new in there})


def _groups(batch: ImportBatch[AgentRow], accepted: list[Incoming[AgentRow]]) -> Mapping[str, int] | None:
    """Return the groups these rows name; None where the file has no such column, and says nothing of them."""
    if "group" not in batch.columns:
        return None
    return batch.to.names.groups.ensure(
        batch.connection, {name for incoming in accepted for name in incoming.row.group}
    )


def _incoming(
    batch: ImportBatch[AgentRow], incoming: Incoming[AgentRow], groups: Mapping[str, int] | None
) -> IncomingRespondent:
    row = incoming.row
    respondent = NewRespondent(row.agent_id, row.name, row.kind, row.language, attributes(row.attributes))
    member_of = None if groups is None else [groups[group] for group in row.group]
    return IncomingRespondent(respondent, member_of, batch.provenance(incoming))
