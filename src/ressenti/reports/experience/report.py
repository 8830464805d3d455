"""What the Customer experience report shows, figure by figure: each asks its own questions and waits for no other."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ressenti.indicators.catalogue import CSAT, INDICATORS, NPS, average_of, indicator, spread_of
from ressenti.indicators.declaration import CreditedTo
from ressenti.indicators.drivers.explained_change import ExplainedChange
from ressenti.indicators.model import Anchor, Answer, Grain, Question, Row, RowName, Value
from ressenti.indicators.other_dates import answers_alone, other_dates
from ressenti.indicators.periods import first_of_day
from ressenti.kit.clock import to_us
from ressenti.kit.languages import SOURCE_LANGUAGE
from ressenti.reports.choice import ReportChoice
from ressenti.reports.comparison import compare
from ressenti.reports.few import LEAST_BUCKETS, coarser, is_borne
from ressenti.reports.model import (
    ComparedLine,
    ComparedLines,
    DatedAnnotation,
    Evolution,
    EvolutionPoint,
    NpsClass,
    RatingDistribution,
    RatingShare,
    Split,
    Tile,
)
from ressenti.reports.period import ReportPeriod

AskQuestion = Callable[[Question], Answer]

ExplainQuestion = Callable[[Question], ExplainedChange]

LOCK_DAYS = 14
"""Days in which an answer may still come or change after a conversation (D20)."""

BESIDE_MEDIAN = {
    key: tuple(one.key for one in INDICATORS.values() if one.beside and one.beside.of == key) for key in INDICATORS
}
"""What is told beside the median of a delay: what nine in ten did not exceed, and the mean."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportReader:
    """One reader before the report: what they chose, how questions are asked for them, and when.

    `zone` is an IANA name, the one chosen or the projects'; `now` is in microseconds. `explain` says where a change
    comes from, None where that is not told; `currency` is that of amounts,
    `language` the one by whose names rows are put in order.
    """

    choice: ReportChoice
    ask: AskQuestion
    zone: str
    now: int
    currency: str
    explain: ExplainQuestion | None = None
    language: str = SOURCE_LANGUAGE

    def answer(self, indicator: str, **more: object) -> Answer:
        """Ask about the chosen conversations."""
        return self.ask(self.choice.question(indicator, zone=self.zone, now=self.now, **more))

    @property
    def is_unfinished(self) -> bool:
        """Say whether the period still runs, and so is compared with as much of the one before (D11)."""
        return first_of_day(self.choice.period.end, self.zone) > self.now

    @property
    def may_change_until(self) -> date | None:
        """Return the day before which late answers can still move these figures, None once it is past."""
        until = self.choice.period.end + timedelta(days=LOCK_DAYS)
        return until if first_of_day(until, self.zone) > self.now else None


def prepare_tile(reading: ReportReader, key: str) -> Tile:
    """Return an indicator at a glance."""
    answer = answer_over_time(reading, key)
    over = [row for _start, end, row in _begun(answer, reading) if end <= reading.now]
    question = reading.choice.question(key, zone=reading.zone, now=reading.now)
    return Tile(
        indicator=answer.indicator,
        unit=answer.unit,
        value=answer.total,
        previous=answer.previous,
        change=compare(answer.total, answer.previous, unit=answer.unit, better=indicator(key).better, p=answer.p),
        shape=tuple(row.value.value for row in over),
        is_chosen=key == reading.choice.indicator,
        as_of=answer.as_of,
        other_dates=other_dates(question, answer, reading.ask),
        answers_alone=answers_alone(question, answer, reading.ask),
        why=answer.why,
        other_scales=answer.other_scales,
        currency=reading.currency,
    )


def answer_over_time(reading: ReportReader, key: str, keys: Sequence[str] = (), **more: object) -> Answer:
    """Return an indicator over time, in the buckets that were chosen, else in those that the answers bear (D39).

    Those are the finest of D13 or, until half of the buckets rest on ten, coarser ones, as long as there are three.
    `keys` are the rows of a breakdown that are shown, `more` what else is asked.
    """
    answer = reading.answer(key, grain=reading.choice.bucket, **more)
    is_free = reading.choice.grain is None and answer.total.n > 0
    while is_free and answer.grain and not _bears_line(answer, reading, keys):
        grain = coarser(answer.grain)
        wider = reading.answer(key, grain=grain, **more) if grain else None
        if wider is None or len({start for start, _end, _row in _begun(wider, reading)}) < LEAST_BUCKETS:
            break
        answer = wider
    return answer


def _bears_line(answer: Answer, reading: ReportReader, keys: Sequence[str] = ()) -> bool:
    over = [(start, row) for start, end, row in _begun(answer, reading) if end <= reading.now]
    values = [row.value for _start, row in over if not keys or row.key in keys]
    return len({start for start, _row in over}) >= LEAST_BUCKETS and is_borne(values, answer.unit)


def _begun(answer: Answer, reading: ReportReader) -> list[tuple[int, int, Row]]:
    """Return the buckets that have begun, from when to when, in microseconds."""
    found = [(to_us(datetime.fromisoformat(row.bucket or row.key or "")), row) for row in answer.rows]
    starts = sorted({start for start, _row in found})
    ends = dict(zip(starts, [*starts[1:], first_of_day(reading.choice.period.end, answer.zone)], strict=True))
    return [(start, ends[start], row) for start, row in found if start <= reading.now]


