"""Who gets which conversation, and what frees a slot."""

from pathlib import Path

import pytest
from sqlalchemy import insert

from ressenti.desk import attendance, desks, passing, setup, writing
from ressenti.desk.live_conversations import State
from ressenti.desk.offering import is_offered, queue_place
from ressenti.desk.passing import ToAgentGroup, ToDistributionGroup, ToRespondent, TransferTarget
from ressenti.desk.refusals import AlreadyAssigned, NoFreeSlot, NotAvailable, NotOffered, UnknownTarget
from ressenti.desk.sent_messages import Author
from ressenti.record import tables as t
from ressenti.record.write_transaction import WriteTransaction
from tests.support.live_shop import LiveShop


@pytest.fixture
def shop(tmp_path: Path) -> LiveShop:
    return LiveShop(tmp_path)


def test_a_first_message_goes_to_who_waited_longest(shop: LiveShop) -> None:
    shop.available("ana")
    shop.available("ben")

    for visitor in ("v1", "v2", "v3", "v4"):
        shop.says(visitor)

    assert [shop.owner(visitor) for visitor in ("v1", "v2", "v3", "v4")] == ["ana", "ben", "ana", "ben"]


def test_where_all_are_busy_one_waits_and_every_freed_slot_pulls_the_longest_waiting(shop: LiveShop) -> None:
    shop.available("ana")
    for visitor in ("v1", "v2", "v3", "v4"):
        shop.says(visitor)
    assert [shop.owner(visitor) for visitor in ("v3", "v4")] == [None, None]

    shop.closes("ana", "v1")
    assert (shop.owner("v3"), shop.owner("v4")) == ("ana", None)
    shop.pauses("ana", "v2")
    assert shop.owner("v4") == "ana"


def test_a_newcomer_does_not_overtake_who_waits(shop: LiveShop) -> None:
    shop.available("ana")
    for visitor in ("v1", "v2", "v3"):
        shop.says(visitor)

    shop.closes("ana", "v1")
    shop.says("v4")

    assert (shop.owner("v3"), shop.owner("v4")) == ("ana", None)


def test_nobody_is_offered_a_conversation_where_nobody_is_there(shop: LiveShop) -> None:
    with pytest.raises(NotOffered):
        shop.says("v1")

    shop.available("cleo")  # of another group
    with pytest.raises(NotOffered):
        shop.says("v1")

    with shop.store.read() as connection:
        assert not is_offered(connection, shop.rule, shop.chat, now=shop.now)


def test_a_full_queue_takes_no_more(tmp_path: Path) -> None:
    shop = LiveShop(tmp_path, queue_size=1, slots=1)
    shop.available("ana")
    shop.says("v1")
    shop.says("v2")

    with pytest.raises(NotOffered):
        shop.says("v3")
    assert shop.says("v2", "Still there").conversation_id == shop.of("v2").conversation_id


def test_places_in_the_queue_are_counted_anew_when_one_leaves(shop: LiveShop) -> None:
    shop.available("ana")
    for visitor in ("v1", "v2", "v3", "v4", "v5"):
        shop.says(visitor)

    def places() -> list[int | None]:
        with shop.store.read() as connection:
            found = [queue_place(connection, shop.of(visitor)) for visitor in ("v3", "v4", "v5")]
        return [place and place.position for place in found]

    assert places() == [1, 2, 3]
    shop.closes("ana", "v1")
    assert places() == [None, 1, 2]


def test_one_takes_it_and_all_others_are_told_that_it_is_gone(shop: LiveShop) -> None:
    shop.available("ana")
    for visitor in ("v1", "v2", "v3"):
        shop.says(visitor)

    assert shop.takes("ben", "v3").respondent_id == shop.agents["ben"]
    with pytest.raises(AlreadyAssigned):
        shop.takes("cleo", "v3")
    assert shop.takes("ben", "v3").version == shop.of("v3").version


def test_nobody_takes_more_than_their_slots(tmp_path: Path) -> None:
    shop = LiveShop(tmp_path, slots=1)
    shop.available("ana")
    shop.says("v1")
    shop.says("v2")

    with pytest.raises(NoFreeSlot):
        shop.takes("ana", "v2")


def test_a_cascade_asks_the_next_group_when_the_first_has_not_taken_it(shop: LiveShop) -> None:
    with shop.writing() as tx:
        setup.set_rule(tx, "shop", ("sales", "returns"), next_after_us=30_000_000)
    shop.available("ana", "ben", "cleo")
    for visitor in ("v1", "v2", "v3", "v4"):
        shop.says(visitor)
    assert {shop.owner(visitor) for visitor in ("v1", "v2", "v3", "v4")} == {"ana", "ben"}

    shop.says("v5")
    assert shop.owner("v5") == "cleo"  # the first group that has somebody, at once

    shop.says("v6")
    shop.says("v7")
    assert (shop.owner("v6"), shop.owner("v7")) == ("cleo", None)
    shop.wait(31)
    shop.closes("cleo", "v5")
    assert shop.owner("v7") == "cleo"


def test_fair_gives_it_to_the_group_with_most_free_slots(shop: LiveShop) -> None:
    with shop.writing() as tx:
        setup.set_rule(tx, "shop", ("sales", "returns"), is_cascade=False)
    shop.available("ana")
    shop.says("v1")
    shop.available("cleo")

    shop.says("v2")

    assert shop.owner("v2") == "cleo"


def transfer(shop: LiveShop, key: str, visitor: str, to: TransferTarget, **how: object) -> None:
    with shop.writing() as tx:
        passing.transfer(tx, shop.of(visitor).conversation_id, shop.agents[key], to, **how)  # type: ignore[arg-type]


