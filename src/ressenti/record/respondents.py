"""Respondents and the groups they are in, from when to when (D28): their door, and how they are read again."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, func, select, update

from ressenti.kit.iteration import batched
from ressenti.record import tables as t
from ressenti.record.journal import EventKind
from ressenti.record.provenance import Provenance, TableProvenance
from ressenti.record.rows import CHUNK, grouped, next_ids, replace
from ressenti.record.stores.sqlite import insert
from ressenti.record.write_transaction import WriteTransaction

PROVENANCE = TableProvenance(t.respondent)


class NewRespondent(NamedTuple):
    """An agent, an expert or a bot."""

    external_id: str
    name: str | None = None
    kind: str | None = None
    language: str | None = None
    attributes: str | None = None


class IncomingRespondent(NamedTuple):
    """A respondent, the groups they are in from now on (None: as before), and where the row comes from."""

    respondent: NewRespondent
    groups: Sequence[int] | None
    provenance: Provenance


class Membership(NamedTuple):
    """A respondent's time in a group; None is open."""

    group_id: int
    from_at: int | None = None
    until_at: int | None = None


class NamedMembership(NamedTuple):
    """A respondent's time in a group, with the key of the group; None is open."""

    group: str
    from_at: int | None
    until_at: int | None

    def holds_at(self, at: int) -> bool:
        """Say whether the respondent was in the group at a moment."""
        return (self.from_at is None or self.from_at <= at) and (self.until_at is None or at < self.until_at)


class RespondentName(NamedTuple):
    """What its source calls a respondent, and their name if it gives one."""

    external_id: str
    name: str | None


class _GroupTime(NamedTuple):
    """A respondent's time in a group."""

    id: int
    group_id: int
    until_at: int | None


def add(
    tx: WriteTransaction, respondent: NewRespondent, provenance: Provenance, *, groups: Sequence[int] | None = None
) -> int:
    """Add a respondent, and return their id. The journal is silent: no figure names them yet."""
    return add_many(tx, [IncomingRespondent(respondent, groups, provenance)])[0]


def add_many(tx: WriteTransaction, rows: Sequence[IncomingRespondent]) -> list[int]:
    """Add respondents, and return their ids in the order they are given in."""
    first = next(next_ids(tx.connection, t.respondent))
    ids = list(range(first, first + len(rows)))
    columns = ("id", *NewRespondent._fields, "source_id", "digest", "import_id")
    values = (
        (own_id, *one.respondent, one.provenance.source_id, one.provenance.digest, one.provenance.import_id)
        for own_id, one in zip(ids, rows, strict=True)
    )
    insert(tx.connection, t.respondent, columns, values)
    _settle(tx, dict(zip(ids, rows, strict=True)))
    return ids


def replace_many(tx: WriteTransaction, rows: Mapping[int, IncomingRespondent]) -> None:
    """Put others in the place of the respondents with these ids; who changes kind or group is measured again."""
    kinds = _kinds(tx.connection, rows)
    columns = (*NewRespondent._fields, "digest", "import_id")
    values = (
        (own_id, (*one.respondent, one.provenance.digest, one.provenance.import_id)) for own_id, one in rows.items()
    )
    replace(tx.connection, t.respondent, columns, values)
    moved = _settle(tx, rows)
    tx.tell(
        EventKind.RESPONDENT_CHANGED,
        (own_id for own_id, one in rows.items() if own_id in moved or kinds[own_id] != one.respondent.kind),
    )


def declared_kinds(connection: Connection, project_id: int) -> dict[int, str]:
    """Return the kind (human, expert, bot) of the respondents of a project for whom it was declared."""
    of = t.respondent.c
    query = select(of.id, of.kind).join(t.source).where(t.source.c.project_id == project_id, of.kind.is_not(None))
    return {own_id: kind for own_id, kind in connection.execute(query) if kind is not None}


