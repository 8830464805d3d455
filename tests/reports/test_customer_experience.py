"""What each figure of the report asks, and what it makes of the answers."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qs

import pytest

from ressenti.indicators.model import Anchor, Attribution, Comparison, Filter, Grain, Question, Value
from ressenti.kit.clock import to_us
from ressenti.reports.choice import INDICATORS, read_report_choice
from ressenti.reports.comparison import ChangeVerdict, Clarity, Direction
from ressenti.reports.experience.rankings import ALL_ROWS, FIRST_ROWS, MOST_ROWS, prepare_ends, prepare_ranking
from ressenti.reports.experience.report import (
    ReportReader,
    prepare_evolution,
    prepare_lines,
    prepare_ratings,
    prepare_split,
    prepare_tile,
)
from ressenti.reports.experience.standing import prepare_standing
from ressenti.reports.few import FEW
from ressenti.reports.model import DatedAnnotation, Elsewhere, EvolutionPoint, NpsClass, Ranking, Standing
from ressenti.reports.period import ReportPeriod
from tests.support.fakes import NOW, STORIES, TODAY, Pretend, Rows, nothing, wilson


def reading(query: str = "", ask: Pretend | None = None, zone: str = "Europe/Paris") -> ReportReader:
    """Open the report at an address, over pretended answers."""
    choice = read_report_choice(parse_qs(query, keep_blank_values=True), today=TODAY)
    return ReportReader(choice=choice, ask=ask or Pretend(), zone=zone, now=NOW, currency="EUR")


def points(query: str = "") -> tuple[EvolutionPoint, ...]:
    return prepare_evolution(reading(query)).points


def rows(*found: tuple[str, int, int]) -> Rows:
    """Return agents of that name, with how many answers and how many of them satisfied."""
    return [(name.lower(), name, n, good, 50.0) for name, n, good in found]


def ranked(query: str = "", by: str = "agent", ask: Pretend | None = None, **more: Any) -> Ranking:
    return prepare_ranking(reading(query, ask), by, **more)


def names(ranking: Ranking) -> list[str]:
    return [row.label for row in ranking.ranked]


def asked(prepare: Callable[[ReportReader], object], query: str = "") -> list[Question]:
    """Return what is asked for a figure."""
    ask = Pretend()
    prepare(reading(query, ask))
    return ask.asked


class TestQuestions:
    """Each figure asks for itself, and no more than it shows."""

    @pytest.mark.parametrize(
        ("prepare", "questions"),
        [
            (lambda found: prepare_tile(found, "nps"), [("nps", None, Grain.DAY)]),
            (prepare_evolution, [("csat", None, Grain.DAY)]),
            (lambda found: prepare_ranking(found, "channel"), [("csat", "channel", None)]),
            (lambda found: prepare_ranking(found, "agent", key="csat_average"), [("csat_average", "agent", None)]),
            (prepare_ratings, [("csat_distribution", None, None), ("csat_average", None, None)]),
            (lambda found: prepare_ratings(found, "nps"), [("nps_distribution", None, None)]),
            (prepare_split, [("nps", None, None), ("nps_distribution", None, None)]),
        ],
        ids=["tile", "evolution", "ranking", "average", "csat ratings", "nps ratings", "split"],
    )
    def test_a_figure_asks_what_it_shows(
        self, prepare: Callable[[ReportReader], object], questions: list[tuple[str, str | None, Grain | None]]
    ) -> None:
        assert [(one.indicator, one.by, one.grain) for one in asked(prepare)] == questions

    @pytest.mark.parametrize(
        "prepare",
        [
            lambda found: prepare_tile(found, "csat"),
            prepare_evolution,
            lambda found: prepare_ranking(found, "channel"),
            prepare_ratings,
            prepare_split,
        ],
        ids=["tile", "evolution", "ranking", "ratings", "split"],
    )
    def test_every_question_carries_the_choice(self, prepare: Callable[[ReportReader], object]) -> None:
        found = asked(prepare, "where=agent%3Dines&anchor=opened&from=2026-10-25&to=2026-10-26")

        assert {one.start for one in found} == {to_us(datetime(2026, 10, 24, 22, tzinfo=UTC))}
        assert {one.end for one in found} == {to_us(datetime(2026, 10, 25, 23, tzinfo=UTC))}
        assert {one.where for one in found} == {(Filter("agent", ("ines",)),)}
        assert {(one.anchor, one.now, one.zone) for one in found} == {(Anchor.OPENED, NOW, "Europe/Paris")}
        assert found[0].compare is Comparison.USUAL

    def test_whom_an_answer_is_credited_to_is_asked_of_rankings_alone(self) -> None:
        query = "attribution=closer"

        assert asked(lambda found: prepare_ranking(found, "agent"), query)[0].attribution is Attribution.CLOSER
        assert asked(lambda found: prepare_tile(found, "csat"), query)[0].attribution is None

    def test_without_a_comparison_nothing_is_compared(self) -> None:
        alone = reading("compare=none")

        assert prepare_tile(alone, "csat").change is None
        assert {point.previous for point in prepare_evolution(alone).points} == {None}
        assert {row.change for row in prepare_ranking(alone, "agent").ranked} == {None}
        assert prepare_ratings(alone).previous_n is None
        assert prepare_split(alone).previous_counts is None


class TestTile:
    def test_it_holds_its_value_its_change_and_its_shape(self) -> None:
        tile = prepare_tile(reading(), "csat")

        assert (tile.value.n, tile.as_of) == (3742, 90871)
        assert tile.change is not None
        assert (tile.change.direction, tile.change.clarity) == (Direction.UP, Clarity.CLEAR)
        assert len(tile.shape) == 29  # the day that is not over is not in it
        assert tile.shape[19] is None

    @pytest.mark.parametrize("key", INDICATORS)
    def test_every_indicator_has_one_and_only_the_chosen_says_so(self, key: str) -> None:
        found = reading(f"indicator={key}")

        assert [prepare_tile(found, one).is_chosen for one in INDICATORS] == [one == key for one in INDICATORS]
        assert prepare_tile(found, key).value.n > 0

    def test_a_shorter_wait_is_good_news_and_more_conversations_are_none(self) -> None:
        wait, many = (prepare_tile(reading(), key).change for key in ("first_response_time", "conversations"))

        assert wait is not None
        assert many is not None
        assert (wait.direction, wait.verdict) == (Direction.DOWN, ChangeVerdict.BETTER)
        assert (many.direction, many.verdict) == (Direction.UP, ChangeVerdict.NEUTRAL)

    @pytest.mark.parametrize("key", INDICATORS)
    def test_nobody_measured_is_no_value_and_no_change(self, key: str) -> None:
        tile = prepare_tile(reading(ask=nothing()), key)

        assert (tile.value.value, tile.change) == (None, None)
        assert set(tile.shape) == {None}


def answered(n: int) -> Pretend:
    """Pretend that as many answer each day, each week and each month."""
    return Pretend(stories=dict.fromkeys(STORIES, lambda _i: wilson(n // 2, n)), silent=frozenset())


class TestGrain:
    @pytest.mark.parametrize(("n", "grain", "is_line"), [(10, Grain.DAY, True), (9, Grain.WEEK, False)])
    def test_buckets_are_coarser_until_half_of_them_hold_ten_as_long_as_there_are_three(
        self, n: int, grain: Grain, is_line: bool
    ) -> None:
        found = prepare_evolution(reading(ask=answered(n)))

        assert (found.grain, found.is_line) == (grain, is_line)

    def test_those_that_were_chosen_stay(self) -> None:
        found = prepare_evolution(reading("grain=day", ask=answered(2)))

        assert (found.grain, found.is_line) == (Grain.DAY, True)

    def test_those_of_a_count_are_the_finest(self) -> None:
        found = prepare_evolution(reading("indicator=conversations", ask=answered(2)))

        assert (found.grain, found.is_line) == (Grain.DAY, True)


class TestEvolution:
    def test_it_is_the_chosen_indicator_s(self) -> None:
        found = prepare_evolution(reading("indicator=nps&period=90d"))

        assert (found.indicator, found.grain, found.total.n) == ("nps", Grain.WEEK, 2611)

    def test_a_day_covers_itself_and_a_week_only_its_days_inside_the_period(self) -> None:
        days = [point.days for point in points()]
        weeks = [point.days for point in points("from=2026-09-02&to=2026-10-14")]

        assert days[0] == ReportPeriod(date(2026, 10, 23), date(2026, 10, 24))
        assert days[-1] == ReportPeriod(date(2026, 11, 21), date(2026, 11, 22))
        assert weeks[0] == ReportPeriod(date(2026, 9, 2), date(2026, 9, 7))
        assert weeks[-1] == ReportPeriod(date(2026, 10, 12), date(2026, 10, 14))

    def test_parts_of_a_day_are_no_days(self) -> None:
        assert {point.days for point in points("from=2026-03-29&to=2026-03-30")} == {None}

    def test_today_is_unfinished_and_tomorrow_has_not_begun(self) -> None:
        found = points("from=2026-11-20&to=2026-11-24")

        assert [point.is_unfinished for point in found] == [False, True, False, False]
        assert [point.is_future for point in found] == [False, False, True, True]

    def test_a_period_that_is_over_has_nothing_unfinished(self) -> None:
        over = reading("from=2026-10-25&to=2026-10-26&grain=hour")

        assert not over.is_unfinished
        assert not any(point.is_unfinished for point in prepare_evolution(over).points)
        assert reading().is_unfinished

    @pytest.mark.parametrize(("on", "hours"), [("2026-03-29", 23), ("2026-10-25", 25)])
    def test_days_of_changing_clocks_have_their_own_number_of_hours(self, on: str, hours: int) -> None:
        end = date.fromordinal(date.fromisoformat(on).toordinal() + 1)
        found = points(f"from={on}&to={end}&grain=hour")

        assert len(found) == hours
        assert len({point.key for point in found}) == hours

    def test_a_bucket_is_named_as_the_answer_names_it(self) -> None:
        assert points("from=2026-10-25&to=2026-10-26&grain=hour")[2].key == "2026-10-25T02:00:00+02:00"
        assert points("from=2026-10-25&to=2026-10-26&grain=hour")[3].key == "2026-10-25T02:00:00+01:00"

    def test_markers_are_carried(self) -> None:
        annotation = DatedAnnotation(at=datetime(2026, 11, 3, 9, tzinfo=UTC), kind="action", words="New greeting", id=7)

        assert prepare_evolution(reading(), [annotation]).annotations == (annotation,)

    @pytest.mark.parametrize("value", [Value(0.0, 1, 0.0, 79.3), Value(100.0, 1_000_000, 99.9, 100.0), Value(None, 0)])
    def test_a_year_of_the_same_answer_is_borne(self, value: Value) -> None:
        ask = Pretend(stories=dict.fromkeys(Pretend().stories, lambda _i: value))

        assert len(prepare_evolution(reading("period=12m&grain=day", ask)).points) == 365


class TestRanking:
    def test_rows_stand_best_first(self) -> None:
        values = [row.value.value for row in ranked().ranked]

        assert values == sorted(values, key=lambda value: -(value or 0))
        assert names(ranked())[0] == "Inès Benali"

    @pytest.mark.parametrize("key", ["first_response_time", "resolution_time"])
    def test_delays_stand_shortest_first(self, key: str) -> None:
        values = [row.value.value for row in ranked(f"indicator={key}").ranked]

        assert values == sorted(values, key=lambda value: value or 0)
        assert len(set(values)) > 1

    def test_ties_go_to_the_larger_base_then_to_the_name(self) -> None:
        ask = Pretend(agents=rows(("Bo", 20, 10), ("Ana", 20, 10), ("Cy", 40, 20)))

        assert names(ranked(ask=ask)) == ["Cy", "Ana", "Bo"]

    @pytest.mark.parametrize(
        ("order", "stand"),
        [
            ("value", ["Few", "Best", "Many", "Zoe"]),
            ("lower", ["Best", "Many", "Few", "Zoe"]),
            ("lowest", ["Zoe", "Many", "Best", "Few"]),
            ("highest", ["Few", "Best", "Many", "Zoe"]),
            ("n", ["Many", "Best", "Zoe", "Few"]),
            ("name", ["Best", "Few", "Many", "Zoe"]),
        ],
    )
    def test_the_order_may_be_chosen(self, order: str, stand: list[str]) -> None:
        ask = Pretend(agents=rows(("Few", 10, 10), ("Best", 200, 196), ("Many", 900, 800), ("Zoe", 100, 40)))

        assert names(ranked(f"order={order}", ask=ask)) == stand

    def test_names_stand_by_their_letters_whatever_their_case_and_accents(self) -> None:
        ask = Pretend(agents=rows(("Zoé", 20, 10), ("Élodie", 20, 10), ("anna", 20, 10), ("Fabio", 20, 10)))

        assert names(ranked("order=name", ask=ask)) == ["anna", "Élodie", "Fabio", "Zoé"]

    def test_delays_have_no_interval_and_are_ordered_by_value_instead(self) -> None:
        query = "indicator=resolution_time"

        assert names(ranked(f"{query}&order=lower")) == names(ranked(query))

    def test_fewer_than_ten_answers_stand_apart(self) -> None:
        ranking = ranked()

        assert [row.label for row in ranking.few] == ["Élodie Vasseur", "Ben Carter", "Chloé Dubreuil"]
        assert all(row.value.n >= FEW for row in ranking.ranked)
        assert not {row.key for row in ranking.few} & {row.key for row in ranking.ranked}

    @pytest.mark.parametrize("order", ["value", "n", "name"])
    def test_few_answers_are_not_ranked_however_rows_are_ordered(self, order: str) -> None:
        few = ranked(f"order={order}").few

        assert [row.value.n for row in few] == [7, 3, 1]

    def test_ten_answers_are_enough_and_nine_are_not(self) -> None:
        ranking = ranked(ask=Pretend(agents=rows(("Nine", 9, 9), ("Ten", 10, 1))))

        assert names(ranking) == ["Ten"]
        assert [row.label for row in ranking.few] == ["Nine"]

    def test_how_many_there_are_is_never_too_few_to_rank(self) -> None:
        ranking = ranked("indicator=conversations")

        assert ranking.few == ()
        assert [row.value.n for row in ranking.ranked][-1] == 1

    @pytest.mark.parametrize("by", ["hour_of_day", "weekday", "rating"])
    def test_what_has_an_order_of_its_own_keeps_it_and_stands_together(self, by: str) -> None:
        ranking = ranked(f"order=n&tab={by if by != 'rating' else 'ratings'}", by)

        assert ranking.is_ordered
        assert ranking.few == ()
        keys = [int(row.key or -1) for row in ranking.ranked]
        assert keys == sorted(keys)
        assert len(keys) > 4

    def test_what_is_credited_to_nobody_is_a_row(self) -> None:
        assert [row.label for row in ranked().ranked if row.key is None] == ["none"]

    def test_an_agent_without_an_answer_is_left_out(self) -> None:
        assert names(ranked(ask=Pretend(agents=rows(("Ana", 0, 0), ("Bo", 20, 10))))) == ["Bo"]

    def test_a_long_ranking_opens_with_its_first_rows_and_counts_the_others(self) -> None:
        ask = Pretend(
            agents=rows(*((f"Agent {i}", 50, 40) for i in range(300)), *((f"Few {i}", 5, 4) for i in range(70)))
        )

        short, whole, card = (ranked(ask=ask, most=most) for most in (MOST_ROWS, ALL_ROWS, FIRST_ROWS))

        assert (len(short.ranked), len(short.few), short.hidden_count) == (60, 60, 250)
        assert (len(whole.ranked), len(whole.few), whole.hidden_count) == (300, 70, 0)
        assert (len(card.ranked), card.hidden_count) == (6, 358)

    @pytest.mark.parametrize("order", ["value", "n", "name", "lowest"])
    def test_a_card_keeps_the_best_and_the_worst_whatever_the_order(self, order: str) -> None:
        ask = Pretend(agents=rows(*((f"Agent {i:02}", 50 + i % 7, 45 - i) for i in range(20))))
        whole, card = ranked(f"order={order}", ask=ask), prepare_ends(reading(f"order={order}", ask=ask), "agent")

        by_value = sorted(whole.ranked, key=lambda row: -(row.value.value or 0))
        assert {row.label for row in card.ranked} == {row.label for row in (*by_value[:3], *by_value[-3:])}
        assert names(card) == [name for name in names(whole) if name in names(card)]
        assert (len(card.ranked), card.hidden_count) == (6, 14)

    def test_the_most_changed_stand_first_and_what_has_nothing_to_compare_last(self) -> None:
        ranking = ranked("order=change", "channel")
        changes = [abs(row.change.difference) if row.change else -1.0 for row in ranking.ranked]

        assert changes == sorted(changes, reverse=True)
        assert len(set(changes)) > 1

    def test_it_says_whether_rows_add_up(self) -> None:
        assert not ranked(by="agent").adds_up
        assert ranked(by="channel").adds_up


class TestLines:
    def test_each_row_has_a_value_in_every_bucket_they_share(self) -> None:
        lines = prepare_lines(reading("tab=agent&beside=ines&beside=tom&period=7d"))

        assert [line.label for line in lines.lines] == ["Inès Benali", "Tom Whitfield"]
        assert [len(line.points) for line in lines.lines] == [7, 7]
        assert [start.date() for start in lines.starts] == [date(2026, 11, 15 + i) for i in range(7)]
        assert [line.total.n for line in lines.lines] == [428, 315]

    def test_they_stand_in_the_order_chosen_and_whoever_has_no_row_is_left_out(self) -> None:
        lines = prepare_lines(reading("tab=agent&beside=tom&beside=nobody&beside=ines"))

        assert [line.key for line in lines.lines] == ["tom", "ines"]

    def test_the_same_key_in_two_projects_is_two_lines(self) -> None:
        ask = Pretend(rows={"channel": [("Chat", "Chat (A)", 50, 40, 80.0), ("Chat", "Chat (B)", 40, 30, 70.0)]})

        lines = prepare_lines(reading("tab=channel&beside=Chat&period=7d", ask)).lines

        assert [(line.label, line.total.n, len(line.points)) for line in lines] == [
            ("Chat (A)", 50, 7),
            ("Chat (B)", 40, 7),
        ]

    def test_another_indicator_than_the_chosen_one_may_be_drawn(self) -> None:
        assert prepare_lines(reading("tab=agent&beside=ines"), "nps").indicator == "nps"


class TestRatings:
    def test_every_note_has_its_share_now_and_before(self) -> None:
        found = prepare_ratings(reading())

        assert (found.indicator, found.n, found.previous_n) == ("csat_distribution", 3742, 3601)
        assert [rating.rating for rating in found.ratings] == [1, 2, 3, 4, 5]
        assert [rating.value.n for rating in found.ratings] == [200, 150, 226, 1400, 1766]
        assert sum(rating.value.value or 0 for rating in found.ratings) == pytest.approx(100)
        assert sum((rating.previous or Value(0, 0)).value or 0 for rating in found.ratings) == pytest.approx(100)

    def test_csat_has_an_average_and_nps_none(self) -> None:
        assert prepare_ratings(reading()).average == Value(4.2, 3742)
        assert prepare_ratings(reading(), "nps").average is None
        assert [rating.rating for rating in prepare_ratings(reading(), "nps").ratings] == list(range(11))

    def test_nobody_answered_is_no_share(self) -> None:
        found = prepare_ratings(reading(ask=nothing()))

        assert found.n == 0
        assert {rating.value.value for rating in found.ratings} == {None}


class TestSplit:
    def test_every_answer_is_in_one_class(self) -> None:
        split = prepare_split(reading())

        assert split.counts == ((NpsClass.DETRACTOR, 470), (NpsClass.PASSIVE, 601), (NpsClass.PROMOTER, 1540))
        assert split.previous_counts == ((NpsClass.DETRACTOR, 480), (NpsClass.PASSIVE, 650), (NpsClass.PROMOTER, 1440))

    def test_the_classes_cover_the_scale_once(self) -> None:
        ratings = [rating for one in NpsClass for rating in one.ratings]

        assert sorted(ratings) == list(range(11))

    def test_the_score_is_promoters_minus_detractors(self) -> None:
        split = prepare_split(reading())
        promoters, detractors = split.share(NpsClass.PROMOTER), split.share(NpsClass.DETRACTOR)

        assert promoters is not None
        assert detractors is not None
        assert split.nps.value == pytest.approx(promoters - detractors)
        assert split.n == split.nps.n

    def test_nobody_answered_is_no_share(self) -> None:
        split = prepare_split(reading(ask=nothing()))

        assert [split.share(one) for one in NpsClass] == [None, None, None]


class TestStanding:
    def standing(self, query: str = "", ask: Pretend | None = None) -> tuple[Standing, Elsewhere | None]:
        found = reading(query, ask)
        return prepare_standing(found, [prepare_tile(found, key) for key in INDICATORS])

    def test_something_measured_is_a_report(self) -> None:
        assert self.standing() == (Standing.MEASURED, None)

    def test_one_indicator_measured_is_enough(self) -> None:
        ask = nothing()
        ask.totals["response_rate"] = (Value(0.0, 3, 0.0, 56.0), None)

        assert self.standing(ask=ask) == (Standing.MEASURED, None)

    def test_an_empty_record_is_told_from_an_empty_period(self) -> None:
        assert self.standing(ask=nothing()) == (Standing.NOTHING_AT_ALL, None)

        ask = nothing()
        ask.months = ["2019-01-01T00:00:00+01:00", "2019-03-01T00:00:00+01:00"]

        assert self.standing(ask=ask) == (
            Standing.NOTHING_HERE,
            Elsewhere(
                anchor=Anchor.CLOSED,
                latest=ReportPeriod(date(2019, 3, 1), date(2019, 4, 1)),
                everything=ReportPeriod(date(2019, 1, 1), date(2019, 4, 1)),
            ),
        )

    def test_more_years_than_a_page_can_show_are_cut(self) -> None:
        ask = nothing()
        ask.months = ["1971-01-01T00:00:00+01:00", "2026-03-01T00:00:00+01:00"]
        elsewhere = self.standing(ask=ask)[1]

        assert elsewhere is not None
        assert elsewhere.everything == ReportPeriod(date(1986, 3, 2), date(2026, 4, 1))
        read_report_choice({"from": ["1986-03-02"], "to": ["2026-04-01"]}, today=TODAY)

    def test_a_filter_without_conversations_is_not_an_empty_record(self) -> None:
        assert self.standing("where=agent%3Dnobody", nothing()) == (Standing.NOTHING_HERE, None)

    def test_where_the_data_may_be_is_looked_up_under_the_chosen_date_first(self) -> None:
        ask = nothing()

        self.standing("anchor=answered&where=channel%3DChat", ask)

        looked = [one for one in ask.asked if one.start is None]
        assert [(one.anchor, one.indicator) for one in looked] == [
            (Anchor.ANSWERED, "csat"),
            (Anchor.ANSWERED, "nps"),
            (Anchor.CLOSED, "conversations"),
            (Anchor.OPENED, "conversations"),
        ]
        assert {one.where for one in looked} == {(Filter("channel", ("Chat",)),)}


def test_figures_may_change_for_fourteen_days() -> None:
    assert reading().may_change_until == date(2026, 12, 6)
    assert reading("from=2026-01-01&to=2026-02-01").may_change_until is None


def test_the_last_day_of_the_lock_is_the_zone_s() -> None:
    """The period ended on 7 November; at 18:42 in Paris on the 21st it is already the 22nd in Tonga."""
    ended = "from=2026-11-01&to=2026-11-08"

    assert reading(ended, zone="Europe/Paris").may_change_until == date(2026, 11, 22)
    assert reading(ended, zone="Pacific/Tongatapu").may_change_until is None


def test_a_silent_bucket_stays_a_gap_for_every_indicator() -> None:
    gaps = {prepare_evolution(reading(f"indicator={key}")).points[19].value for key in INDICATORS}

    assert gaps == {Value(None, 0)}
