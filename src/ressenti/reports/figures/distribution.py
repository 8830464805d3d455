"""How are the ratings of a survey drawn: a bar from zero for each, the share before as a tick, a bracket for their sum.

CSAT has the best rating at the top and its words beside it; NPS has its eleven ratings, bracketed by class.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from ressenti.indicators.catalogue import RECOMMENDATION, indicator
from ressenti.indicators.model import Value
from ressenti.kit.i18n import _, translate
from ressenti.reports.figures.axis import text_px
from ressenti.reports.figures.marks import Across, Bar, Caption, Drawing, Figure, HitTarget, Line, Mark, Sign, Text
from ressenti.reports.format import count, percent
from ressenti.reports.model import NpsClass, RatingDistribution, RatingShare
from ressenti.reports.wording import CLASSES, rating_name

LEAST_TOP = 40.0
"""The longest bar stands for at least this share, so that equal shares do not look like full marks."""
_BAR = 10
_AIR = 8

DescribeRating = Callable[[RatingShare], str]
LinkOfRatings = Callable[[tuple[int, ...]], str | None]


def draw_distribution(
    distribution: RatingDistribution,
    *,
    language: str,
    describe: DescribeRating,
    lead_to: LinkOfRatings,
    satisfied: Collection[int] | None = None,
) -> Figure:
    """Return the bars, best rating first, and beside them what some of them sum up to.

    `describe` words what a rating holds; `lead_to` gives the address of the answers with these ratings, or None.
    `satisfied` are the ratings that the bracket holds, the good ones of the scale unless given.
    """
    scale = indicator(distribution.indicator).ratings
    good = frozenset((scale.good if scale else ()) if satisfied is None else satisfied)
    is_nps = scale == RECOMMENDATION
    sheet = _Nps(distribution, language) if is_nps else _NamedRatings(distribution, language, good)
    rows = [sheet.row(i, rating, describe(rating), _address(rating, lead_to)) for i, rating in enumerate(sheet.ratings)]
    plot = Drawing(kind="fig plot", height=sheet.height, marks=rows, label=sheet.label)
    return Figure((*sheet.keys(), plot, *sheet.figures(), *sheet.brackets()), f"distribution {sheet.kind}")


def _address(rating: RatingShare, lead_to: LinkOfRatings) -> str | None:
    return lead_to((rating.rating,)) if rating.value.n else None


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

    def __init__(self, distribution: RatingDistribution, language: str) -> None:
        self.n, self.language = distribution.n, language
        self.ratings = sorted(distribution.ratings, key=lambda rating: -rating.rating)
        shares = [
            value.value for rating in self.ratings for value in (rating.value, rating.previous) if value is not None
        ]
        self.top = max(LEAST_TOP, *(each for each in (0.0, *shares) if each is not None))

    @property
    def height(self) -> int:
        return self.tall * len(self.ratings)

    def keys(self) -> Sequence[Drawing]:
        """Return what stands before the bars."""
        return ()

    def figures(self) -> Sequence[Drawing]:
        """Return what stands behind the bars."""
        return ()

    @abstractmethod
    def row(self, i: int, rating: RatingShare, words: str, address: str | None) -> Mark:
        """Return the bar of a rating, and what stands above it."""

    @abstractmethod
    def brackets(self) -> Sequence[Drawing | Caption]:
        """Return the brackets with their sums, and the words that a narrow box shows instead."""

    def bar(self, rating: RatingShare, kind: str, y: float) -> list[Mark]:
        """Draw a share as a bar from zero, and the share before as a tick across it."""
        marks: list[Mark] = [Line("base", 0, 0, y - 4, y + _BAR + 4)]
        if rating.value.value:
            marks.append(Bar(f"bar {kind}", 0, Across(rating.value.value / self.top), y, _BAR, radius=2))
        if rating.previous is not None and rating.previous.value is not None:
            at = Across(rating.previous.value / self.top)
            marks.append(Line("was", at, at, y - 3, y + _BAR + 3))
        return marks

    def mark(self, i: int, words: str, address: str | None, *marks: Mark) -> Mark:
        """Make a row something to point at, and a link where it leads somewhere."""
        hit = Bar("hit", 0, Across(1), i * self.tall, self.tall, radius=4)
        return HitTarget("column", [hit, *marks], words, address)

    def sum_of(self, ratings: Collection[int]) -> str:
        """Write the share of several ratings; nobody asked is no share."""
        held = sum(rating.value.n for rating in self.ratings if rating.rating in ratings)
        return percent(100 * held / self.n if self.n else None, language=self.language)

    def bracketed(self, spans: Sequence[_Span]) -> Drawing:
        """Draw brackets beside the rows, each with what it says."""
        wide = 16 + max(max(text_px(span.sum) * 1.1, text_px(span.words)) for span in spans) if spans else 0
        marks = [mark for span in spans for mark in self._bracket(span)]
        return Drawing(kind="fig sums", width=wide + 4, height=self.height, marks=marks, is_hidden=True)

    def _bracket(self, span: _Span) -> Sequence[Mark]:
        top, bottom = span.first * self.tall + 4, (span.last + 1) * self.tall - 4
        middle = (top + bottom) / 2
        return (
            Sign("bracket", f"M2 {top}h6v{bottom - top}h-6"),
            Text("acc", span.sum, 15, middle - 2),
            Text("ink2", span.words, 15, middle + 13),
        )


class _NamedRatings(_BarSheet):
    """Ratings of satisfaction or effort, with their words above the bars."""

    kind, tall = "csat", 46

    def __init__(self, distribution: RatingDistribution, language: str, satisfied: frozenset[int]) -> None:
        super().__init__(distribution, language)
        self.satisfied = satisfied
        self.scale = indicator(distribution.indicator).ratings
        self.label = translate(_("Share of each rating"), language)

    def row(self, i: int, rating: RatingShare, words: str, address: str | None) -> Mark:
        y = i * self.tall
        called = rating_name(self.scale, rating.rating)
        name = translate(called, self.language) if called else ""
        share = _written(rating.value, self.n, self.language)
        answers = count(rating.value.n, language=self.language)
        texts = (
            Text("strong", str(rating.rating), 0, y + 17, aside=2),
            Text("ink2", name, 0, y + 17, aside=16),
            Text("strong end", share, Across(1), y + 17),
            Text("end", answers, Across(1), y + 17, aside=-(text_px(share) * 1.1 + _AIR)),
        )
        kind = "acc" if rating.rating in self.satisfied else "rest"
        return self.mark(i, words, address, *texts, *self.bar(rating, kind, y + 26))

    def brackets(self) -> Sequence[Drawing | Caption]:
        held = [i for i, rating in enumerate(self.ratings) if rating.rating in self.satisfied]
        if not held or not self.n:
            return ()
        low, high = sorted((self.ratings[held[0]].rating, self.ratings[held[-1]].rating))
        joined = _("{low} and {high}") if high - low == 1 else _("{low} to {high}")
        words = str(low) if low == high else translate(joined, self.language).format(low=low, high=high)
        total = self.sum_of(self.satisfied)
        caption = translate(_("{when}: {what}"), self.language).format(when=words, what=total)
        return self.bracketed([_Span(held[0], held[-1], total, words)]), Caption(caption)


class _Nps(_BarSheet):
    """Eleven ratings, close together, in three classes."""

    kind, tall = "nps", 26

    def __init__(self, distribution: RatingDistribution, language: str) -> None:
        super().__init__(distribution, language)
        self.label = translate(_("Share of each note from 0 to 10"), language)

    def keys(self) -> Sequence[Drawing]:
        texts = [
            Text("strong end", str(rating.rating), 18, i * self.tall + 17) for i, rating in enumerate(self.ratings)
        ]
        return (Drawing(kind="fig", width=26, height=self.height, marks=texts, is_hidden=True),)

    def figures(self) -> Sequence[Drawing]:
        shares = [_written(rating.value, self.n, self.language) for rating in self.ratings]
        counts = [count(rating.value.n, language=self.language) for rating in self.ratings]
        first = max(map(text_px, counts), default=0) + _AIR
        wide = first + max((text_px(share) * 1.1 for share in shares), default=0) + _AIR
        texts = [
            Text(kind, words, x, i * self.tall + 17)
            for column, kind, x in ((counts, "end", first), (shares, "strong end", wide))
            for i, words in enumerate(column)
        ]
        return (Drawing(kind="fig", width=wide, height=self.height, marks=texts, is_hidden=True),)

    def row(self, i: int, rating: RatingShare, words: str, address: str | None) -> Mark:
        kinds = {NpsClass.PROMOTER: "acc", NpsClass.PASSIVE: "mute", NpsClass.DETRACTOR: "det"}
        return self.mark(i, words, address, *self.bar(rating, kinds[_class_of(rating.rating)], i * self.tall + 8))

    def brackets(self) -> Sequence[Drawing | Caption]:
        if not self.n:
            return ()
        spans = []
        for nps_class in (NpsClass.PROMOTER, NpsClass.PASSIVE, NpsClass.DETRACTOR):
            held = [i for i, rating in enumerate(self.ratings) if _class_of(rating.rating) is nps_class]
            if held:
                words = translate(CLASSES[nps_class], self.language)
                spans.append(_Span(held[0], held[-1], self.sum_of(nps_class.ratings), words))
        return self.bracketed(spans), Caption(" · ".join(f"{span.words} {span.sum}" for span in spans))


def _class_of(rating: int) -> NpsClass:
    return next(nps_class for nps_class in NpsClass if rating in nps_class.ratings)


def _written(value: Value, n: int, language: str) -> str:
    """Write a share; where nobody answered there is none."""
    return percent(value.value if n else None, language=language)
