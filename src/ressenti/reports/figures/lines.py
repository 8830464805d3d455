"""How are several rows of a dimension compared over time: a line for each, told apart by its style and its end.

The name of a line stands at its end; where there is no room for that, below the drawing.
"""

from collections.abc import Callable, Iterable, Sequence

from ressenti.indicators.model import Unit, Value
from ressenti.reports.few import FEW_FOR_A_LINE, is_few
from ressenti.reports.figures.axis import DENSE, text_px
from ressenti.reports.figures.marks import (
    Across,
    Along,
    Bar,
    Drawing,
    Figure,
    HitTarget,
    Key,
    Legend,
    Mark,
    Moved,
    Sign,
    Text,
    curve,
    group,
)
from ressenti.reports.figures.plane import (
    COUNTS_BASE,
    HEIGHT,
    TOP,
    Plane,
    draw_beyond,
    draw_grid,
    draw_nobody,
    draw_time_axis,
    draw_value_axis,
    values_for_scale,
)
from ressenti.reports.figures.scale import SUMS, scale_for
from ressenti.reports.format import amount
from ressenti.reports.model import ComparedLine, ComparedLines

MOST = 6
"""Lines that can be told apart; more are not drawn."""
LONGEST = 24
"""Characters of a name that stand at the end of a line; the list below has all of them."""
LABEL = 17
_REACH = 24
"""How far around its value, in pixels, one can point at it."""

_ENDS = (
    "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z",
    "M-3.500-3.500h7v7h-7z",
    "M0-4.500 4.500 3.500H-4.500z",
    "M0-5 5 0 0 5-5 0z",
    "M0 4.500-4.500-3.500H4.500z",
    "M-4-1.500h2.500V-4h3v2.500H4v3H1.500V4h-3V1.500H-4z",
)
"""What each line ends in: a disc, a square, triangles, a diamond, a cross."""

DescribeLine = Callable[[ComparedLine, int], str]
LinkOfLine = Callable[[str, str], str | None]


def draw_lines(
    lines: ComparedLines, *, language: str, label: str, describe: DescribeLine, lead_to: LinkOfLine
) -> Figure:
    """Return the value axis, and beside it the plot with the lines' names.

    `describe` words what a line holds in one of its buckets; `lead_to` gives the address that a line's key and the
    key of a bucket (its start, as text) lead to, or None.
    """
    shown = lines.lines[:MOST]
    plane = _plane(lines.unit, shown, len(lines.starts))
    is_measured = any(value.value is not None for line in shown for value in line.points)
    marks: list[Mark] = [
        *draw_grid(plane),
        *(_curves(plane, shown) if lines.is_line else ()),
        *group([mark for i, line in enumerate(shown) for mark in _ends_of(plane, i, line, lines)]),
        *draw_time_axis(lines.starts, lines.grain, language=language),
        *(() if is_measured else (draw_nobody(language),)),
        *_targets(lines, shown, plane, describe, lead_to),
    ]
    plot = Drawing(kind="fig plot", height=HEIGHT, marks=marks, label=label)
    axis = draw_value_axis(plane, lines.unit, language=language, has_counts=False, currency=lines.currency)
    legend = Legend(tuple(_key(i, line, lines, language) for i, line in enumerate(shown)))
    return Figure((axis, Figure((plot, *_names(shown, plane), legend), "lines")))


def _plane(unit: Unit, shown: Sequence[ComparedLine], many: int) -> Plane:
    values = [value for line in shown for value in line.points]
    if unit in SUMS:
        known = [value.value for value in values if value.value is not None]
    else:
        known = values_for_scale(Value(value.value, value.n) for value in values)
    return Plane(scale_for(known, unit), many, COUNTS_BASE)


def _curves(plane: Plane, shown: Sequence[ComparedLine]) -> Iterable[Mark]:
    for i, line in enumerate(shown):
        yield from curve(f"ln l{i}", plane.runs([_lined(value) for value in line.points]))


def _lined(value: Value) -> float | None:
    """Return the value that a line runs through: one that rests on more than one or two."""
    return None if value.n < FEW_FOR_A_LINE else value.value


