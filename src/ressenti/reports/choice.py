"""The choices of a report page: parsed from the parameters of an address, and written as an address again.

The words are those of a question on the command line and in the API wherever both mean the same thing: `from`,
`to`, `where`, `anchor`, `grain`, `zone`, `compare`, `attribution`. A page adds which indicator and which tab it shows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, TypeVar
from urllib.parse import urlencode

from ressenti.indicators.catalogue import indicator, more_figures, tiles
from ressenti.indicators.declaration import in_places
from ressenti.indicators.dimensions import DIMENSIONS
from ressenti.indicators.model import (
    Anchor,
    Attribution,
    ComparedWith,
    Comparison,
    Filter,
    Grain,
    OtherDates,
    Question,
    Target,
)
from ressenti.indicators.names import WITHOUT
from ressenti.indicators.parse_question import read_comparison, read_filters
from ressenti.indicators.refusals import BadChoice, BadDate, BadRange, EmptyPeriod
from ressenti.kit.i18n import _
from ressenti.kit.refusals import Refusal
from ressenti.record.projects import require_zone
from ressenti.reports.period import (
    DEFAULT_PRESET,
    MOST_DAYS,
    PRESETS,
    ReportPeriod,
    comparison_for,
    grain_for,
    grains_for,
    preset,
)

INDICATORS = tuple(one.key for one in tiles())
"""The indicators that have a tile, in the order of the page."""
MORE_INDICATORS = tuple(one.key for one in more_figures())
"""Those that have one when more figures are asked for, in the order of the catalogue."""

OVERVIEW, EVOLUTION, RATINGS = "overview", "evolution", "ratings"
_BY_DIMENSION = in_places((one.tab.place, one) for one in DIMENSIONS.values() if one.tab)
MAIN_TABS = (OVERVIEW, EVOLUTION, RATINGS, *(one.key for one in _BY_DIMENSION if one.tab and one.tab.is_main))
"""The breakdowns of domain section 3.1, in its order; the overview shows the first rows of each."""
MORE_TABS = tuple(one.key for one in _BY_DIMENSION if one.tab and not one.tab.is_main)
TABS = (*MAIN_TABS, *MORE_TABS)
ORDERS = ("value", "lowest", "highest", "change", "n", "name", "lower")
"""How a ranking is ordered: `value` has the best first, `lower` is by the lower end of the interval (D24)."""
NO_COMPARISON = "none"
MOST_BESIDE = 6
"""Rows that may be compared side by side: what one can still tell apart."""

CONTEXT = frozenset({"period", "from", "to", "anchor", "zone", "compare", "where"})
"""The parameters that go along from one section into another: what is looked at, not how it is shown."""
_CONTEXT_WRITTEN = CONTEXT | {"last", "against", "against_last", "except", "indicator", "attribution"}
"""The same as forms write them, and what belongs to it: the indicator of a target, whom rows are credited to."""

_EARLIEST, _LATEST = date(1970, 1, 1), date(2200, 1, 1)
_Kept = TypeVar("_Kept", bound=str)


class TooManyBeside(Refusal):
    """More rows side by side than can be told apart."""

    code = "too_many_beside"
    sentence = _("Up to {limit} can be compared side by side; {count} were chosen.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportChoice:
    """Everything that decides what the Customer experience report shows. A value: the same address, the same page.

    `preset` names the period where one was chosen by its name; `grain` is None where it follows from the period's
    length; `zone` is None where it is the project's own; `beside` are the keys that the tab compares side by side. With
    `has_more_figures` all indicators have a tile, also those beyond the first ones, as where one of them is chosen.
    `compare` is a comparison as a question writes it, "none", or None where it follows from the period (D37);
    `is_refused`: the other period rests on too little, and nothing is compared with it.
    """

    period: ReportPeriod
    preset: str | None = None
    indicator: str = INDICATORS[0]
    tab: str = OVERVIEW
    grain: Grain | None = None
    anchor: Anchor = Anchor.CLOSED
    zone: str | None = None
    compare: str | None = None
    where: tuple[Filter, ...] = ()
    attribution: Attribution | None = None
    order: str = ORDERS[0]
    beside: tuple[str, ...] = ()
    is_whole_ranking: bool = False
    has_more_figures: bool = False
    is_refused: bool = False

    @property
    def shows_more_figures(self) -> bool:
        """Say whether the indicators beyond the first ones have their tiles."""
        return self.has_more_figures or self.indicator in MORE_INDICATORS

    @property
    def comparison(self) -> ComparedWith | None:
        """Return what figures are compared with: as chosen or as the period has it, None where with nothing."""
        return None if self.is_refused else self.wanted_comparison

    @property
    def wanted_comparison(self) -> ComparedWith | None:
        """Return the same, whether or not it rests on enough."""
        if self.compare == NO_COMPARISON:
            return None
        return read_comparison(self.compare) if self.compare else comparison_for(self.period)

    @property
    def bucket(self) -> Grain:
        """Return the length of the buckets of time, chosen or following from the period (D13)."""
        return self.grain or grain_for(self.period.days)

    def keys(self, dimension: str) -> tuple[str, ...]:
        """Return the keys a dimension is filtered to, none where it is not."""
        return next((one.keys for one in self.where if one.dimension == dimension and not one.is_excluded), ())

    def question(self, indicator: str, *, zone: str, now: int, **more: Any) -> Question:
        """Return a question about this choice's conversations; `zone` is where no other was chosen."""
        zone = self.zone or zone
        start, end = self.period.moments(zone)
        asked: dict[str, Any] = {
            "indicator": indicator,
            "now": now,
            "start": start,
            "end": end,
            "anchor": self.anchor,
            "zone": zone,
            "where": self.where,
            "compare": self._comparison_of(indicator),
        }
        return Question(**(asked | more))

    def _comparison_of(self, indicator: str) -> ComparedWith | None:
        """Return what an indicator is compared with: a target is one of the chosen indicator, in its unit."""
        is_others = isinstance(self.comparison, Target) and indicator != self.indicator
        return None if is_others else self.comparison

    def but(self, **changes: Any) -> "ReportChoice":
        """Return this choice with something chosen differently, and without what no longer goes with it.

        A new period drops a grain that does not fit, another tab what was compared side by side in the old one; a
        comparison goes that has no meaning any more.
        """
        changed = replace(self, **changes)
        if changed.compare and not _is_meant(changed, self):
            changed = replace(changed, compare=None)
        if changed.grain and changed.grain not in grains_for(changed.period.days):
            changed = replace(changed, grain=None)
        if changed.anchor not in indicator(changed.indicator).anchors:
            changed = replace(changed, indicator=INDICATORS[0])
        if changed.tab != self.tab and "beside" not in changes:
            changed = replace(changed, beside=())
        return changed

    def narrowed(self, period: ReportPeriod) -> "ReportChoice":
        """Return this choice for other days, given by their dates."""
        return self.but(period=period, preset=None)

    def filtered(self, dimension: str, keys: Iterable[str]) -> "ReportChoice":
        """Return this choice filtered to these keys of a dimension, or no longer by it where there are none."""
        filters: dict[str, list[Filter]] = {one.dimension: [] for one in self.where}
        for one in self.where:
            filters[one.dimension].append(one)
        admitted = tuple(dict.fromkeys(keys))
        filters[dimension] = [Filter(dimension, admitted)] if admitted else []
        return self.but(where=tuple(one for own in filters.values() for one in own))

    def parameters(self) -> list[tuple[str, str]]:
        """Return the shortest address parameters that lead here, in a fixed order; what follows by itself is left out.

        Only `where` and `beside` may be there more than once.
        """
        pairs = self.period_parameters()
        plain = {
            "indicator": (self.indicator, INDICATORS[0]),
            "tab": (self.tab, OVERVIEW),
            "grain": (self.grain.value if self.grain else None, None),
            "anchor": (self.anchor.value, Anchor.CLOSED.value),
            "zone": (self.zone, None),
            "compare": (self.compare, None),
            "attribution": (self.attribution.value if self.attribution else None, None),
            "order": (self.order, ORDERS[0]),
            "rows": ("all" if self.is_whole_ranking else None, None),
            "figures": ("all" if self.has_more_figures else None, None),
        }
        pairs += [(name, value) for name, (value, default) in plain.items() if value is not None and value != default]
        pairs += [("where", text) for one in self.where for text in one.texts]
        return pairs + [("beside", key) for key in self.beside]

    def context(self) -> list[tuple[str, str]]:
        """Return the parameters that go along into every section; a target goes with the indicator it is of."""
        names = CONTEXT | {"indicator"} if isinstance(self.wanted_comparison, Target) else CONTEXT
        return [pair for pair in self.parameters() if pair[0] in names]

    def period_parameters(self) -> list[tuple[str, str]]:
        """Return the parameters of the period alone."""
        if self.preset is None:
            return [("from", self.period.start.isoformat()), ("to", self.period.end.isoformat())]
        return [("period", self.preset)] if self.preset != DEFAULT_PRESET else []

    def words(self, zone: str) -> dict[str, list[str]]:
        """Return this choice in the words of a question, for exports, the API and the command line."""
        words = {
            "from": [self.period.start.isoformat()],
            "to": [self.period.end.isoformat()],
            "zone": [self.zone or zone],
            "anchor": [self.anchor.value],
        }
        where = [text for one in self.where for text in one.texts]
        return words | ({"where": where} if where else {})

    def address(self, page: str = "/") -> str:
        """Return the address of a page for this choice."""
        query = urlencode(self.parameters())
        return f"{page}?{query}" if query else page


