"""Where a change comes from, of conversations that were really imported, in the file and in memory."""

import json
from typing import Any

import pytest

from ressenti.facts.engines.memory.engine import MemoryEngine
from ressenti.facts.store import FactStore
from ressenti.indicators.catalogue import INDICATORS
from ressenti.indicators.drivers.explained_change import DriverRow, ExplainedChange
from ressenti.indicators.held_tables import HELD
from ressenti.indicators.read import answer_words, explain_words
from ressenti.indicators.refusals import NoParts, NothingToCompare
from ressenti.record.names import group_keys
from tests.support.scenario import World

BEFORE, NOW = "2024-05-14", "2024-05-21"
WEEK = {"from": ["2024-05-21"], "to": ["2024-05-28"]}


def answers(world: World, before: tuple[int, int], now: tuple[int, int], **columns: Any) -> None:
    """Tell conversations with a rating, as (all, satisfied) before and now."""
    for day, (n, satisfied) in ((BEFORE, before), (NOW, now)):
        for note, count in ((5, satisfied), (1, n - satisfied)):
            world.rate({note: count}, opened=f"{day} 10:00", closed=f"{day} 10:30", **columns)


def unasked(world: World, day: str, count: int, **columns: Any) -> None:
    for _conversation in range(count):
        world.conversation(f"{day} 10:00", closed=f"{day} 10:30", **columns)


def explained(world: World, indicator: str = "csat", **words: list[str]) -> ExplainedChange:
    """Return what the file says, once memory was seen to say the same."""
    world.read(indicator)  # what was told is imported
    asked = WEEK | words
    found = explain_words(world.fact_store, indicator, asked, now=world.now)
    with world.alone():
        in_memory = FactStore(world.store, held=HELD)
        in_memory.using(wait)
        assert explain_words(in_memory, indicator, asked, now=world.now) == found
        in_memory.close()
    return found


def wait(facts: Any) -> None:
    assert isinstance(facts, MemoryEngine)
    facts.wait_for_tables()


def by_key(found: ExplainedChange, cause: str) -> dict[str | None, DriverRow]:
    return {row.key: row for row in found.rows if row.cause == cause}


def causes(found: ExplainedChange) -> list[tuple[str, str | None]]:
    return [(row.cause, row.key) for row in found.rows if row.order]


def points(*values: float | None) -> list[float]:
    return [round(value, 2) for value in values if value is not None]


def chance_of(world: World, indicator: str) -> float | None:
    """Return how likely a change is by chance, as the answer has it that tiles and the opening sentence are made of."""
    return answer_words(world.fact_store, indicator, WEEK | {"compare": ["previous"]}, now=world.now).p


def change_of(found: ExplainedChange) -> float:
    assert found.total.value is not None
    assert found.previous.value is not None
    return found.total.value - found.previous.value


class TestAddsUp:
    def test_UN_13_three_channels_are_the_whole_change(self, world: World) -> None:  # noqa: N802 - the case's name
        answers(world, (600, 540), (500, 440), channel="chat")
        answers(world, (300, 210), (400, 260), channel="e-mail")
        answers(world, (100, 80), (100, 82), channel="phone")
        found = explained(world)
        channels = by_key(found, "channel")
        email = channels["e-mail"]

        assert points(*(channels[key].part for key in ("chat", "e-mail", "phone"))) == [-1.94, -3.06, 0.2]
        assert points(sum(row.rate for row in found.rows), sum(row.mix for row in found.rows)) == [-2.65, -2.15]
        assert sum(row.part or 0 for row in found.rows) == pytest.approx(change_of(found), abs=1e-9)
        assert points(email.change, email.low, email.high) == [-3.23, -6.11, -0.35]
        assert email.q == pytest.approx(0.084, abs=5e-4)
        assert (len(found.rows), causes(found), email.clear) == (3, [], False)
        assert found.unexplained == pytest.approx(-4.8)

    def test_UN_15_causes_that_overlap_are_a_chain(self, world: World) -> None:  # noqa: N802 - the case's name
        answers(world, (80, 64), (160, 80), tags="payment")
        answers(world, (100, 80), (90, 70), tags="delivery")
        answers(world, (20, 12), (50, 20), tags="payment;delivery")
        answers(world, (800, 704), (700, 616))
        found = explained(world)
        payment, delivery = (by_key(found, "tag")[key] for key in ("payment", "delivery"))

        assert points(payment.change, payment.low, payment.high) == [-7.12, -9.13, -5.12]
        assert points(payment.mix, payment.rate, payment.others_moved) == [-2.77, -4.36, -0.28]
        assert points(delivery.change, delivery.low, delivery.high) == [-1.06, -2.62, 0.5]
        assert causes(found) == [("tag", "payment")]
        assert points(payment.step, found.unexplained, change_of(found)) == [-7.12, -0.28, -7.4]
        assert (payment.part, delivery.part) == (None, None)


