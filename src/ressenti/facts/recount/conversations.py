"""What should the facts be? Every row of them counted a second time from the record, slowly and by the definitions.

Shares no rule with `derive`: two people wrote the definitions down separately, and `verify` compares.
"""

from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection

from ressenti.facts.recount import close as closings
from ressenti.facts.recount import handlings, surveys
from ressenti.facts.recount import respondents as people
from ressenti.facts.recount.handlings import RecountedHandling, not_negative
from ressenti.facts.recount.record import (
    RecordedCase,
    RecordedEvent,
    RecordedSale,
    RecordedSetting,
    RecordedSurvey,
    RecordedVisit,
    arrived,
    read_cases,
    read_lone_surveys,
)
from ressenti.facts.recount.respondents import RecountedTurn, distinct
from ressenti.facts.recount.surveys import RecountedValues
from ressenti.facts.schema import TABLES
from ressenti.record.projects import Project

_IN_ORDER: dict[str, Callable[[RecountedValues], tuple[Any, ...]]] = {
    table: itemgetter(*(column.name for column in columns)) for table, columns in TABLES.items()
}

Recounted = dict[str, list[RecountedValues]]
"""The rows of one conversation or lone survey, by table."""


def recount_conversations(
    connection: Connection, world: RecordedSetting, ids: Sequence[int]
) -> Iterator[tuple[RecordedCase, Recounted]]:
    """Recount the conversations whose ids are given: ascending, and all there are between the first and the last."""
    for case in read_cases(connection, world, ids):
        yield case, recount(case, world)


def recount_lone_surveys(
    connection: Connection, world: RecordedSetting, ids: Sequence[int]
) -> Iterator[tuple[RecordedSurvey, RecountedValues]]:
    """Recount the surveys without a conversation whose ids are given, likewise."""
    for survey in read_lone_surveys(connection, ids):
        yield survey, surveys.lone_row(survey, world)


def recount(case: RecordedCase, world: RecordedSetting) -> Recounted:
    """Return all rows of one conversation."""
    turns = people.turns(case.messages, world)
    stretches = handlings.stretches(case, turns, closed_at(case))
    sales = _sale_rows(case, turns, world.projects[case.head.project_id])
    about = about_conversation(case, turns, stretches, world) | {"opened_at": case.head.opened_at}
    about |= {"closed_at": closed_at(case), "answered_at": surveys.last_answered_at(case.surveys)}
    return {
        "conversation": [about | _own_row(case, turns, world) | _sold(sales)],
        "handling": [about | one for one in _handling_rows(turns, stretches, about, world)],
        "answer": [about | surveys.answer_row(one, about["language_id"], world) for one in case.surveys],
        "sale": [about | one for one in sales],
    }


def columns_of(table: str, row: RecountedValues) -> tuple[Any, ...]:
    """Return a row's values in the order of the table's columns."""
    return _IN_ORDER[table](row)


# What is known of the conversation


def about_conversation(
    case: RecordedCase, turns: Sequence[RecountedTurn], stretches: Sequence[RecountedHandling], world: RecordedSetting
) -> RecountedValues:
    """Return the columns that every row of a conversation repeats."""
    head = case.head
    credited = people.respondents(case, turns)
    return {
        "conversation_id": head.id,
        "project_id": head.project_id,
        "is_counted": not head.is_spam,
        **case.labels,
        "automation": people.automation(case, turns, world),
        "tag_ids": distinct(case.tags),
        "rule_ids": distinct([head.rule_id, *(one.rule_id for one in stretches)]),
        "distribution_group_ids": distinct(
            [head.distribution_group_id, *(one.distribution_group_id for one in stretches)]
        ),
        "group_ids": distinct([*case.groups, *(one.group_id for one in stretches)])
        or people.groups_of_writers(case, turns, world),
        "respondent_ids": credited,
        "involved_ids": distinct([*credited, *(one.respondent_id for one in stretches)]),
        "closer_id": closer(case, turns, stretches),
        "last_respondent_id": people.last_respondent(case, turns),
        "first_respondent_id": people.first_respondent(case, turns),
        "survey_ids": distinct(one.offer.survey_id for one in case.surveys),
        "rating": surveys.last_rating([(one, surveys.on_five(one)) for one in case.surveys]),
        "nps_rating": surveys.last_rating([(one, surveys.rating(one, "nps")) for one in case.surveys]),
    }


def closed_at(case: RecordedCase) -> int | None:
    """Return when it closed (D2)."""
    return closings.closed_at(case.head.closed_at, case.head.resolved_at, case.events)


def closer(case: RecordedCase, turns: Sequence[RecountedTurn], stretches: Sequence[RecountedHandling]) -> int | None:
    """Return who closed it and wrote in it; else the last person who wrote; else the last who wrote (E18)."""
    last = stretches[-1] if stretches else None
    if last and last.ended_by == "closed" and last.respondent_id in people.respondents(case, turns):
        return last.respondent_id
    person = people.last_person(turns)
    return people.last_respondent(case, turns) if person is None else person


# Its own row


