"""What is a figure made of? Marks in its own units, which a page writes fluid (`fluid`) and a file fixed (`fixed`).

Along the width a place is a part of it (`Across`), or pixels; down it is pixels from the top. The `kind` of a mark is
what it stands for, in the classes of the style sheet: they say how it is painted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Across:
    """A place or a length along the width, as a part of it: 0 to 1."""

    part: float


Along: TypeAlias = Across | float
Place: TypeAlias = tuple[float, float]
"""A place of a line: the part of the width, and pixels from the top."""


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line: a tick, a rule, a whisker."""

    kind: str
    x1: Along
    x2: Along
    y1: float
    y2: float


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle: a bar, a shaded stretch of time, what is pointed at. `radius` rounds its corners."""

    kind: str
    x: Along
    width: Along
    y: float
    height: float
    radius: float | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """A disc or a ring."""

    kind: str
    x: Along
    y: float
    radius: float


@dataclass(frozen=True, slots=True)
class Text:
    """Words on a line; `aside` moves them along it, in pixels."""

    kind: str
    words: str
    x: Along
    y: float
    aside: float = 0.0


@dataclass(frozen=True, slots=True)
class Sign:
    """An outline in pixels, written as a path of SVG: it keeps its size in every width."""

    kind: str
    outline: str


@dataclass(frozen=True, slots=True)
class Curve:
    """A line through each run of places; between runs it is open."""

    kind: str
    runs: tuple[Sequence[Place], ...]


@dataclass(frozen=True, slots=True)
class Area:
    """A surface with this outline: the band of an interval."""

    kind: str
    outline: Sequence[Place]


@dataclass(frozen=True, slots=True)
class Column:
    """One of many bars: parts of the width, and pixels from the top. It stands on `base`."""

    left: float
    width: float
    base: float
    end: float


@dataclass(frozen=True, slots=True)
class Columns:
    """Bars of one kind, as many as there are buckets."""

    kind: str
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """Marks around a place: theirs are counted from it. `width` is what their shares are of, None for that around."""

    marks: "Sequence[Mark]"
    x: Along = 0.0
    y: float = 0.0
    width: float | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Marks that belong together: those of one width (`when-wide`), or that a screen reader passes over."""

    marks: "Sequence[Mark]"
    kind: str | None = None
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class HitTarget:
    """Marks to point at: they say `words`, and lead to an address if there is one.

    Tab passes over one that `is_spare`. Where they are the only thing that says the words, it `is_labelled` by them.
    """

    kind: str
    marks: "Sequence[Mark]"
    words: str = ""
    address: str | None = None
    is_spare: bool = False
    is_labelled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """Marks on a ground of a height, in pixels; without a `width` it is as wide as its box.

    `label` names it as a group of things to point at; one without a label and `is_hidden` repeats what is said beside.
    """

    kind: str
    height: float
    marks: "Sequence[Mark]"
    width: float | None = None
    label: str | None = None
    is_hidden: bool = False


Stretched: TypeAlias = Curve | Area | Columns
"""Marks that are as wide as the drawing, along which their places are parts."""
Shape: TypeAlias = Line | Bar | Point | Text | Sign | Stretched
Mark: TypeAlias = Shape | Moved | Group | HitTarget | Drawing


@dataclass(frozen=True, slots=True)
class Caption:
    """Words that a narrow box shows in the place of a drawing."""

    words: str


@dataclass(frozen=True, slots=True)
class Key:
    """An entry of a legend: a sample, what it stands for and its value."""

    sample: Drawing
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Legend:
    """The legend that stands below where names have no room in the drawing."""

    keys: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """Drawings beside each other, with the words around them; `kind` is how a page lays them out, "" as it likes."""

    parts: "tuple[Drawing | Caption | Legend | Figure, ...]"
    kind: str = ""

    @property
    def drawings(self) -> tuple[Drawing, ...]:
        """Return its drawings alone, in their order."""
        return tuple(drawing for part in self.parts for drawing in _drawings(part))


def _drawings(part: Drawing | Caption | Legend | Figure) -> Iterable[Drawing]:
    match part:
        case Drawing():
            return (part,)
        case Figure():
            return part.drawings
        case _:
            return ()


def curve(kind: str, runs: Iterable[Sequence[Place]]) -> list[Mark]:
    """Return the line through each run; one place alone is no line."""
    lines = tuple(run for run in runs if len(run) > 1)
    return [Curve(kind, lines)] if lines else []


def group(marks: Sequence[Mark], kind: str | None = None, *, is_hidden: bool = False) -> list[Mark]:
    """Return marks held together, or nothing where there are none."""
    return [Group(marks, kind, is_hidden)] if marks else []
