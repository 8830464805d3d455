"""How is a row of a ranking drawn: a dot for its value, a whisker for its interval, a dotted line for everyone.

Sums are bars from zero instead of dots.
"""

from ressenti.indicators.model import Unit, Value
from ressenti.reports.figures.marks import Across, Bar, Drawing, HitTarget, Line, Mark, Moved, Point, Sign, Text
from ressenti.reports.figures.scale import SUMS, AxisScale, ranking_scale, tick_label
from ressenti.reports.model import Ranking

ROW, HEAD = 38, 34
BAR = 12
TARGET = 28
"""How high and how wide, at least, what one points at is."""


def scale_of(ranking: Ranking) -> AxisScale:
    """Return the axis of the rows of a ranking; those on few answers stretch it only if alone."""
    rows = ranking.ranked or ranking.few
    return ranking_scale([row.value.value for row in rows if row.value.value is not None], ranking.unit)


def everyone_in(ranking: Ranking) -> float | None:
    """Return the value of everyone, which a row can be held against; the sum of all rows is none."""
    return None if ranking.unit in SUMS else ranking.total.value


def draw_head(
    scale: AxisScale, unit: Unit, *, language: str, everyone: float | None, words: str, currency: str
) -> Drawing:
    """Return the axis above a column of rows, with the words for everyone over their dotted line."""
    labels = [
        tick_label(tick, unit, language=language, is_top=tick == scale.ticks[-1], currency=currency)
        for tick in scale.ticks
    ]
    ticks = [_tick(tick, scale, text) for tick, text in zip(scale.ticks, labels, strict=True)]
    return Drawing(kind="fig row", height=HEAD, marks=[*_everyone_named(scale, everyone, words), *ticks])


def draw_row(
    value: Value,
    scale: AxisScale,
    *,
    everyone: float | None,
    is_few: bool = False,
    address: str | None = None,
    words: str = "",
) -> Drawing:
    """Return one row; what lies beyond the scale ends in an arrowhead. Its words stand in the row's other cells.

    With an `address` the mark leads there; `words` are what the link is called.
    """
    marks = (
        _bar(value, scale, is_few=is_few)
        if scale.is_of_bars
        else [*_whisker(value, scale, is_few=is_few), *_dot(value, scale, is_few=is_few)]
    )
    behind = [*_zero(scale), *_everyone(scale, everyone, 0, ROW)]
    if not marks or address is None or not value.n:
        return Drawing(kind="fig row", height=ROW, marks=[*behind, *marks], is_hidden=True)
    link = HitTarget("mark-link", [*_hits(value, scale), *marks], words, address, is_labelled=True)
    return Drawing(kind="fig row", height=ROW, marks=[*behind, link])


def _tick(tick: float, scale: AxisScale, text: str) -> Mark:
    is_first, is_last = tick == scale.ticks[0], tick == scale.ticks[-1]
    anchor = "start" if is_first else "end" if is_last else "mid"
    kind = f"{anchor} halo thin" if _is_spare(tick, scale) else f"{anchor} halo"
    return Text(kind, text, Across(scale.place(tick)), 30)


def _is_spare(tick: float, scale: AxisScale) -> bool:
    """Say whether a narrow column does without this tick: every second one, and the one beside the last."""
    i, last = scale.ticks.index(tick), len(scale.ticks) - 1
    return 0 < i < last and (i % 2 == 1 or i == last - 1)


def _everyone_named(scale: AxisScale, everyone: float | None, words: str) -> list[Mark]:
    if everyone is None or scale.is_of_bars or not scale.holds(everyone):
        return []
    at = scale.place(everyone)
    anchor = "start" if at < 0.2 else "end" if at > 0.8 else "mid"
    return [Text(f"strong {anchor}", words, Across(at), 12), *_everyone(scale, everyone, 17, HEAD)]


def _everyone(scale: AxisScale, everyone: float | None, top: float, bottom: float) -> list[Mark]:
    """Draw where everyone stands; what all have summed up is no place among the bars of each."""
    if everyone is None or scale.is_of_bars or not scale.holds(everyone):
        return []
    at = Across(scale.place(everyone))
    return [Line("ref", at, at, top, bottom)]


def _zero(scale: AxisScale) -> list[Mark]:
    """Draw the line that bars stand on, and that parts negative values from positive ones."""
    if not scale.is_of_bars and not scale.low < 0 < scale.high:
        return []
    at = Across(scale.place(0))
    return [Line("base", at, at, 0, ROW)]


def _ends(value: Value) -> tuple[float | None, float | None]:
    return value.value if value.low is None else value.low, value.value if value.high is None else value.high


def _whisker(value: Value, scale: AxisScale, *, is_few: bool) -> list[Mark]:
    low, high = _ends(value)
    if low is None or high is None:
        return []
    kind = "whisk few" if is_few else "whisk"
    heads = [_arrowhead(side, kind) for side, is_beyond in ((-1, low < scale.low), (1, high > scale.high)) if is_beyond]
    if low == high:
        return heads
    return [Line(kind, Across(scale.place(low)), Across(scale.place(high)), ROW / 2, ROW / 2), *heads]


def _arrowhead(side: int, kind: str) -> Mark:
    """Draw the sign that a mark continues beyond the scale, on its left (-1) or right (1) end."""
    outline = f"M{-6 * side} {ROW / 2 - 4:g}L0 {ROW / 2:g}L{-6 * side} {ROW / 2 + 4:g}"
    return Moved([Sign(kind, outline)], 0 if side < 0 else Across(1))


def _dot(value: Value, scale: AxisScale, *, is_few: bool) -> list[Mark]:
    if value.value is None or not scale.holds(value.value):
        return []
    kind, radius = ("dot few", 3.5) if is_few else ("dot", 4)
    return [Point(kind, Across(scale.place(value.value)), ROW / 2, radius)]


def _bar(value: Value, scale: AxisScale, *, is_few: bool) -> list[Mark]:
    if value.value is None:
        return []
    zero, end = scale.place(0), scale.place(value.value)
    kind = "bar few" if is_few else "bar"
    return [Bar(kind, Across(min(zero, end)), Across(abs(end - zero)), (ROW - BAR) / 2, BAR, radius=2)]


def _hits(value: Value, scale: AxisScale) -> list[Mark]:
    """Return what one points at: the mark from end to end, and around its value enough for a thumb."""
    low, high = (0.0, value.value or 0.0) if scale.is_of_bars else _ends(value)
    left, right = sorted((scale.place(low or 0.0), scale.place(high or 0.0)))
    at = scale.place(value.value or 0.0)
    top = (ROW - TARGET) / 2
    along = Bar("hit", Across(left), Across(right - left), top, TARGET)
    around = Bar("hit", -TARGET / 2, TARGET, top, TARGET, radius=4)
    return [along, Moved([around], Across(at))]
