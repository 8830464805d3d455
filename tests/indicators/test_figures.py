"""What figures say of a small company told in sentences: credit, cuts, weights, repeats, comparisons."""

from typing import Any

import pytest

from ressenti.indicators.model import Value
from ressenti.indicators.refusals import MixedCurrencies
from tests.support.scenario import World, moment


class TestCredit:
    @pytest.fixture(autouse=True)
    def transferred(self, world: World) -> None:
        """Let a bot begin, Ana take over, Bo finish and close; Cy is handed it and never writes."""
        key = world.conversation(
            messages=[("visitor", "10:00"), ("bot:Robo", "10:01"), ("agent:Ana", "10:02"), ("agent:Bo", "10:10")],
            csat=5,
        )
        spans = [
            ("Robo", "10:00", "10:01:30", "transferred"),
            ("Ana", "10:01:30", "10:05", "transferred"),
            ("Cy", "10:05", "10:08", "transferred"),
            ("Bo", "10:08", "10:30", "closed"),
        ]
        for who, start, end, how in spans:
            day = "2024-05-14T"
            span = {"started_at": f"{day}{start}Z", "ended_at": f"{day}{end}Z", "ended_by": how}
            world.add("handlings", conversation_id=key, agent_id=who, **span)

    def test_a_rating_belongs_to_everyone_who_wrote(self, world: World) -> None:
        assert world.by("csat", "agent") == {"Robo": (100, 1), "Ana": (100, 1), "Bo": (100, 1)}

    @pytest.mark.parametrize(("rule", "who"), [("closer", "Bo"), ("last", "Bo"), ("first", "Robo")])
    def test_or_to_one_of_them_where_that_is_asked(self, world: World, rule: str, who: str) -> None:
        assert world.by("csat", "agent", attribution=rule) == {who: (100, 1)}

    def test_the_first_response_belongs_to_the_person_who_gave_it(self, world: World) -> None:
        assert world.by("first_response_time", "agent") == {"Ana": (120, 1)}

    def test_a_handling_belongs_to_its_own_respondent(self, world: World) -> None:
        assert {key: n for key, (_value, n) in world.by("handlings", "agent").items()} == {
            "Robo": 1,
            "Ana": 1,
            "Cy": 1,
            "Bo": 1,
        }
        assert set(world.by("handling_time", "agent")) == {"Ana", "Cy", "Bo"}

    def test_filtering_by_agent_cuts_the_conversations_not_the_credit(self, world: World) -> None:
        world.conversation(messages=[("visitor", "10:00"), ("agent:Ana", "10:03")], csat=1)

        assert world.by("csat", "agent", where=("agent=Bo",)) == {"Robo": (100, 1), "Ana": (100, 1), "Bo": (100, 1)}
        assert world.read("csat", where=("agent=Bo", "agent=Ana")).n == 2

    def test_who_never_wrote_took_no_part_in_the_rating(self, world: World) -> None:
        world.conversation(agent_id="Dee", csat=1)

        assert world.read("csat", where=("agent=Cy",)).n == 0
        assert world.read("handlings", where=("agent=Cy",)).n == 4


class TestKeys:
    """D43: the same name and the same currency are never two."""

    def test_sales_in_any_case_of_the_currency_are_added_up(self, world: World) -> None:
        key = world.conversation()
        for place, code in enumerate(("EUR", "eur", "Eur")):
            at = "2024-05-14T10:00:00Z"
            sale = {"transaction_id": f"t{place}", "at": at, "amount": "20", "currency": code}
            world.add("transactions", conversation_id=key, **sale)

        assert world.read("revenue").value == 60
        assert world.read("transactions").value == 3

    def test_a_channel_in_two_unicode_forms_is_one_row_and_one_filter(self, world: World) -> None:
        world.conversation(channel="Caf\u00e9", csat=5)
        world.conversation(channel="Cafe\u0301", csat=1)

        assert world.by("csat", "channel") == {"Caf\u00e9": (50, 2)}
        assert world.read("csat", where=("channel=Cafe\u0301",)).n == 2


