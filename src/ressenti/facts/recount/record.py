"""What does the record say of each conversation? The second reading of it, in plain SQL, for the recount alone.

Nothing here is shared with the projector: what it reads wrongly, this must not read wrongly in the same way.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Connection, Select, Table, or_, select

from ressenti.record import tables as t
from ressenti.record.projects import Project, all_projects
from ressenti.record.stores.corruption import ascending

RecordedColumns = TypeVar("RecordedColumns", bound=NamedTuple)


class RecordedConversation(NamedTuple):
    """The conversation itself; the fields are its columns."""

    id: int
    project_id: int
    source_id: int
    opened_at: int
    closed_at: int | None
    resolved_at: int | None
    first_response_at: int | None
    first_response_us: int | None
    resolution_us: int | None
    rule_id: int | None
    distribution_group_id: int | None
    visitor_id: int | None
    automation: str | None
    is_spam: bool


class RecordedMessage(NamedTuple):
    """One message, without its text."""

    conversation_id: int
    created_at: int
    author_role: str
    respondent_id: int | None
    is_automatic: bool
    is_internal: bool
    id: int
    arrival: int | None


class RecordedHandling(NamedTuple):
    """One handling that the source recorded."""

    conversation_id: int
    id: int
    respondent_id: int
    started_at: int
    ended_at: int | None
    ended_by: str | None
    group_id: int | None
    rule_id: int | None
    distribution_group_id: int | None
    arrival: int | None


class RecordedEvent(NamedTuple):
    """One change of state in a ticket log; `seq` is its number among those of one moment, if its source gives one."""

    conversation_id: int
    at: int
    state: str
    seq: int | None
    id: int
    arrival: int | None


class RecordedOffer(NamedTuple):
    """One survey that was offered."""

    conversation_id: int | None
    id: int
    project_id: int
    source_id: int
    survey_id: int | None
    language_id: int | None
    offered_at: int | None
    answered_at: int | None
    channel_id: int | None
    respondent_id: int | None
    group_id: int | None
    given_on_id: int | None
    arrival: int | None


class RecordedAnswer(NamedTuple):
    """What came back to one question of a survey."""

    offer_id: int
    question: str
    value: int | None
    scale: str | None
    text: str | None


class RecordedSale(NamedTuple):
    """One transaction."""

    conversation_id: int | None
    visitor_id: int | None
    id: int
    at: int
    amount_millionths: int
    currency: str | None
    given_on_id: int | None
    arrival: int | None


class RecordedMembership(NamedTuple):
    """A respondent's time in a group; None is open."""

    respondent_id: int
    id: int
    group_id: int
    from_at: int | None
    until_at: int | None


class RecordedVisit(NamedTuple):
    """What a sale needs to know of a conversation of its visitor (D16)."""

    id: int
    project_id: int
    visitor_id: int
    opened_at: int
    closed_at: int | None
    resolved_at: int | None
    arrival: int | None


