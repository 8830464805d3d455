"""Where does each value of an indicator over time stand, and what stands above it?"""

from collections.abc import Sequence
from dataclasses import dataclass

from ressenti.indicators.model import Unit
from ressenti.reports.figures.annotations import PlacedAnnotation, place_annotations
from ressenti.reports.figures.plane import BASE, COUNTS_BASE, Plane, values_for_scale
from ressenti.reports.figures.scale import SUMS, scale_for
from ressenti.reports.model import Evolution, EvolutionPoint

FEW_POINTS = 12
"""Up to so many measured buckets, each is a dot with its own interval: a band would join what lies far apart."""


@dataclass(frozen=True, slots=True)
class EvolutionPlan:
    """An evolution, and where its values and its annotations stand."""

    evolution: Evolution
    plane: Plane
    annotations: tuple[PlacedAnnotation, ...]
    language: str

    @property
    def points(self) -> Sequence[EvolutionPoint]:
        """Return the buckets."""
        return self.evolution.points

    @property
    def is_of_bars(self) -> bool:
        """Say whether values are bars from zero."""
        return self.plane.scale.is_of_bars

    @property
    def before(self) -> list[float | None]:
        """Return the value of each bucket in the period before."""
        return [point.previous.value if point.previous else None for point in self.points]

    def is_held(self, i: int) -> bool:
        """Say whether the value of a measured bucket lies on the scale."""
        return self.plane.scale.holds(self.points[i].value.value or 0)

    def place(self, i: int) -> tuple[float, float]:
        """Return where the value of a measured bucket stands: a share of the width, and pixels from the top."""
        return self.plane.x(i), self.plane.y(self.points[i].value.value or 0)


def plan_evolution(evolution: Evolution, language: str) -> EvolutionPlan:
    """Return the plan of an evolution: the plane its values need, and its annotations in their lanes."""
    starts = [point.start for point in evolution.points]
    placed = place_annotations(evolution.annotations, starts)
    return EvolutionPlan(evolution, _plane(evolution), tuple(placed), language)


def has_few_points(points: Sequence[EvolutionPoint]) -> bool:
    """Say whether the intervals are drawn as whiskers instead of a band."""
    return sum(point.value.value is not None for point in points) <= FEW_POINTS


def _plane(evolution: Evolution) -> Plane:
    """Return the plane these values need; what counts conversations needs no second count below it."""
    points, unit = evolution.points, evolution.unit
    before = [point.previous for point in points]
    if unit in SUMS:
        sums = [value.value for value in (*(point.value for point in points), *before) if value is not None]
        known = [value for value in sums if value is not None]
    else:
        known = values_for_scale((point.value for point in points), before)
    return Plane(scale_for(known, unit), len(points), COUNTS_BASE if unit is Unit.COUNT else BASE)
