"""How the rows of an indicator are counted, before and now, by everything that a change of it may come from."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from ressenti.facts.query import Aggregate, ClockKey, ColumnKey, KeyFilter, MomentExtent, Query
from ressenti.indicators.catalogue import CONVERSATIONS
from ressenti.indicators.declaration import Dimension, Indicator
from ressenti.indicators.dimensions import DIMENSIONS
from ressenti.indicators.drivers.chain import DriverGroup, Observed
from ressenti.indicators.drivers.decomposition import NO_ROWS, TwoPeriods
from ressenti.indicators.drivers.row_means import may_cause, row_aggregates, row_sums
from ressenti.indicators.measures import aggregates_of
from ressenti.indicators.query_builder import Slice, group_key, select_rows
from ressenti.indicators.refusals import NoOtherPeriod
from ressenti.indicators.resolve import ResolvedQuestion, both_periods, compared_slice, period_of

OF_SURVEYS = frozenset({"answer", "begun"})
"""The facts whose rows are there only where somebody was asked."""


class BeforeAndNow(NamedTuple):
    """What aggregates gave of the two periods, nothing where a period has no rows."""

    before: Sequence[Any] = ()
    now: Sequence[Any] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodRows:
    """The rows of a question's period, and of the one it is compared with; `both` where one query can give both."""

    question: ResolvedQuestion
    now: Slice
    before: Slice
    both: Slice | None

    @classmethod
    def of(cls, question: ResolvedQuestion) -> "PeriodRows":
        """Return the rows of a question that compares with another period; raises NothingToCompare, NoOtherPeriod."""
        before = compared_slice(question, period_of(question))
        if before is None:
            raise NoOtherPeriod(compare=str(question.question.compare))
        return cls(question=question, now=question.slice, before=before, both=both_periods(question.slice, before))

    def total(self, indicator: Indicator, aggregates: tuple[Aggregate, ...] = ()) -> BeforeAndNow:
        """Return what aggregates give of all rows; those of the indicator's measure where none are given."""
        found = self.aggregated(indicator, aggregates or aggregates_of(indicator.measure))
        return found.get(None, BeforeAndNow())

    def aggregated(
        self,
        indicator: Indicator,
        aggregates: tuple[Aggregate, ...],
        *,
        by: ColumnKey | ClockKey | None = None,
        filters: Sequence[KeyFilter] = (),
    ) -> dict[int | None, BeforeAndNow]:
        """Return what aggregates give by the ids of a key; all under None without one."""
        by_id: dict[int | None, BeforeAndNow] = {}

        def rows_of(cut: Slice) -> list[tuple[Any, ...]]:
            rows = select_rows(indicator, cut)
            rows = replace(rows, filters=(*rows.filters, *filters))
            return self.question.run(Query(rows=rows, aggregates=aggregates, key=by))

        if self.both:
            counted = [(bool(is_before), values) for is_before, *values in rows_of(self.both)]
        else:
            periods = ((True, self.before), (False, self.now))
            counted = [(is_before, list(values)) for is_before, cut in periods for values in rows_of(cut)]
        for is_before, values in counted:
            group = values.pop(0) if by else None
            other = by_id.get(group, BeforeAndNow())
            by_id[group] = other._replace(**{"before" if is_before else "now": tuple(values)})
        return by_id


class DriverCounts:
    """The rows of an indicator, a mean of rows, by all dimensions that a change of it may come from.

    Whoever asks sees of some dimensions only some groups; the others are left out, and still in the whole.
    """

    def __init__(self, rows: PeriodRows, indicator: Indicator) -> None:
        self._rows = rows
        self._indicator = indicator
        question = rows.question
        is_alone = len(question.projects) < 2
        dimensions = [
            one
            for one in DIMENSIONS.values()
            if may_cause(one, indicator) and not (one.is_for_several_projects and is_alone)
        ]
        attribution = question.question.attribution
        self._keys = {one.key: group_key(indicator, rows.now, one, attribution) for one in dimensions}
        self._seen = {one.key: question.visible.rows(one) for one in dimensions}

    def look(self, excluded: tuple[DriverGroup, ...]) -> Observed:
        """Return the rows that are in none of some groups: all of them, and by group."""
        outside = [KeyFilter(self._keys[one.dimension], (one.key,), is_excluded=True) for one in excluded]
        groups = {
            DriverGroup(name, group, is_exclusive=not (isinstance(key, ColumnKey) and key.is_list)): rows
            for name, key in self._keys.items()
            for group, rows in sorted(self._counted(key, outside).items(), key=_place)
            if (seen := self._seen[name]) is None or group in seen
        }
        return Observed(self._counted(None, outside).get(None, NO_ROWS), groups)

    def any_of(self, groups: Sequence[DriverGroup]) -> TwoPeriods:
        """Return the rows that are in any of some groups of one dimension."""
        key = self._keys[groups[0].dimension]
        return self._counted(None, [KeyFilter(key, tuple(one.key for one in groups))]).get(None, NO_ROWS)

    def first_of(self, group: DriverGroup) -> int | None:
        """Return the moment of the first row of a group, of those of the question's period."""
        rows = select_rows(self._indicator, self._rows.now)
        own = KeyFilter(self._keys[group.dimension], (group.key,))
        query = Query(rows=replace(rows, filters=(*rows.filters, own)), aggregates=(MomentExtent(),))
        [(first, _last)] = self._rows.question.run(query)
        return None if first is None else int(first)

    def conversations(self, dimension: Dimension) -> dict[int | None, BeforeAndNow]:
        """Return how many conversations there are by a dimension, whether or not anything was asked in them."""
        attribution = self._rows.question.question.attribution
        key = group_key(CONVERSATIONS, self._rows.now, dimension, attribution)
        return self._rows.aggregated(CONVERSATIONS, aggregates_of(CONVERSATIONS.measure), by=key)

    def _counted(self, by: ColumnKey | ClockKey | None, filters: Sequence[KeyFilter]) -> dict[int | None, TwoPeriods]:
        measure = self._indicator.measure
        found = self._rows.aggregated(self._indicator, row_aggregates(measure), by=by, filters=filters)
        return {
            group: TwoPeriods(row_sums(measure, parts.before), row_sums(measure, parts.now))
            for group, parts in found.items()
        }


def _place(counted: tuple[int | None, TwoPeriods]) -> tuple[bool, int]:
    """Return where a group stands among those of its dimension: by its id, rows without any last."""
    group, _rows = counted
    return group is None, group or 0