class TestWeighting:
    """Domain 2.8: Monday 50 conversations, one answer, satisfied; Tuesday 40, twenty answers, ten satisfied."""

    @pytest.fixture(autouse=True)
    def two_days(self, world: World) -> None:
        for day, count, ratings in (("13", 50, [5]), ("14", 40, [5] * 10 + [1] * 10)):
            for number in range(count):
                rating = ratings[number] if number < len(ratings) else None
                at = f"2024-05-{day}T10:00"
                world.conversation(at, closed=at, csat=rating)

    def test_days_weigh_by_their_own_answers(self, world: World) -> None:
        found = world.read("csat")

        assert (round(found.value or 0, 1), found.n) == (52.4, 21)

    def test_or_by_all_their_conversations_where_that_is_asked(self, world: World) -> None:
        found = world.read("csat", weighting="all")

        assert (round(found.value or 0, 1), found.n) == (77.8, 21)
        assert world.over("csat", "week", weighting="all") == {
            "2024-05-13T00:00:00+00:00": (pytest.approx(77.78, abs=0.01), 21)
        }

    def test_a_day_without_an_answer_is_left_out_with_its_weight(self, world: World) -> None:
        for _ in range(500):
            world.conversation("2024-05-15T10:00", closed="2024-05-15T10:00")

        assert round(world.read("csat", weighting="all").value or 0, 1) == 77.8


class TestWeightsOfWhomItIsCreditedTo:
    def test_by_agent_a_day_weighs_by_the_conversations_that_are_credited_as_the_rating_is(self, world: World) -> None:
        """Ana was the last to write in one conversation of either day, and took part in nine more on the first."""
        talk = [("visitor", "2024-05-13T10:00"), ("agent:Ana", "2024-05-13T10:01"), ("agent:Bo", "2024-05-13T10:02")]
        for _ in range(9):
            world.conversation("2024-05-13T10:00", closed="2024-05-13T11:00", messages=talk)
        for day, csat in (("13", 5), ("14", 1)):
            said = [("visitor", f"2024-05-{day}T10:00"), ("agent:Ana", f"2024-05-{day}T10:01")]
            world.conversation(f"2024-05-{day}T10:00", closed=f"2024-05-{day}T11:00", messages=said, csat=csat)

        assert world.by("csat", "agent", weighting="all", attribution="last") == {"Ana": (50.0, 2)}
        assert world.by("csat", "agent", weighting="all")["Ana"] == (pytest.approx(1000 / 11), 2)

    def test_a_delay_weighs_by_the_conversations_that_the_first_responder_answered(self, world: World) -> None:
        for day, wait in (("13", "10:02"), ("14", "10:04")):
            said = [("visitor", f"2024-05-{day}T10:00"), ("agent:Ana", f"2024-05-{day}T{wait}")]
            world.conversation(f"2024-05-{day}T10:00", closed=f"2024-05-{day}T11:00", messages=said)
        talk = [("visitor", "2024-05-13T10:00"), ("agent:Bo", "2024-05-13T10:01"), ("agent:Ana", "2024-05-13T10:02")]
        for _ in range(8):
            world.conversation("2024-05-13T10:00", closed="2024-05-13T11:00", messages=talk)

        assert world.by("first_response_time_mean", "agent", weighting="all")["Ana"] == (180.0, 2)

    def test_a_handling_weighs_by_the_conversations_handled_on_its_own_day(self, world: World) -> None:
        """One conversation handled on the 13th and closed on the 15th, and one handled twice and closed on the 14th."""
        for key, closed in (("a", "15"), ("b", "14")):
            world.conversation("2024-05-13T09:00", closed=f"2024-05-{closed}T12:00", conversation_id=key)
        for key, day, minutes in (("a", "13", (10, 20)), ("b", "14", (10, 11)), ("b", "14", (20, 21))):
            start, end = (moment(f"2024-05-{day}T10:{minute}") for minute in minutes)
            world.add("handlings", conversation_id=key, agent_id="Ana", started_at=start, ended_at=end)

        assert world.read("handling_time", weighting="all") == Value(330.0, 3)
        assert world.by("handling_time", "agent", weighting="all") == {"Ana": (330.0, 3)}
        assert world.read("handling_time").value == 240

    def test_a_basket_weighs_by_the_conversations_in_which_the_seller_sold(self, world: World) -> None:
        for day, amount in (("13", 100), ("14", 300)):
            said = [("visitor", f"2024-05-{day}T10:00"), ("agent:Ana", f"2024-05-{day}T10:01")]
            sold = [(f"2024-05-{day}T10:30", amount)]
            world.conversation(f"2024-05-{day}T10:00", closed=f"2024-05-{day}T11:00", messages=said, sales=sold)
        talk = [("visitor", "2024-05-13T10:00"), ("agent:Ana", "2024-05-13T10:01")]
        for _ in range(8):
            world.conversation("2024-05-13T10:00", closed="2024-05-13T11:00", messages=talk)

        assert world.by("average_basket", "agent", weighting="all")["Ana"] == (200.0, 2)


