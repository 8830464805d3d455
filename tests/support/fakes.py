"""Answers as a station below would give them: believable ones, and the awkward ones a page must bear."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from math import sin, sqrt
from zoneinfo import ZoneInfo

from ressenti.indicators.catalogue import INDICATORS, indicator
from ressenti.indicators.dimensions import DIMENSIONS, dimension
from ressenti.indicators.intervals import net_interval
from ressenti.indicators.measures import Distribution, Mean, Median, Net, Share, share_of_rating
from ressenti.indicators.model import Answer, Grain, Question, Row, Unit, Value
from ressenti.indicators.significance import p_of_net_scores, p_of_shares
from ressenti.kit.clock import from_us, to_us

Z = 1.959963984540054
NOW = to_us(datetime(2026, 11, 21, 17, 42, tzinfo=UTC))
TODAY = date(2026, 11, 21)

Rows = Sequence[tuple[str | None, str, int, int, float]]
"""Rows of a dimension: key, label, how many, how many of them satisfied, and the share in the period before."""

AGENTS: Rows = (
    ("ines", "Inès Benali", 428, 389, 88.5),
    ("julien", "Julien Perrot", 419, 375, 88.4),
    ("hannah", "Hannah Okafor", 340, 302, 88.6),
    ("priya", "Priya Raman", 472, 415, 84.7),
    ("camille", "Camille Laurent", 344, 300, 81.0),
    ("tom", "Tom Whitfield", 315, 271, 85.8),
    ("sofia", "Sofia Lindqvist", 270, 230, 85.0),
    ("theo", "Théo Marchand", 375, 316, 77.9),
    ("aisha", "Aisha Karim", 300, 249, 84.6),
    ("marek", "Marek Nowak", 326, 265, 79.2),
    ("bot", "Assistant", 1598, 1286, 80.1),
    ("gone", "Removed user", 72, 57, 82.1),
    (None, "none", 41, 31, 74.0),
    ("elodie", "Élodie Vasseur", 7, 6, 80.0),
    ("ben", "Ben Carter", 3, 3, 66.0),
    ("chloe", "Chloé Dubreuil", 1, 0, 100.0),
)


CHANNELS: Rows = (
    ("Chat", "Chat", 2400, 2040, 84.0),
    ("E-mail", "E-mail", 1200, 972, 82.0),
    (None, "none", 142, 120, 83.0),
)


def wilson(good: int, n: int) -> Value:
    """Return a share with its 95 % interval."""
    if not n:
        return Value(None, 0)
    p, zz = good / n, Z * Z
    middle, half = p + zz / (2 * n), Z * sqrt(p * (1 - p) / n + zz / (4 * n * n))
    return Value(
        100 * p, n, 100 * max(0.0, (middle - half) / (1 + zz / n)), 100 * min(1.0, (middle + half) / (1 + zz / n))
    )


def nps(promoters: int, passives: int, detractors: int) -> Value:
    """Return a net score with its interval."""
    n = promoters + passives + detractors
    if not n:
        return Value(None, 0)
    return Value(100 * (promoters - detractors) / n, n, *net_interval(promoters, detractors, n))


def _wave(i: int, seed: int) -> float:
    """Return a number between -1 and 1 that looks unplanned and is always the same."""
    return sin(i * 12.9898 + seed * 78.233) * 0.6 + sin(i * 0.7 + seed) * 0.4


def csat_story(i: int) -> Value:
    """Tell of a month around 84 % with one bad Saturday."""
    n = int(135 + 35 * _wave(i, 1))
    share = 0.83 + 0.025 * _wave(i, 2) + (0.02 if i > 11 else 0) - (0.12 if i == 22 else 0) - (0.06 if i == 23 else 0)
    return wilson(round(n * share), n)


def nps_story(i: int) -> Value:
    """Tell of restless days around +40."""
    n = int(90 + 25 * _wave(i, 3))
    detractors, passives = int(n * (0.2 + 0.04 * _wave(i, 4))), int(n * 0.2)
    return nps(n - detractors - passives, passives, detractors)


def wait_story(i: int) -> Value:
    """Tell of waits that get shorter."""
    return Value(56 - 0.4 * min(i, 30) + 4 * _wave(i, 5), int(380 + 60 * _wave(i, 6)))


def resolution_story(i: int) -> Value:
    """Tell of conversations of eleven minutes."""
    return Value(680 + 45 * _wave(i, 7), int(400 + 60 * _wave(i, 8)))


def rate_story(i: int) -> Value:
    """Tell of surveys of which a third is answered."""
    n = int(400 + 60 * _wave(i, 9))
    return wilson(round(n * (0.33 + 0.03 * _wave(i, 10))), n)


def count_story(i: int) -> Value:
    """Tell of some four hundred conversations."""
    n = int(400 + 60 * _wave(i, 8))
    return Value(n, n)


STORIES: dict[str, Callable[[int], Value]] = {
    "csat": csat_story,
    "nps": nps_story,
    "first_response_time": wait_story,
    "resolution_time": resolution_story,
    "response_rate": rate_story,
    "conversations": count_story,
}

TOTALS: dict[str, tuple[Value, Value | None]] = {
    "csat": (wilson(3166, 3742), wilson(2978, 3601)),
    "csat_average": (Value(4.2, 3742), Value(4.15, 3601)),
    "nps": (nps(1540, 601, 470), nps(1440, 650, 480)),
    "first_response_time": (Value(48.0, 11306), Value(55.0, 10988)),
    "first_response_time_p90": (Value(312.0, 11306), Value(340.0, 10988)),
    "first_response_time_mean": (Value(118.5, 11306), Value(124.0, 10988)),
    "resolution_time": (Value(680.0, 12218), Value(671.0, 11702)),
    "resolution_time_p90": (Value(5400.0, 12218), Value(5520.0, 11702)),
    "resolution_time_mean": (Value(1902.0, 12218), Value(1950.0, 11702)),
    "response_rate": (wilson(4010, 12150), wilson(3920, 11640)),
    "conversations": (Value(12430, 12430), Value(11920, 11920)),
}

RATINGS: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
    "csat_distribution": ((200, 150, 226, 1400, 1766), (220, 160, 243, 1390, 1588)),
    "nps_distribution": (
        (90, 20, 30, 40, 60, 110, 120, 251, 350, 700, 840),
        (92, 22, 30, 41, 62, 113, 120, 270, 380, 660, 780),
    ),
}
"""How many answers gave each note, lowest first: now, and in the period before."""


@dataclass(kw_only=True)
class Pretend:
    """A station that answers: `stories` say what each bucket held, `silent` which buckets hold nothing.

    `agents` are the rows by agent, `rows` those of other dimensions. `earlier` is how many answers each had in the
    period before, if not as many as now. `chance` is how likely a change of a delay or a mean is by chance. `months`
    are those in which something is found, under every date.
    """

    stories: dict[str, Callable[[int], Value]] = field(default_factory=lambda: dict(STORIES))
    totals: dict[str, tuple[Value, Value | None]] = field(default_factory=lambda: dict(TOTALS))
    agents: Rows = AGENTS
    rows: Mapping[str, Rows] = field(default_factory=dict)
    ratings: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = field(default_factory=lambda: dict(RATINGS))
    silent: frozenset[int] = frozenset({19})
    months: Sequence[str] = ()
    earlier: int | None = None
    chance: float = 0.001
    asked: list[Question] = field(default_factory=list)

    def __call__(self, question: Question) -> Answer:
        self.asked.append(question)
        if question.start is None:
            return self._months(question)
        if isinstance(indicator(question.indicator).measure, Distribution):
            return self._ratings(question)
        total, previous = self.totals.get(question.indicator) or _usual(question.indicator)
        rows = tuple(self._rows(question))
        if question.compare is None:
            previous = None
            rows = tuple(Row(row.key, row.label, row.value, None, row.bucket) for row in rows)
        answer = _answer(question, total, previous, rows)
        return replace(answer, p=p_of(question.indicator, total, previous, self.chance))

    def _rows(self, question: Question) -> Iterator[Row]:
        if question.by is None:
            if question.grain:
                yield from self._buckets(question)
            return
        for key, label, n, good, before in self._found(question.by):
            if not question.grain:
                yield self._row(question.indicator, key, label, n, good, before)
                continue
            for at in self._buckets(question):
                yield Row(key, label, at.value, at.previous, at.key)

    def _found(self, by: str) -> Rows:
        if by == "agent":
            return self.agents
        if by in self.rows:
            return self.rows[by]
        scale = dimension(by).scale
        return (
            CHANNELS if scale is None else [(str(value), str(value), 20 + value, 10 + value, 50.0) for value in scale]
        )

    def _row(self, key: str, row: str | None, label: str, n: int, good: int, before: float) -> Row:
        then = self.earlier or n
        made = partial(_made, key)
        now, earlier = made(good, n), made(round(before * then / 100), then)
        return Row(row, label, now, earlier, p=p_of(key, now, earlier, self.chance))

    def _buckets(self, question: Question) -> Iterator[Row]:
        story = self.stories[question.indicator]
        for i, start in enumerate(starts(question)):
            is_silent = i in self.silent or to_us(start) > question.now
            value = Value(None, 0) if is_silent else story(i)
            yield Row(start.isoformat(), start.isoformat(), value, story(i + 100))

    def _ratings(self, question: Question) -> Answer:
        measure = indicator(question.indicator).measure
        assert isinstance(measure, Distribution)
        now, then = self.ratings[question.indicator]
        rows = tuple(
            Row(
                str(rating),
                str(rating),
                share_of_rating(given, sum(now)) if sum(now) else Value(None, 0),
                share_of_rating(before, sum(then)) if question.compare and sum(then) else None,
            )
            for rating, given, before in zip(measure.ratings, now, then, strict=True)
        )
        return _answer(question, Value(None, sum(now)), Value(None, sum(then)) if question.compare else None, rows)

    def _months(self, question: Question) -> Answer:
        rows = tuple(Row(month, month, Value(5, 5)) for month in self.months)
        return _answer(question, Value(5 * len(rows), 5 * len(rows)), None, rows)


def p_of(key: str, now: Value, before: Value | None, chance: float = 0.001) -> float | None:
    """Return how likely a change of a score is by chance; of a delay or a mean that is `chance`."""
    if before is None or now.value is None or before.value is None:
        return None
    match indicator(key).measure:
        case Share():
            return p_of_shares(now, before)
        case Net():
            return p_of_net_scores(now, before)
        case Median() | Mean():
            return chance
    return None


def nothing() -> Pretend:
    """Return a station that never measured anybody."""
    empty = Value(None, 0)
    return Pretend(
        stories=dict.fromkeys(INDICATORS, lambda i: empty),
        totals=dict.fromkeys(INDICATORS, (empty, empty)),
        ratings={key: ((0,) * len(now), (0,) * len(now)) for key, (now, _then) in RATINGS.items()},
        agents=(),
        rows=dict.fromkeys(DIMENSIONS, ()),
    )


def _usual(key: str) -> tuple[Value, Value | None]:
    """Return a total of an indicator that nothing particular is told of."""
    return _made(key, 1200, 1500), _made(key, 1100, 1400)


def _made(key: str, good: int, n: int) -> Value:
    """Make a value of an indicator out of how many were well served among how many."""
    if not n:
        return Value(None, 0)
    share = good / n
    match indicator(key).unit:
        case Unit.PERCENT:
            return wilson(good, n)
        case Unit.POINTS:
            return nps(good, 0, n - good)
        case Unit.COUNT:
            return Value(n, n)
        case Unit.SCORE | Unit.SCORE_OF_7:
            return Value(1 + 4 * share, n)
        case _:
            return Value(40 + 100 * (1 - share), n)


def starts(question: Question) -> Iterator[datetime]:
    """Walk the buckets of a question in local wall-clock time."""
    zone = ZoneInfo(question.zone or "UTC")
    assert question.start is not None
    assert question.end is not None
    assert question.grain is not None
    at, end = from_us(question.start).astimezone(zone), from_us(question.end).astimezone(zone)
    at = _floor(at, question.grain, zone)
    while at < end:
        yield at
        at = _next(at, question.grain, zone)


def _floor(at: datetime, grain: Grain, zone: ZoneInfo) -> datetime:
    if grain is Grain.WEEK:
        at -= timedelta(days=at.weekday())
    if grain is Grain.MONTH:
        at = at.replace(day=1)
    return at


def _next(at: datetime, grain: Grain, zone: ZoneInfo) -> datetime:
    if grain is Grain.HOUR:
        return (at.astimezone(UTC) + timedelta(hours=1)).astimezone(zone)
    if grain is Grain.MONTH:
        return (at + timedelta(days=32)).replace(day=1)
    return (
        at + {Grain.THREE_HOURS: timedelta(hours=3), Grain.DAY: timedelta(days=1), Grain.WEEK: timedelta(days=7)}[grain]
    )


def _answer(question: Question, total: Value, previous: Value | None, rows: tuple[Row, ...]) -> Answer:
    return Answer(
        indicator=question.indicator,
        unit=indicator(question.indicator).unit,
        by=question.by,
        grain=question.grain,
        zone=question.zone or "UTC",
        start=None,
        end=None,
        anchor=question.anchor,
        as_of=90871,
        total=total,
        previous=previous,
        rows=rows,
        adds_up=question.by is None or dimension(question.by).adds_up,
    )
