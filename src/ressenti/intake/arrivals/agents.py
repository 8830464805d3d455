"""How respondents are written to the record, with the groups they are in, from when to when (D28)."""

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select, update

from ressenti.intake.arrivals import read_back
from ressenti.intake.arrivals.batch import ImportBatch, Incoming, KnownRow
from ressenti.intake.arrivals.digest import UNDECLARED, RecordRow
from ressenti.intake.arrivals.known import rows_by_key
from ressenti.intake.arrivals.names import CHUNK, next_ids
from ressenti.intake.arrivals.partial_updates import complete
from ressenti.intake.arrivals.writing import attributes, replace
from ressenti.kit.iteration import batched
from ressenti.record import tables as t
from ressenti.record.journal import EventKind
from ressenti.record.stores.sqlite import insert

_COLUMNS = ("external_id", "name", "kind", "language", "attributes", "digest", "import_id")
_MEMBERSHIP = ("respondent_id", "group_id", "from_at", "until_at")


class _Time(NamedTuple):
    """A respondent's time in a group."""

    id: int
    group_id: int
    until_at: int | None


def accept(batch: ImportBatch) -> None:
    """Write a batch of respondents; one that conversations named before is filled in, and counts as imported."""
    known = rows_by_key(batch, t.respondent)
    complete(batch, known, key=itemgetter(0), stored=read_back.agents)
    undeclared = {key: one for key, one in known.items() if one.digest == UNDECLARED}
    declared: dict[Any, KnownRow] = {key: one for key, one in known.items() if key not in undeclared}
    found = batch.sort(t.respondent, declared, key=itemgetter(0))
    filled = [(one.id, new) for new in found.new if (one := undeclared.get(new.row[0])) and one.id is not None]
    fresh = [new for new in found.new if new.row[0] not in undeclared]
    there = [*filled, *found.changed]
    kinds = _kinds(batch, [own_id for own_id, _new in there])
    ids = dict(zip((new.place for new in fresh), next_ids(batch.connection, t.respondent), strict=False))
    columns = ("id", "source_id", *_COLUMNS)
    rows = ((ids[new.place], batch.to.source_id, *_values(batch, new)) for new in fresh)
    insert(batch.connection, t.respondent, columns, rows)
    replace(batch.connection, t.respondent, _COLUMNS, ((own_id, _values(batch, new)) for own_id, new in there))
    moved = _settle(batch, [(ids[new.place], new.row) for new in fresh] + [(own_id, new.row) for own_id, new in there])
    turned = {own_id for own_id, new in there if kinds[own_id] != new.row[2]}
    batch.change(EventKind.RESPONDENT_CHANGED, [own_id for own_id, _new in there if own_id in turned | moved])


def _values(batch: ImportBatch, incoming: Incoming) -> tuple[Any, ...]:
    """Return a row in the order of `_COLUMNS`."""
    external_id, name, kind, _groups, language, unknown = incoming.row
    return external_id, name, kind, language, attributes(unknown), incoming.digest, batch.to.import_id


def _kinds(batch: ImportBatch, ids: Sequence[int]) -> dict[int, str | None]:
    of = t.respondent.c
    found: dict[int, str | None] = {}
    for part in batched(ids, CHUNK):
        found |= dict(batch.connection.execute(select(of.id, of.kind).where(of.id.in_(part))).all())
    return found


def _settle(batch: ImportBatch, rows: Sequence[tuple[int, RecordRow]]) -> set[int]:
    """Bring memberships up to what the rows say, and return who has moved.

    The first groups we hear of count from the beginning; later ones from now on.
    """
    if "group" not in batch.columns:
        return set()
    groups = batch.to.names.groups.ensure(batch.connection, {name for _id, row in rows for name in row[3]})
    before = _times(batch, [own_id for own_id, _row in rows])
    ended: list[int] = []
    begun: list[tuple[int, int, int | None, None]] = []
    moved: set[int] = set()
    for own_id, row in rows:
        times = before.get(own_id, ())
        wanted = [groups[name] for name in row[3]]
        now_in = {time.group_id for time in times if time.until_at is None}
        if now_in == set(wanted):
            continue
        moved.add(own_id)
        ended += [time.id for time in times if time.until_at is None and time.group_id not in wanted]
        from_at = batch.to.now if times else None
        begun += [(own_id, group_id, from_at, None) for group_id in wanted if group_id not in now_in]
    _end(batch, ended)
    insert(batch.connection, t.membership, _MEMBERSHIP, begun)
    return moved


def _times(batch: ImportBatch, ids: Iterable[int]) -> Mapping[int, list[_Time]]:
    of = t.membership.c
    found: dict[int, list[_Time]] = {}
    for part in batched(ids, CHUNK):
        query = select(of.respondent_id, of.id, of.group_id, of.until_at).where(of.respondent_id.in_(part))
        for own_id, *time in batch.connection.execute(query.order_by(of.id)):
            found.setdefault(own_id, []).append(_Time(*time))
    return found


def _end(batch: ImportBatch, ids: Sequence[int]) -> None:
    if ids:
        change = update(t.membership).where(t.membership.c.id == bindparam("row_id")).values(until_at=batch.to.now)
        batch.connection.execute(change, [{"row_id": one} for one in ids])