def memberships(connection: Connection, project_id: int) -> dict[int, list[Membership]]:
    """Return the times in groups of each respondent of a project, in the order they were written down."""
    of = t.membership.c
    query = select(of.respondent_id, of.group_id, of.from_at, of.until_at).join(t.agent_group)
    return grouped(connection, query.where(t.agent_group.c.project_id == project_id).order_by(of.id), Membership._make)


def named_memberships(connection: Connection, ids: Collection[int]) -> dict[int, list[NamedMembership]]:
    """Return the times in groups of each of these respondents."""
    of, group = t.membership.c, t.agent_group.c
    query = select(of.respondent_id, group.key, of.from_at, of.until_at).join(t.agent_group, group.id == of.group_id)
    return grouped(connection, query.where(of.respondent_id.in_(ids)), NamedMembership._make)


def groups_ever_of(connection: Connection, ids: Collection[int]) -> set[int]:
    """Return the groups that any of these respondents was ever in."""
    of = t.membership.c
    return set(connection.execute(select(of.group_id).where(of.respondent_id.in_(ids))).scalars())


def is_in_group(connection: Connection, respondent: int, group: int) -> bool:
    """Say whether a respondent is in a group by now."""
    of = t.membership.c
    own = select(of.id).where(of.respondent_id == respondent, of.group_id == group, of.until_at.is_(None))
    return connection.execute(own.limit(1)).first() is not None


def members_ever_of(connection: Connection, groups: Collection[int]) -> set[int]:
    """Return the respondents who were ever in any of these groups."""
    of = t.membership.c
    return set(connection.execute(select(of.respondent_id).where(of.group_id.in_(groups))).scalars())


def busiest_person(connection: Connection) -> RespondentName | None:
    """Return the person who handled most conversations, None where nobody handled any."""
    of = t.respondent.c
    query = (
        select(of.external_id, of.name)
        .join(t.handling, t.handling.c.respondent_id == of.id)
        .where(of.kind == "human")
        .group_by(of.id)
        .order_by(func.count().desc(), of.id)
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else RespondentName._make(row)


def _kinds(connection: Connection, ids: Iterable[int]) -> dict[int, str | None]:
    of = t.respondent.c
    found: dict[int, str | None] = {}
    for part in batched(ids, CHUNK):
        found |= dict(connection.execute(select(of.id, of.kind).where(of.id.in_(part))).all())
    return found


def _settle(tx: WriteTransaction, rows: Mapping[int, IncomingRespondent]) -> set[int]:
    """Bring memberships up to what the rows say, and return who has moved.

    The first groups we hear of count from the beginning; later ones from now on.
    """
    told = {own_id: one.groups for own_id, one in rows.items() if one.groups is not None}
    before = _times(tx.connection, told)
    ended: list[int] = []
    begun: list[tuple[int, int, int | None, None]] = []
    moved: set[int] = set()
    for own_id, groups in told.items():
        times = before.get(own_id, ())
        now_in = {time.group_id for time in times if time.until_at is None}
        if now_in == set(groups):
            continue
        moved.add(own_id)
        ended += [time.id for time in times if time.until_at is None and time.group_id not in groups]
        from_at = tx.now if times else None
        begun += [(own_id, group_id, from_at, None) for group_id in groups if group_id not in now_in]
    _end(tx, ended)
    insert(tx.connection, t.membership, ("respondent_id", "group_id", "from_at", "until_at"), begun)
    return moved


def _times(connection: Connection, ids: Iterable[int]) -> Mapping[int, list[_GroupTime]]:
    of = t.membership.c
    found: dict[int, list[_GroupTime]] = {}
    for part in batched(ids, CHUNK):
        query = select(of.respondent_id, of.id, of.group_id, of.until_at).where(of.respondent_id.in_(part))
        for own_id, *time in connection.execute(query.order_by(of.id)):
            found.setdefault(own_id, []).append(_GroupTime(*time))
    return found


def _end(tx: WriteTransaction, ids: Sequence[int]) -> None:
    if ids:
        change = update(t.membership).where(t.membership.c.id == bindparam("row_id")).values(until_at=tx.now)
        tx.connection.execute(change, [{"row_id": own_id} for own_id in ids])
