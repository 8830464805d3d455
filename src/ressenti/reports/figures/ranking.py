"""How is a row of a ranking drawn: a dot for its value, a whisker for its interval, a dotted line for everyone.

Sums are bars from zero instead of dots.
"""

from markupsafe import Markup

from ressenti.indicators.model import Unit, Value
from ressenti.reports.figures.scale import AxisScale, tick_label
from ressenti.reports.figures.svg import element, share

ROW, HEAD = 38, 34
BAR = 12
TARGET = 28
"""How high and how wide, at least, what one aims at is."""


def draw_head(scale: AxisScale, unit: Unit, *, language: str, everyone: float | None, words: str) -> Markup:
    """Return the axis above a column of rows, with the words for everyone over their dotted line."""
    ticks = [_tick(tick, scale, unit, language) for tick in scale.ticks]
    return element("svg", _everyone_named(scale, everyone, words), *ticks, class_="fig row", height=HEAD)


def draw_row(
    value: Value,
    scale: AxisScale,
    *,
    everyone: float | None,
    is_few: bool = False,
    address: str | None = None,
    words: str = "",
) -> Markup:
    """Return one row; what lies beyond the scale ends in an arrowhead. Its words stand in the row's other cells.

    With an `address` the mark leads there; `words` are what the link is called.
    """
    mark = (
        _bar(value, scale, is_few=is_few)
        if scale.is_of_bars
        else _whisker(value, scale, is_few=is_few) + _dot(value, scale, is_few=is_few)
    )
    behind = _zero(scale) + _everyone(scale, everyone, 0, ROW)
    if not mark or address is None or not value.n:
        return element("svg", behind, mark, class_="fig row", height=ROW, aria_hidden="true")
    title = element("title", words) if words else ""
    link = element("a", title, _targets(value, scale), mark, href=address, class_="mark-link", aria_label=words or None)
    return element("svg", behind, link, class_="fig row", height=ROW)


def _tick(tick: float, scale: AxisScale, unit: Unit, language: str) -> Markup:
    is_first, is_last = tick == scale.ticks[0], tick == scale.ticks[-1]
    anchor = "start" if is_first else "end" if is_last else "mid"
    kind = f"{anchor} halo thin" if _is_spare(tick, scale) else f"{anchor} halo"
    text = tick_label(tick, unit, language=language, is_top=is_last)
    return element("text", text, class_=kind, x=share(scale.place(tick)), y=30)


def _is_spare(tick: float, scale: AxisScale) -> bool:
    """Say whether a narrow column does without this tick: every second one, and the one beside the last."""
    i, last = scale.ticks.index(tick), len(scale.ticks) - 1
    return 0 < i < last and (i % 2 == 1 or i == last - 1)


def _everyone_named(scale: AxisScale, everyone: float | None, words: str) -> Markup:
    if everyone is None or scale.is_of_bars or not scale.holds(everyone):
        return Markup()
    at = scale.place(everyone)
    anchor = "start" if at < 0.2 else "end" if at > 0.8 else "mid"
    name = element("text", words, class_=f"strong {anchor}", x=share(at), y=12)
    return name + _everyone(scale, everyone, 17, HEAD)


def _everyone(scale: AxisScale, everyone: float | None, top: float, bottom: float) -> Markup:
    """Draw where everyone stands; what all have summed up is no place among the bars of each."""
    if everyone is None or scale.is_of_bars or not scale.holds(everyone):
        return Markup()
    at = share(scale.place(everyone))
    return element("line", class_="ref", x1=at, x2=at, y1=top, y2=bottom)


def _zero(scale: AxisScale) -> Markup:
    """Draw the line that bars stand on, and that parts negative values from positive ones."""
    if not scale.is_of_bars and not scale.low < 0 < scale.high:
        return Markup()
    at = share(scale.place(0))
    return element("line", class_="base", x1=at, x2=at, y1=0, y2=ROW)


def _ends(value: Value) -> tuple[float | None, float | None]:
    return value.value if value.low is None else value.low, value.value if value.high is None else value.high


def _whisker(value: Value, scale: AxisScale, *, is_few: bool) -> Markup:
    low, high = _ends(value)
    if low is None or high is None:
        return Markup()
    kind = "whisk few" if is_few else "whisk"
    heads = (_arrowhead(-1, kind) if low < scale.low else "", _arrowhead(1, kind) if high > scale.high else "")
    if low == high:
        return Markup("").join(heads)
    x1, x2 = share(scale.place(low)), share(scale.place(high))
    return element("line", class_=kind, x1=x1, x2=x2, y1=ROW / 2, y2=ROW / 2) + Markup("").join(heads)


def _arrowhead(side: int, kind: str) -> Markup:
    """Draw the sign that a mark continues beyond the scale, on its left (-1) or right (1) end."""
    d = f"M{-6 * side} {ROW / 2 - 4:g}L0 {ROW / 2:g}L{-6 * side} {ROW / 2 + 4:g}"
    return element("svg", element("path", class_=kind, d=d), x="0" if side < 0 else "100%", class_="loose")


def _dot(value: Value, scale: AxisScale, *, is_few: bool) -> Markup:
    if value.value is None or not scale.holds(value.value):
        return Markup()
    kind, radius = ("dot few", 3.5) if is_few else ("dot", 4)
    return element("circle", class_=kind, cx=share(scale.place(value.value)), cy=ROW / 2, r=radius)


def _bar(value: Value, scale: AxisScale, *, is_few: bool) -> Markup:
    if value.value is None:
        return Markup()
    zero, end = scale.place(0), scale.place(value.value)
    return element(
        "rect",
        class_="bar few" if is_few else "bar",
        x=share(min(zero, end)),
        width=share(abs(end - zero)),
        y=(ROW - BAR) / 2,
        height=BAR,
        rx=2,
    )


def _targets(value: Value, scale: AxisScale) -> Markup:
    """Return what one aims at: the mark from end to end, and around its value enough for a thumb."""
    low, high = (0.0, value.value or 0.0) if scale.is_of_bars else _ends(value)
    left, right = sorted((scale.place(low or 0.0), scale.place(high or 0.0)))
    at = scale.place(value.value or 0.0)
    top = (ROW - TARGET) / 2
    along = element("rect", class_="hit", x=share(left), width=share(right - left), y=top, height=TARGET)
    around = element("rect", class_="hit", x=-TARGET / 2, width=TARGET, y=top, height=TARGET, rx=4)
    return along + element("svg", around, x=share(at), class_="loose")
