"""Which conversations stand behind a figure: exactly those whose rows it counts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from ressenti.accounts.permissions import ScopeIds
from ressenti.facts.calendar import index_of
from ressenti.facts.engines.engine import Snapshot
from ressenti.facts.engines.sql import Statement
from ressenti.indicators import names as naming
from ressenti.indicators.catalogue import CONVERSATIONS, INDICATORS, indicator
from ressenti.indicators.declaration import CreditedTo
from ressenti.indicators.dimensions import dimension
from ressenti.indicators.model import Anchor, Grain, Question
from ressenti.indicators.names import WITHOUT
from ressenti.indicators.periods import read_date
from ressenti.indicators.query_builder import select_rows
from ressenti.indicators.refusals import NoRatings
from ressenti.indicators.resolve import ResolvedQuestion, resolve
from ressenti.indicators.sql import behind as rows_behind
from ressenti.indicators.sql import condition
from ressenti.indicators.sql import within as kept_to
from ressenti.indicators.visibility import visible_in
from ressenti.record.projects import Project

RATED = {one.key: one.ratings.column for one in INDICATORS.values() if one.ratings}
"""The indicators that are made of ratings, and the column that holds them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Some conversations: a condition on the facts' `conversation`, good in the snapshot it was made in.

    `zone` is the zone whose clock was read, `projects` those spoken of.
    """

    condition: Statement
    zone: str
    projects: tuple[Project, ...]


def behind(
    question: Question,
    facts: Snapshot,
    record: Connection,
    *,
    key: str | None = None,
    bucket: str | None = None,
    ratings: Sequence[int] = (),
) -> Selection:
    """Return the conversations whose rows a row of a question's answer counts.

    The row is named as the answer names it: `key` of the dimension it is broken down by (None: without a value),
    `bucket` the start of a bucket of its grain. `ratings` leaves of an indicator made of ratings only those.
    Raises the refusals of `indicators.refusals` for what cannot be asked, and NoRatings.
    """
    declared = indicator(question.indicator)
    credited = None if declared.credit is CreditedTo.OWN else question.attribution
    resolved = resolve(replace(question, compare=None, attribution=credited), facts, record)
    if ratings and declared.key not in RATED:
        raise NoRatings(indicator=declared.key, known=", ".join(RATED))
    visible = visible_in(facts, record, question.within)
    facts.prepare(select_rows(resolved.indicator, resolved.slice))
    by = resolved.by
    counted = rows_behind(
        resolved.indicator,
        resolved.slice,
        facts.dialect,
        by=None if by is None else (by, naming.ids_of(visible, by, [key or WITHOUT], resolved.projects)),
        bucket=_bucket(resolved, question.grain, bucket),
        ratings=(RATED[declared.key], tuple(ratings)) if ratings else None,
        attribution=credited,
    )
    return Selection(condition=counted, zone=resolved.slice.zone, projects=resolved.projects)


def all_of(question: Question, facts: Snapshot, record: Connection) -> Selection:
    """Return the conversations a question's period and filters admit; open ones only where dated by their opening."""
    resolved = resolve(replace(question, indicator=CONVERSATIONS.key, by=None, grain=None), facts, record)
    return Selection(
        condition=condition(CONVERSATIONS, resolved.slice, facts.dialect),
        zone=resolved.slice.zone,
        projects=resolved.projects,
    )


def everything(question: Question, facts: Snapshot, record: Connection) -> Selection:
    """Return the conversations a question's filters admit, of any date, open or closed."""
    return all_of(replace(question, start=None, end=None, anchor=Anchor.OPENED), facts, record)


def seen(ids: Sequence[int], within: ScopeIds, facts: Snapshot) -> set[int]:
    """Return which of these conversations someone may see who is kept to some (E54)."""
    kept = kept_to([(dimension(name), own) for name, own in within], facts.dialect)
    rows = facts.rows(
        f"SELECT conversation_id FROM conversation WHERE conversation_id IN {facts.dialect.ids} AND {kept.text}",
        [list(ids), *kept.params],
    )
    return {row[0] for row in rows}


def _bucket(resolved: ResolvedQuestion, grain: Grain | None, key: str | None) -> tuple[Grain, int] | None:
    if grain is None or key is None:
        return None
    return grain, index_of(grain, read_date(key, resolved.slice.zone), resolved.slice.zone, resolved.slice.week_start)