def test_a_basket_is_weighted_by_orders(world: World) -> None:
    """Domain 2.8: two orders of mean 100 on one day, one of 300 on the next."""
    world.conversation("2024-05-13T10:00", closed="2024-05-13T11:00", sales=[("2024-05-13T10:30", 80)])
    world.conversation("2024-05-13T10:00", closed="2024-05-13T11:00", sales=[("2024-05-13T10:30", 120)])
    world.conversation("2024-05-14T10:00", closed="2024-05-14T11:00", sales=[("2024-05-14T10:30", 300)])

    assert round(world.read("average_basket").value or 0, 2) == 166.67


def test_a_median_of_two_middles_is_their_mean(world: World) -> None:
    """Domain 2.8: of 10, 20, 30 and 600 seconds the median is 25 and the mean 165."""
    for wait in (10, 20, 30, 600):
        world.conversation(first_response_s=wait)

    assert world.read("first_response_time").value == 25
    assert world.read("first_response_time_mean").value == 165


@pytest.mark.parametrize(("count", "minutes"), [(1, 1), (2, 2), (9, 9), (10, 9), (11, 10), (20, 18), (21, 19)])
def test_a_p90_is_the_least_wait_that_nine_in_ten_did_not_exceed(world: World, count: int, minutes: int) -> None:
    """Of waits of 1, 2, 3 … minutes."""
    for wait in range(1, count + 1):
        world.conversation(first_response_s=60 * wait)

    assert world.read("first_response_time_p90").value == 60 * minutes


class TestSales:
    def test_two_sales_in_a_conversation_convert_it_once(self, world: World) -> None:
        world.conversation(sales=[("10:05", 10), ("10:10", 0)])
        world.conversation()

        assert world.read("transactions").value == 2
        assert world.read("conversion_rate").value == 50
        assert world.read("revenue").value == 10

    def test_an_agent_converts_by_the_sales_credited_to_them(self, world: World) -> None:
        talk = [("visitor", "10:00"), ("agent:Ana", "10:01"), ("agent:Bo", "10:20")]
        world.conversation(messages=talk, sales=[("10:10", 30)])

        assert world.by("conversion_rate", "agent") == {"Ana": (100, 1), "Bo": (0, 1)}
        assert world.by("revenue", "agent") == {"Ana": (30, 1)}
        assert world.by("revenue", "agent", attribution="all") == {"Ana": (30, 1), "Bo": (30, 1)}

    def test_a_refund_lowers_the_revenue(self, world: World) -> None:
        world.conversation(sales=[("10:05", 30), ("10:10", -12.5)])

        assert world.read("revenue").value == 17.5
        assert world.read("transactions").value == 1
        assert world.read("average_basket").value == 17.5

    def test_a_refund_alone_converts_nobody(self, world: World) -> None:
        world.conversation(sales=[("10:05", -30)])

        assert world.read("conversion_rate").value == 0
        assert world.read("transactions").value == 0
        assert world.read("average_basket").value is None

    def test_money_of_two_currencies_is_not_added_up(self, world: World) -> None:
        world.conversation(sales=[("10:05", 30)])
        world.import_()
        world.settle(project="overseas", currency="USD")

        with pytest.raises(MixedCurrencies, match="EUR, USD"):
            world.read("revenue")
        assert world.read("revenue", project="default").value == 30


