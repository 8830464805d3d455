"""How conversations end, and what nobody closes by time."""

from pathlib import Path

import pytest

from ressenti.desk import closing
from ressenti.desk.live_conversations import State
from ressenti.desk.refusals import ConversationIsClosed, NotOwner
from tests.support.live_shop import LiveShop


@pytest.fixture
def shop(tmp_path: Path) -> LiveShop:
    shop = LiveShop(tmp_path)
    shop.available("ana")
    return shop


def ended_by_visitor(shop: LiveShop, visitor: str) -> None:
    with shop.writing() as tx:
        closing.close_as_visitor(tx, shop.visitors[visitor])


def test_closed_twice_is_closed_once(shop: LiveShop) -> None:
    shop.says("v1")
    first = shop.closes("ana", "v1", note="All done", tags=())
    again = shop.closes("ana", "v1")

    assert again == first
    assert shop.kinds("v1").count("conversation.closed") == 1


def test_only_who_has_it_closes_it_and_nobody_writes_in_it_afterwards(shop: LiveShop) -> None:
    shop.says("v1")
    with pytest.raises(NotOwner):
        shop.closes("ben", "v1")

    shop.closes("ana", "v1")
    with pytest.raises(ConversationIsClosed):
        shop.answers("ana", "v1")


def test_lv_22_the_visitor_ends_it_or_leaves_the_queue_and_a_second_press_changes_nothing(shop: LiveShop) -> None:
    for visitor in ("v1", "v2", "v3"):
        shop.says(visitor)
    ended_by_visitor(shop, "v3")
    ended_by_visitor(shop, "v1")
    told = len(shop.told())
    ended_by_visitor(shop, "v1")

    assert (shop.of("v3").state, shop.of("v1").state) == (State.CLOSED, State.CLOSED)
    assert len(shop.told()) == told
    assert [one.ended_by for one in shop.handlings("v1")] == [None]  # nobody of ours closed it


def test_lv_18_only_what_somebody_has_and_where_we_wrote_last_is_closed_by_time(shop: LiveShop) -> None:
    shop.available("ben")
    for visitor in ("v1", "v2", "v3", "v4", "v5"):
        shop.says(visitor)
    owners = {visitor: shop.owner(visitor) for visitor in ("v1", "v2", "v3", "v4")}
    assert shop.owner("v5") is None
    for visitor in ("v1", "v2", "v4"):
        shop.answers(str(owners[visitor]), visitor)
    shop.pauses(str(owners["v1"]), "v1", hours=240)  # (a) paused, and v5 takes its slot
    shop.says("v4", "Thank you")  # (c) the visitor wrote last

    shop.wait(8 * 24 * 3600)

    assert shop.of("v1").state is State.PAUSED
    assert shop.of("v2").state is State.CLOSED  # (d) we wrote last
    assert [shop.of(visitor).state for visitor in ("v3", "v4", "v5")] == [State.ASSIGNED] * 3
    assert '"by": "system"' in str([one.detail for one in shop.told() if one.kind == "conversation.closed"])


def test_the_clock_of_what_was_paused_starts_at_its_return(shop: LiveShop) -> None:
    shop.says("v1")
    shop.answers("ana", "v1")
    shop.pauses("ana", "v1", hours=48)

    shop.wait(49 * 3600)
    assert shop.of("v1").state is State.ASSIGNED
    shop.wait(24 * 3600)
    assert shop.of("v1").state is State.CLOSED


def test_a_visitor_who_writes_after_closing_begins_a_new_one_that_names_the_one_before(shop: LiveShop) -> None:
    shop.says("v1")
    shop.closes("ana", "v1")
    shop.says("v1", "One more thing")

    assert shop.previous("v1") is not None
    assert shop.of("v1").state is State.ASSIGNED
