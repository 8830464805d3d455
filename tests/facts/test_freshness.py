"""How fresh the facts are: the journal entry they hold last, and how long another has been waiting."""

from datetime import UTC, datetime

from ressenti.facts.freshness import Freshness, freshness
from ressenti.kit.clock import SECOND
from tests.support.scenario import World


def test_an_empty_record_holds_nothing_and_is_behind_nothing(world: World) -> None:
    found = freshness(world.fact_store)

    assert found == Freshness(number=0, at=None, waiting_since=None)
    assert found.when("Europe/Paris") is None
    assert found.behind_s(world.now) == 0


def test_facts_that_have_caught_up_are_0_s_behind(world: World) -> None:
    world.rate({5: 3})
    as_of = world.answer("csat").as_of

    found = freshness(world.fact_store)

    assert found.number == as_of > 0
    assert found.at == world.now
    assert found.behind_s(world.now + 3600 * SECOND) == 0


def test_what_was_written_since_waits_from_the_moment_it_was_written(world: World) -> None:
    world.rate({5: 3})
    before = world.answer("csat").as_of
    first = world.now
    for _again in range(2):
        world.now += 10 * SECOND
        world.conversation(csat=1)
        world.import_()

    found = freshness(world.fact_store)

    assert (found.number, found.at) == (before, first)
    assert found.behind_s(world.now) == 10
    assert found.behind_s(world.now + 90 * SECOND) == 100

    world.answer("csat")

    caught_up = freshness(world.fact_store)
    assert (caught_up.at, caught_up.behind_s(world.now)) == (world.now, 0)
    assert caught_up.number > before


def test_the_project_that_waits_longest_decides(world: World) -> None:
    world.settle(project="a", zone="UTC").settle(project="b", zone="UTC")
    world.read("csat")
    start = world.now
    for seconds, project in ((5, "b"), (30, "a")):
        world.now = start + seconds * SECOND
        world.settle(project=project, zone="Europe/Paris")

    found = freshness(world.fact_store)

    assert found.waiting_since == start + 5 * SECOND
    assert found.at == start


def test_a_moment_is_told_on_the_clock_of_the_zone() -> None:
    at = datetime(2026, 11, 22, 8, 42, tzinfo=UTC)

    found = Freshness(number=90_871, at=int(at.timestamp()) * SECOND)

    assert str(found.when("Europe/Paris")) == "2026-11-22 09:42:00+01:00"


def test_a_clock_set_back_never_makes_a_wait_negative() -> None:
    assert Freshness(number=1, at=5, waiting_since=10 * SECOND).behind_s(3 * SECOND) == 0


def test_damaged_facts_are_mended_for_the_asking(world: World) -> None:
    world.rate({5: 3})
    as_of = world.answer("csat").as_of

    with world.alone():
        next(world.folder.glob("*.duckdb")).unlink()

    assert freshness(world.fact_store).number == as_of
