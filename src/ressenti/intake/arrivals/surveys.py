"""How surveys are written to the record: what was offered, what was answered, and which answers were replaced."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import select

from ressenti.intake.arrivals import read_back
from ressenti.intake.arrivals.batch import ImportBatch, Incoming, RowProblem
from ressenti.intake.arrivals.digest import RecordRow
from ressenti.intake.arrivals.known import Reference, conversations, rows_by_key
from ressenti.intake.arrivals.names import CHUNK
from ressenti.intake.arrivals.partial_updates import complete
from ressenti.intake.arrivals.unknown_references import stranger, unknown_conversation
from ressenti.intake.arrivals.writing import attributes, remove, replace
from ressenti.intake.model import FileKind, Rejection
from ressenti.intake.values.rules import SLOTS
from ressenti.kit.iteration import batched
from ressenti.record import tables as t
from ressenti.record.journal import EventKind
from ressenti.record.stores.sqlite import insert
from ressenti.record.survey_offers import offering

_COLUMNS = (
    "external_id",
    "conversation_id",
    "given_on_id",
    "respondent_id",
    "group_id",
    "channel_id",
    "survey_id",
    "language_id",
    "offered_at",
    "answered_at",
    "attributes",
    "digest",
    "import_id",
)
_SLOT = SLOTS[FileKind.SURVEYS]
_AGENT, _GROUP, _CHANNEL = _SLOT["agent_id"], _SLOT["group"], _SLOT["channel"]
_ANSWER = ("offer_id", "question", "value", "scale", "text")

AnswerValuesRow = tuple[str, int | None, str | None, str | None]
"""Question, value, scale and text of one answer."""


def accept(batch: ImportBatch) -> None:
    """Write a batch of surveys; one that was there before is replaced, and the answers it changes are kept (D20)."""
    before = offering(batch.connection, batch.to.project_id)
    known = rows_by_key(batch, t.survey_offer)
    complete(batch, known, key=itemgetter(0), stored=read_back.surveys)
    keys = {record.row[3] for record in batch.records if record.row is not None}
    belongs = conversations(batch, keys - {None})

    strangers = _strangers(batch)

    def problem(row: RecordRow) -> Rejection | None:
        if row[3] is not None and row[3] not in belongs:
            return unknown_conversation(row[3])
        return strangers(row)

    found = batch.sort(t.survey_offer, known, key=itemgetter(0), problem=problem)
    values = _Values(batch, found.accepted, belongs)
    places = batch.places(t.survey_offer, found.new)
    rows = [(own_id, new) for (own_id, _arrival), new in zip(places, found.new, strict=True)]
    columns = ("id", "arrival", "project_id", "source_id", *_COLUMNS)
    own = (batch.to.project_id, batch.to.source_id)
    told = zip(places, found.new, strict=True)
    insert(batch.connection, t.survey_offer, columns, ((*place, *own, *values.of(new)) for place, new in told))
    insert(batch.connection, t.survey_answer, _ANSWER, _answers((one, new.row) for one, new in rows))
    _replace(batch, found.changed, values)
    _tell(batch, ((own_id, values.conversation(new)) for own_id, new in [*rows, *found.changed]))
    if offering(batch.connection, batch.to.project_id).changes(before, batch.connection):
        batch.change(EventKind.PROJECT_CHANGED, (batch.to.project_id,))


def _strangers(batch: ImportBatch) -> RowProblem:
    """Return what looks for agents, groups and channels nobody knows, where those may not be made."""
    if batch.to.may_create:
        return lambda _row: None
    rows = [record.row for record in batch.records if record.row is not None]
    names, connection = batch.to.names, batch.connection
    respondents = names.respondents.find(connection, {row[_AGENT] for row in rows})
    groups = names.groups.find(connection, {row[_GROUP] for row in rows})
    channels = names.channels.find(connection, {row[_CHANNEL] for row in rows})
    return lambda row: (
        stranger("respondent", "agent_id", (row[_AGENT],), respondents)
        or stranger("group", "group", (row[_GROUP],), groups)
        or stranger("channel", "channel", (row[_CHANNEL],), channels)
    )


class _Values:
    """What the rows of a batch of surveys become."""

    def __init__(self, batch: ImportBatch, accepted: Sequence[Incoming], belongs: Mapping[str, Reference]) -> None:
        names, rows = batch.to.names, [incoming.row for incoming in accepted]
        self._belongs = belongs
        self._import_id = batch.to.import_id
        self._surveys = names.surveys.ensure(batch.connection, {row[4] for row in rows})
        self._respondents = names.respondents.ensure(batch.connection, {row[_AGENT] for row in rows})
        self._groups = names.groups.ensure(batch.connection, {row[_GROUP] for row in rows})
        self._channels = names.channels.ensure(batch.connection, {row[_CHANNEL] for row in rows})
        self._languages = names.languages.ensure(batch.connection, {row[11] for row in rows})

    def conversation(self, incoming: Incoming) -> int | None:
        """Return the conversation a survey belongs to, if to any."""
        key = incoming.row[3]
        return None if key is None else self._belongs[key].counts_for

    def of(self, incoming: Incoming) -> tuple[Any, ...]:
        """Return a row in the order of `_COLUMNS`."""
        row = incoming.row
        return (
            row[0],
            self.conversation(incoming),
            None if row[3] is None else self._belongs[row[3]].given_on,
            self._respondents.get(row[_AGENT]),
            self._groups.get(row[_GROUP]),
            self._channels.get(row[_CHANNEL]),
            self._surveys.get(row[4]),
            self._languages.get(row[11]),
            row[2],
            _answered_at(row),
            attributes(row[-1]),
            incoming.digest,
            self._import_id,
        )


def answers(row: RecordRow) -> list[AnswerValuesRow]:
    """Return the answers a row holds: one for each question that was answered; an empty comment is none."""
    csat, scale, nps, ces, resolved, comment = row[5:11]
    given: list[AnswerValuesRow] = []
    if csat is not None:
        given.append(("csat", csat, scale, None))
    if nps is not None:
        given.append(("nps", nps, None, None))
    if ces is not None:
        given.append(("ces", ces, None, None))
    if resolved is not None:
        given.append(("resolved", int(resolved), None, None))
    if comment and not comment.isspace():
        given.append(("comment", None, None, comment))
    return given


def _answered_at(row: RecordRow) -> int | None:
    """Return when a survey was answered; where only its offer is dated, an answer is taken to have come then."""
    rated_at, offered_at = row[1:3]
    if rated_at is None and answers(row):
        return offered_at  # type: ignore[no-any-return]
    return rated_at  # type: ignore[no-any-return]


def _answers(rows: Iterable[tuple[int, RecordRow]]) -> Iterator[tuple[Any, ...]]:
    return ((own_id, *answer) for own_id, row in rows for answer in answers(row))


def _replace(batch: ImportBatch, changed: Sequence[tuple[int, Incoming]], values: _Values) -> None:
    if not changed:
        return
    ids = [own_id for own_id, _incoming in changed]
    _tell(batch, _conversations_before(batch, ids).items())
    replace(batch.connection, t.survey_offer, _COLUMNS, ((own_id, values.of(new)) for own_id, new in changed))
    _keep(batch, changed, _answers_before(batch, ids))
    remove(batch.connection, t.survey_answer, "offer_id", ids)
    insert(batch.connection, t.survey_answer, _ANSWER, _answers((own_id, new.row) for own_id, new in changed))


def _keep(
    batch: ImportBatch, changed: Sequence[tuple[int, Incoming]], before: Mapping[int, list[AnswerValuesRow]]
) -> None:
    """Keep the answers that are no longer given, as they were."""
    gone = (
        (own_id, *answer, batch.to.now)
        for own_id, incoming in changed
        for answer in before.get(own_id, ())
        if answer not in answers(incoming.row)
    )
    insert(batch.connection, t.survey_answer_change, (*_ANSWER, "replaced_at"), gone)


def _conversations_before(batch: ImportBatch, ids: Sequence[int]) -> dict[int, int | None]:
    of = t.survey_offer.c
    found: dict[int, int | None] = {}
    for part in batched(ids, CHUNK):
        rows = batch.connection.execute(select(of.id, of.conversation_id).where(of.id.in_(part)))
        found |= dict(rows.all())
    return found


def _answers_before(batch: ImportBatch, ids: Sequence[int]) -> dict[int, list[AnswerValuesRow]]:
    of = t.survey_answer.c
    found: dict[int, list[AnswerValuesRow]] = {}
    for part in batched(ids, CHUNK):
        query = select(of.offer_id, of.question, of.value, of.scale, of.text).where(of.offer_id.in_(part))
        for own_id, *answer in batch.connection.execute(query.order_by(of.offer_id, of.question)):
            found.setdefault(own_id, []).append(tuple(answer))
    return found


def _tell(batch: ImportBatch, surveys: Iterable[tuple[int, int | None]]) -> None:
    """Tell the journal of surveys: of their conversation, or of themselves where they have none."""
    for own_id, conversation in surveys:
        if conversation is None:
            batch.change(EventKind.SURVEY_CHANGED, (own_id,))
        else:
            batch.change(EventKind.CONVERSATION_CHANGED, (conversation,))
