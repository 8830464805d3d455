"""How sales are written to the record, and which conversations they may be credited to."""

from collections.abc import Mapping
from operator import attrgetter

from ressenti.intake.arrivals import read_back
from ressenti.intake.arrivals.attributes import attributes
from ressenti.intake.arrivals.batch import ImportBatch, Incoming
from ressenti.intake.arrivals.known import conversations, id_of, rows_by_key, visitors
from ressenti.intake.arrivals.partial_updates import complete
from ressenti.intake.arrivals.unknown_references import unknown_conversation
from ressenti.intake.model import Rejection, TransactionRow
from ressenti.record import transactions
from ressenti.record.conversations import ConversationReference
from ressenti.record.transactions import IncomingTransaction, NewTransaction

_key = attrgetter("transaction_id")


def accept(batch: ImportBatch[TransactionRow]) -> None:
    """Write a batch of sales; one that was there before is replaced."""
    known = rows_by_key(batch, transactions.PROVENANCE)
    complete(batch, known, key=_key, stored=read_back.transactions)
    keys = {row.conversation_id for row in batch.readable if row.conversation_id is not None}
    belongs = conversations(batch, keys)

    def problem(row: TransactionRow) -> Rejection | None:
        key = row.conversation_id
        return None if key is None or key in belongs else unknown_conversation(key)

    rows = batch.sort(transactions.PROVENANCE, known, key=_key, problem=problem)
    batch.currencies.update(code for incoming in rows.accepted if (code := incoming.row.currency) is not None)
    buyers = {visitor for incoming in rows.accepted if (visitor := incoming.row.visitor_id) is not None}
    people = _visitors(batch, buyers)
    transactions.add_many(batch.tx, [_incoming(batch, incoming, belongs, people) for incoming in rows.new])
    changed = {own_id: _incoming(batch, incoming, belongs, people) for own_id, incoming in rows.changed}
    transactions.replace_many(batch.tx, changed)


def _incoming(
    batch: ImportBatch[TransactionRow],
    incoming: Incoming[TransactionRow],
    belongs: Mapping[str, ConversationReference],
    people: Mapping[str, int],
) -> IncomingTransaction:
    row = incoming.row
    owner = None if row.conversation_id is None else belongs[row.conversation_id]
    sale = NewTransaction(
        external_id=row.transaction_id,
        at=row.at,
        amount_millionths=row.amount,
        currency=row.currency,
        given_on_id=None if owner is None else owner.given_on,
        visitor_id=id_of(row.visitor_id, people),
        attributes=attributes(row.attributes),
    )
    return None if owner is None else owner.counts_for, sale, batch.provenance(incoming)


def _visitors(batch: ImportBatch[TransactionRow], keys: set[str]) -> dict[str, int]:
    """Return the visitors with these ids, made where no source of the project knows them."""
    known = visitors(batch, keys)
    return known | batch.to.names.visitors.ensure(batch.connection, keys - known.keys())
