"""Marks of one's own in conversations, as pages show and take them."""

import io
from collections.abc import Iterator
from zipfile import ZipFile

import pytest

from tests.support.scenario import World
from tests.support.signed_in import somebody
from tests.support.site import HOSTILE, Site, Words, company, plain


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = company(World(tmp_path_factory.mktemp("marking")))
    assert made.import_().total.rejected == 0
    yield made
    made.close()


@pytest.fixture(scope="module")
def analyst(world: World) -> Site:
    return somebody(world, "analyst", "ana@company.example")


@pytest.fixture
def ana(analyst: Site, world: World) -> Iterator[Site]:
    """Give the browser of an analyst whose marks are taken back afterwards."""
    yield analyst
    with world.store.write() as record:
        record.exec_driver_sql("DELETE FROM conversation_mark")


def marked(site: Site, number: int, how: str, query: str = "", **more: str) -> str:
    """Mark a conversation, and return where it leads."""
    answer = site.post(f"/conversations/{number}/mark{query}", data={"mark": how, **more})
    assert answer.status_code == 303, plain(answer.text)
    return str(answer.headers["location"])


def words(site: Site, address: str) -> str:
    return Words(site.get(address).text).text


def test_a_conversation_is_unread_until_it_is_marked_as_read(ana: Site) -> None:
    assert "Not read yet" in words(ana, "/conversations/3")
    before = ana.get("/conversations/3").text

    assert marked(ana, 3, "read", "?period=all&sort=worth") == "/conversations/3?period=all&sort=worth"

    after = ana.get("/conversations/3").text
    assert ("data-reads>" in before, "data-is-read hidden>" in before) == (True, True)
    assert ("data-reads hidden>" in after, "data-is-read>" in after) == (True, True)
    assert marked(ana, 3, "unread") == "/conversations/3#unread"


def test_the_list_shows_marks_and_is_filtered_by_them(ana: Site) -> None:
    marked(ana, 3, "read")
    marked(ana, 4, "again")
    marked(ana, 5, "note", note="Call back.")
    html = ana.get("/conversations?period=all").text

    assert [html.count(f'<span class="vh">{one}</span>') for one in ("You read it", "You wrote a note")] == [1, 1]
    assert html.count("You want to come back to it</span>") == 1
    counts = {"unread": 40, "read": 1, "again": 1, "noted": 1}
    for how, count in counts.items():
        shown = words(ana, f"/conversations?period=all&mark={how}")
        assert f"{count} conversation{'s' if count > 1 else ''}" in shown
    assert "To come back to" in words(ana, "/conversations?period=all&mark=again")


def test_an_export_of_a_filtered_list_holds_what_it_shows(ana: Site) -> None:
    marked(ana, 4, "again")

    taken = ana.get("/take/conversations.zip?period=all&mark=again").content
    with ZipFile(io.BytesIO(taken)) as bundle:
        told = {name: bundle.read(name).decode("utf-8-sig").splitlines() for name in bundle.namelist()}
    about = told.pop("about.csv")
    [rows] = told.values()

    assert "marked,To come back to" in about
    assert len(rows) == 2


def test_a_conversation_that_left_the_unread_leads_on_all_the_same(ana: Site) -> None:
    query = "?period=all&mark=unread&sort=opened"
    marked(ana, 3, "read", query)
    html = ana.get(f"/conversations/3{query}").text

    assert 'rel="next"' in html
    assert " of 40" not in Words(html).text


def test_a_note_from_outside_stays_text_and_its_writers_own(ana: Site, world: World) -> None:
    ben = somebody(world, "analyst", "ben@company.example")
    marked(ana, 3, "note", note=HOSTILE)

    assert "<script>alert" not in ana.get("/conversations/3").text
    assert HOSTILE.split("<img")[0] in Words(ana.get("/conversations/3").text).text
    assert "alert(1)" not in ben.get("/conversations/3").text
    assert "0 conversations" in words(ben, "/conversations?period=all&mark=noted") or "No conversation fits" in words(
        ben, "/conversations?period=all&mark=noted"
    )


def test_a_note_that_cannot_be_kept_stays_in_its_field_with_the_reason(ana: Site) -> None:
    answer = ana.post("/conversations/3/mark", data={"mark": "note", "note": "y" * 2001})

    assert answer.status_code == 422
    assert "This note has 2001 characters; 2000 fit." in Words(answer.text).text
    assert "y" * 2001 in answer.text


def test_what_is_no_mark_is_refused(ana: Site) -> None:
    assert ana.post("/conversations/3/mark", data={"mark": "burn"}).status_code == 422
    assert ana.get("/conversations?mark=burn").status_code == 422
    assert ana.post("/conversations/999999/mark", data={"mark": "read"}).status_code == 404
    assert ana.post(f"/conversations/{2**40}/mark", data={"mark": "read"}).status_code == 404


def test_nobody_marks_what_they_may_not_see(world: World) -> None:
    with world.store.read() as record:
        bos = record.exec_driver_sql("SELECT min(id) FROM conversation WHERE external_id = 'c1'").scalar_one()
    agent = somebody(world, "agent", "agent@company.example")

    assert agent.get(f"/conversations/{bos}").status_code == 404
    assert agent.post(f"/conversations/{bos}/mark", data={"mark": "read"}).status_code == 404
    with world.store.read() as record:
        assert record.exec_driver_sql("SELECT count(*) FROM conversation_mark").scalar_one() == 0


def test_a_program_has_no_marks(world: World) -> None:
    program = Site(world)

    assert "Yours alone" not in words(program, "/conversations/3")
    assert "Read or not" not in words(program, "/conversations")
    assert program.post("/conversations/3/mark", data={"mark": "read"}).status_code == 403
