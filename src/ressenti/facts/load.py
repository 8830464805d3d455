"""Read conversations out of the record, whole, in the shape that `derive` takes."""

from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import Connection

from ressenti.facts.close import closure_of
from ressenti.facts.model import Conversation, MeasurementSettings
from ressenti.facts.sale_attribution import attributed_conversation
from ressenti.facts.schema import MEASURED_LABELS
from ressenti.kit.iteration import batched
from ressenti.record import (
    conversations,
    handlings,
    messages,
    respondents,
    status_events,
    survey_answers,
    surveys,
    transactions,
)
from ressenti.record.projects import Project
from ressenti.record.rows import RowScope, among, between
from ressenti.record.survey_answers import SurveyOffer
from ressenti.record.survey_offers import offering
from ressenti.record.transactions import Transaction

BATCH = 5_000


def load_setting(connection: Connection, project: Project) -> MeasurementSettings:
    """Return what measuring needs to know of the project and its people."""
    memberships = respondents.memberships(connection, project.id)
    return MeasurementSettings(
        project_id=project.id,
        currency=project.currency,
        satisfied=project.satisfied,
        kinds=respondents.declared_kinds(connection, project.id),
        memberships={respondent: tuple(times) for respondent, times in memberships.items()},
        offering=offering(connection, project.id),
    )


def load_all(connection: Connection, project: Project) -> Iterator[list[Conversation]]:
    """Return every conversation of a project, in batches, in the order of their ids; merged ones are none (D34)."""
    last = 0
    while ids := conversations.next_own_ids(connection, project.id, after=last, limit=BATCH):
        last = ids[-1]
        yield _load(connection, project, between(ids[0], last))


def load_some(connection: Connection, project: Project, ids: Sequence[int]) -> list[Conversation]:
    """Return the conversations with these ids that are still there, and were not merged into others."""
    return [
        conversation for part in batched(sorted(ids), BATCH) for conversation in _load(connection, project, among(part))
    ]


def load_offers(
    connection: Connection, project: Project, ids: Sequence[int] | None = None
) -> Iterator[list[SurveyOffer]]:
    """Return the surveys without a conversation, all of them or those with these ids, in batches."""
    selected = surveys.lone_ids(connection, project.id) if ids is None else ids
    for part in batched(sorted(selected), BATCH):
        scope = between(part[0], part[-1]) if ids is None else among(part)
        yield survey_answers.without_conversation(connection, project.id, scope)


def _load(connection: Connection, project: Project, scope: RowScope) -> list[Conversation]:
    headers = conversations.headers(connection, project.id, scope, MEASURED_LABELS)
    listed = conversations.respondents(connection, scope)
    groups = conversations.groups(connection, scope)
    tags = conversations.tags(connection, scope)
    written = messages.by_conversation(connection, scope)
    held = handlings.by_conversation(connection, scope)
    events = status_events.by_conversation(connection, scope)
    offers = survey_answers.by_conversation(connection, scope)
    sales = _sales(connection, project, scope, {header.visitor_id for header in headers if header.visitor_id})
    return [
        Conversation(
            id=header.id,
            opened_at=header.opened_at,
            source_id=header.source_id,
            closed_at=header.closed_at,
            resolved_at=header.resolved_at,
            first_response_at=header.first_response_at,
            first_response_us=header.first_response_us,
            resolution_us=header.resolution_us,
            rule_id=header.rule_id,
            distribution_group_id=header.distribution_group_id,
            labels=header.labels,
            visitor_id=header.visitor_id,
            automation=header.automation,
            is_spam=header.is_spam,
            respondents=listed.get(header.id, ()),
            groups=groups.get(header.id, ()),
            tags=tags.get(header.id, ()),
            messages=tuple(written.get(header.id, ())),
            handlings=tuple(held.get(header.id, ())),
            events=tuple(events.get(header.id, ())),
            offers=tuple(offers.get(header.id, ())),
            transactions=tuple(sales.get(header.id, ())),
        )
        for header in headers
    ]


def _sales(
    connection: Connection, project: Project, scope: RowScope, visitors: set[int]
) -> dict[int, list[Transaction]]:
    """Return the sales of the conversations: those that name one, and those of their visitors credited to it (D16)."""
    sales = transactions.by_conversation(connection, scope)
    if not visitors or not transactions.has_loose(connection):
        return sales
    for part in batched(visitors, BATCH):
        loose = transactions.loose_by_visitor(connection, part)
        dated = _dated(connection, project, loose)
        for visitor, own in loose.items():
            for sale in own:
                owner = attributed_conversation(sale.at, dated.get(visitor, ()), project.sale_window_us)
                if owner is not None:
                    sales[owner].append(sale)
    return sales


def _dated(
    connection: Connection, project: Project, visitors: Collection[int]
) -> dict[int, list[tuple[int, int, int | None]]]:
    """Return (conversation, opened, closed) of all conversations of these visitors, in the order they were begun."""
    spans = conversations.spans_by_visitor(connection, project.id, visitors)
    ids = [span.id for own in spans.values() for span in own]
    events = status_events.by_conversation(connection, among(ids))
    dated: dict[int, list[tuple[int, int, int | None]]] = {}
    for visitor, own in spans.items():
        logged = (Conversation(**span._asdict(), events=tuple(events.get(span.id, ()))) for span in own)
        dated[visitor] = [(each.id, each.opened_at, closure_of(each).closed_at) for each in logged]
    return dated
