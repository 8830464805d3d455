"""The report's page as data, its questions and its filters: what is asked of us and the SQL beside it are made of it.

Two of the questions are not quite those of the first comparison of engines. The median by three hours of local time is
asked by hour of day instead: no more than 2,000 buckets are shown at once, and so all rows are spoken of. And of the
channels two medians and a mean are asked, since only two indicators are medians.
"""

from dataclasses import dataclass

from bench.facts.names import ZONE
from ressenti.indicators import model
from ressenti.indicators.declaration import Dimension
from ressenti.indicators.dimensions import dimension
from ressenti.indicators.model import Grain, Question
from ressenti.indicators.periods import read_date

END = read_date("2025-01-01", ZONE)
_RATINGS = ("csat", "nps")
_MEDIANS = ("first_response_time", "resolution_time")
_BOTH = (*_RATINGS, "resolution_time")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One of the page's twelve: indicators that are broken down alike, or not at all."""

    name: str
    indicators: tuple[str, ...]
    by: Dimension | None = None
    grain: Grain | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFilter:
    """Which rows the page speaks of: those closed from a day to the end, with one of the keys in each dimension."""

    name: str
    since: str | None = None
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def period(self) -> tuple[int, int] | None:
        """Return the moments it begins and ends at, None where it speaks of all."""
        return (read_date(self.since, ZONE), END) if self.since else None


def _by(key: str, *indicators: str) -> Part:
    return Part(name=f"by {key}", indicators=indicators, by=dimension(key))


def _keys(key: str, first: int, last: int) -> tuple[str, tuple[str, ...]]:
    return key, tuple(f"{key}-{i}" for i in range(first, last + 1))


TOTALS = Part(name="totals", indicators=(*_RATINGS, *_MEDIANS, "conversations"))
BY_AGENT = _by("agent", *_BOTH)
PAGE = (
    TOTALS,
    Part(name="by day", indicators=_RATINGS, grain=Grain.DAY),
    Part(name="by week", indicators=_MEDIANS, grain=Grain.WEEK),
    _by("hour_of_day", "first_response_time"),
    _by("rating", *_MEDIANS),
    BY_AGENT,
    _by("group", *_BOTH),
    _by("rule", *_BOTH),
    _by("distribution_group", *_BOTH),
    _by("automation", *_BOTH),
    _by("campaign", *_BOTH),
    _by("channel", *_MEDIANS, "first_response_time_mean"),
)

ALL = PageFilter(name="all")
FILTERS = {
    one.name: one
    for one in (
        ALL,
        PageFilter(name="year", since="2024-01-01"),
        PageFilter(name="90days", since="2024-10-03", where=(_keys("channel", 0, 2),)),
        PageFilter(name="agents", where=(_keys("agent", 100, 109),)),
        PageFilter(name="low", where=(("rating", ("1", "2", "3")), ("automation", ("none",)))),
        PageFilter(name="rare", since="2024-01-01", where=(_keys("tag", 10, 10), _keys("campaign", 10, 14))),
    )
}


def question(key: str, part: Part, which: PageFilter) -> Question:
    """Return what is asked of us for one indicator of a part."""
    start, end = which.period or (None, None)
    by = part.by.key if part.by else None
    where = tuple(model.Filter(name, keys) for name, keys in which.where)
    return Question(indicator=key, now=END, by=by, grain=part.grain, start=start, end=end, where=where)
