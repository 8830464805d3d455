"""Which conversations are worth reading first, and why? Points that their facts give them, declared once, in SQL."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from ressenti.accounts.permissions import ScopeIds
from ressenti.facts.engines.derived_tables import returns
from ressenti.facts.engines.dialect import Dialect
from ressenti.facts.engines.engine import Engine, Snapshot
from ressenti.facts.engines.sql import Statement
from ressenti.indicators.catalogue import FIRST_RESPONSE_TIME_P90
from ressenti.indicators.declaration import Family, Indicator
from ressenti.indicators.dimensions import CHANNEL
from ressenti.indicators.model import Question
from ressenti.indicators.operational import FCR
from ressenti.indicators.paging import ConversationOrder, ConversationSort
from ressenti.indicators.query_builder import build_query
from ressenti.indicators.resolve import build_context, resolve
from ressenti.kit.clock import DAY, MINUTE, SECOND

LOWEST, LOW, COMMENTED_LOW, COMMENTED, LONG_WAIT, WROTE_TWICE, WROTE_OFTEN = 4, 3, 7, 1, 2, 2, 3
"""The points: a low rating with a comment has more than everything else together can have without one."""

RATED_LOW, DETRACTORS = 2, 6
"""The highest rating that is low, and the highest of a detractor."""
SHORT_US = MINUTE
"""No wait below this is long, however quick the others were."""
WINDOW_US = Question(indicator=FCR.key, now=0).window_s * SECOND
"""Within which a visitor came back: as FCR has it where nothing else is said (domain section 7)."""
WINDOW_DAYS = WINDOW_US // DAY

_LATER = 10_000_000_000
"""What a point weighs, in seconds: more than any date has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingReasons:
    """Why a conversation is worth reading: its ratings where they are low, and `points` for all of it together.

    `wait_us` is its first response where that was long. `earlier` and `later` count the same visitor's conversations
    about the same matter which it came back from, and which came back from it, within the window.
    """

    points: int
    rating: int | None = None
    nps_rating: int | None = None
    has_comment: bool = False
    wait_us: int | None = None
    earlier: int = 0
    later: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingOrder:
    """The order in one snapshot of the facts, with the SQL of what it rests on."""

    facts: Snapshot
    points: str
    is_long: str
    has_comment: str

    @property
    def order(self) -> ConversationOrder:
        """Return it as pages of conversations are asked for: the most points first, of as many the latest."""
        seconds = self.facts.dialect.over.format("coalesce(closed_at, opened_at)", SECOND)
        sort = ConversationSort(place=0, value=f"(({self.points}) * {_LATER} + {seconds})")
        return ConversationOrder(sort=sort, is_descending=True)

    def reasons(self, ids: Sequence[int]) -> dict[int, ReadingReasons]:
        """Return why each of these conversations is worth reading; those without a reason have no points."""
        given = self.facts.rows(
            f"SELECT conversation_id, {self.points},"
            f" CASE WHEN rating <= {RATED_LOW} THEN rating END,"
            f" CASE WHEN nps_rating <= {DETRACTORS} THEN nps_rating END,"
            f" CASE WHEN {self.has_comment} THEN 1 ELSE 0 END, CASE WHEN {self.is_long} THEN first_response_us END"
            f" FROM conversation WHERE conversation_id IN {self.facts.dialect.ids}",
            [list(ids)],
        )
        earlier, later = self._counted("later", ids), self._counted("earlier", ids)
        return {
            own_id: ReadingReasons(
                points=points,
                rating=rating,
                nps_rating=nps_rating,
                has_comment=bool(has_comment),
                wait_us=wait_us,
                earlier=earlier.get(own_id, 0),
                later=later.get(own_id, 0),
            )
            for own_id, points, rating, nps_rating, has_comment, wait_us in given
        }

    def chain(self, own_id: int) -> list[int]:
        """Return the conversations that one came back from, and those that came back from it."""
        found = self.facts.rows(
            "SELECT earlier FROM came_again WHERE later = ? UNION ALL SELECT later FROM came_again WHERE earlier = ?",
            [own_id, own_id],
        )
        return [one for (one,) in found]

    def _counted(self, end: str, ids: Sequence[int]) -> dict[int, int]:
        found = self.facts.rows(
            f"SELECT {end}, count(*) FROM came_again WHERE {end} IN {self.facts.dialect.ids} GROUP BY {end}",
            [list(ids)],
        )
        return dict(found)


