"""How is an indicator over time drawn: a line with its interval, the period before, gaps left open, n below."""

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby

from markupsafe import Markup

from ressenti.indicators.model import Better, Grain, Unit
from ressenti.kit.i18n import _, translate
from ressenti.reports.customer_experience import Evolution, Point
from ressenti.reports.dates import bucket
from ressenti.reports.figures.axis import DENSE, Label, axis_labels, text_px
from ressenti.reports.figures.scale import Scale, scale_for, tick_label
from ressenti.reports.figures.svg import element, group, line_path, share, short
from ressenti.reports.format import amount

TOP, BASE = 18, 242
COUNTS_TOP, COUNTS_BASE = 254, 278
LABELS, HEIGHT = 298, 304
ACROSS = 1000
"""Units across the stretched part, where only paths live: lines keep their width, places are shares of it."""
WIDE_PX, NARROW_PX = 625, 205
"""The narrowest boxes of the two sets of names on the axis; the style sheet shows the one that fits."""
LABEL_PX = 110
"""Room that the leader and the words beside a named bucket need."""
FEW_POINTS = 12
"""Up to so many measured buckets, each is a dot with its own interval: a band would join what lies far apart."""
TRUSTED = 10
"""An interval resting on fewer answers than this does not stretch the scale."""
LONG_WAIT = 1.5

Describe = Callable[[Point], str]
Lead = Callable[[Point], str | None]


def draw_evolution(evolution: Evolution, *, language: str, label: str, describe: Describe, lead_to: Lead) -> Markup:
    """Return two drawings side by side: the value axis, and the plot, which is as wide as its box.

    `describe` words what a bucket holds; `lead_to` gives the address it leads to, or None.
    """
    scale = scale_for(_extent(evolution.points), evolution.unit)
    plot = element(
        "svg",
        _shaded(evolution.points),
        _grid(scale),
        _stretched(evolution.points, scale),
        _marks(evolution, scale, language),
        _time_axis(evolution, language),
        _silence(evolution, language),
        _columns(evolution.points, describe, lead_to),
        class_="fig plot",
        height=HEIGHT,
        role="group",
        aria_label=label,
    )
    return _value_axis(scale, evolution.unit, language) + plot


def is_gap(point: Point) -> bool:
    """Say whether nobody was measured in a bucket that has begun."""
    return point.value.value is None and not point.is_future


def has_few_points(points: Sequence[Point]) -> bool:
    """Say whether the intervals are drawn as whiskers instead of a band."""
    return sum(point.value.value is not None for point in points) <= FEW_POINTS


def incident(evolution: Evolution) -> int | None:
    """Return the bucket that was clearly worse than the whole: the one to name in the drawing, if any.

    For shares and NPS its interval excludes the total; delays have none: half as long again as the total.
    """
    known = [(i, point.value) for i, point in enumerate(evolution.points) if point.value.n >= TRUSTED]
    total = evolution.total.value
    if total is None or len(known) < 5:
        return None
    if evolution.better is Better.LOWER:
        i, worst = max(known, key=lambda item: item[1].value or 0)
        return i if (worst.value or 0) > LONG_WAIT * total else None
    i, worst = min(known, key=lambda item: item[1].value or 0)
    return i if worst.high is not None and worst.high < total else None


def _extent(points: Iterable[Point]) -> Iterable[float]:
    for point in points:
        trusted = point.value.n >= TRUSTED
        ends = (point.value.low, point.value.high) if trusted else ()
        before = point.previous.value if point.previous else None
        yield from (value for value in (point.value.value, before, *ends) if value is not None)


def _y(scale: Scale, value: float) -> float:
    return BASE - scale.place(value) * (BASE - TOP)


def _x(i: int, points: Sequence[Point]) -> float:
    return (i + 0.5) / len(points)


def _value_axis(scale: Scale, unit: Unit, language: str) -> Markup:
    texts = [(t, tick_label(t, unit, language=language, is_top=t == scale.ticks[-1])) for t in scale.ticks]
    width = max(24.0, *(text_px(text) + 10 for _tick, text in texts))
    written = [element("text", text, class_="end", x=width - 8, y=_y(scale, tick) + 4) for tick, text in texts]
    written.append(element("text", "n", class_="end", x=width - 8, y=COUNTS_BASE - 2))
    return element("svg", *written, class_="fig gutter", width=width, height=HEIGHT, aria_hidden="true")


