"""How is an indicator over time drawn: a line with its interval, the period before, gaps left open, n below.

Sums are bars. Markers stand above, each with a rule down to the days it may explain.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from markupsafe import Markup

from ressenti.indicators.model import Better, Unit
from ressenti.kit.i18n import _, translate
from ressenti.reports.dates import bucket
from ressenti.reports.figures.axis import DENSE, text_px
from ressenti.reports.figures.markers import PlacedMark, draw_marks, head_px, place_marks
from ressenti.reports.figures.plane import (
    ACROSS,
    BASE,
    COUNTS_BASE,
    COUNTS_TOP,
    HEIGHT,
    NARROW_PX,
    TOP,
    TRUSTED,
    WIDE_PX,
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
from ressenti.reports.figures.svg import element, group, line_path, share, short
from ressenti.reports.format import amount
from ressenti.reports.model import Evolution, EvolutionPoint

FEW_POINTS = 12
"""Up to so many measured buckets, each is a dot with its own interval: a band would join what lies far apart."""
LONG_WAIT = 1.5
_LEADER_PX = 32

DescribePoint = Callable[[EvolutionPoint], str]
LinkOfPoint = Callable[[EvolutionPoint], str | None]


def draw_evolution(
    evolution: Evolution, *, language: str, label: str, describe: DescribePoint, lead_to: LinkOfPoint
) -> Markup:
    """Return two drawings side by side: the value axis, and the plot, which is as wide as its box.

    `describe` words what a bucket holds; `lead_to` gives the address it leads to, or None. The words of the markers
    stand in the drawing only where there is room: whoever shows it lists them, too.
    """
    drawn = _EvolutionPlan(evolution, _plane(evolution), tuple(_placed(evolution)), language)
    head = head_px(drawn.placed)
    starts = [point.start for point in evolution.points]
    ground = [_shaded(evolution.points, drawn.plane), draw_grid(drawn.plane), _stretched(drawn)]
    front = [
        _marks(drawn),
        draw_time_axis(starts, evolution.grain, language=language),
        _silence(drawn),
        _columns(evolution.points, describe, lead_to),
    ]
    plot = element(
        "svg",
        _lowered(ground, head),
        draw_marks(drawn.placed, drawn.plane),  # over the band, under the words
        _lowered(front, head),
        class_="fig plot",
        height=HEIGHT + head,
        role="group",
        aria_label=label,
    )
    axis = draw_value_axis(
        drawn.plane, evolution.unit, language=language, has_counts=evolution.unit is not Unit.COUNT, head=head
    )
    return axis + plot


def _lowered(parts: Sequence[Markup], head: int) -> Markup:
    """Return parts below the room that markers need."""
    if not head:
        return Markup("").join(parts)
    return element("svg", *parts, y=head, width="100%", height=HEIGHT, class_="loose")


def is_gap(point: EvolutionPoint) -> bool:
    """Say whether nobody was measured in a bucket that has begun."""
    return point.value.value is None and not point.is_future


def has_few_points(points: Sequence[EvolutionPoint]) -> bool:
    """Say whether the intervals are drawn as whiskers instead of a band."""
    return sum(point.value.value is not None for point in points) <= FEW_POINTS


def incident(evolution: Evolution) -> int | None:
    """Return the bucket that was clearly worse than the whole: the one to name in the drawing, if any.

    For shares and NPS its interval excludes the total; delays have none: half as long again as the total. A bucket
    that is not over is never named.
    """
    over = ((i, point) for i, point in enumerate(evolution.points) if not point.is_unfinished)
    known = [(i, point.value) for i, point in over if point.value.n >= TRUSTED and point.value.value is not None]
    total = evolution.total.value
    if total is None or len(known) < 5:
        return None
    if evolution.better is Better.LOWER:
        i, worst = max(known, key=lambda item: item[1].value or 0)
        return i if (worst.value or 0) > LONG_WAIT * total else None
    i, worst = min(known, key=lambda item: item[1].value or 0)
    return i if worst.high is not None and worst.high < total else None


@dataclass(frozen=True, slots=True)
class _EvolutionPlan:
    """An evolution, and where its values and its markers stand."""

    evolution: Evolution
    plane: Plane
    placed: tuple[PlacedMark, ...]
    language: str

    @property
    def points(self) -> Sequence[EvolutionPoint]:
        return self.evolution.points

    @property
    def is_of_bars(self) -> bool:
        return self.plane.scale.is_of_bars

    def is_held(self, i: int) -> bool:
        """Say whether the value of a measured bucket lies on the scale."""
        return self.plane.scale.holds(self.points[i].value.value or 0)

    def place(self, i: int) -> tuple[float, float]:
        """Return where the value of a measured bucket stands: a share of the width, and pixels from the top."""
        return self.plane.x(i), self.plane.y(self.points[i].value.value or 0)


def _plane(evolution: Evolution) -> Plane:
    """Return the plane these values need; what counts conversations needs no second count below it."""
    points, unit = evolution.points, evolution.unit
    before = [point.previous for point in points]
    if unit in SUMS:
        sums = [one.value for one in (*(point.value for point in points), *before) if one is not None]
        told = [value for value in sums if value is not None]
    else:
        told = values_for_scale((point.value for point in points), before)
    return Plane(scale_for(told, unit), len(points), COUNTS_BASE if unit is Unit.COUNT else BASE)


def _placed(evolution: Evolution) -> list[PlacedMark]:
    return place_marks(evolution.marks, [point.start for point in evolution.points])


def _shaded(points: Sequence[EvolutionPoint], plane: Plane) -> Markup:
    if all(point.value.value is None for point in points):
        return Markup()
    spans = (list(run) for empty, run in groupby(range(len(points)), lambda i: is_gap(points[i])) if empty)
    return group(
        element(
            "rect",
            class_="shut",
            x=share(run[0] / len(points)),
            width=share(len(run) / len(points)),
            y=TOP,
            height=plane.base - TOP,
        )
        for run in spans
    )


def _stretched(drawn: _EvolutionPlan) -> Markup:
    points, plane = drawn.points, drawn.plane
    now = [point.value.value for point in points]
    before = [point.previous.value if point.previous else None for point in points]
    earlier = draw_path("pv", plane.runs(before))
    if drawn.is_of_bars:
        parts = [*_bars(points, plane), draw_path("under", plane.runs(before)), earlier]
    else:
        band = () if has_few_points(points) else _bands(points, plane)
        parts = [*band, earlier, draw_path("ln", plane.runs(now))]
    if drawn.evolution.unit is not Unit.COUNT:
        parts.append(element("path", class_="bar mute", d=_counts(points)))
    return draw_stretched(parts)


def _bars(points: Sequence[EvolutionPoint], plane: Plane) -> Iterable[Markup]:
    """Draw each sum as a bar from zero; one that is still growing is only outlined."""
    zero, width = plane.y(0), ACROSS / max(plane.many, 1)
    for kind, is_unfinished in (("bar acc", False), ("bar so-far", True)):
        d = "".join(
            f"M{short((i + 0.18) * width)} {short(zero)}V{short(plane.y(point.value.value))}"
            f"h{short(0.64 * width)}V{short(zero)}z"
            for i, point in enumerate(points)
            if point.value.value and point.is_unfinished is is_unfinished
        )
        if d:
            yield element("path", class_=kind, d=d)


def _bands(points: Sequence[EvolutionPoint], plane: Plane) -> Iterable[Markup]:
    highs = plane.runs([point.value.high for point in points])
    lows = plane.runs([point.value.low for point in points])
    for high, low in zip(highs, lows, strict=True):
        if len(high) > 1:
            yield element("path", class_="band", d=line_path([*high, *low[::-1]]) + "Z")


def _counts(points: Sequence[EvolutionPoint]) -> str:
    most = max((point.value.n for point in points), default=0)
    width = ACROSS / max(len(points), 1)
    bars = []
    for i, point in enumerate(points):
        if point.value.n:
            tall = max(1.5, point.value.n / most * (COUNTS_BASE - COUNTS_TOP))
            left, wide = short((i + 0.18) * width), short(0.64 * width)
            bars.append(f"M{left} {COUNTS_BASE}v-{short(tall)}h{wide}v{short(tall)}z")
    return "".join(bars)


def _marks(drawn: _EvolutionPlan) -> Markup:
    """Draw what stands at single places: whiskers, dots, the last value and the named incident."""
    points = drawn.points
    measured = [i for i, point in enumerate(points) if point.value.value is not None]
    few = has_few_points(points)
    found = set(measured)
    alone = [i for i in measured if i - 1 not in found and i + 1 not in found]
    dotted = measured if few else sorted({*alone, *measured[-1:]})
    standing = [i for i in dotted if not drawn.is_of_bars and drawn.is_held(i)]
    whiskers = [_whisker(drawn, i) for i in (measured if few else alone)]
    dots = [_dot(drawn, i) for i in standing]
    beyond = [draw_beyond(drawn.plane, i, points[i].value.value or 0) for i in measured]
    named = incident(drawn.evolution)
    words = [_incident_label(drawn, named)] if named is not None else []
    if few and measured and named != measured[-1]:
        words.append(_last_label(drawn, measured[-1]))
    return group([*whiskers, *dots, *beyond, *words], aria_hidden="true")


def _whisker(drawn: _EvolutionPlan, i: int) -> Markup:
    value = drawn.points[i].value
    if value.low is None or value.high is None:
        return Markup()
    x = share(drawn.plane.x(i))
    return element("line", class_="whisk", x1=x, x2=x, y1=drawn.plane.y(value.high), y2=drawn.plane.y(value.low))


def _dot(drawn: _EvolutionPlan, i: int) -> Markup:
    x, y = drawn.place(i)
    return element("circle", class_="pt-out" if drawn.points[i].is_unfinished else "pt", cx=share(x), cy=y, r=4)


def _last_label(drawn: _EvolutionPlan, i: int) -> Markup:
    value, x = drawn.points[i].value, drawn.plane.x(i)
    highest = value.high if value.high is not None and drawn.is_held(i) else value.value or 0
    y = max(12.0, drawn.plane.y(highest) - 10)
    text = amount(value.value, drawn.evolution.unit, language=drawn.language)
    hang, aside = ("end", 12) if x > 0.9 else ("mid", None)
    if not drawn.is_held(i):
        hang, aside = ("end", -10) if x > 0.5 else ("start", 10)
    return element("text", text, class_=f"acc halo {hang}", x=share(x), dx=aside, y=y)


def _incident_label(drawn: _EvolutionPlan, i: int) -> Markup:
    """Name the bucket at the end of a leader, in each of the two widths where the line does not run."""
    x, y = drawn.place(i)
    spots = [_spot(drawn, i, width) for width in (WIDE_PX, NARROW_PX)]
    words = [_incident_words(drawn, i, y, side, text_y) for side, text_y in spots]
    named = (
        words[0]
        if spots[0] == spots[1]
        else (element("g", words[0], class_="when-wide") + element("g", words[1], class_="when-narrow"))
    )
    return element("svg", named, element("circle", class_="pt", r=4, cy=y), x=share(x), class_="loose")


def _incident_texts(drawn: _EvolutionPlan, i: int) -> tuple[str, str]:
    point = drawn.points[i]
    value = amount(point.value.value, drawn.evolution.unit, language=drawn.language)
    return value, bucket(point.start, drawn.evolution.grain, language=drawn.language)


def _incident_words(drawn: _EvolutionPlan, i: int, y: float, side: int, text_y: float) -> Markup:
    """Write value and date at the end of a leader, on the right (1) or the left (-1) of the place."""
    hang = "start" if side > 0 else "end"
    value, when = _incident_texts(drawn, i)
    return Markup("").join(
        [
            element("path", class_="note", d=f"M{5 * side} {short(y)}L{26 * side} {short(text_y - 4)}"),
            element("text", value, class_=f"strong halo {hang}", x=_LEADER_PX * side, y=text_y),
            element("text", when, class_=f"halo {hang}", x=_LEADER_PX * side, y=text_y + 16),
        ]
    )


def _spot(drawn: _EvolutionPlan, i: int, width: float) -> tuple[int, float]:
    """Return the side and the height at which a name crosses the least, in a box of this width."""
    x, y = drawn.place(i)
    at, wide = x * width, _LEADER_PX + 4 + max(map(text_px, _incident_texts(drawn, i))) * 1.06
    room = {1: width - at, -1: at}
    sides = [side for side in (1, -1) if room[side] >= wide] or [max(room, key=lambda side: room[side])]
    spans = {side: sorted((at + 20 * side, at + wide * side)) for side in sides}
    obstacles = list(_obstacles(drawn, i, width))
    near = {
        side: [(weight, one) for weight, one in obstacles if one[0] <= right and one[2] >= left]
        for side, (left, right) in spans.items()
    }

    def cost(spot: tuple[int, float]) -> float:
        side, text_y = spot
        left, right = spans[side]
        crossed = sum(weight * _inside(one, left, text_y - 14, right, text_y + 20) for weight, one in near[side])
        return crossed + abs(text_y - y) + (side < 0)

    heights = range(TOP + 14, int(drawn.plane.base) - 23, 6)
    return min(((side, float(text_y)) for side in sides for text_y in heights), key=cost)


_Segment = tuple[float, float, float, float]


def _obstacles(drawn: _EvolutionPlan, named: int, width: float) -> Iterable[tuple[float, _Segment]]:
    """Walk what a name should not lie on, and how much: the line, whiskers, rules, less so the period before."""
    plane, points = drawn.plane, drawn.points
    before = [point.previous.value if point.previous else None for point in points]
    for weight, values in ((20.0, [point.value.value for point in points]), (2.0, before)):
        for run in plane.runs(values):
            for (x1, y1), (x2, y2) in pairwise((x / ACROSS * width, y) for x, y in run):
                yield weight, (x1, y1, x2, y2)
    for i in range(len(points)) if has_few_points(points) else ():
        low, high = points[i].value.low, points[i].value.high
        if low is not None and high is not None and i != named:
            yield 20.0, (plane.x(i) * width, plane.y(high), plane.x(i) * width, plane.y(low))
    for one in drawn.placed:
        yield 20.0, (plane.x(one.bucket) * width, 0, plane.x(one.bucket) * width, plane.base)


def _inside(segment: _Segment, left: float, top: float, right: float, bottom: float) -> float:
    """Return how much of a line lies in a box, in pixels: across, and down where it is upright."""
    x1, y1, x2, y2 = segment
    if x1 == x2:
        return max(0.0, min(bottom, max(y1, y2)) - max(top, min(y1, y2))) if left <= x1 <= right else 0.0
    start, end = max(left, x1), min(right, x2)
    if start >= end:
        return 0.0
    ys = [y1 + (x - x1) / (x2 - x1) * (y2 - y1) for x in (start, end)]
    return end - start if max(ys) >= top and min(ys) <= bottom else 0.0


def _silence(drawn: _EvolutionPlan) -> Markup:
    if any(point.value.value is not None for point in drawn.points):
        return Markup()
    return draw_words(translate(_("Nobody was measured in this period"), drawn.language))


def _columns(points: Sequence[EvolutionPoint], describe: DescribePoint, lead_to: LinkOfPoint) -> Markup:
    """Lay a column over each bucket that says what it holds, and leads to what is behind it."""
    linked = [i for i, point in enumerate(points) if point.value.n]
    return group(
        _column(points, i, describe(point), lead_to(point) if point.value.n else None, is_last=linked[-1:] == [i])
        for i, point in enumerate(points)
    )


def _column(points: Sequence[EvolutionPoint], i: int, words: str, address: str | None, *, is_last: bool) -> Markup:
    """Draw a column. Where they are too narrow to aim at, one is reached by Tab, the others from it by arrow keys."""
    hit = element(
        "rect",
        class_="hit",
        x=share(i / len(points)),
        width=share(1 / len(points)),
        y=TOP,
        height=COUNTS_BASE - TOP,
        rx=3,
    )
    title = element("title", words)
    if address is None:
        return element("g", title, hit, class_="column")
    tabindex = None if is_last or len(points) <= DENSE else -1
    return element("a", title, hit, href=address, class_="column", tabindex=tabindex)
