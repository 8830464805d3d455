"""Ratings on a scale of which nobody said the good ones are told as that, never as if nobody had rated (D42)."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ressenti.indicators.model import OnOtherScale
from tests.support.scenario import World
from tests.support.site import Site, Words
from tests.support.terminal import Terminal

NOTES = (10, 9, 8, 10, 9, 7, 5, 4, 3, 10)
WHEN = {"from_": "2026-10-01", "to": "2026-11-01"}
PAGE = "/?from=2026-10-01&to=2026-11-01"
SAID = "10 ratings from 1 to 10; say which are good"
COMMAND = "ressenti project default --satisfied 10=9,10"


def rated(made: World, day: str, **answers: object) -> None:
    key = made.conversation(f"{day} 09:00", closed=f"{day} 09:30")
    made.survey(key, f"{day} 09:40", **answers)


def asked(folder: Path) -> World:
    """Make a world in which ten people rated from 1 to 10, one a day, and nobody said which ratings are good."""
    made = World(folder).settle(zone="UTC")
    for day, note in enumerate(NOTES, 1):
        rated(made, f"2026-10-{day:02}", csat=note, csat_scale="1-10")
    return made


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = asked(tmp_path_factory.mktemp("tens"))
    assert made.import_().total.rejected == 0
    yield made
    made.close()


def test_an_answer_tells_how_many_there_are_on_which_scale(world: World) -> None:
    for indicator in ("csat", "csat_average", "csat_distribution"):
        found = world.answer(indicator, **WHEN)
        assert (found.total.n, found.other_scales) == (0, (OnOtherScale(1, 10, 10),)), indicator
    assert world.answer("nps", **WHEN).other_scales == ()


def test_the_period_and_the_filters_hold_for_them_too(world: World) -> None:
    assert world.answer("csat", from_="2026-10-01", to="2026-10-04").other_scales == (OnOtherScale(1, 10, 3),)
    assert world.answer("csat", from_="2026-11-01", to="2026-11-04").other_scales == ()


def test_the_report_opens_with_them(world: World) -> None:
    with Site(world) as site:
        page = Words(site.get(PAGE).text).text
        french = Words(site.get(PAGE, headers={"Accept-Language": "fr"}).text).text

    assert f"{SAID}." in page
    assert "Nobody rated" not in page
    assert COMMAND in page
    assert "No ratings from 1 to 5 in this period. Not in it: 10 ratings from 1 to 10." in page
    assert "10 notes de 1 à 10" in french


def test_one_whose_conversation_is_not_there_is_told_by_the_date_of_the_answer(tmp_path: Path) -> None:
    made = World(tmp_path).settle(zone="UTC")
    made.survey(None, "2026-10-03 10:00", csat=7, csat_scale="1-10")
    made.import_()
    with Site(made) as site:
        page = Words(site.get(f"{PAGE}&anchor=answered").text).text
    made.close()

    assert "1 rating from 1 to 10; say which are good" in page


def test_what_is_said_to_be_good_is_counted_and_no_longer_told(tmp_path: Path) -> None:
    made = asked(tmp_path)
    made.import_()
    made.settle(zone="UTC", satisfied={"1-10": (9, 10)})
    csat, average = made.answer("csat", **WHEN), made.answer("csat_average", **WHEN)
    made.close()

    assert (csat.total.value, csat.total.n, csat.other_scales) == (50.0, 10, ())
    assert (average.total.n, average.other_scales) == (0, (OnOtherScale(1, 10, 10),)), "a mean is of 1 to 5"


def test_beside_ratings_that_count_the_others_are_told_as_well(tmp_path: Path) -> None:
    made = asked(tmp_path)
    rated(made, "2026-10-20", csat=4)
    rated(made, "2026-10-21", csat=0, csat_scale="0-10")
    made.import_()
    found = made.answer("csat", **WHEN)
    with Site(made) as site:
        page = Words(site.get(PAGE).text).text
    made.close()

    assert found.total.n == 1
    assert found.other_scales == (OnOtherScale(0, 10, 1), OnOtherScale(1, 10, 10))
    assert f"1 rating from 0 to 10, {SAID}" in page


@pytest.mark.parametrize("form", ["table", "json"])
def test_a_terminal_says_it_with_the_command(tmp_path: Path, form: str) -> None:
    made = asked(tmp_path)
    made.import_()
    made.close()
    said = Terminal(made.url).run("read", "csat", "--format", form).output

    if form == "table":
        assert f"{SAID}, for example with: ressenti project KEY --satisfied 10=9,10" in said
    else:
        assert json.loads(said)["other_scales"] == [{"low": 1, "high": 10, "n": 10}]


def test_where_there_is_something_by_another_date_only_that_date_is_named(tmp_path: Path) -> None:
    made = World(tmp_path).settle(zone="UTC")
    made.survey(None, "2026-10-03 10:00", csat=5)
    made.import_()
    with Site(made) as site:
        page = Words(site.get(PAGE).text).text
    made.close()

    assert "There is something to see by another date: Dated by answer" in page
