"""Which conversations does an address ask for, in which order and with which columns?"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from ressenti.indicators.catalogue import INDICATORS, indicator
from ressenti.indicators.dimensions import dimension
from ressenti.indicators.model import Anchor, Grain
from ressenti.indicators.names import WITHOUT
from ressenti.indicators.paging import SORTS
from ressenti.indicators.periods import read_date
from ressenti.indicators.refusals import BadChoice
from ressenti.indicators.worth_reading import is_of_experience
from ressenti.kit.i18n import _
from ressenti.kit.refusals import Refusal, nearest, nearest_of
from ressenti.reports.choice import ReportChoice, read_context
from ressenti.reports.conversations.columns import COLUMNS, SHOWN, ConversationColumn
from ressenti.reports.drilldown import CONVERSATIONS, DrilldownTarget
from ressenti.workspace.conversation_marks import MarkedAs

ALL = "all"
"""The period that leaves no date out."""
WORTH = "worth"
"""The order by what is worth reading first; it has one direction only."""


class UnknownColumn(Refusal):
    """A column that the list of conversations does not have."""

    code = "unknown_column"
    sentence = _("There is no column called “{key}”. Choose among: {known}.")


class UnknownSort(Refusal):
    """An order that conversations cannot be put in."""

    code = "unknown_sort"
    sentence = _("Conversations cannot be sorted by “{key}”. Choose one of: {known}; with a “-” before it, downwards.")


class UnknownRating(Refusal):
    """A note that is on neither scale."""

    code = "unknown_note"
    sentence = _("“{value}” is not a rating. Write a whole number from 0 to 10.")


class UnknownSpot(Refusal):
    """A page of the list begins at a conversation that is not there."""

    code = "unknown_spot"
    sentence = _("This page of the list cannot be found any more. Go back to its beginning.")


_DEFAULT_SORTS = {Anchor.CLOSED: "-closed", Anchor.OPENED: "-opened", Anchor.ANSWERED: "-answered"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationQuery:
    """Which conversations an address asks for, and how they are to be shown. A value: the same address, the same list.

    `choice` holds period, date, zone and filters; `is_everything` leaves out the period. `behind` is the row of a
    figure whose conversations these are. `columns` are those chosen, empty where none were; `sort` likewise None.
    `after` and `before` are the conversations a page begins after, or ends before. `mark` keeps to those that whoever
    asks marked so for themselves.
    """

    choice: ReportChoice
    is_everything: bool = False
    behind: DrilldownTarget | None = None
    words: str = ""
    mark: MarkedAs | None = None
    sort: str | None = None
    columns: tuple[str, ...] = ()
    after: int | None = None
    before: int | None = None

    @property
    def is_with_open(self) -> bool:
        """Say whether conversations of any date are listed, open ones among them."""
        return self.is_everything and self.behind is None

    @property
    def order(self) -> str:
        """Return the order they are in where none was chosen: behind a mark of ratings or waits, what to read first."""
        if self.sort:
            return self.sort
        return WORTH if self.behind and is_of_experience(indicator(self.behind.of)) else self.newest_first

    @property
    def newest_first(self) -> str:
        """Return the order by date, the newest first."""
        return "-opened" if self.is_with_open else _DEFAULT_SORTS[self.choice.anchor]

    def shown(self, *, may_read: bool) -> tuple[ConversationColumn, ...]:
        """Return the columns shown, in the order they stand in; what people wrote only to whom may read it."""
        keys = self.columns or _shown(self.order)
        shown = {"id", *keys}
        return tuple(one for key, one in COLUMNS.items() if key in shown and (may_read or not one.is_content))

    def but(self, **changes: Any) -> "ConversationQuery":
        """Return this with something else wanted, from the first page on."""
        return replace(self, **({"after": None, "before": None} | changes))

    def parameters(self) -> list[tuple[str, str]]:
        """Return the shortest parameters of an address that leads here, in a fixed order."""
        choice = self.choice
        days = choice.period_parameters()
        pairs = [("period", ALL)] if self.is_everything else list(days)
        pairs += [pair for pair in choice.context() if pair not in days]
        pairs += [("attribution", choice.attribution.value)] if choice.attribution else []
        pairs += self.behind.parameters() if self.behind else []
        pairs += [("q", self.words)] if self.words else []
        pairs += [("mark", self.mark.value)] if self.mark else []
        pairs += [("sort", self.sort)] if self.sort else []
        pairs += [("columns", ",".join(self.columns))] if self.columns else []
        spots = {"after": self.after, "before": self.before}
        return pairs + [(name, str(spot)) for name, spot in spots.items() if spot is not None]

    def address(self, page: str = CONVERSATIONS) -> str:
        """Return the address of a page for this."""
        said = urlencode(self.parameters())
        return f"{page}?{said}" if said else page


def read_conversation_query(
    query: Mapping[str, Sequence[str]], *, today: date, week_start: int = 0
) -> ConversationQuery:
    """Return what the parameters of an address ask for; those we do not know are left alone.

    Raises what `read_report_choice` does, UnknownDimension, BadChoice, UnknownColumn, UnknownSort,
    UnknownRating and UnknownSpot.
    """
    given = {name: values[-1] for name, values in query.items() if values}
    is_everything = given.get("period") == ALL and not (given.get("from") or given.get("last") or given.get("to"))
    dated = {name: values for name, values in query.items() if not (name == "period" and is_everything)}
    return ConversationQuery(
        choice=read_context(dated, today=today, week_start=week_start),
        is_everything=is_everything,
        behind=_behind(given, query.get("note", ())),
        words=given.get("q", "").strip(),
        mark=_mark(given.get("mark")),
        sort=_sort(given.get("sort")),
        columns=_columns(query.get("columns", ())),
        after=_spot(given.get("after")),
        before=None if given.get("after") else _spot(given.get("before")),
    )


def _behind(values: Mapping[str, str], ratings: Sequence[str]) -> DrilldownTarget | None:
    if not values.get("of"):
        return None
    if values["of"] not in INDICATORS:
        raise BadChoice(name="of", value=values["of"], known=nearest(values["of"], list(INDICATORS)))
    by = dimension(values["by"]).key if values.get("by") and "key" in values else None
    bucket, since, until = (_moment(values.get(name)) for name in ("bucket", "since", "until"))
    is_span = since is not None and until is not None
    grain = _grain(values.get("grain", "")) if bucket else None
    return DrilldownTarget(
        of=values["of"],
        by=by,
        key=values["key"] if by and values["key"] != WITHOUT else None,
        grain=grain.value if grain else None,
        bucket=bucket if grain else None,
        ratings=tuple(dict.fromkeys(_rating(value) for value in ratings if value)),
        since=since if is_span else None,
        until=until if is_span else None,
    )


def _moment(value: str | None) -> str | None:
    """Return a moment as it was written, once it can be read."""
    if not value:
        return None
    read_date(value, "UTC")
    return value


def _grain(value: str) -> Grain:
    if value not in set(Grain):
        raise BadChoice(name="grain", value=value, known=", ".join(Grain))
    return Grain(value)


def _rating(value: str) -> int:
    if not re.fullmatch(r"[0-9]|10", value):
        raise UnknownRating(value=value)
    return int(value)


def _sort(asked: str | None) -> str | None:
    if not asked:
        return None
    if asked != WORTH and asked.removeprefix("-") not in SORTS:
        raise UnknownSort(key=asked, known=", ".join((WORTH, *SORTS)))
    return asked


def _mark(asked: str | None) -> MarkedAs | None:
    if not asked:
        return None
    if asked not in set(MarkedAs):
        raise BadChoice(name="mark", value=asked, known=", ".join(MarkedAs))
    return MarkedAs(asked)


def _columns(asked: Sequence[str]) -> tuple[str, ...]:
    keys = dict.fromkeys(key.strip() for text in asked for key in text.split(",") if key.strip())
    for key in keys:
        if key not in COLUMNS:
            raise UnknownColumn(key=key, known=nearest_of(key, list(COLUMNS)))
    return tuple(key for key in COLUMNS if key in keys)


def _spot(asked: str | None) -> int | None:
    if not asked:
        return None
    if not re.fullmatch(r"[0-9]{1,9}", asked):
        raise UnknownSpot
    return int(asked)


def _shown(order: str) -> tuple[str, ...]:
    """Return the usual columns, with the date that the list is ordered by."""
    dated = order.removeprefix("-")
    return tuple(dated if key == "closed" and dated in {"opened", "answered"} else key for key in SHOWN)
