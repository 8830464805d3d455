"""The door of surveys and what was answered; an answer that is replaced is kept as it was (D20)."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from sqlalchemy import Connection, select

from ressenti.kit.iteration import batched
from ressenti.record import tables as t
from ressenti.record.journal import EventKind
from ressenti.record.provenance import Provenance, TableProvenance
from ressenti.record.rows import CHUNK, next_ids, remove, replace
from ressenti.record.stores.sqlite import insert
from ressenti.record.survey_offers import offering
from ressenti.record.write_transaction import WriteTransaction

PROVENANCE = TableProvenance(t.survey_offer)


class NewSurvey(NamedTuple):
    """A survey that was offered; `given_on_id` is the merged conversation it was given on, where that became another.

    Respondent, group and channel count only where there is no conversation.
    """

    external_id: str
    given_on_id: int | None = None
    respondent_id: int | None = None
    group_id: int | None = None
    channel_id: int | None = None
    survey_id: int | None = None
    language_id: int | None = None
    offered_at: int | None = None
    answered_at: int | None = None
    attributes: str | None = None


class NewAnswer(NamedTuple):
    """What came back to one question."""

    question: str
    value: int | None
    scale: str | None
    text: str | None


class IncomingSurvey(NamedTuple):
    """A survey, the conversation it counts for if it has one, what was answered, and where it comes from."""

    conversation_id: int | None
    survey: NewSurvey
    answers: Sequence[NewAnswer]
    provenance: Provenance


def add(
    tx: WriteTransaction,
    conversation: int | None,
    survey: NewSurvey,
    provenance: Provenance,
    *,
    answers: Sequence[NewAnswer] = (),
) -> int:
    """Add a survey, and return its id."""
    return add_many(tx, [IncomingSurvey(conversation, survey, answers, provenance)])[0]


def add_many(tx: WriteTransaction, rows: Sequence[IncomingSurvey]) -> list[int]:
    """Add surveys, and return their ids in the order they are given in."""
    first = next(next_ids(tx.connection, t.survey_offer))
    ids = list(range(first, first + len(rows)))
    columns = ("id", "project_id", "conversation_id", *NewSurvey._fields, *Provenance._fields)
    values = (
        (own_id, tx.project_id, one.conversation_id, *one.survey, *one.provenance)
        for own_id, one in zip(ids, rows, strict=True)
    )
    with _following_offering(tx):
        insert(tx.connection, t.survey_offer, columns, values)
        _write_answers(tx, ids, rows)
        _tell_created(tx, ids, rows)
    return ids


def replace_many(tx: WriteTransaction, rows: Mapping[int, IncomingSurvey]) -> None:
    """Put others in the place of the surveys with these ids."""
    if not rows:
        return
    _tell_changed(tx, _conversations_of(tx.connection, rows))
    columns = ("conversation_id", *NewSurvey._fields, "digest", "import_id")
    values = (
        (own_id, (one.conversation_id, *one.survey, one.provenance.digest, one.provenance.import_id))
        for own_id, one in rows.items()
    )
    with _following_offering(tx):
        replace(tx.connection, t.survey_offer, columns, values)
        _keep_replaced(tx, rows)
        remove(tx.connection, t.survey_answer, "offer_id", rows)
        _write_answers(tx, rows, rows.values())
        _tell_changed(tx, {own_id: one.conversation_id for own_id, one in rows.items()})


def lone_ids(connection: Connection, project_id: int) -> set[int]:
    """Return the surveys of a project that have no conversation."""
    of = t.survey_offer.c
    query = select(of.id).where(of.conversation_id.is_(None), of.project_id == project_id)
    return set(connection.execute(query).scalars())


def lone_ids_of(connection: Connection, respondents: Collection[int]) -> set[int]:
    """Return the surveys without a conversation that name any of these respondents."""
    of = t.survey_offer.c
    query = select(of.id).where(of.conversation_id.is_(None), of.respondent_id.in_(respondents))
    return set(connection.execute(query).scalars())


def _write_answers(tx: WriteTransaction, ids: Iterable[int], rows: Iterable[IncomingSurvey]) -> None:
    answers = ((own_id, *answer) for own_id, one in zip(ids, rows, strict=True) for answer in one.answers)
    insert(tx.connection, t.survey_answer, ("offer_id", *NewAnswer._fields), answers)


def _keep_replaced(tx: WriteTransaction, rows: Mapping[int, IncomingSurvey]) -> None:
    """Keep the answers that are no longer given, as they were."""
    before = _answers_of(tx.connection, rows)
    gone = (
        (own_id, *answer, tx.now)
        for own_id, one in rows.items()
        for answer in before.get(own_id, ())
        if answer not in one.answers
    )
    insert(tx.connection, t.survey_answer_change, ("offer_id", *NewAnswer._fields, "replaced_at"), gone)


@contextmanager
def _following_offering(tx: WriteTransaction) -> Iterator[None]:
    """Have the project measured again where the block changes of which surveys it is known what was offered (D40)."""
    before = offering(tx.connection, tx.project_id)
    yield
    if offering(tx.connection, tx.project_id).changes(before, tx.connection):
        tx.tell(EventKind.PROJECT_CHANGED, (tx.project_id,))


def _tell_created(tx: WriteTransaction, ids: Sequence[int], rows: Sequence[IncomingSurvey]) -> None:
    if tx.is_bulk:
        _tell_changed(tx, {own_id: one.conversation_id for own_id, one in zip(ids, rows, strict=True)})
        return
    for own_id, one in zip(ids, rows, strict=True):
        tx.tell(EventKind.SURVEY_OFFERED, (own_id,))
        if one.answers:
            tx.tell(EventKind.SURVEY_ANSWERED, (own_id,))


def _tell_changed(tx: WriteTransaction, surveys: Mapping[int, int | None]) -> None:
    """Tell the journal of surveys: of their conversation, or of themselves where they have none."""
    for own_id, conversation in surveys.items():
        if conversation is None:
            tx.tell(EventKind.SURVEY_CHANGED, (own_id,))
        else:
            tx.tell_changed((conversation,))


def _conversations_of(connection: Connection, ids: Iterable[int]) -> dict[int, int | None]:
    of = t.survey_offer.c
    found: dict[int, int | None] = {}
    for part in batched(ids, CHUNK):
        rows = connection.execute(select(of.id, of.conversation_id).where(of.id.in_(part)))
        found |= dict(rows.all())
    return found


def _answers_of(connection: Connection, ids: Iterable[int]) -> dict[int, list[NewAnswer]]:
    of = t.survey_answer.c
    found: dict[int, list[NewAnswer]] = {}
    for part in batched(ids, CHUNK):
        query = select(of.offer_id, of.question, of.value, of.scale, of.text).where(of.offer_id.in_(part))
        for own_id, *answer in connection.execute(query.order_by(of.offer_id, of.question)):
            found.setdefault(own_id, []).append(NewAnswer(*answer))
    return found
