"""How are several rows of a dimension compared over time: a line for each, told apart by its style and its end.

The name of a line stands at its end; where there is no room for that, below the drawing.
"""

from collections.abc import Callable, Iterable, Sequence

from markupsafe import Markup

from ressenti.indicators.model import Unit, Value
from ressenti.kit.i18n import _, translate
from ressenti.reports.figures.axis import DENSE, text_px
from ressenti.reports.figures.plane import (
    COUNTS_BASE,
    HEIGHT,
    TOP,
    Plane,
    draw_beyond,
    draw_grid,
    draw_path,
    draw_stretched,
    draw_time_axis,
    draw_value_axis,
    draw_words,
    values_for_scale,
)
from ressenti.reports.figures.scale import SUMS, scale_for
from ressenti.reports.figures.svg import element, group, share
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
) -> Markup:
    """Return the value axis, and beside it the plot with the lines' names.

    `describe` words what a line holds in one of its buckets; `lead_to` gives the address that a line's key and the
    key of a bucket (its start, as text) lead to, or None.
    """
    shown = lines.lines[:MOST]
    plane = _plane(lines.unit, shown, len(lines.starts))
    plot = element(
        "svg",
        draw_grid(plane),
        draw_stretched(
            draw_path(f"ln l{i}", plane.runs([value.value for value in line.points])) for i, line in enumerate(shown)
        ),
        group(_marks(plane, i, line) for i, line in enumerate(shown)),
        draw_time_axis(lines.starts, lines.grain, language=language),
        _silence(shown, language),
        *_targets(lines, shown, plane, describe, lead_to),
        class_="fig plot",
        height=HEIGHT,
        role="group",
        aria_label=label,
    )
    axis = draw_value_axis(plane, lines.unit, language=language, has_counts=False)
    ends, keys = _names(shown, plane), _keys(shown, lines.unit, language)
    return axis + element("div", plot, ends, keys, class_="lines")


def _plane(unit: Unit, shown: Sequence[ComparedLine], many: int) -> Plane:
    values = [value for line in shown for value in line.points]
    if unit in SUMS:
        told = [value.value for value in values if value.value is not None]
    else:
        told = values_for_scale(Value(value.value, value.n) for value in values)
    return Plane(scale_for(told, unit), many, COUNTS_BASE)


def _marks(plane: Plane, i: int, line: ComparedLine) -> Markup:
    """Draw what stands at single places: values alone between gaps, what lies beyond the scale, and the end."""
    measured = [at for at, value in enumerate(line.points) if value.value is not None]
    found = set(measured)
    alone = [at for at in measured if at - 1 not in found and at + 1 not in found]
    standing = sorted({*alone, *measured[-1:]})
    signs = [_end(i, share(plane.x(at)), plane.y(line.points[at].value or 0)) for at in standing]
    beyond = [draw_beyond(plane, at, line.points[at].value or 0) for at in measured]
    return group([*signs, *beyond], aria_hidden="true")


def _end(i: int, x: str | float, y: float) -> Markup:
    return element("svg", element("path", class_=f"tip-of l{i}", d=_ENDS[i]), x=x, y=y, class_="loose")


def _names(shown: Sequence[ComparedLine], plane: Plane) -> Markup:
    """Write each name beside the end of its line, pushed up or down where two would touch."""
    named = [(i, line) for i, line in enumerate(shown) if any(value.value is not None for value in line.points)]
    texts = {i: _short(line.label) for i, line in named}
    if not texts:
        return Markup()
    heights = {i: plane.y(next(v.value for v in reversed(line.points) if v.value is not None)) for i, line in named}
    places = _apart(heights)
    wide = 24 + max(map(text_px, texts.values())) * 1.08
    parts = [
        part
        for i in texts
        for part in (
            element("path", class_="note quiet", d=f"M0 {heights[i]:.1f}L8 {places[i]:.1f}"),
            _end(i, 13.0, places[i]),
            element("text", texts[i], class_="ink2", x=22, y=places[i] + 4),
        )
    ]
    return element("svg", *parts, class_="fig ends", width=wide, height=HEIGHT, aria_hidden="true")


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


def _keys(shown: Sequence[ComparedLine], unit: Unit, language: str) -> Markup:
    """List the lines with a sample of each, the whole name and the value of the whole period."""
    return element("ul", *(_key(i, line, unit, language) for i, line in enumerate(shown)), class_="line-keys")


def _key(i: int, line: ComparedLine, unit: Unit, language: str) -> Markup:
    sample = element("path", class_=f"ln l{i}", d="M0 7h34") + _end(i, 17.0, 7)
    drawn = element("svg", sample, class_="fig", width=34, height=14, aria_hidden="true")
    told = element("b", amount(line.total.value, unit, language=language))
    return element("li", drawn, element("span", element("bdi", line.label), " ", told))


def _short(label: str) -> str:
    return label if len(label) <= LONGEST else f"{label[: LONGEST - 1].rstrip()}…"


def _silence(shown: Sequence[ComparedLine], language: str) -> Markup:
    if any(value.value is not None for line in shown for value in line.points):
        return Markup()
    return draw_words(translate(_("Nobody was measured in this period"), language))


def _targets(
    lines: ComparedLines, shown: Sequence[ComparedLine], plane: Plane, describe: DescribeLine, lead_to: LinkOfLine
) -> Iterable[Markup]:
    """Lay what one points at over each value: half way to its neighbours above and below, as wide as its bucket."""
    spans = [_spans(plane, [line.points[at] for line in shown]) for at in range(plane.many)]
    last = {i: max((at for at in range(plane.many) if i in spans[at]), default=None) for i in range(len(shown))}
    for i, line in enumerate(shown):
        for at in range(plane.many):
            if i in spans[at]:
                address = lead_to(line.key, lines.starts[at].isoformat()) if line.points[at].n else None
                is_spare = plane.many > DENSE and at != last[i]
                yield _target(plane, at, spans[at][i], describe(line, at), address, is_spare=is_spare)


def _spans(plane: Plane, values: Sequence[Value]) -> dict[int, tuple[float, float]]:
    """Share a bucket's height among its measured values, so that none lies under another."""
    places = sorted((plane.y(value.value), i) for i, value in enumerate(values) if value.value is not None)
    found: dict[int, tuple[float, float]] = {}
    for nth, (y, i) in enumerate(places):
        above = (places[nth - 1][0] + y) / 2 if nth else y - _REACH
        below = (places[nth + 1][0] + y) / 2 if nth + 1 < len(places) else y + _REACH
        found[i] = max(above, y - _REACH, 0.0), min(below, y + _REACH, float(HEIGHT))
    return found


def _target(
    plane: Plane, at: int, span: tuple[float, float], words: str, address: str | None, *, is_spare: bool
) -> Markup:
    top, bottom = span
    hit = element(
        "rect",
        class_="hit",
        x=share(at / plane.many),
        width=share(1 / plane.many),
        y=top,
        height=max(1.0, bottom - top),
        rx=3,
    )
    tabindex = -1 if is_spare and address else None
    kind = "a" if address else "g"
    return element(kind, element("title", words), hit, href=address, class_="column", tabindex=tabindex)
