"""The values that a table of comments is made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ressenti.reports.comments.choice import CommentsChoice
from ressenti.reports.model import NpsClass


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentRow:
    """One answer to a survey. `id` is the record's; moments are local; delays are in seconds.

    `comment` is cut into pieces, each with whether it was looked for. `scale` is the CSAT rating's: "5" is 1 to 5,
    others name both ends. `conversation` is its id and its source's own. `labels` are the names of the columns that
    have names, by column. `is_complete` is None where it was not asked for.
    """

    id: int
    rated_at: datetime | None
    comment: tuple[tuple[str, bool], ...] = ()
    language: str | None = None
    csat: int | None = None
    scale: str = "5"
    nps: int | None = None
    is_resolved: bool | None = None
    conversation: tuple[int, str] | None = None
    labels: Mapping[str, tuple[str, ...]]
    automation: int | None = None
    closed_at: datetime | None = None
    first_response_s: float | None = None
    resolution_s: float | None = None
    visitor: str | None = None
    is_complete: bool | None = None

    @property
    def nps_class(self) -> NpsClass | None:
        """Return what the NPS rating makes of its author."""
        return next((one for one in NpsClass if self.nps in one.ratings), None)

    @property
    def text(self) -> str:
        """Return the whole comment."""
        return "".join(piece for piece, _is_hit in self.comment)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many answers there are: of all, with a comment, and under each filter of ratings; `shown` is the table's.

    `by_rating` and `by_class` count what each would leave, without the other filters of ratings.
    """

    answers: int
    commented: int
    all_ratings: int
    shown: int
    by_rating: Mapping[tuple[int, ...], int]
    by_class: Mapping[NpsClass, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comments:
    """A page of the table. `first` is the place of its first row, from 1; `newer` and `older` are the next pages."""

    choice: CommentsChoice
    zone: str
    rows: tuple[CommentRow, ...]
    counts: Counts
    first: int
    newer: CommentsChoice | None
    older: CommentsChoice | None
