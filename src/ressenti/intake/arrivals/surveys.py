"""How surveys are written to the record: what was offered, what was answered, and which answers were replaced."""

from collections.abc import Mapping, Sequence
from operator import attrgetter

from ressenti.intake.arrivals import read_back
from ressenti.intake.arrivals.attributes import attributes
from ressenti.intake.arrivals.batch import ImportBatch, Incoming, RowProblem
from ressenti.intake.arrivals.known import conversations, id_of, rows_by_key
from ressenti.intake.arrivals.partial_updates import complete
from ressenti.intake.arrivals.unknown_references import unknown_conversation, unknown_reference
from ressenti.intake.model import Rejection, SurveyRow
from ressenti.record import surveys
from ressenti.record.conversations import ConversationReference
from ressenti.record.surveys import IncomingSurvey, NewAnswer, NewSurvey

_key = attrgetter("survey_id")


def accept(batch: ImportBatch[SurveyRow]) -> None:
    """Write a batch of surveys; one that was there before is replaced, and the answers it changes are kept (D20)."""
    known = rows_by_key(batch, surveys.PROVENANCE)
    complete(batch, known, key=_key, stored=read_back.surveys)
    keys = {row.conversation_id for row in batch.readable if row.conversation_id is not None}
    belongs = conversations(batch, keys)
    unknown = _unknown_references(batch)

    def problem(row: SurveyRow) -> Rejection | None:
        key = row.conversation_id
        return unknown(row) if key is None or key in belongs else unknown_conversation(key)

    rows = batch.sort(surveys.PROVENANCE, known, key=_key, problem=problem)
    values = _Values(batch, rows.accepted, belongs)
    surveys.add_many(batch.tx, [values.of(incoming) for incoming in rows.new])
    surveys.replace_many(batch.tx, {own_id: values.of(incoming) for own_id, incoming in rows.changed})


def _unknown_references(batch: ImportBatch[SurveyRow]) -> RowProblem[SurveyRow]:
    """Return what looks for agents, groups and channels nobody knows, where those may not be made."""
    if batch.to.may_create:
        return lambda _row: None
    rows = batch.readable
    names, connection = batch.to.names, batch.connection
    respondents = names.respondents.find(connection, {row.agent_id for row in rows})
    groups = names.groups.find(connection, {row.group for row in rows})
    channels = names.labels["channel"].find(connection, {row.channel for row in rows})
    return lambda row: (
        unknown_reference("respondent", "agent_id", (row.agent_id,), respondents)
        or unknown_reference("group", "group", (row.group,), groups)
        or unknown_reference("channel", "channel", (row.channel,), channels)
    )


class _Values:
    """What the rows of a batch of surveys become."""

    def __init__(
        self,
        batch: ImportBatch[SurveyRow],
        accepted: Sequence[Incoming[SurveyRow]],
        belongs: Mapping[str, ConversationReference],
    ) -> None:
        names, rows = batch.to.names, [incoming.row for incoming in accepted]
        self._batch, self._belongs = batch, belongs
        self._surveys = names.surveys.ensure(batch.connection, {row.survey for row in rows})
        self._respondents = names.respondents.ensure(batch.connection, {row.agent_id for row in rows})
        self._groups = names.groups.ensure(batch.connection, {row.group for row in rows})
        self._channels = names.labels["channel"].ensure(batch.connection, {row.channel for row in rows})
        self._languages = names.labels["language"].ensure(batch.connection, {row.language for row in rows})

    def of(self, incoming: Incoming[SurveyRow]) -> IncomingSurvey:
        """Return what the door takes."""
        row = incoming.row
        owner = None if row.conversation_id is None else self._belongs[row.conversation_id]
        given = answers(row)
        survey = NewSurvey(
            external_id=row.survey_id,
            given_on_id=None if owner is None else owner.given_on,
            respondent_id=id_of(row.agent_id, self._respondents),
            group_id=id_of(row.group, self._groups),
            channel_id=id_of(row.channel, self._channels),
            survey_id=id_of(row.survey, self._surveys),
            language_id=id_of(row.language, self._languages),
            offered_at=row.offered_at,
            answered_at=_answered_at(row, given),
            attributes=attributes(row.attributes),
        )
        conversation = None if owner is None else owner.counts_for
        return IncomingSurvey(conversation, survey, given, self._batch.provenance(incoming))


def answers(row: SurveyRow) -> list[NewAnswer]:
    """Return the answers a row holds: one for each question that was answered; an empty comment is none."""
    given: list[NewAnswer] = []
    if row.csat is not None:
        given.append(NewAnswer("csat", row.csat, row.csat_scale, None))
    if row.nps is not None:
        given.append(NewAnswer("nps", row.nps, None, None))
    if row.ces is not None:
        given.append(NewAnswer("ces", row.ces, None, None))
    if row.resolved is not None:
        given.append(NewAnswer("resolved", int(row.resolved), None, None))
    if row.comment and not row.comment.isspace():
        given.append(NewAnswer("comment", None, None, row.comment))
    return given


def _answered_at(row: SurveyRow, given: Sequence[NewAnswer]) -> int | None:
    """Return when a survey was answered; where only its offer is dated, an answer is taken to have come then."""
    return row.offered_at if row.rated_at is None and given else row.rated_at