def is_of_experience(indicator: Indicator) -> bool:
    """Say whether behind an indicator one looks for what went wrong: ratings, and waits."""
    return indicator.family in {Family.RATINGS, Family.WAITS}


def long_waits(facts: Engine, record: Connection, *, within: ScopeIds, now: int) -> dict[int | None, int]:
    """Return by channel the first response that nine in ten did not exceed, of what somebody may see at any date."""
    question = Question(indicator=FIRST_RESPONSE_TIME_P90.key, now=now, within=within, by=CHANNEL.key)
    with facts.snapshot(FIRST_RESPONSE_TIME_P90.facts) as view:
        resolved = resolve(question, view, record, context=build_context(facts, record))
        counted = resolved.run(build_query(resolved.indicator, resolved.slice, by=resolved.by))
    return {channel: int(wait_us) for channel, _count, wait_us in counted}


def reading_order(waits: dict[int | None, int], condition: Statement, facts: Snapshot) -> ReadingOrder:
    """Return the order by what is worth reading first of conversations that meet a condition, once in a snapshot."""
    only = f" AND visitor_id {facts.dialect.in_laid} (SELECT visitor_id FROM conversation WHERE {condition.text})"
    came_again = returns(facts.dialect, window_us=WINDOW_US, name="came_again", only=only)
    facts.rows(came_again, [*condition.params] * came_again.count(only))
    is_long, has_comment = _is_long(waits, facts.dialect), _has_comment(facts.dialect)
    return ReadingOrder(
        facts=facts, points=_points(is_long, has_comment, facts.dialect), is_long=is_long, has_comment=has_comment
    )


def _points(is_long: str, has_comment: str, dialect: Dialect) -> str:
    is_low = f"rating <= {RATED_LOW} OR nps_rating <= {DETRACTORS}"
    wrote_often, wrote_twice = (_wrote(least, dialect) for least in (2, 1))
    return (
        f"CASE WHEN rating = 1 THEN {LOWEST} WHEN {is_low} THEN {LOW} ELSE 0 END"
        f" + CASE WHEN ({is_low}) AND {has_comment} THEN {COMMENTED_LOW} WHEN {has_comment} THEN {COMMENTED} ELSE 0 END"
        f" + CASE WHEN {is_long} THEN {LONG_WAIT} ELSE 0 END"
        f" + CASE WHEN {wrote_often} THEN {WROTE_OFTEN} WHEN {wrote_twice} THEN {WROTE_TWICE} ELSE 0 END"
    )


def _has_comment(dialect: Dialect) -> str:
    commented = "SELECT conversation_id FROM answer WHERE has_comment AND conversation_id IS NOT NULL"
    return f"conversation_id {dialect.in_laid} ({commented})"


def _is_long(waits: dict[int | None, int], dialect: Dialect) -> str:
    of_channels = [
        f"({'channel_id IS NULL' if channel is None else f'channel_id = {channel}'}"
        f" AND first_response_us > {wait_us} AND first_response_us >= {SHORT_US})"
        for channel, wait_us in sorted(waits.items(), key=lambda one: one[0] or 0)
    ]
    return f"({' OR '.join(of_channels)})" if of_channels else dialect.false


def _wrote(least: int, dialect: Dialect) -> str:
    """Return the condition that a visitor came back so often, at least, before a conversation or after it."""
    ends = (
        f"conversation_id {dialect.in_laid} (SELECT {end} FROM came_again GROUP BY {end} HAVING count(*) >= {least})"
        for end in ("later", "earlier")
    )
    return f"({' OR '.join(ends)})"
