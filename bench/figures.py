"""One measured figure: its runs, its goal, and how it is said."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What was measured, once a run. `goal` is the least (or with `is_cost` the most) the median may be.

    With `is_gathered` the one value was made of many that had runs of their own.
    """

    what: str
    runs: tuple[float, ...]
    unit: str
    goal: float | None = None
    is_cost: bool = False
    is_gathered: bool = False
    note: str = ""

    @property
    def median(self) -> float:
        """Return the median of the runs."""
        return median(self.runs)

    @property
    def is_met(self) -> bool | None:
        """Say whether the goal is met, None where there is none."""
        if self.goal is None:
            return None
        return self.median <= self.goal if self.is_cost else self.median >= self.goal

    def say(self) -> str:
        """Return the figure as a line."""
        line = f"  {self.what:<58} {number(self.median):>10} {self.unit:<8}"
        if self.goal is not None:
            sign = "≤" if self.is_cost else "≥"
            line += f"  goal {sign} {number(self.goal)}: {'yes' if self.is_met else 'NO'}"
        said = "; ".join(filter(None, (self._runs(), self.note)))
        return f"{line}  ({said})" if said else line.rstrip()

    def _runs(self) -> str:
        if self.is_gathered:
            return ""
        if len(self.runs) == 1:
            return "1 run"
        return f"{len(self.runs)} runs: {number(min(self.runs))} to {number(max(self.runs))}"

    def as_json(self) -> dict[str, Any]:
        """Return the figure as it is kept."""
        return {
            "what": self.what,
            "median": self.median,
            "runs": list(self.runs),
            "unit": self.unit,
            "goal": self.goal,
            "is_met": self.is_met,
            "note": self.note,
        }


def ratio(what: str, ours: Sequence[float], other: Sequence[float], note: str = "") -> Figure:
    """Return how many times one is the other, run by run: both were measured side by side."""
    return Figure(what=what, runs=tuple(a / b for a, b in zip(ours, other, strict=True)), unit="x", note=note)


def share(values: Sequence[float], part: float) -> float:
    """Return the value that a part of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(int(part * len(ordered)), len(ordered) - 1)]


def number(value: float) -> str:
    """Return a number with as many digits as are worth reading."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