def test_a_transfer_to_a_colleague_who_is_there_is_theirs_at_once(shop: LiveShop) -> None:
    shop.available("ana")
    shop.says("v1")
    shop.available("cleo")

    transfer(shop, "ana", "v1", ToRespondent(shop.agents["cleo"]), comment="Please look")

    assert shop.owner("v1") == "cleo"
    assert shop.kinds("v1")[-2:] == ["conversation.transferred", "conversation.assigned"]


def test_a_transfer_to_who_is_away_is_refused_or_waits_for_them_a_day(shop: LiveShop) -> None:
    shop.available("ana")
    shop.says("v1")
    away = ToRespondent(shop.agents["cleo"])

    with pytest.raises(NotAvailable, match="Cleo"):
        transfer(shop, "ana", "v1", away)
    transfer(shop, "ana", "v1", away, may_wait=True)
    assert (shop.owner("v1"), shop.of("v1").reserved_for_respondent_id) == (None, shop.agents["cleo"])

    shop.available("cleo")
    assert shop.owner("v1") == "cleo"


def test_what_waits_for_one_who_does_not_come_goes_to_its_group_after_a_day(shop: LiveShop) -> None:
    shop.available("ana", "ben")
    shop.says("v1")
    transfer(shop, "ana", "v1", ToRespondent(shop.agents["cleo"]), may_wait=True)

    shop.wait(23 * 3600)
    assert shop.owner("v1") is None
    shop.wait(2 * 3600)
    assert shop.owner("v1") in {"ana", "ben"}


def test_lv_16_a_transfer_to_a_group_that_is_full_waits_and_frees_the_senders_slot(tmp_path: Path) -> None:
    shop = LiveShop(tmp_path, slots=1)
    shop.available("ana")
    shop.says("v1")
    shop.says("v2")
    assert shop.owner("v2") is None
    shop.available("cleo")
    route = writing.Route(shop.chat, returns_rule(shop))
    with shop.writing() as tx:
        writing.write_as_visitor(tx, shop.visitors["v9"], "c9", "Hi", route)
    assert shop.owner("v9") == "cleo"

    transfer(shop, "ana", "v1", ToDistributionGroup(shop.returns), comment="canary")

    assert (shop.owner("v1"), shop.owner("v2")) == (None, "ana")
    shop.available("ben")  # the second desk of that group signs in
    assert shop.owner("v1") == "ben"


def returns_rule(shop: LiveShop) -> int:
    with shop.writing() as tx:
        return setup.set_rule(tx, "returns", ("returns",))


def test_lv_03_four_messages_at_once_begin_one_conversation_that_names_the_one_before(shop: LiveShop) -> None:
    shop.available("ana")
    first = shop.says("v1")
    shop.closes("ana", "v1")

    sent = [shop.says("v1", f"message {n}") for n in range(4)]

    assert len({one.conversation_id for one in sent}) == 1
    assert sent[0].conversation_id != first.conversation_id
    assert shop.kinds("v1").count("conversation.opened") == 1
    assert shop.of("v1").state is State.ASSIGNED


def test_a_transfer_to_an_agent_group_waits_for_its_members_alone_and_a_day_at_most(shop: LiveShop) -> None:
    with shop.writing() as tx:
        experts = setup.names_of(tx).groups.ensure(tx.connection, ("Experts",))["Experts"]
        put_into(tx, shop.agents["ben"], experts)
    shop.available("ana")
    shop.says("v1")

    transfer(shop, "ana", "v1", ToAgentGroup(experts))
    assert shop.owner("v1") is None
    with pytest.raises(AlreadyAssigned):
        shop.takes("ana", "v1")
    shop.available("ben")
    assert shop.owner("v1") == "ben"

    shop.available("ben", is_available=False)
    transfer(shop, "ben", "v1", ToAgentGroup(experts))
    shop.wait(25 * 3600)
    assert shop.owner("v1") == "ana"


def put_into(tx: WriteTransaction, respondent: int, group: int) -> None:
    tx.connection.execute(insert(t.membership).values(respondent_id=respondent, group_id=group))


def test_a_transfer_to_nobody_is_refused_and_changes_nothing(shop: LiveShop) -> None:
    shop.available("ana")
    shop.says("v1")
    told = len(shop.told())

    for nobody in (ToRespondent(99_999), ToAgentGroup(99_999), ToDistributionGroup(99_999)):
        with pytest.raises(UnknownTarget):
            transfer(shop, "ana", "v1", nobody, may_wait=True)
    assert (shop.owner("v1"), len(shop.told())) == ("ana", told)


def test_more_slots_take_what_waits(shop: LiveShop) -> None:
    shop.available("ana")
    for visitor in ("v1", "v2", "v3"):
        shop.says(visitor)

    with shop.writing() as tx:
        attendance.set_slots(tx, shop.agents["ana"], {shop.chat: 5})
    assert shop.owner("v3") == "ana"


def test_a_bot_is_given_conversations_without_a_sign_of_life_and_writes_as_one(shop: LiveShop) -> None:
    with shop.writing() as tx:
        setup.set_distribution_group(tx, "sales", ("robo",))
        desks.choose(tx, shop.bot, {shop.chat: True})
    shop.wait(300)

    sent = shop.says("v1")
    assert shop.owner("v1") == "robo"
    with shop.writing() as tx:
        answer = writing.write_as_respondent(tx, sent.conversation_id, Author("bot", None, shop.bot), "b1", "Hello!")
    assert answer.at > sent.at