def prepare_beside_median(reading: ReportReader, key: str) -> tuple[tuple[str, Value], ...]:
    """Return what is told beside the median of a delay, by indicator; nothing where nobody was measured."""
    found = ((one, reading.answer(one, compare=None).total) for one in BESIDE_MEDIAN.get(key, ()))
    return tuple((one, value) for one, value in found if value.n)


def prepare_evolution(reading: ReportReader, annotations: Iterable[DatedAnnotation] = ()) -> Evolution:
    """Return the chosen indicator over time."""
    choice = reading.choice
    answer = answer_over_time(reading, choice.indicator)
    grain = answer.grain or choice.bucket
    return Evolution(
        indicator=answer.indicator,
        unit=answer.unit,
        better=indicator(answer.indicator).better,
        grain=grain,
        total=answer.total,
        points=_points(answer, grain, choice.period, reading.now),
        is_line=choice.grain is not None or _bears_line(answer, reading),
        annotations=tuple(annotations),
        currency=reading.currency,
    )


def prepare_lines(reading: ReportReader, key: str | None = None) -> ComparedLines:
    """Return the rows that the tab compares side by side, over time, of an indicator (the chosen one if not named)."""
    choice = reading.choice
    by = choice.tab
    answer = answer_over_time(
        reading, key or choice.indicator, choice.beside, by=by, attribution=choice.attribution, compare=None
    )
    totals = reading.answer(key or choice.indicator, by=by, attribution=choice.attribution, compare=None)
    starts = [datetime.fromisoformat(bucket) for bucket in dict.fromkeys(row.bucket for row in answer.rows) if bucket]
    points: dict[RowName, list[Value]] = {}
    for row in answer.rows:
        points.setdefault(row.name, []).append(row.value)
    return ComparedLines(
        indicator=answer.indicator,
        unit=answer.unit,
        better=indicator(answer.indicator).better,
        grain=answer.grain or choice.bucket,
        is_line=choice.grain is not None or _bears_line(answer, reading, choice.beside),
        starts=tuple(starts),
        lines=tuple(
            ComparedLine(key=one, label=row.label, total=row.value, points=tuple(points[row.name]))
            for one in choice.beside
            for row in totals.rows
            if row.key == one and row.name in points
        ),
        currency=reading.currency,
    )


def prepare_ratings(reading: ReportReader, key: str = CSAT.key) -> RatingDistribution:
    """Return every rating of the ratings that an indicator is made of, with its share, and their mean if it has one."""
    one = indicator(key)
    answer, mean = reading.answer((spread_of(one) or one).key), average_of(one)
    average = reading.answer(mean.key, compare=None).total if mean else None
    return RatingDistribution(
        indicator=answer.indicator,
        n=answer.total.n,
        previous_n=answer.previous.n if answer.previous else None,
        ratings=tuple(
            RatingShare(rating=int(row.key or 0), value=row.value, previous=row.previous) for row in answer.rows
        ),
        average=average,
        other_scales=answer.other_scales,
    )


def prepare_split(reading: ReportReader) -> Split:
    """Return how the NPS is made of promoters, passives and detractors."""
    total, ratings = reading.answer(NPS.key), reading.answer((spread_of(NPS) or NPS).key)
    return Split(
        nps=total.total,
        previous=total.previous,
        counts=_classes((row.key, row.value) for row in ratings.rows),
        previous_counts=_classes((row.key, row.previous) for row in ratings.rows) if ratings.previous else None,
    )


def available_among(keys: Iterable[str], anchor: Anchor) -> tuple[str, ...]:
    """Return those of these indicators whose rows have such a date."""
    return tuple(key for key in keys if anchor in indicator(key).anchors)


def credited(choice: ReportChoice, key: str | None = None) -> object:
    """Return whom a row is credited to, where that can be chosen at all."""
    return None if indicator(key or choice.indicator).credit is CreditedTo.OWN else choice.attribution


def _classes(counts: Iterable[tuple[str | None, Value | None]]) -> tuple[tuple[NpsClass, int], ...]:
    found = {int(key or 0): value.n if value else 0 for key, value in counts}
    return tuple((one, sum(found.get(rating, 0) for rating in one.ratings)) for one in NpsClass)


def _points(answer: Answer, grain: Grain, period: ReportPeriod, now: int) -> tuple[EvolutionPoint, ...]:
    starts = [datetime.fromisoformat(row.key) for row in answer.rows if row.key]
    ends = [*map(to_us, starts[1:]), first_of_day(period.end, answer.zone)]
    next_days = [*(start.date() for start in starts[1:]), period.end]
    return tuple(
        EvolutionPoint(
            start=start,
            value=row.value,
            previous=row.previous,
            days=_days(start.date(), next_day, grain, period),
            is_unfinished=to_us(start) <= now < end,
            is_future=to_us(start) > now,
        )
        for row, start, end, next_day in zip(answer.rows, starts, ends, next_days, strict=True)
    )


def _days(start: date, end: date, grain: Grain, period: ReportPeriod) -> ReportPeriod | None:
    """Return the days a bucket covers, cut at the period's ends as its first and last buckets are."""
    if grain in {Grain.HOUR, Grain.THREE_HOURS}:
        return None
    return ReportPeriod(max(start, period.start), min(end, period.end))
