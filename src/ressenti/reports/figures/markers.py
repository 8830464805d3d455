"""How are dated markers drawn over values in time: a rule at each, its sign and words above, stacked when close."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from ressenti.reports.figures.axis import AIR_PX, text_px
from ressenti.reports.figures.plane import WIDE_PX, Plane
from ressenti.reports.figures.svg import element, group, share
from ressenti.reports.model import Mark

LANE, MOST_LANES = 18, 3
LONGEST = 40
"""Characters of a marker's words that stand in the drawing; a list beside it has all of them."""
_SIGN_PX = 12

_SIGNS = {
    "action": "M0-5.500 5.500 0 0 5.500-5.500 0z",
    "incident": "M0-5.500 5.500 4.500H-5.500z",
    "training": "M-4.500 0a4.500 4.500 0 1 0 9 0a4.500 4.500 0 1 0-9 0z",
}


@dataclass(frozen=True, slots=True)
class PlacedMark:
    """A marker in its bucket and its lane, counted from the top; without words where no lane had room for them."""

    mark: Mark
    bucket: int
    lane: int
    side: int
    has_words: bool


def place_marks(marks: Sequence[Mark], starts: Sequence[datetime]) -> list[PlacedMark]:
    """Return the markers that lie among these buckets, each in the first lane where its words touch no others."""
    taken: list[list[tuple[float, float]]] = [[] for _lane in range(MOST_LANES)]
    placed = []
    for mark in sorted(marks, key=lambda one: one.at):
        i = _bucket(mark.at, starts)
        if i is None:
            continue
        at, wide = (i + 0.5) / len(starts) * WIDE_PX, _SIGN_PX + text_px(_short(mark.words)) * 1.05
        side = 1 if at + wide <= WIDE_PX else -1
        left, right = (at - _SIGN_PX, at + wide) if side > 0 else (at - wide, at + _SIGN_PX)
        free = next((lane for lane, spans in enumerate(taken) if _is_free(spans, left, right)), None)
        if free is not None:
            taken[free].append((left, right))
        placed.append(PlacedMark(mark, i, MOST_LANES - 1 if free is None else free, side, free is not None))
    return placed


def head_px(placed: Sequence[PlacedMark]) -> int:
    """Return how much room the markers need above the plane."""
    return LANE * (1 + max(one.lane for one in placed)) if placed else 0


def draw_marks(placed: Sequence[PlacedMark], plane: Plane) -> Markup:
    """Return the rules, signs and words, to stand above a plane pushed down by `head_px`."""
    head = head_px(placed)
    return group((_drawn(one, plane, head) for one in placed), aria_hidden="true")


def draw_sign(kind: str) -> Markup:
    """Return the sign of a kind of marker, a diamond, a triangle or a disc, to stand before its words in a list."""
    return element("svg", _sign(kind), viewBox="-7 -7 14 14", class_="fig key", aria_hidden="true")


def _sign(kind: str) -> Markup:
    return element("path", class_="sign", d=_SIGNS.get(kind, _SIGNS["action"]))


def _bucket(at: datetime, starts: Sequence[datetime]) -> int | None:
    """Return in which bucket a moment lies; the last is held to be as long as the one before it."""
    before = [i for i, start in enumerate(starts) if start <= at]
    if not before or (len(starts) > 1 and at >= starts[-1] + 1.1 * (starts[-1] - starts[-2])):
        return None
    return before[-1]


def _is_free(spans: Sequence[tuple[float, float]], left: float, right: float) -> bool:
    return all(right + AIR_PX <= start or end + AIR_PX <= left for start, end in spans)


def _short(words: str) -> str:
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1].rstrip()}…"


def _drawn(placed: PlacedMark, plane: Plane, head: int) -> Markup:
    y = placed.lane * LANE + LANE / 2
    rule = element("line", class_="rule", y1=y, y2=head + plane.base)
    sign = element("svg", _sign(placed.mark.kind), y=y, class_="loose")
    words: str = ""
    if placed.has_words:
        hang = "start" if placed.side > 0 else "end"
        text = element(
            "text", _short(placed.mark.words), class_=f"strong halo {hang}", x=_SIGN_PX * placed.side, y=y + 4
        )
        words = element("g", text, class_="when-wide")
    return element("svg", rule, sign, words, x=share(plane.x(placed.bucket)), class_="loose")
