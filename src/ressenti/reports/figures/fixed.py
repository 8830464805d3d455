"""How is a figure written for a file or a mail: at a width, in numbers, painted by attributes, without a style sheet.

What only a page can do is left out: links, tooltips, and the names for a width that this one is not.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from xml.etree import ElementTree as ET

from markupsafe import Markup

from ressenti.reports.figures.marks import (
    Across,
    Along,
    Area,
    Bar,
    Columns,
    Curve,
    Drawing,
    Figure,
    Group,
    HitTarget,
    Line,
    Mark,
    Moved,
    Point,
    Shape,
    Sign,
    Text,
)
from ressenti.reports.figures.palette import paint
from ressenti.reports.figures.svg import path, short

NARROW_BELOW_PX = 680
"""Below this width a figure shows its narrow names, as in the style sheet."""

_HIDDEN = {True: frozenset({"hit", "when-wide", "thin"}), False: frozenset({"hit", "when-narrow"})}
"""Kinds that a narrow figure does without, and a wide one: what one points at shows nothing."""
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def lay_out(figure: Figure | Drawing, *, width: float, gap: float = 0) -> tuple[list[Mark], float]:
    """Return the drawings of a figure beside each other in a width, and how high they are.

    Those with a width of their own keep it, the others share what is left. Words around the drawings are left out.
    """
    drawings = figure.drawings if isinstance(figure, Figure) else (figure,)
    taken = sum(drawing.width or 0 for drawing in drawings) + gap * (len(drawings) - 1)
    rest = (width - taken) / max(sum(drawing.width is None for drawing in drawings), 1)
    marks: list[Mark] = []
    x = 0.0
    for drawing in drawings:
        own = rest if drawing.width is None else drawing.width
        marks.append(Moved((drawing,), x=x, width=own))
        x += own + gap
    return marks, max((drawing.height for drawing in drawings), default=0)


def write_fixed(marks: Iterable[Mark], *, width: float, theme: str, is_narrow: bool = False) -> Markup:
    """Return what marks show in a width, in the colours of a theme, with their long names or the narrow ones."""
    frame = _Frame(width=width, theme=theme, hidden=_HIDDEN[is_narrow])
    return Markup("").join(
        Markup(ET.tostring(part, encoding="unicode")) for mark in marks for part in _mark(mark, frame)
    )


def legal(text: str) -> str:
    """Return a text without the characters that no XML may hold."""
    return _ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", text)


@dataclass(frozen=True, slots=True)
class _Frame:
    """What a mark is written in: a width, a theme, the kinds left out, and the kinds of the drawing it lies in."""

    width: float
    theme: str
    hidden: frozenset[str]
    within: frozenset[str] = frozenset({"fig"})

    def along(self, place: Along) -> float:
        """Return a place in pixels."""
        return place.part * self.width if isinstance(place, Across) else place


def _mark(mark: Mark, frame: _Frame) -> Iterator[ET.Element]:
    match mark:
        case Moved(marks, x, y, width):
            yield from _moved(marks, frame.along(x), y, frame if width is None else replace(frame, width=width))
        case Group(marks, kind, _):
            if kind not in frame.hidden:
                yield from _each(marks, frame)
        case HitTarget(marks=marks):
            yield from _each(marks, frame)
        case Drawing(kind=kind, marks=marks):
            yield from _each(marks, replace(frame, within=frame.within | set(kind.split())))
        case _:
            yield from _shape(mark, frame)


def _shape(mark: Shape, frame: _Frame) -> Iterator[ET.Element]:
    match mark:
        case Line(kind, x1, x2, y1, y2):
            yield from _painted("line", kind, frame, x1=frame.along(x1), x2=frame.along(x2), y1=y1, y2=y2)
        case Bar(kind, x, width, y, tall, radius):
            corners = {} if radius is None else {"rx": radius}
            place = {"x": frame.along(x), "width": frame.along(width), "y": y, "height": tall}
            yield from _painted("rect", kind, frame, **place, **corners)
        case Point(kind, x, y, radius):
            yield from _painted("circle", kind, frame, cx=frame.along(x), cy=y, r=radius)
        case Text(kind, words, x, y, aside):
            for text in _painted("text", kind, frame, x=frame.along(x) + aside, y=y):
                text.text = legal(words)
                yield text
        case Sign(kind, outline):
            yield from _painted("path", kind, frame, d=outline)
        case Curve() | Area() | Columns():
            yield from _painted("path", mark.kind, frame, d=path(mark, frame.width))


def _each(marks: Sequence[Mark], frame: _Frame) -> Iterator[ET.Element]:
    for mark in marks:
        yield from _mark(mark, frame)


def _moved(marks: Sequence[Mark], x: float, y: float, frame: _Frame) -> Iterator[ET.Element]:
    group = ET.Element("g", {"transform": f"translate({short(x, 2)} {short(y, 2)})"} if x or y else {})
    group.extend(_each(marks, frame))
    if len(group):
        yield group


def _painted(tag: str, kind: str, frame: _Frame, **geometry: float | str) -> Iterator[ET.Element]:
    """Make an element of its geometry and its paint, unless this width does without its kind."""
    kinds = frozenset(kind.split())
    if kinds & frame.hidden:
        return
    written = {key: value if isinstance(value, str) else short(value, 2) for key, value in geometry.items()}
    yield ET.Element(tag, written | paint(tag, kinds, frame.within, frame.theme))
