"""How is the shape of a period drawn in the space of a word: no axis, the previous value dotted, the last marked."""

from collections.abc import Sequence
from itertools import groupby

from markupsafe import Markup

from ressenti.reports.figures.svg import element, line_path, share

HEIGHT, ACROSS = 30, 156
MARGIN = 4


def draw_spark(values: Sequence[float | None], *, previous: float | None, running: int | None = None) -> Markup:
    """Return the shape of these values; gaps stay open. Nothing measured, nothing drawn.

    The bucket `running` is not over: it is a ring that the line does not lead to, and the scale is that of the others.
    """
    over = [None if i == running else value for i, value in enumerate(values)]
    known = [value for value in (*over, previous) if value is not None] or [one for one in values if one is not None]
    if not known:
        return Markup()
    low, high = min(known), max(known)
    last = max((i for i, value in enumerate(values) if value is not None), default=None)
    return element(
        "svg",
        _reference(previous, low, high),
        _shape(over, low, high),
        _last(values, last, low, high, is_running=last == running),
        class_="spark",
        height=HEIGHT,
        aria_hidden="true",
    )


def _y(value: float, low: float, high: float) -> float:
    """Place a value between the margins; a flat line runs through the middle."""
    if high == low:
        return HEIGHT / 2
    return HEIGHT - MARGIN - (value - low) / (high - low) * (HEIGHT - 2 * MARGIN)


def _x(i: int, many: int) -> float:
    """Place a bucket across the width, leaving the last mark its radius."""
    return 0.97 * (i / (many - 1) if many > 1 else 1.0)


def _reference(previous: float | None, low: float, high: float) -> Markup:
    if previous is None:
        return Markup()
    y = _y(previous, low, high)
    return element("line", class_="ref", x1="0", x2="100%", y1=y, y2=y)


def _shape(values: Sequence[float | None], low: float, high: float) -> Markup:
    d = ""
    for measured, run in groupby(enumerate(values), lambda item: item[1] is not None):
        places = [(_x(i, len(values)) * ACROSS, _y(value or 0, low, high)) for i, value in run]
        if measured and len(places) > 1:
            d += line_path(places)
    if not d:
        return Markup()
    box = f"0 0 {ACROSS} {HEIGHT}"
    path = element("path", class_="ln", d=d)
    return element("svg", path, width="100%", height=HEIGHT, viewBox=box, preserveAspectRatio="none")


def _last(values: Sequence[float | None], last: int | None, low: float, high: float, *, is_running: bool) -> Markup:
    if last is None:
        return Markup()
    y = _y(min(max(values[last] or 0, low), high), low, high)
    return element("circle", class_="pt-out" if is_running else "pt", cx=share(_x(last, len(values))), cy=y, r=2.5)