def available(choice: ReportChoice) -> tuple[str, ...]:
    """Return the indicators with a tile that have rows of the chosen date: an unanswered survey has no answer's."""
    shown = (*INDICATORS, *MORE_INDICATORS) if choice.shows_more_figures else INDICATORS
    return tuple(key for key in shown if choice.anchor in indicator(key).anchors)


def read_report_choice(query: Mapping[str, Sequence[str]], *, today: date, week_start: int = 0) -> ReportChoice:
    """Parse the parameters of an address; unknown ones are ignored.

    `today` is the day it is in the zone of the address (`zone_named`, D41). Raises BadDate, EmptyPeriod, BadChoice,
    TooManyBeside, BadRange for more than forty years, and the refusals of filters and zones.
    """
    last_values = {name: values[-1] for name, values in query.items() if values}
    period, name = _period(last_values, today, week_start)
    tab = _one_of("tab", last_values, TABS, OVERVIEW)
    choice = ReportChoice(
        period=period,
        preset=name,
        indicator=_one_of("indicator", last_values, (*INDICATORS, *MORE_INDICATORS), INDICATORS[0]),
        tab=tab,
        grain=Grain(_one_of("grain", last_values, tuple(Grain), Grain.DAY)) if last_values.get("grain") else None,
        anchor=Anchor(_one_of("anchor", last_values, tuple(Anchor), Anchor.CLOSED)),
        zone=require_zone(last_values["zone"]) if last_values.get("zone") else None,
        compare=_compare(last_values),
        where=filters_in(query),
        attribution=_attribution(last_values),
        order=_one_of("order", last_values, ORDERS, ORDERS[0]),
        beside=_beside(query.get("beside", ()), tab),
        is_whole_ranking=last_values.get("rows") == "all",
        has_more_figures=last_values.get("figures") == "all",
    )
    return choice.but()


