"""Behind "More figures" every indicator that the engine computes has a tile and breakdowns on the page."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ressenti.indicators.model import Unit
from ressenti.reports.choice import INDICATORS, MORE_INDICATORS
from tests.support.markup import Node, read
from tests.support.scenario import World
from tests.support.site import Site

WHOLE = "/?from=2024-05-13&to=2024-05-20&compare=none&whole=yes"
EFFORTS = (7, 6, 5, 5, 4, 3, 1, 7, 2, 6)
"""Six of ten are 5 to 7; they add up to 46."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    world = World(tmp_path_factory.mktemp("more")).settle(zone="UTC", currency="USD")
    for number, effort in enumerate(EFFORTS):
        talk = (("visitor", "10:00"), ("agent:Ana", "10:01"))
        key = world.conversation(messages=talk, channel="Chat", visitor_id=f"v{number}", sales=[("10:10", 1500.0)])
        world.survey(key, "11:00", ces=effort)
    assert world.import_().total.rejected == 0
    with Site(world) as opened:
        yield opened
    world.close()


def page(site: Site, query: str = "") -> Node:
    answered = site.get(WHOLE + query)
    assert answered.status_code == 200, answered.text
    return read(answered.text)


def tiles(shown: Node) -> list[str]:
    return [one.attributes["id"].removeprefix("tile-") for one in shown.all("li", "tile")]


def value(shown: Node, key: str) -> str:
    (tile,) = [one for one in shown.all("li", "tile") if one.attributes["id"] == f"tile-{key}"]
    return tile.one("span", "val").text


def test_a_page_has_six_tiles_and_a_link_to_all(site: Site) -> None:
    shown = page(site)

    assert tiles(shown) == list(INDICATORS)
    assert [one for one in shown.plain_links() if one.get("figures") == "all"]
    assert tiles(page(site, "&figures=all")) == [*INDICATORS, *MORE_INDICATORS]


@pytest.mark.parametrize("key", MORE_INDICATORS)
def test_each_has_its_evolution_its_breakdowns_and_its_table(site: Site, key: str) -> None:
    shown = page(site, f"&indicator={key}")

    assert tiles(shown) == [*INDICATORS, *MORE_INDICATORS], "one of them is chosen, so all of them are there"
    assert "This could not be shown" not in shown.text
    sections = {one.attributes["id"] for one in shown.all("section") if "id" in one.attributes}
    assert {"evolution", "by-agent", "by-group", "by-channel"} <= sections


def test_effort_is_the_share_of_5_to_7_and_their_mean_is_out_of_7(site: Site) -> None:
    shown = page(site, "&indicator=ces&tab=ratings")

    assert value(shown, "ces") == "60.0 %"
    assert value(shown, "ces_average") == "4.60 / 7"
    (ratings,) = [one for one in shown.all("section") if one.attributes.get("id") == "ratings"]
    assert [row[0].text for row in ratings.one("table").rows()[1:]] == ["1", "2", "3", "4", "5", "6", "7"]
    assert "5, 6 and 7 count as easy." in ratings.text
    assert "average 4.60 / 7" in ratings.text


def test_amounts_are_in_the_currency_of_the_project_in_figures_too(site: Site) -> None:
    shown = page(site, "&indicator=revenue&tab=evolution")

    assert value(shown, "revenue") == "$15,000.00"
    assert "€" not in shown.text
    assert "$" in " ".join(one.text for one in shown.all("text"))


def test_figures_are_taken_as_they_are_shown(site: Site) -> None:
    few = site.get(f"/take/tiles.csv{WHOLE[1:]}").text
    all_of_them = site.get(f"/take/tiles.csv{WHOLE[1:]}&figures=all").text

    assert "\nces," not in few
    assert "\nces,CES," in all_of_them
    assert Unit.SCORE_OF_7.value in all_of_them


def test_the_command_line_reads_the_same(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.survey(world.conversation(), "11:00", ces=5)
    world.survey(world.conversation(), "11:00", ces=4)
    world.import_()
    found = world.answer("ces"), world.answer("ces_average")
    world.close()

    assert [(one.total.value, one.total.n) for one in found] == [(50.0, 2), (4.5, 2)]
