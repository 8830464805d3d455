"""What is worth reading first: each point of it, counted by hand on a few conversations, and in words."""

from collections.abc import Iterator
from typing import Any

import pytest

from ressenti.facts.engines.engine import Engine
from ressenti.indicators.drilldown import everything
from ressenti.indicators.model import Question
from ressenti.indicators.paging import page
from ressenti.indicators.worth_reading import (
    COMMENTED_LOW,
    LONG_WAIT,
    LOW,
    LOWEST,
    WROTE_OFTEN,
    ReadingReasons,
    long_waits,
    reading_order,
)
from ressenti.kit.clock import MINUTE
from ressenti.record.conversations import source_ids
from ressenti.reports.conversations.reading_words import reason_words
from tests.support.scenario import World


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Make quick chats, a slow one, and what else makes a conversation worth reading."""
    made = World(tmp_path_factory.mktemp("queue")).settle(zone="UTC")
    for i in range(20):
        opened = f"2024-05-{1 + i:02} 10:00"
        messages = [("visitor", opened), ("agent:Ana", f"{opened[:-2]}0{1 + i % 2}")]
        made.conversation(opened, closed=f"{opened[:-2]}30", messages=messages, channel="Chat", conversation_id=f"q{i}")
    talk(made, "slow", "2024-06-01", waited=42)
    talk(made, "mailed", "2024-06-01", waited=42, channel="E-mail")
    talk(made, "lowest", "2024-06-02")
    made.survey("lowest", "2024-06-02 11:00", csat=1, comment="Nobody listened.")
    talk(made, "low", "2024-06-03")
    made.survey("low", "2024-06-03 11:00", csat=2, nps=3)
    talk(made, "detractor", "2024-06-04")
    made.survey("detractor", "2024-06-04 11:00", csat=4, nps=6, comment="Rather not.")
    talk(made, "praised", "2024-06-05")
    made.survey("praised", "2024-06-05 11:00", csat=5, nps=10, comment="Quick.")
    for on, key in ((10, "first"), (13, "again"), (16, "third"), (26, "much later")):
        talk(made, key, f"2024-06-{on}", visitor_id="v1", topic="Returns")
    talk(made, "other matter", "2024-06-14", visitor_id="v1", topic="Payment")
    assert made.import_().total.rejected == 0
    yield made
    made.close()


def talk(world: World, key: str, on: str, *, waited: int = 1, channel: str = "Chat", **columns: Any) -> None:
    """Add a conversation whose first answer came after so many minutes."""
    messages = [("visitor", f"{on} 10:00"), ("agent:Ana", f"{on} 10:{waited:02}")]
    world.conversation(
        f"{on} 10:00", closed=f"{on} 10:50", messages=messages, channel=channel, conversation_id=key, **columns
    )


def read(world: World) -> tuple[list[str], dict[str, ReadingReasons]]:
    """Return the conversations in the order they are to be read in, and why."""

    def ask(facts: Engine) -> tuple[list[str], dict[str, ReadingReasons]]:
        with world.store.read() as record:
            waits = long_waits(facts, record, within=(), now=world.now)
            with facts.snapshot() as view:
                condition = everything(Question(indicator="conversations", now=world.now), view, record).condition
                order = reading_order(waits, condition, view)
                ids = page(view, condition, order.order, size=100) or []
                called = source_ids(record, ids)
                reasons = {called[own_id].key: why for own_id, why in order.reasons(ids).items()}
                return [called[own_id].key for own_id in ids], reasons

    return world.fact_store.using(ask)


def test_the_most_points_come_first_and_of_as_many_the_latest(world: World) -> None:
    order, reasons = read(world)

    assert order[:10] == [
        *("lowest", "detractor", "third", "first", "low", "again", "slow", "praised"),
        *("much later", "other matter"),
    ]
    assert [reasons[key].points for key in order[:10]] == [11, 10, 3, 3, 3, 2, 2, 1, 0, 0]


def test_a_low_rating_with_a_comment_has_more_than_everything_without_one() -> None:
    assert LOW + COMMENTED_LOW > LOWEST + LONG_WAIT + WROTE_OFTEN


def test_a_rating_is_a_reason_where_it_is_low(world: World) -> None:
    _order, reasons = read(world)

    assert reasons["lowest"] == ReadingReasons(points=11, rating=1, has_comment=True)
    assert reasons["low"] == ReadingReasons(points=3, rating=2, nps_rating=3)
    assert reasons["detractor"] == ReadingReasons(points=10, nps_rating=6, has_comment=True)
    assert reasons["praised"] == ReadingReasons(points=1, has_comment=True)


def test_a_wait_is_long_beside_those_of_its_channel(world: World) -> None:
    """Nine in ten chats waited two minutes at most; the only e-mail is as slow as e-mails are."""
    _order, reasons = read(world)

    assert reasons["slow"] == ReadingReasons(points=2, wait_us=42 * MINUTE)
    assert reasons["mailed"] == ReadingReasons(points=0)


def test_whoever_came_back_about_the_same_matter_within_seven_days_is_a_reason(world: World) -> None:
    _order, reasons = read(world)

    assert reasons["first"] == ReadingReasons(points=3, later=2)
    assert reasons["again"] == ReadingReasons(points=2, earlier=1, later=1)
    assert reasons["third"] == ReadingReasons(points=3, earlier=2)
    assert reasons["much later"] == reasons["other matter"] == ReadingReasons(points=0)


def test_reasons_are_said_in_words() -> None:
    assert reason_words(ReadingReasons(points=0)) == []
    assert reason_words(ReadingReasons(points=0, rating=1, nps_rating=0, has_comment=True)) == [
        "rated 1 of 5, with a comment"
    ]
    assert reason_words(ReadingReasons(points=0, nps_rating=6)) == ["recommendation 6 of 10"]
    assert reason_words(ReadingReasons(points=0, has_comment=True)) == ["left a comment"]
    assert reason_words(ReadingReasons(points=0, wait_us=42 * MINUTE, earlier=2, later=1)) == [
        "waited 42\u00a0minutes for the first answer",
        "wrote 3 times in 7 days",
        "came back 1 time within 7 days",
    ]
    assert reason_words(ReadingReasons(points=0, rating=2, later=2), language="fr") == [
        "note de 2 sur 5",
        "2 nouveaux contacts en 7 jours",
    ]