def _grid(scale: Scale) -> Markup:
    """Draw a line for each tick; the lowest, and zero where there is less than it, are the stronger."""
    strong = {scale.low, 0.0}
    return group(
        element("line", class_="base" if tick in strong else "grid", x1="0", x2="100%", y1=y, y2=y)
        for tick in scale.ticks
        for y in [_y(scale, tick)]
    )


def _shaded(points: Sequence[Point]) -> Markup:
    if all(point.value.value is None for point in points):
        return Markup()
    spans = (list(run) for empty, run in groupby(range(len(points)), lambda i: is_gap(points[i])) if empty)
    return group(
        element(
            "rect",
            class_="shut",
            x=share(run[0] / len(points)),
            width=share(len(run) / len(points)),
            y=TOP,
            height=BASE - TOP,
        )
        for run in spans
    )


def _stretched(points: Sequence[Point], scale: Scale) -> Markup:
    parts = [
        *(() if has_few_points(points) else _bands(points, scale)),
        _path("pv", _runs(points, [point.previous.value if point.previous else None for point in points], scale)),
        _path("ln", _runs(points, [point.value.value for point in points], scale)),
        element("path", class_="bar mute", d=_counts(points)),
    ]
    inside = Markup("").join(parts)
    box = f"0 0 {ACROSS} {HEIGHT}"
    return element(
        "svg", inside, width="100%", height=HEIGHT, viewBox=box, preserveAspectRatio="none", aria_hidden="true"
    )


Run = list[tuple[float, float]]


def _runs(points: Sequence[Point], values: Sequence[float | None], scale: Scale) -> list[Run]:
    """Return the places of each unbroken run of measured values: a gap is never bridged."""
    return [
        [(_x(i, points) * ACROSS, _y(scale, values[i] or 0)) for i in run]
        for measured, run in groupby(range(len(points)), lambda i: values[i] is not None)
        if measured
    ]


def _path(kind: str, runs: Iterable[Run]) -> Markup:
    d = "".join(line_path(run) for run in runs if len(run) > 1)
    return element("path", class_=kind, d=d) if d else Markup()


def _bands(points: Sequence[Point], scale: Scale) -> Iterable[Markup]:
    highs = _runs(points, [point.value.high for point in points], scale)
    lows = _runs(points, [point.value.low for point in points], scale)
    for high, low in zip(highs, lows, strict=True):
        if len(high) > 1:
            yield element("path", class_="band", d=line_path([*high, *low[::-1]]) + "Z")


def _counts(points: Sequence[Point]) -> str:
    most = max((point.value.n for point in points), default=0)
    width = ACROSS / max(len(points), 1)
    bars = []
    for i, point in enumerate(points):
        if point.value.n:
            tall = max(1.5, point.value.n / most * (COUNTS_BASE - COUNTS_TOP))
            left, wide = short((i + 0.18) * width), short(0.64 * width)
            bars.append(f"M{left} {COUNTS_BASE}v-{short(tall)}h{wide}v{short(tall)}z")
    return "".join(bars)


def _marks(evolution: Evolution, scale: Scale, language: str) -> Markup:
    """Draw what stands at single places: whiskers, dots, the last value and the named incident."""
    points = evolution.points
    measured = [i for i, point in enumerate(points) if point.value.value is not None]
    few = has_few_points(points)
    alone = [i for i in measured if i - 1 not in measured and i + 1 not in measured]
    dotted = measured if few else sorted({*alone, *measured[-1:]})
    whiskers = [_whisker(points, i, scale) for i in (measured if few else alone)]
    dots = [_dot(points, i, scale) for i in dotted]
    named = incident(evolution)
    words = [_incident_label(evolution, named, scale, language)] if named is not None else []
    if few and measured and named != measured[-1]:
        words.append(_last_label(evolution, measured[-1], scale, language))
    return group([*whiskers, *dots, *words], aria_hidden="true")


def _whisker(points: Sequence[Point], i: int, scale: Scale) -> Markup:
    value = points[i].value
    if value.low is None or value.high is None:
        return Markup()
    x = share(_x(i, points))
    return element("line", class_="whisk", x1=x, x2=x, y1=_y(scale, value.high), y2=_y(scale, value.low))


