"""What figures draw: their words, their marks and their gaps; never their pixels."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from xml.etree import ElementTree as ET

import pytest

from ressenti.indicators.model import Better, Grain, Unit, Value
from ressenti.reports.figures.axis import DENSE, axis_labels
from ressenti.reports.figures.evolution import draw_evolution
from ressenti.reports.figures.fluid import write_fluid
from ressenti.reports.figures.incident import incident
from ressenti.reports.figures.marks import Drawing, Figure
from ressenti.reports.figures.ranking import draw_head, draw_row
from ressenti.reports.figures.scale import AxisScale, ranking_scale
from ressenti.reports.figures.spark import draw_spark
from ressenti.reports.figures.svg import element, short
from ressenti.reports.model import DatedAnnotation, Evolution, EvolutionPoint
from tests.support.fakes import csat_story, nps, nps_story, wait_story, wilson

START = datetime.fromisoformat("2026-10-23T00:00:00+02:00")
NOBODY = Value(None, 0)


def evolution(
    values: Sequence[Value],
    unit: Unit = Unit.PERCENT,
    *,
    total: Value | None = None,
    better: Better = Better.HIGHER,
    grain: Grain = Grain.DAY,
    before: Value | None = None,
) -> Evolution:
    points = tuple(
        EvolutionPoint(start=START + timedelta(days=i), value=value, previous=before, days=None)
        for i, value in enumerate(values)
    )
    return Evolution(
        indicator="csat",
        unit=unit,
        better=better,
        grain=grain,
        total=total or wilson(840, 1000),
        points=points,
        currency="EUR",
    )


def drawn(
    one: Evolution, language: str = "en", lead_to: Callable[[EvolutionPoint], str | None] = lambda _point: None
) -> str:
    return write_fluid(
        draw_evolution(
            one,
            language=language,
            label="CSAT by day",
            describe=lambda point: f"on {point.start:%d %b}",
            lead_to=lead_to,
        )
    )


def parsed(figure: str | Figure | Drawing | None) -> ET.Element:
    svg = figure if isinstance(figure, str) else write_fluid(figure)
    return ET.fromstring(f"<div>{svg}</div>")  # noqa: S314 - our own markup


def texts(svg: str | Drawing, kind: str = "") -> list[str]:
    return [one.text or "" for one in parsed(svg).iter("text") if kind in (one.get("class") or "").split() or not kind]


def marks(svg: str | Drawing | None, kind: str) -> list[ET.Element]:
    return [one for one in parsed(svg).iter() if kind in (one.get("class") or "").split()]


def runs(svg: str | Drawing | None, kind: str) -> list[int]:
    """Return how many places each unbroken run of a path has."""
    return [
        len(re.findall("[ML]", run)) for one in marks(svg, kind) for run in re.findall("M[^M]*", one.get("d") or "")
    ]


MONTH = [csat_story(i) for i in range(30)]


def test_a_month_is_one_line_with_its_band() -> None:
    svg = drawn(evolution(MONTH))

    assert runs(svg, "ln") == [30]
    assert runs(svg, "band") == [60]
    assert marks(svg, "whisk") == []
    assert len(marks(svg, "column")) == 30


def test_a_gap_breaks_the_line_and_is_shaded() -> None:
    svg = drawn(evolution([*MONTH[:10], NOBODY, NOBODY, *MONTH[12:]]))

    assert runs(svg, "ln") == [10, 18]
    assert len(marks(svg, "shut")) == 1


def test_days_to_come_are_not_a_gap() -> None:
    one = evolution(MONTH)
    future = tuple(
        EvolutionPoint(start=point.start, value=NOBODY, previous=None, days=None, is_future=True)
        for point in one.points[20:]
    )

    svg = drawn(replace(one, points=one.points[:20] + future))

    assert marks(svg, "shut") == []


def test_a_value_alone_between_gaps_is_a_dot_with_its_interval() -> None:
    svg = drawn(evolution([*MONTH[:10], NOBODY, MONTH[11], NOBODY, *MONTH[13:]]))

    assert runs(svg, "ln") == [10, 17]
    assert len(marks(svg, "whisk")) == 1


def test_few_values_are_dots_with_whiskers_and_the_last_is_written() -> None:
    svg = drawn(evolution(MONTH[:7]))

    assert marks(svg, "band") == []
    assert len(marks(svg, "whisk")) == 7
    assert texts(svg, "acc") == [f"{MONTH[6].value:.1f}\u202f%"]


@pytest.mark.parametrize(("satisfied", "answers", "full", "hollow"), [(60, 70, 1, 0), (6, 7, 0, 1)])
def test_one_value_is_a_point_and_never_a_line(satisfied: int, answers: int, full: int, hollow: int) -> None:
    svg = drawn(evolution([NOBODY, NOBODY, wilson(satisfied, answers), NOBODY]))

    assert runs(svg, "ln") == []
    assert (len(marks(svg, "pt")), len(marks(svg, "few"))) == (full, hollow)
    assert texts(svg, "acc") == ["85.7\u202f%"]


def test_without_a_value_the_frame_stays_and_the_words_say_why() -> None:
    svg = drawn(evolution([NOBODY] * 30))

    assert "Nobody was measured in this period" in texts(svg)
    assert marks(svg, "shut") == []
    assert marks(svg, "grid") != []


def test_no_bucket_at_all_is_still_a_drawing() -> None:
    assert "Nobody was measured in this period" in texts(drawn(evolution([])))


def test_the_period_before_is_dotted_where_it_was_measured() -> None:
    assert runs(drawn(evolution(MONTH, before=wilson(80, 100))), "pv") == [30]
    assert runs(drawn(evolution(MONTH, before=NOBODY)), "pv") == []


def test_all_equal_is_a_flat_line_on_a_scale_that_does_not_zoom() -> None:
    svg = drawn(evolution([wilson(900, 1000)] * 30))
    path = marks(svg, "ln")[0].get("d") or ""

    assert len(set(re.findall(r" ([\d.]+)", path))) == 1
    assert texts(svg, "end")[:6] == ["75", "80", "85", "90", "95", "100\u202f%"]


def test_a_negative_nps_draws_zero_and_signs_its_ticks() -> None:
    svg = drawn(evolution([nps(20, 30, 20 + 4 * i) for i in range(7)], Unit.POINTS, total=nps(20, 30, 32)))

    assert {"0", "−20"} <= set(texts(svg, "end"))
    assert len(marks(svg, "base")) == 2


def test_the_unfinished_bucket_is_a_ring() -> None:
    one = evolution(MONTH)
    last = EvolutionPoint(start=one.points[-1].start, value=MONTH[-1], previous=None, days=None, is_unfinished=True)

    svg = drawn(replace(one, points=(*one.points[:-1], last)))

    assert len(marks(svg, "pt-out")) == 1


def test_a_clearly_bad_day_is_named() -> None:
    one = evolution(MONTH, total=wilson(3166, 3742))

    assert incident(one) == 22
    assert texts(drawn(one), "strong")[0].startswith("7")
    assert "Sat 14 Nov" in texts(drawn(one))
    assert "sam. 14 nov." in texts(drawn(one, "fr"))


def test_an_ordinary_month_names_no_day() -> None:
    assert incident(evolution([csat_story(i) for i in range(20)])) is None


def test_few_answers_name_no_day() -> None:
    assert incident(evolution([*[wilson(84, 100)] * 9, wilson(0, 9)])) is None


def test_a_long_wait_is_named_at_the_top() -> None:
    waits = [wait_story(i) for i in range(10)]
    one = evolution([*waits[:4], Value(140, 400), *waits[5:]], Unit.SECONDS, total=Value(52, 4000), better=Better.LOWER)

    assert incident(one) == 4
    assert "2\u202fmin\u202f20\u202fs" in texts(drawn(one), "strong")


def test_columns_are_links_where_there_is_somewhere_to_lead() -> None:
    svg = drawn(evolution(MONTH), lead_to=lambda point: f"?from={point.start:%Y-%m-%d}&to=x")

    links = list(parsed(svg).iter("a"))
    assert len(links) == 30
    assert links[0].get("href") == "?from=2026-10-23&to=x"
    assert links[0].findtext("title") == "on 23 Oct"


def test_every_day_of_a_year_leads_on_and_one_is_reached_by_tab() -> None:
    svg = drawn(evolution([csat_story(i) for i in range(366)]), lead_to=lambda _point: "?day")
    links = list(parsed(svg).iter("a"))

    assert len(links) == 366 > DENSE
    assert [i for i, one in enumerate(links) if one.get("tabindex") != "-1"] == [365]
    assert runs(svg, "ln") == [366]


def test_a_bucket_without_answers_leads_nowhere() -> None:
    svg = drawn(evolution([*MONTH[:9], NOBODY]), lead_to=lambda _point: "?day")

    assert len(list(parsed(svg).iter("a"))) == 9
    assert len(marks(svg, "column")) == 10


def test_counts_are_bars_below_and_nobody_is_no_bar() -> None:
    svg = drawn(evolution([wilson(5, 10), NOBODY, wilson(1, 1_000_000)]))

    assert (marks(svg, "bar")[0].get("d") or "").count("M") == 2


@pytest.mark.parametrize(
    ("story", "unit"), [(csat_story, Unit.PERCENT), (nps_story, Unit.POINTS), (wait_story, Unit.SECONDS)]
)
@pytest.mark.parametrize("many", [1, 8, 30, 366])
def test_nothing_is_drawn_outside_the_figure(story: Callable[[int], Value], unit: Unit, many: int) -> None:
    svg = drawn(evolution([story(i) for i in range(many)], unit, total=story(0)))

    for one in parsed(svg).iter():
        for name in ("y", "y1", "y2", "cy"):
            assert 0 <= float(one.get(name, "0").rstrip("%")) <= 304
        for name in ("x", "cx"):
            if (place := one.get(name, "")).endswith("%"):
                assert 0 <= float(place[:-1]) <= 100


def test_the_drawing_carries_no_style_and_no_script() -> None:
    assert not re.search(r"style=|<script|<style|\son\w+=", drawn(evolution(MONTH)))


def boxes(svg: str, kind: str) -> list[tuple[float, float]]:
    """Return where the texts of a kind hang, in pixels from their place."""
    return [(float(one.get("x", "0")), float(one.get("y", "0"))) for one in marks(svg, kind)]


class TestFewAnswers:
    """A bucket that rests on fewer than five answers says little: it neither stretches the axis nor is named."""

    FEW = (*[wilson(84, 100)] * 9, wilson(0, 2))

    def test_it_does_not_stretch_the_axis(self) -> None:
        assert texts(drawn(evolution(self.FEW)), "end")[0] == "70"

    def test_it_ends_in_an_arrowhead(self) -> None:
        svg = drawn(evolution(self.FEW))

        assert len(marks(svg, "beyond")) == 1
        assert len(marks(svg, "pt")) == 9

    def test_where_few_are_usual_all_of_them_tell_the_axis(self) -> None:
        svg = drawn(evolution([*[wilson(3, 3), wilson(0, 3)] * 8, wilson(2, 6)]))

        assert marks(svg, "beyond") == []
        assert texts(svg, "end")[0] == "0"

    def test_alone_it_has_an_axis_that_holds_it(self) -> None:
        assert marks(drawn(evolution([wilson(0, 2)])), "beyond") == []

    def test_an_unfinished_bucket_is_never_named(self) -> None:
        one = evolution([*[wilson(84, 100)] * 9, wilson(10, 40)])
        last = replace(one.points[-1], is_unfinished=True)

        assert incident(one) == 9
        assert incident(replace(one, points=(*one.points[:-1], last))) is None


def test_the_name_of_a_bad_day_does_not_lie_on_its_line() -> None:
    """The line rises from the bad day to the right, where there is room for the words."""
    values = [wilson(84, 100)] * 10 + [wilson(40, 100)] + [wilson(45 + 4 * i, 100) for i in range(10)]
    svg = drawn(evolution(values, total=wilson(800, 1000)))
    path = [
        tuple(map(float, place)) for place in re.findall(r"[ML]([\d.]+) ([\d.]+)", marks(svg, "ln")[0].get("d", ""))
    ]
    hang, y = boxes(svg, "strong")[0]
    at = path[10][0] * 0.625
    left, right = sorted((at + hang, at + hang * 4))
    beside = [down for across, down in path if left <= across * 0.625 <= right]

    assert beside
    assert all(not y - 12 <= down <= y + 18 for down in beside)


class TestSums:
    """What is counted stands as bars on zero."""

    COUNTS = tuple(Value(400 + 30 * i, 400 + 30 * i) for i in range(20))

    def test_they_are_bars_and_no_line(self) -> None:
        svg = drawn(evolution(self.COUNTS, Unit.COUNT))

        assert marks(svg, "ln") == marks(svg, "pt") == marks(svg, "band") == []
        assert (marks(svg, "acc")[0].get("d") or "").count("M") == 20
        assert texts(svg, "end")[0] == "0"

    def test_what_is_still_growing_is_outlined(self) -> None:
        one = evolution(self.COUNTS, Unit.COUNT)
        last = replace(one.points[-1], is_unfinished=True)
        svg = drawn(replace(one, points=(*one.points[:-1], last)))

        assert (marks(svg, "acc")[0].get("d") or "").count("M") == 19
        assert (marks(svg, "so-far")[0].get("d") or "").count("M") == 1

    def test_conversations_need_no_second_count_below(self) -> None:
        assert marks(drawn(evolution(self.COUNTS, Unit.COUNT)), "mute") == []
        assert len(marks(drawn(evolution(self.COUNTS, Unit.MONEY)), "mute")) == 1

    def test_refunds_hang_below_zero(self) -> None:
        svg = drawn(evolution([Value(100.0, 3), Value(-50.0, 3)], Unit.MONEY))
        ends = [float(y) for y in re.findall(r"V([\d.]+)", marks(svg, "acc")[0].get("d") or "")]

        assert ends[0] < ends[1] < ends[2]


class TestMarkers:
    def marked(self, *marked: DatedAnnotation) -> str:
        return drawn(replace(evolution(MONTH), annotations=marked))

    def mark(self, day: int, words: str = "New returns page", kind: str = "action") -> DatedAnnotation:
        return DatedAnnotation(at=START + timedelta(days=day, hours=9), kind=kind, words=words)

    def test_a_marker_is_a_rule_a_sign_and_words(self) -> None:
        svg = self.marked(self.mark(3))

        assert len(marks(svg, "rule")) == len(marks(svg, "sign")) == 1
        assert "New returns page" in texts(svg, "strong")

    def test_each_kind_has_a_sign_of_its_own(self) -> None:
        svg = self.marked(*(self.mark(5 * i, kind=kind) for i, kind in enumerate(("action", "incident", "training"))))

        assert len({one.get("d") for one in marks(svg, "sign")}) == 3

    def test_close_ones_are_stacked(self) -> None:
        svg = self.marked(self.mark(3), self.mark(3, "Training"), self.mark(4, "Strike"))
        signs = [one for one in parsed(svg).iter("svg") if one.find("path[@class='sign']") is not None]

        assert len({one.get("y") for one in signs}) == 3

    def test_words_without_room_are_left_to_the_list(self) -> None:
        svg = self.marked(*(self.mark(3, f"The marker number {i}") for i in range(8)))

        assert len(marks(svg, "sign")) == 8
        assert len([words for words in texts(svg, "strong") if words.startswith("The marker")]) == 3

    def test_long_words_are_cut(self) -> None:
        assert all(len(words) <= 40 for words in texts(self.marked(self.mark(3, "word " * 40)), "strong"))

    def test_one_outside_the_period_is_not_drawn(self) -> None:
        assert marks(self.marked(self.mark(-2), self.mark(31)), "rule") == []

    def test_room_is_made_above(self) -> None:
        heights = [
            re.findall(r'class="fig plot" height="(\d+)"', svg)
            for svg in (drawn(evolution(MONTH)), self.marked(self.mark(3)))
        ]

        assert heights == [["304"], ["322"]]

    def test_a_rule_stands_over_the_band_and_under_what_is_named(self) -> None:
        svg = self.marked(self.mark(3))

        assert svg.index('class="band"') < svg.index('class="rule"') < svg.index('class="strong halo')

    def test_hostile_words_stay_words(self) -> None:
        hostile = "</text><script>alert(1)</script>"

        assert hostile[:39] in texts(self.marked(self.mark(3, hostile)), "strong")


class TestTimeAxis:
    def labels(self, many: int, grain: Grain, width_px: float = 625, hours: int = 24) -> list[str]:
        start = datetime.fromisoformat("2025-11-22T00:00:00+01:00")
        starts = [start + timedelta(hours=hours * i) for i in range(many)]
        return [one.text for one in axis_labels(starts, grain, width_px=width_px, language="en")]

    def test_a_month_names_its_mondays_and_its_last_day(self) -> None:
        assert self.labels(30, Grain.DAY) == ["Mon 24 Nov", "Mon 1 Dec", "Mon 8 Dec", "Mon 15 Dec", "Sun 21 Dec"]

    def test_a_week_names_every_day_if_there_is_room(self) -> None:
        assert len(self.labels(7, Grain.DAY)) == 7
        assert len(self.labels(7, Grain.DAY, width_px=205)) == 3

    def test_a_year_of_days_names_firsts_of_months(self) -> None:
        assert [name.split()[1] for name in self.labels(366, Grain.DAY)[:-1]] == ["1"] * 5

    def test_three_hours_of_a_day_are_all_named(self) -> None:
        assert self.labels(8, Grain.THREE_HOURS, hours=3) == [
            "00:00",
            "03:00",
            "06:00",
            "09:00",
            "12:00",
            "15:00",
            "18:00",
            "21:00",
        ]

    def test_nothing_has_no_names(self) -> None:
        assert self.labels(0, Grain.DAY) == []


class TestRanking:
    SCALE = AxisScale(50, 100, 10)

    def test_a_row_is_a_dot_a_whisker_and_everyone(self) -> None:
        svg = draw_row(Value(90.0, 428, 87.5, 93.0), self.SCALE, everyone=84.6)

        assert marks(svg, "dot")[0].get("cx") == "80%"
        assert (marks(svg, "whisk")[0].get("x1"), marks(svg, "whisk")[0].get("x2")) == ("75%", "86%")
        assert marks(svg, "ref")[0].get("x1") == "69.2%"

    def test_what_continues_beyond_the_scale_ends_in_an_arrowhead(self) -> None:
        svg = draw_row(Value(85.7, 7, 48.7, 97.4), self.SCALE, everyone=84.6, is_few=True)

        assert marks(svg, "whisk")[0].get("x1") == "0%"
        assert len(marks(svg, "loose")) == 1
        assert len(marks(svg, "dot")) == 1

    def test_a_value_beyond_the_scale_has_no_dot(self) -> None:
        assert marks(draw_row(wilson(0, 1), self.SCALE, everyone=84.6, is_few=True), "dot") == []

    def test_nobody_is_only_the_line_of_everyone(self) -> None:
        svg = draw_row(NOBODY, self.SCALE, everyone=84.6)

        assert marks(svg, "dot") == marks(svg, "whisk") == []
        assert len(marks(svg, "ref")) == 1

    def test_the_head_names_the_ticks_and_everyone(self) -> None:
        svg = draw_head(self.SCALE, Unit.PERCENT, language="fr", everyone=84.6, words="tous 84,6", currency="EUR")

        assert texts(svg) == ["tous 84,6", "50", "60", "70", "80", "90", "100\u202f%"]

    def test_a_mark_leads_somewhere(self) -> None:
        svg = draw_row(wilson(90, 100), self.SCALE, everyone=84.6, address="/conversations?of=csat", words="Inès: 90 %")
        link = next(parsed(svg).iter("a"))

        assert (link.get("href"), link.get("aria-label")) == ("/conversations?of=csat", "Inès: 90 %")
        assert parsed(svg)[0].get("aria-hidden") is None
        assert {float(one.get("height", "0")) for one in marks(svg, "hit")} == {28.0}
        assert [one.get("width") for one in marks(svg, "hit")][1] == "28"

    @pytest.mark.parametrize("value", [NOBODY, Value(None, 0, None, None)])
    def test_nobody_leads_nowhere(self, value: Value) -> None:
        assert list(parsed(draw_row(value, self.SCALE, everyone=84.6, address="/x", words="y")).iter("a")) == []

    def test_net_scores_have_a_line_at_zero(self) -> None:
        svg = draw_row(nps(5, 3, 2), ranking_scale([30.0], Unit.POINTS), everyone=None)

        assert marks(svg, "base")[0].get("x1") == "50%"

    def test_counts_are_bars_from_zero_without_a_line_for_everyone(self) -> None:
        scale = ranking_scale([40.0, 100.0], Unit.COUNT)
        svg = draw_row(Value(50, 50), scale, everyone=90.0)

        assert (marks(svg, "bar")[0].get("x"), marks(svg, "bar")[0].get("width")) == ("0%", "50%")
        assert marks(svg, "dot") == marks(svg, "ref") == []

    def test_refunds_hang_on_the_other_side(self) -> None:
        scale = ranking_scale([-50.0, 100.0], Unit.MONEY)
        bar = marks(draw_row(Value(-50.0, 3), scale, everyone=None), "bar")[0]

        assert (bar.get("x"), bar.get("width")) == ("0%", "33.33%")


def test_a_narrow_ranking_keeps_apart_the_ticks_at_its_end() -> None:
    """Its last label, 100 %, is wide: the one before it makes room, as every second does."""
    scale = ranking_scale([55.0, 99.0], Unit.PERCENT)
    head = write_fluid(draw_head(scale, Unit.PERCENT, language="en", everyone=None, words="", currency="EUR"))

    assert re.findall(r'class="mid halo thin"[^>]*>([^<]+)', head) == ["60", "80", "90"]
    assert re.findall(r'class="(?:start|mid|end) halo"[^>]*>([^<]+)', head) == ["50", "70", "100\u202f%"]


class TestSpark:
    def test_the_last_value_is_marked_and_the_previous_dotted(self) -> None:
        svg = draw_spark([1, 2, 3], previous=2)

        assert runs(svg, "ln") == [3]
        assert len(marks(svg, "pt")) == len(marks(svg, "ref")) == 1

    def test_a_gap_breaks_it(self) -> None:
        assert runs(draw_spark([1, 2, None, 4, 5, 6], previous=None), "ln") == [2, 3]

    def test_one_value_is_a_dot(self) -> None:
        svg = draw_spark([None, 5, None], previous=None)

        assert marks(svg, "ln") == []
        assert len(marks(svg, "pt")) == 1

    def test_nothing_is_nothing(self) -> None:
        assert write_fluid(draw_spark([None, None], previous=None)) == ""
        assert write_fluid(draw_spark([], previous=None)) == ""

    def test_a_flat_line_runs_through_the_middle(self) -> None:
        assert marks(draw_spark([0, 0, 0], previous=0), "pt")[0].get("cy") == "15"


def test_text_and_attributes_are_escaped() -> None:
    hostile = '"><script>alert(1)</script>'

    written = element("text", hostile, aria_label=hostile, x=1.25)

    assert "<script>" not in written
    assert ET.fromstring(written).text == hostile  # noqa: S314 - our own markup
    assert ET.fromstring(written).get("aria-label") == hostile  # noqa: S314


@pytest.mark.parametrize(("value", "written"), [(12.30, "12.3"), (-0.04, "0"), (5, "5"), (100.0, "100"), (0.25, "0.2")])
def test_coordinates_are_short(value: float, written: str) -> None:
    assert short(value) == written
