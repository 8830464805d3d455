"""The values this station speaks in: indicators and dimensions, questions, and the rows that answer them."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple, TypeAlias

from ressenti.facts.calendar import Grain as Grain  # noqa: PLC0414 - a question speaks of it


class Unit(StrEnum):
    """What a value counts in. `score` is a rating from 1 to 5, `score_of_7` one from 1 to 7."""

    PERCENT = "percent"
    POINTS = "points"
    SECONDS = "seconds"
    COUNT = "count"
    MONEY = "money"
    SCORE = "score"
    SCORE_OF_7 = "score_of_7"


class Better(StrEnum):
    """Which direction of an indicator is good news; neutral ones are never coloured."""

    HIGHER = "higher"
    LOWER = "lower"
    NEUTRAL = "neutral"


class Anchor(StrEnum):
    """Which date puts a row in a period (decision D2)."""

    CLOSED = "closed"
    OPENED = "opened"
    ANSWERED = "answered"


class Comparison(StrEnum):
    """What a value is compared with (D11, D37, domain section 3.2): one other period, what is usual, or everyone.

    `previous` is as long and just before. `weekdays` is the same weekdays, moved back by the least multiple of 7 days
    that clears the period. `unit` is the calendar unit before: of whole months, quarters or years as many before, of
    whole weeks too. `year` is the same dates a year earlier, `month` as many calendar months before as the period
    touches, however long each is: March with February. `usual` is the median of eight earlier values, `everyone` the
    same period without the filters.
    """

    PREVIOUS = "previous"
    WEEKDAYS = "weekdays"
    UNIT = "unit"
    YEAR = "year"
    MONTH = "month"
    USUAL = "usual"
    EVERYONE = "everyone"

    @property
    def is_of_dates(self) -> bool:
        """Say whether it is one other period, and no more than that."""
        return self not in {Comparison.USUAL, Comparison.EVERYONE}


@dataclass(frozen=True, slots=True)
class OtherDates:
    """One's own dates to compare with: whole local days, from `start` (included) to `end` (excluded), as in `from..to`.

    Written `2026-10-05..2026-10-12`.
    """

    start: date
    end: date

    def __str__(self) -> str:
        return f"{self.start.isoformat()}..{self.end.isoformat()}"


@dataclass(frozen=True, slots=True)
class Target:
    """A target, in the indicator's own unit: percent, points, seconds."""

    value: float

    def __str__(self) -> str:
        return f"{self.value:g}"


ComparedWith = Comparison | OtherDates | Target
"""What a value may be compared with."""


class Attribution(StrEnum):
    """Which respondents of a conversation are credited (decision D4)."""

    ALL = "all"
    CLOSER = "closer"
    LAST = "last"
    FIRST = "first"


