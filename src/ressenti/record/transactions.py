"""Transactions: their door, to which conversations they may be credited, and how they are read again."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Column, ColumnElement, Connection, select

from ressenti.kit.iteration import batched
from ressenti.record import tables as t
from ressenti.record.arrival import arrival
from ressenti.record.provenance import Provenance, TableProvenance
from ressenti.record.rows import CHUNK, RowScope, among, grouped, next_ids, replace, values_where
from ressenti.record.stores.sqlite import insert
from ressenti.record.write_transaction import WriteTransaction

PROVENANCE = TableProvenance(t.transaction)


class NewTransaction(NamedTuple):
    """A sale; `given_on_id` is the merged conversation it names, where that became another (D34)."""

    external_id: str
    at: int
    amount_millionths: int
    currency: str | None = None
    given_on_id: int | None = None
    visitor_id: int | None = None
    attributes: str | None = None


class Transaction(NamedTuple):
    """A sale: when it was, and its amount in millionths of its currency, of the project's where that is None."""

    id: int
    at: int
    amount_millionths: int
    currency: str | None = None


class SaleOwner(NamedTuple):
    """Whose a sale is: the conversation it names, else the visitor it is credited by (D16)."""

    conversation_id: int | None
    visitor_id: int | None


IncomingTransaction = tuple[int | None, NewTransaction, Provenance]
"""The conversation a transaction counts for, if it names one, the transaction, and where it comes from."""


def add(tx: WriteTransaction, conversation: int | None, transaction: NewTransaction, provenance: Provenance) -> int:
    """Add a transaction, and return its id."""
    return add_many(tx, [(conversation, transaction, provenance)])[0]


def add_many(tx: WriteTransaction, rows: Sequence[IncomingTransaction]) -> list[int]:
    """Add transactions, and return their ids in the order they are given in."""
    first = next(next_ids(tx.connection, t.transaction))
    columns = ("id", "project_id", "conversation_id", *NewTransaction._fields, *Provenance._fields)
    values = (
        (own_id, tx.project_id, conversation, *transaction, *provenance)
        for own_id, (conversation, transaction, provenance) in enumerate(rows, first)
    )
    insert(tx.connection, t.transaction, columns, values)
    _tell(tx, (SaleOwner(conversation, sale.visitor_id) for conversation, sale, _provenance in rows))
    return list(range(first, first + len(rows)))


def replace_many(tx: WriteTransaction, rows: Mapping[int, IncomingTransaction]) -> None:
    """Put others in the place of the transactions with these ids."""
    _tell(tx, _owners(tx.connection, rows))
    columns = ("conversation_id", *NewTransaction._fields, "digest", "import_id")
    values = (
        (own_id, (conversation, *transaction, provenance.digest, provenance.import_id))
        for own_id, (conversation, transaction, provenance) in rows.items()
    )
    replace(tx.connection, t.transaction, columns, values)
    _tell(tx, (SaleOwner(conversation, sale.visitor_id) for conversation, sale, _provenance in rows.values()))


def buyers(connection: Connection) -> set[int]:
    """Return the visitors who have a sale that names no conversation, and so is credited by D16."""
    sale = t.transaction.c
    loose = select(sale.visitor_id).where(sale.conversation_id.is_(None), sale.visitor_id.is_not(None))
    return {visitor for visitor in connection.execute(loose).scalars() if visitor is not None}


def by_conversation(connection: Connection, scope: RowScope) -> dict[int, list[Transaction]]:
    """Return the sales that name each conversation, in order of time, of one moment in order of arrival (D35)."""
    column = t.transaction.c.conversation_id
    return _sales_by(connection, column, scope(column))


def loose_by_visitor(connection: Connection, visitors: Collection[int]) -> dict[int, list[Transaction]]:
    """Return the sales of each of these visitors that name no conversation, in the same order."""
    of = t.transaction.c
    return _sales_by(connection, of.visitor_id, of.conversation_id.is_(None) & among(visitors)(of.visitor_id))


def has_loose(connection: Connection) -> bool:
    """Say whether any sale names a visitor and no conversation."""
    of = t.transaction.c
    query = select(of.id).where(of.conversation_id.is_(None), of.visitor_id.is_not(None)).limit(1)
    return connection.execute(query).first() is not None


def _sales_by(
    connection: Connection, owner: "Column[Any]", condition: ColumnElement[bool]
) -> dict[int, list[Transaction]]:
    of = t.transaction.c
    query = select(owner, of.id, of.at, of.amount_millionths, of.currency).where(condition)
    return grouped(connection, query.order_by(of.at, arrival(t.transaction)), Transaction._make)


def _owners(connection: Connection, ids: Iterable[int]) -> list[SaleOwner]:
    of = t.transaction.c
    query = select(of.conversation_id, of.visitor_id)
    return [SaleOwner(*row) for part in batched(ids, CHUNK) for row in connection.execute(query.where(of.id.in_(part)))]


def _tell(tx: WriteTransaction, sales: Iterable[SaleOwner]) -> None:
    """Tell the journal of the conversations that have sales, or may be credited with one of their visitor's (D16)."""
    owners = list(sales)
    tx.tell_changed({one.conversation_id for one in owners if one.conversation_id is not None})
    loose = {one.visitor_id for one in owners if one.conversation_id is None and one.visitor_id is not None}
    of = t.conversation.c
    tx.tell_changed(values_where(tx.connection, of.id, of.visitor_id, loose))
