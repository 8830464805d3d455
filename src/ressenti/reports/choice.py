"""What did the reader choose: the words of an address become values here, and become an address again."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, TypeVar
from urllib.parse import urlencode

from ressenti.indicators.model import Anchor, Grain
from ressenti.indicators.refusals import BadRange
from ressenti.kit.i18n import _
from ressenti.kit.refusals import Refusal
from ressenti.reports.period import DEFAULT_PRESET, MOST_DAYS, PRESETS, Period, grains_for, preset

INDICATORS = ("csat", "nps", "first_response_time", "resolution_time")
"""The indicators that have a tile, in the order of the page."""

_EARLIEST, _LATEST = date(1970, 1, 1), date(2200, 1, 1)
_Kept = TypeVar("_Kept", bound=str)


class UnreadableDay(Refusal):
    """A day of the address is none, or lies outside 1970 to 2199."""

    code = "unreadable_day"
    sentence = _("“{value}” is not a date we can read. Write it as year-month-day, for example 2026-11-21.")


class NoDays(Refusal):
    """The period ends before its first day is over."""

    code = "no_days"
    sentence = _("This period ends before it begins. Choose a last day that is {start} or later.")


class UnknownChoice(Refusal):
    """A word of the address is none of those it may be."""

    code = "unknown_choice"
    sentence = _("“{value}” is not one of the choices for {name}. Choose one of: {known}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Everything that decides what the Customer experience report shows. A value: the same address, the same page.

    `preset` names the period where one was chosen by its name; `grain` is None where it follows from the period's
    length; `agent` narrows the page to the conversations this respondent took part in.
    """

    period: Period
    preset: str | None = None
    indicator: str = INDICATORS[0]
    grain: Grain | None = None
    anchor: Anchor = Anchor.CLOSED
    agent: str | None = None
    is_whole_ranking: bool = False

    def but(self, **changes: Any) -> "Choice":
        """Return this choice with something chosen differently. A new period lets go of a grain that no longer fits."""
        changed = replace(self, **changes)
        if changed.grain and changed.grain not in grains_for(changed.period.days):
            return replace(changed, grain=None)
        return changed

    def narrowed(self, period: Period) -> "Choice":
        """Return this choice for other days, told by their dates."""
        return self.but(period=period, preset=None)

    def parameters(self) -> dict[str, str]:
        """Return the shortest address parameters that lead here; what follows by itself is left out."""
        said: dict[str, str] = {}
        if self.preset is None:
            said |= {"from": self.period.start.isoformat(), "to": self.period.end.isoformat()}
        elif self.preset != DEFAULT_PRESET:
            said["period"] = self.preset
        if self.indicator != INDICATORS[0]:
            said["indicator"] = self.indicator
        if self.grain:
            said["grain"] = self.grain.value
        if self.anchor is not Anchor.CLOSED:
            said["anchor"] = self.anchor.value
        if self.agent is not None:
            said["agent"] = self.agent
        if self.is_whole_ranking:
            said["rows"] = "all"
        return said

    def address(self, carried: Mapping[str, str] | None = None) -> str:
        """Return a relative address; `carried` are parameters every link repeats, such as the language."""
        return "?" + urlencode({**self.parameters(), **(carried or {})})


def read_choice(query: Mapping[str, str], *, today: date) -> Choice:
    """Return what the parameters of an address say; those we do not know are left alone.

    Raises UnreadableDay, NoDays, UnknownChoice, and BadRange for more than forty years.
    """
    period, name = _period(query, today)
    choice = Choice(
        period=period,
        preset=name,
        indicator=_one_of("indicator", query, INDICATORS, INDICATORS[0]),
        grain=_grain(query),
        anchor=Anchor(_one_of("anchor", query, tuple(Anchor), Anchor.CLOSED)),
        agent=query.get("agent") or None,
        is_whole_ranking=query.get("rows") == "all",
    )
    return choice.but()


def _period(query: Mapping[str, str], today: date) -> tuple[Period, str | None]:
    if not (query.get("from") or query.get("to") or query.get("last")):
        name = _one_of("period", query, PRESETS, DEFAULT_PRESET)
        return preset(name, today=today), name
    end = _end(query) or today + timedelta(days=1)
    start = _date(query["from"]) if query.get("from") else end - timedelta(days=30)
    if start >= end:
        raise NoDays(start=start.isoformat())
    if (end - start).days > MOST_DAYS:
        raise BadRange(years=(end - start).days // 365)
    return Period(start, end), None


def _end(query: Mapping[str, str]) -> date | None:
    """Read the end: `to` is excluded, as on the command line; `last` is included, as people fill in a form."""
    if query.get("last"):
        return _date(query["last"]) + timedelta(days=1)
    return _date(query["to"]) if query.get("to") else None


def _date(written: str) -> date:
    try:
        on = date.fromisoformat(written.strip())
    except ValueError:
        raise UnreadableDay(value=written) from None
    if not _EARLIEST <= on < _LATEST:
        raise UnreadableDay(value=written)
    return on


def _grain(query: Mapping[str, str]) -> Grain | None:
    return Grain(_one_of("grain", query, tuple(Grain), Grain.DAY)) if query.get("grain") else None


def _one_of(name: str, query: Mapping[str, str], known: tuple[_Kept, ...], default: _Kept) -> _Kept:
    value = query.get(name) or default
    for word in known:
        if word == value:
            return word
    raise UnknownChoice(name=name, value=value, known=", ".join(known))
