"""What the Customer experience report shows: its tiles, the evolution of one, and CSAT by agent, as values."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from ressenti.indicators.catalogue import indicator
from ressenti.indicators.model import Anchor, Answer, Better, Comparison, Grain, Question, Row, Unit, Value
from ressenti.kit.clock import to_us
from ressenti.reports.choice import INDICATORS, Choice
from ressenti.reports.comparison import Change, compare
from ressenti.reports.period import MOST_DAYS, Period, grain_for, midnight

Ask = Callable[[Question], Answer]

FEW_TO_RANK = 10
"""Below this many answers a row stands apart, unranked (D24)."""
MOST_ROWS = 60
"""Rows a ranking opens with, in each of its blocks; the others are one link away."""
ALL_ROWS = 2000
"""Rows a ranking shows at most: what a page can carry. The export has them all."""
LOCK_DAYS = 14
"""Days in which an answer may still come or change after a conversation (D20)."""

_WHERE_DATA_MAY_BE = (
    (Anchor.CLOSED, "conversations"),
    (Anchor.OPENED, "conversations"),
    (Anchor.ANSWERED, "csat"),
    (Anchor.ANSWERED, "nps"),
)


class Standing(StrEnum):
    """Whether there is anything to report on."""

    MEASURED = "measured"
    NOTHING_HERE = "nothing here"
    NOTHING_AT_ALL = "nothing at all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One indicator at a glance. `shape` holds the value of each bucket, for the spark."""

    indicator: str
    unit: Unit
    value: Value
    previous: Value | None
    change: Change | None
    shape: tuple[float | None, ...]
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One bucket of an evolution. `days` are the whole days it covers inside the period, None for parts of a day."""

    start: datetime
    value: Value
    previous: Value | None
    days: Period | None
    is_unfinished: bool = False
    is_future: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Evolution:
    """One indicator over time, with the period before. `total` is the whole period's value."""

    indicator: str
    unit: Unit
    better: Better
    grain: Grain
    total: Value
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedRow:
    """One row of a ranking; `key` is None for what is credited to nobody."""

    key: str | None
    label: str
    value: Value
    change: Change | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """Rows in order of their value; those that rest on too few answers apart, and how many are not shown."""

    indicator: str
    unit: Unit
    total: Value
    ranked: tuple[RankedRow, ...]
    few: tuple[RankedRow, ...]
    hidden_count: int
    adds_up: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """Where there is something, if not in the chosen period: the last month of it, and all of it."""

    anchor: Anchor
    latest: Period
    everything: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The whole page as values. `now` is in microseconds, `as_of` the journal number the figures stand at.

    `may_change_until` is the last day on which late answers can move these figures, None once it is past.
    """

    choice: Choice
    zone: str
    now: int
    as_of: int
    standing: Standing
    tiles: tuple[Tile, ...]
    evolution: Evolution
    ranking: Ranking
    elsewhere: Elsewhere | None
    may_change_until: date | None

    def tile(self, indicator: str) -> Tile:
        """Return the tile of an indicator."""
        return next(tile for tile in self.tiles if tile.indicator == indicator)

    @property
    def is_unfinished(self) -> bool:
        """Say whether the period still runs, and so is compared with as much of the one before (D11)."""
        return midnight(self.choice.period.end, self.zone) > self.now


def prepare(choice: Choice, *, ask: Ask, zone: str, now: int) -> Report:
    """Ask the questions of the page and return its content. `zone` is an IANA name, `now` in microseconds."""
    answers = {key: ask(_question(choice, key, zone, now, grain=_grain(choice))) for key in INDICATORS}
    by_agent = ask(_question(choice, "csat", zone, now, by="agent"))
    has_measures = any(answer.total.n for answer in answers.values())
    elsewhere = None if has_measures else _elsewhere(choice, ask, zone, now)
    return Report(
        choice=choice,
        zone=zone,
        now=now,
        as_of=by_agent.as_of,
        standing=_standing(choice, elsewhere, has_measures=has_measures),
        tiles=tuple(_tile(answer, choice) for answer in answers.values()),
        evolution=_evolution(answers[choice.indicator], choice, now),
        ranking=_ranking(by_agent, ALL_ROWS if choice.is_whole_ranking else MOST_ROWS),
        elsewhere=elsewhere,
        may_change_until=_may_change_until(choice.period, zone, now),
    )


def _question(
    choice: Choice, indicator: str, zone: str, now: int, *, grain: Grain | None = None, by: str | None = None
) -> Question:
    start, end = choice.period.moments(zone)
    return Question(
        indicator=indicator,
        now=now,
        by=by,
        start=start,
        end=end,
        anchor=choice.anchor,
        grain=grain,
        zone=zone,
        where=_where(choice),
        compare=Comparison.PREVIOUS,
    )


def _where(choice: Choice) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return () if choice.agent is None else (("agent", (choice.agent,)),)


def _grain(choice: Choice) -> Grain:
    return choice.grain or grain_for(choice.period.days)


def _tile(answer: Answer, choice: Choice) -> Tile:
    return Tile(
        indicator=answer.indicator,
        unit=answer.unit,
        value=answer.total,
        previous=answer.previous,
        change=compare(answer.total, answer.previous, unit=answer.unit, better=indicator(answer.indicator).better),
        shape=tuple(row.value.value for row in answer.rows),
        is_chosen=answer.indicator == choice.indicator,
    )


def _evolution(answer: Answer, choice: Choice, now: int) -> Evolution:
    return Evolution(
        indicator=answer.indicator,
        unit=answer.unit,
        better=indicator(answer.indicator).better,
        grain=_grain(choice),
        total=answer.total,
        points=_points(answer, _grain(choice), choice.period, now),
    )


def _points(answer: Answer, grain: Grain, period: Period, now: int) -> tuple[Point, ...]:
    starts = [datetime.fromisoformat(row.key) for row in answer.rows if row.key]
    ends = [*map(to_us, starts[1:]), midnight(period.end, answer.zone)]
    next_days = [*(start.date() for start in starts[1:]), period.end]
    return tuple(
        Point(
            start=start,
            value=row.value,
            previous=row.previous,
            days=_days(start.date(), next_day, grain, period),
            is_unfinished=to_us(start) <= now < end,
            is_future=to_us(start) > now,
        )
        for row, start, end, next_day in zip(answer.rows, starts, ends, next_days, strict=True)
    )


def _days(start: date, end: date, grain: Grain, period: Period) -> Period | None:
    """Return the days a bucket covers, cut at the period's ends as its first and last buckets are."""
    if grain in {Grain.HOUR, Grain.THREE_HOURS}:
        return None
    return Period(max(start, period.start), min(end, period.end))