class Weighting(StrEnum):
    """How the days of a longer period weigh: by their own rows, or by all their conversations (decision D5)."""

    OWN = "own"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Filter:
    """What is kept of a dimension: what has one of these keys; `is_excluded`: what has none of them.

    What has no value in the dimension has none of them.
    """

    dimension: str
    keys: tuple[str, ...]
    is_excluded: bool = False

    @property
    def sign(self) -> str:
        """Return what stands between a dimension and a key of it."""
        return "!=" if self.is_excluded else "="

    @property
    def texts(self) -> tuple[str, ...]:
        """Return it as `where` writes it, once for each key."""
        return tuple(f"{self.dimension}{self.sign}{key}" for key in self.keys)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked: one indicator, over a period, perhaps cut and broken down. A value, hashable.

    `start` (inclusive) and `end` (exclusive) are moments in microseconds, None where unbounded; `zone` is an IANA
    name or None for the project's; `where` are the filters, all of which have to be met;
    `within` keeps the question to what whoever asks may see, in surrogate ids, whatever else is asked (E54);
    `now` is the moment the question is asked, in microseconds; `window_s` is the repeat window of `fcr`.
    """

    indicator: str
    now: int
    project: str | None = None
    by: str | None = None
    start: int | None = None
    end: int | None = None
    anchor: Anchor = Anchor.CLOSED
    grain: Grain | None = None
    zone: str | None = None
    where: tuple[Filter, ...] = ()
    within: tuple[tuple[str, tuple[int, ...]], ...] = ()
    compare: ComparedWith | None = None
    attribution: Attribution | None = None
    window_s: int = 7 * 24 * 3600
    weighting: Weighting = Weighting.OWN


@dataclass(frozen=True, slots=True)
class Value:
    """A measured value, or None where nobody was measured, with its base and its 95 % interval.

    `n` is how many rows the value rests on. `low` and `high` bound shares (Wilson, 0 to 100), NPS (value ± margin, cut
    at −100 and 100) and medians (order statistics, from six rows on); None elsewhere.
    """

    value: float | int | None
    n: int
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class UsualValue(Value):
    """What is usual: the median of `values` earlier values, None of fewer than four; `n` counts the rows of them all.

    `low` and `high` are its band: the second lowest and the second highest of them (domain section 3.2).
    """

    values: int = 0


@dataclass(frozen=True, slots=True)
class TargetValue(Value):
    """What a value is to be, by decree: it rests on no rows."""


RowName: TypeAlias = tuple[int | None, str | None, str]
"""What tells rows of a breakdown apart: the number of the key, the key and its label."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of an answer: the value of one key of the dimension, of one bucket of time, or of both.

    `p` is the probability of as much of a difference from the value before by chance alone, None where not tested.
    `key` is the source's own id (None: without a value in the dimension); with a grain and no dimension it is the
    bucket's start in local time. `bucket` is that start where both were asked for, else None. `rating` is that of a
    distribution which is broken down further; a plain distribution has its ratings as keys. `id` is the number of the
    key in the facts: two projects, and two sources of one, may write the same key, and call it alike.
    """

    key: str | None
    label: str
    value: Value
    previous: Value | None = None
    bucket: str | None = None
    rating: str | None = None
    p: float | None = None
    id: int | None = field(default=None, compare=False)

    @property
    def name(self) -> RowName:
        """Return what tells the row from those of other keys, in every answer by the same dimension."""
        return self.id, self.key, self.label


class OnOtherScale(NamedTuple):
    """How many satisfaction ratings are on a scale, `low` to `high`, that an indicator does not count (D42)."""

    low: int
    high: int
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The rows that answer a question, and the question as it was understood.

    `p` is the probability of as much of a difference between the two totals by chance alone, None where not tested.
    `start` and `end` are local dates with offset, as text, or None; `as_of` is the journal number the facts stood at;
    `adds_up` is false where rows may count the same conversation twice (decision D4). `why` is a sentence that says why
    there is no value, where it is not for want of rows. `other_scales` are the ratings that are not counted.
    """

    indicator: str
    unit: Unit
    by: str | None
    grain: Grain | None
    zone: str
    start: str | None
    end: str | None
    anchor: Anchor
    as_of: int
    total: Value
    previous: Value | None = None
    p: float | None = None
    rows: tuple[Row, ...] = ()
    adds_up: bool = True
    why: str | None = None
    other_scales: tuple[OnOtherScale, ...] = ()
    sql: tuple[str, ...] = field(default=(), repr=False)

    def as_json(self) -> dict[str, Any]:
        """Return the object that `--format json` and the API print, in the order of its keys.

        `why` and `other_scales` are there only where there is something to say.
        """
        json = {
            "indicator": self.indicator,
            "unit": self.unit.value,
            "by": self.by,
            "grain": self.grain.value if self.grain else None,
            "zone": self.zone,
            "from": self.start,
            "to": self.end,
            "anchor": self.anchor.value,
            "as_of": self.as_of,
            "total": _value_json(self.total) | {"previous": _previous_json(self.previous)},
            "rows": [_row_json(row, buckets=bool(self.by and self.grain)) for row in self.rows],
        }
        json |= {"why": self.why} if self.why else {}
        return json | ({"other_scales": [one._asdict() for one in self.other_scales]} if self.other_scales else {})


def _value_json(value: Value) -> dict[str, Any]:
    return {"value": value.value, "n": value.n, "low": value.low, "high": value.high}


def _previous_json(previous: Value | None) -> dict[str, Any] | None:
    if previous is None:
        return None
    return _value_json(previous) | ({"values": previous.values} if isinstance(previous, UsualValue) else {})


def _row_json(row: Row, *, buckets: bool) -> dict[str, Any]:
    head: dict[str, Any] = {"key": row.key} | ({"bucket": row.bucket} if buckets else {})
    head |= ({"note": row.rating} if row.rating is not None else {}) | {"label": row.label}
    return head | _value_json(row.value) | {"previous": _previous_json(row.previous)}
