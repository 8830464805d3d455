"""How are the notes of a survey drawn: a bar from zero for each, the share before as a tick, a bracket for their sum.

CSAT has the best note at the top and its words beside it; NPS has its eleven notes, bracketed by class.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ressenti.indicators.catalogue import RECOMMENDATION, indicator
from ressenti.indicators.model import Value
from ressenti.kit.i18n import _, translate
from ressenti.reports.figures.axis import text_px
from ressenti.reports.figures.svg import element, share
from ressenti.reports.format import count, percent
from ressenti.reports.model import Note, NoteDistribution, NpsClass
from ressenti.reports.wording import CLASSES, NOTES

LEAST_TOP = 40.0
"""The longest bar stands for at least this share, so that equal shares do not look like full marks."""
_BAR = 10
_AIR = 8

DescribeNote = Callable[[Note], str]
LinkOfNotes = Callable[[tuple[int, ...]], str | None]


def draw_distribution(
    distribution: NoteDistribution,
    *,
    language: str,
    describe: DescribeNote,
    lead_to: LinkOfNotes,
    satisfied: Collection[int] = (4, 5),
) -> Markup:
    """Return the bars, best note first, and beside them what some of them sum up to.

    `describe` words what a note holds; `lead_to` gives the address of the answers with these notes, or None.
    `satisfied` are the notes that the bracket of CSAT holds.
    """
    is_nps = indicator(distribution.indicator).ratings == RECOMMENDATION
    sheet = _Nps(distribution, language) if is_nps else _Csat(distribution, language, frozenset(satisfied))
    rows = [sheet.row(i, note, describe(note), _address(note, lead_to)) for i, note in enumerate(sheet.notes)]
    plot = element("svg", *rows, class_="fig plot", height=sheet.height, role="group", aria_label=sheet.label)
    return element("div", sheet.keys(), plot, sheet.figures(), sheet.brackets(), class_=f"distribution {sheet.kind}")


def _address(note: Note, lead_to: LinkOfNotes) -> str | None:
    return lead_to((note.note,)) if note.value.n else None


@dataclass(frozen=True, slots=True)
class _Span:
    """Rows that a bracket holds together, from the first to the last, and what it says of them."""

    first: int
    last: int
    sum: str
    words: str


class _BarSheet(ABC):
    """Rows of a height, with what they have in common."""

    kind: str
    tall: int
    label: str

    def __init__(self, distribution: NoteDistribution, language: str) -> None:
        self.n, self.language = distribution.n, language
        self.notes = sorted(distribution.notes, key=lambda note: -note.note)
        shares = [value.value for note in self.notes for value in (note.value, note.previous) if value is not None]
        self.top = max(LEAST_TOP, *(each for each in (0.0, *shares) if each is not None))

    @property
    def height(self) -> int:
        return self.tall * len(self.notes)

    def keys(self) -> Markup:
        """Return what stands before the bars."""
        return Markup()

    def figures(self) -> Markup:
        """Return what stands behind the bars."""
        return Markup()

    @abstractmethod
    def row(self, i: int, note: Note, words: str, address: str | None) -> Markup:
        """Return the bar of a note, and what stands above it."""

    @abstractmethod
    def brackets(self) -> Markup:
        """Return the brackets with their sums."""

    def bar(self, note: Note, kind: str, y: float) -> Markup:
        """Draw a share as a bar from zero, and the share before as a tick across it."""
        parts = [element("line", class_="base", x1="0", x2="0", y1=y - 4, y2=y + _BAR + 4)]
        if note.value.value:
            wide = share(note.value.value / self.top)
            parts.append(element("rect", class_=f"bar {kind}", x="0", width=wide, y=y, height=_BAR, rx=2))
        if note.previous is not None and note.previous.value is not None:
            at = share(note.previous.value / self.top)
            parts.append(element("line", class_="was", x1=at, x2=at, y1=y - 3, y2=y + _BAR + 3))
        return Markup("").join(parts)

    def mark(self, i: int, words: str, address: str | None, *parts: Markup) -> Markup:
        """Make a row something to point at, and a link where it leads somewhere."""
        hit = element("rect", class_="hit", x="0", width="100%", y=i * self.tall, height=self.tall, rx=4)
        kind = "a" if address else "g"
        return element(kind, element("title", words), hit, *parts, href=address or None, class_="column")

    def sum_of(self, notes: Collection[int]) -> str:
        """Write the share of several notes; nobody asked is no share."""
        held = sum(note.value.n for note in self.notes if note.note in notes)
        return percent(100 * held / self.n if self.n else None, language=self.language)

    def bracketed(self, spans: Sequence[_Span]) -> Markup:
        """Draw brackets beside the rows, each with what it says."""
        wide = 16 + max(max(text_px(span.sum) * 1.1, text_px(span.words)) for span in spans) if spans else 0
        parts = [part for span in spans for part in self._bracket(span)]
        return element("svg", *parts, class_="fig sums", width=wide + 4, height=self.height, aria_hidden="true")

    def _bracket(self, span: _Span) -> Sequence[Markup]:
        top, bottom = span.first * self.tall + 4, (span.last + 1) * self.tall - 4
        middle = (top + bottom) / 2
        path = element("path", class_="bracket", d=f"M2 {top}h6v{bottom - top}h-6")
        sum_y, words_y = middle - 2, middle + 13
        return (
            path,
            element("text", span.sum, class_="acc", x=15, y=sum_y),
            element("text", span.words, class_="ink2", x=15, y=words_y),
        )


class _Csat(_BarSheet):
    """Notes with their words above the bars."""

    kind, tall = "csat", 46

    def __init__(self, distribution: NoteDistribution, language: str, satisfied: frozenset[int]) -> None:
        super().__init__(distribution, language)
        self.satisfied = satisfied
        self.label = translate(_("Share of each rating"), language)

    def row(self, i: int, note: Note, words: str, address: str | None) -> Markup:
        y = i * self.tall
        name = translate(NOTES.get(note.note, ""), self.language) if note.note in NOTES else ""
        texts = [
            element("text", str(note.note), class_="strong", x="0", dx=2, y=y + 17),
            element("text", name, class_="ink2", x="0", dx=16, y=y + 17),
            element("text", _written(note.value, self.n, self.language), class_="strong end", x="100%", y=y + 17),
        ]
        aside = text_px(_written(note.value, self.n, self.language)) * 1.1 + _AIR
        answers = count(note.value.n, language=self.language)
        texts.append(element("text", answers, class_="end", x="100%", dx=-aside, y=y + 17))
        kind = "acc" if note.note in self.satisfied else "rest"
        return self.mark(i, words, address, *texts, self.bar(note, kind, y + 26))

    def brackets(self) -> Markup:
        held = [i for i, note in enumerate(self.notes) if note.note in self.satisfied]
        if not held or not self.n:
            return Markup()
        low, high = sorted((self.notes[held[0]].note, self.notes[held[-1]].note))
        words = str(low) if low == high else translate(_("{low} and {high}"), self.language).format(low=low, high=high)
        total = self.sum_of(self.satisfied)
        said = translate(_("{when}: {what}"), self.language).format(when=words, what=total)
        slim = element("p", said, class_="slim")
        return self.bracketed([_Span(held[0], held[-1], total, words)]) + slim


class _Nps(_BarSheet):
    """Eleven notes, close together, in three classes."""

    kind, tall = "nps", 26

    def __init__(self, distribution: NoteDistribution, language: str) -> None:
        super().__init__(distribution, language)
        self.label = translate(_("Share of each note from 0 to 10"), language)

    def keys(self) -> Markup:
        texts = [
            element("text", str(note.note), class_="strong end", x=18, y=i * self.tall + 17)
            for i, note in enumerate(self.notes)
        ]
        return element("svg", *texts, class_="fig", width=26, height=self.height, aria_hidden="true")

    def figures(self) -> Markup:
        shares = [_written(note.value, self.n, self.language) for note in self.notes]
        counts = [count(note.value.n, language=self.language) for note in self.notes]
        first = max(map(text_px, counts), default=0) + _AIR
        wide = first + max((text_px(each) * 1.1 for each in shares), default=0) + _AIR
        texts = [
            element("text", words, class_=kind, x=x, y=i * self.tall + 17)
            for column, kind, x in ((counts, "end", first), (shares, "strong end", wide))
            for i, words in enumerate(column)
        ]
        return element("svg", *texts, class_="fig", width=wide, height=self.height, aria_hidden="true")

    def row(self, i: int, note: Note, words: str, address: str | None) -> Markup:
        kinds = {NpsClass.PROMOTER: "acc", NpsClass.PASSIVE: "mute", NpsClass.DETRACTOR: "det"}
        return self.mark(i, words, address, self.bar(note, kinds[_class_of(note.note)], i * self.tall + 8))

    def brackets(self) -> Markup:
        if not self.n:
            return Markup()
        spans = []
        for one in (NpsClass.PROMOTER, NpsClass.PASSIVE, NpsClass.DETRACTOR):
            held = [i for i, note in enumerate(self.notes) if _class_of(note.note) is one]
            if held:
                words = translate(CLASSES[one], self.language)
                spans.append(_Span(held[0], held[-1], self.sum_of(one.notes), words))
        lines = [f"{span.words} {span.sum}" for span in spans]
        return self.bracketed(spans) + element("p", " · ".join(lines), class_="slim")


def _class_of(note: int) -> NpsClass:
    return next(one for one in NpsClass if note in one.notes)


def _written(value: Value, n: int, language: str) -> str:
    """Write a share; where nobody answered there is none."""
    return percent(value.value if n else None, language=language)
