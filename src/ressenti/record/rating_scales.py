"""On which scale a rating was given, and on which it may have been given instead."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from ressenti.kit.i18n import Sentence, _

_TOP = re.compile(r"\+?(\d{1,6})(?:\.0*)?", re.ASCII)
_ENDS = re.compile(r"(-?\d{1,6})\s*[-–]\s*(-?\d{1,6})", re.ASCII)


@dataclass(frozen=True, slots=True)
class RatingScale:
    """The lowest and the highest rating that can be given."""

    low: int
    high: int

    def __contains__(self, rating: int) -> bool:
        return self.low <= rating <= self.high

    def __str__(self) -> str:
        return str(self.high) if self.low == 1 else f"{self.low}-{self.high}"


FIVE = RatingScale(1, 5)
"""The scale of satisfaction where nothing else is said (D3)."""
SATISFIED_FROM = 4
"""The lower of the two satisfied ratings on that scale (D3)."""

TWO_ARE_GOOD_FROM = 3

_COMMON = (
    RatingScale(0, 1),
    FIVE,
    RatingScale(0, 5),
    RatingScale(1, 7),
    RatingScale(1, 10),
    RatingScale(0, 10),
    RatingScale(0, 100),
)
_NARROWEST = {1: 1, 5: 5, 7: 10, 10: 10, 100: 100}
"""For the lowest common top that fits, the highest that is still likely: 6 and 7 may be of 1 to 10 as well."""


def scale(text: str) -> RatingScale | None:
    """Return the scale that is written `N` (1 to N) or `LOW-HIGH`, or None where it is neither."""
    text = text.strip()
    if top := _TOP.fullmatch(text):
        low, high = 1, int(top[1])
    elif ends := _ENDS.fullmatch(text):
        low, high = int(ends[1]), int(ends[2])
    else:
        return None
    return RatingScale(low, high) if low < high else None


def likely_scales(ratings: Collection[int], *, but: RatingScale) -> tuple[RatingScale, ...]:
    """Return the common scales, other than `but`, that hold all these ratings and are not needlessly wide (D42)."""
    fitting = [one for one in _COMMON if one != but and min(ratings) in one and max(ratings) in one]
    if not fitting:
        return ()
    widest = _NARROWEST[fitting[0].high]
    return tuple(one for one in fitting if one.high <= widest)


def ratings_on(scale: RatingScale, count: int) -> Sentence:
    """Return so many ratings on a scale in words."""
    words = _("1 rating from {low} to {high}") if count == 1 else _("{count} ratings from {low} to {high}")
    return Sentence(words, count=count, low=scale.low, high=scale.high)


def unjudged(ratings: str) -> Sentence:
    """Return what is said of ratings on scales of which nobody said which are good (D42)."""
    return Sentence(_("{ratings}; say which are good"), ratings=ratings)


def example_of_satisfied(scale: RatingScale) -> str:
    """Return which ratings are likely to be the good ones, as `ressenti project --satisfied` takes them: `10=9,10`.

    From scales of more than four steps the two highest, as of 1 to 5.
    """
    high = scale.high
    return f"{scale}={high - 1},{high}" if high - scale.low > TWO_ARE_GOOD_FROM else f"{scale}={high}"


class Rating(int):
    """A rating that tells the top of its scale, as the 4 of "4/5" does."""

    top: int

    @classmethod
    def of(cls, rating: int, top: int) -> "Rating":
        """Return the rating `rating` of `top`."""
        made = cls(rating)
        made.top = top
        return made
