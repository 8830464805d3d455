"""How does a figure leave the page: as an SVG file without a style sheet, and as the PNG that mail programs show."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from ressenti.indicators.catalogue import indicator
from ressenti.indicators.dimensions import dimension
from ressenti.indicators.model import Unit, Value
from ressenti.kit.i18n import _, translate
from ressenti.kit.refusals import Exit, Refusal
from ressenti.reports import filter_wording, wording
from ressenti.reports.few import is_few
from ressenti.reports.figures.axis import text_px
from ressenti.reports.figures.distribution import draw_distribution
from ressenti.reports.figures.evolution import draw_evolution
from ressenti.reports.figures.evolution_plan import has_few_points
from ressenti.reports.figures.fixed import NARROW_BELOW_PX, lay_out, legal, write_fixed
from ressenti.reports.figures.marks import Bar, Drawing, Mark, Moved, Sign, Text
from ressenti.reports.figures.palette import FAMILIES, FONT, LIGHT
from ressenti.reports.figures.ranking import HEAD, ROW, draw_head, draw_row, everyone_in, scale_of
from ressenti.reports.figures.split import draw_split
from ressenti.reports.figures.svg import element
from ressenti.reports.format import amount, count, percent
from ressenti.reports.model import Evolution, RankedRow, Ranking, RatingDistribution, Split

NAMESPACE = "http://www.w3.org/2000/svg"
WIDTH_PX, MAIL_PX = 880, 560
"""How wide a file is that someone takes away, and a figure in a mail."""
MARGIN = 24
SHARPNESS = 2
"""Dots of a PNG to a pixel of the figure."""

_LINE = 20
_ELLIPSIS = "…"


class NoFont(Refusal):
    """This machine has no font to write a picture's words with."""

    code, status, exit_code = "no_font", 503, Exit.UNAVAILABLE
    sentence = _("This machine has no fonts to draw a PNG with. Install one (fonts-dejavu-core), or take the SVG.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A figure laid out in a width, in pixels, with what stands above it: title, what it shows, and its legend.

    `marks` are as wide as the picture without its margins, and `height` high.
    """

    title: str
    subtitle: str
    marks: Sequence[Mark]
    width: float
    height: float
    legend: tuple[tuple[str, str], ...] = ()
    theme: str = LIGHT


def picture_evolution(
    evolution: Evolution, *, language: str, before: str = "", width: float = WIDTH_PX, theme: str = LIGHT
) -> Picture:
    """Lay out an indicator over time; `before` names what it is compared with."""
    title = wording.evolution_title(evolution, language=language)
    drawn = draw_evolution(evolution, language=language, label=title, describe=lambda _p: "", lead_to=lambda _p: None)
    keys = [("ln", translate(_("This period"), language))]
    if before and any(point.previous and point.previous.value is not None for point in evolution.points):
        keys.append(("pv", before))
    if any(point.value.low is not None for point in evolution.points):
        level = percent(95, 0, language=language)
        kind = "whisk" if has_few_points(evolution.points) else "band"
        keys.append((kind, translate(_("{level} interval"), language).format(level=level)))
    marks, height = lay_out(drawn, width=width - 2 * MARGIN)
    return Picture(
        title=title,
        subtitle=_total(evolution, language),
        marks=marks,
        width=width,
        height=height,
        legend=tuple(keys),
        theme=theme,
    )


def picture_ranking(ranking: Ranking, *, language: str, width: float = WIDTH_PX, theme: str = LIGHT) -> Picture:
    """Lay out rows with their names, values and bases; those that rest on few answers stand below, apart."""
    sheet = _RankingSheet(ranking, width - 2 * MARGIN, language)
    by = wording.TABS.get(ranking.by, dimension(ranking.by).name)
    title = f"{wording.name(ranking.indicator, language=language)} · {translate(by, language)}"
    return Picture(
        title=title,
        subtitle=_total(ranking, language),
        marks=sheet.marks(),
        width=width,
        height=sheet.height,
        theme=theme,
    )


def picture_ratings(
    distribution: RatingDistribution, *, language: str, width: float = WIDTH_PX, theme: str = LIGHT
) -> Picture:
    """Lay out the ratings of CSAT or NPS."""
    drawn = draw_distribution(distribution, language=language, describe=lambda _n: "", lead_to=lambda _n: None)
    marks, height = lay_out(drawn, width=width - 2 * MARGIN, gap=12)
    title = translate(indicator(distribution.indicator).name, language)
    subtitle = wording.base(Value(None, distribution.n), Unit.PERCENT, language=language)
    return Picture(title=title, subtitle=subtitle, marks=marks, width=width, height=height, theme=theme)


def picture_split(split: Split, *, language: str, width: float = WIDTH_PX, theme: str = LIGHT) -> Picture:
    """Lay out how an NPS is made of its three classes."""
    drawn = draw_split(split, language=language, lead_to=lambda _class: None)
    marks, height = lay_out(drawn, width=width - 2 * MARGIN)
    nps = amount(split.nps.value, Unit.POINTS, language=language)
    return Picture(
        title=translate(_("Promoters, passives and detractors"), language),
        subtitle=f"NPS {nps}, {wording.base(split.nps, Unit.POINTS, language=language)}",
        marks=marks,
        width=width,
        height=height,
        theme=theme,
    )


def standalone_svg(picture: Picture, *, source: str = "") -> str:
    """Return a picture as a file of its own; `source` is the line below it that tells where it comes from."""
    inside = picture.width - 2 * MARGIN
    y = float(MARGIN - 8)
    marks: list[Mark] = []
    for words, kind, tall in ((picture.title, "title", 24.0), (picture.subtitle, "sub", 20.0)):
        if words:
            y += tall
            marks.append(Text(kind, _cut(words, inside), MARGIN, y - 4))
    if picture.legend:
        y += _LINE + 4
        marks.extend(_legend(picture.legend, y - 6))
    marks.append(Moved(picture.marks, MARGIN, y + 16, width=inside))
    y += 16 + picture.height + 8
    if source:
        y += _LINE
        marks.append(Text("", _cut(source, inside), MARGIN, y))
    return _file(picture, marks, y + MARGIN)


def _file(picture: Picture, marks: Sequence[Mark], height: float) -> str:
    """Return a file of these marks on their ground."""
    is_narrow = picture.width - 2 * MARGIN < NARROW_BELOW_PX
    ground = Bar("ground", 0, picture.width, 0, height)
    written = write_fixed([ground, *marks], width=picture.width, theme=picture.theme, is_narrow=is_narrow)
    size = {"width": f"{picture.width:g}", "height": f"{height:g}", "viewBox": f"0 0 {picture.width:g} {height:g}"}
    font = {key.replace("-", "_"): value for key, value in FONT.items()}
    title = element("title", legal(picture.title))
    return str(element("svg", title, written, xmlns=NAMESPACE, role="img", **size, **font))


def png(svg: str, *, scale: float = SHARPNESS) -> bytes:
    """Return a picture of a file, `scale` dots to a pixel; raises NoFont."""
    from resvg_py import svg_to_bytes

    family = _family()
    if family is None:
        raise NoFont
    return svg_to_bytes(svg_string=svg, zoom=scale, sans_serif_family=family, serif_family=family)


def evolution_png(evolution: Evolution, *, language: str, before: str = "", width: float = MAIL_PX) -> bytes:
    """Return an indicator over time as a picture for a mail; raises NoFont."""
    return png(standalone_svg(picture_evolution(evolution, language=language, before=before, width=width)))


def ranking_png(ranking: Ranking, *, language: str, width: float = MAIL_PX) -> bytes:
    """Return a ranking as a picture for a mail; raises NoFont."""
    return png(standalone_svg(picture_ranking(ranking, language=language, width=width)))


@cache
def _family() -> str | None:
    """Return the first of the usual families that this machine has: without one, words are left out silently."""
    from resvg_py import svg_to_bytes

    for family in FAMILIES:
        word = f'<svg xmlns="{NAMESPACE}" width="20" height="20"><text y="15" font-family="{family}">n</text></svg>'
        drawn, blank = (
            svg_to_bytes(svg_string=one, serif_family=family, sans_serif_family=family)
            for one in (word, word.replace(">n<", "><"))
        )
        if drawn != blank:
            return family
    return None


def _few_words(unit: Unit) -> str:
    """Return what stands above the rows apart."""
    if unit is Unit.SECONDS:
        return _("Fewer than 10 conversations: not ranked")
    return _("Fewer than 10 answers: not ranked")


def _total(figure: Evolution | Ranking, language: str) -> str:
    """Say the whole period's value and what it rests on: `84.6 %, 3,742 answers`."""
    rests = wording.base(figure.total, figure.unit, of=figure.indicator, language=language)
    if figure.unit is Unit.COUNT:
        return rests
    total = amount(figure.total.value, figure.unit, language=language, currency=figure.currency)
    return f"{total}, {rests}"


def _legend(keys: Iterable[tuple[str, str]], y: float) -> Iterator[Mark]:
    x = float(MARGIN)
    for kind, words in keys:
        if kind in {"band", "shut"}:
            yield Bar(kind, x, 24, y - 9, 10, radius=2)
        else:
            yield Sign(kind, f"M{x:g} {y - 4:g}h24")
        yield Text("ink2", words, x + 31, y)
        x += 31 + text_px(words) + 22


def _cut(words: str, width: float, letter_px: float = 1.0) -> str:
    """Return words that fit on a width, the end left out where they would not."""
    if text_px(words) * letter_px <= width:
        return words
    while words and text_px(words + _ELLIPSIS) * letter_px > width:
        words = words[:-1]
    return words.rstrip() + _ELLIPSIS


class _RankingSheet:
    """The rows of a ranking in columns: names, dots on a scale, values, bases."""

    VALUE, BASE, GAP = 92, 62, 16

    def __init__(self, ranking: Ranking, width: float, language: str) -> None:
        self.ranking, self.scale, self.width, self.language = ranking, scale_of(ranking), width, language
        self.names = min(240.0, width * 0.32)
        self.base = 0 if ranking.unit is Unit.COUNT else self.BASE
        self.drawn = width - self.names - self.VALUE - self.base - self.GAP
        self.everyone = everyone_in(ranking)
        self.height = 0.0

    def marks(self) -> list[Mark]:
        """Return the head, the rows, and those apart."""
        unit, everyone = self.ranking.unit, self.everyone
        currency = self.ranking.currency
        words = wording.everyone(everyone, unit, language=self.language, currency=currency)
        head = draw_head(self.scale, unit, language=self.language, everyone=everyone, words=words, currency=currency)
        marks = [self._put(head, HEAD, [Text("end", "n", self.width, _baseline(HEAD))] if self.base else [])]
        marks += [self._row(row, is_few=is_few(row.value, unit)) for row in self.ranking.ranked]
        if self.ranking.few:
            few = translate(_few_words(unit), self.language)
            marks.append(self._put(None, ROW, [Text("start", few, 0, _baseline(ROW))]))
        marks += [self._row(row, is_few=True) for row in self.ranking.few]
        return marks

    def _row(self, row: RankedRow, *, is_few: bool = False) -> Mark:
        unit, language, y = self.ranking.unit, self.language, _baseline(ROW)
        drawing = draw_row(row.value, self.scale, everyone=self.everyone, is_few=is_few)
        name = filter_wording.row_label(self.ranking.by, row.key, row.label, language=language)
        is_counted_apart = is_few and unit is Unit.PERCENT
        written = amount(row.value.value, unit, language=language, currency=self.ranking.currency)
        value = wording.few_share(row.value, language=language) if is_counted_apart else written
        cells = [
            Text("name start", _cut(name, self.names - self.GAP, 1.1), 0, y),
            Text("name end", value, self.width - self.base, y),
        ]
        cells += [Text("end", count(row.value.n, language=language), self.width, y)] if self.base else []
        return self._put(drawing, ROW, cells)

    def _put(self, drawing: Drawing | None, tall: float, cells: Sequence[Text]) -> Mark:
        """Write a line of cells with a drawing in its column, below what is there."""
        column = [] if drawing is None else [Moved([drawing], self.names, width=self.drawn)]
        y, self.height = self.height, self.height + tall
        return Moved([*cells, *column], y=y)


def _baseline(tall: float) -> float:
    """Return where words stand in a line of this height."""
    return tall / 2 + 4
