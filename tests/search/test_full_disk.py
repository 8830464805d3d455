"""Words that find no room on the disk are not found in part: a search says what to do, and works once there is room."""

import pytest

from ressenti.record.refusals import StorageFull
from ressenti.search.file import search_path
from tests.support.disks import Disk
from tests.support.indexing import LoneIndex
from tests.support.scenario import World
from tests.support.site import Site


@pytest.fixture
def world(disk: Disk) -> World:
    """Return a company whose record is on a small disk and measured, before its words were read."""
    made = World(disk.path)
    for number in range(300):
        made.add(
            "surveys",
            survey_id=f"s{number}",
            conversation_id=made.conversation("2026-10-20 10:00", closed="2026-10-20 10:30"),
            rated_at="2026-10-20T11:00Z",
            csat=1 + number % 5,
            csat_scale=5,
            comment=f"fine {number} {' '.join(f'word{number}x{place}' for place in range(40))} well",
        )
    made.import_()
    made.fact_store.using(lambda facts: facts.watermarks())
    return made


def test_a_search_is_answered_503_while_there_is_no_room_and_goes_on_by_itself(world: World, disk: Disk) -> None:
    shown = Site(world)
    disk.fill()
    with shown as site:
        for _time in range(2):
            answer = site.get("/comments?q=well")
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "30"), answer.text
            assert f"The disk that holds {search_path(world.store.path)} is full" in answer.text
            assert site.get("/comments").status_code == 200, "what asks for no word is answered"
        disk.empty()
        answer = site.get("/comments?q=well")

        assert answer.status_code == 200
        assert "fine 2" in answer.text
    world.close()


def test_where_the_room_ends_half_way_no_part_of_the_words_answers(world: World, disk: Disk) -> None:
    ends = set()
    for room_kib in (0, 40, 80, 160, 320):
        disk.fill(but_kib=room_kib)
        index = LoneIndex(world.store)
        try:
            ends.add(len(index.find_offers("well")))
        except StorageFull:
            ends.add(-1)
        finally:
            index.close()
        disk.empty()

    assert -1 in ends
    assert ends <= {-1, 300}
    index = LoneIndex(world.store)
    assert len(index.find_offers("well")) == 300
    index.close()
    world.close()
