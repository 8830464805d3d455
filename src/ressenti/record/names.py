"""Which id has this name, and which name has this id? Labels, groups, respondents and visitors, by their keys."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Column, Connection, Select, Table, select

from ressenti.kit.iteration import batched
from ressenti.record import tables as t
from ressenti.record.provenance import UNDECLARED
from ressenti.record.rows import CHUNK, next_ids
from ressenti.record.stores.sqlite import insert

CONVERSATION_LABELS = {
    column.name.removesuffix("_id"): column.name
    for column in t.conversation.c
    if any(key.column.table is t.label for key in column.foreign_keys)
}
"""The labels that a conversation has one of each, as its channel, with the column of each."""

_KEPT = 100_000
"""How many names of one sort are kept in memory; visitors are as many as conversations, so few of them are."""


class NamedKey(NamedTuple):
    """The key that a source gives a name, under the id it has here; `name` is that of a respondent who has one."""

    id: int
    key: str
    project_id: int
    name: str | None = None
    deleted_at: int | None = None


class NamesOfKind:
    """The ids of one sort of name, by the key the source gives them."""

    def __init__(self, table: Table, key: "Column[str]", fixed: Mapping[str, object], *, kept: int = _KEPT) -> None:
        self._table = table
        self._key = key
        self._fixed = {name: value for name, value in fixed.items() if name in {"project_id", "source_id", "kind"}}
        self._columns = ("id", key.name, *fixed)
        self._values = tuple(fixed.values())
        self._kept = kept
        self._ids: dict[str, int] = {}

    def find(self, connection: Connection, keys: Iterable[str | None]) -> dict[str, int]:
        """Return the ids of those keys that are known; the mapping may hold others too."""
        wanted = {one for one in keys if one is not None}
        if len(self._ids) > self._kept:
            self._ids = {}
        self._ids |= self._look_up(connection, wanted - self._ids.keys())
        return self._ids

    def ensure(self, connection: Connection, keys: Iterable[str | None]) -> dict[str, int]:
        """Return the ids of all these keys, added to the record where they are new."""
        wanted = {one for one in keys if one is not None}
        missing = sorted(wanted - self.find(connection, wanted).keys())
        if missing:
            added = dict(zip(missing, next_ids(connection, self._table), strict=False))
            rows = ((own_id, one, *self._values) for one, own_id in added.items())
            insert(connection, self._table, self._columns, rows)
            self._ids |= added
        return self._ids

    def _look_up(self, connection: Connection, keys: set[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        own = [self._table.c[name] == value for name, value in self._fixed.items()]
        for part in batched(keys, CHUNK):
            query = select(self._key, self._table.c.id).where(*own, self._key.in_(part))
            found |= dict(connection.execute(query).all())
        return found


class NameIds:
    """Every sort of name a row may use, of one project and one of its sources.

    `labels` has those that a conversation has one of each, by what they label: `labels["channel"]`.
    """

    def __init__(self, *, project_id: int, source_id: int, import_id: int) -> None:
        self.labels = {kind: _labels(project_id, kind) for kind in CONVERSATION_LABELS}
        self.tags = _labels(project_id, "tag")
        self.surveys = _labels(project_id, "survey")
        self.groups = NamesOfKind(t.agent_group, t.agent_group.c.key, {"project_id": project_id})
        undeclared = {"source_id": source_id, "digest": UNDECLARED, "import_id": import_id}
        self.respondents = NamesOfKind(t.respondent, t.respondent.c.external_id, undeclared)
        self.visitors = NamesOfKind(t.visitor, t.visitor.c.external_id, {"source_id": source_id}, kept=CHUNK)


def _labels(project_id: int, kind: str) -> NamesOfKind:
    return NamesOfKind(t.label, t.label.c.key, {"project_id": project_id, "kind": kind})


def visitors_elsewhere(connection: Connection, sources: Collection[int], keys: Iterable[str]) -> dict[str, int]:
    """Return the visitors whom other sources know by these ids, as the first of them does."""
    of = t.visitor.c
    found: dict[str, int] = {}
    for part in batched(keys if sources else (), CHUNK):
        query = select(of.external_id, of.id).where(of.source_id.in_(sources), of.external_id.in_(part))
        for external_id, own_id in connection.execute(query.order_by(of.source_id)):
            found.setdefault(external_id, own_id)
    return found


def label_keys(
    connection: Connection, kind: str, projects: Collection[int], ids: Collection[int] | None = None
) -> Iterator[NamedKey]:
    """Return the labels of a kind that these projects have, all of them or those with these ids."""
    of = t.label.c
    query = select(of.id, of.key, of.project_id).where(of.project_id.in_(projects), of.kind == kind)
    return _named_keys(connection, query, ids)


def group_keys(
    connection: Connection, projects: Collection[int], ids: Collection[int] | None = None
) -> Iterator[NamedKey]:
    """Return the agent groups of these projects, all of them or those with these ids."""
    of = t.agent_group.c
    return _named_keys(connection, select(of.id, of.key, of.project_id).where(of.project_id.in_(projects)), ids)


def respondent_keys(
    connection: Connection, projects: Collection[int], ids: Collection[int] | None = None
) -> Iterator[NamedKey]:
    """Return the respondents of these projects, all of them or those with these ids."""
    of, source = t.respondent.c, t.source.c
    query = select(of.id, of.external_id, source.project_id, of.name, of.deleted_at).join(t.source)
    return _named_keys(connection, query.where(source.project_id.in_(projects)), ids)


def projects_of_labels(connection: Connection, ids: Collection[int]) -> set[int]:
    """Return the projects of these labels."""
    return set(connection.execute(select(t.label.c.project_id).where(t.label.c.id.in_(ids))).scalars())


def projects_of_groups(connection: Connection, ids: Collection[int]) -> set[int]:
    """Return the projects of these agent groups."""
    return set(connection.execute(select(t.agent_group.c.project_id).where(t.agent_group.c.id.in_(ids))).scalars())


def projects_of_respondents(connection: Connection, ids: Collection[int]) -> set[int]:
    """Return the projects of these respondents."""
    query = select(t.source.c.project_id).join(t.respondent).where(t.respondent.c.id.in_(ids))
    return set(connection.execute(query).scalars())


def _named_keys(connection: Connection, query: Select[Any], ids: Collection[int] | None) -> Iterator[NamedKey]:
    if ids is None:
        yield from (NamedKey(*row) for row in connection.execute(query))
        return
    own_id = query.selected_columns.id
    for part in batched(ids, CHUNK):
        yield from (NamedKey(*row) for row in connection.execute(query.where(own_id.in_(part))))
