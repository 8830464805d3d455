"""How is the shape of a period drawn in the space of a word: no axis, the previous value dotted, the last marked."""

from collections.abc import Sequence
from itertools import groupby

from ressenti.reports.figures.marks import Across, Drawing, Line, Mark, Place, Point, curve

HEIGHT = 30
MARGIN = 4


def draw_spark(values: Sequence[float | None], *, previous: float | None) -> Drawing | None:
    """Return the shape of these values, of buckets that are over; gaps stay open. Nothing measured, nothing drawn."""
    known = [value for value in (*values, previous) if value is not None]
    if not known:
        return None
    low, high = min(known), max(known)
    last = max((i for i, value in enumerate(values) if value is not None), default=None)
    marks = [
        *_reference(previous, low, high),
        *_shape(values, low, high),
        *_last(values, last, low, high),
    ]
    return Drawing(kind="spark", height=HEIGHT, marks=marks, is_hidden=True)


def _y(value: float, low: float, high: float) -> float:
    """Place a value between the margins; a flat line runs through the middle."""
    if high == low:
        return HEIGHT / 2
    return HEIGHT - MARGIN - (value - low) / (high - low) * (HEIGHT - 2 * MARGIN)


def _x(i: int, many: int) -> float:
    """Place a bucket across the width, leaving the last mark its radius."""
    return 0.97 * (i / (many - 1) if many > 1 else 1.0)


def _reference(previous: float | None, low: float, high: float) -> list[Mark]:
    if previous is None:
        return []
    y = _y(previous, low, high)
    return [Line("ref", 0, Across(1), y, y)]


def _shape(values: Sequence[float | None], low: float, high: float) -> list[Mark]:
    runs: list[list[Place]] = []
    for is_measured, run in groupby(enumerate(values), lambda item: item[1] is not None):
        if is_measured:
            runs.append([(_x(i, len(values)), _y(value or 0, low, high)) for i, value in run])
    return curve("ln", runs)


def _last(values: Sequence[float | None], last: int | None, low: float, high: float) -> list[Mark]:
    if last is None:
        return []
    y = _y(values[last] or 0, low, high)
    return [Point("pt", Across(_x(last, len(values))), y, 2.5)]
