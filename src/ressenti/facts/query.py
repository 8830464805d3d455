"""What is asked of the facts: which rows, by what they are grouped, and what is made of each group.

A query is a value in the words of the facts' schema: it holds no engine's language, and equal ones have equal answers
as long as the facts stand still, so it is its own key in a cache. What does not change the answer is not in it: the
zone, for one, only where a clock is read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from typing import Any

from ressenti.facts.calendar import Grain

QueryRows = list[tuple[Any, ...]]
"""What an engine answers: (is earlier, key, bucket, day, rating, aggregates…), those asked for, in no order."""


class ClockPart(StrEnum):
    """What is read off a clock: the hour of the day, or the day of the week."""

    HOUR = "hour"
    WEEKDAY = "weekday"

    @property
    def values(self) -> Sequence[int]:
        """Return what it can be: 0 to 23, or 1 for Monday to 7."""
        return range(24) if self is ClockPart.HOUR else range(1, 8)


@dataclass(frozen=True, slots=True)
class ZoneClock:
    """The clock of a zone, over a period in which every row lies."""

    zone: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ColumnKey:
    """The value of a column, each one of a list; of a handling's rows it may be that of the conversation."""

    column: str
    is_list: bool = False
    of_conversation: bool = False


@dataclass(frozen=True, slots=True)
class ClockKey:
    """What the clock of a zone showed at the moment of a row."""

    part: ClockPart
    clock: ZoneClock


@dataclass(frozen=True, slots=True)
class TimeBuckets:
    """The bucket of local time in which the moment of a row lies.

    `week_start` is the first day of a week, 0 for Monday. `by_clock`: an hour that comes twice is one bucket.
    """

    grain: Grain
    clock: ZoneClock
    week_start: int = 0
    by_clock: bool = False


@dataclass(frozen=True, slots=True)
class RatingKey:
    """A small whole number in each row; `ratings` are those it can be, in order, none where that is not known."""

    column: str
    ratings: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class KeyFilter:
    """Rows that have one of these ids, or none of them (`is_excluded`); an id of None is a row without any."""

    key: ColumnKey | ClockKey
    ids: tuple[int | None, ...]
    is_excluded: bool = False


@dataclass(frozen=True, slots=True)
class ReturnWindow:
    """How long after a closing a visitor comes back about the same topic, and the moment it is asked; microseconds."""

    window_us: int
    now: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RowSelection:
    """Which rows of a table are meant: those that are counted, dated, and meet every condition.

    `table` is one of the schema, or one derived from them (`engines.derived_tables`), of which `contact` wants
    `returns`. `moment` is the column that dates rows, from `start` to before `end`. `earlier` is a period, over by
    `start`, that is meant beside it: rows then say first whether they are of that one. `condition` is SQL over the
    schema's columns, in words that every engine knows.
    """

    table: str
    moment: str
    projects: tuple[int, ...]
    condition: str = "true"
    start: int | None = None
    end: int | None = None
    earlier: tuple[int, int] | None = None
    filters: tuple[KeyFilter, ...] = ()
    returns: ReturnWindow | None = None


@dataclass(frozen=True, slots=True)
class RowCount:
    """How many rows there are, or of how many a condition holds; of several of a query, no row meets two."""

    condition: str | None = None


@dataclass(frozen=True, slots=True)
class KeyedRowCount:
    """Of how many rows a list holds the key they are grouped by."""

    column: str


@dataclass(frozen=True, slots=True)
class DistinctCount:
    """How many different values a column has."""

    column: str


@dataclass(frozen=True, slots=True)
class ColumnSum:
    """The exact sum of a column of whole numbers, or how often a truth holds; None where there is no row."""

    column: str


@dataclass(frozen=True, slots=True)
class ColumnSquares:
    """The exact sum of the squares of a column of whole numbers; None where there is no row."""

    column: str


@dataclass(frozen=True, slots=True)
class ColumnMedian:
    """The exact median of a column between the ends of its 95 % interval (D38): three columns, low end first.

    The ends are values of rows, by the ranks of `median_rank`, None where there are too few for any.
    """

    column: str


@dataclass(frozen=True, slots=True)
class CountAbove:
    """Of how many rows a column of whole numbers is above a limit, 0 or more."""

    column: str
    limit: int


@dataclass(frozen=True, slots=True)
class MedianSides:
    """How the rows of two periods lie about the exact median of both together: six columns; it stands alone.

    Of the period and then of the earlier one: how many rows have a value, and of how many it is below that median, and
    above. The selection has an `earlier` period, and rows do not say of which they are.
    """

    column: str


@dataclass(frozen=True, slots=True)
class ColumnPercentile:
    """The least value of a column that `percent` in a hundred rows do not exceed."""

    column: str
    percent: int


@dataclass(frozen=True, slots=True)
class ColumnQuantiles:
    """The values of a column, in order, at some shares of its rows: one column, a list; it is asked of SQL alone."""

    column: str
    shares: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class MomentExtent:
    """The first and the last moment of the rows, None where there are none: two columns; it stands alone."""


Aggregate = (
    RowCount
    | KeyedRowCount
    | DistinctCount
    | ColumnSum
    | CountAbove
    | ColumnSquares
    | ColumnMedian
    | MedianSides
    | ColumnPercentile
    | ColumnQuantiles
    | MomentExtent
)

Z = 1.959963984540054
"""The 97.5th percentile of the normal law: 95 % lie between −Z and Z."""


def median_rank(n: int) -> int:
    """Return which of n values in order, from either end, bounds their median at 95 %: 1 for the first, 0 for none.

    By the normal law with continuity: the binomial's own rank, or of a few n the one before it (17, 44, 67 …).
    """
    return int((n + 1 - Z * sqrt(n)) / 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Rows, what they are grouped by (each may be left out), and what is made of each group.

    `counts` are how many rows a group has that is meant; none for any.
    """

    rows: RowSelection
    aggregates: tuple[Aggregate, ...]
    key: ColumnKey | ClockKey | None = None
    bucket: TimeBuckets | None = None
    day: TimeBuckets | None = None
    rating: RatingKey | None = None
    counts: tuple[int, ...] = ()