class TestNew:
    def test_UN_14_a_new_channel_moves_the_mix_and_becomes_no_weaker(self, world: World) -> None:  # noqa: N802 - the case's name
        answers(world, (500, 450), (400, 360), channel="a")
        answers(world, (500, 400), (400, 320), channel="b")
        answers(world, (0, 0), (200, 120), channel="new")
        found = explained(world)
        channels = by_key(found, "channel")

        assert points(*(channels[key].part for key in ("a", "b", "new"))) == [-0.75, 0.25, -4.5]
        assert [channels[key].status for key in ("a", "b", "new")] == [None, None, "new"]
        assert [row.rate for row in channels.values()] == [0, 0, 0]

    def test_UN_14_a_channel_that_is_asked_only_now_is_newly_measured(self, world: World) -> None:  # noqa: N802 - the case's name
        answers(world, (500, 450), (400, 360), channel="a")
        answers(world, (500, 400), (400, 320), channel="b")
        unasked(world, BEFORE, 400, channel="e-mail")
        answers(world, (0, 0), (200, 120), channel="e-mail")
        unasked(world, NOW, 200, channel="e-mail")
        email = by_key(explained(world), "channel")["e-mail"]

        assert (email.status, points(email.part), email.rate) == ("newly_measured", [-4.5], 0)

    def test_a_channel_that_is_no_more_is_gone(self, world: World) -> None:
        answers(world, (100, 90), (100, 90), channel="a")
        answers(world, (100, 50), (0, 0), channel="old")
        old = by_key(explained(world), "channel")["old"]

        assert (old.status, old.n, old.value, old.difference, old.rate) == ("gone", 0, None, None, 0)
        assert old.mix > 0

    def test_small_groups_of_a_dimension_are_one_row(self, world: World) -> None:
        answers(world, (100, 90), (100, 80), channel="a")
        for number in range(3):
            answers(world, (5, 5), (4, 1), channel=f"small {number}", tags=f"rare {number};other {number}")
        found = explained(world)
        small = [row for row in found.rows if row.status == "small"]

        assert [(row.cause, row.key, row.label, row.groups, row.n) for row in small] == [
            ("channel", None, "", 3, 12),
            ("tag", None, "", 6, 12),
        ]
        assert sum(row.part or 0 for row in found.rows if row.cause == "channel") == pytest.approx(change_of(found))
        assert [(row.q, row.clear) for row in small] == [(None, False)] * 2


class TestOneVerdict:
    """A change is told from chance by one test: that of the answer, wherever it is told of."""

    @pytest.mark.parametrize(("indicator", "is_clear"), [("nps", False), ("csat", True)])
    def test_of_28_answers_an_nps_tells_nothing_and_a_share_does(
        self, world: World, indicator: str, is_clear: bool
    ) -> None:
        for day, promoters, detractors in ((BEFORE, 20, 4), (NOW, 8, 14)):
            for note, nps, count in ((5, 10, promoters), (3, 8, 28 - promoters - detractors), (1, 0, detractors)):
                for _answer in range(count):
                    key = world.conversation(f"{day} 10:00", closed=f"{day} 10:30", channel="chat")
                    world.survey(key, f"{day} 10:31", csat=note, nps=nps)
        found, p = explained(world, indicator), chance_of(world, indicator)

        assert (found.previous.n, found.total.n) == (28, 28)
        assert p == (pytest.approx(0.0013, abs=5e-5) if is_clear else 1)
        assert found.is_clear is is_clear

    def test_a_median_has_the_verdict_of_its_own_test_and_not_of_the_share_above_it(self, world: World) -> None:
        # 50, then 64 of 100 waited 40 s, others 10: above the 25 s of before is more by 2.02 standard errors
        for day, long in ((BEFORE, 50), (NOW, 64)):
            for wait_s, count in ((10, 100 - long), (40, long)):
                for _conversation in range(count):
                    said = [("visitor", f"{day} 10:00:00"), ("agent:Ana", f"{day} 10:00:{wait_s}")]
                    world.conversation(f"{day} 10:00", closed=f"{day} 10:30", channel="chat", messages=said)
        found, p = explained(world, "first_response_time"), chance_of(world, "first_response_time")

        assert (found.previous.value, found.total.value) == (50, 64)
        assert p == pytest.approx(0.087, abs=1e-3)
        assert not found.is_clear

    def test_of_a_mean_of_few_rows_it_is_welchs(self, world: World) -> None:
        # 20.0 and 28.2 s of six rows each: 2.36 standard errors by the variance over n, and 2.15 by that over n - 1
        for day, waits in ((BEFORE, (12, 15, 18, 22, 25, 28)), (NOW, (18, 23, 27, 30, 34, 37))):
            for wait_s in waits:
                said = [("visitor", f"{day} 10:00:00"), ("agent:Ana", f"{day} 10:00:{wait_s}")]
                world.conversation(f"{day} 10:00", closed=f"{day} 10:30", channel="chat", messages=said)
        found, p = explained(world, "first_response_time_mean"), chance_of(world, "first_response_time_mean")

        assert p == pytest.approx(0.060, abs=1e-3)
        assert not found.is_clear


