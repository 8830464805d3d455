"""Which conversations stand behind a mark of a figure: the address of the list that holds exactly those."""

from dataclasses import dataclass
from urllib.parse import urlencode

from ressenti.indicators.dimensions import DIMENSIONS
from ressenti.indicators.names import WITHOUT
from ressenti.reports.choice import ReportChoice

CONVERSATIONS = "/conversations"
"""Where the Conversations report is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrilldownTarget:
    """A row of an answer, named as the answer names it: the conversations whose rows it counts.

    `of` is the indicator, `by` and `key` the row of a breakdown (key None: without a value), `grain` and `bucket` the
    bucket of time by its key, `ratings` those of a distribution. `since` and `until` are moments, as ISO 8601 with an
    offset, where a row spans something else than the days of the choice.
    """

    of: str
    by: str | None = None
    key: str | None = None
    grain: str | None = None
    bucket: str | None = None
    ratings: tuple[int, ...] = ()
    since: str | None = None
    until: str | None = None

    def parameters(self) -> list[tuple[str, str]]:
        """Return the parameters that name this row in an address; only `note` may be there more than once."""
        pairs = [("of", self.of)]
        if self.by is not None:
            pairs += [("by", self.by), ("key", WITHOUT if self.key is None else self.key)]
        if self.bucket is not None and self.grain is not None:
            pairs += [("grain", self.grain), ("bucket", self.bucket)]
        if self.since is not None and self.until is not None:
            pairs += [("since", self.since), ("until", self.until)]
        return pairs + [("note", str(rating)) for rating in self.ratings]


def address_behind(choice: ReportChoice, behind: DrilldownTarget) -> str:
    """Return the address of the conversations behind a row, of what was chosen in a report."""
    by = DIMENSIONS[behind.by] if behind.by else None
    credit = [("attribution", choice.attribution.value)] if choice.attribution and by and by.is_credited else []
    return f"{CONVERSATIONS}?" + urlencode([*choice.context(), *behind.parameters(), *credit])
