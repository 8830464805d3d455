"""How often a visitor wrote about the same matter, and the chain of their conversations, on the page of each."""

import re
from collections.abc import Iterator

import pytest

from tests.support.scenario import World
from tests.support.site import Site, Words


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Make a visitor who writes on 10, 13 and 16 October about returns, and once about something else."""
    made = World(tmp_path_factory.mktemp("again")).settle(zone="UTC")
    made.add("agents", agent_id="ana", name="Ana Souza", group="Lyon")
    made.add("agents", agent_id="bo", name="Bo Lind", group="Lille")
    for day, who, key, topic in (
        (10, "ana", "first", "Returns"),
        (13, "bo", "second", "Returns"),
        (14, "ana", "aside", "Payment"),
        (16, "ana", "third", "Returns"),
        (30, "ana", "late", "Returns"),
    ):
        messages = [("visitor", f"2026-10-{day} 09:00"), (f"agent:{who}", f"2026-10-{day} 09:01")]
        made.conversation(
            f"2026-10-{day} 09:00",
            closed=f"2026-10-{day} 09:30",
            messages=messages,
            conversation_id=key,
            topic=topic,
            visitor_id="v1",
        )
    assert made.import_().total.rejected == 0
    yield made
    made.close()


def chain(site: Site, world: World, key: str) -> tuple[str, list[str], str]:
    """Return the heading of the chain on a page, the conversations in it, and the words of its panel."""
    with world.store.read() as record:
        found = record.exec_driver_sql("SELECT id FROM conversation WHERE external_id = ?", (key,)).scalar_one()
    html = site.get(f"/conversations/{found}").text
    panel = re.search(r'<section class="panel chain"><h2>(.*?)</h2>(.*?)</section>', html, re.DOTALL)
    if panel is None:
        return "", [], ""
    return panel[1], re.findall(r"<bdi>([^<]*)</bdi>", panel[2]), Words(panel[2]).text


def test_each_conversation_of_a_chain_shows_it_whole_in_the_order_it_was_written(world: World) -> None:
    with Site(world) as site:
        assert chain(site, world, "third")[:2] == ("wrote 3 times in 7 days", ["first", "second", "third"])
        assert chain(site, world, "first")[:2] == ("came back 2 times within 7 days", ["first", "second", "third"])
        heading, _keys, words = chain(site, world, "second")

    assert heading == "wrote 2 times in 7 days, came back 1 time within 7 days"
    assert "13 Oct 2026 this conversation" in words


def test_another_matter_and_a_later_week_are_no_part_of_it(world: World) -> None:
    with Site(world) as site:
        assert chain(site, world, "aside") == chain(site, world, "late") == ("", [], "")


def test_of_what_may_not_be_seen_only_the_number_is_said(world: World) -> None:
    with Site(world, "agent") as site:
        heading, keys, words = chain(site, world, "third")

    assert (heading, keys) == ("wrote 3 times in 7 days", ["first", "third"])
    assert "1 of these conversations is not for you to see." in words
