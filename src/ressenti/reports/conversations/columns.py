"""Every column of the list of conversations, declared once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from ressenti.indicators.declaration import Dimension, in_places
from ressenti.indicators.dimensions import DIMENSIONS
from ressenti.indicators.names import KeyName
from ressenti.indicators.paging import SORTS
from ressenti.kit.i18n import _
from ressenti.reports.rows import lookups
from ressenti.reports.rows.batch import ExportBatch
from ressenti.reports.rows.lookups import Lookup


class ValueKind(StrEnum):
    """How the values of a column are written."""

    ID = "id"
    MOMENT = "moment"
    NAME = "name"
    NAMES = "names"
    SECONDS = "seconds"
    COUNT = "count"
    RATING = "note"
    NPS = "nps"
    TEXT = "text"
    MONEY = "money"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationColumn:
    """One column: its key, name, kind, and how its values are had; `sort` is the key of its order, None without one.

    `dimension` is the one that its names are of; `is_content` holds what people wrote.
    """

    key: str
    name: str
    kind: ValueKind
    take: Callable[[ExportBatch], Sequence[Any]]
    sort: str | None = None
    dimension: Dimension | None = None
    is_content: bool = False


@dataclass(frozen=True, slots=True)
class MoneyAmount:
    """An amount in a currency."""

    amount: Decimal
    currency: str


def _fact(column: str) -> Callable[[ExportBatch], Sequence[Any]]:
    return lambda batch: batch.fact(column)


def _told(lookup: Lookup, default: Any = None) -> Callable[[ExportBatch], Sequence[Any]]:
    def take(batch: ExportBatch) -> list[Any]:
        found = batch.look_up(lookup, "conversation_id")
        return [found.get(one, default) for one in batch.fact("conversation_id")]

    return take


def source_keys(batch: ExportBatch) -> list[str]:
    """Return what its source calls each conversation."""
    found = batch.look_up(lookups.conversations, "conversation_id")
    return [found[one].key if one in found else "" for one in batch.fact("conversation_id")]


def _seconds(column: str) -> Callable[[ExportBatch], Sequence[Any]]:
    return lambda batch: [lookups.seconds(us) for us in batch.fact(column)]


def _revenue(batch: ExportBatch) -> list[MoneyAmount | None]:
    sums = batch.look_up(lookups.revenue, "conversation_id")
    rows = zip(batch.fact("conversation_id"), batch.fact("project_id"), strict=True)
    return [MoneyAmount(sums[one], batch.projects[project].currency) if one in sums else None for one, project in rows]


def _of_dimension(of: Dimension) -> ConversationColumn:
    def take_one(batch: ExportBatch) -> list[KeyName | None]:
        return [found if found.key is not None else None for found in batch.name(of, of.column or "")]

    def take_several(batch: ExportBatch) -> list[list[KeyName]]:
        return batch.name_each(of, of.column or "")

    return ConversationColumn(
        key=of.key,
        name=of.heading or of.name,
        kind=ValueKind.NAMES if of.many else ValueKind.NAME,
        take=take_several if of.many else take_one,
        sort=of.key,
        dimension=of,
    )


def _of_facts(key: str, name: str, kind: ValueKind, column: str) -> ConversationColumn:
    take = _seconds(column) if kind is ValueKind.SECONDS else _fact(column)
    return ConversationColumn(key=key, name=name, kind=kind, take=take, sort=key)


_OF_THEIR_OWN = (
    _of_facts("closed", _("Closed at"), ValueKind.MOMENT, "closed_at"),
    _of_facts("opened", _("Opened at"), ValueKind.MOMENT, "opened_at"),
    _of_facts("answered", _("Rated at"), ValueKind.MOMENT, "answered_at"),
    _of_facts("first_response", _("First response"), ValueKind.SECONDS, "first_response_us"),
    _of_facts("resolution", _("Resolution"), ValueKind.SECONDS, "resolution_us"),
    ConversationColumn(
        key="handlings",
        name=_("Handlings"),
        kind=ValueKind.COUNT,
        take=_told(lookups.handling_counts, default=0),
        sort="handlings",
    ),
    _of_facts("csat", _("CSAT"), ValueKind.RATING, "rating"),
    _of_facts("nps", _("NPS"), ValueKind.NPS, "nps_rating"),
    ConversationColumn(key="revenue", name=_("Revenue"), kind=ValueKind.MONEY, take=_revenue, sort="revenue"),
)
_ID = ConversationColumn(key="id", name=_("Conversation"), kind=ValueKind.ID, take=source_keys)
_COMMENT = ConversationColumn(
    key="comment", name=_("Comment"), kind=ValueKind.TEXT, take=_told(lookups.comments), is_content=True
)
_SORTED = (*_OF_THEIR_OWN, *(_of_dimension(one) for one in DIMENSIONS.values() if one.list_column is not None))

COLUMNS: dict[str, ConversationColumn] = {
    column.key: column
    for column in in_places([(0, _ID), *((SORTS[one.key].place, one) for one in _SORTED), (19, _COMMENT)])
}
"""Every column, in the order they stand in."""

SHOWN = ("id", "closed", "channel", "topic", "agent", "first_response", "resolution", "csat")
"""The columns that are shown where none were chosen."""

assert {one.sort for one in COLUMNS.values() if one.sort} == set(SORTS)  # noqa: S101 - every order has its column
