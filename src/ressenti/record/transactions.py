"""The door of transactions, and of which conversations they may be credited to."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, select

from ressenti.kit.iteration import batched
from ressenti.record import tables as t
from ressenti.record.provenance import Provenance, TableProvenance
from ressenti.record.rows import CHUNK, next_ids, replace, values_where
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
