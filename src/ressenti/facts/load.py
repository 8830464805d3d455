"""Read conversations out of the record, whole, in the shape that `derive` takes."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Select, func, select

from ressenti.facts.close import closure_of
from ressenti.facts.model import (
    Conversation,
    Handling,
    MeasurementSettings,
    Membership,
    Message,
    StatusEvent,
    SurveyOffer,
    Transaction,
)
from ressenti.facts.sale_attribution import attributed_conversation
from ressenti.facts.schema import CONVERSATION_LABELS
from ressenti.kit.iteration import batched
from ressenti.record import tables as t
from ressenti.record.arrival import arrival
from ressenti.record.projects import Project
from ressenti.record.survey_offers import offering

BATCH = 5_000


def load_setting(connection: Connection, project: Project) -> MeasurementSettings:
    """Return what measuring needs to know of the project and its people."""
    people = select(t.respondent.c.id, t.respondent.c.kind).join(t.source).where(t.source.c.project_id == project.id)
    kinds = {row.id: row.kind for row in connection.execute(people.where(t.respondent.c.kind.is_not(None)))}
    memberships: dict[int, list[Membership]] = defaultdict(list)
    of = t.membership.c
    query = select(of.respondent_id, of.group_id, of.from_at, of.until_at).order_by(of.id)
    for who, *rest in connection.execute(query.join(t.agent_group).where(t.agent_group.c.project_id == project.id)):
        memberships[who].append(Membership(*rest))
    return MeasurementSettings(
        project_id=project.id,
        currency=project.currency,
        satisfied=project.satisfied,
        kinds=kinds,
        memberships={who: tuple(groups) for who, groups in memberships.items()},
        offering=offering(connection, project.id),
    )


def load_all(connection: Connection, project: Project) -> Iterator[list[Conversation]]:
    """Return every conversation of a project, in batches, in the order of their ids; merged ones are none (D34)."""
    last = 0
    of = t.conversation.c
    is_own = of.merged_into_id.is_(None)
    ids = select(of.id).where(of.project_id == project.id, is_own).order_by(of.id).limit(BATCH)
    while found := list(connection.execute(ids.where(of.id > last)).scalars()):
        last = found[-1]
        yield _load(connection, project, _between(found[0], last))


def load_some(connection: Connection, project: Project, ids: Sequence[int]) -> list[Conversation]:
    """Return the conversations with these ids that are still there, and were not merged into others."""
    return [one for part in batched(sorted(ids), BATCH) for one in _load(connection, project, _among(part))]


def load_offers(
    connection: Connection, project: Project, ids: Sequence[int] | None = None
) -> Iterator[list[SurveyOffer]]:
    """Return the surveys without a conversation, all of them or those with these ids, in batches."""
    of = t.survey_offer.c
    alone = select(of.id).where(of.project_id == project.id, of.conversation_id.is_(None)).order_by(of.id)
    wanted = list(connection.execute(alone).scalars()) if ids is None else sorted(ids)
    for part in batched(wanted, BATCH):
        scope = _between(part[0], part[-1]) if ids is None else _among(part)
        found = _offers(connection, scope(of.id) & of.conversation_id.is_(None) & (of.project_id == project.id))
        yield [offer for _conversation, offer in found]


RowScope = Callable[[ColumnElement[int] | Column[int]], ColumnElement[bool]]
"""Which conversations to read, as a condition on the column that names them."""


def _between(first: int, last: int) -> RowScope:
    return lambda column: column.between(first, last)


def _among(ids: Collection[int]) -> RowScope:
    return lambda column: column.in_(ids)


def _load(connection: Connection, project: Project, scope: RowScope) -> list[Conversation]:
    of = t.conversation.c
    query = select(
        of.id,
        of.opened_at,
        of.source_id,
        of.closed_at,
        of.resolved_at,
        of.first_response_at,
        of.first_response_us,
        of.resolution_us,
        of.rule_id,
        of.distribution_group_id,
        of.visitor_id,
        of.automation,
        of.is_spam,
    )
    names = list(query.selected_columns.keys())
    query = query.add_columns(*(of[f"{label}_id"] for label in CONVERSATION_LABELS))
    query = query.where(scope(of.id), of.project_id == project.id, of.merged_into_id.is_(None))
    rows = list(connection.execute(query.order_by(of.id)))
    respondents, groups, tags = (
        _paired(connection, table, scope)
        for table in (t.conversation_respondent, t.conversation_group, t.conversation_tag)
    )
    messages, handlings = _messages(connection, scope), _handlings(connection, scope)
    events = _events(connection, scope)
    offers: dict[int, list[SurveyOffer]] = defaultdict(list)
    for conversation_id, offer in _offers(connection, scope(t.survey_offer.c.conversation_id)):
        offers[conversation_id].append(offer)
    sales = _transactions(connection, project, scope, {row.visitor_id for row in rows if row.visitor_id})
    return [
        Conversation(
            **dict(zip(names, row, strict=False)),
            labels=tuple(row[len(names) :]),
            respondents=respondents.get(row.id, ()),
            groups=groups.get(row.id, ()),
            tags=tags.get(row.id, ()),
            messages=tuple(messages.get(row.id, ())),
            handlings=tuple(handlings.get(row.id, ())),
            events=tuple(events.get(row.id, ())),
            offers=tuple(offers.get(row.id, ())),
            transactions=tuple(sales.get(row.id, ())),
        )
        for row in rows
    ]


def _paired(connection: Connection, table: Any, scope: RowScope) -> dict[int, tuple[int, ...]]:
    conversation_id, other = table.primary_key
    query = select(conversation_id, other).where(scope(conversation_id)).order_by(conversation_id, table.c.position)
    found: dict[int, tuple[int, ...]] = {}
    for left, right in connection.execute(query):
        found[left] = (*found.get(left, ()), right)
    return found


def _gathered(connection: Connection, query: Select[Any], make: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for conversation_id, *rest in connection.execute(query):
        found[conversation_id].append(make(rest))
    return found


def _messages(connection: Connection, scope: RowScope) -> dict[int, list[Message]]:
    of = t.message.c
    columns = (of.created_at, of.author_role, of.respondent_id, of.is_automatic, of.is_internal)
    query = select(of.conversation_id, *columns).where(scope(of.conversation_id))
    return _gathered(connection, query.order_by(of.conversation_id, of.created_at, arrival(t.message)), Message._make)


def _handlings(connection: Connection, scope: RowScope) -> dict[int, list[Handling]]:
    of = t.handling.c
    columns = (of.respondent_id, of.started_at, of.ended_at, of.ended_by)
    places = (of.group_id, of.rule_id, of.distribution_group_id)
    query = select(of.conversation_id, *columns, *places).where(scope(of.conversation_id))
    order = (of.conversation_id, of.started_at, arrival(t.handling))
    return _gathered(connection, query.order_by(*order), Handling._make)


def _events(connection: Connection, scope: RowScope) -> dict[int, list[StatusEvent]]:
    of = t.status_event.c
    query = select(of.conversation_id, of.at, of.state, of.seq).where(scope(of.conversation_id))
    order = (of.conversation_id, of.at, arrival(t.status_event))
    return _gathered(connection, query.order_by(*order), StatusEvent._make)


def _offers(connection: Connection, condition: ColumnElement[bool]) -> list[tuple[int, SurveyOffer]]:
    of, answer = t.survey_offer.c, t.survey_answer.c
    told = (of.offered_at, of.answered_at, of.survey_id, of.language_id)
    itself = (of.source_id, of.channel_id, of.respondent_id, of.group_id)
    offers = select(of.id, of.conversation_id, *itself, *told)
    notes = select(answer.offer_id, answer.question, answer.value, answer.scale, answer.text).join(t.survey_offer)
    given: dict[int, dict[str, Any]] = defaultdict(dict)
    for offer_id, question, value, scale, text in connection.execute(notes.where(condition)):
        given[offer_id] |= _answer(question, value, scale, text)
    return [
        (
            conversation_id,
            SurveyOffer(
                offer_id,
                *rest,
                **given.get(offer_id, {})
                | {
                    "source_id": source_id,
                    "channel_id": channel_id,
                    "respondent_id": respondent_id,
                    "group_id": group_id,
                },
            ),
        )
        for offer_id, conversation_id, source_id, channel_id, respondent_id, group_id, *rest in connection.execute(
            offers.where(condition).order_by(arrival(t.survey_offer))
        )
    ]


def _answer(question: str, value: int | None, scale: str | None, text: str | None) -> dict[str, Any]:
    match question:
        case "csat":
            return {"csat": value, "csat_scale": scale}
        case "comment":
            return {"has_comment": bool(text and text.strip())}
        case "resolved":
            return {"is_resolved": bool(value)}
        case _:
            return {question: value}


def _transactions(
    connection: Connection, project: Project, scope: RowScope, visitors: set[int]
) -> dict[int, list[Transaction]]:
    """Return the sales of the conversations: those that name one, and those of their visitors credited to it (D16)."""
    of = t.transaction.c
    columns = (of.id, of.at, of.amount_millionths, of.currency)
    named = select(of.conversation_id, *columns).where(scope(of.conversation_id))
    found: dict[int, list[Transaction]] = _gathered(
        connection, named.order_by(of.at, arrival(t.transaction)), Transaction._make
    )
    loose = select(of.visitor_id, *columns).where(of.conversation_id.is_(None), of.visitor_id.is_not(None))
    if not visitors or connection.execute(select(func.count()).select_from(loose.limit(1).subquery())).scalar() == 0:
        return found
    for part in batched(visitors, BATCH):
        sales = list(connection.execute(loose.where(of.visitor_id.in_(part)).order_by(of.at, arrival(t.transaction))))
        dated = _dated(connection, project, {visitor for visitor, *_rest in sales})
        for visitor, *rest in sales:
            sale = Transaction._make(rest)
            owner = attributed_conversation(sale.at, dated[visitor], project.sale_window_us)
            if owner is not None:
                found[owner].append(sale)
    return found


def _dated(
    connection: Connection, project: Project, visitors: Collection[int]
) -> dict[int, list[tuple[int, int, int | None]]]:
    """Return (conversation, opened, closed) of all conversations of these visitors, in the order they were begun."""
    of = t.conversation.c
    columns = (of.visitor_id, of.id, of.opened_at, of.closed_at, of.resolved_at)
    query = select(*columns).where(
        of.visitor_id.in_(visitors), of.project_id == project.id, of.merged_into_id.is_(None)
    )
    rows = list(connection.execute(query.order_by(of.visitor_id, of.opened_at, arrival(t.conversation))))
    events = _events(connection, _among([row[1] for row in rows]))
    found: dict[int, list[tuple[int, int, int | None]]] = defaultdict(list)
    for visitor, conversation_id, opened_at, closed_at, resolved_at in rows:
        log = tuple(events.get(conversation_id, ()))
        one = Conversation(
            id=conversation_id, opened_at=opened_at, closed_at=closed_at, resolved_at=resolved_at, events=log
        )
        found[visitor].append((conversation_id, opened_at, closure_of(one).closed_at))
    return found
