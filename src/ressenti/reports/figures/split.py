"""How is an NPS split drawn: three classes in one bar, the period before beneath it, their numbers below."""

from collections.abc import Callable, Iterable

from ressenti.kit.i18n import _, translate
from ressenti.reports.figures.marks import Across, Along, Bar, Drawing, HitTarget, Mark, Moved, Text
from ressenti.reports.format import count, percent
from ressenti.reports.model import NpsClass, Split
from ressenti.reports.wording import CLASSES

BAR_TOP, BAR = 2, 22
BEFORE_TOP, BEFORE = 28, 6
LABELS = 56
LINE = 16
HEIGHT = LABELS + 3 * LINE + 4
_WORDS_PX = 88
"""How wide what one aims at around a label is: half the narrowest box holds no more."""
_KINDS = {NpsClass.DETRACTOR: "det", NpsClass.PASSIVE: "mute", NpsClass.PROMOTER: "acc"}
_PLACES: dict[NpsClass, tuple[Along, str, float]] = {
    NpsClass.DETRACTOR: (0.0, "start", 0),
    NpsClass.PASSIVE: (Across(0.5), "mid", -_WORDS_PX / 2),
    NpsClass.PROMOTER: (Across(1.0), "end", -_WORDS_PX),
}

LinkOfClass = Callable[[NpsClass], str | None]


def draw_split(split: Split, *, language: str, lead_to: LinkOfClass) -> Drawing:
    """Return the bar with its numbers; `lead_to` gives the address of the answers of a class, or None.

    The labels stand at fixed places in the order of the bar, so that a share too small to see is still read.
    """
    marks = [
        *(() if split.n else (Bar("shut", 0, Across(1), BAR_TOP, BAR, radius=3),)),
        *_before(split),
        *(_class(split, nps_class, start, language, lead_to) for nps_class, start in _starts(split.counts)),
    ]
    label = translate(_("Detractors, passives and promoters"), language)
    return Drawing(kind="fig plot split", height=HEIGHT, marks=marks, label=label)


def _starts(counts: Iterable[tuple[NpsClass, int]]) -> Iterable[tuple[NpsClass, float]]:
    """Walk the classes with how far along the bar each begins."""
    known = dict(counts)
    total, before = sum(known.values()), 0
    for nps_class in NpsClass:
        yield nps_class, before / total if total else 0.0
        before += known.get(nps_class, 0)


def _class(split: Split, nps_class: NpsClass, start: float, language: str, lead_to: LinkOfClass) -> Mark:
    many, part = dict(split.counts).get(nps_class, 0), split.share(nps_class)
    x, hang, left = _PLACES[nps_class]
    hit = Bar("hit", left, _WORDS_PX, LABELS - 16, HEIGHT - LABELS + 14, radius=4)
    lines = [
        (percent(part, language=language), "strong"),
        (translate(CLASSES[nps_class], language), "ink2"),
        (count(many, language=language), ""),
        (_was(split, nps_class, language), ""),
    ]
    texts = [
        Text(f"{kind} {hang}".strip(), words, 0, LABELS + i * LINE) for i, (words, kind) in enumerate(lines) if words
    ]
    words = translate(_("{when}: {what}"), language).format(when=lines[1][0], what=f"{lines[0][0]}, {lines[2][0]}")
    marks = [*_segment(nps_class, start, (part or 0) / 100, BAR_TOP, BAR), Moved([hit, *texts], x)]
    return HitTarget("column", marks, words, lead_to(nps_class) if many else None)


def _was(split: Split, nps_class: NpsClass, language: str) -> str:
    before = dict(split.previous_counts or ())
    total = sum(before.values())
    if not total:
        return ""
    share = percent(100 * before.get(nps_class, 0) / total, language=language)
    return translate(_("before {share}"), language).format(share=share)


def _before(split: Split) -> Iterable[Mark]:
    counts = split.previous_counts or ()
    total = sum(many for _class, many in counts)
    for nps_class, start in _starts(counts) if total else ():
        yield from _segment(nps_class, start, dict(counts).get(nps_class, 0) / total, BEFORE_TOP, BEFORE)


def _segment(nps_class: NpsClass, start: float, wide: float, top: float, tall: float) -> list[Mark]:
    if not wide:
        return []
    return [Bar(f"bar {_KINDS[nps_class]} part", Across(start), Across(wide), top, tall)]
