"""How is a piece of SVG written: elements with escaped text, numbers kept short, no style and no script."""

from collections.abc import Iterable
from functools import cache

from markupsafe import Markup, escape

Attribute = str | int | float | None


def element(name: str, *children: str, **attributes: Attribute) -> Markup:
    """Return an element; text among the children is escaped, attributes that are None are left out.

    Attribute names lose a closing underscore and take hyphens for the others: `class_`, `aria_label`.
    """
    written = "".join([f' {_name(key)}="{_written(value)}"' for key, value in attributes.items() if value is not None])
    inside = "".join(map(escape, children))  # a page draws thousands: plain strings are ten times quicker than Markup
    return Markup(f"<{name}{written}>{inside}</{name}>" if inside else f"<{name}{written}/>")


def group(parts: Iterable[str], **attributes: Attribute) -> Markup:
    """Return parts held together, or nothing where there are none."""
    inside = Markup("").join(parts)
    return element("g", inside, **attributes) if inside else inside


def share(fraction: float) -> str:
    """Return a place along a fluid width: `0.5` is `50%`."""
    return f"{short(fraction * 100, 2)}%"


def short(value: float, digits: int = 1) -> str:
    """Return a coordinate without needless digits: `12.30` is `12.3`, `-0.0` is `0`."""
    text = f"{value:.{digits}f}".rstrip("0").rstrip(".") if digits else f"{value:.0f}"
    return "0" if text in {"-0", ""} else text


def line_path(places: Iterable[tuple[float, float]]) -> str:
    """Return the path through these places, in order."""
    return "".join(f"{'L' if i else 'M'}{short(x)} {short(y)}" for i, (x, y) in enumerate(places))


@cache
def _name(key: str) -> str:
    if key in {"viewBox", "preserveAspectRatio"}:
        return key
    return key.rstrip("_").replace("_", "-")


def _written(value: Attribute) -> str:
    return escape(value) if isinstance(value, str) else short(float(value or 0))
