"""What does the record hold that no write of ours leaves behind? Looked for in all rows, for whoever verifies it."""

import unicodedata
from collections.abc import Collection, Iterator
from typing import NamedTuple

from sqlalchemy import Connection, and_, func, select
from sqlalchemy.orm import aliased

from ressenti.record import tables as t

_KEYS = (
    t.label.c.key,
    t.agent_group.c.key,
    t.respondent.c.external_id,
    t.visitor.c.external_id,
    t.conversation.c.external_id,
    t.message.c.external_id,
    t.survey_offer.c.external_id,
    t.transaction.c.external_id,
)


class JournalEnd(NamedTuple):
    """A project whose journal does not end at the number that the project states."""

    project: str
    stated: int
    last: int


class JournalGap(NamedTuple):
    """How many entries of a project's journal have no entry before them, and the number of the first of these."""

    project: str
    gap_count: int
    number: int


class RatingGroup(NamedTuple):
    """How many answers to a question are the same rating on the same scale, as the record writes scales."""

    question: str
    scale: str | None
    value: int
    given_count: int


class OrphanAnswers(NamedTuple):
    """How many answers belong to no survey, and the ids of some surveys that they name."""

    answer_count: int
    offers: list[int]


def wrong_journal_ends(connection: Connection) -> list[JournalEnd]:
    """Return the projects whose journal ends at another number than the project states, by key."""
    of, entry = t.project.c, t.journal.c
    last = select(func.coalesce(func.max(entry.seq), 0)).where(entry.project_id == of.id).scalar_subquery()
    query = select(of.key, of.journal_seq, last).where(of.journal_seq != last).order_by(of.key)
    return [JournalEnd._make(row) for row in connection.execute(query)]


def journal_gaps(connection: Connection) -> list[JournalGap]:
    """Return the projects whose journal has numbers without the one before them, by key."""
    entry, before = t.journal.c, aliased(t.journal).c
    is_next = and_(before.project_id == entry.project_id, before.seq == entry.seq - 1)
    alone = ~select(before.seq).where(is_next).exists()
    gaps = select(t.project.c.key, func.count(), func.min(entry.seq)).join_from(t.journal, t.project)
    gaps = gaps.where(entry.seq != 1, alone).group_by(t.project.c.key).order_by(t.project.c.key)
    return [JournalGap._make(row) for row in connection.execute(gaps)]


def rating_groups(connection: Connection) -> list[RatingGroup]:
    """Return the ratings there are, each with how often it was given."""
    of = t.survey_answer.c
    query = select(of.question, of.scale, of.value, func.count()).where(of.value.is_not(None))
    return [RatingGroup._make(row) for row in connection.execute(query.group_by(of.question, of.scale, of.value))]


def surveys_with(connection: Connection, rating: RatingGroup, *, limit: int) -> list[str]:
    """Return what their sources call the first surveys in which a rating was given."""
    of, offer = t.survey_answer.c, t.survey_offer.c
    is_it = and_(of.question == rating.question, of.scale.is_not_distinct_from(rating.scale), of.value == rating.value)
    query = select(offer.external_id).join_from(t.survey_offer, t.survey_answer).where(is_it).order_by(offer.id)
    return list(connection.execute(query.limit(limit)).scalars())


def orphan_answers(connection: Connection, *, limit: int) -> OrphanAnswers:
    """Return how many answers belong to no survey, with at most so many of the surveys that they name."""
    of = t.survey_answer.c
    lost = ~select(t.survey_offer.c.id).where(t.survey_offer.c.id == of.offer_id).exists()
    count = connection.execute(select(func.count()).select_from(t.survey_answer).where(lost)).scalar_one()
    offers = connection.execute(select(of.offer_id).where(lost).distinct().order_by(of.offer_id).limit(limit))
    return OrphanAnswers(count, list(offers.scalars()))


def keys_in_another_form(connection: Connection) -> Iterator[str]:
    """Yield the currencies, names and ids of which two spellings could be one (D43)."""
    codes = t.transaction.c.currency
    currencies = select(codes).where(codes != func.upper(codes)).distinct()
    yield from (code for code in connection.execute(currencies).scalars() if code is not None)
    for column in _KEYS:
        suspects = connection.execute(select(column).where(column.op("GLOB")("*[^!-~]*"))).scalars()
        yield from (key for key in suspects if key != unicodedata.normalize("NFC", key.strip()))


def conversation_keys(connection: Connection, ids: Collection[int]) -> list[str]:
    """Return what their sources call these conversations, in the order of their ids."""
    of = t.conversation.c
    return list(connection.execute(select(of.external_id).where(of.id.in_(ids)).order_by(of.id)).scalars())
