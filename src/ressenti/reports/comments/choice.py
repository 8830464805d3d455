"""Which answers did the reader choose, in which order: the words of an address become values, and an address again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from ressenti.indicators.declaration import Dimension, in_places
from ressenti.indicators.dimensions import DIMENSIONS
from ressenti.indicators.refusals import BadChoice
from ressenti.kit.i18n import _
from ressenti.reports.choice import ReportChoice
from ressenti.reports.model import NpsClass

PAGE = "/comments"
SIZE = 25
"""Rows on a page."""
RATINGS = (1, 2, 3, 4, 5)
RATING_CHIPS = ((1, 2), (3,), (4, 5))
"""Ratings that are chosen together with one click; 4 and 5 are what CSAT counts as satisfied."""
LARGEST_ID = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentColumn:
    """One column: what it is called, and by what its rows are ordered, if they can be.

    `fact` is a number of the answer, `delay` one of its conversation; `names` is the dimension whose names are
    ordered, by the first of each row. `told` is a question of the survey whose answers only the record holds.
    """

    key: str
    name: str
    fact: str | None = None
    delay: str | None = None
    names: str | None = None
    told: str | None = None

    @property
    def is_sortable(self) -> bool:
        """Say whether rows can be ordered by it."""
        return bool(self.fact or self.delay or self.names or self.told)


def _of_dimension(one: Dimension) -> CommentColumn:
    name = one.heading or (one.plural if one.many else None) or one.name
    if one.has_names:
        return CommentColumn(key=one.key, name=name, names=one.key)
    return CommentColumn(key=one.key, name=name, fact=one.column)


_OF_THEIR_OWN = (
    (1, CommentColumn(key="rated", name=_("Rated"), fact="answered_at")),
    (2, CommentColumn(key="comment", name=_("Comment"))),
    (3, CommentColumn(key="csat", name=_("CSAT"), fact="csat")),
    (4, CommentColumn(key="nps", name=_("NPS"), fact="nps")),
    (5, CommentColumn(key="resolved", name=_("Resolved?"), told="resolved")),
    (7, CommentColumn(key="conversation", name=_("Conversation"))),
    (15, CommentColumn(key="closed", name=_("Closed at"), fact="closed_at")),
    (16, CommentColumn(key="first_response_time", name=_("First response"), delay="first_response_us")),
    (17, CommentColumn(key="resolution_time", name=_("Resolution"), delay="resolution_us")),
    (18, CommentColumn(key="visitor", name=_("Visitor"))),
    (19, CommentColumn(key="status", name=_("Answer"))),
)
_OF_DIMENSIONS = tuple(
    (one.comment_column, _of_dimension(one)) for one in DIMENSIONS.values() if one.comment_column is not None
)

COLUMNS: dict[str, CommentColumn] = {one.key: one for one in in_places((*_OF_THEIR_OWN, *_OF_DIMENSIONS))}
"""Every column, in the order of the table (domain section 3.1)."""

SHOWN = ("rated", "comment", "csat", "nps", "agent", "conversation")
"""The columns that a table opens with."""
_FALLING = frozenset({"rated", "closed"})
"""Columns whose latest comes first when they are first ordered by."""

SORTS = tuple(sign + one.key for one in COLUMNS.values() if one.is_sortable for sign in ("", "-"))


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentsChoice:
    """Everything that decides what the table of comments shows.

    `choice` says which period, filters and zone; `ratings` and `classes` keep answers with one of these CSAT ratings
    and NPS classes; `typed` is searched for in comments. `after` and `before` name the answer that a page begins or
    ends beside, by its id.
    """

    choice: ReportChoice
    ratings: tuple[int, ...] = ()
    classes: tuple[NpsClass, ...] = ()
    has_comment: bool = True
    typed: str = ""
    sort: str = "rated"
    is_falling: bool = True
    columns: tuple[str, ...] = SHOWN
    after: int | None = None
    before: int | None = None

    def but(self, **changes: Any) -> "CommentsChoice":
        """Return this choice with something chosen differently, from the first page on unless one is named."""
        return replace(self, **({"after": None, "before": None} | changes))

    def sorted_by(self, key: str) -> "CommentsChoice":
        """Return this choice ordered by a column; by the one it is ordered by already, the other way round."""
        is_falling = not self.is_falling if key == self.sort else key in _FALLING
        return self.but(sort=key, is_falling=is_falling)

    def parameters(self) -> list[tuple[str, str]]:
        """Return the shortest address parameters that lead here; `where`, `note`, `nps` and `columns` repeat."""
        pairs = self.choice.context()
        pairs += [("note", str(rating)) for rating in self.ratings] + [("nps", one.value) for one in self.classes]
        plain = {
            "with_comment": "" if self.has_comment else "no",
            "q": self.typed,
            "sort": "" if (self.sort, self.is_falling) == ("rated", True) else "-" * self.is_falling + self.sort,
        }
        pairs += [(name, value) for name, value in plain.items() if value]
        pairs += [("columns", key) for key in self.columns] if self.columns != SHOWN else []
        places = (("after", self.after), ("before", self.before))
        return pairs + [(name, str(place)) for name, place in places if place is not None]

    def address(self, page: str = PAGE) -> str:
        """Return the address of a page for this choice."""
        query = urlencode(self.parameters())
        return f"{page}?{query}" if query else page


def read_comments(query: Mapping[str, Sequence[str]], choice: ReportChoice) -> CommentsChoice:
    """Parse the parameters of an address about the table; raises BadChoice."""
    last_values = {name: values[-1] for name, values in query.items() if values}
    written = last_values.get("sort") or "-rated"
    _require("sort", written, SORTS)
    columns = tuple(_require("columns", key, tuple(COLUMNS)) for key in query.get("columns", ()) if key)
    return CommentsChoice(
        choice=choice,
        ratings=tuple(rating for rating in RATINGS if str(rating) in _all("note", query, tuple(map(str, RATINGS)))),
        classes=tuple(one for one in NpsClass if one.value in _all("nps", query, tuple(NpsClass))),
        has_comment=_require("with_comment", last_values.get("with_comment") or "yes", ("yes", "no")) == "yes",
        typed=last_values.get("q", "").strip(),
        sort=written.removeprefix("-"),
        is_falling=written.startswith("-"),
        columns=tuple(key for key in COLUMNS if key in columns) or SHOWN,
        after=_place("after", last_values),
        before=None if last_values.get("after") else _place("before", last_values),
    )


def _all(name: str, query: Mapping[str, Sequence[str]], known: Sequence[str]) -> set[str]:
    return {_require(name, value, known) for value in query.get(name, ()) if value}


def _require(name: str, value: str, known: Sequence[str]) -> str:
    if value not in known:
        raise BadChoice(name=name, value=value, known=", ".join(known))
    return value


def _place(name: str, query: Mapping[str, str]) -> int | None:
    value = query.get(name)
    if not value:
        return None
    if not (value.isascii() and value.isdecimal() and len(value) < 11 and int(value) <= LARGEST_ID):
        raise BadChoice(name=name, value=value, known="1, 2, 3…")
    return int(value)
