"""What became of conversations that were merged into others (D34): they are part of the one they became, along chains.

A row says which conversation it was merged into in the source's own words. From that follows, for as long as that one
is there, the conversation it is part of, and that surveys and sales that name it are that one's.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, func, select, update

from ressenti.kit.iteration import batched
from ressenti.record import tables as t

CHUNK = 5_000
"""How many keys are looked up at once."""


class Merge(NamedTuple):
    """A conversation: its id, the one it says it was merged into, and the one it is part of by what was known."""

    id: int
    into: str | None
    became: int | None


def settle(connection: Connection, source_id: int, keys: Iterable[str]) -> set[int]:
    """Bring what hangs on these conversations of a source, and on those merged into them, to what they became.

    Returns the ids of the conversations that have to be measured again.
    """
    touched = _with_merged(connection, source_id, set(keys))
    known = merges(connection, source_id, touched)
    moved: list[dict[str, Any]] = []
    changed: set[int] = set()
    for key in touched & known.keys():
        now = _became(key, known)
        own_id, _into, before = known[key]
        if now != before:
            moved.append({"row": own_id, "before": own_id if before is None else before, "now": now})
            changed |= {one for one in (own_id, before, now) if one is not None}
    _move(connection, moved)
    return changed


def merges(connection: Connection, source_id: int, keys: Collection[str]) -> dict[str, Merge]:
    """Return what a source says of these conversations, and of all those they lead to."""
    of = t.conversation.c
    known: dict[str, Merge] = {}
    ahead = set(keys)
    while ahead:
        for part in batched(ahead, CHUNK):
            query = select(of.external_id, of.id, of.merged_into_external_id, of.merged_into_id)
            rows = connection.execute(query.where(of.source_id == source_id, of.external_id.in_(part)))
            known |= {key: Merge(*rest) for key, *rest in rows}
        ahead = {into for key in ahead & known.keys() if (into := known[key].into) is not None} - known.keys()
    return known


def merged_keys(connection: Connection, source_id: int) -> set[str]:
    """Return the conversations that a source calls merged into others."""
    of = t.conversation.c
    query = select(of.external_id).where(of.source_id == source_id, of.merged_into_external_id.is_not(None))
    return set(connection.execute(query).scalars())


def has_merged(connection: Connection, source_id: int) -> bool:
    """Say whether any conversation of a source was merged into another."""
    of = t.conversation.c
    query = select(of.id).where(of.source_id == source_id, of.merged_into_external_id.is_not(None)).limit(1)
    return connection.execute(query).first() is not None


def count_merged(connection: Connection, project_id: int) -> int:
    """Return how many conversations of a project are part of another: counted nowhere else."""
    of = t.conversation.c
    query = select(func.count()).where(of.merged_into_id.is_not(None), of.project_id == project_id)
    return connection.execute(query).scalar_one()


def became(connection: Connection, ids: Collection[int]) -> dict[int, int]:
    """Return which conversation those of these became that were merged."""
    of = t.conversation.c
    found: dict[int, int] = {}
    for part in batched(ids, CHUNK):
        query = select(of.id, of.merged_into_id).where(of.id.in_(part), of.merged_into_id.is_not(None))
        found |= dict(connection.execute(query).all())
    return found


def wholes_of_parts(connection: Connection, ids: Collection[int]) -> dict[int, int]:
    """Return the conversations that were merged into these, each with the one it became."""
    of = t.conversation.c
    return dict(connection.execute(select(of.id, of.merged_into_id).where(of.merged_into_id.in_(ids))).all())


def parts_of(connection: Connection, own_id: int) -> dict[int, str]:
    """Return the conversations that were merged into one, and what their source calls them, as they were opened."""
    of = t.conversation.c
    query = select(of.id, of.external_id).where(of.merged_into_id == own_id).order_by(of.opened_at, of.id)
    return dict(connection.execute(query).all())


def _with_merged(connection: Connection, source_id: int, keys: set[str]) -> set[str]:
    """Return these conversations and all that were merged into them, along chains."""
    of = t.conversation.c
    family, behind = set(keys), set(keys)
    while behind:
        merged: set[str] = set()
        for part in batched(behind, CHUNK):
            query = select(of.external_id).where(of.source_id == source_id, of.merged_into_external_id.in_(part))
            merged |= set(connection.execute(query).scalars())
        behind = merged - family
        family |= merged
    return family


def _became(key: str, known: Mapping[str, Merge]) -> int | None:
    """Return the conversation at the end of a chain, as far as it is there; None where that is the first itself."""
    passed = [key]
    while (into := known[passed[-1]].into) in known and into is not None and into not in passed:
        passed.append(into)
    return None if len(passed) == 1 else known[passed[-1]].id


def _move(connection: Connection, moved: list[dict[str, Any]]) -> None:
    """Let conversations be part of others, and what names them belong to those."""
    if not moved:
        return
    of = t.conversation.c
    connection.execute(
        update(t.conversation).where(of.id == bindparam("row")).values(merged_into_id=bindparam("now")),
        [{"row": one["row"], "now": one["now"]} for one in moved],
    )
    for table in (t.survey_offer, t.transaction):
        column = table.c
        own = func.coalesce(column.given_on_id, column.conversation_id)
        change = update(table).where(column.conversation_id == bindparam("before"), own == bindparam("row"))
        back = [one for one in moved if one["now"] is None]
        onward = [one for one in moved if one["now"] is not None]
        if back:
            values: dict[str, Any] = {"conversation_id": bindparam("row"), "given_on_id": None}
            connection.execute(change.values(values), [{"row": one["row"], "before": one["before"]} for one in back])
        if onward:
            connection.execute(change.values(conversation_id=bindparam("now"), given_on_id=bindparam("row")), onward)
