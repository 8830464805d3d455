"""Ratings, NPS classes and lines side by side: what they draw of each note, class and row."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from ressenti.indicators.model import Better, Grain, Unit, Value
from ressenti.reports.figures.distribution import draw_distribution
from ressenti.reports.figures.fluid import write_fluid
from ressenti.reports.figures.lines import draw_lines
from ressenti.reports.figures.split import draw_split
from ressenti.reports.model import ComparedLine, ComparedLines, NpsClass, RatingDistribution, RatingShare, Split
from tests.support.fakes import nps, wilson

HOSTILE = '"><script>alert(1)</script>'
START = datetime.fromisoformat("2026-10-23T00:00:00+02:00")
NOBODY = Value(None, 0)


def parsed(markup: str) -> ET.Element:
    return ET.fromstring(f"<div>{markup}</div>")  # noqa: S314 - our own markup


def marks(markup: str, *kinds: str) -> list[ET.Element]:
    return [one for one in parsed(markup).iter() if set(kinds) <= set((one.get("class") or "").split())]


def texts(markup: str) -> list[str]:
    return [one.text or "" for one in parsed(markup).iter("text")]


def links(markup: str) -> list[str]:
    return [one.get("href", "") for one in parsed(markup).iter("a")]


def ratings(counts: tuple[int, ...], before: tuple[int, ...] = (), *, kind: str = "csat") -> RatingDistribution:
    n, then, first = sum(counts), sum(before), 1 if kind == "csat" else 0
    return RatingDistribution(
        indicator=f"{kind}_distribution",
        n=n,
        previous_n=then or None,
        ratings=tuple(
            RatingShare(
                rating=first + i,
                value=Value(100 * many / n if n else None, many),
                previous=Value(100 * before[i] / then, before[i]) if then else None,
            )
            for i, many in enumerate(counts)
        ),
    )


def drawn(distribution: RatingDistribution, language: str = "en") -> str:
    return write_fluid(
        draw_distribution(
            distribution,
            language=language,
            describe=lambda rating: f"{rating.rating}: {rating.value.n}",
            lead_to=lambda ratings: f"/c?note={ratings[0]}",
        )
    )


class TestDistribution:
    USUAL = ratings((188, 127, 261, 952, 2214), (200, 140, 280, 900, 2050))

    def test_the_best_note_is_at_the_top_and_named(self) -> None:
        written = texts(drawn(self.USUAL))

        assert written[:4] == ["5", "Very satisfied", "59.2\u202f%", "2,214"]
        assert links(drawn(self.USUAL)) == [f"/c?note={rating}" for rating in (5, 4, 3, 2, 1)]

    def test_what_counts_as_satisfied_is_bracketed_with_its_sum(self) -> None:
        written = texts(drawn(self.USUAL))

        assert len(marks(drawn(self.USUAL), "bracket")) == 1
        assert "84.6\u202f%" in written
        assert "4 and 5" in written
        assert len(marks(drawn(self.USUAL), "bar", "acc")) == 2
        assert len(marks(drawn(self.USUAL), "bar", "rest")) == 3

    def test_another_choice_of_satisfied_notes_is_bracketed(self) -> None:
        svg = write_fluid(
            draw_distribution(
                self.USUAL, language="en", describe=lambda _rating: "", lead_to=lambda _ratings: None, satisfied=(5,)
            )
        )

        assert len(marks(svg, "bar", "acc")) == 1
        assert "59.2\u202f%" in texts(svg)
        assert links(svg) == []

    def test_the_share_before_is_a_tick(self) -> None:
        assert len(marks(drawn(self.USUAL), "was")) == 5
        assert marks(drawn(ratings((1, 1, 1, 1, 1))), "was") == []

    def test_bars_begin_at_zero_and_equal_shares_are_no_full_marks(self) -> None:
        bars = marks(drawn(ratings((20,) * 5)), "bar")

        assert {(one.get("x"), one.get("width")) for one in bars} == {("0", "50%")}

    def test_two_answers_are_two_halves(self) -> None:
        svg = drawn(ratings((1, 0, 0, 0, 1)))

        assert texts(svg).count("50.0\u202f%") == 3
        assert links(svg) == ["/c?note=5", "/c?note=1"]

    def test_one_answer_fills_its_bar(self) -> None:
        assert [one.get("width") for one in marks(drawn(ratings((0, 1, 0, 0, 0))), "bar")] == ["100%"]

    def test_nobody_has_no_shares_no_bars_and_no_sum(self) -> None:
        svg = drawn(ratings((0,) * 5))

        assert texts(svg).count("–") == 5
        assert marks(svg, "bar") == marks(svg, "bracket") == []
        assert links(svg) == []

    def test_no_note_at_all_is_still_a_drawing(self) -> None:
        assert parsed(drawn(ratings(()))).find(".//svg") is not None

    def test_nps_has_its_eleven_notes_in_three_named_classes(self) -> None:
        svg = drawn(ratings((42, 11, 18, 25, 30, 96, 121, 210, 391, 702, 965), kind="nps"))

        assert texts(svg)[:11] == [str(rating) for rating in range(10, -1, -1)]
        assert {"promoters", "passives", "detractors"} <= set(texts(svg))
        assert [len(marks(svg, "bar", kind)) for kind in ("acc", "mute", "det")] == [2, 2, 7]
        assert len(links(svg)) == 11

    def test_it_speaks_french(self) -> None:
        assert "59,2\u202f%" in texts(drawn(self.USUAL, "fr"))

    def test_hostile_words_stay_words(self) -> None:
        svg = write_fluid(
            draw_distribution(
                self.USUAL, language="en", describe=lambda _rating: HOSTILE, lead_to=lambda _ratings: HOSTILE
            )
        )

        assert "<script>" not in svg
        assert links(svg)[0] == HOSTILE


def split(counts: tuple[int, int, int], before: tuple[int, int, int] | None = None) -> Split:
    return Split(
        nps=nps(counts[2], counts[1], counts[0]),
        previous=None,
        counts=tuple(zip(NpsClass, counts, strict=True)),
        previous_counts=tuple(zip(NpsClass, before, strict=True)) if before else None,
    )


def drawn_split(one: Split, language: str = "en") -> str:
    return write_fluid(draw_split(one, language=language, lead_to=lambda of: f"/c?class={of.value}"))


class TestSplit:
    def test_detractors_passives_and_promoters_make_up_the_bar(self) -> None:
        parts = marks(drawn_split(split((20, 30, 50))), "bar")

        assert [(one.get("x"), one.get("width")) for one in parts] == [("0%", "20%"), ("20%", "30%"), ("50%", "50%")]

    def test_share_name_and_number_of_each_are_written(self) -> None:
        assert texts(drawn_split(split((20, 30, 50)))) == [
            *("20.0\u202f%", "detractors", "20"),
            *("30.0\u202f%", "passives", "30"),
            *("50.0\u202f%", "promoters", "50"),
        ]

    def test_the_period_before_is_a_thin_bar_and_written(self) -> None:
        svg = drawn_split(split((20, 30, 50), (1, 1, 2)))

        assert [one.get("height") for one in marks(svg, "bar")].count("6") == 3
        assert "before 25.0\u202f%" in texts(svg)

    def test_a_share_too_small_to_see_is_read_and_aimed_at(self) -> None:
        svg = drawn_split(split((3, 2, 995)))

        assert {"0.3\u202f%", "0.2\u202f%", "99.5\u202f%"} <= set(texts(svg))
        assert len(links(svg)) == 3
        assert all(float(one.get("width", "0")) >= 24 for one in marks(svg, "hit"))

    def test_unanimous_is_one_bar_and_three_names(self) -> None:
        svg = drawn_split(split((0, 0, 10)))

        assert [one.get("width") for one in marks(svg, "bar")] == ["100%"]
        assert links(svg) == ["/c?class=promoter"]
        assert {"detractors", "passives", "promoters"} <= set(texts(svg))

    def test_nobody_is_an_empty_bar_without_shares(self) -> None:
        svg = drawn_split(split((0, 0, 0), (0, 0, 0)))

        assert marks(svg, "bar") == []
        assert len(marks(svg, "shut")) == 1
        assert texts(svg).count("–") == 3


def lines(rows: dict[str, list[Value]], unit: Unit = Unit.PERCENT) -> ComparedLines:
    many = len(next(iter(rows.values())))
    return ComparedLines(
        currency="EUR",
        indicator="csat",
        unit=unit,
        better=Better.HIGHER,
        grain=Grain.DAY,
        starts=tuple(START + timedelta(days=i) for i in range(many)),
        lines=tuple(
            ComparedLine(key=name, label=name, total=values[-1], points=tuple(values)) for name, values in rows.items()
        ),
    )


def drawn_lines(one: ComparedLines) -> str:
    return write_fluid(
        draw_lines(
            one,
            language="en",
            label="CSAT by agent",
            describe=lambda line, at: f"{line.label} {at}",
            lead_to=lambda key, bucket: f"/c?key={key}&bucket={bucket}",
        )
    )


def ends(markup: str) -> list[float]:
    """Return how far down each name at the end of a line stands."""
    beside = marks(markup, "ends")
    return [float(one.get("y", "0")) for one in beside[0].iter("text")] if beside else []


SIX = {f"agent {i}": [wilson(60 + 5 * i, 100)] * 10 for i in range(6)}


class TestLines:
    def test_six_are_drawn_each_in_a_style_and_with_an_end_of_its_own(self) -> None:
        svg = drawn_lines(lines(SIX))
        drawn = [one for one in marks(svg, "ln") if one.get("d") != "M0 7h34"]

        assert len({one.get("class") for one in drawn}) == 6
        assert len({one.get("d") for one in marks(svg, "tip-of")}) == 6

    def test_a_seventh_is_not_drawn(self) -> None:
        svg = drawn_lines(lines(SIX | {"agent 7": [wilson(99, 100)] * 10}))

        assert "agent 7" not in svg

    def test_names_that_would_touch_are_pushed_apart(self) -> None:
        same = {name: [wilson(84, 100)] * 5 for name in "abcdef"}
        places = sorted(ends(drawn_lines(lines(same))))

        assert all(below - above >= 16 for above, below in pairwise(places))
        assert places[0] >= 12
        assert places[-1] <= 304

    @pytest.mark.parametrize("hits", [0, 100])
    def test_names_stay_in_the_drawing_at_its_edges(self, hits: int) -> None:
        edge = {name: [wilson(hits, 100)] * 5 for name in "abcdef"}

        assert all(10 <= y <= 300 for y in ends(drawn_lines(lines(edge))))

    def test_long_names_are_cut_at_the_line_and_whole_in_the_list(self) -> None:
        long = "x" * 80
        svg = drawn_lines(lines({long: [wilson(84, 100)] * 5}))

        assert max(len(words) for words in texts(svg)) <= 24
        assert [one.text for one in parsed(svg).iter("bdi")] == [long]

    def test_a_gap_is_never_bridged(self) -> None:
        svg = drawn_lines(lines({"a": [wilson(8, 10), wilson(8, 10), NOBODY, wilson(8, 10), NOBODY, wilson(8, 10)]}))
        d = marks(svg, "ln")[0].get("d") or ""

        assert d.count("M") == 1
        assert len(marks(svg, "tip-of")) == 2 + 2

    def test_every_measured_place_leads_to_its_conversations(self) -> None:
        svg = drawn_lines(lines({"a": [wilson(8, 10), NOBODY], "b": [wilson(9, 10), wilson(7, 10)]}))

        assert links(svg) == [
            "/c?key=a&bucket=2026-10-23T00:00:00+02:00",
            "/c?key=b&bucket=2026-10-23T00:00:00+02:00",
            "/c?key=b&bucket=2026-10-24T00:00:00+02:00",
        ]

    def test_no_place_lies_under_another(self) -> None:
        one_day = {name: [wilson(hits, 100)] for name, hits in zip("abcd", (70, 71, 72, 95), strict=True)}
        hits = marks(drawn_lines(lines(one_day)), "hit")
        spans = sorted((float(one.get("y", "0")), float(one.get("height", "0"))) for one in hits)

        assert all(y + tall <= below + 0.2 for (y, tall), (below, _t) in pairwise(spans))

    def test_nobody_is_said_in_words(self) -> None:
        svg = drawn_lines(lines({"a": [NOBODY] * 5}))

        assert "Nobody was measured in this period" in texts(svg)
        assert ends(svg) == []

    def test_few_answers_do_not_stretch_the_axis(self) -> None:
        svg = drawn_lines(lines({"a": [*[wilson(84, 100)] * 9, wilson(0, 1)]}))

        assert "0" not in texts(svg)
        assert len(marks(svg, "beyond")) == 1

    def test_hostile_names_stay_names(self) -> None:
        svg = drawn_lines(lines({HOSTILE: [wilson(84, 100)] * 5}))

        assert "<script>" not in svg
        assert [one.text for one in parsed(svg).iter("bdi")] == [HOSTILE]


def every_figure() -> Iterator[Any]:
    """Walk what the gallery draws of these, with a name for each."""
    from gallery import values

    for rating in values.distributions():
        yield pytest.param(lambda one=rating: drawn(one.value), id=f"ratings-{rating.key}")
    for made in values.splits():
        yield pytest.param(lambda one=made: drawn_split(one.value), id=made.key)
    for compared in values.comparisons():
        yield pytest.param(lambda one=compared: drawn_lines(one.value), id=compared.key)


@pytest.mark.parametrize("figure", list(every_figure()))
def test_nothing_is_drawn_outside_or_without_a_number(figure: Callable[[], str]) -> None:
    markup = figure()

    assert not re.search(r"\bnan\b|\binf\b|None", markup)
    assert not re.search(r"style=|<script|<style|\son\w+=", markup)
    for one in parsed(markup).iter():
        for name in ("x", "cx", "x1", "x2", "width"):
            if (place := one.get(name, "")).endswith("%"):
                assert 0 <= float(place[:-1]) <= 100
        for name in ("y", "y1", "y2", "cy", "height"):
            assert float(one.get(name, "0").rstrip("%")) >= -1
