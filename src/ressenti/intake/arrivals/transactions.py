"""How sales are written to the record, and which conversations they may be credited to."""

from collections.abc import Mapping
from operator import itemgetter

from ressenti.intake.arrivals import read_back
from ressenti.intake.arrivals.attributes import attributes
from ressenti.intake.arrivals.batch import ImportBatch, Incoming
from ressenti.intake.arrivals.digest import RecordRow
from ressenti.intake.arrivals.known import conversations, rows_by_key, visitors
from ressenti.intake.arrivals.partial_updates import complete
from ressenti.intake.arrivals.unknown_references import unknown_conversation
from ressenti.intake.model import Rejection
from ressenti.record import transactions
from ressenti.record.conversations import ConversationReference
from ressenti.record.transactions import IncomingTransaction, NewTransaction


def accept(batch: ImportBatch) -> None:
    """Write a batch of sales; one that was there before is replaced."""
    known = rows_by_key(batch, transactions.PROVENANCE)
    complete(batch, known, key=itemgetter(0), stored=read_back.transactions)
    keys = {record.row[4] for record in batch.records if record.row is not None}
    belongs = conversations(batch, keys - {None})

    def problem(row: RecordRow) -> Rejection | None:
        return None if row[4] is None or row[4] in belongs else unknown_conversation(row[4])

    found = batch.sort(transactions.PROVENANCE, known, key=itemgetter(0), problem=problem)
    batch.currencies.update(code for incoming in found.accepted if (code := incoming.row[3]) is not None)
    people = _visitors(batch, {incoming.row[5] for incoming in found.accepted} - {None})
    transactions.add_many(batch.tx, [_incoming(batch, one, belongs, people) for one in found.new])
    changed = {own_id: _incoming(batch, one, belongs, people) for own_id, one in found.changed}
    transactions.replace_many(batch.tx, changed)


def _incoming(
    batch: ImportBatch, incoming: Incoming, belongs: Mapping[str, ConversationReference], people: Mapping[str, int]
) -> IncomingTransaction:
    external_id, at, amount, currency, conversation, visitor, unknown = incoming.row
    owner = None if conversation is None else belongs[conversation]
    given_on = None if owner is None else owner.given_on
    sale = NewTransaction(external_id, at, amount, currency, given_on, people.get(visitor), attributes(unknown))
    return None if owner is None else owner.counts_for, sale, batch.provenance(incoming)


def _visitors(batch: ImportBatch, keys: set[str]) -> dict[str, int]:
    """Return the visitors with these ids, made where no source of the project knows them."""
    found = visitors(batch, keys)
    return found | batch.to.names.visitors.ensure(batch.connection, keys - found.keys())
