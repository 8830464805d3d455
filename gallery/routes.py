"""The gallery: every token, part and figure in every state, drawn from values made up here. It shows no record.

Whoever changes how something looks, looks here first.
"""

import re
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, FileSystemLoader
from litestar import MediaType, Response, get
from litestar.response import Redirect
from markupsafe import Markup

from gallery import values
from gallery.values import GalleryCase, GalleryRows
from ressenti.indicators.model import Unit, Value
from ressenti.kit.i18n import _, translate
from ressenti.reports import wording
from ressenti.reports.comparison import Change, ChangeVerdict, Clarity, Direction
from ressenti.reports.figures.annotations import draw_sign
from ressenti.reports.figures.distribution import draw_distribution
from ressenti.reports.figures.evolution import draw_evolution
from ressenti.reports.figures.fluid import write_fluid
from ressenti.reports.figures.lines import draw_lines
from ressenti.reports.figures.ranking import draw_head, draw_row
from ressenti.reports.figures.scale import ranking_scale
from ressenti.reports.figures.spark import draw_spark
from ressenti.reports.figures.split import draw_split
from ressenti.reports.format import amount, number
from ressenti.reports.model import ComparedLines, Evolution, RatingDistribution, Split
from ressenti.web.pages import assets
from ressenti.web.pages.page_context import PageContext
from ressenti.web.pages.templating import environment
from ressenti.web.server.preferences import preferences
from ressenti.web.server.query import in_order
from ressenti.web.server.requests import AnyRequest

HERE = Path(__file__).parent
SHEET = HERE / "gallery.css"
_OWN_TEMPLATES = FileSystemLoader(HERE / "templates")

_TOKEN = re.compile(r"--([\w-]+):\s*(light-dark\((#\w{6}), (#\w{6})\)|[\d.]+(?:px|rem));")

TEXT, EDGE = 4.5, 3.0
"""The contrast that WCAG 2.2 asks of text, and of the edges and lines that say something."""

PAIRS = (
    ("ink", "paper", TEXT),
    ("ink-2", "paper", TEXT),
    ("ink-3", "paper", TEXT),
    ("ink-3", "surface", TEXT),
    ("ink-3", "sunken", TEXT),
    ("accent", "surface", TEXT),
    ("accent", "paper", TEXT),
    ("accent", "accent-wash", TEXT),
    ("on-accent", "accent", TEXT),
    ("on-accent", "accent-2", TEXT),
    ("good", "surface", TEXT),
    ("good", "good-wash", TEXT),
    ("bad", "surface", TEXT),
    ("bad", "paper", TEXT),
    ("bad", "bad-wash", TEXT),
    ("warn", "surface", TEXT),
    ("warn", "warn-wash", TEXT),
    ("ink", "warn-wash", TEXT),
    ("ink-2", "good-wash", TEXT),
    ("ink-2", "bad-wash", TEXT),
    ("ink-2", "warn-wash", TEXT),
    ("paper", "ink", TEXT),
    ("control", "surface", EDGE),
    ("control", "paper", EDGE),
    ("accent", "band", EDGE),
    ("prev", "surface", EDGE),
    ("prev", "band", EDGE),
    ("bar", "surface", EDGE),
    ("accent", "sunken", EDGE),
)
"""Which colour stands on which, and how much they must differ."""


@dataclass(frozen=True, slots=True)
class ColourToken:
    """A colour token in both themes, as `#rrggbb`."""

    name: str
    light: str
    dark: str


@dataclass(frozen=True, slots=True)
class ColourPair:
    """A colour on another: the contrast it needs, and what it has in each theme."""

    front: str
    back: str
    needed: float
    light: float
    dark: float

    @property
    def is_enough(self) -> bool:
        """Say whether both themes have what is needed."""
        return min(self.light, self.dark) >= self.needed


@cache
def colours() -> tuple[ColourToken, ...]:
    """Return the colours of the style sheet, in its order."""
    return tuple(ColourToken(name, light, dark) for name, _pair, light, dark in _tokens() if light)


@cache
def sizes(kind: str) -> tuple[tuple[str, float], ...]:
    """Return the tokens of a kind in pixels: `s` for space, `r` for radius, `t` for type."""
    found = ((name, size) for name, size, light, _dark in _tokens() if not light and re.fullmatch(rf"{kind}\w+", name))
    return tuple((name, _px(size)) for name, size in found)


