"""How the facts follow the journal: each thing once, in parts, and the same as if measured anew."""

import pytest

from ressenti.facts import projector
from ressenti.facts.verify import verify
from ressenti.record.journal import EventKind, read_after
from tests.support.scenario import World


def test_what_changed_twice_is_followed_once_where_it_changed_last(world: World) -> None:
    world.conversation(conversation_id="first", messages=[("visitor", "10:00")])
    world.conversation(conversation_id="second")
    world.import_()  # the journal: first, second, then first again for its message

    with world.store.read() as connection:
        followed = list(read_after(connection, 1, 0))

    assert [(entry.kind, entry.subject_id) for entry in followed] == [
        (EventKind.CONVERSATION_CHANGED, 2),
        (EventKind.CONVERSATION_CHANGED, 1),
    ]
    assert [entry.seq for entry in followed] == [2, 3]


def test_a_change_that_touches_everything_is_followed_in_parts(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for day in range(1, 8):
        world.conversation(sales=[("10:10", 10.0 * day)])
        world.survey(None, f"2024-05-0{day} 12:00", nps=9)
    assert world.read("revenue").value == 280
    monkeypatch.setattr(projector, "BATCH", 2)

    world.settle(currency="USD", satisfied={"10": (9, 10)})
    world.conversation(sales=[("10:10", 5.0)])

    assert world.read("revenue").value == 285
    assert world.fact_store.using(lambda facts: verify(world.store, facts)).is_right