def _dot(points: Sequence[Point], i: int, scale: Scale) -> Markup:
    kind = "pt-out" if points[i].is_unfinished else "pt"
    return element("circle", class_=kind, cx=share(_x(i, points)), cy=_y(scale, points[i].value.value or 0), r=4)


def _last_label(evolution: Evolution, i: int, scale: Scale, language: str) -> Markup:
    value, x = evolution.points[i].value, _x(i, evolution.points)
    y = max(12.0, _y(scale, value.value if value.high is None else value.high) - 8) if value.value is not None else 12
    text = amount(value.value, evolution.unit, language=language)
    hang, aside = ("end", 12) if x > 0.9 else ("mid", None)
    return element("text", text, class_=f"acc halo {hang}", x=share(x), dx=aside, y=y)


def _incident_label(evolution: Evolution, i: int, scale: Scale, language: str) -> Markup:
    """Name the bucket beside its dot, to the right where a box of that width has room, else to the left."""
    x, y = _x(i, evolution.points), _y(scale, evolution.points[i].value.value or 0)
    sides = [1 if (1 - x) * width > LABEL_PX else -1 for width in (WIDE_PX, NARROW_PX)]
    words = [_incident_words(evolution, i, y, side, language) for side in sides]
    named = (
        words[0]
        if sides[0] == sides[1]
        else (element("g", words[0], class_="when-wide") + element("g", words[1], class_="when-narrow"))
    )
    return element("svg", named, element("circle", class_="pt", r=4, cy=y), x=share(x), class_="loose")


def _incident_words(evolution: Evolution, i: int, y: float, side: int, language: str) -> Markup:
    """Write value and date at the end of a leader, on the right (1) or the left (-1) of the place."""
    point, hang = evolution.points[i], "start" if side > 0 else "end"
    text_y = min(max(y + (26 if evolution.better is Better.HIGHER else 10), TOP + 14), BASE - 24)
    value = amount(point.value.value, evolution.unit, language=language)
    when = bucket(point.start, evolution.grain, language=language)
    return Markup("").join(
        [
            element("path", class_="note", d=f"M{5 * side} {short(y)}L{26 * side} {short(text_y - 4)}"),
            element("text", value, class_=f"strong halo {hang}", x=32 * side, y=text_y),
            element("text", when, class_=f"halo {hang}", x=32 * side, y=text_y + 16),
        ]
    )


def _time_axis(evolution: Evolution, language: str) -> Markup:
    points, grain = evolution.points, evolution.grain
    wide = axis_labels(points, grain, width_px=WIDE_PX, language=language, is_short=grain is Grain.WEEK)
    narrow = axis_labels(points, grain, width_px=NARROW_PX, language=language, is_short=True)
    sets = (("when-wide", wide), ("when-narrow", narrow))
    return Markup("").join(group(map(_time_label, labels), class_=kind, aria_hidden="true") for kind, labels in sets)


def _time_label(label: Label) -> Markup:
    return element("text", label.text, class_=label.anchor, x=share(label.at), y=LABELS)


def _silence(evolution: Evolution, language: str) -> Markup:
    if any(point.value.value is not None for point in evolution.points):
        return Markup()
    words = translate(_("Nobody was measured in this period"), language)
    return element("text", words, class_="mid ink2", x="50%", y=(TOP + BASE) / 2)


def _columns(points: Sequence[Point], describe: Describe, lead_to: Lead) -> Markup:
    """Lay a column over each bucket that says what it holds, and leads to it where it is wide enough to aim at."""
    return group(_column(points, i, describe(point), lead_to(point)) for i, point in enumerate(points))


def _column(points: Sequence[Point], i: int, words: str, address: str | None) -> Markup:
    hit = element(
        "rect",
        class_="hit",
        x=share(i / len(points)),
        width=share(1 / len(points)),
        y=TOP,
        height=COUNTS_BASE - TOP,
        rx=3,
    )
    title = element("title", words)
    if address is None or len(points) > DENSE:
        return element("g", title, hit, class_="column")
    return element("a", title, hit, href=address, class_="column")