class TestFirstContactResolution:
    def visit(self, world: World, opened: str, closed: str, **columns: Any) -> None:
        world.conversation(opened, closed=closed, visitor_id="v", agent_id="Ana", **columns)

    def test_coming_back_within_the_window_is_not_resolved_and_not_a_first_contact(self, world: World) -> None:
        self.visit(world, "2024-05-01T10:00", "2024-05-01T11:00")
        self.visit(world, "2024-05-02T10:59", "2024-05-02T12:00")

        assert (world.read("fcr", window="24h").value, world.read("fcr", window="24h").n) == (0, 1)

    def test_coming_back_later_is_another_contact(self, world: World) -> None:
        self.visit(world, "2024-05-01T10:00", "2024-05-01T11:00")
        self.visit(world, "2024-05-02T11:01", "2024-05-02T12:00")

        assert (world.read("fcr", window="24h").value, world.read("fcr", window="24h").n) == (100, 2)
        assert (world.read("fcr", window="72h").value, world.read("fcr", window="72h").n) == (0, 1)

    def test_about_another_topic_is_another_contact_unless_one_is_unknown(self, world: World) -> None:
        self.visit(world, "2024-05-01T10:00", "2024-05-01T11:00", topic="Delivery")
        self.visit(world, "2024-05-02T10:00", "2024-05-02T12:00", topic="Returns")
        assert world.read("fcr").value == 100

        self.visit(world, "2024-05-03T10:00", "2024-05-03T12:00")
        assert (world.read("fcr").value, world.read("fcr").n) == (0, 2)

    def test_what_closed_too_recently_to_tell_is_left_out(self, world: World) -> None:
        self.visit(world, "2026-10-31T10:00", "2026-10-31T11:00")

        assert world.read("fcr", window="24h").n == 1
        assert world.read("fcr", window="72h").n == 0

    def test_anonymous_visitors_and_unanswered_conversations_are_left_out(self, world: World) -> None:
        world.conversation(agent_id="Ana")
        world.conversation(visitor_id="v", messages=[("visitor", "10:00")])

        assert world.read("fcr").n == 0


def test_a_note_nobody_gave_has_a_share_of_nothing_where_others_were_given(world: World) -> None:
    world.rate({5: 2}, channel="Chat")

    found = world.answer("csat_distribution")

    assert [(row.key, row.value.value, row.value.n) for row in found.rows][3:] == [("4", 0, 0), ("5", 100, 2)]


class TestCuts:
    def test_kinds_of_filters_add_and_keys_of_one_kind_alternate(self, world: World) -> None:
        for channel, language in (("Chat", "fr"), ("Chat", "en"), ("Mail", "fr"), ("Phone", "fr")):
            world.conversation(channel=channel, language=language)

        assert world.read("conversations", where=("channel=Chat", "channel=Mail")).value == 3
        assert world.read("conversations", where=("channel=Chat", "channel=Mail", "language=fr")).value == 2

    def test_what_is_not_a_key_is_all_others_and_what_has_none(self, world: World) -> None:
        for channel, language in (("Chat", "fr"), ("Mail", "en"), ("Mail", "fr"), (None, None)):
            world.conversation(channel=channel, language=language)

        assert world.read("conversations", where=("channel!=Chat",)).value == 3
        assert world.read("conversations", where=("channel!=Chat", "channel!=Mail")).value == 1
        assert world.read("conversations", where=("channel!=",)).value == 3
        assert world.read("conversations", where=("channel!=Chat", "language=fr")).value == 1
        assert world.read("conversations", where=("channel=Mail", "channel!=Chat")).value == 2
        assert world.read("conversations", where=("channel != Chat",)).value == 3

    def test_who_took_part_beside_others_is_set_aside_too(self, world: World) -> None:
        world.conversation(messages=[("visitor", "10:00"), ("agent:Ana", "10:03"), ("agent:Bo", "10:04")])
        world.conversation(messages=[("visitor", "10:00"), ("agent:Cy", "10:03")])

        assert world.read("conversations", where=("agent!=Bo",)).value == 1
        assert world.read("conversations", where=("agent=Ana", "agent!=Bo")).value == 0

    def test_an_empty_key_means_without_a_value(self, world: World) -> None:
        world.conversation(campaign="Spring")
        world.conversation()

        assert world.read("conversations", where=("campaign=",)).value == 1

    def test_a_conversation_of_two_groups_counts_in_both_rows_and_once_in_the_total(self, world: World) -> None:
        world.conversation(group="Orders;Returns", csat=4)

        found = world.answer("csat", by="group")
        assert {row.key: row.value.n for row in found.rows} == {"Orders": 1, "Returns": 1}
        assert found.total.n == 1

    def test_spam_is_out_of_every_figure(self, world: World) -> None:
        world.conversation(is_spam=True, csat=1, sales=[("10:10", 5)])
        world.conversation(csat=5)

        assert world.read("conversations").value == 1
        assert world.read("csat").value == 100
        assert world.read("revenue").value == 0

    def test_projects_are_read_together_or_one_by_one(self, world: World) -> None:
        world.conversation(csat=5, channel="Chat")
        world.import_(project="shop")
        world.conversation(csat=1, channel="Chat")
        world.import_(project="club")

        assert world.by("csat", "project") == {"shop": (100, 1), "club": (0, 1)}
        assert world.read("csat", project="club").value == 0
        labels = {row.label for row in world.answer("csat", by="channel").rows}
        assert labels == {"Chat (shop)", "Chat (club)"}