def _ends_of(plane: Plane, i: int, line: ComparedLine, lines: ComparedLines) -> list[Mark]:
    """Draw what stands at single places: values alone between gaps, what lies beyond the scale, and the end."""
    measured = [at for at, value in enumerate(line.points) if value.value is not None]
    known = {at for at in measured if lines.is_line and _lined(line.points[at]) is not None}
    alone = [at for at in measured if at not in known or (at - 1 not in known and at + 1 not in known)]
    standing = sorted({*alone, *measured[-1:]})
    few = {at for at in standing if is_few(line.points[at], lines.unit)}
    signs = [_end(i, Across(plane.x(at)), plane.y(line.points[at].value or 0), is_few=at in few) for at in standing]
    beyond = [mark for at in measured for mark in draw_beyond(plane, at, line.points[at].value or 0)]
    return group([*signs, *beyond], is_hidden=True)


def _end(i: int, x: Along, y: float, *, is_few: bool = False) -> Mark:
    return Moved([Sign(f"tip-of l{i}{' few' if is_few else ''}", _ENDS[i])], x, y)


def _names(shown: Sequence[ComparedLine], plane: Plane) -> Iterable[Drawing]:
    """Write each name beside the end of its line, pushed up or down where two would touch."""
    named = [(i, line) for i, line in enumerate(shown) if any(value.value is not None for value in line.points)]
    texts = {i: _short(line.label) for i, line in named}
    if not texts:
        return
    heights = {i: plane.y(next(v.value for v in reversed(line.points) if v.value is not None)) for i, line in named}
    places = _apart(heights)
    wide = 24 + max(map(text_px, texts.values())) * 1.08
    marks = [
        mark
        for i in texts
        for mark in (
            Sign("note quiet", f"M0 {heights[i]:.1f}L8 {places[i]:.1f}"),
            _end(i, 13.0, places[i]),
            Text("ink2", texts[i], 22, places[i] + 4),
        )
    ]
    yield Drawing(kind="fig ends", width=wide, height=HEIGHT, marks=marks, is_hidden=True)


def _apart(heights: dict[int, float]) -> dict[int, float]:
    """Return places at least a label apart, in the order of those wanted, within the plane."""
    order = sorted(heights, key=lambda i: heights[i])
    placed: dict[int, float] = {}
    lowest = TOP - 6.0
    for i in order:
        placed[i] = max(heights[i], lowest)
        lowest = placed[i] + LABEL
    highest = float(COUNTS_BASE + 4)
    for i in reversed(order):
        placed[i] = min(placed[i], highest)
        highest = placed[i] - LABEL
    return placed


def _key(i: int, line: ComparedLine, lines: ComparedLines, language: str) -> Key:
    """Return a sample of a line, with its whole name and the value of the whole period."""
    marks = [Sign(f"ln l{i}", "M0 7h34"), _end(i, 17.0, 7)]
    sample = Drawing(kind="fig", width=34, height=14, marks=marks, is_hidden=True)
    total = amount(line.total.value, lines.unit, language=language, currency=lines.currency)
    return Key(sample, line.label, total)


def _short(label: str) -> str:
    return label if len(label) <= LONGEST else f"{label[: LONGEST - 1].rstrip()}…"


def _targets(
    lines: ComparedLines, shown: Sequence[ComparedLine], plane: Plane, describe: DescribeLine, lead_to: LinkOfLine
) -> Iterable[Mark]:
    """Lay what one points at over each value: half way to its neighbours above and below, as wide as its bucket."""
    spans = [_spans(plane, [line.points[at] for line in shown]) for at in range(plane.many)]
    last = {i: max((at for at in range(plane.many) if i in spans[at]), default=None) for i in range(len(shown))}
    for i, line in enumerate(shown):
        for at in range(plane.many):
            if i in spans[at]:
                top, bottom = spans[at][i]
                width = Across(1 / plane.many)
                hit = Bar("hit", Across(at / plane.many), width, top, max(1.0, bottom - top), radius=3)
                address = lead_to(line.key, lines.starts[at].isoformat()) if line.points[at].n else None
                is_spare = plane.many > DENSE and at != last[i]
                yield HitTarget("column", [hit], describe(line, at), address, is_spare)


def _spans(plane: Plane, values: Sequence[Value]) -> dict[int, tuple[float, float]]:
    """Share a bucket's height among its measured values, so that none lies under another."""
    places = sorted((plane.y(value.value), i) for i, value in enumerate(values) if value.value is not None)
    spans: dict[int, tuple[float, float]] = {}
    for nth, (y, i) in enumerate(places):
        above = (places[nth - 1][0] + y) / 2 if nth else y - _REACH
        below = (places[nth + 1][0] + y) / 2 if nth + 1 < len(places) else y + _REACH
        spans[i] = max(above, y - _REACH, 0.0), min(below, y + _REACH, float(HEIGHT))
    return spans