class TestWhatIsNamed:
    def test_UN_16_where_both_are_better_and_the_whole_is_worse_it_is_the_mix(self, world: World) -> None:  # noqa: N802 - the case's name
        answers(world, (800, 720), (500, 460), channel="chat")
        answers(world, (200, 120), (500, 310), channel="e-mail")
        found = explained(world)

        assert points(sum(row.rate for row in found.rows), sum(row.mix for row in found.rows)) == [2, -9]
        assert all(row.rate > 0 for row in found.rows)
        assert change_of(found) == pytest.approx(-7)

    def test_UN_17_what_happened_everywhere_alike_has_no_name(self, world: World) -> None:  # noqa: N802 - the case's name
        answers(world, (500, 450), (500, 425), channel="a")
        answers(world, (300, 240), (300, 225), channel="b")
        answers(world, (200, 140), (200, 130), channel="c")
        found = explained(world)
        channels = by_key(found, "channel")

        assert points(*(channels[key].rate for key in "abc")) == [-2.5, -1.5, -1]
        assert [row.change for row in channels.values()] == pytest.approx([0, 0, 0], abs=1e-9)
        assert causes(found) == []
        assert found.unexplained == pytest.approx(-5)

    def test_UN_18_no_answer_in_other_words_is_a_cause(self, world: World) -> None:  # noqa: N802 - the case's name
        answers(world, (100, 90), (100, 50), channel="a", nps=3, automation="none")
        answers(world, (100, 90), (100, 90), channel="b", nps=9, automation="full")

        assert {row.cause for row in explained(world).rows} == {"channel", "automation"}
        assert {row.cause for row in explained(world, "automation_rate").rows} == {"channel"}


