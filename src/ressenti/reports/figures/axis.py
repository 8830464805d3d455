"""Which buckets of an evolution get a name on the time axis, so that no two names touch."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ressenti.indicators.model import Grain
from ressenti.reports.dates import bucket
from ressenti.reports.format import NARROW

AIR_PX = 8
_NARROW = frozenset(f" .,:ijlt{NARROW}")
_WIDE = frozenset("MWmw%")
DENSE = 62
"""More buckets than this are too narrow to aim at one by one: one reaches them by arrow keys, or in the table."""


@dataclass(frozen=True, slots=True)
class AxisLabel:
    """A name on the axis: where its bucket's middle stands (0 to 1), and how the text hangs on that place."""

    at: float
    text: str
    anchor: str


def axis_labels(
    starts: Sequence[datetime], grain: Grain, *, width_px: float, language: str, is_short: bool = False
) -> list[AxisLabel]:
    """Return the names that fit on a width: the last bucket's, then as many natural ones as leave it room."""
    texts = {i: bucket(starts[i], grain, language=language, is_short=is_short) for i in _natural(starts, grain)}
    chosen: list[AxisLabel] = []
    limit = float("inf")
    for i in sorted(texts, reverse=True):
        label, left, right = _placed((i + 0.5) / len(starts), texts[i], width_px)
        if right <= limit:
            chosen.append(label)
            limit = left - AIR_PX
    return chosen[::-1]


def text_px(text: str) -> float:
    """Return about how wide a 12 px label is; narrow and wide letters differ enough to matter."""
    return sum(3.4 if letter in _NARROW else 10 if letter in _WIDE else 6.6 for letter in text)


def _placed(at: float, text: str, width_px: float) -> tuple[AxisLabel, float, float]:
    """Hang a text on its place, and say where it begins and ends; at the right edge it ends with the axis."""
    half = text_px(text) / 2
    if at * width_px + half > width_px:
        return AxisLabel(1.0, text, "end"), width_px - 2 * half, width_px
    return AxisLabel(at, text, "mid"), at * width_px - half, at * width_px + half


def _natural(starts: Sequence[datetime], grain: Grain) -> set[int]:
    """Return the buckets people name: Mondays, firsts of months, every third hour; and always the last."""
    many = len(starts)
    every = set(range(many))
    if grain is Grain.DAY and many > DENSE:
        every = {i for i in every if starts[i].day == 1}
    elif grain is Grain.DAY and many > 10:
        every = {i for i in every if starts[i].weekday() == 0}
    elif grain in {Grain.HOUR, Grain.THREE_HOURS}:
        every = {i for i in every if starts[i].hour % 3 == 0}
    return every | ({many - 1} if many else set())
