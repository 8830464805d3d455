"""How is a piece of SVG written: elements with escaped text, numbers kept short, no style and no script."""

from collections.abc import Iterable
from functools import cache

from markupsafe import Markup, escape

from ressenti.reports.figures.marks import Area, Columns, Curve, Place, Stretched

Attribute = str | int | float | None


def element(name: str, *children: str, **attributes: Attribute) -> Markup:
    """Return an element; text among the children is escaped, attributes that are None are left out.

    Attribute names lose a closing underscore and take hyphens for the others: `class_`, `aria_label`.
    """
    written = "".join([f' {_name(key)}="{_written(value)}"' for key, value in attributes.items() if value is not None])
    # A page draws thousands: markup is not copied, and plain strings join ten times quicker than Markup.
    inside = "".join([child if isinstance(child, Markup) else escape(child) for child in children])
    return Markup(f"<{name}{written}>{inside}</{name}>" if inside else f"<{name}{written}/>")


def short(value: float, digits: int = 1) -> str:
    """Return a coordinate without needless digits: `12.30` is `12.3`, `-0.0` is `0`."""
    text = f"{value:.{digits}f}".rstrip("0").rstrip(".") if digits else f"{value:.0f}"
    return "0" if text in {"-0", ""} else text


def path(mark: Stretched, width: float) -> str:
    """Return the path of a mark that is as wide as its drawing."""
    match mark:
        case Curve(runs=runs):
            return "".join(_line(run, width) for run in runs)
        case Area(outline=outline):
            return _line(outline, width) + "Z"
        case Columns(columns=columns):
            return "".join(
                f"M{short(column.left * width)} {short(column.base)}V{short(column.end)}"
                f"h{short(column.width * width)}V{short(column.base)}z"
                for column in columns
            )


def _line(places: Iterable[Place], width: float) -> str:
    return "".join(f"{'L' if i else 'M'}{short(x * width)} {short(y)}" for i, (x, y) in enumerate(places))


@cache
def _name(key: str) -> str:
    if key in {"viewBox", "preserveAspectRatio"}:
        return key
    return key.rstrip("_").replace("_", "-")


def _written(value: Attribute) -> str:
    return escape(value) if isinstance(value, str) else short(value or 0)