def _own_row(case: RecordedCase, turns: Sequence[RecountedTurn], world: RecordedSetting) -> RecountedValues:
    return {
        "visitor_id": case.head.visitor_id,
        "first_response_us": first_response(case, turns),
        "first_responder_id": people.first_responder(case, turns, world),
        "resolution_us": resolution(case, turns),
        "is_answered": is_answered(case, turns, world),
        "is_offered": surveys.is_offered(case, world),
    }


def first_response(case: RecordedCase, turns: Sequence[RecountedTurn]) -> int | None:
    """Return first visitor message to first human answer (D7); what the source measured, where no message is known."""
    head = case.head
    if case.messages:
        answer = people.first_answer(turns)
        return answer.at - people.by_visitor(turns)[0].at if answer else None
    if head.first_response_us is not None:
        return head.first_response_us
    return None if head.first_response_at is None else not_negative(head.first_response_at - head.opened_at)


def is_answered(case: RecordedCase, turns: Sequence[RecountedTurn], world: RecordedSetting) -> bool:
    """Say whether a person answered; without messages, whether an answer was measured or a person is listed."""
    if case.messages:
        return people.first_answer(turns) is not None
    return first_response(case, turns) is not None or people.first_responder(case, turns, world) is not None


def resolution(case: RecordedCase, turns: Sequence[RecountedTurn]) -> int | None:
    """Return first visitor message to resolution (D8), of a closed conversation."""
    end = closings.resolution_ended_at(case.head.closed_at, case.head.resolved_at, case.events)
    if end is None:
        return None
    if not case.messages and case.head.resolution_us is not None:
        return case.head.resolution_us
    starts = [turn.at for turn in people.by_visitor(turns)] if case.messages else [case.head.opened_at]
    return not_negative(end - starts[0]) if starts else None


# Handlings


def _handling_rows(
    turns: Sequence[RecountedTurn],
    stretches: Sequence[RecountedHandling],
    about: RecountedValues,
    world: RecordedSetting,
) -> Iterator[RecountedValues]:
    answers, spoken = handlings.replies(turns, stretches), handlings.spoken_in(turns, stretches)
    for place, handling in enumerate(stretches):
        waits = [reply.wait_us for reply in answers if reply.stretch == place]
        yield {
            "handling_id": place,
            "respondent_id": handling.respondent_id,
            "rule_ids": about["rule_ids"] if handling.rule_id is None else (handling.rule_id,),
            "distribution_group_ids": about["distribution_group_ids"]
            if handling.distribution_group_id is None
            else (handling.distribution_group_id,),
            "group_ids": _groups_of_handling(handling, about, world),
            "is_human": handlings.is_person(handling.respondent_id, turns, world),
            "started_at": handling.started_at,
            "ended_at": handling.ended_at,
            "handling_us": None if handling.ended_at is None else not_negative(handling.ended_at - handling.started_at),
            "first_message_response_us": waits[0] if waits else None,
            "reply_count": len(waits),
            "reply_wait_us": sum(waits),
            "closing_delay_us": handlings.closing_delay(handling, turns),
            "is_unanswered": handlings.is_unanswered(handling, turns, has_spoken=place in spoken),
        }


def _groups_of_handling(one: RecountedHandling, about: RecountedValues, world: RecordedSetting) -> tuple[int, ...]:
    if one.group_id is not None:
        return (one.group_id,)
    own = people.groups_at(world.memberships.get(one.respondent_id, ()), one.started_at)
    conversations: tuple[int, ...] = about["group_ids"]
    return own or conversations


# Sales


def _sale_rows(case: RecordedCase, turns: Sequence[RecountedTurn], project: Project) -> list[RecountedValues]:
    """Return the sales credited to a conversation (D16), by time."""
    loose = [sale for sale in case.loose_sales if credited(sale, case.visits, project.sale_window_us) == case.head.id]
    sales = [sale for sale in [*case.named_sales, *loose] if sale.currency in {None, project.currency}]
    return [
        {
            "transaction_id": sale.id,
            "amount_millionths": sale.amount_millionths,
            "seller_id": people.seller(case, turns, sale.at),
        }
        for sale in sorted(sales, key=lambda sale: (sale.at, arrived(sale.id, sale.arrival)))
    ]


def credited(
    sale: RecordedSale, visits: Sequence[tuple[RecordedVisit, Sequence[RecordedEvent]]], window_us: int
) -> int | None:
    """Return the visitor's last conversation begun by then which is open at the sale or closed shortly before (D16)."""
    begun = [
        (visit, closings.closed_at(visit.closed_at, visit.resolved_at, log))
        for visit, log in visits
        if visit.opened_at <= sale.at
    ]
    near = [
        (visit.opened_at, arrived(visit.id, visit.arrival), visit.id)
        for visit, closed in begun
        if closed is None or sale.at <= closed + window_us
    ]
    return max(near)[-1] if near else None


def _sold(sales: Sequence[RecountedValues]) -> RecountedValues:
    sold = [one for one in sales if one["amount_millionths"] >= 0]  # the others are refunds (E49)
    return {"sale_count": len(sold), "seller_ids": distinct(one["seller_id"] for one in sold)}
