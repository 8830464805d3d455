"""A page of conversations in an order: found by where the page before it ended, however deep one has come."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from ressenti.facts.engines.dialect import Dialect
from ressenti.facts.engines.engine import Engine, Snapshot
from ressenti.facts.engines.sql import Statement
from ressenti.indicators.declaration import Dimension, in_places
from ressenti.indicators.dimensions import DIMENSIONS

_COUNTED = "SELECT conversation_id, count(*) AS value FROM handling GROUP BY conversation_id"
_EARNED = "SELECT conversation_id, sum(amount_millionths) AS value FROM sale GROUP BY conversation_id"

FactsToPage = Engine | Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationSort:
    """What conversations can be put in order by: a value of theirs, or the name of an id of theirs in a dimension.

    `own` is where a value comes from that is not in their row; of a list, the first counts. `place` is its place among
    the orders, and among the columns of the list.
    """

    place: int
    value: str
    dimension: Dimension | None = None
    own: str = ""

    def id_in(self, dialect: Dialect) -> str:
        """Return the SQL of the id that is named."""
        is_list = self.dimension is not None and self.dimension.many
        return dialect.first.format(self.value) if is_list else self.value


_MEASURED = {
    "closed": ConversationSort(place=1, value="closed_at"),
    "opened": ConversationSort(place=2, value="opened_at"),
    "answered": ConversationSort(place=3, value="answered_at"),
    "first_response": ConversationSort(place=14, value="first_response_us"),
    "resolution": ConversationSort(place=15, value="resolution_us"),
    "handlings": ConversationSort(place=16, value="coalesce(value, 0)", own=_COUNTED),
    "csat": ConversationSort(place=17, value="rating"),
    "nps": ConversationSort(place=18, value="nps_rating"),
    "revenue": ConversationSort(place=21, value="value", own=_EARNED),
}
"""The orders by what was measured of a conversation; the others are those of the dimensions."""


def _by_dimension(one: Dimension, place: int) -> ConversationSort:
    return ConversationSort(place=place, value=one.column or "", dimension=one if one.has_names else None)


_SORTS = _MEASURED | {
    one.key: _by_dimension(one, one.list_column) for one in DIMENSIONS.values() if one.list_column is not None
}
SORTS: dict[str, ConversationSort] = dict(in_places((sort.place, (key, sort)) for key, sort in _SORTS.items()))
"""Every order, by its key; what has several names is put by the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationOrder:
    """An order chosen: by what, which way, and how the ids of a dimension are called in it.

    Conversations without the value are last either way.
    """

    sort: ConversationSort
    is_descending: bool
    names: Mapping[int, str] = field(default_factory=dict)


def among(facts: Snapshot, condition: Statement, ids: Collection[int], *, laid: str = "wanted") -> Statement:
    """Return the condition that a conversation meets another and is one of these, good in this snapshot.

    They are laid beside the facts under a name, of which a snapshot has one at a time.
    """
    facts.lay(laid, {"id": list(ids)})
    return Statement(
        f"{condition.text} AND conversation_id {facts.dialect.in_laid} (SELECT id FROM {laid})", condition.params
    )


def apart_from(facts: Snapshot, condition: Statement, ids: Collection[int]) -> Statement:
    """Return the condition that a conversation meets another and is none of these, good in this snapshot."""
    facts.lay("apart", {"id": list(ids)})
    return Statement(
        f"{condition.text} AND NOT (conversation_id {facts.dialect.in_laid} (SELECT id FROM apart))", condition.params
    )


def count(facts: FactsToPage, condition: Statement) -> int:
    """Return how many conversations meet a condition."""
    return int(facts.rows(f"SELECT count(*) FROM conversation WHERE {condition.text}", condition.params)[0][0])


def every_id(facts: FactsToPage, condition: Statement) -> list[int]:
    """Return the ids of all conversations that meet a condition, in no order."""
    found = facts.rows(f"SELECT conversation_id FROM conversation WHERE {condition.text}", condition.params)
    return [row[0] for row in found]


