"""How surveys are written to the record: what was offered, what was answered, and which answers were replaced."""

from collections.abc import Mapping, Sequence
from operator import itemgetter

from ressenti.intake.arrivals import read_back
from ressenti.intake.arrivals.attributes import attributes
from ressenti.intake.arrivals.batch import ImportBatch, Incoming, RowProblem
from ressenti.intake.arrivals.digest import RecordRow
from ressenti.intake.arrivals.known import conversations, rows_by_key
from ressenti.intake.arrivals.partial_updates import complete
from ressenti.intake.arrivals.unknown_references import stranger, unknown_conversation
from ressenti.intake.model import FileKind, Rejection
from ressenti.intake.values.rules import SLOTS
from ressenti.record import surveys
from ressenti.record.conversations import ConversationReference
from ressenti.record.surveys import IncomingSurvey, NewAnswer, NewSurvey

_SLOT = SLOTS[FileKind.SURVEYS]
_AGENT, _GROUP, _CHANNEL = _SLOT["agent_id"], _SLOT["group"], _SLOT["channel"]


def accept(batch: ImportBatch) -> None:
    """Write a batch of surveys; one that was there before is replaced, and the answers it changes are kept (D20)."""
    known = rows_by_key(batch, surveys.PROVENANCE)
    complete(batch, known, key=itemgetter(0), stored=read_back.surveys)
    keys = {record.row[3] for record in batch.records if record.row is not None}
    belongs = conversations(batch, keys - {None})

    strangers = _strangers(batch)

    def problem(row: RecordRow) -> Rejection | None:
        if row[3] is not None and row[3] not in belongs:
            return unknown_conversation(row[3])
        return strangers(row)

    found = batch.sort(surveys.PROVENANCE, known, key=itemgetter(0), problem=problem)
    values = _Values(batch, found.accepted, belongs)
    surveys.add_many(batch.tx, [values.of(incoming) for incoming in found.new])
    surveys.replace_many(batch.tx, {own_id: values.of(incoming) for own_id, incoming in found.changed})


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

    def __init__(
        self, batch: ImportBatch, accepted: Sequence[Incoming], belongs: Mapping[str, ConversationReference]
    ) -> None:
        names, rows = batch.to.names, [incoming.row for incoming in accepted]
        self._batch, self._belongs = batch, belongs
        self._surveys = names.surveys.ensure(batch.connection, {row[4] for row in rows})
        self._respondents = names.respondents.ensure(batch.connection, {row[_AGENT] for row in rows})
        self._groups = names.groups.ensure(batch.connection, {row[_GROUP] for row in rows})
        self._channels = names.channels.ensure(batch.connection, {row[_CHANNEL] for row in rows})
        self._languages = names.languages.ensure(batch.connection, {row[11] for row in rows})

    def of(self, incoming: Incoming) -> IncomingSurvey:
        """Return what the door takes."""
        row = incoming.row
        owner = None if row[3] is None else self._belongs[row[3]]
        given = answers(row)
        survey = NewSurvey(
            external_id=row[0],
            given_on_id=None if owner is None else owner.given_on,
            respondent_id=self._respondents.get(row[_AGENT]),
            group_id=self._groups.get(row[_GROUP]),
            channel_id=self._channels.get(row[_CHANNEL]),
            survey_id=self._surveys.get(row[4]),
            language_id=self._languages.get(row[11]),
            offered_at=row[2],
            answered_at=_answered_at(row, given),
            attributes=attributes(row[-1]),
        )
        conversation = None if owner is None else owner.counts_for
        return IncomingSurvey(conversation, survey, given, self._batch.provenance(incoming))


def answers(row: RecordRow) -> list[NewAnswer]:
    """Return the answers a row holds: one for each question that was answered; an empty comment is none."""
    csat, scale, nps, ces, resolved, comment = row[5:11]
    given: list[NewAnswer] = []
    if csat is not None:
        given.append(NewAnswer("csat", csat, scale, None))
    if nps is not None:
        given.append(NewAnswer("nps", nps, None, None))
    if ces is not None:
        given.append(NewAnswer("ces", ces, None, None))
    if resolved is not None:
        given.append(NewAnswer("resolved", int(resolved), None, None))
    if comment and not comment.isspace():
        given.append(NewAnswer("comment", None, None, comment))
    return given


def _answered_at(row: RecordRow, given: Sequence[NewAnswer]) -> int | None:
    """Return when a survey was answered; where only its offer is dated, an answer is taken to have come then."""
    rated_at, offered_at = row[1:3]
    if rated_at is None and given:
        return offered_at  # type: ignore[no-any-return]
    return rated_at  # type: ignore[no-any-return]
