"""On what are values over time drawn: a plane as wide as its box, its ticks on the left, its buckets' names below."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from ressenti.indicators.model import Grain, Unit, Value
from ressenti.kit.i18n import _, translate
from ressenti.reports.figures.axis import AxisLabel, axis_labels, text_px
from ressenti.reports.figures.marks import Across, Drawing, Line, Mark, Moved, Place, Sign, Text, group
from ressenti.reports.figures.scale import AxisScale, tick_label

TOP, BASE = 18, 242
COUNTS_TOP, COUNTS_BASE = 254, 278
LABELS, HEIGHT = 298, 304
WIDE_PX, NARROW_PX = 625, 205
"""The narrowest boxes of the two sets of names on the axis; the style sheet shows the one that fits."""
FEW = 5
"""A value that rests on fewer answers does not stretch the scale: it is clipped, with the sign that it continues."""
MOSTLY = 0.7
"""Where fewer than this part of the values rest on enough, a scale for those alone would leave out most of them."""
TRUSTED = 10
"""An interval resting on fewer answers than this does not stretch the scale."""


@dataclass(frozen=True, slots=True)
class Plane:
    """Where a value of one of `many` buckets stands: `x` is a share of the width, `y` is in pixels from the top."""

    scale: AxisScale
    many: int
    base: float = BASE

    def x(self, i: int) -> float:
        """Return where the middle of a bucket stands, 0 to 1."""
        return (i + 0.5) / self.many

    def y(self, value: float) -> float:
        """Return how far down a value stands; what lies beyond the scale is held at its end."""
        return self.base - self.scale.place(value) * (self.base - TOP)

    def runs(self, values: Sequence[float | None]) -> list[list[Place]]:
        """Return the places of each unbroken run of measured values: a gap is never bridged."""
        return [
            [(self.x(i), self.y(values[i] or 0)) for i in run]
            for measured, run in groupby(range(len(values)), lambda i: values[i] is not None)
            if measured
        ]


def values_for_scale(values: Iterable[Value], before: Iterable[Value | None] = ()) -> list[float]:
    """Return the values that say how far the scale must reach: those that rest on enough, and their intervals."""
    now, earlier = _enough(values), _enough(value for value in before if value is not None)
    ends = (end for value in now if value.n >= TRUSTED for end in (value.low, value.high))
    return [end for end in (*(value.value for value in (*now, *earlier)), *ends) if end is not None]


def draw_grid(plane: Plane) -> list[Mark]:
    """Return a line for each tick; the lowest, and zero where there is less than it, are the stronger."""
    strong = {plane.scale.low, 0.0}
    return group(
        [
            Line("base" if tick in strong else "grid", 0, Across(1), y, y)
            for tick in plane.scale.ticks
            for y in [plane.y(tick)]
        ]
    )


def draw_value_axis(
    plane: Plane, unit: Unit, *, language: str, has_counts: bool, head: float = 0, currency: str
) -> Drawing:
    """Return the names of the ticks, in a drawing of their own; `head` is what stands above the plane, in pixels."""
    ticks = plane.scale.ticks
    texts = [
        (tick, tick_label(tick, unit, language=language, is_top=tick == ticks[-1], currency=currency)) for tick in ticks
    ]
    width = max(24.0, *(text_px(text) + 10 for _tick, text in texts))
    marks = [Text("end", text, width - 8, head + plane.y(tick) + 4) for tick, text in texts]
    if has_counts:
        marks.append(Text("end", "n", width - 8, head + COUNTS_BASE - 2))
    return Drawing(kind="fig gutter", width=width, height=HEIGHT + head, marks=marks, is_hidden=True)


def draw_time_axis(starts: Sequence[datetime], grain: Grain, *, language: str) -> list[Mark]:
    """Return the names of the buckets that fit, once for a wide box and once for a narrow one."""
    wide = axis_labels(starts, grain, width_px=WIDE_PX, language=language, is_short=grain is Grain.WEEK)
    narrow = axis_labels(starts, grain, width_px=NARROW_PX, language=language, is_short=True)
    return [
        mark
        for kind, labels in (("when-wide", wide), ("when-narrow", narrow))
        for mark in group([_time_label(label) for label in labels], kind, is_hidden=True)
    ]


def draw_beyond(plane: Plane, i: int, value: float) -> list[Mark]:
    """Return the sign that a value continues beyond the scale, above or below, or nothing where it does not."""
    if plane.scale.holds(value):
        return []
    y, to = (TOP, -1) if value > plane.scale.high else (plane.base, 1)
    sign = Sign("beyond", f"M-4 {y - 5 * to:g}L0 {y:g}L4 {y - 5 * to:g}")
    return [Moved([sign], Across(plane.x(i)))]


def draw_nobody(language: str) -> Mark:
    """Return what stands in the middle of a plane that holds nothing."""
    words = translate(_("Nobody was measured in this period"), language)
    return Text("mid ink2 halo", words, Across(0.5), (TOP + BASE) / 2)


def _enough(values: Iterable[Value]) -> list[Value]:
    """Leave out what rests on few answers where that is the exception; where few are usual, all of it tells."""
    known = [value for value in values if value.value is not None]
    enough = [value for value in known if value.n >= FEW]
    return enough if len(enough) >= MOSTLY * len(known) else known


def _time_label(label: AxisLabel) -> Mark:
    return Text(label.anchor, label.text, Across(label.at), LABELS)
