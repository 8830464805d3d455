"""How respondents are written to the record, with the groups they are in, from when to when (D28)."""

from collections.abc import Mapping
from operator import itemgetter
from typing import Any

from ressenti.intake.arrivals import read_back
from ressenti.intake.arrivals.attributes import attributes
from ressenti.intake.arrivals.batch import ImportBatch, Incoming
from ressenti.intake.arrivals.known import rows_by_key
from ressenti.intake.arrivals.partial_updates import complete
from ressenti.record import respondents
from ressenti.record.provenance import UNDECLARED, KnownRow
from ressenti.record.respondents import IncomingRespondent, NewRespondent


def accept(batch: ImportBatch) -> None:
    """Write a batch of respondents; one that conversations named before is filled in, and counts as imported."""
    known = rows_by_key(batch, respondents.PROVENANCE)
    complete(batch, known, key=itemgetter(0), stored=read_back.agents)
    undeclared = {key: one for key, one in known.items() if one.digest == UNDECLARED}
    declared: dict[Any, KnownRow] = {key: one for key, one in known.items() if key not in undeclared}
    found = batch.sort(respondents.PROVENANCE, declared, key=itemgetter(0))
    filled = [(one.id, new) for new in found.new if (one := undeclared.get(new.row[0])) and one.id is not None]
    fresh = [new for new in found.new if new.row[0] not in undeclared]
    there = [*filled, *found.changed]
    groups = _groups(batch, [*fresh, *(new for _id, new in there)])
    respondents.add_many(batch.tx, [_incoming(batch, new, groups) for new in fresh])
    respondents.replace_many(batch.tx, {own_id: _incoming(batch, new, groups) for own_id, new in there})


def _groups(batch: ImportBatch, accepted: list[Incoming]) -> Mapping[str, int] | None:
    """Return the groups these rows name; None where the file has no such column, and says nothing of them."""
    if "group" not in batch.columns:
        return None
    return batch.to.names.groups.ensure(batch.connection, {name for one in accepted for name in one.row[3]})


def _incoming(batch: ImportBatch, incoming: Incoming, groups: Mapping[str, int] | None) -> IncomingRespondent:
    external_id, name, kind, names, language, unknown = incoming.row
    respondent = NewRespondent(external_id, name, kind, language, attributes(unknown))
    own = None if groups is None else [groups[group] for group in names]
    return IncomingRespondent(respondent, own, batch.provenance(incoming))
