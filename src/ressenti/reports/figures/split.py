"""How is an NPS split drawn: three classes in one bar, the period before beneath it, their numbers below."""

from collections.abc import Callable, Iterable

from markupsafe import Markup

from ressenti.kit.i18n import _, translate
from ressenti.reports.figures.svg import element, share
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
_PLACES = {
    NpsClass.DETRACTOR: ("0", "start", 0),
    NpsClass.PASSIVE: ("50%", "mid", -_WORDS_PX / 2),
    NpsClass.PROMOTER: ("100%", "end", -_WORDS_PX),
}

LinkOfClass = Callable[[NpsClass], str | None]


def draw_split(split: Split, *, language: str, lead_to: LinkOfClass) -> Markup:
    """Return the bar with its numbers; `lead_to` gives the address of the answers of a class, or None.

    The labels stand at fixed places in the order of the bar, so that a share too small to see is still read.
    """
    parts = [
        *(() if split.n else (element("rect", class_="shut", x="0", width="100%", y=BAR_TOP, height=BAR, rx=3),)),
        *_before(split),
        *(_class(split, one, start, language, lead_to) for one, start in _starts(split.counts)),
    ]
    label = translate(_("Detractors, passives and promoters"), language)
    return element("svg", *parts, class_="fig plot split", height=HEIGHT, role="group", aria_label=label)


def _starts(counts: Iterable[tuple[NpsClass, int]]) -> Iterable[tuple[NpsClass, float]]:
    """Walk the classes with how far along the bar each begins."""
    known = dict(counts)
    total, before = sum(known.values()), 0
    for one in NpsClass:
        yield one, before / total if total else 0.0
        before += known.get(one, 0)


def _class(split: Split, nps_class: NpsClass, start: float, language: str, lead_to: LinkOfClass) -> Markup:
    many, part = dict(split.counts).get(nps_class, 0), split.share(nps_class)
    segment = _segment(nps_class, start, (part or 0) / 100, BAR_TOP, BAR)
    x, hang, left = _PLACES[nps_class]
    hit = element("rect", class_="hit", x=left, width=_WORDS_PX, y=LABELS - 16, height=HEIGHT - LABELS + 14, rx=4)
    lines = [
        (percent(part, language=language), "strong"),
        (translate(CLASSES[nps_class], language), "ink2"),
        (count(many, language=language), ""),
        (_was(split, nps_class, language), ""),
    ]
    texts = [
        element("text", words, class_=f"{kind} {hang}".strip(), y=LABELS + i * LINE)
        for i, (words, kind) in enumerate(lines)
        if words
    ]
    label = element("svg", hit, *texts, x=x, class_="loose")
    address = lead_to(nps_class) if many else None
    words = translate(_("{when}: {what}"), language).format(when=lines[1][0], what=f"{lines[0][0]}, {lines[2][0]}")
    return element("a" if address else "g", element("title", words), segment, label, href=address, class_="column")


def _was(split: Split, one: NpsClass, language: str) -> str:
    before = dict(split.previous_counts or ())
    total = sum(before.values())
    if not total:
        return ""
    told = percent(100 * before.get(one, 0) / total, language=language)
    return translate(_("before {share}"), language).format(share=told)


def _before(split: Split) -> Iterable[Markup]:
    counts = split.previous_counts or ()
    total = sum(many for _one, many in counts)
    for one, start in _starts(counts) if total else ():
        yield _segment(one, start, dict(counts).get(one, 0) / total, BEFORE_TOP, BEFORE)


def _segment(one: NpsClass, start: float, wide: float, top: float, tall: float) -> Markup:
    if not wide:
        return Markup()
    kind = f"bar {_KINDS[one]} part"
    return element("rect", class_=kind, x=share(start), width=share(wide), y=top, height=tall)