def pairs() -> list[ColourPair]:
    """Return what stands on what, with its contrast."""
    known = {colour.name: colour for colour in colours()}
    return [
        ColourPair(
            front,
            back,
            needed,
            contrast(known[front].light, known[back].light),
            contrast(known[front].dark, known[back].dark),
        )
        for front, back, needed in PAIRS
    ]


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG 2.2 computes it, 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@get("/gallery", sync_to_thread=True, include_in_schema=False)
def gallery(request: AnyRequest) -> Response[str]:
    """Show what every page is made of: tokens and parts."""
    page = _page_context(request)
    return _show(
        page,
        "parts_gallery",
        colours=colours(),
        pairs=pairs(),
        spaces=sizes("s"),
        radii=sizes("r"),
        types=sizes("t"),
        decimal=partial(number, digits=1, language=page.language),
        changes=_changes(),
        written=_written(),
        tiles=_tiles(),
        card=_card(page.language),
    )


@get("/gallery/figures", sync_to_thread=True, include_in_schema=False)
def gallery_of_figures(request: AnyRequest) -> Response[str]:
    """Show every figure, with the data that is hard to draw."""
    page = _page_context(request)
    language = page.language
    month = GalleryCase(
        "month", _("A month"), _("A closed day, an incident, markers, and a day that is not over."), values.month()
    )
    return _show(
        page,
        "figures_gallery",
        month=_evolution(month, language),
        evolutions=[_evolution(case, language) for case in values.evolutions()],
        rankings=[_ranking(case, language) for case in values.rankings()],
        distributions=[_distribution(case, language) for case in values.distributions()],
        splits=[_split(case, language) for case in values.splits()],
        comparisons=[_lines(case, language) for case in values.comparisons()],
        sparks=[(name, write_fluid(draw_spark(shape, previous=previous))) for name, shape, previous in values.sparks()],
    )


@dataclass(frozen=True, slots=True)
class ShownCase:
    """A case as it stands on the page, with what its template needs beside the drawing."""

    key: str
    title: str
    note: str
    drawing: Markup
    rows: tuple[Any, ...] = ()
    big: str = ""


def _show(page: PageContext, template: str, **content: Any) -> Response[str]:
    """Answer with a page of the gallery: its templates stand here, what they extend with the pages."""
    shared = environment(page.language)
    made = shared.overlay(loader=ChoiceLoader([_OWN_TEMPLATES, *([shared.loader] if shared.loader else [])]))
    html = made.get_template(f"{template}.html.j2").render(page=page, **content)
    return Response(html, media_type=MediaType.HTML, cookies=list(page.cookies))


def _page_context(request: AnyRequest) -> PageContext:
    """Return a page context that knows nobody and no project."""
    chosen = preferences(request)
    parameters = [(name, value) for name, value in in_order(request) if name not in {"lang", "theme"}]
    return PageContext(
        language=chosen.language,
        theme=chosen.theme,
        path=request.url.path,
        parameters=tuple(parameters),
        static=assets.address(),
        cookies=chosen.cookies,
    )


def _tokens() -> list[tuple[str, str, str, str]]:
    sheet = (assets.FOLDER / "css" / "tokens.css").read_text(encoding="utf-8")
    return _TOKEN.findall(sheet)


def _px(size: str) -> float:
    return float(size[:-2]) if size.endswith("px") else 16 * float(size[:-3])


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _evolution(case: GalleryCase[Evolution], language: str) -> ShownCase:
    evolution = case.value
    describe = partial(wording.describe, evolution=evolution, before="", language=language)
    drawing = draw_evolution(
        evolution,
        language=language,
        label=translate(case.title, language),
        describe=describe,
        lead_to=lambda _point: f"#{case.key}",
    )
    rows = tuple((write_fluid(draw_sign(mark.kind)), mark.words, mark.at) for mark in evolution.annotations)
    return ShownCase(case.key, case.title, case.note, write_fluid(drawing), rows)


def _ranking(case: GalleryCase[GalleryRows], language: str) -> ShownCase:
    ranking = case.value
    reach = (value.value for _label, value, is_few in ranking.rows if value.value is not None and not is_few)
    scale = ranking_scale(reach, ranking.unit)
    told = amount(ranking.everyone, ranking.unit, language=language)
    words = f"{translate(_('all'), language)} {told}"
    head = draw_head(scale, ranking.unit, language=language, everyone=ranking.everyone, words=words, currency="EUR")
    rows = []
    for label, value, is_few in ranking.rows:
        written = amount(value.value, ranking.unit, language=language)
        mark = draw_row(
            value,
            scale,
            everyone=ranking.everyone,
            is_few=is_few,
            address=f"#{case.key}",
            words=f"{label}: {written}",
        )
        rows.append((label, value, write_fluid(mark), written, is_few))
    return ShownCase(case.key, case.title, case.note, write_fluid(head), tuple(rows))


