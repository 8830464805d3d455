"""What two projects, or two sources of one, give the same key stays two, on pages and in files."""

import io
import re
from collections.abc import Iterator
from typing import Any
from zipfile import ZipFile

import pytest

from tests.support.exported import sheet
from tests.support.markup import read
from tests.support.scenario import World, moment
from tests.support.site import Site

DAYS = "from=2024-05-14&to=2024-05-15"
RATED = {"one": (12, 1), "two": (11, 5)}
"""How many conversations each of both has, and the note that all of them were given."""


def rated(world: World, name: str, of: str) -> None:
    """Tell of an agent ana whose conversations have the note of one of both, in English, by one survey."""
    count, note = RATED[of]
    world.add("agents", agent_id="ana", name=name, group="Lyon")
    for number in range(count):
        messages = [("visitor", "10:00"), ("agent:ana", "10:05")]
        key = f"{of}-{number}"
        world.conversation(conversation_id=key, messages=messages, channel="Chat", language="en")
        world.add(
            "surveys", survey_id=key, conversation_id=key, survey="After", rated_at=moment("10:30"), csat=note, nps=note
        )


@pytest.fixture(scope="module")
def of_projects(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    world = World(tmp_path_factory.mktemp("projects"))
    for of, name in (("one", "Ana Souza"), ("two", "Ana Reis")):
        world.settle(project=of, name=f"House {of}")
        rated(world, name, of)
        assert world.import_(project=of, source=of).total.rejected == 0
    with Site(world) as opened:
        yield opened
    world.close()


@pytest.fixture(scope="module")
def of_sources(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    world = World(tmp_path_factory.mktemp("sources"))
    for of in RATED:
        rated(world, "Ana Souza", of)
        assert world.import_(source=of).total.rejected == 0
    with Site(world) as opened:
        yield opened
    world.close()


def rows_of_sheet(site: Site, name: str) -> set[tuple[Any, ...]]:
    """Return label, CSAT and n of every row of a sheet of the report's workbook."""
    found = site.get(f"/take/report.xlsx?{DAYS}").content
    with ZipFile(io.BytesIO(found)) as book:
        names = re.findall('<sheet name="([^"]+)"', book.read("xl/workbook.xml").decode())
    head, *rows = sheet(found, names.index(name) + 1)
    places = [head.index(one) for one in ("label", "csat", "csat_n", "nps_n")]
    return {tuple(row[place] for place in places) for row in rows}


def test_in_the_workbook_of_the_report_each_project_has_its_row(of_projects: Site) -> None:
    both = {"one": (0, 12, 12), "two": (100, 11, 11)}
    for name, label in (("channel", "Chat"), ("survey", "After"), ("group", "Lyon")):
        wanted = {(f"{label} (House {of})", *figures) for of, figures in both.items()}
        assert rows_of_sheet(of_projects, name) == wanted


def test_so_has_each_source(of_sources: Site) -> None:
    assert rows_of_sheet(of_sources, "agent") == {("Ana Souza", 0, 12, 12), ("Ana Souza", 100, 11, 11)}


def test_a_mean_stands_beside_the_row_of_its_own_agent(of_sources: Site) -> None:
    table = read(of_sources.get(f"/report/by-agent?{DAYS}&tab=agent").text).one("table")

    assert {(row[1].text, row[-1].text) for row in table.rows()[1:]} == {
        ("1212 answers", "1.00 / 5"),
        ("1111 answers", "5.00 / 5"),
    }


def test_a_survey_of_two_projects_is_two_rows_of_the_table_of_surveys(of_projects: Site) -> None:
    shown = read(of_projects.get(f"/?{DAYS}&tab=survey&whole=yes").text).text

    for of, share in (("one", "0.0 %"), ("two", "100.0 %")):
        assert share in shown[shown.index(f"After (House {of})") :][:200]


def test_a_filter_by_what_several_have_is_called_what_each_of_them_is(of_projects: Site) -> None:
    def title(query: str) -> str:
        return read(of_projects.get(f"/?{DAYS}&{query}").text).all("title")[0].text

    assert "Channel: Chat (House one), Chat (House two) " in title("where=channel%3DChat")
    assert "Ana Souza (House one), Ana Reis (House two) " in title("where=agent%3Dana")
    assert "English (House one), English (House two) " in title("where=language%3Den")


def test_the_menu_has_what_two_sources_call_alike_once_with_all_it_filters_to(of_sources: Site) -> None:
    form = read(of_sources.get(f"/filter/agent?{DAYS}").text).one("form", id="filter-form")
    [row, _without] = form.one("ul", "key-list").all("li")
    head = read(of_sources.get(f"/conversations?{DAYS}&where=agent%3Dana").text)

    assert row.one("span", "n").text == "23 conversations"
    assert "23 conversations" in head.text
