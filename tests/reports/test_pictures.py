"""Figures leave the page as files: every mark where it stands on the page, in the same colours, its words as text."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from gallery import values
from ressenti.indicators.model import Unit, Value
from ressenti.reports.choice import read_report_choice
from ressenti.reports.experience.rankings import prepare_ranking
from ressenti.reports.experience.report import ReportReader, prepare_evolution
from ressenti.reports.figures import pictures
from ressenti.reports.figures.distribution import draw_distribution
from ressenti.reports.figures.evolution import draw_evolution
from ressenti.reports.figures.fixed import lay_out, write_fixed
from ressenti.reports.figures.fluid import write_fluid
from ressenti.reports.figures.lines import draw_lines
from ressenti.reports.figures.marks import (
    Across,
    Area,
    Bar,
    Column,
    Columns,
    Curve,
    Drawing,
    Figure,
    Line,
    Moved,
    Point,
    Text,
)
from ressenti.reports.figures.palette import DARK, LIGHT, PALETTE, RULES, known_classes
from ressenti.reports.figures.pictures import (
    NoFont,
    Picture,
    evolution_png,
    picture_evolution,
    picture_ranking,
    picture_ratings,
    picture_split,
    png,
    ranking_png,
    standalone_svg,
)
from ressenti.reports.figures.ranking import draw_head, draw_row
from ressenti.reports.figures.scale import ranking_scale
from ressenti.reports.figures.spark import draw_spark
from ressenti.reports.figures.split import draw_split
from ressenti.reports.model import Evolution, NpsClass, Ranking, RatingDistribution, RatingShare, Split
from ressenti.web.pages import assets
from tests.support.fakes import NOW, TODAY, Pretend, wilson
from tests.support.pictures import colour, read_png, size_of

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
CSS = assets.FOLDER / "css"


def reading(**asked: str) -> ReportReader:
    choice = read_report_choice({name: [value] for name, value in asked.items()}, today=TODAY)
    return ReportReader(choice=choice, ask=Pretend(), zone="Europe/Paris", now=NOW, currency="EUR")


@cache
def evolution(**asked: str) -> Evolution:
    return prepare_evolution(reading(**asked))


@cache
def ranking() -> Ranking:
    return prepare_ranking(reading(), "agent")


def ratings() -> RatingDistribution:
    ratings = tuple(
        RatingShare(rating=rating, value=wilson(20 * rating, 300), previous=wilson(60, 300)) for rating in range(1, 6)
    )
    return RatingDistribution(indicator="csat_distribution", n=300, previous_n=300, ratings=ratings)


def split() -> Split:
    counts = ((NpsClass.DETRACTOR, 20), (NpsClass.PASSIVE, 30), (NpsClass.PROMOTER, 50))
    return Split(nps=Value(30.0, 100), previous=None, counts=counts, previous_counts=None)


def every_picture(language: str = "en", theme: str = LIGHT) -> dict[str, Picture]:
    return {
        "evolution": picture_evolution(evolution(), language=language, before="30 days before", theme=theme),
        "ranking": picture_ranking(ranking(), language=language, theme=theme),
        "ratings": picture_ratings(ratings(), language=language, theme=theme),
        "split": picture_split(split(), language=language, theme=theme),
    }


def words(svg: str) -> list[str]:
    return [one.text or "" for one in ET.fromstring(svg).iter(f"{SVG}text")]  # noqa: S314 - written here


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_every_figure_becomes_a_picture_of_its_size_on_its_ground(language: str, theme: str) -> None:
    ground = colour(PALETTE["surface"][0 if theme == LIGHT else 1])
    accent = colour(PALETTE["accent"][0 if theme == LIGHT else 1])
    for name, laid_out in every_picture(language, theme).items():
        svg = standalone_svg(laid_out, source="Tilleul & fils")
        found = read_png(png(svg, scale=0.5))
        tall = float(ET.fromstring(svg).get("height", "0"))  # noqa: S314 - written here

        assert size_of(png(svg)) == (1760, 2 * tall), name
        assert {found.at(0, 0), found.at(found.width - 1, 0), found.at(0, found.height - 1)} == {ground}, name
        assert accent in found.colours(), name


def test_a_figure_stands_in_a_file_as_it_does_on_the_page() -> None:
    """Whatever is drawn along the width in shares of it stands there in pixels."""
    drawn = Drawing(
        kind="fig plot",
        height=40,
        marks=[
            Line("grid", 0, Across(1), 5, 5),
            Moved([Point("pt", 3, 9, 4)], Across(0.25)),
            Curve("ln", ([(0, 10), (0.5, 20)],)),
            Area("band", [(0, 10), (0.5, 20), (0.6, 25)]),
            Columns("bar mute", (Column(0.5, 0.1, 20, 25),)),
        ],
    )
    marks, tall = lay_out(drawn, width=200)
    flat = write_fixed(marks, width=200, theme=LIGHT)

    assert tall == 40
    assert 'x2="200"' in flat
    assert 'transform="translate(50 0)"' in flat
    assert 'd="M0 10L100 20"' in flat
    assert 'd="M0 10L100 20L120 25Z"' in flat
    assert 'd="M100 20V25h20V20z"' in flat
    assert "class" not in flat
    assert "%" not in flat


def test_drawings_beside_each_other_share_the_width_that_is_left() -> None:
    gutter = Drawing(kind="fig", height=20, width=40, marks=[Text("end", "n", 30, 5)])
    plot = Drawing(kind="fig", height=10, marks=[Bar("bar", 0, Across(1), 0, 5)])
    marks, _tall = lay_out(Figure((gutter, plot)), width=240, gap=10)
    flat = write_fixed(marks, width=240, theme=LIGHT)

    assert 'translate(50 0)"><rect x="0" width="190"' in flat


def test_what_only_a_page_can_do_is_left_out() -> None:
    shown = evolution()
    drawn = draw_evolution(
        shown, language="en", label="CSAT", describe=lambda _p: "words", lead_to=lambda _p: "/conversations"
    )
    flat = write_fixed(lay_out(drawn, width=800)[0], width=800, theme=LIGHT)

    assert "/conversations" in write_fluid(drawn)
    for left_out in ("<a", "href", "<title", "style", "script", "class=", "tabindex", "words"):
        assert left_out not in flat


def test_a_narrow_figure_shows_its_short_names_and_a_wide_one_its_long_ones() -> None:
    wide, narrow = (standalone_svg(picture_evolution(evolution(), language="en", width=px)) for px in (880, 400))

    assert len([one for one in words(wide) if "Nov" in one]) > len([one for one in words(narrow) if "Nov" in one]) > 0
    assert len(set(words(wide))) == len(words(wide))


def test_a_file_says_what_it_shows_of_what_and_where_it_comes_from() -> None:
    svg = standalone_svg(every_picture()["evolution"], source="Tilleul & fils · 23 Oct – 21 Nov 2026")

    assert words(svg)[:5] == [
        "CSAT by day",
        "84.6\u202f%, 3,742 answers",
        "This period",
        "30 days before",
        "95\u202f% interval",
    ]
    assert "Tilleul & fils · 23 Oct – 21 Nov 2026" in words(svg)
    assert "72.6\u202f%" in words(svg)
    assert ET.fromstring(svg).findtext(f"{SVG}title") == "CSAT by day"  # noqa: S314 - written here


def test_a_ranking_has_names_values_and_bases_and_those_of_few_answers_apart() -> None:
    said = words(standalone_svg(every_picture("fr")["ranking"]))

    assert said[0].startswith("CSAT · ")
    at = said.index("Inès Benali")
    assert said[at + 1 : at + 3] == ["90,9\u202f%", "428"]
    assert (
        said.index("Marek Nowak") < said.index("Moins de 10 réponses\xa0: hors classement") < said.index("Ben Carter")
    )
    assert "3 sur 3" in said


def test_numbers_of_conversations_have_no_base_of_their_own() -> None:
    rows = tuple(replace(row, value=Value(row.value.n, row.value.n)) for row in ranking().ranked)
    counted = replace(ranking(), indicator="conversations", unit=Unit.COUNT, ranked=rows, few=(), total=Value(9, 9))
    said = words(standalone_svg(picture_ranking(counted, language="en")))

    assert said[1] == "9 conversations"
    assert "n" not in said


def test_text_in_a_picture_is_text_whatever_it_says() -> None:
    rows = tuple(replace(row, label=HOSTILE + "\x07") for row in ranking().ranked)
    svg = standalone_svg(picture_ranking(replace(ranking(), ranked=rows), language="en"), source=HOSTILE + "\x00")

    assert HOSTILE + "\N{REPLACEMENT CHARACTER}" in words(svg)
    assert {one.tag.removeprefix(SVG) for one in ET.fromstring(svg).iter()} <= {  # noqa: S314 - written here
        *("svg", "g", "title", "text", "rect", "line", "circle", "path")
    }
    assert size_of(png(svg, scale=1))[0] == 880


def test_a_name_too_long_for_its_column_ends_in_three_dots() -> None:
    rows = tuple(replace(row, label="Anne-Charlotte de La Rochefoucauld-Montmorency " * 2) for row in ranking().ranked)
    said = words(standalone_svg(picture_ranking(replace(ranking(), ranked=rows), language="en", width=560)))

    long = [one for one in said if one.startswith("Anne")]
    assert long
    assert all(one.endswith("…") and len(one) < 40 for one in long)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_figures_for_a_mail_are_as_wide_as_a_mail_at_twice_the_sharpness(language: str) -> None:
    assert size_of(evolution_png(evolution(), language=language, before="before"))[0] == 1120
    assert size_of(ranking_png(ranking(), language=language))[0] == 1120


def test_a_period_in_which_nobody_was_measured_is_a_picture_that_says_so() -> None:
    points = tuple(replace(point, value=Value(None, 0), previous=None) for point in evolution().points)
    silent = replace(evolution(), points=points, total=Value(None, 0))
    svg = standalone_svg(picture_evolution(silent, language="en"))

    assert "Nobody was measured in this period" in words(svg)
    assert "–, 0 answers" in words(svg)


def test_without_a_font_a_png_is_refused_and_not_drawn_without_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    svg = standalone_svg(every_picture()["split"])
    pictures._family.cache_clear()
    monkeypatch.setattr(pictures, "FAMILIES", ("A font that nobody has",))
    with pytest.raises(NoFont) as refused:
        png(svg)
    monkeypatch.undo()
    pictures._family.cache_clear()

    assert refused.value.status == 503
    assert "SVG" in str(refused.value)


def rules(css: str) -> dict[str, dict[str, str]]:
    """Return what a style sheet declares for each selector."""
    found: dict[str, dict[str, str]] = {}
    for selectors, declared in re.findall(r"([^{}/*]+) \{ ([^{}]*) \}", css):
        pairs = dict(one.split(": ", 1) for one in declared.strip("; ").split("; "))
        for selector in selectors.split(","):
            found.setdefault(selector.strip(), {}).update(pairs)
    return found


def test_files_are_painted_by_the_rules_of_the_style_sheet() -> None:
    screen = rules((CSS / "figures.css").read_text().split("@container")[0])
    of_pages = {"vector-effect", "font-variant-numeric", "font"}
    for selector, declared in rules(RULES).items():
        theirs = {name: value for name, value in screen[selector].items() if name not in of_pages}
        assert declared == theirs, selector


def test_colours_are_those_of_the_style_sheets() -> None:
    tokens = dict(re.findall(r"--([\w-]+): light-dark\((#\w{6}, #\w{6})\);", (CSS / "tokens.css").read_text()))

    assert {name: ", ".join(pair) for name, pair in PALETTE.items()} == {name: tokens[name] for name in PALETTE}


def every_figure() -> Iterator[Figure | Drawing]:
    """Walk the figures of the gallery, which draw whatever is hard to draw."""
    for case in values.evolutions():
        yield draw_evolution(case.value, language="en", label="", describe=lambda _p: "", lead_to=lambda _p: None)
    for compared in values.comparisons():
        yield draw_lines(
            compared.value, language="en", label="", describe=lambda _line, _at: "", lead_to=lambda _key, _bucket: None
        )
    for rated in values.distributions():
        yield draw_distribution(rated.value, language="en", describe=lambda _n: "", lead_to=lambda _n: None)
    for made in values.splits():
        yield draw_split(made.value, language="en", lead_to=lambda _class: None)
    scale = ranking_scale([60.0, 90.0])
    yield draw_head(scale, Unit.PERCENT, language="en", everyone=80.0, words="all", currency="EUR")
    for value in (wilson(1, 3), wilson(90, 100)):
        yield draw_row(value, scale, everyone=80.0, is_few=value.n < 10, address="/")
    yield from (drawn for drawn in [draw_spark([1, 2, 3], previous=2)] if drawn)


def kinds(part: Any) -> set[str]:
    """Return the classes of a figure, a drawing or a mark, and of all in it."""
    inside = (one for name in ("parts", "marks", "keys", "sample") for one in listed(getattr(part, name, ())))
    return {*(getattr(part, "kind", "") or "").split()}.union(*map(kinds, inside))


def listed(value: Any) -> Sequence[Any]:
    return (value,) if isinstance(value, Drawing) else value


def test_no_class_of_a_figure_is_without_a_rule() -> None:
    """A mark whose class nobody knows would be painted black."""
    of_boxes = {"fig", "plot", "row", "gutter", "loose", "spark", "sums", "ends", "key", "split"}
    of_pages = {"hit", "column", "mark-link", "when-wide", "when-narrow", "lines", "distribution", "csat", "nps"}
    used = {kind for figure in every_figure() for kind in kinds(figure)}

    assert {"band", "whisk", "beyond", "l5", "tip-of", "so-far"} <= used
    assert used - of_boxes - of_pages - known_classes() - {"start", "thin", "l0"} == set()


def test_markup_is_written_by_a_serializer() -> None:
    flat = write_fixed([Text("", '<b> & "c"', 1, 0)], width=9, theme=LIGHT)

    assert '&lt;b&gt; &amp; "c"' in flat