def _distribution(case: GalleryCase[RatingDistribution], language: str) -> ShownCase:
    describe = partial(wording.describe_rating, distribution=case.value, language=language)
    drawing = draw_distribution(
        case.value, language=language, describe=describe, lead_to=lambda _ratings: f"#{case.key}"
    )
    return ShownCase(case.key, case.title, case.note, write_fluid(drawing))


def _split(case: GalleryCase[Split], language: str) -> ShownCase:
    drawing = draw_split(case.value, language=language, lead_to=lambda _one: f"#{case.key}")
    big = amount(case.value.nps.value, Unit.POINTS, language=language)
    return ShownCase(case.key, case.title, case.note, write_fluid(drawing), big=big)


def _lines(case: GalleryCase[ComparedLines], language: str) -> ShownCase:
    drawing = draw_lines(
        case.value,
        language=language,
        label=translate(case.title, language),
        describe=partial(wording.describe_line, lines=case.value, language=language),
        lead_to=lambda _key, _bucket: f"#{case.key}",
    )
    return ShownCase(case.key, case.title, case.note, write_fluid(drawing))


def _changes() -> list[tuple[Change, Unit]]:
    """Return a change of each kind: clear or not, better or worse, in shares and in seconds."""
    up, down = Direction.UP, Direction.DOWN
    return [
        (_change(1.9, up, ChangeVerdict.BETTER, Clarity.CLEAR), Unit.PERCENT),
        (_change(-4.2, down, ChangeVerdict.WORSE, Clarity.CLEAR), Unit.PERCENT),
        (_change(2.0, up, ChangeVerdict.BETTER, Clarity.CHANCE), Unit.PERCENT),
        (_change(-7.0, down, ChangeVerdict.BETTER, Clarity.CLEAR), Unit.SECONDS),
        (_change(0.2, Direction.STABLE, ChangeVerdict.NEUTRAL, Clarity.CLEAR), Unit.PERCENT),
        (_change(12.0, up, ChangeVerdict.BETTER, Clarity.FEW), Unit.PERCENT),
    ]


def _change(difference: float, direction: Direction, verdict: ChangeVerdict, clarity: Clarity) -> Change:
    return Change(difference=difference, relative=None, direction=direction, verdict=verdict, clarity=clarity)


def _written() -> list[tuple[str, list[list[str]]]]:
    """Return the same values in every language: what a number looks like."""
    samples: tuple[tuple[str, Unit, tuple[float | None, ...]], ...] = (
        (_("Share"), Unit.PERCENT, (84.64, 0, 100)),
        (_("Points"), Unit.POINTS, (41, -12, 0)),
        (_("Count"), Unit.COUNT, (12_430, 1_000_000)),
        (_("Duration"), Unit.SECONDS, (48, 680, 183_600)),
        (_("Rating"), Unit.SCORE, (4.3,)),
        (_("Money"), Unit.MONEY, (1240, -0.5)),
        (_("Nobody measured"), Unit.PERCENT, (None,)),
    )
    return [
        (name, [[amount(one, unit, language=each) for one in known] for each in ("en", "fr")])
        for name, unit, known in samples
    ]


def _tiles() -> list[tuple[str, Value, Unit, Change | None, Markup]]:
    """Return tiles: a chosen one, a delay, a count, and one that nobody was measured for."""
    shape = values.sparks()[0][1]
    changes = [change for change, _unit in _changes()]
    return [
        (
            wording.NAMES["csat"],
            values.share_of(3166, 3742),
            Unit.PERCENT,
            changes[0],
            write_fluid(draw_spark(shape, previous=79.0)),
        ),
        (
            wording.NAMES["first_response_time"],
            Value(48.0, 11_306),
            Unit.SECONDS,
            changes[3],
            write_fluid(draw_spark(shape[::-1], previous=84.0)),
        ),
        (
            wording.NAMES["nps"],
            values.net_of(56, 24, 90),
            Unit.POINTS,
            changes[2],
            write_fluid(draw_spark([None, -20.0, None], previous=None)),
        ),
        (wording.NAMES["response_rate"], values.NOBODY, Unit.PERCENT, None, Markup()),
    ]


def _card(language: str) -> ShownCase:
    return _ranking(values.rankings()[0], language)


@get("/")
async def front() -> Redirect:
    """Lead to the gallery: nothing else is served."""
    return Redirect("/gallery")


@get("/gallery/gallery.css")
async def sheet() -> Response[bytes]:
    """Give the style sheet of the gallery's own arrangement."""
    return Response(SHEET.read_bytes(), media_type="text/css")


ROUTES = (front, gallery, gallery_of_figures, sheet)