def read_context(query: Mapping[str, Sequence[str]], *, today: date, week_start: int = 0) -> ReportChoice:
    """Parse what goes along into every section, and nothing else of an address; raises as `read_report_choice` does."""
    names = _CONTEXT_WRITTEN if query.get("compare") else _CONTEXT_WRITTEN - {"indicator"}
    asked = {name: values for name, values in query.items() if name in names}
    return read_report_choice(asked, today=today, week_start=week_start)


def zone_named(query: Mapping[str, Sequence[str]], *, usual: str) -> str:
    """Return the zone in which an address is read: the one it names, else `usual`; raises UnknownZone."""
    named = query.get("zone", ())
    return require_zone(named[-1]) if named and named[-1] else usual


def filters_in(query: Mapping[str, Sequence[str]]) -> tuple[Filter, ...]:
    """Read the filters of an address; raises as `read_filters` does.

    `except` names a dimension whose keys are set aside: so a form says it once, and not with each of them.
    """
    aside = {name for name in query.get("except", ()) if name}
    texts = [text for text in query.get("where", ()) if text]
    return read_filters([text.replace("=", "!=", 1) if text.partition("=")[0] in aside else text for text in texts])


def _period(query: Mapping[str, str], today: date, week_start: int) -> tuple[ReportPeriod, str | None]:
    if not (query.get("from") or query.get("to") or query.get("last")):
        name = _one_of("period", query, PRESETS, DEFAULT_PRESET)
        return preset(name, today=today, week_start=week_start), name
    end = _end(query) or today + timedelta(days=1)
    start = _date(query["from"]) if query.get("from") else end - timedelta(days=30)
    if start >= end:
        raise EmptyPeriod(start=start.isoformat())
    if (end - start).days > MOST_DAYS:
        raise BadRange(years=(end - start).days // 365)
    return ReportPeriod(start, end), None


def _end(query: Mapping[str, str]) -> date | None:
    """Read the end: `to` is excluded, as on the command line; `last` is included, as people fill in a form."""
    if query.get("last"):
        return _date(query["last"]) + timedelta(days=1)
    return _date(query["to"]) if query.get("to") else None


def _compare(query: Mapping[str, str]) -> str | None:
    """Read what to compare with; dates of one's own may come from a form, where the last day is included."""
    if query.get("against") and query.get("against_last"):
        return str(OtherDates(_date(query["against"]), _date(query["against_last"]) + timedelta(days=1)))
    text = (query.get("compare") or "").strip()
    if text and text != NO_COMPARISON:
        return str(read_comparison(text))
    return text or None


def _is_meant(choice: ReportChoice, before: ReportChoice) -> bool:
    """Say whether the comparison of a choice means something: a unit of a unit, everyone beside some of them.

    A target is one of an indicator, and goes with it.
    """
    match choice.wanted_comparison:
        case Comparison.UNIT:
            return choice.period.unit is not None
        case Comparison.EVERYONE:
            return bool(choice.where)
        case Target():
            return choice.indicator == before.indicator
    return True


def _date(written: str) -> date:
    try:
        on = date.fromisoformat(written.strip())
    except ValueError:
        raise BadDate(value=written) from None
    if not _EARLIEST <= on < _LATEST:
        raise BadDate(value=written)
    return on


def _attribution(query: Mapping[str, str]) -> Attribution | None:
    """Read whom an answer is credited to; everybody who wrote is the rule and needs no parameter (D4)."""
    attribution = Attribution(_one_of("attribution", query, tuple(Attribution), Attribution.ALL))
    return None if attribution is Attribution.ALL else attribution


def _beside(keys: Sequence[str], tab: str) -> tuple[str, ...]:
    """Read what is compared side by side; only a tab of a dimension has rows."""
    compared = tuple(dict.fromkeys(key for key in keys if key != WITHOUT)) if tab in DIMENSIONS else ()
    if len(compared) > MOST_BESIDE:
        raise TooManyBeside(limit=MOST_BESIDE, count=len(compared))
    return compared


def _one_of(name: str, query: Mapping[str, str], known: tuple[_Kept, ...], default: _Kept) -> _Kept:
    value = query.get(name) or default
    for word in known:
        if word == value:
            return word
    raise BadChoice(name=name, value=value, known=", ".join(known))
