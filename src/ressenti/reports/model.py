"""The values a report is made of: tiles, evolutions, rankings, ratings. Whoever draws or writes them asks nothing."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from ressenti.indicators.model import Anchor, Better, Grain, OnOtherScale, RowName, Unit, Value
from ressenti.indicators.other_dates import OtherDate
from ressenti.reports.comparison import Change
from ressenti.reports.period import ReportPeriod


class Standing(StrEnum):
    """Whether there is anything to report on."""

    MEASURED = "measured"
    NOTHING_HERE = "nothing here"
    NOTHING_AT_ALL = "nothing at all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One indicator at a glance. `shape` holds the value of each bucket that is over, for the spark.

    `as_of` is the journal number the value stands at. `other_dates` say by which dates something is counted where
    nothing is by the chosen one, `answers_alone` how many answers there are where there is no conversation. `why` is a
    sentence that says why there is no value, `other_scales` are the ratings that are not counted.
    """

    indicator: str
    unit: Unit
    value: Value
    previous: Value | None
    change: Change | None
    shape: tuple[float | None, ...]
    is_chosen: bool
    as_of: int = 0
    other_dates: tuple[OtherDate, ...] = ()
    answers_alone: int = 0
    currency: str
    why: str | None = None
    other_scales: tuple[OnOtherScale, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EvolutionPoint:
    """One bucket of an evolution. `days` are the whole days it covers inside the period, None for parts of a day."""

    start: datetime
    value: Value
    previous: Value | None
    days: ReportPeriod | None
    is_unfinished: bool = False
    is_future: bool = False

    @property
    def key(self) -> str:
        """Return what the bucket is called in an answer: its start on the clock of the zone, with offset."""
        return self.start.isoformat()


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedAnnotation:
    """An annotation on the axis of time: an action, an incident or a training, in words (story 109)."""

    at: datetime
    kind: str
    words: str
    id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Evolution:
    """One indicator over time, with the period before. `total` is the whole period's value.

    `is_line`: its buckets bear a line; else there are points alone (D39).
    `episode` are the days of a stretch that is clearly unlike the usual.
    """

    indicator: str
    unit: Unit
    better: Better
    grain: Grain
    total: Value
    points: tuple[EvolutionPoint, ...]
    annotations: tuple[DatedAnnotation, ...] = ()
    currency: str
    episode: ReportPeriod | None = None
    is_line: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedLine:
    """One of several compared over time: a row of a dimension, and its value in each bucket."""

    key: str
    label: str
    total: Value
    points: tuple[Value, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedLines:
    """Rows of a dimension side by side over time; `starts` are the buckets they share.

    `is_line`: the buckets bear lines; else there are points alone (D39).
    """

    indicator: str
    unit: Unit
    better: Better
    grain: Grain
    starts: tuple[datetime, ...]
    lines: tuple[ComparedLine, ...]
    currency: str
    is_line: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedRow:
    """One row of a ranking; `key` is None for what is credited to nobody."""

    key: str | None
    label: str
    value: Value
    change: Change | None
    id: int | None = field(default=None, compare=False)

    @property
    def name(self) -> RowName:
        """Return what tells the row from others, in every ranking by the same dimension."""
        return self.id, self.key, self.label


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """Rows in order; those that rest on too few answers apart (D24), and how many are not shown.

    `by` is the dimension. `adds_up` is false where a conversation may count in several rows. A dimension with an order
    of its own (hours, ratings) keeps it, and has no rows apart: `is_ordered`. Where rows were left out of the
    middle, `gap` says how many stand before them.
    """

    indicator: str
    by: str
    unit: Unit
    better: Better
    total: Value
    ranked: tuple[RankedRow, ...]
    few: tuple[RankedRow, ...]
    hidden_count: int
    adds_up: bool
    is_ordered: bool = False
    gap: int = 0
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingShare:
    """One rating of a scale: its share of all answers and how many gave it, and the share in the period before."""

    rating: int
    value: Value
    previous: Value | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingDistribution:
    """Every rating of a scale, lowest first. `n` counts all answers; `average` is their mean, for CSAT.

    `other_scales` are the ratings that are not among them.
    """

    indicator: str
    n: int
    previous_n: int | None
    ratings: tuple[RatingShare, ...]
    average: Value | None = None
    other_scales: tuple[OnOtherScale, ...] = ()


class NpsClass(StrEnum):
    """What an answer from 0 to 10 makes of its author."""

    DETRACTOR = "detractor"
    PASSIVE = "passive"
    PROMOTER = "promoter"

    @property
    def ratings(self) -> tuple[int, ...]:
        """Return the ratings of the class."""
        return {"detractor": tuple(range(7)), "passive": (7, 8), "promoter": (9, 10)}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """How an NPS is made: answers in each class, lowest first, now and in the period before."""

    nps: Value
    previous: Value | None
    counts: tuple[tuple[NpsClass, int], ...]
    previous_counts: tuple[tuple[NpsClass, int], ...] | None

    @property
    def n(self) -> int:
        """Count the answers."""
        return sum(count for _class, count in self.counts)

    def share(self, one: NpsClass) -> float | None:
        """Return the share of a class in %, None where nobody answered."""
        return 100 * dict(self.counts)[one] / self.n if self.n else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """Where there is something, if not in the chosen period: the last month of it, and all of it."""

    anchor: Anchor
    latest: ReportPeriod
    everything: ReportPeriod
