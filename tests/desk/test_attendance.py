"""Who is at their desk, and what becomes of the conversations of who is gone."""

from pathlib import Path

import pytest

from ressenti.desk import attendance, desks
from ressenti.desk.live_conversations import State
from ressenti.desk.refusals import NotOffered
from tests.support.live_shop import LiveShop


@pytest.fixture
def shop(tmp_path: Path) -> LiveShop:
    shop = LiveShop(tmp_path)
    shop.available("ana")
    return shop


def test_lv_11_without_a_sign_of_life_for_75_seconds_nobody_is_given_a_conversation(shop: LiveShop) -> None:
    shop.wait(70, beating=())
    shop.says("v1")
    assert shop.owner("v1") == "ana"

    shop.wait(30, beating=())
    with pytest.raises(NotOffered):
        shop.says("v2")
    assert [one.kind for one in shop.told()][-1] == "availability.changed"


def test_lv_13_what_they_chose_stays_through_absence_and_holds_again_at_the_next_sign_of_life(shop: LiveShop) -> None:
    shop.wait(600, beating=())
    with shop.writing() as tx:
        attendance.heartbeat(tx, shop.agents["ana"])
    shop.says("v1")
    assert shop.owner("v1") == "ana"

    shop.available("ana", is_available=False)
    for _reload in range(10):
        with shop.writing() as tx:
            attendance.heartbeat(tx, shop.agents["ana"])
    with pytest.raises(NotOffered):
        shop.says("v2")


def test_lv_14_what_the_visitor_waits_for_goes_back_to_the_queue_of_the_same_group_at_its_old_place(
    shop: LiveShop,
) -> None:
    shop.says("v1")
    since = shop.of("v1").waiting_since
    shop.wait(400, beating=())

    live = shop.of("v1")
    assert (live.state, live.waiting_since, live.distribution_group_id) == (State.QUEUED, since, shop.sales)
    assert [one.ended_by for one in shop.handlings("v1")] == ["transferred"]

    with shop.writing() as tx:
        attendance.heartbeat(tx, shop.agents["ana"])
    assert shop.owner("v1") == "ana"


def test_what_we_answered_stays_with_who_is_gone(shop: LiveShop) -> None:
    shop.says("v1")
    shop.answers("ana", "v1")
    shop.wait(400, beating=())

    assert shop.owner("v1") == "ana"


def test_lv_15_what_a_disabled_person_has_goes_to_its_queues_and_the_system_did_it(shop: LiveShop) -> None:
    for visitor in ("v1", "v2"):
        shop.says(visitor)
    shop.pauses("ana", "v1", hours=24)
    shop.says("v3")
    with shop.writing() as tx:
        attendance.withdraw(tx, shop.agents["ana"])

    assert [shop.of(visitor).state for visitor in ("v1", "v2", "v3")] == [State.QUEUED] * 3
    transferred = [one.detail for one in shop.told() if one.kind == "conversation.transferred"]
    assert all('"by": null' in str(detail) for detail in transferred)
    assert len(transferred) == 2
    shop.available("ben")
    assert [shop.owner(visitor) for visitor in ("v1", "v2", "v3")] == ["ben", "ben", None]


def test_busy_is_computed_from_the_slots_that_are_taken(shop: LiveShop) -> None:
    for visitor in ("v1", "v2"):
        shop.says(visitor)

    with shop.store.read() as connection:
        (desk,) = desks.channels_of(connection, shop.agents["ana"])

    assert (desk.slots, desk.taken, desk.is_busy, desk.is_available) == (2, 2, True, True)