def ids_named(facts: FactsToPage, condition: Statement, sort: ConversationSort) -> list[int]:
    """Return the ids that an order by names has to name."""
    found = facts.rows(
        f"SELECT DISTINCT {sort.id_in(facts.dialect)} FROM conversation WHERE {condition.text}", condition.params
    )
    return [row[0] for row in found if row[0] is not None]


def page(
    facts: FactsToPage,
    condition: Statement,
    order: ConversationOrder,
    *,
    size: int,
    after: int | None = None,
    before: int | None = None,
) -> list[int] | None:
    """Return the next conversations in an order: those after one, or those just before it, else the first.

    None where that one is not among the facts.
    """
    spot = after if after is not None else before
    is_descending = order.is_descending if before is None else not order.is_descending
    head, source, named, value = _source(order, facts.dialect)
    where, params = condition.text, [*named, *condition.params]
    if spot is not None:
        beside = _beside(facts, order, spot, is_back=before is not None)
        if beside is None:
            return None
        where, params = f"{where} AND {beside.text}", [*params, *beside.params]
    way, nulls = "DESC" if is_descending else "ASC", "LAST" if before is None else "FIRST"
    rows = facts.rows(
        f"{head}SELECT conversation_id FROM {source} WHERE {where}"
        f" ORDER BY {value} {way} NULLS {nulls}, conversation_id {way} LIMIT {int(size)}",
        params,
    )
    found = [row[0] for row in rows]
    return found if before is None else found[::-1]


def count_before(facts: FactsToPage, condition: Statement, order: ConversationOrder, spot: int) -> int | None:
    """Return how many conversations that meet a condition come before one in an order, None where it is not there."""
    head, source, named, _value = _source(order, facts.dialect)
    beside = _beside(facts, order, spot, is_back=True)
    if beside is None:
        return None
    sql = f"{head}SELECT count(*) FROM {source} WHERE {condition.text} AND {beside.text}"
    return int(facts.rows(sql, [*named, *condition.params, *beside.params])[0][0])


def rows_of(facts: FactsToPage, columns: Collection[str], ids: Collection[int]) -> list[tuple[Any, ...]]:
    """Return columns of some conversations, in the order of these ids."""
    rows = facts.rows(
        f"SELECT conversation_id, {', '.join(columns)} FROM conversation WHERE conversation_id IN {facts.dialect.ids}",
        [list(ids)],
    )
    by_id = {own_id: tuple(values) for own_id, *values in rows}
    return [by_id[own_id] for own_id in ids if own_id in by_id]


def _source(order: ConversationOrder, dialect: Dialect) -> tuple[str, str, list[Any], str]:
    """Return what goes before a question, where it reads from, what is bound in both, and what it puts in order."""
    if order.sort.own:
        return "", f"conversation LEFT JOIN ({order.sort.own}) AS own USING (conversation_id)", [], order.sort.value
    if order.sort.dimension is None:
        return "", "conversation", [], order.sort.value
    head, join, name = (part.format(order.sort.id_in(dialect)) for part in dialect.named)
    return head, f"conversation {join}", [list(order.names), list(order.names.values())], name


def _beside(facts: FactsToPage, order: ConversationOrder, spot: int, *, is_back: bool) -> Statement | None:
    """Return the condition that others come after one in an order, or before it; None where it is not there."""
    head, source, named, value = _source(order, facts.dialect)
    at = facts.rows(f"{head}SELECT {value} FROM {source} WHERE conversation_id = ?", [*named, spot])
    if not at:
        return None
    is_descending = order.is_descending != is_back
    return Statement(*_beyond(value, at[0][0], spot, is_descending=is_descending, is_back=is_back))


def _beyond(value: str, at: Any, spot: int, *, is_descending: bool, is_back: bool) -> tuple[str, list[Any]]:
    """Return the condition that a conversation comes after one in this order; without a value it is last, or first."""
    sign = "<" if is_descending else ">"
    if at is None:
        here = f"({value} IS NULL AND conversation_id {sign} ?)"
        return (f"({value} IS NOT NULL OR {here})" if is_back else here), [spot]
    there = f"{value} {sign} ? OR ({value} = ? AND conversation_id {sign} ?)"
    return (f"({there})" if is_back else f"({there} OR {value} IS NULL)"), [at, at, spot]
