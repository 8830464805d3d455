"""How is a figure written for a page: as wide as its box, painted by the style sheet, with links on its marks."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from markupsafe import Markup

from ressenti.reports.figures.marks import (
    Across,
    Along,
    Area,
    Bar,
    Caption,
    Columns,
    Curve,
    Drawing,
    Figure,
    Group,
    HitTarget,
    Key,
    Legend,
    Line,
    Mark,
    Moved,
    Point,
    Shape,
    Sign,
    Stretched,
    Text,
)
from ressenti.reports.figures.svg import element, path, short

ACROSS = 1000
"""Units across what is stretched to the width of its box, where only paths live: lines keep their width."""


def write_fluid(figure: Figure | Drawing | None) -> Markup:
    """Return a figure as markup without a width of its own; nothing where there is none."""
    match figure:
        case None:
            return Markup()
        case Drawing():
            return _drawing(figure)
        case Figure(parts=parts, kind=kind):
            written = Markup("").join(map(_part, parts))
            return element("div", written, class_=kind) if kind else written


def _part(part: Drawing | Caption | Legend | Figure) -> Markup:
    match part:
        case Caption(words=words):
            return element("p", words, class_="slim")
        case Legend(keys=keys):
            return element("ul", *map(_key, keys), class_="line-keys")
        case _:
            return write_fluid(part)


def _key(key: Key) -> Markup:
    words = element("span", element("bdi", key.label), " ", element("b", key.value))
    return element("li", _drawing(key.sample), words)


def _drawing(drawing: Drawing) -> Markup:
    return element(
        "svg",
        *_marks(drawing.marks, drawing.height),
        class_=drawing.kind,
        width=drawing.width,
        height=drawing.height,
        role="group" if drawing.label is not None else None,
        aria_label=drawing.label,
        aria_hidden=_if(drawing.is_hidden),
    )


def _marks(marks: Sequence[Mark], height: float) -> Iterable[Markup]:
    """Write marks in their order; those that follow the width lie in drawings that are stretched to it."""
    for is_stretched, run in groupby(marks, lambda mark: isinstance(mark, Stretched)):
        if is_stretched:
            yield _stretched([mark for mark in run if isinstance(mark, Stretched)], height)
        else:
            yield from (_mark(mark, height) for mark in run)


def _stretched(marks: Iterable[Stretched], height: float) -> Markup:
    return element(
        "svg",
        *(element("path", class_=mark.kind, d=path(mark, ACROSS)) for mark in marks),
        width="100%",
        height=height,
        viewBox=f"0 0 {ACROSS} {short(height)}",
        preserveAspectRatio="none",
        aria_hidden="true",
    )


def _mark(mark: Mark, height: float) -> Markup:
    match mark:
        case HitTarget():
            return _target(mark, height)
        case Moved(marks, x, y, width):
            return element("svg", *_marks(marks, height), x=_along(x), y=y or None, width=width, class_="loose")
        case Group(marks, kind, is_hidden):
            return element("g", *_marks(marks, height), class_=kind, aria_hidden=_if(is_hidden))
        case Drawing():
            return _drawing(mark)
        case _:
            return _shape(mark, height)


def _shape(mark: Shape, height: float) -> Markup:
    match mark:
        case Bar(kind, x, width, y, tall, radius):
            return element("rect", class_=kind, x=_along(x), width=_along(width), y=y, height=tall, rx=radius)
        case Line(kind, x1, x2, y1, y2):
            return element("line", class_=kind, x1=_along(x1), x2=_along(x2), y1=y1, y2=y2)
        case Point(kind, x, y, radius):
            return element("circle", class_=kind, cx=_along(x), cy=y, r=radius)
        case Text(kind, words, x, y, aside):
            return element("text", words, class_=kind or None, x=_along(x), dx=aside or None, y=y)
        case Sign(kind, outline):
            return element("path", class_=kind, d=outline)
        case Curve() | Area() | Columns():
            return _stretched([mark], height)


def _target(target: HitTarget, height: float) -> Markup:
    return element(
        "g" if target.address is None else "a",
        element("title", target.words),
        *_marks(target.marks, height),
        href=target.address,
        class_=target.kind,
        tabindex=-1 if target.is_spare and target.address is not None else None,
        aria_label=target.words or None if target.is_labelled else None,
    )


def _along(place: Along) -> str | float:
    return f"{short(place.part * 100, 2)}%" if isinstance(place, Across) else place


def _if(holds: bool) -> str | None:  # noqa: FBT001 - the value of an attribute
    return "true" if holds else None