class RecordedSurveys(NamedTuple):
    """What the surveys of a source state about themselves (D40), and to which project each source belongs.

    `open` are the (source, survey) of which a row was offered and not answered, `dated` the sources of which any row
    says when it was offered, `asking` those with a survey at all.
    """

    open: set[tuple[int, int | None]]
    dated: set[int]
    asking: set[int]
    projects: Mapping[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedSetting:
    """What is the same for every conversation.

    The projects, declared kinds of respondents, who was in which group, what is known of offers, and which
    conversation those became that were merged into others (D34).
    """

    projects: Mapping[int, Project]
    kinds: Mapping[int, str]
    memberships: Mapping[int, Sequence[RecordedMembership]]
    offers: RecordedSurveys
    became: Mapping[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedSurvey:
    """A survey with the answers to its questions."""

    offer: RecordedOffer
    answers: Mapping[str, RecordedAnswer]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedCase:
    """One conversation and its dependent rows, as they stand in the record.

    `labels` are those that its row names, by column. `named_sales` name this conversation; `loose_sales` name its
    visitor only, whose `visits` they may belong to.
    """

    head: RecordedConversation
    labels: Mapping[str, int | None]
    tags: Sequence[int]
    groups: Sequence[int]
    listed: Sequence[int]
    messages: Sequence[RecordedMessage]
    held: Sequence[RecordedHandling]
    events: Sequence[RecordedEvent]
    surveys: Sequence[RecordedSurvey]
    named_sales: Sequence[RecordedSale]
    loose_sales: Sequence[RecordedSale]
    visits: Sequence[tuple[RecordedVisit, Sequence[RecordedEvent]]]


def read_world(connection: Connection) -> RecordedSetting:
    """Read what every conversation is measured against."""
    declared = select(t.respondent.c.id, t.respondent.c.kind).where(t.respondent.c.kind.is_not(None))
    in_groups = _columns(RecordedMembership, t.membership).order_by(t.membership.c.respondent_id, t.membership.c.id)
    return RecordedSetting(
        projects={one.id: one for one in all_projects(connection)},
        kinds={row.id: row.kind for row in connection.execute(declared)},
        memberships=_by_first(_rows(connection, RecordedMembership, in_groups)),
        offers=_read_offers(connection),
        became=_read_merges(connection),
    )


def _read_merges(connection: Connection) -> dict[int, int]:
    """Follow what each source says of its merged conversations to the one that none was merged into further."""
    into, part = t.conversation, t.conversation.alias()
    named = (part.c.source_id == into.c.source_id) & (part.c.merged_into_external_id == into.c.external_id)
    told = select(into.c.source_id, into.c.external_id, into.c.id, into.c.merged_into_external_id)
    merged = connection.execute(told.where(into.c.merged_into_external_id.is_not(None))).all()
    known = {(row[0], row[1]): row for row in (*connection.execute(told.join_from(into, part, named)), *merged)}
    merged_into: dict[int, int] = {}
    for row in merged:
        step, passed = row, {row.id}
        while step.merged_into_external_id is not None:
            there = known.get((step.source_id, step.merged_into_external_id))
            if there is None or there.id in passed:
                break
            passed.add(there.id)
            step = there
        if step.id != row.id:
            merged_into[row.id] = step.id
    return merged_into


def _read_offers(connection: Connection) -> RecordedSurveys:
    """Look through all surveys, one after another."""
    offer, answer = t.survey_offer.c, t.survey_answer.c
    query = select(offer.id, offer.source_id, offer.survey_id, offer.offered_at, answer.value, answer.text)
    rows = connection.execute(query.outerjoin_from(t.survey_offer, t.survey_answer).order_by(offer.id))
    surveys = RecordedSurveys(
        set(), set(), set(), dict(connection.execute(select(t.source.c.id, t.source.c.project_id)).all())
    )
    for _offer, given in groupby(rows, key=lambda row: row.id):
        first, *others = given
        surveys.asking.add(first.source_id)
        if first.offered_at is None:
            continue
        surveys.dated.add(first.source_id)
        if not any(one.value is not None or (one.text or "").strip() for one in (first, *others)):
            surveys.open.add((first.source_id, first.survey_id))
    return surveys


def read_cases(connection: Connection, world: RecordedSetting, ids: Sequence[int]) -> Iterator[RecordedCase]:
    """Read the conversations whose ids are given: ascending, and all there are between the first and the last.

    Those that were merged into others are none; their surveys and sales are those of the one they became.
    """
    if not ids:
        return
    low, high = ids[0], ids[-1]
    between = t.conversation.c.id.between(low, high)
    heads = _rows(
        connection,
        RecordedConversation,
        _columns(RecordedConversation, t.conversation).where(between).order_by(t.conversation.c.id),
    )
    heads = [head for head in heads if head.id not in world.became]
    parts = [one for one, whole in world.became.items() if low <= whole <= high]
    labels = _labels(connection, low, high)
    tags = _pairs(connection, t.conversation_tag, "label_id", low, high)
    groups = _pairs(connection, t.conversation_group, "agent_group_id", low, high)
    listed = _pairs(connection, t.conversation_respondent, "respondent_id", low, high)
    messages = _by_first(_rows(connection, RecordedMessage, _hanging(RecordedMessage, t.message, low, high)))
    held = _by_first(_rows(connection, RecordedHandling, _hanging(RecordedHandling, t.handling, low, high)))
    events = _by_first(_rows(connection, RecordedEvent, _hanging(RecordedEvent, t.status_event, low, high)))
    surveys = _surveys_of(connection, world, low, high, parts)
    named: dict[int, list[RecordedSale]] = defaultdict(list)
    for sale in _rows(
        connection, RecordedSale, _columns(RecordedSale, t.transaction).where(_naming(t.transaction, low, high, parts))
    ):
        named[_owner(sale, world)].append(sale)
    visitors = [head.visitor_id for head in heads if head.visitor_id is not None]
    loose, visits = _visitors(connection, world, visitors)
    for head in heads:
        visitor = -1 if head.visitor_id is None else head.visitor_id
        yield RecordedCase(
            head=head,
            labels=labels[head.id],
            tags=tags[head.id],
            groups=groups[head.id],
            listed=listed[head.id],
            messages=sorted(messages[head.id], key=lambda one: (one.created_at, arrived(one.id, one.arrival))),
            held=sorted(held[head.id], key=lambda one: (one.started_at, arrived(one.id, one.arrival))),
            events=as_logged(events[head.id]),
            surveys=surveys[head.id],
            named_sales=named[head.id],
            loose_sales=loose[visitor],
            visits=visits[visitor],
        )


def read_lone_surveys(connection: Connection, ids: Sequence[int]) -> list[RecordedSurvey]:
    """Read the surveys without a conversation among those between the first and the last of these ids."""
    if not ids:
        return []
    of = t.survey_offer.c
    alone = of.conversation_id.is_(None) & of.id.between(ids[0], ids[-1])
    return _surveys(connection, alone)


def next_conversations(connection: Connection, after: int, limit: int) -> list[int]:
    """Return the ids of the next conversations, ascending."""
    of = t.conversation.c
    query = select(of.id).where(of.id > after).order_by(of.id).limit(limit)
    return ascending(connection.execute(query).scalars().all(), after=after)


def next_lone_surveys(connection: Connection, after: int, limit: int) -> list[int]:
    """Return the ids of the next surveys without a conversation, ascending."""
    of = t.survey_offer.c
    query = select(of.id).where(of.conversation_id.is_(None), of.id > after).order_by(of.id).limit(limit)
    return ascending(connection.execute(query).scalars().all(), after=after)


def arrived(own_id: int, told: int | None) -> int:
    """Return where a row stands in the order of arrival (D35): as its file gave it, else by its id in the high bits."""
    return own_id << 32 if told is None else told


def as_logged(events: Sequence[RecordedEvent]) -> list[RecordedEvent]:
    """Return the states of one log by time; those of one moment by number, and by arrival where they have none."""
    ordered: list[RecordedEvent] = []
    for at in sorted({event.at for event in events}):
        came = sorted((one for one in events if one.at == at), key=lambda one: arrived(one.id, one.arrival))
        numbers = sorted((one.seq, place) for place, one in enumerate(came) if one.seq is not None)
        by_number = [came[place] for _seq, place in numbers]
        ordered += [one if one.seq is None else by_number.pop(0) for one in came]
    return ordered


def _naming(table: Table, low: int, high: int, parts: Sequence[int]) -> ColumnElement[bool]:
    """Choose what names a conversation of a range, or one that became part of one in it."""
    return or_(table.c.conversation_id.between(low, high), table.c.conversation_id.in_(parts))


def _owner(row: RecordedOffer | RecordedSale, world: RecordedSetting) -> int:
    """Return the conversation that counts a survey or a sale: the one it names, or the one that became (D34)."""
    named = _known(row.conversation_id if row.given_on_id is None else row.given_on_id)
    return world.became.get(named, named)


def _surveys_of(
    connection: Connection, world: RecordedSetting, low: int, high: int, parts: Sequence[int]
) -> dict[int, list[RecordedSurvey]]:
    found: dict[int, list[RecordedSurvey]] = defaultdict(list)
    for survey in _surveys(connection, _naming(t.survey_offer, low, high, parts)):
        found[_owner(survey.offer, world)].append(survey)
    return found


def _surveys(connection: Connection, which: ColumnElement[bool]) -> list[RecordedSurvey]:
    offers = _rows(connection, RecordedOffer, _columns(RecordedOffer, t.survey_offer).where(which))
    offers.sort(key=lambda one: arrived(one.id, one.arrival))
    answered = _columns(RecordedAnswer, t.survey_answer).join_from(t.survey_answer, t.survey_offer).where(which)
    answers = _by_first(_rows(connection, RecordedAnswer, answered))
    return [RecordedSurvey(offer=offer, answers={one.question: one for one in answers[offer.id]}) for offer in offers]


def _visitors(
    connection: Connection, world: RecordedSetting, visitors: Iterable[int]
) -> tuple[dict[int, list[RecordedSale]], dict[int, list[tuple[RecordedVisit, Sequence[RecordedEvent]]]]]:
    """Return each visitor's sales that name no conversation, and the conversations they may be credited to."""
    sales: dict[int, list[RecordedSale]] = defaultdict(list)
    visits: dict[int, list[tuple[RecordedVisit, Sequence[RecordedEvent]]]] = defaultdict(list)
    of = t.transaction.c
    loose = _columns(RecordedSale, t.transaction).where(of.conversation_id.is_(None), of.visitor_id.in_(set(visitors)))
    for sale in _rows(connection, RecordedSale, loose):
        sales[_known(sale.visitor_id)].append(sale)
    theirs = t.conversation.c.visitor_id.in_(list(sales))
    logs = _columns(RecordedEvent, t.status_event).join_from(t.status_event, t.conversation).where(theirs)
    events = {visit: as_logged(log) for visit, log in _by_first(_rows(connection, RecordedEvent, logs)).items()}
    for visit in _rows(connection, RecordedVisit, _columns(RecordedVisit, t.conversation).where(theirs)):
        if visit.id not in world.became:
            visits[visit.visitor_id].append((visit, events.get(visit.id, [])))
    return sales, visits


def _known(identifier: int | None) -> int:
    if identifier is None:
        raise AssertionError("asked for by visitor, and yet without one")
    return identifier


def _labels(connection: Connection, low: int, high: int) -> dict[int, dict[str, int | None]]:
    """Return the labels that the rows of conversations name, whatever these are."""
    of = t.conversation.c
    columns = [column for column in of for key in column.foreign_keys if key.column.table is t.label]
    rows = connection.execute(select(of.id, *columns).where(of.id.between(low, high)))
    names = [column.name for column in columns]
    return {own_id: dict(zip(names, own, strict=True)) for own_id, *own in rows}


def _pairs(connection: Connection, table: Table, right: str, low: int, high: int) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    of = table.c
    query = select(of.conversation_id, of[right]).where(of.conversation_id.between(low, high))
    for conversation_id, other in connection.execute(query.order_by(of.conversation_id, of.position, of[right])):
        found[conversation_id].append(other)
    return found


def _columns(kind: type[RecordedColumns], table: Table) -> Select[Any]:
    return select(*(table.c[name] for name in kind._fields))


def _hanging(kind: type[RecordedColumns], table: Table, low: int, high: int) -> Select[Any]:
    """Ask for what hangs on the conversations of a range, in no order."""
    return _columns(kind, table).where(table.c.conversation_id.between(low, high))


def _rows(connection: Connection, kind: type[RecordedColumns], query: Select[Any]) -> list[RecordedColumns]:
    return [kind._make(row) for row in connection.execute(query)]


def _by_first(rows: Iterable[RecordedColumns]) -> dict[int, list[RecordedColumns]]:
    """Sort rows under their first column, keeping their order."""
    found: dict[int, list[RecordedColumns]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(row)
    return found
