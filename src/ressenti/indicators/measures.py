"""How a population becomes a value: the few ways of measuring, each as aggregates and what is made of them.

A measure names its aggregates in `aggregates_of`, the base first; `value_of` makes the value of what they gave. The
closed union `Measure` is matched exhaustively, so a new way cannot be half-added.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ressenti.facts.query import (
    Aggregate,
    ColumnMedian,
    ColumnPercentile,
    ColumnSum,
    CountAbove,
    DistinctCount,
    RowCount,
)
from ressenti.indicators.intervals import net_interval, wilson
from ressenti.indicators.model import Value


@dataclass(frozen=True, slots=True)
class Share:
    """The share of rows for which `hit` holds, in percent, with its Wilson interval."""

    hit: str


@dataclass(frozen=True, slots=True)
class ShareAbove:
    """The share of rows in which a column is above a limit, in percent, with its Wilson interval."""

    column: str
    limit: int


@dataclass(frozen=True, slots=True)
class Net:
    """The share of `plus` minus the share of `minus`, in points, with its margin."""

    plus: str
    minus: str


@dataclass(frozen=True, slots=True)
class Median:
    """The exact median of a column (D6), divided by `per`, with the interval of its order statistics (D38)."""

    column: str
    per: int = 1


@dataclass(frozen=True, slots=True)
class Percentile:
    """The least value of a column that `percent` in a hundred rows do not exceed (nearest rank), divided by `per`."""

    column: str
    percent: int
    per: int = 1


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of a column, divided by `per`."""

    column: str
    per: int = 1


@dataclass(frozen=True, slots=True)
class PooledMean:
    """The sum of one column over the sum of another: a mean over what the rows hold several of."""

    total: str
    count: str
    per: int = 1


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows there are, or how many of them `hit` holds for; or how many different values of a column, `of`."""

    hit: str | None = None
    of: str | None = None


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of a column, divided by `per`; 0 where there is nothing to add."""

    column: str
    per: int = 1


@dataclass(frozen=True, slots=True)
class Distribution:
    """How the answers spread over the ratings of a scale: each rating's share of all answers, in percent."""

    column: str
    ratings: tuple[int, ...]


NOBODY = Value(None, 0)

Measure = Share | ShareAbove | Net | Median | Percentile | Mean | PooledMean | Count | Total | Distribution


def aggregates_of(measure: Measure) -> tuple[Aggregate, ...]:
    """Return the aggregates of a measure, the base count first."""
    match measure:
        case Share(hit):
            return RowCount(), RowCount(hit)
        case ShareAbove(column, limit):
            return RowCount(), CountAbove(column, limit)
        case Net(plus, minus):
            return RowCount(), RowCount(plus), RowCount(minus)
        case Median(column):
            return RowCount(), ColumnMedian(column)
        case Percentile(column, percent):
            return RowCount(), ColumnPercentile(column, percent)
        case Mean(column) | Total(column):
            return RowCount(), ColumnSum(column)
        case PooledMean(total, count):
            return ColumnSum(count), ColumnSum(total)
        case Count(_, str(column)):
            return (DistinctCount(column),)
        case Count(hit):
            return (RowCount(), RowCount(hit)) if hit else (RowCount(),)
        case Distribution():
            return (RowCount(),)


def value_of(measure: Measure, found: Sequence[Any]) -> Value:
    """Return the value that a measure's aggregates give. Nobody measured is None; counts and totals are 0."""
    return valuing(measure)(found)


def valuing(measure: Measure) -> Callable[[Sequence[Any]], Value]:
    """Return what makes a value of what a measure's aggregates give."""
    match measure:
        case Count(hit):
            return (lambda found: Value(int(found[1] or 0), int(found[0] or 0))) if hit else _counted
        case Total(_, per):
            return lambda found: Value(_over(found[1] or 0, per), int(found[0] or 0))
        case Distribution():
            return lambda found: Value(None, int(found[0] or 0))
        case Share() | ShareAbove():
            return lambda found: _share(int(found[1]), int(found[0])) if found[0] else NOBODY
        case Net():
            return lambda found: _net(int(found[1]), int(found[2]), int(found[0])) if found[0] else NOBODY
        case Median(_, per):
            return lambda found: _median(found, per) if found[0] else NOBODY
        case Percentile(_, _, per):
            return lambda found: Value(float(found[1]) / per, int(found[0])) if found[0] else NOBODY
        case Mean(_, per) | PooledMean(_, _, per):
            return lambda found: Value(int(found[1]) / (int(found[0]) * per), int(found[0])) if found[0] else NOBODY


def has_interval(measure: Measure) -> bool:
    """Say whether values of a measure have a 95 % interval, where they rest on enough."""
    return isinstance(measure, Share | ShareAbove | Net | Median | Distribution)


def nothing(measure: Measure) -> Value:
    """Return the value of a measure where there is no row at all."""
    return value_of(measure, [0, 0, 0])


def share_of_rating(count: int, n: int) -> Value:
    """Return one rating's share of all answers; `n` of the value is the answers with that rating."""
    return Value(100 * count / n, count, *wilson(count, n)) if n else Value(None, 0)


def _counted(found: Sequence[Any]) -> Value:
    n = int(found[0] or 0)
    return Value(n, n)


def _share(hits: int, n: int) -> Value:
    return Value(100 * hits / n, n, *wilson(hits, n))


def _net(plus: int, minus: int, n: int) -> Value:
    return Value(100 * (plus - minus) / n, n, *net_interval(plus, minus, n))


def _median(found: Sequence[Any], per: int) -> Value:
    n, low, middle, high = found
    ends = (None if end is None else float(end) / per for end in (low, high))
    return Value(float(middle) / per, int(n), *ends)


def _over(total: Any, per: int) -> float | int:
    return int(total) / per if per > 1 else int(total)
