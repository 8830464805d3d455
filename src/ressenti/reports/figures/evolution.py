"""How is an indicator over time drawn: a line with its interval, the period before, gaps left open, n below.

Sums are bars. Annotations stand above, each with a rule down to the days it may explain.
"""

from collections.abc import Callable, Sequence
from itertools import groupby

from ressenti.indicators.model import Unit
from ressenti.reports.few import FEW_FOR_A_LINE, is_few
from ressenti.reports.figures.annotations import draw_annotations, head_px
from ressenti.reports.figures.axis import DENSE
from ressenti.reports.figures.evolution_plan import EvolutionPlan, has_few_points, plan_evolution
from ressenti.reports.figures.incident import draw_incident, incident
from ressenti.reports.figures.marks import (
    Across,
    Area,
    Bar,
    Column,
    Columns,
    Drawing,
    Figure,
    HitTarget,
    Line,
    Mark,
    Moved,
    Point,
    Text,
    curve,
    group,
)
from ressenti.reports.figures.plane import (
    COUNTS_BASE,
    COUNTS_TOP,
    HEIGHT,
    TOP,
    Plane,
    draw_beyond,
    draw_grid,
    draw_nobody,
    draw_time_axis,
    draw_value_axis,
)
from ressenti.reports.format import amount
from ressenti.reports.model import Evolution, EvolutionPoint
from ressenti.reports.period import ReportPeriod

_AIR, _WIDE = 0.18, 0.64
"""What of its bucket a bar leaves free on its left, and takes."""

DescribePoint = Callable[[EvolutionPoint], str]
LinkOfPoint = Callable[[EvolutionPoint], str | None]


def draw_evolution(
    evolution: Evolution, *, language: str, label: str, describe: DescribePoint, lead_to: LinkOfPoint
) -> Figure:
    """Return two drawings side by side: the value axis, and the plot, which is as wide as its box.

    `describe` words what a bucket holds; `lead_to` gives the address it leads to, or None. The words of the
    annotations stand in the drawing only where there is room: whoever shows it lists them, too.
    """
    plan = plan_evolution(evolution, language)
    points, plane = plan.points, plan.plane
    is_measured = any(point.value.value is not None for point in points)
    head = head_px(plan.annotations)
    gaps = _gaps(points, plane) if is_measured else ()
    ground = [*gaps, *_unlike_the_usual(evolution, plane), *draw_grid(plane), *_stretched(plan)]
    front = [
        *_single_places(plan),
        *draw_time_axis([point.start for point in points], evolution.grain, language=language),
        *(() if is_measured else (draw_nobody(language),)),
        *_targets(points, describe, lead_to),
    ]
    marks = [
        *_lowered(ground, head),
        *draw_annotations(plan.annotations, plane),  # over the band, under the words
        *_lowered(front, head),
    ]
    has_counts = evolution.unit is not Unit.COUNT
    axis = draw_value_axis(
        plane, evolution.unit, language=language, has_counts=has_counts, head=head, currency=evolution.currency
    )
    return Figure((axis, Drawing(kind="fig plot", height=HEIGHT + head, marks=marks, label=label)))


def _lowered(marks: Sequence[Mark], head: int) -> Sequence[Mark]:
    """Return marks below the room that annotations need."""
    return [Moved(marks, y=head)] if head else marks


def is_gap(point: EvolutionPoint) -> bool:
    """Say whether nobody was measured in a bucket that has begun."""
    return point.value.value is None and not point.is_future


def _gaps(points: Sequence[EvolutionPoint], plane: Plane) -> list[Mark]:
    """Shade the runs of buckets in which nobody was measured."""
    many = len(points)
    runs = (list(run) for is_empty, run in groupby(range(many), lambda i: is_gap(points[i])) if is_empty)
    return group([Bar("shut", Across(run[0] / many), Across(len(run) / many), TOP, plane.base - TOP) for run in runs])


def _unlike_the_usual(evolution: Evolution, plane: Plane) -> list[Mark]:
    """Shade the buckets that hold days of the episode, one after another."""
    held = [i for i, point in enumerate(evolution.points) if _holds(point, evolution.episode)]
    if not held:
        return []
    across = Across(held[0] / plane.many), Across(len(held) / plane.many)
    return [Bar("episode", *across, TOP, plane.base - TOP)]


def _holds(point: EvolutionPoint, episode: ReportPeriod | None) -> bool:
    """Say whether a bucket has a day of an episode."""
    if episode is None or point.days is None:
        return False
    return point.days.start < episode.end and episode.start < point.days.end


def _stretched(plan: EvolutionPlan) -> list[Mark]:
    points, plane = plan.points, plan.plane
    before = plane.runs(plan.before)
    if plan.is_of_bars:
        marks = [*_bars(points, plane), *curve("under", before), *curve("pv", before)]
    else:
        line = plane.runs([_lined(point) if plan.evolution.is_line else None for point in points])
        marks = [*(() if has_few_points(points) else _bands(points, plane)), *curve("pv", before), *curve("ln", line)]
    if plan.evolution.unit is not Unit.COUNT:
        marks.append(_counts(points))
    return marks