class TestOtherMeasures:
    def test_nps_is_taken_apart_in_points(self, world: World) -> None:
        for day, channel, nps, count in (
            (BEFORE, "a", 10, 60),
            (BEFORE, "a", 8, 40),
            (BEFORE, "b", 10, 100),
            (NOW, "a", 10, 20),
            (NOW, "a", 0, 80),
            (NOW, "b", 10, 100),
        ):
            for _answer in range(count):
                world.conversation(f"{day} 10:00", closed=f"{day} 10:30", nps=nps, channel=channel)
        found = explained(world, "nps")

        assert (found.unit, found.previous.value, found.total.value) == ("points", 80, 20)
        assert points(*(by_key(found, "channel")[key].part for key in "ab")) == [-60, 0]
        assert causes(found) == [("channel", "a")]

    def test_a_median_is_taken_apart_by_the_share_above_the_one_before(self, world: World) -> None:
        for day, channel, waits in (
            (BEFORE, "a", range(10, 60)),
            (BEFORE, "b", range(10, 60)),
            (NOW, "a", range(10, 60)),
            (NOW, "b", [59] * 50),
        ):
            for wait_s in waits:
                said = [("visitor", f"{day} 10:00:00"), ("agent:Ana", f"{day} 10:00:{wait_s}")]
                world.conversation(f"{day} 10:00", closed=f"{day} 10:30", channel=channel, messages=said)
        found = explained(world, "first_response_time")
        channels = by_key(found, "channel")

        assert (found.unit, found.previous.value, found.total.value) == ("percent", 50, 75)
        assert (channels["a"].value, channels["b"].value) == (50, 100)
        assert causes(found) == [("channel", "b")]
        assert points(channels["b"].step, found.unexplained) == [25, 0]

    def test_a_mean_is_taken_apart_in_its_own_unit(self, world: World) -> None:
        for day, channel, wait_s, count in (
            (BEFORE, "a", 10, 30),
            (BEFORE, "b", 20, 30),
            (BEFORE, "b", 30, 30),
            (NOW, "a", 10, 30),
            (NOW, "b", 40, 30),
            (NOW, "b", 50, 30),
        ):
            for _conversation in range(count):
                said = [("visitor", f"{day} 10:00:00"), ("agent:Ana", f"{day} 10:00:{wait_s}")]
                world.conversation(f"{day} 10:00", closed=f"{day} 10:30", channel=channel, messages=said)
        found = explained(world, "first_response_time_mean")

        assert (found.unit, found.previous.value) == ("seconds", 20)
        assert found.total.value == pytest.approx(100 / 3)
        assert by_key(found, "channel")["b"].rate == pytest.approx(40 / 3)
        assert causes(found) == [("channel", "b")]

    def test_every_indicator_is_taken_apart_or_refused(self, world: World) -> None:
        answers(world, (20, 18), (20, 10), nps=9, channel="a")
        world.import_()
        refused = set()
        for indicator in INDICATORS:
            try:
                explain_words(world.fact_store, indicator, WEEK, now=world.now)
            except NoParts:
                refused.add(indicator)

        assert refused == {
            *(
                "revenue",
                "average_basket",
                "response_time",
                "csat_distribution",
                "nps_distribution",
                "ces_distribution",
            ),
        }

    def test_where_a_period_has_no_rows_there_is_no_change(self, world: World) -> None:
        answers(world, (0, 0), (20, 10), channel="a")
        found = explained(world)

        assert (found.previous.value, found.total.value, found.rows, found.unexplained) == (None, 50, (), None)


class TestQuestion:
    def test_filters_and_scope_leave_rows_out_before_anything_is_compared(self, world: World) -> None:
        answers(world, (100, 90), (100, 50), channel="a", tags="x")
        answers(world, (100, 90), (100, 90), channel="a", tags="y")
        answers(world, (100, 90), (100, 10), channel="b", tags="y")
        found = explained(world, where=["channel=a"])

        assert {(row.cause, row.key) for row in found.rows} == {("tag", "x"), ("tag", "y")}
        assert (found.previous.n, found.total.n) == (200, 200)

    def test_who_is_kept_to_a_group_sees_no_row_of_another(self, world: World) -> None:
        answers(world, (100, 90), (100, 50), group="Lyon", tags="x")
        answers(world, (100, 90), (100, 90), group="Lyon;Lille", tags="y")
        answers(world, (100, 90), (100, 10), group="Lille", tags="y")
        world.import_()
        with world.store.read() as record:
            groups = {one.key: one.id for one in group_keys(record, [1])}
        every, own = (
            explain_words(world.fact_store, "csat", WEEK, now=world.now, within=within)
            for within in ((), (("group", (groups["Lyon"],)),))
        )

        assert {row.key for row in every.rows if row.cause == "group"} == {"Lyon", "Lille"}
        assert {row.key for row in own.rows} == {"x", "y"}
        assert (every.total.n, own.total.n) == (300, 200)

    def test_it_is_the_period_before_that_is_meant_unless_said(self, world: World) -> None:
        answers(world, (20, 18), (20, 10), channel="a")

        assert explained(world) == explained(world, compare=["previous"])

    def test_without_a_beginning_there_is_nothing_to_compare_with(self, world: World) -> None:
        answers(world, (20, 18), (20, 10))
        world.import_()
        with pytest.raises(NothingToCompare):
            explain_words(world.fact_store, "csat", {}, now=world.now)

    def test_the_object_has_the_keys_that_are_promised(self, world: World) -> None:
        answers(world, (100, 90), (100, 50), channel="a")
        answers(world, (100, 90), (100, 90), channel="b")
        found = json.loads(json.dumps(explained(world).as_json()))

        assert list(found) == ["indicator", "unit", "total", "previous", "rows", "unexplained"]
        assert " ".join(found["rows"][0]) == (
            "cause key label n value others difference change low high part mix rate others_moved status q clear "
            "order step groups"
        )
        assert found["total"] == {
            "value": 70,
            "n": 200,
            "low": pytest.approx(63.3, abs=0.1),
            "high": pytest.approx(75.9, abs=0.1),
        }
