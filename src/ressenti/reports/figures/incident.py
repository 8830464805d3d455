"""Which bucket of an evolution was clearly worse than the whole, and where is it named so that nothing is crossed?"""

from collections.abc import Iterable
from itertools import pairwise

from ressenti.indicators.model import Better
from ressenti.reports.dates import bucket
from ressenti.reports.figures.axis import text_px
from ressenti.reports.figures.evolution_plan import EvolutionPlan, has_few_points
from ressenti.reports.figures.marks import Across, Group, Mark, Moved, Point, Sign, Text
from ressenti.reports.figures.plane import NARROW_PX, TOP, TRUSTED, WIDE_PX
from ressenti.reports.figures.svg import short
from ressenti.reports.format import amount
from ressenti.reports.model import Evolution

LONG_WAIT = 1.5
_LEADER_PX = 32


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


def draw_incident(plan: EvolutionPlan, i: int) -> Mark:
    """Name the bucket at the end of a leader, in each of the two widths where the line does not run."""
    x, y = plan.place(i)
    spots = [_spot(plan, i, width) for width in (WIDE_PX, NARROW_PX)]
    words = [_incident_words(plan, i, y, side, text_y) for side, text_y in spots]
    named = words[0] if spots[0] == spots[1] else [Group(words[0], "when-wide"), Group(words[1], "when-narrow")]
    return Moved([*named, Point("pt", 0, y, 4)], Across(x))


def _incident_texts(plan: EvolutionPlan, i: int) -> tuple[str, str]:
    point = plan.points[i]
    value = amount(point.value.value, plan.evolution.unit, language=plan.language, currency=plan.evolution.currency)
    return value, bucket(point.start, plan.evolution.grain, language=plan.language)


def _incident_words(plan: EvolutionPlan, i: int, y: float, side: int, text_y: float) -> list[Mark]:
    """Write value and date at the end of a leader, on the right (1) or the left (-1) of the place."""
    hang = "start" if side > 0 else "end"
    value, when = _incident_texts(plan, i)
    return [
        Sign("note", f"M{5 * side} {short(y)}L{26 * side} {short(text_y - 4)}"),
        Text(f"strong halo {hang}", value, _LEADER_PX * side, text_y),
        Text(f"halo {hang}", when, _LEADER_PX * side, text_y + 16),
    ]


def _spot(plan: EvolutionPlan, i: int, width: float) -> tuple[int, float]:
    """Return the side and the height at which a name crosses the least, in a box of this width."""
    x, y = plan.place(i)
    at, wide = x * width, _LEADER_PX + 4 + max(map(text_px, _incident_texts(plan, i))) * 1.06
    room = {1: width - at, -1: at}
    sides = [side for side in (1, -1) if room[side] >= wide] or [max(room, key=lambda side: room[side])]
    spans = {side: sorted((at + 20 * side, at + wide * side)) for side in sides}
    obstacles = list(_obstacles(plan, i, width))
    near = {
        side: [(weight, line) for weight, line in obstacles if line[0] <= right and line[2] >= left]
        for side, (left, right) in spans.items()
    }

    def cost(spot: tuple[int, float]) -> float:
        side, text_y = spot
        left, right = spans[side]
        crossed = sum(weight * _inside(line, left, text_y - 14, right, text_y + 20) for weight, line in near[side])
        return crossed + abs(text_y - y) + (side < 0)

    heights = range(TOP + 14, int(plan.plane.base) - 23, 6)
    return min(((side, float(text_y)) for side in sides for text_y in heights), key=cost)


_Segment = tuple[float, float, float, float]


def _obstacles(plan: EvolutionPlan, named: int, width: float) -> Iterable[tuple[float, _Segment]]:
    """Walk what a name should not lie on, and how much: the line, whiskers, rules, less so the period before."""
    plane, points = plan.plane, plan.points
    for weight, values in ((20.0, [point.value.value for point in points]), (2.0, plan.before)):
        for run in plane.runs(values):
            for (x1, y1), (x2, y2) in pairwise((x * width, y) for x, y in run):
                yield weight, (x1, y1, x2, y2)
    for i in range(len(points)) if has_few_points(points) else ():
        low, high = points[i].value.low, points[i].value.high
        if low is not None and high is not None and i != named:
            yield 20.0, (plane.x(i) * width, plane.y(high), plane.x(i) * width, plane.y(low))
    for annotation in plan.annotations:
        yield 20.0, (plane.x(annotation.bucket) * width, 0, plane.x(annotation.bucket) * width, plane.base)


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
