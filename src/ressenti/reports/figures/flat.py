"""How does a drawing of fluid width become one of a fixed width that needs no style sheet: as a file, or in a mail.

Places along the width become numbers, drawings inside drawings become groups, classes become attributes. What only a
page can do is left out: links, tooltips, and the names for a width that this one is not.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from xml.etree import ElementTree as ET

from markupsafe import Markup

from ressenti.reports.figures.palette import paint
from ressenti.reports.figures.svg import short

NARROW_BELOW_PX = 680
"""Below this width a figure shows its narrow names, as in the style sheet."""

_ALONG = frozenset({"x", "x1", "x2", "cx", "width", "dx"})
_DOWN = frozenset({"y", "y1", "y2", "cy", "height", "dy"})
_HIDDEN = {True: frozenset({"hit", "when-wide", "thin"}), False: frozenset({"hit", "when-narrow"})}
"""Classes that a narrow figure does without, and a wide one: what one aims at shows nothing."""
_DROPPED = frozenset({"class", "href", "role", "tabindex"})
_STEP = re.compile(r"[A-Za-z]|-?(?:\d+\.?\d*|\.\d+)")
_MOVES = {"M": "xy", "L": "xy", "H": "x", "V": "y", "m": "xy", "l": "xy", "h": "x", "v": "y", "Z": "", "z": ""}
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def flatten(
    drawing: str, *, width: float, theme: str, figure_px: float | None = None, gap: float = 0
) -> tuple[Markup, float]:
    """Return what drawings beside each other show in a width, and how high they are.

    Those with a width of their own keep it, the others share what is left. `figure_px` is how wide the whole figure
    is, where this is a part of it: that decides which names it shows. Words around the drawings are left out.
    """
    tree = list(_drawings(ET.fromstring(f"<g>{legal(drawing)}</g>")))  # noqa: S314 - drawn here
    own = [float(one.get("width", 0)) for one in tree]
    rest = (width - sum(own) - gap * (len(tree) - 1)) / max(own.count(0), 1)
    around = _Surroundings(width=rest, theme=theme, hidden=_HIDDEN[(figure_px or width) < NARROW_BELOW_PX])
    flat = ET.Element("g")
    x = 0.0
    for child, taken in zip(tree, own, strict=True):
        child.set("x", short(x, 2))
        flat.extend(_flat(child, around))
        x += (taken or rest) + gap
    tall = max((float(one.get("height", 0)) for one in tree), default=0)
    return Markup(ET.tostring(flat, encoding="unicode")), tall


def restyle(marks: str, theme: str) -> Markup:
    """Return marks of fixed places with attributes in the place of classes."""
    tree = ET.fromstring(f"<g>{legal(marks)}</g>")  # noqa: S314 - drawn here
    around = _Surroundings(width=0, theme=theme, hidden=frozenset(), classes=frozenset({"fig"}))
    return Markup("").join(
        Markup(ET.tostring(one, encoding="unicode")) for child in tree for one in _flat(child, around)
    )


def legal(text: str) -> str:
    """Return a text without the characters that no XML may hold."""
    return _ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", text)


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """What an element is drawn in: a width, a theme, the classes of its drawings, and how much it is stretched."""

    width: float
    theme: str
    hidden: frozenset[str]
    classes: frozenset[str] = frozenset()
    stretch: tuple[float, float] = (1.0, 1.0)


def _drawings(node: ET.Element) -> Iterator[ET.Element]:
    """Give the drawings of a figure in their order, out of the boxes that a page lays them out in."""
    for child in node:
        if child.tag == "svg":
            yield child
        elif child.tag == "div":
            yield from _drawings(child)


def _flat(node: ET.Element, around: _Surroundings) -> Iterator[ET.Element]:
    classes = tuple((node.get("class") or "").split())
    if node.tag == "title" or around.hidden & set(classes):
        return
    if node.tag == "svg":
        yield from _inner(node, replace(around, classes=around.classes | set(classes)))
        return
    made = ET.Element("g" if node.tag == "a" else node.tag)
    written = {key: value for key, value in node.attrib.items() if key not in _DROPPED and not key.startswith("aria-")}
    made.attrib |= {key: _place(key, value, around) for key, value in written.items()}
    made.attrib |= paint(node.tag, frozenset(classes), around.classes, around.theme)
    made.text = node.text
    made.extend(one for child in node for one in _flat(child, around))
    if made.tag != "g" or len(made):
        yield made


def _inner(node: ET.Element, around: _Surroundings) -> Iterator[ET.Element]:
    """Draw a drawing inside another one as a group, moved and stretched to where it stands."""
    x, y = (float(_place(key, node.get(key, "0"), around)) for key in ("x", "y"))
    width = float(_place("width", node.get("width", "100%"), around))
    inside = replace(around, width=width)
    if node.get("preserveAspectRatio") == "none":
        _left, _top, across, down = map(float, node.get("viewBox", "").split())
        inside = replace(around, width=across, stretch=(width / across, float(node.get("height", down)) / down))
    group = ET.Element("g", {"transform": f"translate({short(x)} {short(y)})"} if x or y else {})
    group.extend(one for child in node for one in _flat(child, inside))
    if len(group):
        yield group


def _place(key: str, value: str, around: _Surroundings) -> str:
    across, down = around.stretch
    if key == "d":
        return _stretched(value, across, down)
    if key in _ALONG:
        amount = float(value[:-1]) / 100 * around.width if value.endswith("%") else float(value)
        return short(amount * across, 2)
    return short(float(value) * down, 2) if key in _DOWN else value


def _stretched(d: str, across: float, down: float) -> str:
    """Return a path with its places moved apart; lines keep their width, unlike in a drawing that is scaled."""
    if (across, down) == (1.0, 1.0):
        return d
    size = {"x": across, "y": down}
    steps: list[str] = []
    axes, count = "", 0
    for step in _STEP.findall(d):
        if step.isalpha():
            axes, count = _MOVES[step], 0
            steps.append(step)
        else:
            steps.append(short(float(step) * size[axes[count % len(axes)]], 2) + " ")
            count += 1
    return "".join(steps)
