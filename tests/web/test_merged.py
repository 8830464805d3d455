"""A conversation that was merged into another (D34): in no list and no export, and whoever looks for it is led on."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.scenario import World, moment
from tests.support.site import Site, Words

EMAIL = "eve@visitors.example"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Tell of one conversation that another was merged into, and of one besides."""
    made = World(tmp_path_factory.mktemp("merged"))
    made.conversation("2026-10-20 10:00", closed="2026-10-20 11:00", conversation_id="whole", agent_id="ana")
    made.add("agents", agent_id="bo")
    said: dict[str, Any] = {"agent_id": "ana", "visitor_email": EMAIL, "merged_into": "whole"}
    made.conversation("2026-10-20 09:00", closed="2026-10-20 09:30", conversation_id="part", **said)
    made.conversation("2026-10-21 09:00", closed="2026-10-21 09:30", conversation_id="other", visitor_email=EMAIL)
    made.survey("part", "2026-10-20 12:00", csat=2, comment="The lamp flickers")
    for key, at, text in (
        ("part", "09:01", "My kettle whistles"),
        ("whole", "10:01", "And the lamp is broken"),
        ("other", "10:01", "Where is my order"),
    ):
        made.add(
            "messages",
            message_id=f"m-{key}",
            conversation_id=key,
            created_at=moment(f"2026-10-20 {at}"),
            author_role="visitor",
            text=text,
        )
    assert made.import_().total.rejected == 0
    yield made
    made.close()


@pytest.fixture(scope="module")
def site(world: World) -> Iterator[Site]:
    with Site(world) as site:
        yield site


def number(world: World, key: str) -> int:
    with world.store.read() as record:
        found = record.exec_driver_sql("SELECT id FROM conversation WHERE external_id = ?", (key,))
        return int(found.scalar_one())


def test_the_list_shows_two_of_three(site: Site) -> None:
    page = Words(site.get("/conversations").text)

    assert "2 conversations" in page.text
    assert [row[0] for row in page.tables["t list"][1:]] == ["other", "whole"]


def test_its_exact_id_leads_to_the_one_it_became_and_says_so(site: Site, world: World) -> None:
    html = site.get("/conversations?q=part").text

    assert "The conversation with this id was merged into: whole" in Words(html).text
    assert f"/conversations/{number(world, 'whole')}" in html


def test_its_own_address_leads_there_too(site: Site, world: World) -> None:
    answer = site.get(f"/conversations/{number(world, 'part')}?q=lamp", follow_redirects=False)

    assert (answer.status_code, answer.headers["location"]) == (303, f"/conversations/{number(world, 'whole')}?q=lamp")


def test_who_may_not_see_the_one_it_became_is_not_led_there(world: World) -> None:
    with Site(world, "agent", agents=("bo",)) as bo:
        assert bo.get(f"/conversations/{number(world, 'part')}", follow_redirects=False).status_code == 404
        assert "merged" not in Words(bo.get("/conversations?q=part").text).text


def test_what_was_said_in_it_stands_in_the_one_it_became_and_is_found_there(site: Site, world: World) -> None:
    page = Words(site.get(f"/conversations/{number(world, 'whole')}").text).text
    found = Words(site.get("/conversations?q=kettle").text)

    assert "Merged into this conversation: part" in page
    assert "My kettle whistles" in page
    assert "The lamp flickers" in page
    assert "in part, which was merged" in page
    assert [row[0] for row in found.tables["t list"][1:]] == ["whole", "Mykettle whistles"]


def test_its_comment_is_found_once_for_the_one_it_became(site: Site, world: World) -> None:
    html = site.get("/comments?q=flickers").text

    assert html.count(f"/conversations/{number(world, 'whole')}") >= 1
    assert f"/conversations/{number(world, 'part')}" not in html
    assert Words(html).text.count("The lamp") == 1


def test_no_export_holds_it_nor_the_address_to_ask_at(site: Site) -> None:
    conversations = site.get("/take/conversations.csv?from=2026-10-01&to=2026-11-01").text
    comments = site.get("/take/comments.csv?from=2026-10-01&to=2026-11-01").text

    assert conversations.count("whole") == 1
    assert "part" not in conversations
    assert "whole" in comments
    assert "part" not in comments
    assert EMAIL not in conversations + comments


def test_the_address_to_ask_at_is_on_no_page_and_not_in_the_facts(site: Site, world: World) -> None:
    pages = [
        site.get(path).text for path in ("/conversations", f"/conversations/{number(world, 'other')}", "/comments")
    ]
    facts = world.folder / "record.facts.duckdb"

    assert all(EMAIL not in page for page in pages)
    assert EMAIL.encode() in (world.folder / "record.db").read_bytes() + wal(world)
    for path in world.folder.iterdir():
        if path.is_file() and path.name not in {"record.db", "record.db-wal"}:
            assert EMAIL.encode() not in path.read_bytes(), path.name
    assert facts.exists() or any("facts" in path.name for path in world.folder.iterdir())


def wal(world: World) -> bytes:
    path = world.folder / "record.db-wal"
    return path.read_bytes() if path.exists() else b""