def _ranking(answer: Answer, most: int) -> Ranking:
    better = indicator(answer.indicator).better
    rows = [_ranked_row(row, answer.unit, better) for row in answer.rows if row.value.n]
    ranked = sorted((row for row in rows if row.value.n >= FEW_TO_RANK), key=_rank)
    few = sorted((row for row in rows if row.value.n < FEW_TO_RANK), key=_rank_by_base)
    return Ranking(
        indicator=answer.indicator,
        unit=answer.unit,
        total=answer.total,
        ranked=tuple(ranked[:most]),
        few=tuple(few[:most]),
        hidden_count=len(ranked[most:]) + len(few[most:]),
        adds_up=answer.adds_up,
    )


def _ranked_row(row: Row, unit: Unit, better: Better) -> RankedRow:
    change = compare(row.value, row.previous, unit=unit, better=better)
    return RankedRow(key=row.key, label=row.label, value=row.value, change=change)


def _rank(row: RankedRow) -> tuple[float, int, str]:
    """Order by value, best first; ties by n, then name."""
    return -(row.value.value or 0), -row.value.n, row.label.casefold()


def _rank_by_base(row: RankedRow) -> tuple[int, float, str]:
    """Order what is not ranked by how much there is to it."""
    return -row.value.n, -(row.value.value or 0), row.label.casefold()


def _standing(choice: Choice, elsewhere: Elsewhere | None, *, has_measures: bool) -> Standing:
    if has_measures:
        return Standing.MEASURED
    return Standing.NOTHING_HERE if elsewhere or choice.agent else Standing.NOTHING_AT_ALL


def _elsewhere(choice: Choice, ask: Ask, zone: str, now: int) -> Elsewhere | None:
    """Look where there is something to show, first under the chosen date, then under the others."""
    candidates = sorted(_WHERE_DATA_MAY_BE, key=lambda candidate: candidate[0] is not choice.anchor)
    for anchor, key in candidates:
        months = Question(indicator=key, now=now, anchor=anchor, grain=Grain.MONTH, zone=zone, where=_where(choice))
        starts = [datetime.fromisoformat(row.key).date() for row in ask(months).rows if row.key and _holds(row)]
        if starts:
            return _spread(anchor, starts)
    return None


def _holds(row: Row) -> bool:
    return bool(row.value.n)


def _spread(anchor: Anchor, starts: list[date]) -> Elsewhere:
    """Return the last of these months, and all of them as far as one page can show."""
    end = _next_month(starts[-1])
    earliest = max(starts[0], end - timedelta(days=MOST_DAYS))
    return Elsewhere(anchor=anchor, latest=Period(starts[-1], end), everything=Period(earliest, end))


def _next_month(first: date) -> date:
    return (first.replace(day=1) + timedelta(days=32)).replace(day=1)


def _may_change_until(period: Period, zone: str, now: int) -> date | None:
    until = period.end + timedelta(days=LOCK_DAYS)
    return until if midnight(until, zone) > now else None
