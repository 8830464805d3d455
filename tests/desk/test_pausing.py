"""Conversations that are put aside, and how they come back."""

from pathlib import Path

import pytest

from ressenti.desk import passing, pausing
from ressenti.desk.live_conversations import State
from ressenti.desk.passing import ToRespondent
from ressenti.desk.refusals import AlreadyPaused, BadPause, NoFreeSlot, NotKept
from ressenti.kit.clock import DAY, HOUR
from tests.support.live_shop import LiveShop


@pytest.fixture
def shop(tmp_path: Path) -> LiveShop:
    shop = LiveShop(tmp_path)
    shop.available("ana")
    shop.says("v1")
    return shop


def resume(shop: LiveShop, key: str, visitor: str) -> None:
    with shop.writing() as tx:
        pausing.resume(tx, shop.of(visitor).conversation_id, shop.agents[key])


def test_it_comes_back_to_who_kept_it_when_its_time_is_up(shop: LiveShop) -> None:
    shop.pauses("ana", "v1", hours=3)
    shop.wait(2.9 * 3600)
    assert shop.of("v1").state is State.PAUSED

    shop.wait(0.2 * 3600)

    assert shop.owner("v1") == "ana"
    assert shop.kinds("v1")[-2:] == ["conversation.resumed", "conversation.assigned"]


def test_it_comes_back_as_soon_as_the_visitor_writes(shop: LiveShop) -> None:
    shop.pauses("ana", "v1", hours=24)
    shop.says("v1", "One more thing")

    assert shop.owner("v1") == "ana"
    shop.wait(25 * 3600)
    assert shop.kinds("v1").count("conversation.resumed") == 1


def test_the_visitor_wrote_and_they_are_away_so_it_is_on_their_list_all_the_same(shop: LiveShop) -> None:
    shop.pauses("ana", "v1")
    shop.available("ana", is_available=False)
    shop.says("v1", "Still there?")

    assert shop.owner("v1") == "ana"


def test_lv_19_what_was_not_kept_goes_to_the_group_at_once_and_comes_back_only_once(shop: LiveShop) -> None:
    shop.available("ben")
    shop.pauses("ana", "v1", hours=24, is_kept=False)
    shop.available("ana", is_available=False)
    shop.wait(3600, beating=("ben",))

    shop.says("v1", "I am back")
    assert shop.owner("v1") == "ben"
    shop.answers("ben", "v1")
    shop.closes("ben", "v1")
    before = shop.kinds("v1")
    shop.wait(24 * 3600, beating=("ben",))

    assert shop.kinds("v1") == before
    assert before.count("conversation.resumed") == 1


def test_kept_and_its_time_is_up_while_they_are_away_it_waits_a_day_and_then_goes_to_the_group(shop: LiveShop) -> None:
    shop.available("ben")
    shop.pauses("ana", "v1", hours=3)
    shop.available("ana", is_available=False)

    shop.wait(4 * 3600)
    assert (shop.of("v1").state, shop.of("v1").reserved_for_respondent_id) == (State.QUEUED, shop.agents["ana"])
    shop.wait(24 * 3600)
    assert shop.owner("v1") == "ben"


def test_early_only_by_who_kept_it_and_only_with_a_free_slot(shop: LiveShop) -> None:
    paused = shop.pauses("ana", "v1", hours=24)
    with pytest.raises(NotKept):
        resume(shop, "ben", "v1")
    shop.says("v2")
    shop.says("v3")
    with pytest.raises(NoFreeSlot):
        resume(shop, "ana", "v1")

    shop.closes("ana", "v2")
    resume(shop, "ana", "v1")

    assert shop.owner("v1") == "ana"
    assert shop.of("v1").paused_until == paused.returns_at


def test_a_pause_ends_within_ninety_days_and_not_in_the_past(shop: LiveShop) -> None:
    for until in (shop.now - HOUR, shop.now + 91 * DAY):
        with pytest.raises(BadPause), shop.writing() as tx:
            pausing.pause(tx, shop.of("v1").conversation_id, shop.agents["ana"], until=until, is_kept=True)

    shop.pauses("ana", "v1")
    with pytest.raises(AlreadyPaused):
        shop.pauses("ana", "v1")


def test_every_return_opens_a_new_handling(shop: LiveShop) -> None:
    shop.pauses("ana", "v1")
    shop.says("v1", "Again")
    shop.closes("ana", "v1")

    assert [(one.ended_by, one.ended_at is not None) for one in shop.handlings("v1")] == [
        ("paused", True),
        ("closed", True),
    ]


def test_what_they_answered_since_its_return_stays_theirs(shop: LiveShop) -> None:
    shop.available("ben")
    shop.pauses("ana", "v1", hours=3)
    shop.available("ana", is_available=False)
    shop.wait(4 * 3600)
    shop.takes("ana", "v1")
    shop.answers("ana", "v1")
    shop.says("v1", "One more thing")

    shop.wait(26 * 3600)

    assert shop.owner("v1") == "ana"


def test_what_was_passed_on_since_is_not_taken_from_who_has_it(shop: LiveShop) -> None:
    shop.available("ben")
    shop.pauses("ana", "v1", hours=24)
    shop.says("v1", "Hello again")
    shop.wait(23.5 * 3600)
    with shop.writing() as tx:
        passing.transfer(tx, shop.of("v1").conversation_id, shop.agents["ana"], ToRespondent(shop.agents["ben"]))

    shop.wait(3600)

    assert shop.owner("v1") == "ben"
