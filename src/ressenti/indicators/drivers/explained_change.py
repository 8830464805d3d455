"""How a question about a change is answered: everything that was looked at, the causes in order, what is left."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import Connection

from ressenti.facts.engines.engine import Engine, Snapshot
from ressenti.indicators.catalogue import indicator
from ressenti.indicators.change_tests import chances
from ressenti.indicators.declaration import Indicator
from ressenti.indicators.dimensions import DIMENSIONS
from ressenti.indicators.drivers.chain import Driver, DriverChain, DriverGroup, Observed, explain
from ressenti.indicators.drivers.counting import OF_SURVEYS, BeforeAndNow, DriverCounts, PeriodRows
from ressenti.indicators.drivers.decomposition import AgainstOthers, TwoPeriods
from ressenti.indicators.drivers.kinds import KindOfSum
from ressenti.indicators.drivers.row_means import kind_of, least_part, require_parts, share_above
from ressenti.indicators.measures import Median, Percentile, nothing, value_of
from ressenti.indicators.model import Comparison, Question, Unit, Value
from ressenti.indicators.names import KeyName
from ressenti.indicators.resolve import QueryContext, build_context, resolve
from ressenti.indicators.significance import SIGNIFICANCE_LEVEL


class GroupStatus(StrEnum):
    """What there is to know of a group beside its figures.

    New: it has rows only now; gone: only before; newly measured: the conversations were there in both periods, and
    asked about in one only. Small: all groups of the dimension that have too few rows to be looked at.
    """

    NEW = "new"
    GONE = "gone"
    NEWLY_MEASURED = "newly_measured"
    SMALL = "small"


class DriverRow(NamedTuple):
    """A group that was looked at, in the order and the names of the JSON; values are in its unit.

    `cause` is the dimension, `n` and `value` are of its rows now, `others` is the value of all other rows now.
    `change` is Δg, from `low` to `high`. `order` and `step` are its place in the chain, None outside of it. `groups` is
    how many small groups a row holds, None of a group by itself.
    """

    cause: str
    key: str | None
    label: str
    n: int
    value: float | None
    others: float
    difference: float | None
    change: float
    low: float
    high: float
    part: float | None
    mix: float
    rate: float
    others_moved: float | None
    status: GroupStatus | None = None
    q: float | None = None
    clear: bool = False
    order: int | None = None
    step: float | None = None
    groups: int | None = None


class DriverCause(NamedTuple):
    """A cause in its place in the chain, among the rows that no earlier one holds.

    `step` is what it changed there, of which `rate` is its own move and `mix` that there is more or less of it. `now`,
    `before` and `others` are its value, that of before and that of the others now, None without rows; `n` is how many
    rows it has now, `share` and `share_before` are its shares of all rows there, in percent. `since` is when it was
    first measured, in microseconds, where that is what changed.
    """

    row: DriverRow
    step: float
    rate: float
    mix: float
    n: int
    now: float | None
    before: float | None
    others: float | None
    share: float
    share_before: float
    since: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedChange:
    """Where a change comes from. The steps of the chain and what is `unexplained` add up to total less previous.

    Of a median or percentile, all of it is of the share of rows above that of the period before. Without rows in one of
    the periods there is nothing to explain: no rows, and None `unexplained`. `causes` are the rows of the chain
    in its order; none where `is_clear`, the verdict that the answer of the same question has, means that everything
    moved alike.
    """

    indicator: str
    unit: Unit
    total: Value
    previous: Value
    rows: tuple[DriverRow, ...] = ()
    unexplained: float | None = None
    is_clear: bool = False
    causes: tuple[DriverCause, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the object that `--format json` and the API print, in the order of its keys."""
        return {
            "indicator": self.indicator,
            "unit": self.unit.value,
            "total": _value_json(self.total),
            "previous": _value_json(self.previous),
            "rows": [row._asdict() for row in self.rows],
            "unexplained": self.unexplained,
        }


def explain_change(
    question: Question, facts: Engine, record: Connection, context: QueryContext | None = None
) -> ExplainedChange:
    """Say where a change comes from; without a comparison asked for, that from the period before.

    Raises the refusals of `indicators.refusals`, NoParts among them, for what cannot be asked.
    """
    asked = indicator(question.indicator)
    require_parts(asked)
    compared = replace(question, by=None, grain=None, compare=question.compare or Comparison.PREVIOUS)
    with facts.snapshot(asked.facts) as view:
        return _explain_change(compared, view, record, context or build_context(facts, record))