class TestTime:
    def test_hours_and_weekdays_are_those_of_the_zones_clock(self, world: World) -> None:
        world.conversation("2024-05-14T22:30", closed="2024-05-14T22:30")

        assert world.by("conversations", "hour_of_day") == {"22": (1, 1)}
        assert world.by("conversations", "hour_of_day", zone="Asia/Kathmandu") == {"4": (1, 1)}
        assert world.by("conversations", "weekday") == {"2": (1, 1)}
        assert world.by("conversations", "weekday", zone="Asia/Kathmandu") == {"3": (1, 1)}

    def test_each_bucket_is_compared_with_the_one_in_its_place(self, world: World) -> None:
        for day, count in (("12", 1), ("13", 2), ("14", 3), ("15", 4)):
            for _ in range(count):
                world.conversation(f"2024-05-{day}T10:00", closed=f"2024-05-{day}T10:00")

        found = world.answer("conversations", grain="day", from_="2024-05-14", to="2024-05-16", compare="previous")

        assert [(row.value.value, row.previous and row.previous.value) for row in found.rows] == [(3, 1), (4, 2)]
        assert (found.total.value, found.previous and found.previous.value) == (7, 3)

    def test_surveys_without_a_conversation_are_dated_by_their_answer_only(self, world: World) -> None:
        world.survey(None, "12:00", nps=9)

        assert world.read("nps", anchor="answered").n == 1
        assert world.read("nps").n == world.read("nps", anchor="opened").n == 0


class TestChance:
    @pytest.mark.parametrize("indicator", ["first_response_time", "csat_average"])
    def test_days_that_lie_after_the_period_are_told_from_chance_as_those_before_it_are(
        self, world: World, indicator: str
    ) -> None:
        for day, minutes, rating in (("07", 1, 5), ("14", 9, 2)):
            for number in range(40):
                opened = f"2024-05-{day} 10:00"
                answered = f"2024-05-{day} 10:{minutes + number % 3:02}"
                messages = [("visitor", opened), ("agent:Ana", answered)]
                world.conversation(
                    opened, closed=f"2024-05-{day} 10:30", messages=messages, csat=rating - number % 2, channel="Chat"
                )

        def asked(start: str, end: str, other: str) -> tuple[float | None, float | None]:
            found = world.answer(indicator, from_=start, to=end, compare=other, by="channel")
            return found.p, found.rows[0].p

        later = asked("2024-05-07", "2024-05-08", "2024-05-14..2024-05-15")
        assert later == asked("2024-05-14", "2024-05-15", "2024-05-07..2024-05-08")
        assert None not in later
        assert max(one or 0 for one in later) < 0.05
        assert asked("2024-05-07", "2024-05-15", "2024-05-14..2024-05-15") == (None, None)