def _bars(points: Sequence[EvolutionPoint], plane: Plane) -> list[Mark]:
    """Draw each sum as a bar from zero; one that is still growing is only outlined."""
    zero = plane.y(0)
    return [
        Columns(kind, columns)
        for kind, is_unfinished in (("bar acc", False), ("bar so-far", True))
        if (
            columns := tuple(
                _column(i, plane.many, zero, plane.y(point.value.value))
                for i, point in enumerate(points)
                if point.value.value and point.is_unfinished is is_unfinished
            )
        )
    ]


def _bands(points: Sequence[EvolutionPoint], plane: Plane) -> list[Mark]:
    highs = plane.runs([point.value.high for point in points])
    lows = plane.runs([point.value.low for point in points])
    return [Area("band", [*high, *low[::-1]]) for high, low in zip(highs, lows, strict=True) if len(high) > 1]


def _counts(points: Sequence[EvolutionPoint]) -> Mark:
    """Draw how many each bucket rests on, below the plane."""
    most = max((point.value.n for point in points), default=0)
    columns = (
        _column(i, len(points), COUNTS_BASE, COUNTS_BASE - max(1.5, point.value.n / most * (COUNTS_BASE - COUNTS_TOP)))
        for i, point in enumerate(points)
        if point.value.n
    )
    return Columns("bar mute", tuple(columns))


def _column(i: int, many: int, base: float, end: float) -> Column:
    return Column((i + _AIR) / many, _WIDE / many, base, end)


def _single_places(plan: EvolutionPlan) -> list[Mark]:
    """Draw what stands at single places: whiskers, dots, the last value and the named incident."""
    points = plan.points
    measured = [i for i, point in enumerate(points) if point.value.value is not None]
    few = has_few_points(points)
    known = {i for i in measured if plan.evolution.is_line and _lined(points[i]) is not None}
    alone = [i for i in measured if i not in known or (i - 1 not in known and i + 1 not in known)]
    hollow = [i for i in measured if is_few(points[i].value, plan.evolution.unit)]
    dotted = measured if few else sorted({*alone, *hollow, *measured[-1:]})
    marks = [mark for i in (measured if few else alone) for mark in _whisker(plan, i)]
    marks += [_dot(plan, i) for i in dotted if not plan.is_of_bars and plan.is_held(i)]
    marks += [mark for i in measured for mark in draw_beyond(plan.plane, i, points[i].value.value or 0)]
    named = incident(plan.evolution)
    if named is not None:
        marks.append(draw_incident(plan, named))
    if few and measured and named != measured[-1]:
        marks.append(_last_label(plan, measured[-1]))
    return group(marks, is_hidden=True)


def _whisker(plan: EvolutionPlan, i: int) -> list[Mark]:
    value = plan.points[i].value
    if value.low is None or value.high is None:
        return []
    x = Across(plan.plane.x(i))
    return [Line("whisk", x, x, plan.plane.y(value.high), plan.plane.y(value.low))]


def _dot(plan: EvolutionPlan, i: int) -> Mark:
    x, y = plan.place(i)
    point = plan.points[i]
    if is_few(point.value, plan.evolution.unit) and not point.is_unfinished:
        return Point("dot few", Across(x), y, 3.5)
    return Point("pt-out" if point.is_unfinished else "pt", Across(x), y, 4)


def _lined(point: EvolutionPoint) -> float | None:
    """Return the value that a line runs through: of a bucket that is over, and rests on more than one or two."""
    return None if point.is_unfinished or point.value.n < FEW_FOR_A_LINE else point.value.value


def _last_label(plan: EvolutionPlan, i: int) -> Mark:
    value, x = plan.points[i].value, plan.plane.x(i)
    highest = value.high if value.high is not None and plan.is_held(i) else value.value or 0
    y = max(12.0, plan.plane.y(highest) - 10)
    text = amount(value.value, plan.evolution.unit, language=plan.language, currency=plan.evolution.currency)
    hang, aside = ("end", 12) if x > 0.9 else ("mid", 0)
    if not plan.is_held(i):
        hang, aside = ("end", -10) if x > 0.5 else ("start", 10)
    return Text(f"acc halo {hang}", text, Across(x), y, aside=aside)


def _targets(points: Sequence[EvolutionPoint], describe: DescribePoint, lead_to: LinkOfPoint) -> list[Mark]:
    """Lay a column over each bucket that says what it holds, and leads to what is behind it.

    Where they are too narrow to point at, one is reached by Tab, the others from it by arrow keys.
    """
    many = len(points)
    last = max((i for i, point in enumerate(points) if point.value.n), default=None)
    return group(
        [
            HitTarget(
                "column",
                [Bar("hit", Across(i / many), Across(1 / many), TOP, COUNTS_BASE - TOP, radius=3)],
                describe(point),
                lead_to(point) if point.value.n else None,
                is_spare=many > DENSE and i != last,
            )
            for i, point in enumerate(points)
        ]
    )