def _explain_change(question: Question, facts: Snapshot, record: Connection, context: QueryContext) -> ExplainedChange:
    resolved = resolve(question, facts, record, context=context, reads_clock=True)
    periods = PeriodRows.of(resolved)
    measured = mean_of_rows(resolved.indicator, periods)
    previous, total = (
        value_of(measured.measure, parts) if parts else nothing(measured.measure) for parts in periods.total(measured)
    )
    totals = ExplainedChange(indicator=measured.key, unit=measured.unit, total=total, previous=previous)
    if not previous.n or not total.n:
        return totals
    counts = DriverCounts(periods, measured)
    kind = kind_of(measured.measure)
    # The share above a limit that a median is taken apart by is no change of its own: the median's verdict is the one.
    p = chances(resolved, periods.before, {(): total}, {(): previous}).get(())
    is_clear = None if p is None else p <= SIGNIFICANCE_LEVEL
    explanation = explain(counts.look, least_part=least_part(measured), kind=kind, is_clear=is_clear)

    ids: dict[str, set[int | None]] = {}
    for driver in explanation.drivers:
        ids.setdefault(driver.group.dimension, set()).add(driver.group.key)
    names = {name: context.names(record, DIMENSIONS[name], own, resolved.projects) for name, own in ids.items()}
    status_of = _StatusOfGroups(counts, asks_surveys=measured.facts in OF_SURVEYS)
    rows = [
        _looked_at(driver, explanation, names[driver.group.dimension][driver.group.key], status_of, kind)
        for driver in explanation.drivers
    ]
    rows.sort(key=lambda row: (row.order is None, row.order or 0, -abs(row.change if row.part is None else row.part)))
    return replace(
        totals,
        rows=(*rows, *_small_rows(counts, explanation.observed, kind)),
        unexplained=explanation.unexplained,
        is_clear=explanation.is_clear,
        causes=tuple(_causes(rows, explanation, counts, kind)),
    )


def mean_of_rows(asked: Indicator, periods: PeriodRows) -> Indicator:
    """Return the indicator as a mean of rows: one that is a value at a rank as the share above that of before."""
    match asked.measure:
        case (Median(column) | Percentile(column)) as measure:
            parts = periods.total(asked).before
            limit = value_of(replace(measure, per=1), parts).value if parts else None
            return asked if limit is None else share_above(asked, column, limit)
    return asked


class _StatusOfGroups:
    """Tells new and gone groups from those that were there, and of which only the asking is new or ceased."""

    def __init__(self, counts: DriverCounts, *, asks_surveys: bool) -> None:
        self._asks_surveys = asks_surveys
        self._conversations = cache(counts.conversations)

    def __call__(self, group: DriverGroup, rows: TwoPeriods) -> GroupStatus | None:
        """Return what there is to know of a group, None where it has rows in both periods."""
        if rows.before.n and rows.now.n:
            return None
        if self._asks_surveys and self._is_steady(group):
            return GroupStatus.NEWLY_MEASURED
        return GroupStatus.GONE if rows.before.n else GroupStatus.NEW

    def _is_steady(self, group: DriverGroup) -> bool:
        """Return whether each period has at least half as many conversations of the group as the other."""
        found = self._conversations(DIMENSIONS[group.dimension]).get(group.key, BeforeAndNow())
        before, now = (parts[0] if parts else 0 for parts in found)
        return bool(2 * min(before, now) >= max(before, now) > 0)


def _causes(
    rows: list[DriverRow], explanation: DriverChain, counts: DriverCounts, kind: KindOfSum
) -> Iterator[DriverCause]:
    left = explanation.observed.whole
    for row, link in zip(rows, explanation.chain, strict=False):
        is_asked_only_now = row.status is GroupStatus.NEWLY_MEASURED and not link.rows.before.n
        whole, left = left, left.without(link.rows)
        yield DriverCause(
            row=row,
            step=link.step,
            rate=link.effect.rate,
            mix=link.effect.mix,
            n=link.rows.now.n,
            now=kind.value(link.rows.now),
            before=kind.value(link.rows.before),
            others=kind.value(left.now),
            share=100 * link.rows.now.n / whole.now.n,
            share_before=100 * link.rows.before.n / whole.before.n,
            since=counts.first_of(link.group) if is_asked_only_now else None,
        )


def _looked_at(
    driver: Driver, explanation: DriverChain, name: KeyName, status_of: _StatusOfGroups, kind: KindOfSum
) -> DriverRow:
    row = _row(driver.group, driver.rows, explanation.observed.whole, driver.effect, kind)
    row = row._replace(
        key=name.key, label=name.label, status=status_of(driver.group, driver.rows), q=driver.q, clear=driver.is_clear
    )
    for order, link in enumerate(explanation.chain, start=1):
        if link.group == driver.group:
            return row._replace(order=order, step=link.step)
    return row


def _row(group: DriverGroup, rows: TwoPeriods, whole: TwoPeriods, effect: AgainstOthers, kind: KindOfSum) -> DriverRow:
    """Return the figures of a group: of one of several values the three terms, else the two parts."""
    others = kind.value(whole.without(rows).now) or 0.0
    value = kind.value(rows.now)
    split = kind.split(rows, whole) if group.is_exclusive else None
    return DriverRow(
        cause=group.dimension,
        key=None,
        label="",
        n=rows.now.n,
        value=value,
        others=others,
        difference=None if value is None else value - others,
        change=effect.change,
        low=effect.low,
        high=effect.high,
        part=split.part if split else None,
        mix=split.mix if split else effect.mix,
        rate=split.rate if split else effect.rate,
        others_moved=None if split else effect.others_moved,
    )


def _small_rows(counts: DriverCounts, observed: Observed, kind: KindOfSum) -> Iterator[DriverRow]:
    """Yield for each dimension the groups that are too small to be looked at, as if they were one."""
    for _dimension, found in groupby(observed.small, key=lambda group: group.dimension):
        small = tuple(found)
        rows = counts.any_of(small)
        if effect := kind.effect(rows, observed.whole):
            row = _row(small[0], rows, observed.whole, effect, kind)
            yield row._replace(status=GroupStatus.SMALL, groups=len(small))


def _value_json(value: Value) -> dict[str, Any]:
    return {"value": value.value, "n": value.n, "low": value.low, "high": value.high}
