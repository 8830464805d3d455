"""How are dated annotations drawn over values in time: a rule at each, its sign and words above, stacked when close."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ressenti.reports.figures.axis import AIR_PX, text_px
from ressenti.reports.figures.marks import Across, Drawing, Group, Line, Mark, Moved, Sign, Text, group
from ressenti.reports.figures.plane import WIDE_PX, Plane
from ressenti.reports.model import DatedAnnotation

LANE, MOST_LANES = 18, 3
LONGEST = 40
"""Characters of an annotation's words that stand in the drawing; a list beside it has all of them."""
_SIGN_PX = 12
_KEY_PX = 14

_SIGNS = {
    "action": "M0-5.500 5.500 0 0 5.500-5.500 0z",
    "incident": "M0-5.500 5.500 4.500H-5.500z",
    "training": "M-4.500 0a4.500 4.500 0 1 0 9 0a4.500 4.500 0 1 0-9 0z",
}


@dataclass(frozen=True, slots=True)
class PlacedAnnotation:
    """An annotation in its bucket and lane, counted from the top; without words where no lane had room for them."""

    annotation: DatedAnnotation
    bucket: int
    lane: int
    side: int
    has_words: bool


def place_annotations(annotations: Sequence[DatedAnnotation], starts: Sequence[datetime]) -> list[PlacedAnnotation]:
    """Return those that lie among these buckets, each in the first lane where its words touch no others."""
    taken: list[list[tuple[float, float]]] = [[] for _lane in range(MOST_LANES)]
    placed = []
    for annotation in sorted(annotations, key=lambda annotation: annotation.at):
        i = _bucket(annotation.at, starts)
        if i is None:
            continue
        at, wide = (i + 0.5) / len(starts) * WIDE_PX, _SIGN_PX + text_px(_short(annotation.words)) * 1.05
        side = 1 if at + wide <= WIDE_PX else -1
        left, right = (at - _SIGN_PX, at + wide) if side > 0 else (at - wide, at + _SIGN_PX)
        free = next((lane for lane, spans in enumerate(taken) if _is_free(spans, left, right)), None)
        if free is not None:
            taken[free].append((left, right))
        placed.append(PlacedAnnotation(annotation, i, MOST_LANES - 1 if free is None else free, side, free is not None))
    return placed


def head_px(placed: Sequence[PlacedAnnotation]) -> int:
    """Return how much room the annotations need above the plane."""
    return LANE * (1 + max(annotation.lane for annotation in placed)) if placed else 0


def draw_annotations(placed: Sequence[PlacedAnnotation], plane: Plane) -> list[Mark]:
    """Return the rules, signs and words, to stand above a plane pushed down by `head_px`."""
    head = head_px(placed)
    return group([_drawn(annotation, plane, head) for annotation in placed], is_hidden=True)


def draw_sign(kind: str) -> Drawing:
    """Return the sign of a kind of annotation, a diamond, a triangle or a disc, to stand before its words in a list."""
    middle = _KEY_PX / 2
    return Drawing(
        kind="fig key", width=_KEY_PX, height=_KEY_PX, marks=[Moved([_sign(kind)], middle, middle)], is_hidden=True
    )


def _sign(kind: str) -> Mark:
    return Sign("sign", _SIGNS.get(kind, _SIGNS["action"]))


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


def _drawn(placed: PlacedAnnotation, plane: Plane, head: int) -> Mark:
    y = placed.lane * LANE + LANE / 2
    marks: list[Mark] = [Line("rule", 0, 0, y, head + plane.base), Moved([_sign(placed.annotation.kind)], y=y)]
    if placed.has_words:
        hang = "start" if placed.side > 0 else "end"
        text = Text(f"strong halo {hang}", _short(placed.annotation.words), _SIGN_PX * placed.side, y + 4)
        marks.append(Group([text], "when-wide"))
    return Moved(marks, Across(plane.x(placed.bucket)))
