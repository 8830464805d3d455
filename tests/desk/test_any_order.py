"""Whatever happens in whatever order, nobody waits beside somebody who is free, and nothing has two owners."""

import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import literal, select

from ressenti.desk import attendance, closing, desks, passing, pausing, routing, setup, writing
from ressenti.desk.live_conversations import COLUMNS, LiveConversation, State, of_row
from ressenti.desk.passing import ToDistributionGroup, ToRespondent
from ressenti.desk.sent_messages import AGENT, Author
from ressenti.facts.load import load_all
from ressenti.kit.refusals import Refusal
from ressenti.record import tables as t
from ressenti.record.projects import find_project
from ressenti.record.write_transaction import WriteTransaction
from tests.support.environment import rounds
from tests.support.live_shop import AGENTS, LiveShop

STEPS = 50


def some_step(shop: LiveShop, chance: random.Random) -> Callable[[], object]:
    visitor, key, other = f"v{chance.randrange(8)}", chance.choice(AGENTS), chance.choice(AGENTS)
    live = next((one for one in open_conversations(shop) if chance.random() < 0.4), None)
    owner = next((name for name, own in shop.agents.items() if live and own == live.respondent_id), key)
    target = chance.choice(
        [
            ToRespondent(shop.agents[other]),
            ToDistributionGroup(chance.choice([shop.sales, shop.returns])),
        ]
    )

    def acting(action: Callable[..., object], *how: object, **more: object) -> object:
        assert live is not None
        with shop.writing() as tx:
            return action(tx, live.conversation_id, shop.agents[owner], *how, **more)

    steps: list[Callable[[], object]] = [
        lambda: shop.says(visitor),
        lambda: shop.says(visitor),
        lambda: shop.available(key, is_available=chance.random() < 0.7),
        lambda: shop.wait(chance.choice([30, 100, 400, 90_000]), beating=tuple(chance.sample(AGENTS, 2))),
    ]
    if live is not None:
        steps += [
            lambda: acting(closing.close_as_respondent),
            lambda: acting(closing.close_as_respondent),
            lambda: acting(passing.take),
            lambda: acting(passing.transfer, target, may_wait=chance.random() < 0.5),
            lambda: acting(pausing.pause, until=shop.now + 120_000_000, is_kept=chance.random() < 0.5),
            lambda: acting(pausing.resume),
            lambda: acting(answer),
            lambda: withdrawn(shop, key) if chance.random() < 0.2 else None,
        ]
    return chance.choice(steps)


def answer(tx: WriteTransaction, conversation: int, respondent: int) -> None:
    writing.write_as_respondent(tx, conversation, Author(AGENT, None, respondent), str(uuid4()), "Yes?")


def withdrawn(shop: LiveShop, key: str) -> None:
    with shop.writing() as tx:
        attendance.withdraw(tx, shop.agents[key])


def open_conversations(shop: LiveShop) -> list[LiveConversation]:
    with shop.store.read() as connection:
        rows = connection.execute(select(*COLUMNS).where(t.live_conversation.c.state != State.CLOSED))
        return [of_row(row) for row in rows]


def check(shop: LiveShop) -> None:
    """Look at the invariants; raises AssertionError."""
    handling, waits = t.handling.c, t.live_conversation_queue.c
    with shop.store.read() as connection:
        held = Counter(one.respondent_id for one in open_conversations(shop) if one.state is State.ASSIGNED)
        for key, agent in shop.agents.items():
            (desk,) = desks.channels_of(connection, agent)
            assert held[agent] <= desk.slots, key
        for one in open_conversations(shop):
            own = handling.conversation_id == one.conversation_id
            unended = connection.execute(select(handling.respondent_id).where(own, handling.ended_at.is_(None)))
            assert list(unended.scalars()) == ([one.respondent_id] if one.state is State.ASSIGNED else []), one
            groups = connection.execute(
                select(waits.distribution_group_id).where(waits.conversation_id == one.conversation_id)
            ).scalars()
            if one.state is not State.QUEUED:
                assert list(groups) == [], one
                continue
            last = connection.execute(select(handling.respondent_id).where(own).order_by(handling.id.desc()).limit(1))
            just_had_it = last.scalar()  # who passes one on is not given it back at once
            free = {desk.respondent_id for desk in desks.free_desks(connection, list(groups), one.channel_id)}
            assert one.reserved_for_group_id is not None or free <= {just_had_it}, one


def live_through(folder: Path, seed: int) -> LiveShop:
    """Do fifty things that a seed chooses, and look at the invariants after each."""
    chance = random.Random(seed)
    shop = LiveShop(folder, slots=chance.choice([1, 2]))
    if chance.random() < 0.5:
        with shop.writing() as tx:
            setup.set_rule(tx, "shop", ("sales", "returns"), is_cascade=chance.random() < 0.5)
    for _step in range(STEPS):
        with suppress(Refusal):
            some_step(shop, chance)()
        check(shop)
    return shop


@pytest.mark.parametrize("seed", range(rounds(4, nightly=300)))
def test_in_any_order_there_is_one_owner_no_more_than_the_slots_and_nobody_waits_for_who_is_free(
    tmp_path: Path, seed: int
) -> None:
    shop = live_through(tmp_path, seed)

    numbers = [one.seq for one in shop.told()]
    assert numbers == list(range(1, len(numbers) + 1))
    with shop.store.read() as connection:
        loaded = [one for batch in load_all(connection, find_project(connection, "shop")) for one in batch]
    for conversation in loaded:
        moments = [message.at for message in conversation.messages]
        assert moments == sorted(set(moments))


@pytest.mark.parametrize("weakened", ["assign_waiting", "_taken"])
def test_where_slots_are_not_filled_or_not_counted_it_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, weakened: str
) -> None:
    if weakened == "assign_waiting":
        monkeypatch.setattr(routing, "assign_waiting", lambda *_args, **_options: None)
    else:
        monkeypatch.setattr(desks, "_taken", lambda: literal(0))

    with pytest.raises(AssertionError):
        for seed in range(8):
            (tmp_path / str(seed)).mkdir()
            live_through(tmp_path / str(seed), seed)
